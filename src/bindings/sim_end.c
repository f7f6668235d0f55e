#include "bindings/sim_end.h"

#include "bindings/runtime.h"
#include "sim/tracks_builtin.h"
#include "transport/clock.h"
#include "transport/game_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NOTE_COUNT_MAX = 64, /* texts that are remembered */
    NOTE_INTERVAL_MS = 1000,
    NOTE_SIZE_MAX = 300
};

/* When a text was shown last, by a hash of it. */
struct note_times {
    const struct runtime *runtime;
    uint32_t hashes[NOTE_COUNT_MAX];
    int64_t shown_ms[NOTE_COUNT_MAX];
};

/* All that belongs to one game in this process. The slot's memory is the slot's. */
struct sim_end {
    struct sim_game game; /* the first: they share their address */
    struct simulation *simulation;
    struct note_times notes;
};

static const struct sim_files files = {.load = game_files_load, .store = game_files_store};

/* Runs the game until it wants something from us. */
static bool run_game(void *context)
{
    enum {
        ROUND_COUNT_MAX = 64
    };
    struct sim_game *game = context;
    bool moved = false;
    for (int i = 0; i < ROUND_COUNT_MAX && sim_game_run(game) == SIM_MOVED; i++)
        moved = true;
    if (!moved && game->quits && game->server.phase == SERVER_READY) {
        sim_game_shutdown(game); /* its console has said so */
        moved = true;
    }
    return moved;
}

/*
 * What the game says of its own accord, race by race, a script that drives it knows anyway; what
 * it answers to commands, and what it has to complain of, is for the user.
 */
static bool is_routine(const char *text)
{
    static const char *const beginnings[] = {"client registered", "finish: ", "simulation ended: "};
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (strncmp(text, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return strcmp(text, "client deregistered") == 0;
}

static uint32_t hash_text(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return hash;
}

/* The same text is shown once a second, as tmsim does, so that no step drowns everything else. */
static void show_note(void *context, const char *text)
{
    struct note_times *notes = context;
    char line[NOTE_SIZE_MAX];
    uint32_t hash = hash_text(text);
    size_t place = hash % NOTE_COUNT_MAX;
    int64_t now_ms = clock_now_ms();
    bool repeats = notes->hashes[place] == hash && notes->shown_ms[place] != 0 &&
                   now_ms - notes->shown_ms[place] < NOTE_INTERVAL_MS;
    if (repeats || is_routine(text))
        return;
    notes->hashes[place] = hash;
    notes->shown_ms[place] = now_ms;
    snprintf(line, sizeof line, "sim: %s", text);
    notes->runtime->report(line);
}

static void write_unknown_track(const char *track, char *reason, size_t size)
{
    int used = snprintf(reason, size, "there is no track %s; there are", track);
    for (const struct builtin_track *known = tracks_builtin; known->name != NULL; known++)
        if (used > 0 && (size_t)used < size)
            used += snprintf(reason + used, size - (size_t)used, " %s", known->name);
}

/* A file's way into a simulation. */
struct taker {
    struct sim_end *end;
    bool fits;
};

static void take_script(void *context, const char *text, size_t size)
{
    struct taker *taker = context;
    struct sim_end *end = taker->end;
    taker->fits = sim_game_simulate(&end->game, end->simulation, text, size);
}

static enum status load_script(struct sim_end *end, const char *path, char *reason, size_t size)
{
    struct taker taker = {.end = end};
    end->simulation = malloc(sizeof *end->simulation);
    if (end->simulation == NULL) {
        snprintf(reason, size, "out of memory");
        return STATUS_OUT_OF_MEMORY;
    }
    errno = 0;
    if (!game_files_load(NULL, path, take_script, &taker)) {
        snprintf(reason, size, "cannot read %s: %s", path,
                 errno != 0 ? strerror(errno) : "it is too large");
        return STATUS_SYSTEM;
    }
    if (!taker.fits)
        snprintf(reason, size, "%s has more than %d inputs", path, EVENT_TAPE_COUNT_MAX - 2);
    return taker.fits ? STATUS_OK : STATUS_INVALID;
}

static void open_game(struct sim_end *end, struct slot *slot, uint8_t *memory, uint8_t *call_data,
                      const struct track *track, const struct sim_end_options *options)
{
    slot_open_trusted(slot, memory, SLOT_SIZE_V1);
    slot->run_other_end = run_game;
    slot->context = end;
    sim_game_open(&end->game, track, 0, slot, &dialect_v1, call_data, options->speed, -1);
    end->simulation = NULL;
    end->notes = (struct note_times){.runtime = options->runtime};
    end->game.files = &files;
    end->game.note = show_note;
    end->game.note_context = &end->notes;
}

struct sim_game *sim_end_open(struct slot *slot, const struct sim_end_options *options,
                              enum status *status, char *reason, size_t reason_size)
{
    struct track *track = malloc(sizeof *track);
    struct sim_end *end = malloc(sizeof *end);
    uint8_t *memory = calloc(1, SLOT_SIZE_V1 + 1);
    uint8_t *call_data = malloc(SLOT_SIZE_V1);
    bool complete = track != NULL && end != NULL && memory != NULL && call_data != NULL;
    *status = complete ? STATUS_OK : STATUS_OUT_OF_MEMORY;
    snprintf(reason, reason_size, "out of memory");
    if (complete && !track_load_builtin(options->track, track)) {
        write_unknown_track(options->track, reason, reason_size);
        *status = STATUS_NO_GAME;
    }
    if (*status != STATUS_OK) {
        free(track);
        free(end);
        free(memory);
        free(call_data);
        return NULL;
    }
    open_game(end, slot, memory, call_data, track, options);
    free(track);
    if (options->simulate != NULL)
        *status = load_script(end, options->simulate, reason, reason_size);
    if (*status == STATUS_OK)
        return &end->game;
    sim_end_close(&end->game, slot);
    return NULL;
}

void sim_end_close(struct sim_game *game, struct slot *slot)
{
    struct sim_end *end = (struct sim_end *)(void *)game;
    free(game->server.call_data);
    free(slot->memory);
    free(end->simulation);
    free(end);
}
