#include "host/tmsim_script.h"

#include "sim/console.h"
#include "transport/game_files.h"
#include "transport/line_input.h"

#include <stdio.h>
#include <stdlib.h>

static const struct sim_files files = {.load = game_files_load, .store = game_files_store};

struct taker {
    struct sim_game *game;
    struct simulation *simulation;
    bool ok;
};

static void take_inputs(void *context, const char *text, size_t size)
{
    struct taker *taker = context;
    sim_console_run(taker->game, text, size);
    taker->ok = true;
}

static void take_simulation(void *context, const char *text, size_t size)
{
    struct taker *taker = context;
    taker->ok = sim_game_simulate(taker->game, taker->simulation, text, size);
}

static bool load(const char *path, void (*take)(void *taker, const char *text, size_t size),
                 struct taker *taker)
{
    if (!game_files_load(NULL, path, take, taker))
        fprintf(stderr, "tmsim: cannot read %s\n", path);
    else if (!taker->ok)
        fprintf(stderr, "tmsim: %s: more than %d inputs\n", path, EVENT_TAPE_COUNT_MAX - 2);
    return taker->ok;
}

bool tmsim_script_load(const struct tmsim_options *options, struct sim_game *game,
                       struct simulation **simulation)
{
    struct taker taker = {.game = game};
    game->files = &files;
    *simulation = NULL;
    if (options->inputs != NULL)
        return load(options->inputs, take_inputs, &taker);
    if (options->simulate == NULL)
        return true;
    *simulation = taker.simulation = malloc(sizeof **simulation);
    if (taker.simulation != NULL)
        return load(options->simulate, take_simulation, &taker);
    fputs("tmsim: out of memory\n", stderr);
    return false;
}

void tmsim_console_poll(struct sim_game *game)
{
    const char *line;
    size_t size;
    while (line_input_poll(&line, &size) == LINE_INPUT_LINE)
        sim_console_queue(game, line, size);
}
