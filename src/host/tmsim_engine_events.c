/* What happens in the race and around it, told to the clients of the engine. */
#include "host/tmsim_engine_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    TEXT_SIZE = 320,
    COMMAND_SHOWN_SIZE = 200
};

static void tell(struct tmsim_engine *engine, enum engine_log_level level, const char *format, ...)
    PRINTF_LIKE(3, 4);

static void tell(struct tmsim_engine *engine, enum engine_log_level level, const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (struct engine_peer *peer = engine->server.peers; peer != NULL; peer = peer->next) {
        const struct tmsim_viewer *viewer = peer->data;
        if (viewer != NULL && level >= viewer->level)
            engine_peer_tell(peer, level, text, strlen(text));
    }
}

/* The race. */

static double seconds(int32_t time)
{
    return (double)time / 1000;
}

static void tell_tick(struct tmsim_engine *engine, const struct race *race, unsigned happened)
{
    int32_t time = race_time(race);
    bool is_next = time == engine->last_time + RACE_TICK_MS; /* and not rewound */
    if (happened & RACE_RESTARTED)
        tell(engine, ENGINE_LOG_INFO,
             engine->was_finished ? "restart" : "restart: given up at %.2f s",
             seconds(engine->last_time));
    else if (time == 0)
        tell(engine, ENGINE_LOG_INFO, "start");
    if (is_next && race->state.num_respawns == engine->last_respawns + 1)
        tell(engine, ENGINE_LOG_INFO, "respawn at %.2f s", seconds(time));
    if (happened & RACE_CHECKPOINT_PASSED)
        tell(engine, ENGINE_LOG_INFO, "checkpoint %d of %d: %.2f s",
             (int)race_checkpoint_count(race), (int)race_checkpoint_target(race), seconds(time));
    if ((happened & RACE_LAP_PASSED) && race->laps > 1)
        tell(engine, ENGINE_LOG_INFO, "lap %d of %d: %.2f s", (int)race_lap_count(race),
             (int)race->laps, seconds(time));
}

static void remember(struct tmsim_engine *engine)
{
    const struct race *race = &engine->game->race;
    engine->last_time = race_time(race);
    engine->last_respawns = race->state.num_respawns;
    engine->was_finished = race_is_finished(race);
}

/* A search is thousands of races in a second; its notes tell what it finds. */
static void on_ticked(void *context, unsigned happened)
{
    struct tmsim_engine *engine = context;
    const struct sim_game *game = engine->game;
    if (game->simulation == NULL || !game->simulation->bruteforce.is_on)
        tell_tick(engine, &game->race, happened);
    remember(engine);
}

static void on_command(void *context, const char *text, size_t size)
{
    bool is_cut = size > COMMAND_SHOWN_SIZE;
    tell(context, ENGINE_LOG_DEBUG, "command: %.*s%s", is_cut ? COMMAND_SHOWN_SIZE : (int)size,
         text, is_cut ? "..." : "");
}

void tmsim_engine_watch(struct tmsim_engine *engine)
{
    bool watches = engine->server.peer_count > 0 && !engine->is_bare;
    engine->watcher =
        (struct sim_watcher){.context = engine, .ticked = on_ticked, .command = on_command};
    if (watches && engine->game->watcher == NULL)
        remember(engine);
    engine->game->watcher = watches ? &engine->watcher : NULL;
}

/* Notes: what is in them says how bad it is. */

static enum engine_log_level level_of(const char *text)
{
    static const struct {
        const char *beginning;
        enum engine_log_level level;
    } beginnings[] = {
        {"client error: ", ENGINE_LOG_ERROR},
        {"client warning: ", ENGINE_LOG_WARNING},
        {"client log: ", ENGINE_LOG_INFO},
        {"client success: ", ENGINE_LOG_INFO},
        {"client deregistered: ", ENGINE_LOG_WARNING},
        {"console: ", ENGINE_LOG_WARNING},
    };
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (strncmp(text, beginnings[i].beginning, strlen(beginnings[i].beginning)) == 0)
            return beginnings[i].level;
    bool is_refusal = strstr(text, " ignored") != NULL || strstr(text, " refused") != NULL;
    return is_refusal ? ENGINE_LOG_WARNING : ENGINE_LOG_INFO;
}

void tmsim_engine_note(struct tmsim_engine *engine, const char *text)
{
    if (engine->server.peer_count > 0 && !engine->is_bare)
        tell(engine, level_of(text), "%s", text);
}
