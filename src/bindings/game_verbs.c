/* The requests of a script that are a row each: those of game_events.c and game_raw.c are more. */
#include "bindings/game_exchange.h"

#include <lauxlib.h>

/* What set_timeout has changed on the other side, it changes on ours. */
static int decode_set_timeout(lua_State *L, struct game *game, const struct game_message *response)
{
    game->timeout_ms = (int32_t)lua_tointeger(L, 2);
    games_set_watch(game->runtime);
    return decode_nothing(L, game, response);
}

/* sim_clear_buffer of the table, which is there unless it is said not to be. */
static bool input_state_clears(lua_State *L)
{
    bool clears = lua_getfield(L, 2, "sim_clear_buffer") == LUA_TNIL || lua_toboolean(L, -1);
    lua_pop(L, 1);
    return clears;
}

/* sim_clear_events, the first argument. */
static bool argument_clears(lua_State *L)
{
    return lua_isnoneornil(L, 2) || lua_toboolean(L, 2);
}

static const struct verb into_buffer[] = {
    {VERB("set_input_state", C_SET_INPUT_STATES, input_state, nothing)},
    {VERB("respawn", C_RESPAWN, reserved, nothing)},
    {VERB("horn", C_HORN, reserved, nothing)},
};

static const struct verb verbs[] = {
    {VERB("set_input_state", C_SET_INPUT_STATES, input_state, nothing),
     .without_clearing = &into_buffer[0], .clears = input_state_clears},
    {VERB("respawn", C_RESPAWN, reserved, nothing), .without_clearing = &into_buffer[1],
     .clears = argument_clears},
    {VERB("horn", C_HORN, reserved, nothing), .without_clearing = &into_buffer[2],
     .clears = argument_clears},
    {VERB("set_timeout", C_SET_TIMEOUT, timeout, set_timeout)},
    {VERB("set_speed", C_SET_GAME_SPEED, speed, nothing)},
    {VERB("give_up", C_GIVE_UP, reserved, nothing), .place = IN_RACES},
    {VERB("execute_command", C_EXECUTE_COMMAND, command, nothing)},
    {VERB("set_execute_commands", C_SET_EXECUTE_COMMANDS, switch, nothing)},
    {VERB("remove_state_validation", C_REMOVE_STATE_VALIDATION, reserved, nothing),
     .place = IN_SIMULATIONS},
    {VERB("prevent_simulation_finish", C_PREVENT_SIMULATION_FINISH, reserved, nothing),
     .place = IN_SIMULATIONS},
    {VERB("set_simulation_time_limit", C_SIM_SET_TIME_LIMIT, time_limit, nothing),
     .place = IN_SIMULATIONS},
    {VERB("get_simulation_state", C_SIM_GET_STATE, state_target, state)},
    {VERB("rewind_to_state", C_SIM_REWIND_TO_STATE, state, nothing)},
    {VERB("get_checkpoint_state", C_GET_CHECKPOINT_STATE, nothing, checkpoints)},
    {VERB("set_checkpoint_state", C_SET_CHECKPOINT_STATE, checkpoints, nothing)},
    {VERB("get_context_mode", C_GET_CONTEXT_MODE, nothing, context_mode)},
    {VERB("_register_custom_command", C_REGISTER_CUSTOM_COMMAND, command, nothing)},
    {VERB("_log", C_LOG, log, nothing)},
};

void game_add_verbs(lua_State *L)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        game_add_verb(L, &verbs[i]);
}
