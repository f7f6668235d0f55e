/*
 * From a call of the game to its answer. A call is received, its hooks run one after the other
 * in the dispatcher's coroutine, then the tasks that waited for it, then those that wanted to
 * send a request. When nobody is inside it any more, it is answered.
 */
#include "base/limits.h"
#include "bindings/game.h"
#include "bindings/game_dispatch.h"
#include "transport/clock.h"

#include <lauxlib.h>

enum {
    LIFE_CHECK_INTERVAL_MS = 100
};

static enum game_event event_of(enum message call)
{
    switch (call) {
    case MESSAGE_S_ON_REGISTERED:
        return GAME_EVENT_registered;
    case MESSAGE_S_ON_RUN_STEP:
        return GAME_EVENT_run_step;
    case MESSAGE_S_ON_SIM_BEGIN:
        return GAME_EVENT_simulation_begin;
    case MESSAGE_S_ON_SIM_STEP:
        return GAME_EVENT_simulation_step;
    case MESSAGE_S_ON_SIM_END:
        return GAME_EVENT_simulation_end;
    case MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED:
        return GAME_EVENT_checkpoint_count_changed;
    case MESSAGE_S_ON_LAPS_COUNT_CHANGED:
        return GAME_EVENT_laps_count_changed;
    case MESSAGE_S_ON_CUSTOM_COMMAND:
        return GAME_EVENT_custom_command;
    case MESSAGE_S_ON_BRUTEFORCE_EVALUATE:
        return GAME_EVENT_bruteforce_evaluate;
    default:
        return GAME_EVENT_message;
    }
}

void game_enter(struct game *game, struct task *task)
{
    if (task->inside & game->bit)
        return;
    task->inside |= game->bit;
    game->holders++;
}

void game_leave(struct game *game, struct task *task)
{
    if ((task->inside & game->bit) == 0)
        return;
    task->inside &= ~game->bit;
    game->holders--;
}

void game_leave_all(struct game *game)
{
    for (struct task *task = game->runtime->tasks; task != NULL; task = task->all_next)
        game_leave(game, task);
}

/* To wait for a call of one game lets that game go; to sleep lets all of them go. */
static void on_parked(struct task *task)
{
    bool exchanging = task->wait == WAIT_RESPONSE || task->wait == WAIT_TURN;
    if (exchanging || task->done != NULL) /* the hooks of a call hold it to their end */
        return;
    if (task->wait == WAIT_EVENT)
        game_leave(task->game, task);
    else
        task_leave_games(task);
}

void task_leave_games(struct task *task)
{
    for (struct game *game = task->runtime->games; game != NULL; game = game->next)
        game_leave(game, task);
}

const struct task_owner game_task_owner = {.parked = on_parked,
                                           .failed = game_task_failed,
                                           .finished = task_leave_games,
                                           .forget = game_forget_waiter};

static void append(struct task **first, struct task **last, struct task *task)
{
    task->next = NULL;
    if (*last != NULL)
        (*last)->next = task;
    else
        *first = task;
    *last = task;
}

static bool is_awaited(const struct task *task, enum game_event event)
{
    bool is_step = event == GAME_EVENT_run_step || event == GAME_EVENT_simulation_step;
    return task->event == (int)event || (task->event == GAME_EVENT_ANY_STEP && is_step);
}

/*
 * How many step calls nobody would look at: a game in this process need not make them. Not for
 * long, so that others can have the game in between; and not when steps take their time.
 */
static int32_t steps_to_skip(const struct game *game)
{
    enum {
        SKIPPED_MAX = 64
    };
    const struct task *task = game->waiters;
    int32_t count = task != NULL ? SKIPPED_MAX : 0;
    bool is_listened_to = game->hook_count[GAME_EVENT_run_step] > 0 ||
                          game->hook_count[GAME_EVENT_simulation_step] > 0;
    if (is_listened_to || game->turn_first != NULL ||
        (game->sim->simulation == NULL && game->sim->speed != 0))
        return 0;
    for (; task != NULL; task = task->next)
        if (task->event != (int)GAME_EVENT_ANY_STEP || task->was_cut || task->wake_ns != 0)
            return 0;
        else if (task->steps_left - 1 < count)
            count = task->steps_left - 1;
    return count;
}

/* Steps that were not called have passed all the same. */
static void count_skipped_steps(struct game *game)
{
    if (game->sim->steps_skipped == 0)
        return;
    game->time = game->sim->skipped_time;
    for (struct task *task = game->waiters; task != NULL; task = task->next)
        if (task->event == (int)GAME_EVENT_ANY_STEP)
            task->steps_left -= game->sim->steps_skipped;
    game->sim->steps_skipped = 0;
}

/* Whether the call ends the wait. */
static bool is_last_awaited(struct task *task, enum game_event event)
{
    if (task->cut_event == (int)event)
        task->was_cut = true;
    return is_awaited(task, event) && (--task->steps_left <= 0 || task->was_cut);
}

/* Tasks that wait for this call get its values now, and run after the hooks. */
static void wake_waiters(struct game *game, const struct game_message *message)
{
    struct task **place = &game->waiters;
    struct task *woken_last = NULL;
    while (*place != NULL) {
        struct task *task = *place;
        if (!is_last_awaited(task, game->event)) {
            place = &task->next;
            continue;
        }
        *place = task->next;
        luaL_checkstack(task->co, 16, NULL);
        task->result_count = push_call_arguments(task->co, game, message);
        if (task->was_cut) {
            lua_pushboolean(task->co, true);
            task->result_count++;
        }
        append(&game->woken, &woken_last, task);
    }
}

static void on_shutdown(struct game *game)
{
    game_client_close(&game->client, STATUS_SHUTDOWN, GOODBYE_TIMEOUT_MS);
    game_ended(game);
    game_emit(game, GAME_EVENT_shutdown, game->runtime->L, 0);
}

/* Calls of either context say nothing; nor does one that we do not know. */
static enum game_context context_of(const struct game *game, enum game_event event)
{
    switch (event) {
    case GAME_EVENT_run_step:
        return GAME_CONTEXT_RUN;
    case GAME_EVENT_simulation_begin:
    case GAME_EVENT_simulation_step:
    case GAME_EVENT_simulation_end:
    case GAME_EVENT_bruteforce_evaluate:
        return GAME_CONTEXT_SIMULATION;
    default:
        return game->context;
    }
}

/* A checkpoint is passed in the context of the last step; the rest can come at any time. */
enum game_context game_call_context(const struct game *game)
{
    bool is_silent = game->event == GAME_EVENT_registered ||
                     game->event == GAME_EVENT_custom_command || game->event == GAME_EVENT_message;
    return is_silent && !game->context_is_told ? GAME_CONTEXT_UNKNOWN : game->context;
}

/* The race time of a step; some dialects tell that of the simulation (section 6). */
static int32_t step_time(const struct game *game, const struct game_message *message)
{
    int64_t time = load_i32(message->data);
    if (message->message == MESSAGE_S_ON_SIM_STEP)
        time -= game->client.dialect->sim_time_zero;
    return time >= INT32_MIN ? (int32_t)time : INT32_MIN;
}

static void begin_call(struct game *game, const struct game_message *message)
{
    game->event = event_of(message->message);
    game->context = context_of(game, game->event);
    game->context_is_told = false;
    game->event_buffer_is_bare = false;
    game->has_reply = false;
    game->call_since_ms = 0;
    game->late_since_ms = 0;
    game->decision[0] = 0;
    game->decision[1] = -1;
    if (game->event == GAME_EVENT_run_step || game->event == GAME_EVENT_simulation_step)
        game->time = step_time(game, message);
    else if (game->event == GAME_EVENT_simulation_begin) /* perhaps of another replay */
        game->event_names_known = false;
}

static void on_call(struct game *game, const struct game_message *message)
{
    if (message->message == MESSAGE_S_SHUTDOWN) {
        on_shutdown(game);
        return;
    }
    if (game->sim != NULL)
        count_skipped_steps(game);
    begin_call(game, message);
    if (game->waiters != NULL)
        wake_waiters(game, message);
    game_run_hooks(game, message);
}

static void on_registration(struct game *game, const struct game_message *message)
{
    if (message->error != STATUS_OK) {
        slot_clear(&game->slot);
        game_client_fail(&game->client, message->error, "%s", status_sentence(message->error));
        game_ended(game);
        return;
    }
    game_client_release(&game->client);
    game->client.response_timeout_ms = RESPONSE_TIMEOUT_MS;
    game->state = GAME_ATTACHED;
    game->runtime->game_lost = false;
    game->runtime->mapped_count += game->sim == NULL;
    games_set_watch(game->runtime);
    if (game->registrar != NULL)
        task_make_ready(game->registrar);
    game->registrar = NULL;
}

static void on_response(struct game *game, const struct game_message *message)
{
    if (game->client.phase == CLIENT_REGISTERING) {
        on_registration(game, message);
        return;
    }
    struct task *task = game->requester;
    game->requester = NULL;
    game->response = *message;
    if (task != NULL)
        task_resume(task, 0);
    else
        game_client_release(&game->client);
}

enum status game_receive(struct game *game)
{
    struct game_message message;
    enum status status = game_client_poll(&game->client, &message);
    if (status == STATUS_WAITING)
        return status;
    runtime_progress(game->runtime);
    if (status != STATUS_OK)
        game_ended(game);
    else if (message.is_response)
        on_response(game, &message);
    else
        on_call(game, &message);
    return status;
}

/* The next task that has waited for the open call, or for the chance to send a request. */
static bool resume_next(struct game *game)
{
    struct task *task = NULL;
    if (!game->dispatching && game->woken != NULL) {
        task = game->woken;
        game->woken = task->next;
    } else if (game->turn_first != NULL && game->client.request_number == 0) {
        task = game->turn_first;
        game->turn_first = task->next;
        if (game->turn_first == NULL)
            game->turn_last = NULL;
    }
    if (task == NULL)
        return false;
    game_enter(game, task);
    int count = task->result_count;
    task->result_count = 0;
    task_resume(task, count);
    return true;
}

static void answer(struct game *game)
{
    if (game->sim != NULL)
        sim_game_skip_steps(game->sim, steps_to_skip(game));
    bool decides = game->event == GAME_EVENT_bruteforce_evaluate;
    int32_t decision[2] = {game->decision[0], game->decision[1]};
    if (game->has_reply)
        game_answer_reply(game);
    else
        game_client_answer(&game->client, decision, decides ? sizeof decision : 0);
    game->event = GAME_EVENT_NONE;
    game->call_since_ms = 0;
}

/* Lets those inside the open call go on, and answers it when all have left. */
static bool advance_call(struct game *game)
{
    if (game->client.call_number == 0)
        return false;
    if (!game->runtime->quitting && resume_next(game))
        return true;
    if (game->client.request_number != 0 || game->dispatching || game->holders > 0 || game->held)
        return false;
    answer(game);
    return true;
}

bool game_poll(struct game *game)
{
    if (game->state != GAME_OPEN && game->state != GAME_ATTACHED)
        return false;
    if (game->hooks_dirty && !game->dispatching)
        game_hooks_compact(game);
    bool moved = game_receive(game) != STATUS_WAITING;
    if (game->state != GAME_OPEN && game->state != GAME_ATTACHED)
        return true;
    moved = advance_call(game) || moved;
    struct slot *slot = &game->slot;
    if (game->state != GAME_CLOSED && slot->run_other_end != NULL)
        moved = slot->run_other_end(slot->context) || moved;
    return moved;
}

/* Those inside the call that wait for something else keep the game frozen; its patience ends. */
static void check_held(struct game *game, int64_t now_ms)
{
    bool waits = game->holders > 0 && game->client.request_number == 0 && game->timeout_ms > 0 &&
                 !game->held && !(game->dispatching && game->dispatcher.wait == WAIT_NONE);
    if (!waits)
        game->call_since_ms = 0;
    else if (game->call_since_ms == 0)
        game->call_since_ms = now_ms;
    else if (now_ms - game->call_since_ms <= game_hold_limit_ms(game->timeout_ms))
        return;
    else if (game->dispatching)
        task_fail(&game->dispatcher, "the hook waits while the game waits for it: interrupted "
                                     "before the game drops us (a task may wait, a hook must "
                                     "not; see tm.task)");
    else
        game_leave_all(game); /* they wait for another game: this one need not */
}

/*
 * A game that has dropped us does not say so (section 3, timeouts). When a call was held too long
 * and nothing has been heard since, that is what must have happened.
 */
static void check_dropped(struct game *game, int64_t now_ms)
{
    enum {
        PATIENCE_MS = 5000
    };
    if (game->overruns_seen != game->runtime->overrun_count) {
        game->overruns_seen = game->runtime->overrun_count;
        game->late_since_ms = now_ms;
    }
    if (game->late_since_ms != 0 && game->client.call_number == 0 &&
        now_ms - game->late_since_ms > PATIENCE_MS)
        game_client_fail(&game->client, STATUS_LOST,
                         "no call has come since one of them was answered too late: the game has "
                         "dropped us");
}

/* game:wait with a time limit. */
static void end_overdue_waits(struct game *game, int64_t now_ns)
{
    struct task **place = &game->waiters;
    while (*place != NULL) {
        struct task *task = *place;
        if (task->wake_ns == 0 || now_ns < task->wake_ns) {
            place = &task->next;
            continue;
        }
        *place = task->next;
        task->timed_out = true;
        task_make_ready(task);
    }
}

/* A game in another process that has dropped us is silent; of our own we can know. */
static void check_sim(struct game *game, int64_t now_ns)
{
    sim_game_check(game->sim, now_ns);
    if (game->client.phase == CLIENT_REGISTERED && !game_server_has_client(&game->sim->server))
        game_client_fail(&game->client, STATUS_LOST, "the game has deregistered us");
}

void game_check(struct game *game, int64_t now_ns)
{
    if (game->state != GAME_OPEN && game->state != GAME_ATTACHED)
        return;
    int64_t now_ms = now_ns / 1000000;
    if (game->sim != NULL)
        check_sim(game, now_ns);
    else if (now_ms >= game->life_check_ms) {
        game->life_check_ms = now_ms + LIFE_CHECK_INTERVAL_MS;
        if (shared_memory_server_life(&game->shared) == SERVER_LIFE_GONE)
            game_client_fail(&game->client, STATUS_LOST, "the game is gone");
    }
    game_client_check(&game->client, now_ms);
    check_dropped(game, now_ms);
    end_overdue_waits(game, now_ns);
    if (game->client.phase == CLIENT_ENDED)
        game_ended(game);
    else
        check_held(game, now_ms);
}
