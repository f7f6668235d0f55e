#include "host/tmsim_serve.h"

#include "base/limits.h"
#include "host/tmsim_script.h"
#include "sim/game.h"
#include "transport/clock.h"
#include "transport/interrupt.h"
#include "transport/shared_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * How long a client may take to say goodbye when the game ends; and how long a name may take to
 * become free, whose game has just died: on Windows its client keeps it until it notices.
 */
enum {
    GOODBYE_PATIENCE_MS = 1000,
    NAME_PATIENCE_MS = 1000,
    NAME_RETRY_MS = 20
};

/* What has been said last: a client that asks a thousand times is news once a second. */
struct log {
    bool quiet;
    int64_t last_ms;
    char last[200];
};

/* Whoever reads our standard error slowly would freeze the game if every note were written. */
static void print_note(void *context, const char *text)
{
    enum {
        REPEAT_INTERVAL_MS = 1000
    };
    struct log *log = context;
    int64_t now_ms = clock_now_ms();
    bool repeats = strncmp(log->last, text, sizeof log->last - 1) == 0;
    if (log->quiet || (repeats && now_ms - log->last_ms < REPEAT_INTERVAL_MS))
        return;
    log->last_ms = now_ms;
    snprintf(log->last, sizeof log->last, "%s", text);
    fprintf(stderr, "tmsim: %s\n", text);
}

static int complain(const char *what, enum status status)
{
    fprintf(stderr, "tmsim: %s: %s\n", what, status_sentence(status));
    return 1;
}

static enum status create_first_free(struct shared_memory *shared, size_t size)
{
    for (int i = 0; i < SLOT_COUNT; i++) {
        char name[SLOT_NAME_SIZE_MAX];
        snprintf(name, sizeof name, "TMInterface%d", i);
        enum status status = shared_memory_create(shared, name, size);
        if (status != STATUS_BUSY)
            return status;
    }
    return STATUS_NO_SLOT;
}

static enum status create_named(struct shared_memory *shared, const char *name, size_t size)
{
    int64_t deadline_ms = clock_now_ms() + NAME_PATIENCE_MS;
    for (;;) {
        enum status status = shared_memory_create(shared, name, size);
        if (status != STATUS_BUSY || clock_now_ms() >= deadline_ms ||
            interrupt_caught() != INTERRUPT_NONE)
            return status;
        clock_sleep_ns((int64_t)NAME_RETRY_MS * 1000000);
    }
}

/* The world outside of the conversation: time, and the console. */
static void look_around(const struct tmsim_options *options, struct sim_game *game)
{
    sim_game_check(game, clock_now_ns());
    if (options->console)
        tmsim_console_poll(game);
}

static void run_until_interrupted(const struct tmsim_options *options, struct sim_game *game)
{
    enum {
        BUSY_COUNT = 256
    };
    struct pause pause = {0};
    unsigned busy = 0;
    while (interrupt_caught() == INTERRUPT_NONE && !sim_game_is_over(game)) {
        enum sim_progress progress = sim_game_run(game);
        if (progress == SIM_MOVED) {
            pause_end(&pause);
            if (++busy % BUSY_COUNT == 0)
                look_around(options, game);
            continue;
        }
        int64_t wake_ns = progress == SIM_WAITS_FOR_TIME ? game->next_tick_ns : CLOCK_NEVER;
        if (pause_once(&pause, wake_ns) || progress == SIM_WAITS_FOR_TIME)
            look_around(options, game);
    }
}

/* Lets the client finish what it is in, tells it that the game ends, and waits a little. */
static void say_goodbye(struct sim_game *game)
{
    struct pause pause = {0};
    int64_t deadline_ms = clock_now_ms() + GOODBYE_PATIENCE_MS;
    while (game_server_has_client(&game->server) && clock_now_ms() < deadline_ms) {
        if (game->server.phase == SERVER_READY)
            sim_game_shutdown(game);
        if (!game_server_poll(&game->server) && pause_once(&pause, CLOCK_NEVER))
            game_server_check(&game->server, clock_now_ms());
    }
}

/* On standard output, flushed: who starts us may wait for this line. */
static void announce(const struct tmsim_options *options, const struct track *track,
                     const struct shared_memory *shared, const struct simulation *simulation)
{
    printf("tmsim: serving %s on %s, %zu bytes", shared->name, track->name, options->buffer_size);
    if (simulation != NULL && simulation->expected_time >= 0)
        printf(", simulating %s: finish %d.%02d s", options->simulate,
               (int)(simulation->expected_time / 1000),
               (int)(simulation->expected_time % 1000 / 10));
    else if (simulation != NULL)
        printf(", simulating %s: no finish", options->simulate);
    putchar('\n');
    fflush(stdout);
}

static int serve_mapping(const struct tmsim_options *options, const struct track *track,
                         struct shared_memory *shared, struct sim_game *game)
{
    uint8_t *copy = malloc(options->buffer_size), *call_data = malloc(options->buffer_size);
    if (copy == NULL || call_data == NULL) {
        free(copy);
        free(call_data);
        return complain("buffers", STATUS_OUT_OF_MEMORY);
    }
    struct log log = {.quiet = options->quiet};
    struct slot slot;
    slot_open(&slot, shared->memory, options->buffer_size, copy);
    double idle_speed = options->speed > 0 ? options->speed : 1;
    sim_game_open(game, track, options->laps, &slot, options->dialect, call_data, options->speed,
                  idle_speed);
    game->tick_limit = options->steps;
    game->note = print_note;
    game->note_context = &log;
    struct simulation *simulation;
    bool loaded = tmsim_script_load(options, game, &simulation);
    if (loaded) {
        announce(options, track, shared, simulation);
        run_until_interrupted(options, game);
        say_goodbye(game);
    }
    free(simulation);
    free(copy);
    free(call_data);
    return loaded ? 0 : 1;
}

int tmsim_serve(const struct tmsim_options *options, const struct track *track)
{
    struct shared_memory shared;
    interrupt_catch(NULL);
    shared_memory_guard();
    enum status status = options->name != NULL
                             ? create_named(&shared, options->name, options->buffer_size)
                             : create_first_free(&shared, options->buffer_size);
    if (status == STATUS_BUSY)
        return complain(options->name, STATUS_NO_SLOT);
    if (status != STATUS_OK)
        return complain(options->name != NULL ? options->name : "shared memory", status);
    struct sim_game *game = malloc(sizeof *game);
    int exit_status = game != NULL ? serve_mapping(options, track, &shared, game)
                                   : complain("game", STATUS_OUT_OF_MEMORY);
    free(game);
    shared_memory_close(&shared);
    return exit_status;
}
