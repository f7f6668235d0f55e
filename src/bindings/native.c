#include "bindings/native.h"

#include "base/limits.h"
#include "base/version.h"
#include "bindings/children.h"
#include "bindings/draw.h"
#include "bindings/engine.h"
#include "bindings/engine_server.h"
#include "bindings/events.h"
#include "bindings/game.h"
#include "bindings/image.h"
#include "bindings/image_file.h"
#include "bindings/msgpack.h"
#include "bindings/runs.h"
#include "bindings/state.h"
#include "bindings/task.h"
#include "transport/folders.h"
#include "transport/line_editor.h"
#include "transport/terminal.h"
#include "wire/input_events.h"
#include "wire/message.h"

#include <lauxlib.h>

/* messages() -> {NAME = {numbers = {v1 =, …}, sender =, shape =, fields =, reply =}} */
static int l_native_messages(lua_State *L)
{
    lua_newtable(L);
    for (int message = 1; message < MESSAGE_COUNT; message++) {
        const struct message_description *description = message_describe((enum message)message);
        lua_createtable(L, 0, 5);
        lua_newtable(L);
        for (const struct dialect *const *dialect = dialects; *dialect != NULL; dialect++)
            if ((*dialect)->numbers[message] != 0) {
                lua_pushinteger(L, (*dialect)->numbers[message]);
                lua_setfield(L, -2, (*dialect)->name);
            }
        lua_setfield(L, -2, "numbers");
        lua_pushstring(L, description->sender == SENDER_GAME ? "game" : "client");
        lua_setfield(L, -2, "sender");
        lua_pushstring(L, description->shape);
        lua_setfield(L, -2, "shape");
        lua_pushstring(L, description->field_names);
        lua_setfield(L, -2, "fields");
        lua_pushstring(L, description->reply_shape);
        lua_setfield(L, -2, "reply");
        lua_setfield(L, -2, description->name);
    }
    return 1;
}

/* actions() -> list of {name =, word =, analog =}, in the order of an event buffer's indices */
static int l_native_actions(lua_State *L)
{
    lua_createtable(L, ACTION_COUNT, 0);
    for (int i = 0; i < ACTION_COUNT; i++) {
        lua_createtable(L, 0, 3);
        lua_pushstring(L, actions[i].name);
        lua_setfield(L, -2, "name");
        lua_pushstring(L, actions[i].word);
        lua_setfield(L, -2, "word");
        lua_pushboolean(L, actions[i].is_analog);
        lua_setfield(L, -2, "analog");
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* limits(): numbers that lua/tm must agree on with the rest; bytes, ms, counts */
static int l_native_limits(lua_State *L)
{
    static const struct {
        const char *name;
        lua_Integer value;
    } limits[] = {{"slot_count", SLOT_COUNT},
                  {"slot_size_min", SLOT_SIZE_MIN},
                  {"slot_size_max", SLOT_SIZE_MAX},
                  {"state_fixed_size", STATE_FIXED_SIZE},
                  {"event_time_zero", EVENT_TIME_ZERO}};
    lua_newtable(L);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        lua_pushinteger(L, limits[i].value);
        lua_setfield(L, -2, limits[i].name);
    }
    return 1;
}

/* dialects() -> list of names, the default first */
static int l_native_dialects(lua_State *L)
{
    lua_newtable(L);
    for (int i = 0; dialects[i] != NULL; i++) {
        lua_pushstring(L, dialects[i]->name);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

static void take_file(void *owner, const char *name, bool is_folder)
{
    lua_State *L = owner;
    lua_pushfstring(L, is_folder ? "%s/" : "%s", name);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

/* files(folder) -> list of names, those of folders with a slash behind; nil: it cannot be read */
static int l_native_files(lua_State *L)
{
    const char *folder = luaL_checkstring(L, 1);
    lua_newtable(L);
    if (!folder_list(folder, take_file, L))
        lua_pushnil(L);
    return 1;
}

/* columns() -> of the terminal; 80 if there is none */
static int l_native_columns(lua_State *L)
{
    lua_pushinteger(L, line_editor_columns());
    return 1;
}

/* redraws() -> whether standard error is a terminal on which a line can be drawn again */
static int l_native_redraws(lua_State *L)
{
    lua_pushboolean(L, terminal_redraws());
    return 1;
}

/* tell_no_game(message): if the script dies of it, that is exit status 3 */
static int l_native_tell_no_game(lua_State *L)
{
    luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, ERRORS_NO_GAME_KEY);
    return 0;
}

int luaopen_tm_native(lua_State *L)
{
    static const luaL_Reg functions[] = {{"open_mapped", l_native_open_mapped},
                                         {"open_sim", l_native_open_sim},
                                         {"instances", l_native_instances},
                                         {"games", l_native_games},
                                         {"columns", l_native_columns},
                                         {"redraws", l_native_redraws},
                                         {"files", l_native_files},
                                         {"state", l_native_state},
                                         {"state_fields", l_native_state_fields},
                                         {"image", l_native_image},
                                         {"load_image", l_native_load_image},
                                         {"draw", l_native_draw},
                                         {"messages", l_native_messages},
                                         {"actions", l_native_actions},
                                         {"events", l_native_events},
                                         {"event_bytes", l_native_event_bytes},
                                         {"is_events", l_native_is_events},
                                         {"limits", l_native_limits},
                                         {"dialects", l_native_dialects},
                                         {"tell_no_game", l_native_tell_no_game},
                                         {"connect", l_native_connect},
                                         {"listen", l_native_listen},
                                         {"network_events", l_native_network_events},
                                         {"tcp_address", l_native_tcp_address},
                                         {"start_child", l_native_start_child},
                                         {"processors", l_native_processors},
                                         {"this_task", l_native_this_task},
                                         {"task", l_native_task},
                                         {"sleep", l_native_sleep},
                                         {"now", l_native_now},
                                         {"quit", l_native_quit},
                                         {NULL, NULL}};
    task_open_type(L);
    children_open_type(L);
    events_open_types(L);
    image_open_type(L);
    luaL_newlib(L, functions);
    runs_add_functions(L);
    game_open_types(L);
    lua_setfield(L, -2, "game_methods");
    engine_open_types(L);
    lua_setfield(L, -2, "engine_methods");
    engine_server_open_type(L);
    lua_setfield(L, -2, "engine_server_methods");
    engine_peer_open_type(L);
    lua_setfield(L, -2, "engine_peer_methods");
    state_open_types(L);
    lua_setfield(L, -2, "state_methods");
    msgpack_open(L);
    lua_setfield(L, -2, "msgpack");
    children_push_program(L);
    lua_setfield(L, -2, "program");
    lua_pushliteral(L, TMLUA_VERSION);
    lua_setfield(L, -2, "version");
    return 1;
}
