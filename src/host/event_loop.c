#include "host/event_loop.h"

#include "bindings/game.h"
#include "bindings/network.h"
#include "bindings/runs.h"
#include "bindings/runtime.h"
#include "transport/clock.h"
#include "transport/interrupt.h"

enum {
    BUSY_TURN_COUNT = 64,         /* turns without a pause between two looks at the clock */
    CONNECTION_WAIT_NS = 50000000 /* a signal between a look and the wait is heard after that */
};

static bool poll_games(struct runtime *runtime)
{
    bool moved = false;
    struct game *next;
    for (struct game *game = runtime->games; game != NULL; game = next) {
        next = game->next;
        moved = game_poll(game) || moved;
    }
    return moved;
}

/* What is not looked at in every turn: deadlines and sleepers. */
static void look_at_the_clock(struct runtime *runtime)
{
    int64_t now_ns = clock_now_ns();
    struct game *next;
    for (struct game *game = runtime->games; game != NULL; game = next) {
        next = game->next;
        game_check(game, now_ns);
    }
    network_check(runtime, now_ns);
    runtime_turn(runtime, now_ns);
}

/* And connections, for those who have not just waited for them. */
static void look_around(struct runtime *runtime)
{
    network_poll(runtime);
    look_at_the_clock(runtime);
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    return a_ns < b_ns ? a_ns : b_ns;
}

static int64_t wake_ns(const struct runtime *runtime, int64_t until_ns)
{
    return earlier(until_ns, earlier(runtime_wake_ns(runtime), network_wake_ns(runtime)));
}

/* Without games there is nothing to poll for: whatever happens ends the wait. */
static void wait_for_connections(struct runtime *runtime, int64_t until_ns)
{
    int64_t duration_ns = wake_ns(runtime, until_ns) - clock_now_ns();
    network_wait(runtime, earlier(duration_ns, CONNECTION_WAIT_NS));
    look_at_the_clock(runtime);
}

/* Returns whether time may have passed. */
static bool wait_a_little(struct runtime *runtime, int64_t until_ns)
{
    int64_t duration_ns;
    if (runtime->games == NULL && network_is_in_use(runtime)) {
        wait_for_connections(runtime, until_ns);
        return true;
    }
    switch (pause_step(&runtime->pause, wake_ns(runtime, until_ns), &duration_ns)) {
    case PAUSE_SLEEP:
        network_wait(runtime, duration_ns);
        look_at_the_clock(runtime);
        return true;
    case PAUSE_CHECK:
        look_around(runtime);
        return true;
    default:
        return false;
    }
}

static bool is_alive(const struct runtime *runtime)
{
    return runtime->run_ends || runtime_has_tasks(runtime) || games_keep_alive(runtime) ||
           network_keeps_alive(runtime);
}

/* Returns whether anything moved. */
static bool turn(struct runtime *runtime)
{
    if (runtime->games_dirty)
        games_sweep(runtime);
    bool moved = poll_games(runtime);
    if (runtime->run_ends) /* here no Lua runs, and nobody walks over a list */
        runs_switch(runtime);
    if (runtime->ready_first != NULL) /* time stands still for those that do not sleep */
        moved = runtime_turn(runtime, 0) || moved;
    return moved;
}

void event_loop_run(struct runtime *runtime)
{
    unsigned busy_turns = 0;
    while (!runtime->quitting && is_alive(runtime) && interrupt_caught() == INTERRUPT_NONE) {
        if (!turn(runtime)) {
            wait_a_little(runtime, CLOCK_NEVER);
        } else {
            pause_end(&runtime->pause);
            if (++busy_turns % BUSY_TURN_COUNT == 0)
                look_around(runtime);
        }
    }
}

void event_loop_run_until(struct runtime *runtime, int64_t until_ns)
{
    unsigned busy_turns = 0;
    while (!runtime->quitting && interrupt_caught() == INTERRUPT_NONE) {
        if (!turn(runtime)) {
            if (wait_a_little(runtime, until_ns) && clock_now_ns() >= until_ns)
                return;
        } else {
            pause_end(&runtime->pause);
            if (++busy_turns % BUSY_TURN_COUNT != 0)
                continue;
            look_around(runtime);
            if (clock_now_ns() >= until_ns)
                return;
        }
    }
}
