/*
 * What all Lua modules of the host share: tasks (coroutines that wait), timers, the list of
 * attached games, and the way errors and interruptions take. There is one runtime per Lua state.
 * It never blocks: the host's loop calls runtime_turn and does the waiting.
 *
 * Every coroutine that this file resumes is a task. A task that waits yields through task_wait;
 * user coroutines inside a task are the user's own, and nothing of ours may yield through them.
 */
#ifndef BINDINGS_RUNTIME_H
#define BINDINGS_RUNTIME_H

#include "transport/clock.h"
#include "transport/interrupt.h"

#include <lua.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct game;
struct network;
struct task;

/*
 * What the owner of waiting tasks (the games) must hear. The scheduler knows nothing of games
 * but that a task may be inside some, and lets them act at these moments.
 */
struct task_owner {
    void (*parked)(struct task *task); /* it has begun to wait; task->wait says for what */
    /* Its error is on top of its stack; true: somebody has taken care of it. */
    bool (*failed)(struct task *task);
    void (*finished)(struct task *task); /* it is over, or let out of everything */
    void (*forget)(struct task *task);   /* it no longer waits for task->game: unlist it */
};

struct runtime {
    lua_State *L;                          /* the main thread; no user code runs on it */
    _Atomic(lua_State *) running;          /* the coroutine that runs now, for interruptions */
    _Atomic(struct task *) slice;          /* the task that the host has let run */
    struct task *ready_first, *ready_last; /* to be resumed in the next turn */
    struct task *sleepers;                 /* sorted by wake_ns */
    struct game *games;                    /* attached or attaching */
    struct network *network;               /* connections; null until the first is made */
    struct task *tasks;                    /* all of them, dispatchers too while they run */
    int task_count;                        /* unfinished tasks, without the dispatchers of games */
    int mapped_count;                      /* attached games that live in another process */
    struct pause pause; /* of the host's loop; requests learn from it how long to spin */
    struct watch watch;
    _Atomic bool overrun;     /* the watchdog has found no progress */
    _Atomic bool interrupted; /* Ctrl-C or termination */
    uint32_t overrun_count;   /* times the watchdog had to stop a slice of Lua */
    int stop_count;           /* errors raised to stop the slice of Lua that runs */
    bool starts_error_hook;   /* of the next task that is started */
    bool interactive; /* there is a prompt: errors are shown and end nothing but their task */
    bool quitting;
    bool failed; /* by an error that nobody handled */
    int exit_status;
    bool games_dirty;                 /* closed ones are to be taken off the list */
    bool game_lost;                   /* a game was lost and none has been attached since */
    void (*report)(const char *text); /* prints an error for the user; adds the newline */
    void (*overran)(void);            /* what the watchdog runs; the host's, like `report` */
    const struct task_owner *owner;   /* the games, once there are any */
    /* See bindings/runs.h. */
    uint32_t run;         /* of the script; 0: it has not begun */
    uint32_t acting_run;  /* which makes what is made now */
    bool run_ends;        /* as soon as no Lua runs */
    bool runs_again;      /* and the script is run again */
    bool is_ending_run;   /* right now */
    bool outlives_errors; /* they end the run of the script, not the program */
    int run_handler;      /* registry reference of what begins the runs behind the first; or 0 */
};

/* What a task waits for with WAIT_ANSWER. */
struct waited {
    void (*forget)(struct waited *waited); /* the task no longer waits for it */
};

/* Why a task does not run. */
enum task_wait {
    WAIT_NONE, /* runs, or is ready to */
    WAIT_TIME,
    WAIT_EVENT, /* a call of a game */
    WAIT_TURN,  /* until a request can be sent */
    WAIT_RESPONSE,
    WAIT_ANSWER /* of a connection */
};

struct task {
    struct runtime *runtime;
    lua_State *co;
    int anchor;   /* registry reference that keeps the coroutine */
    uint32_t run; /* that has made it */
    enum task_wait wait;
    struct task *next;     /* in whichever list it waits */
    struct game *game;     /* that it waits for */
    struct waited *waited; /* of WAIT_ANSWER, what it waits for */
    uint32_t inside;       /* games whose open call it holds, a bit each */
    struct task *all_next; /* in the list of all tasks */
    int64_t wake_ns;       /* when it sleeps no longer; of WAIT_EVENT 0: no limit */
    bool timed_out;        /* the limit came before the event */
    int event;             /* of WAIT_EVENT */
    int steps_left;        /* calls of that event still to pass */
    int cut_event;         /* of game:step: a call that ends the wait at the next step; or none */
    bool was_cut;          /* there has been one */
    int result_count;      /* values on `co` to be resumed with */
    const char *failure;   /* static text: to be raised when it is resumed */
    bool cancelled;        /* its error is no error */
    bool handles_errors;   /* an error hook: its own error goes to the user */
    bool finished;
    void (*done)(struct task *task, int status); /* of a game's dispatcher, else null */
};

/* Name of the metatable of tasks. */
#define TASK_TYPE "tm.task"

/* Creates the runtime's place in the registry. The struct stays the caller's. */
void runtime_open(struct runtime *runtime, lua_State *L);
struct runtime *runtime_of(lua_State *L);

/* Resumes everything that is ready or due. Returns whether anything ran. */
bool runtime_turn(struct runtime *runtime, int64_t now_ns);

/* Whether a task is still to come to its end. */
static inline bool runtime_has_tasks(const struct runtime *runtime)
{
    return runtime->task_count > 0;
}

/* When the first sleeper is due, on the clock; CLOCK_NEVER when there is none. */
int64_t runtime_wake_ns(const struct runtime *runtime);

/* Ends the run with that exit status; the first one counts. */
void runtime_quit(struct runtime *runtime, int exit_status);

/* Stops the Lua code that runs now; may be called from a signal handler. */
void runtime_interrupt(struct runtime *runtime);

/*
 * Starts a task with the function and `argument_count` arguments on top of L's stack, and runs it
 * up to its first wait. Leaves the task, a userdata, on the stack in their place.
 */
struct task *task_start(lua_State *L, int argument_count);

/* The task whose coroutine L is, or null. */
struct task *task_of(lua_State *L);

/* The task of L, if it can wait right here; raises an error that names `what` otherwise. */
struct task *check_can_wait(lua_State *L, const char *what);

/* Resumes a task with `argument_count` values on top of its own stack. */
void task_resume(struct task *task, int argument_count);

/* Takes a task out of a list linked by `next`; false: it was not in it. */
bool task_list_remove(struct task **list, struct task *task);

/* The list of all tasks. */
void task_enlist(struct task *task);
void task_unlist(struct task *task);

/* Puts a task on the list of those that run in the next turn. */
void task_make_ready(struct task *task);

/*
 * Yields the task of L. When it is resumed, `k` goes on. To be called as `return task_wait(…)`.
 * For WAIT_TIME set wake_ns before; lists of games are the caller's matter.
 */
int task_wait(lua_State *L, struct task *task, enum task_wait wait, lua_KContext context,
              lua_KFunction k);

/* Raises the failure of a resumed task, if it has one. First thing in a continuation. */
void task_raise_failure(lua_State *L, struct task *task);

/* Ends the wait of a task that sleeps; false: it does not. */
bool task_wake(struct task *task);

/* Makes a waiting task fail with that static text at once. */
void task_fail(struct task *task, const char *failure);

/* Ends a waiting task quietly: its pending to-be-closed variables are closed. */
void task_cancel(struct task *task);

/*
 * Ends a task that waits, at once and for good: its to-be-closed variables are closed, outside of
 * any pcall of it, and nothing else of it runs. Only where no Lua runs.
 */
void task_close(struct task *task);

/* What task_close does to the coroutine alone, which is empty then; also for a dispatcher. */
void task_close_coroutine(struct task *task);

/* Whether that run has ended: nothing that belongs to it may still happen. */
static inline bool run_is_over(const struct runtime *runtime, uint32_t run)
{
    return run != 0 && run != runtime->run;
}

/* Says to the watchdog that there is progress. */
static inline void runtime_progress(struct runtime *runtime)
{
    /* One writer: no need for an atomic addition. */
    uint32_t serial = atomic_load_explicit(&runtime->watch.serial, memory_order_relaxed);
    atomic_store_explicit(&runtime->watch.serial, serial + 2, memory_order_relaxed);
}

#endif
