/*
 * The Lua type `game`: one attached game, its hooks, and the open call. The files:
 *   game_open.c      opening, and which games there are
 *   game.c           registering, closing, properties
 *   game_calls.c     from a call of the game to its answer: hooks, waiting tasks
 *   game_dispatch.c  the hooks of a call, one after the other
 *   game_decision.c  what they decide about the brute force
 *   game_end.c       the end of a conversation
 *   game_hooks.c     on, once, wait, step
 *   game_exchange.c  one request of a script, from its arguments to its result
 *   game_verbs.c     those that are a row of a table; game_encode.c knows their data
 *   game_run.c       what the end of a run of the script is to a game
 *   game_events.c    those about event buffers
 *   game_raw.c       messages as bytes
 */
#ifndef BINDINGS_GAME_H
#define BINDINGS_GAME_H

#include "bindings/errors.h"
#include "bindings/events.h"
#include "bindings/runtime.h"
#include "bindings/userdata.h"
#include "peer/game_client.h"
#include "sim/game.h"
#include "transport/shared_memory.h"

#include <lua.h>

/* What a script can hook: every call of the game, and things that happen to us. */
#define GAME_EVENT_LIST(X)                                                                         \
    X(registered)                                                                                  \
    X(deregistered)                                                                                \
    X(shutdown)                                                                                    \
    X(run_step)                                                                                    \
    X(simulation_begin)                                                                            \
    X(simulation_step)                                                                             \
    X(simulation_end)                                                                              \
    X(checkpoint_count_changed)                                                                    \
    X(laps_count_changed)                                                                          \
    X(custom_command)                                                                              \
    X(bruteforce_evaluate)                                                                         \
    X(message)                                                                                     \
    X(error)

enum game_event {
    GAME_EVENT_NONE,
#define X(name) GAME_EVENT_##name,
    GAME_EVENT_LIST(X)
#undef X
    GAME_EVENT_COUNT,
    GAME_EVENT_ANY_STEP = GAME_EVENT_COUNT /* what game:step waits for: of either context */
};

extern const char *const game_event_names[GAME_EVENT_COUNT];

/* User values of the userdata. */
enum {
    GAME_USER_HOOKS = 1,
    GAME_USER_DISPATCHER,
    GAME_USER_FIELDS,
    GAME_USER_REPLY, /* of game:reply, while has_reply */
    GAME_USER_COUNT = 4
};

/* In which context a call is made; calls of either context, and unknown ones, do not say. */
enum game_context {
    GAME_CONTEXT_UNKNOWN,
    GAME_CONTEXT_RUN,
    GAME_CONTEXT_SIMULATION
};

/* The Lua type of a hook; its user value is the function. */
struct game_hook {
    struct game *game; /* null once cancelled */
    enum game_event event;
    uint32_t run; /* that has made it */
    bool once;
};

#define GAME_TYPE "tm.game"
#define HOOK_TYPE "tm.hook"

enum game_state_word {
    GAME_CLOSED,
    GAME_OPEN,
    GAME_ATTACHED,
    GAME_LOST,
    GAME_SHUT_DOWN
};

extern const struct userdata_tag game_tag;

struct game {
    const struct userdata_tag *tag;
    struct runtime *runtime;
    struct game *next; /* in runtime->games while open */
    lua_State *dispatcher_co;
    struct task dispatcher; /* runs the hooks of a call */
    int anchor;             /* registry reference of the userdata while open */
    enum game_state_word state;
    char address[300];

    struct slot slot;
    struct game_client client;
    struct shared_memory shared; /* of a mapped game */
    struct sim_game *sim;        /* of an embedded game */
    uint8_t *memory;             /* copy buffer, or the embedded game's slot */

    int64_t life_check_ms;  /* when to look again whether the game lives */
    int64_t call_since_ms;  /* when waiting without Lua began inside the call; 0 unarmed */
    int64_t late_since_ms;  /* a call took too long and none has come since; 0: no */
    uint32_t overruns_seen; /* of runtime->overrun_count */
    int32_t timeout_ms;     /* the game's patience with us */
    int32_t time;           /* race time of the last step call, ms */
    int hook_count[GAME_EVENT_COUNT];
    int hook_total;
    bool hooks_dirty;                    /* cancelled ones are to be taken out */
    bool dispatching;                    /* hooks run, or one of them waits */
    int dispatch_index, dispatch_count;  /* the hook that runs, and how many there are */
    int dispatch_list;                   /* stack index of the list of hooks */
    bool held;                           /* game:pause */
    uint32_t bit;                        /* of this game in task->inside */
    int holders;                         /* tasks inside the open call */
    enum game_event event;               /* of the open call */
    struct task *waiters;                /* for a call */
    struct task *woken;                  /* by the open call, to be resumed after the hooks */
    struct task *turn_first, *turn_last; /* want to send a request */
    struct task *requester;              /* waits for the response */
    struct task *registrar;              /* waits for the outcome of the registration */
    struct game_message response;        /* for the one that waited */
    int decision[2];                     /* answer to bruteforce_evaluate */
    bool has_reply;                      /* the answer is game:reply's */
    enum game_context context;           /* as the last call told that says it */
    bool context_is_told;                /* the game was asked for it inside the open call */
    bool event_names_known;              /* of this simulation */
    bool event_buffer_is_bare;           /* emptied inside the open call, and nothing since */
    struct event_names event_names;
    struct input_event race_running; /* of an emptied buffer, while it is sent */
    int refusal_count;               /* of things asked of a game that is gone */
    uint32_t asked_by_run;           /* the last run of the script that was given it */
    bool asked_by_prompt;            /* it was given to run 0 */
    uint32_t held_by_run;            /* while held */
};

/* Moves the game's conversation on. Returns whether anything happened. */
bool game_poll(struct game *game);

/* Deadlines, and whether the game still lives. For use while waiting. */
void game_check(struct game *game, int64_t now_ns);

/* Counts a task as holding the open call, or no longer. */
void game_enter(struct game *game, struct task *task);
void game_leave(struct game *game, struct task *task);

/* Nobody holds the open call any more; the game's bit is free for another. */
void game_leave_all(struct game *game);

/* The context of the open call, as far as it is known. */
enum game_context game_call_context(const struct game *game);

/* Answers the open call with what game:reply was given. */
void game_answer_reply(struct game *game);

/* Takes a task out of every list of the game it waits for. */
void game_forget_waiter(struct task *task);

/* Takes a task out of every call that it holds. */
void task_leave_games(struct task *task);

extern const struct task_owner game_task_owner;

/* Whether any game is reason enough for the host to go on. */
bool games_keep_alive(const struct runtime *runtime);

/* Runs the hooks of an event that is not a call, with the values on top of L's stack. */
void game_emit(struct game *game, enum game_event event, lua_State *L, int argument_count);

/* Runs the hook on top of L's stack, which it pops, as a task. The values begin at that index. */
void game_emit_to(struct game *game, lua_State *L, int first, int argument_count);

/* Cancels a hook; its place in the list is taken out later. Twice is fine. */
void game_hook_cancel(struct game_hook *hook);
void game_hooks_compact(struct game *game);

/* Polls once; a call is dispatched, a response is kept for the requester. */
enum status game_receive(struct game *game);

/* Ends what a run has made of the game. The game itself goes on, unless it is lost already. */
void game_end_run(struct game *game, uint32_t run);

/* Whether it is attached and the run that acts has not asked for it. */
bool game_is_kept(const struct game *game);

/* The run that acts has asked for it. */
void game_ask(struct game *game);

/* The conversation has ended: tells hooks and waiting tasks why. */
void game_ended(struct game *game);

/* Ends the attachment: answers the open call, deregisters, releases memory. Twice is fine. */
void game_close(struct game *game, enum status why);

/* Unmaps, and gives the claim up. Twice is fine. */
void game_release_memory(struct game *game);

/* Takes closed games off the list and lets Lua free them; only where nobody walks over it. */
void games_sweep(struct runtime *runtime);

/* Closes every game, as at the end of the program. */
void games_close(struct runtime *runtime);

/* Pushes nil, message, code for a conversation that cannot go on. */
int push_game_refusal(lua_State *L, const struct game *game, enum status status);

/*
 * The same for a game that is not attached. Raises an error when it has been asked too often: a
 * script that loops over game:step() and never looks at the result must end.
 */
int push_gone(lua_State *L, struct game *game);

/* The game at that stack index, whatever its state. */
struct game *check_game(lua_State *L, int index);

/* Adds the functions of the other files to the method table on top of the stack. */
void game_add_verbs(lua_State *L);
void game_add_event_verbs(lua_State *L);
void game_add_raw_verbs(lua_State *L);
void game_add_hooks(lua_State *L);
void game_add_run_methods(lua_State *L);

/* How long a game of that patience may be kept waiting; 0: for ever. */
int32_t game_hold_limit_ms(int32_t patience_ms);

/* Sets the watchdog's limit from the patience of the attached games. */
void games_set_watch(struct runtime *runtime);

/* "run_step at 1.230 s (mapped:TMInterface0)", for error messages. */
void game_describe_call(const struct game *game, char *text, size_t size);

/* tm.native functions. */
int l_native_open_mapped(lua_State *L);
int l_native_open_sim(lua_State *L);
int l_native_instances(lua_State *L);
int l_native_games(lua_State *L);

/* Creates the metatables. */
void game_open_types(lua_State *L);

#endif
