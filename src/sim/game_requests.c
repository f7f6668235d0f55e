#include "sim/game_requests.h"

#include "sim/console.h"
#include "wire/public_state.h"

#include <stdio.h>
#include <string.h>

static enum status set_inputs(struct sim_game *game, const uint8_t *data)
{
    sim_game_set_inputs(game, &(struct input_states){.left = load_i32(data),
                                                     .right = load_i32(data + 4),
                                                     .accelerate = load_i32(data + 8),
                                                     .brake = load_i32(data + 12),
                                                     .steer = load_i32(data + 16),
                                                     .gas = load_i32(data + 20)});
    return STATUS_OK;
}

/* A state of the client's dialect as v1, over what the race has where the dialect says nothing. */
static size_t state_to_v1(struct sim_game *game, const uint8_t *data, size_t size, uint8_t *v1)
{
    size_t arrays_size = size - PUBLIC_STATE_HEAD_SIZE;
    race_state_copy(&game->race, v1);
    struct game_state state = game->race.state;
    public_state_read_head(data, &state);
    memcpy(v1, &state, sizeof state);
    memcpy(v1 + V1_STATE_HEAD_SIZE, data + PUBLIC_STATE_HEAD_SIZE, arrays_size);
    return V1_STATE_HEAD_SIZE + arrays_size;
}

/* The next step call has the state's time + 10, so what this tick still owed is void. */
static enum status rewind_to_state(struct sim_game *game, const uint8_t *data, size_t size)
{
    if (game->server.dialect->has_public_state) {
        size = state_to_v1(game, data, size, game->scratch);
        data = game->scratch;
    }
    if (race_rewind(&game->race, data, size) != STATUS_OK)
        sim_say(game, "rewind refused: the state is cut short or is of another track");
    else
        sim_queue_clear(game);
    return STATUS_OK;
}

/* The arrays of checkpoints, behind the head that the dialect has. */
static void reply_checkpoint_arrays(struct sim_game *game, struct game_server *server)
{
    game_server_reply(server, game->race.checkpoint_words + 1,
                      race_checkpoint_size(&game->race) - 4);
}

static enum status get_state(struct sim_game *game, struct game_server *server)
{
    uint8_t head[PUBLIC_STATE_HEAD_SIZE];
    if (server->dialect->has_public_state) {
        public_state_write_head(&game->race.state, head);
        game_server_reply(server, head, sizeof head);
    } else {
        game_server_reply(server, &game->race.state, sizeof game->race.state);
        game_server_reply(server, game->race.checkpoint_words, 4);
    }
    reply_checkpoint_arrays(game, server);
    return STATUS_OK;
}

/* Section 8: ten name indices, the duration, the count, the events in decreasing time. */
static void reply_events(struct sim_game *game, struct game_server *server, int32_t duration,
                         int32_t count)
{
    int32_t head[2] = {duration, count};
    game_server_reply(server, action_name_index, 4 * server->dialect->event_index_count);
    game_server_reply(server, head, sizeof head);
    game_server_reply(server, game->scratch, 8 * (size_t)count);
}

static enum status get_events(struct sim_game *game, struct game_server *server)
{
    if (!sim_game_has_player(game))
        return STATUS_NO_EVENT_BUFFER;
    if (game->simulation != NULL) {
        event_tape_copy(&game->simulation->tape, game->scratch);
        reply_events(game, server, game->simulation->duration, game->simulation->tape.count);
        return STATUS_OK;
    }
    int32_t duration = race_finish_time(&game->race);
    if (duration < 0)
        duration = race_time(&game->race) > 0 ? race_time(&game->race) : 0;
    race_event_copy(&game->race, game->scratch);
    reply_events(game, server, duration, (int32_t)race_event_count(&game->race));
    return STATUS_OK;
}

/* The names and the duration in front mean nothing to the game (section 8). */
static enum status set_events(struct sim_game *game, const uint8_t *data)
{
    const struct dialect *dialect = game->server.dialect;
    const uint8_t *at = data + 4 * dialect->event_index_count + 4;
    uint32_t count = load_u32(at);
    if (game->simulation == NULL || !sim_game_has_player(game))
        return STATUS_NO_EVENT_BUFFER;
    if (dialect->has_fixed_event_count && count != (uint32_t)game->simulation->tape.count)
        return STATUS_INVALID_EVENT_BUFFER_SIZE;
    if (!event_tape_set(&game->simulation->tape, at + 4, count, sim_game_event_scratch(game)))
        sim_say(game, "event buffer ignored: %u events are too many", (unsigned)count);
    return STATUS_OK;
}

/* Eight names, in the order of C_SIM_GET_CONTROL_NAMES: no gas, no horn. */
static enum status get_control_names(struct game_server *server)
{
    static const enum action order[] = {ACTION_RACE_RUNNING, ACTION_FINISH_LINE, ACTION_ACCELERATE,
                                        ACTION_BRAKE,        ACTION_STEER_LEFT,  ACTION_STEER_RIGHT,
                                        ACTION_STEER,        ACTION_RESPAWN};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        game_server_reply(server, &action_name_index[order[i]], 4);
    return STATUS_OK;
}

static enum status get_context_mode(struct sim_game *game, struct game_server *server)
{
    int32_t mode = game->simulation != NULL ? CONTEXT_SIMULATION : CONTEXT_RUN;
    game_server_reply(server, &mode, sizeof mode);
    return STATUS_OK;
}

static enum status get_checkpoints(struct sim_game *game, struct game_server *server)
{
    int32_t counters[2] = {race_checkpoint_count(&game->race), race_lap_count(&game->race)};
    if (server->dialect->has_public_state)
        game_server_reply(server, counters, sizeof counters);
    else
        game_server_reply(server, game->race.checkpoint_words, 4);
    reply_checkpoint_arrays(game, server);
    return STATUS_OK;
}

static enum status set_checkpoints(struct sim_game *game, const uint8_t *data, size_t size)
{
    /* Public has one word more in front than v1; no race reads either. */
    size_t extra = game->server.dialect->checkpoint_head_size - 4;
    if (race_checkpoint_set(&game->race, data + extra, size - extra) != STATUS_OK)
        sim_say(game, "checkpoint data ignored: its arrays are not as long as the race's");
    return STATUS_OK;
}

static enum status set_speed(struct sim_game *game, double speed)
{
    if (!(speed > 0)) { /* also not a number */
        sim_say(game, "speed ignored: it must be above 0");
        return STATUS_OK;
    }
    game->variables.values[VARIABLE_speed] = speed;
    sim_game_variable_changed(game, VARIABLE_speed);
    return STATUS_OK;
}

/*
 * The text of a "reserved, size, bytes" request, without control characters. False: it was cut to
 * the buffer.
 */
static bool read_text(const uint8_t *data, char *text, size_t text_size)
{
    int32_t size = load_i32(data + 4); /* measured by the server: not negative, all there */
    size_t count = (size_t)size < text_size - 1 ? (size_t)size : text_size - 1;
    for (size_t i = 0; i < count; i++)
        text[i] = data[8 + i] < 0x20 || data[8 + i] == 0x7F ? ' ' : (char)data[8 + i];
    text[count] = '\0';
    return count == (size_t)size;
}

static enum status register_command(struct sim_game *game, const uint8_t *data)
{
    char name[SIM_COMMAND_SIZE_MAX];
    if (!read_text(data, name, sizeof name)) {
        sim_say(game, "custom command ignored: its name is longer than %d bytes",
                SIM_COMMAND_SIZE_MAX - 1);
        return STATUS_OK;
    }
    for (size_t i = 0; i < game->command_count; i++)
        if (strcmp(game->commands[i], name) == 0)
            return STATUS_COMMAND_ALREADY_REGISTERED;
    if (game->command_count == SIM_COMMAND_COUNT_MAX)
        sim_say(game, "custom command ignored: too many");
    else
        memcpy(game->commands[game->command_count++], name, sizeof name);
    return STATUS_OK;
}

static enum status log_text(struct sim_game *game, const uint8_t *data)
{
    static const char *const severities[] = {"log", "success", "warning", "error"};
    int32_t severity = load_i32(data);
    char text[200];
    read_text(data, text, sizeof text);
    sim_say(game, "client %s: %s",
            severity >= 0 && severity < 4 ? severities[severity] : severities[0], text);
    return STATUS_OK;
}

static enum status execute_command(struct sim_game *game, const uint8_t *data)
{
    char line[SIM_CALL_SIZE_MAX];
    if (read_text(data, line, sizeof line))
        sim_console_queue(game, line, strlen(line));
    else
        sim_say(game, "console: command ignored: it is longer than %d bytes: %.60s",
                SIM_CALL_SIZE_MAX - 1, line);
    return STATUS_OK;
}

/* Requests for the simulation context; in a race they are answered, and have no effect. */
static enum status simulation_request(struct sim_game *game, enum message request,
                                      const uint8_t *data)
{
    if (request == MESSAGE_C_SIM_SET_EVENT_BUFFER)
        return set_events(game, data);
    if (game->simulation == NULL)
        return STATUS_OK;
    if (request == MESSAGE_C_SIM_SET_TIME_LIMIT)
        game->simulation->time_limit = load_i32(data);
    else if (request == MESSAGE_C_REMOVE_STATE_VALIDATION)
        game->simulation->validates = false;
    else if (request == MESSAGE_C_PREVENT_SIMULATION_FINISH)
        race_prevent_finish(&game->race);
    return STATUS_OK;
}

/* Between two simulations there is no player to ask about. */
static bool needs_player(enum message request)
{
    return request == MESSAGE_C_SIM_GET_STATE || request == MESSAGE_C_GET_CHECKPOINT_STATE ||
           request == MESSAGE_C_SET_CHECKPOINT_STATE || request == MESSAGE_C_SIM_REWIND_TO_STATE;
}

enum status sim_game_request(void *context, struct game_server *server, enum message request,
                             const uint8_t *data, size_t size)
{
    struct sim_game *game = context;
    if (needs_player(request) && !sim_game_has_player(game))
        return STATUS_NO_PLAYER_INFO;
    switch (request) {
    case MESSAGE_C_SET_INPUT_STATES:
        return set_inputs(game, data);
    case MESSAGE_C_RESPAWN:
        sim_game_respawn(game);
        return STATUS_OK;
    case MESSAGE_C_GIVE_UP:
        if (game->simulation == NULL)
            race_give_up(&game->race);
        return STATUS_OK;
    case MESSAGE_C_HORN:
        sim_game_horn(game);
        return STATUS_OK;
    case MESSAGE_C_SIM_REWIND_TO_STATE:
        return rewind_to_state(game, data, size);
    case MESSAGE_C_SIM_GET_STATE:
        return get_state(game, server);
    case MESSAGE_C_SIM_GET_EVENT_BUFFER:
        return get_events(game, server);
    case MESSAGE_C_GET_CONTEXT_MODE:
        return get_context_mode(game, server);
    case MESSAGE_C_GET_CHECKPOINT_STATE:
        return get_checkpoints(game, server);
    case MESSAGE_C_SET_CHECKPOINT_STATE:
        return set_checkpoints(game, data, size);
    case MESSAGE_C_SET_GAME_SPEED:
        return set_speed(game, load_f64(data));
    case MESSAGE_C_SET_TIMEOUT:
        server->timeout_ms = load_i32(data);
        return STATUS_OK;
    case MESSAGE_C_REGISTER_CUSTOM_COMMAND:
        return register_command(game, data);
    case MESSAGE_C_EXECUTE_COMMAND:
        return execute_command(game, data);
    case MESSAGE_C_LOG:
        return log_text(game, data);
    case MESSAGE_C_SET_EXECUTE_COMMANDS:
        game->variables.values[VARIABLE_execute_commands] = data[0] != 0;
        return STATUS_OK;
    case MESSAGE_C_SIM_GET_CONTROL_NAMES:
        return get_control_names(server);
    default:
        return simulation_request(game, request, data);
    }
}
