/* The game in the simulation context: begin, steps, end, and again. */
#include "sim/console.h"
#include "sim/game_requests.h"

/* While a script to simulate is loaded: its timed inputs are the simulation's own. */
bool sim_game_simulate(struct sim_game *game, struct simulation *simulation, const char *text,
                       size_t size)
{
    game->simulation = simulation;
    event_tape_clear(&simulation->tape);
    bruteforce_stop(simulation);
    sim_console_run(game, text, size);
    bool fits = simulation->tape.count < EVENT_TAPE_COUNT_MAX;
    event_tape_assign(&simulation->original, &simulation->tape);
    simulation_prepare(simulation, &game->race, &game->track, game->race.laps);
    game->phase = SIM_SIMULATION_IDLE;
    return fits;
}

/* Some dialects tell the time of the simulation, and not of the race (section 6). */
static void queue_step(struct sim_game *game)
{
    int32_t time = race_time(&game->race) + game->server.dialect->sim_time_zero;
    sim_queue_step(game, MESSAGE_S_ON_SIM_STEP, time);
}

static void begin(struct sim_game *game)
{
    simulation_begin(game->simulation, &game->race);
    game->phase = SIM_SIMULATION_BEGUN;
    sim_queue_call(game, MESSAGE_S_ON_SIM_BEGIN, NULL, 0);
    sim_bruteforce_begin(game);
    sim_bruteforce_look(game);
    queue_step(game);
}

static void end(struct sim_game *game, enum simulation_result result)
{
    static const char *const words[] = {"invalid", "valid", "wrong simulation"};
    int32_t word = (int32_t)result, time = race_finish_time(&game->race);
    sim_queue_call(game, MESSAGE_S_ON_SIM_END, &word, sizeof word);
    game->phase = SIM_SIMULATION_ENDED;
    game->searches_alone = false;
    if (time >= 0)
        sim_say(game, "simulation ended: %s, finish: %d.%02d s", words[result], (int)(time / 1000),
                (int)(time % 1000 / 10));
    else
        sim_say(game, "simulation ended: %s, no finish", words[result]);
}

static void step(struct sim_game *game)
{
    sim_console_run_due(game);
    unsigned happened = simulation_tick(game->simulation, &game->race);
    game->tick_count++;
    sim_tell_tick(game, happened);
    sim_queue_happenings(game, happened);
    sim_bruteforce_look(game);
    queue_step(game);
}

enum sim_progress sim_simulation_run(struct sim_game *game)
{
    sim_queue_clear(game);
    sim_console_run_queued(game);
    if (!game_server_has_client(&game->server) && !game->searches_alone)
        return SIM_WAITS_FOR_CLIENT;
    if (game->phase == SIM_SIMULATION_IDLE || game->phase == SIM_SIMULATION_ENDED) {
        begin(game);
        return SIM_MOVED;
    }
    if (game->phase == SIM_SIMULATION_BEGUN) {
        game->phase = SIM_SIMULATION_RUNS;
        if (!game->simulation->bruteforce.is_on) /* the client may have asked for it just now */
            sim_bruteforce_begin(game);
    }
    race_settle(&game->race); /* the client may have changed its times */
    if (game->simulation->bruteforce.is_on && race_is_finished(&game->race))
        race_prevent_finish(&game->race); /* nobody took it, and the search goes on */
    enum simulation_result result = simulation_outcome(game->simulation, &game->race);
    if (result != SIMULATION_GOES_ON)
        end(game, result);
    else
        step(game);
    return SIM_MOVED;
}
