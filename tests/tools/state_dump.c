/*
 * state_dump [--rewind N] [--hash] TRACK TICKS SEED
 *
 * Runs a built-in track under the random driver and writes every state blob to stdout, to be
 * compared between machines, compilers and options (pipe it into sha256sum). With --hash only
 * one line: FNV-1a of the same bytes. With --rewind every N ticks the race is saved, runs on, is
 * rewound and played again, and everything must be as the first time; the output stays the same.
 */
#include "sim/tracks_builtin.h"
#include "support/random_race.h"
#include "transport/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DETOUR_TICKS = 40
};

struct options {
    const char *track;
    long ticks;
    long seed;
    long rewind; /* ticks between two detours, 0 none */
    bool hash_only;
};

static struct track track;
static struct race race;
static uint8_t saved[STATE_SIZE_MAX], now[STATE_SIZE_MAX];
static uint8_t events[8 * INPUT_RECORD_COUNT_MAX];
static uint64_t seen[DETOUR_TICKS];

static bool options_read(int argc, char **argv, struct options *options)
{
    const char *words[3];
    int count = 0;
    *options = (struct options){.track = NULL};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--hash") == 0)
            options->hash_only = true;
        else if (strcmp(argv[i], "--rewind") == 0 && i + 1 < argc)
            options->rewind = strtol(argv[++i], NULL, 10);
        else if (count < 3)
            words[count++] = argv[i];
        else
            return false;
    }
    if (count < 3)
        return false;
    options->track = words[0];
    options->ticks = strtol(words[1], NULL, 10);
    options->seed = strtol(words[2], NULL, 10);
    return true;
}

static uint64_t hash_now(void)
{
    race_state_copy(&race, now);
    uint64_t hash = hash_bytes(HASH_START, now, race_state_size(&race));
    race_event_copy(&race, events);
    return hash_bytes(hash, events, 8 * race_event_count(&race));
}

/* Runs on twice from here, and comes back; false when the second time was another one. */
static bool detour(const struct random_driver *driver)
{
    race_state_copy(&race, saved);
    size_t size = race_state_size(&race);
    bool restarted = false;
    for (int round = 0; round < 2; round++) {
        struct random_driver copy = *driver;
        for (int i = 0; i < DETOUR_TICKS && !restarted; i++) {
            restarted = (random_race_tick(&copy, &race) & RACE_RESTARTED) != 0;
            uint64_t hash = hash_now();
            if (round > 0 && hash != seen[i])
                return false;
            seen[i] = hash;
        }
        /* The events of a race that was given up do not come back. */
        bool gone = restarted;
        restarted = false;
        if (race_rewind(&race, saved, size) != STATUS_OK)
            return false;
        if (gone)
            return true;
    }
    return true;
}

static int run(const struct options *options)
{
    struct random_driver driver = random_driver((uint32_t)options->seed);
    uint64_t hash = HASH_START;
    race_start(&race, &track, 0);
    size_t size = race_state_size(&race);
    for (long i = 0; i < options->ticks; i++) {
        if (options->rewind > 0 && i % options->rewind == 0 && !detour(&driver)) {
            fprintf(stderr, "tick %ld: played again, it was not the same\n", i);
            return 1;
        }
        random_race_tick(&driver, &race);
        race_state_copy(&race, now);
        hash = hash_bytes(hash, now, size);
        if (!options->hash_only && fwrite(now, 1, size, stdout) != size)
            return 1;
    }
    if (options->hash_only)
        printf("%016llx\n", (unsigned long long)hash);
    return 0;
}

int main(int argc, char **argv)
{
    struct options options;
    terminal_prepare();
    if (!options_read(argc, argv, &options) || !track_load_builtin(options.track, &track)) {
        fprintf(stderr, "usage: state_dump [--rewind N] [--hash] TRACK TICKS SEED\n");
        return 2;
    }
    return run(&options);
}
