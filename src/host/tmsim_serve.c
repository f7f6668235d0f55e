#include "host/tmsim_serve.h"

#include "base/limits.h"
#include "host/tmsim_engine.h"
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

/* What is served, and where. */
struct service {
    const struct tmsim_options *options;
    struct shared_memory *shared; /* null: nobody can attach */
    struct sim_game *game;
    struct tmsim_engine *engine; /* null: none is served */
    struct log log;
};

static void take_note(void *context, const char *text)
{
    struct service *service = context;
    print_note(&service->log, text);
    if (service->engine != NULL)
        tmsim_engine_note(service->engine, text);
}

/* The world outside of the conversation: time, the console, and other clients. */
static void look_around(struct service *service, bool is_idle)
{
    int64_t now_ns = clock_now_ns();
    sim_game_check(service->game, now_ns);
    if (service->options->console)
        tmsim_console_poll(service->game);
    if (service->engine != NULL)
        tmsim_engine_turn(service->engine, now_ns, is_idle);
}

static void sleep_a_little(struct service *service, int64_t duration_ns)
{
    if (duration_ns <= 0)
        return;
    if (service->engine != NULL)
        tmsim_engine_wait(service->engine, duration_ns);
    else
        clock_sleep_ns(duration_ns);
}

static void wait_a_little(struct service *service, struct pause *pause, enum sim_progress progress)
{
    bool is_idle = progress == SIM_WAITS_FOR_TIME;
    int64_t wake_ns = is_idle ? service->game->next_tick_ns : CLOCK_NEVER, duration_ns;
    enum pause_step step = pause_step(pause, wake_ns, &duration_ns);
    if (step == PAUSE_SLEEP)
        sleep_a_little(service, duration_ns);
    if (step != PAUSE_POLL || is_idle)
        look_around(service, is_idle);
}

static void run_until_interrupted(struct service *service)
{
    enum {
        BUSY_COUNT = 256
    };
    struct pause pause = {0};
    unsigned busy = 0;
    while (interrupt_caught() == INTERRUPT_NONE && !sim_game_is_over(service->game)) {
        enum sim_progress progress = sim_game_run(service->game);
        if (progress != SIM_MOVED) {
            wait_a_little(service, &pause, progress);
            continue;
        }
        pause_end(&pause);
        if (++busy % BUSY_COUNT == 0)
            look_around(service, false);
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
static void announce(const struct service *service, const struct simulation *simulation)
{
    const struct tmsim_options *options = service->options;
    const char *track = service->game->track.name;
    char address[TCP_ADDRESS_TEXT_SIZE];
    if (service->shared != NULL)
        printf("tmsim: serving %s on %s, %zu bytes", service->shared->name, track,
               options->buffer_size);
    else
        printf("tmsim: serving %s", track);
    if (service->engine != NULL) {
        tmsim_engine_address(service->engine, address);
        printf(", engine on %s", address);
    }
    if (simulation != NULL && simulation->expected_time >= 0)
        printf(", simulating %s: finish %d.%02d s", options->simulate,
               (int)(simulation->expected_time / 1000),
               (int)(simulation->expected_time % 1000 / 10));
    else if (simulation != NULL)
        printf(", simulating %s: no finish", options->simulate);
    putchar('\n');
    fflush(stdout);
}

/* False: said why on standard error. */
static bool run_game(struct service *service)
{
    const struct tmsim_options *options = service->options;
    struct simulation *simulation;
    bool ok = tmsim_script_load(options, service->game, &simulation);
    if (ok && options->engine) {
        service->engine = tmsim_engine_open(options, service->game, print_note, &service->log);
        ok = service->engine != NULL;
    }
    if (ok) {
        announce(service, simulation);
        run_until_interrupted(service);
        say_goodbye(service->game);
    }
    tmsim_engine_close(service->engine);
    service->engine = NULL;
    free(simulation);
    return ok;
}

/* Bytes of a place as large as the slot, behind which another may begin. */
static size_t place_size(const struct tmsim_options *options)
{
    return (options->buffer_size + 63) / 64 * 64;
}

/* Three places: the memory of the slot if nobody can attach, and what slot and game need. */
static int serve_in(struct service *service, const struct track *track, uint8_t *places)
{
    const struct tmsim_options *options = service->options;
    size_t size = place_size(options);
    double idle_speed = options->speed > 0 ? options->speed : 1;
    struct slot slot;
    slot_open(&slot, service->shared != NULL ? service->shared->memory : places,
              options->buffer_size, places + size);
    sim_game_open(service->game, track, options->laps, &slot, options->dialect, places + 2 * size,
                  options->speed, idle_speed);
    service->game->tick_limit = options->steps;
    service->game->note = take_note;
    service->game->note_context = service;
    return run_game(service) ? 0 : 1;
}

static int serve(const struct tmsim_options *options, const struct track *track,
                 struct shared_memory *shared)
{
    struct service service = {
        .options = options, .shared = shared, .log = {.quiet = options->quiet}};
    uint8_t *places = calloc(3, place_size(options));
    service.game = malloc(sizeof *service.game);
    int exit_status = places != NULL && service.game != NULL
                          ? serve_in(&service, track, places)
                          : complain("game", STATUS_OUT_OF_MEMORY);
    free(service.game);
    free(places);
    return exit_status;
}

int tmsim_serve(const struct tmsim_options *options, const struct track *track)
{
    struct shared_memory shared;
    interrupt_catch(NULL);
    shared_memory_guard();
    enum status status = options->name != NULL
                             ? create_named(&shared, options->name, options->buffer_size)
                             : create_first_free(&shared, options->buffer_size);
    if (status == STATUS_NO_SLOT && options->engine) {
        complain("shared memory", status);
        return serve(options, track, NULL);
    }
    if (status == STATUS_BUSY)
        return complain(options->name, STATUS_NO_SLOT);
    if (status != STATUS_OK)
        return complain(options->name != NULL ? options->name : "shared memory", status);
    int exit_status = serve(options, track, &shared);
    shared_memory_close(&shared);
    return exit_status;
}
