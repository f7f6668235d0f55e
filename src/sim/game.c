#include "sim/game.h"

#include "sim/console.h"
#include "sim/game_requests.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void sim_note(void *context, const char *text)
{
    struct sim_game *game = context;
    if (game->note != NULL)
        game->note(game->note_context, text);
}

void sim_queue_call(struct sim_game *game, enum message message, const void *data, size_t size)
{
    assert(game->queue_count < SIM_QUEUE_SIZE && size <= SIM_CALL_SIZE_MAX);
    struct sim_call *call = &game->queue[game->queue_count++];
    call->message = message;
    call->size = size;
    if (size > 0)
        memcpy(call->data, data, size);
    game->steps_to_skip = 0;
}

void sim_queue_step(struct sim_game *game, enum message message, int32_t time)
{
    if (game->steps_to_skip == 0) {
        sim_queue_call(game, message, &time, sizeof time);
        return;
    }
    game->steps_to_skip--;
    game->steps_skipped++;
    game->skipped_time = race_time(&game->race);
}

void sim_queue_clear(struct sim_game *game)
{
    game->queue_count = 0;
    game->queue_at = 0;
    game->custom_count = 0;
}

bool sim_queue_custom(struct sim_game *game, const void *data, size_t size)
{
    if (game->custom_count == SIM_COMMANDS_DUE_MAX)
        return false;
    game->custom_count++;
    sim_queue_call(game, MESSAGE_S_ON_CUSTOM_COMMAND, data, size);
    return true;
}

static void on_answered(void *context, enum message call, const uint8_t *data, size_t size)
{
    (void)size; /* always as much as the longest answer */
    if (call == MESSAGE_S_ON_BRUTEFORCE_EVALUATE)
        sim_bruteforce_decide(context, load_u32(data), load_i32(data + 4));
}

static void end_simulation(struct sim_game *game)
{
    game->phase = SIM_SIMULATION_IDLE;
    game->searches_alone = false;
    if (game->simulation != NULL)
        bruteforce_stop(game->simulation);
}

static void on_registered(void *context)
{
    struct sim_game *game = context;
    sim_queue_clear(game);
    end_simulation(game); /* the client's own begins at its beginning */
    sim_queue_call(game, MESSAGE_S_ON_REGISTERED, NULL, 0);
    game->command_count = 0;
    game->next_tick_ns = 0;
    sim_note(game, "client registered");
}

static void on_deregistered(void *context, enum status why)
{
    struct sim_game *game = context;
    sim_queue_clear(game);
    game->command_count = 0;
    end_simulation(game);
    sim_note(game, why == STATUS_TIMEOUT ? "client deregistered: it did not answer a call in time"
                                         : "client deregistered");
}

void sim_game_open(struct sim_game *game, const struct track *track, int laps, struct slot *slot,
                   const struct dialect *dialect, uint8_t *call_data, double speed,
                   double speed_without_client)
{
    memset(game, 0, sizeof *game);
    game->track = *track;
    game->handler = (struct game_server_handler){.context = game,
                                                 .request = sim_game_request,
                                                 .answered = on_answered,
                                                 .registered = on_registered,
                                                 .deregistered = on_deregistered,
                                                 .note = sim_note};
    game->speed = speed;
    game->speed_without_client = speed_without_client;
    variables_reset(&game->variables);
    race_start(&game->race, &game->track, laps);
    game_server_open(&game->server, slot, dialect, &game->handler, call_data);
}

static void note_finish(struct sim_game *game)
{
    int32_t time = race_finish_time(&game->race);
    sim_say(game, "finish: %d.%02d s", (int)(time / 1000), (int)(time % 1000 / 10));
}

void sim_queue_happenings(struct sim_game *game, unsigned happened)
{
    struct race *race = &game->race;
    if (happened & RACE_CHECKPOINT_PASSED) {
        int32_t counts[2] = {race_checkpoint_count(race), race_checkpoint_target(race)};
        sim_queue_call(game, MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED, counts, sizeof counts);
    }
    if (happened & RACE_LAP_PASSED) {
        int32_t laps = race_lap_count(race);
        sim_queue_call(game, MESSAGE_S_ON_LAPS_COUNT_CHANGED, &laps, sizeof laps);
    }
}

/* What the loaded script has for the next tick. */
static void run_script(struct sim_game *game)
{
    if (script_is_empty(&game->script))
        return;
    if (variables_switch(&game->variables, VARIABLE_execute_commands))
        simulation_apply_due(&game->script.inputs, &game->race);
    sim_console_run_due(game);
}

/* One tick of the race, and the calls that it owes the client. */
static void run_tick(struct sim_game *game)
{
    struct race *race = &game->race;
    sim_queue_clear(game);
    sim_console_run_queued(game);
    run_script(game);
    race->respawns_at_start = variables_switch(&game->variables, VARIABLE_start_respawn);
    unsigned happened = race_tick(race);
    game->tick_count++;
    sim_tell_tick(game, happened);
    sim_queue_happenings(game, happened);
    if (happened & RACE_FINISHED)
        note_finish(game);
    sim_queue_step(game, MESSAGE_S_ON_RUN_STEP, race_time(race));
}

static double current_speed(const struct sim_game *game)
{
    return game_server_has_client(&game->server) ? game->speed : game->speed_without_client;
}

/* The next call of the queue; calls that the dialect lacks, or nobody is there for, fall away. */
static enum sim_progress run_queue(struct sim_game *game)
{
    const struct sim_call *call = &game->queue[game->queue_at];
    enum message message = call->message;
    enum status status = game_server_call(&game->server, message, call->data, call->size);
    if (status == STATUS_BUSY)
        return SIM_WAITS_FOR_CLIENT;
    game->queue_at++;
    if (status != STATUS_OK && message == MESSAGE_S_ON_BRUTEFORCE_EVALUATE)
        sim_bruteforce_decide(game, BRUTEFORCE_CONTINUE, -1);
    return SIM_MOVED;
}

enum sim_progress sim_game_run(struct sim_game *game)
{
    if (game_server_poll(&game->server))
        return SIM_MOVED;
    if (game->server.phase == SERVER_CALLING || game->server.phase == SERVER_SETTLING)
        return SIM_WAITS_FOR_CLIENT;
    if (game->queue_at < game->queue_count)
        return run_queue(game);
    if (sim_game_is_over(game))
        return SIM_WAITS_FOR_TIME;
    if (game->simulation != NULL)
        return sim_simulation_run(game); /* the speed is that of races (section 7) */
    if (current_speed(game) != 0 && !game->tick_is_due)
        return SIM_WAITS_FOR_TIME;
    game->tick_is_due = false;
    run_tick(game);
    return SIM_MOVED;
}

void sim_game_check(struct sim_game *game, int64_t now_ns)
{
    enum {
        TICK_NS = RACE_TICK_MS * 1000000,
        LAG_MAX_NS = 200000000
    };
    game_server_check(&game->server, now_ns / 1000000);
    double speed = current_speed(game);
    if (speed <= 0 || game->tick_is_due)
        return;
    double interval = TICK_NS / speed;
    int64_t interval_ns = interval < 1e15 ? (int64_t)interval : (int64_t)1e15;
    /* A game that was held does not run to catch up. */
    if (game->next_tick_ns == 0 || now_ns - game->next_tick_ns > LAG_MAX_NS)
        game->next_tick_ns = now_ns + interval_ns;
    if (now_ns < game->next_tick_ns)
        return;
    game->tick_is_due = true;
    game->next_tick_ns += interval_ns;
}

void sim_game_shutdown(struct sim_game *game)
{
    game_server_call(&game->server, MESSAGE_S_SHUTDOWN, NULL, 0);
}

void sim_game_variable_changed(struct sim_game *game, int index)
{
    if (index == VARIABLE_COUNT + TEXT_VARIABLE_controller)
        sim_bruteforce_controller_changed(game);
    if (index != VARIABLE_speed)
        return;
    game->speed = game->variables.values[VARIABLE_speed];
    game->next_tick_ns = 0;
}

bool sim_game_set_speed(struct sim_game *game, double speed)
{
    if (!(speed >= 0 && speed <= SIM_SPEED_MAX)) /* also not a number */
        return false;
    if (speed > 0) /* the variable knows no "as fast as it goes" */
        game->variables.values[VARIABLE_speed] = speed;
    game->speed = game->speed_without_client = speed;
    game->next_tick_ns = 0;
    return true;
}

void sim_game_set_inputs(struct sim_game *game, const struct input_states *inputs)
{
    if (game->simulation != NULL)
        simulation_set_inputs(game->simulation, &game->race, inputs);
    else
        race_set_inputs(&game->race, inputs);
}

void sim_game_respawn(struct sim_game *game)
{
    if (game->simulation != NULL)
        simulation_add_press(game->simulation, &game->race, ACTION_RESPAWN);
    else
        race_respawn(&game->race);
}

void sim_game_horn(struct sim_game *game)
{
    if (game->simulation != NULL)
        simulation_add_press(game->simulation, &game->race, ACTION_HORN);
    else
        race_horn(&game->race);
}
