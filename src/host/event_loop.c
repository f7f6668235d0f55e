#include "host/event_loop.h"

#include "bindings/game.h"
#include "bindings/network.h"
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

static int64_t wake_ns(const struct runtime *runtime)
{
    int64_t task_ns = runtime_wake_ns(runtime), network_ns = network_wake_ns(runtime);
    return task_ns < network_ns ? task_ns : network_ns;
}

/* Without games there is nothing to poll for: whatever happens ends the wait. */
static void wait_for_connections(struct runtime *runtime)
{
    int64_t duration_ns = wake_ns(runtime) - clock_now_ns();
    network_wait(runtime, duration_ns < CONNECTION_WAIT_NS ? duration_ns : CONNECTION_WAIT_NS);
    look_at_the_clock(runtime);
}

static void wait_a_little(struct runtime *runtime)
{
    int64_t duration_ns;
    if (runtime->games == NULL && network_is_in_use(runtime)) {
        wait_for_connections(runtime);
        return;
    }
    switch (pause_step(&runtime->pause, wake_ns(runtime), &duration_ns)) {
    case PAUSE_SLEEP:
        network_wait(runtime, duration_ns);
        look_at_the_clock(runtime);
        break;
    case PAUSE_CHECK:
        look_around(runtime);
        break;
    case PAUSE_POLL:
        break;
    }
}

static bool is_alive(const struct runtime *runtime)
{
    return runtime_has_tasks(runtime) || games_keep_alive(runtime) || network_keeps_alive(runtime);
}

void event_loop_run(struct runtime *runtime)
{
    unsigned busy_turns = 0;
    while (!runtime->quitting && is_alive(runtime)) {
        if (interrupt_caught() != INTERRUPT_NONE)
            return;
        if (runtime->games_dirty)
            games_sweep(runtime);
        bool moved = poll_games(runtime);
        if (runtime->ready_first != NULL) /* time stands still for those that do not sleep */
            moved = runtime_turn(runtime, 0) || moved;
        if (moved) {
            pause_end(&runtime->pause);
            if (++busy_turns % BUSY_TURN_COUNT == 0)
                look_around(runtime);
        } else {
            wait_a_little(runtime);
        }
    }
}
