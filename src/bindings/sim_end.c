#include "bindings/sim_end.h"

#include "sim/tracks_builtin.h"

#include <stdio.h>
#include <stdlib.h>

/* Runs the game until it wants something from us. */
static bool run_game(void *context)
{
    enum {
        ROUND_COUNT_MAX = 16
    };
    struct sim_game *game = context;
    bool moved = false;
    for (int i = 0; i < ROUND_COUNT_MAX && sim_game_run(game) == SIM_MOVED; i++)
        moved = true;
    return moved;
}

static void write_unknown_track(const char *track, char *reason, size_t size)
{
    int used = snprintf(reason, size, "there is no track %s; there are", track);
    for (const struct builtin_track *known = tracks_builtin; known->name != NULL; known++)
        if (used > 0 && (size_t)used < size)
            used += snprintf(reason + used, size - (size_t)used, " %s", known->name);
}

struct sim_game *sim_end_open(struct slot *slot, const char *track_name, double speed, char *reason,
                              size_t reason_size)
{
    struct track *track = malloc(sizeof *track);
    struct sim_game *game = malloc(sizeof *game);
    uint8_t *memory = calloc(1, SLOT_SIZE_V1 + 1);
    uint8_t *call_data = malloc(SLOT_SIZE_V1);
    bool complete = track != NULL && game != NULL && memory != NULL && call_data != NULL;
    snprintf(reason, reason_size, "out of memory");
    if (complete && !track_load_builtin(track_name, track)) {
        write_unknown_track(track_name, reason, reason_size);
        complete = false;
    }
    if (complete) {
        slot_open_trusted(slot, memory, SLOT_SIZE_V1);
        slot->run_other_end = run_game;
        slot->context = game;
        sim_game_open(game, track, 0, slot, &dialect_v1, call_data, speed, -1);
        free(track);
        return game;
    }
    free(track);
    free(game);
    free(memory);
    free(call_data);
    return NULL;
}

void sim_end_close(struct sim_game *game, struct slot *slot)
{
    free(game->server.call_data);
    free(slot->memory);
    free(game);
}
