/*
 * What hooks decide about a step of the brute force. Source: fact sheet "TMInterface
 * mapped-memory protocol", section 9.
 */
#include "bindings/game_dispatch.h"

#include <lauxlib.h>
#include <string.h>

enum {
    DECISION_COUNT = 5,
    REWIND_TIME_NONE = -1
};

static const char *const words[DECISION_COUNT] = {"continue", "do_nothing", "accept", "reject",
                                                  "stop"};

/* The number of the decision at that index; -1: it is none. */
static int decision_at(lua_State *L, int index)
{
    int is_integer;
    lua_Integer number = lua_tointegerx(L, index, &is_integer);
    if (lua_type(L, index) == LUA_TNUMBER)
        return is_integer && number >= 0 && number < DECISION_COUNT ? (int)number : -1;
    for (int i = 0; i < DECISION_COUNT && lua_type(L, index) == LUA_TSTRING; i++)
        if (strcmp(lua_tostring(L, index), words[i]) == 0)
            return i;
    return -1;
}

static bool rewind_time_at(lua_State *L, int index, int32_t *time)
{
    int is_integer;
    lua_Integer value = lua_tointegerx(L, index, &is_integer);
    *time = REWIND_TIME_NONE;
    if (lua_isnil(L, index))
        return true;
    *time = is_integer ? (int32_t)value : REWIND_TIME_NONE;
    return lua_type(L, index) == LUA_TNUMBER && is_integer && value == *time;
}

static void refuse(lua_State *L, struct game *game, const char *format, int index)
{
    game->decision[0] = 0;
    game->decision[1] = REWIND_TIME_NONE;
    lua_pushfstring(L, format, luaL_tolstring(L, index, NULL));
    lua_replace(L, -4); /* decision, time, text, message */
    lua_pop(L, 2);
}

bool take_decision(lua_State *L, struct game *game)
{
    int32_t time;
    int decision = decision_at(L, -2);
    bool is_nothing = lua_isnil(L, -2) && lua_isnil(L, -1);
    if (!is_nothing && decision < 0) {
        refuse(L, game,
               "bruteforce_evaluate: a hook has returned '%s' as its decision; there are continue, "
               "do_nothing, accept, reject, stop, and their numbers 0 to 4",
               -2);
        return false;
    }
    if (!is_nothing && !rewind_time_at(L, -1, &time)) {
        refuse(L, game,
               "bruteforce_evaluate: a hook has returned '%s' as the time to rewind to; whole "
               "milliseconds or nil are expected",
               -1);
        return false;
    }
    if (!is_nothing) {
        game->decision[0] = decision;
        game->decision[1] = time;
    }
    lua_pop(L, 2);
    return true;
}
