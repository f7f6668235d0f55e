#include "host/event_loop.h"

#include "bindings/game.h"
#include "bindings/runtime.h"
#include "transport/clock.h"
#include "transport/interrupt.h"

/* Turns without a pause between two looks at the clock. */
enum {
    BUSY_TURN_COUNT = 64
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

static void look_at_clock(struct runtime *runtime)
{
    int64_t now_ns = clock_now_ns();
    struct game *next;
    for (struct game *game = runtime->games; game != NULL; game = next) {
        next = game->next;
        game_check(game, now_ns);
    }
    runtime_turn(runtime, now_ns);
}

void event_loop_run(struct runtime *runtime)
{
    unsigned busy_turns = 0;
    while (!runtime->quitting && (runtime_has_tasks(runtime) || games_keep_alive(runtime))) {
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
                look_at_clock(runtime);
        } else if (pause_once(&runtime->pause, runtime_wake_ns(runtime))) {
            look_at_clock(runtime);
        }
    }
}
