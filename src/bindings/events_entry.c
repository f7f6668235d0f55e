/* One event of a list, and what its time, name and value may be. */
#include "bindings/events.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The place of an event; it is stale once the list has been sorted or made shorter. */
struct entry {
    const struct userdata_tag *tag;
    struct events *events; /* kept by the user value */
    uint32_t generation;
    int32_t place; /* from 1 */
};

static const struct userdata_tag entry_tag = {ENTRY_TYPE};

void push_event(lua_State *L, int index, struct events *events, int32_t place)
{
    struct entry *entry = lua_newuserdatauv(L, sizeof *entry, 1);
    *entry = (struct entry){&entry_tag, events, events->generation, place};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &entry_tag); /* quicker than by its name */
    lua_setmetatable(L, -2);
    lua_pushvalue(L, index);
    lua_setiuservalue(L, -2, 1);
}

static struct input_event *entry_event(lua_State *L, const struct entry *entry)
{
    if (entry->generation != entry->events->generation)
        luaL_error(L, "this event is no longer in its place: the list has been sorted or made "
                      "shorter since it was taken; take it again");
    return events_at(entry->events, entry->place);
}

const char *push_event_name(lua_State *L, const struct events *events, struct input_event event)
{
    enum action action = events_action(events, event);
    if (action != ACTION_COUNT)
        return lua_pushstring(L, actions[action].name);
    return lua_pushfstring(L, "#%d", (int)event_name_index(event.input_data));
}

lua_Integer event_value(enum action action, struct input_event event)
{
    if (action == ACTION_COUNT)
        return (uint32_t)event.input_data & EVENT_VALUE_MASK;
    return actions[action].is_analog ? event_analog(event.input_data)
                                     : event_binary(event.input_data);
}

static enum action action_named(const char *name)
{
    for (int i = 0; i < ACTION_COUNT; i++)
        if (strcmp(actions[i].name, name) == 0 ||
            (actions[i].word[0] != '\0' && strcmp(actions[i].word, name) == 0))
            return (enum action)i;
    return ACTION_COUNT;
}

/* "#12": an index for which these events have no name. */
static bool read_number(const char *name, unsigned *index)
{
    char *end;
    if (name[0] != '#' || name[1] < '0' || name[1] > '9')
        return false;
    unsigned long number = strtoul(name + 1, &end, 10);
    *index = (unsigned)number;
    return *end == '\0' && number < EVENT_NAME_COUNT;
}

static int refuse_name(lua_State *L, const char *name)
{
    lua_pushfstring(L, "unknown action '%s'; there are: ", name);
    for (int i = 0; i < ACTION_COUNT; i++)
        lua_pushfstring(L, "%s%s", i > 0 ? ", " : "", actions[i].name);
    for (int i = 0; i < ACTION_COUNT; i++)
        lua_pushfstring(L, "%s%s", actions[i].word[0] != '\0' ? ", " : "", actions[i].word);
    lua_concat(L, 2 * ACTION_COUNT + 1);
    return luaL_error(L, "%s", lua_tostring(L, -1));
}

int32_t check_action_index(lua_State *L, const struct events *events, int index)
{
    unsigned number = 0;
    if (lua_type(L, index) != LUA_TSTRING)
        luaL_error(L, "name: a string is expected, not %s", luaL_typename(L, index));
    const char *name = lua_tostring(L, index);
    enum action action = action_named(name);
    if (action != ACTION_COUNT)
        return events->names.index[action];
    if (!read_number(name, &number))
        refuse_name(L, name);
    return (int32_t)number;
}

unsigned check_event_name(lua_State *L, const struct events *events, int index)
{
    int32_t name_index = check_action_index(L, events, index);
    if (name_index < 0)
        luaL_error(L, "these events have no action %s", lua_tostring(L, index));
    return (unsigned)name_index;
}

int32_t check_event_time(lua_State *L, int index)
{
    int is_integer;
    lua_Integer time = lua_tointegerx(L, index, &is_integer);
    if (!is_integer || lua_type(L, index) != LUA_TNUMBER)
        luaL_error(L, "time: whole milliseconds are expected, not %s",
                   luaL_tolstring(L, index, NULL));
    if (time < (lua_Integer)INT32_MIN - EVENT_TIME_ZERO || time > INT32_MAX - EVENT_TIME_ZERO)
        luaL_error(L, "time: %I is out of range", time);
    return (int32_t)(time + EVENT_TIME_ZERO);
}

static double check_number(lua_State *L, const char *name, int index)
{
    if (lua_type(L, index) != LUA_TNUMBER)
        luaL_error(L, "%s: a number is expected, not %s", name, luaL_typename(L, index));
    return lua_tonumber(L, index);
}

/* Rounded, as in set_input_state. */
static int32_t check_analog(lua_State *L, const char *name, int index)
{
    double value = check_number(L, name, index);
    /* Written so that a value that is not a number fails too. */
    if (!(value >= -INPUT_ANALOG_EXTENDED_MAX && value <= INPUT_ANALOG_EXTENDED_MAX))
        luaL_error(L, "%s: %f is out of range (-65536 to 65536, extended 100 times that)", name,
                   value);
    return (int32_t)lround(value);
}

static bool check_switch(lua_State *L, const char *name, int index)
{
    if (lua_type(L, index) == LUA_TBOOLEAN)
        return lua_toboolean(L, index);
    double value = check_number(L, name, index);
    if (value != 0 && value != 1)
        luaL_error(L, "%s: %f is neither 0 nor 1", name, value);
    return value != 0;
}

static int32_t check_raw(lua_State *L, int index)
{
    int is_integer;
    lua_Integer value = lua_tointegerx(L, index, &is_integer);
    if (!is_integer || value < 0 || value > EVENT_VALUE_MASK)
        luaL_error(L, "an action without a name: 0 to %d is expected, not %s", EVENT_VALUE_MASK,
                   luaL_tolstring(L, index, NULL));
    return (int32_t)value;
}

int32_t check_event_data(lua_State *L, const struct events *events, unsigned name_index, int index)
{
    enum action action = (enum action)events->action_of[name_index];
    if (action == ACTION_COUNT)
        return (int32_t)(name_index << 24 | (uint32_t)check_raw(L, index));
    if (actions[action].is_analog)
        return event_data_analog(name_index, check_analog(L, actions[action].name, index));
    return event_data_binary(name_index, check_switch(L, actions[action].name, index));
}

static const struct entry *check_entry(lua_State *L, int index)
{
    return check_tagged(L, index, &entry_tag);
}

static int l_entry_index(lua_State *L)
{
    const struct entry *entry = check_entry(L, 1);
    struct input_event event = *entry_event(L, entry);
    const char *name = luaL_checkstring(L, 2);
    if (strcmp(name, "time") == 0)
        lua_pushinteger(L, (lua_Integer)event.time - EVENT_TIME_ZERO);
    else if (strcmp(name, "value") == 0)
        lua_pushinteger(L, event_value(events_action(entry->events, event), event));
    else if (strcmp(name, "name") == 0)
        push_event_name(L, entry->events, event);
    else
        return luaL_error(L, "an event has no field '%s'", name);
    return 1;
}

/* Another action with the value that the event has: what is on stays on. */
static int32_t renamed(lua_State *L, const struct events *events, struct input_event event,
                       unsigned name_index)
{
    lua_Integer value = event_value(events_action(events, event), event);
    enum action action = (enum action)events->action_of[name_index];
    lua_pushinteger(L, action != ACTION_COUNT && !actions[action].is_analog ? value != 0 : value);
    return check_event_data(L, events, name_index, lua_gettop(L));
}

static int l_entry_newindex(lua_State *L)
{
    const struct entry *entry = check_entry(L, 1);
    const struct events *events = entry->events;
    struct input_event *event = entry_event(L, entry);
    const char *name = luaL_checkstring(L, 2);
    unsigned name_index = event_name_index(event->input_data);
    if (strcmp(name, "time") == 0)
        event->time = check_event_time(L, 3);
    else if (strcmp(name, "value") == 0)
        event->input_data = check_event_data(L, events, name_index, 3);
    else if (strcmp(name, "name") == 0)
        event->input_data = renamed(L, events, *event, check_event_name(L, events, 3));
    else
        return luaL_error(L, "an event has no field '%s'", name);
    return 0;
}

/* The same input at the same time, in whichever buffers. */
static int l_entry_eq(lua_State *L)
{
    const struct entry *a = check_entry(L, 1), *b = check_entry(L, 2);
    struct input_event x = *entry_event(L, a), y = *entry_event(L, b);
    enum action action = events_action(a->events, x);
    bool same_name = action == events_action(b->events, y) &&
                     (action != ACTION_COUNT ||
                      event_name_index(x.input_data) == event_name_index(y.input_data));
    lua_pushboolean(L, same_name && x.time == y.time &&
                           event_value(action, x) == event_value(action, y));
    return 1;
}

static int l_entry_tostring(lua_State *L)
{
    const struct entry *entry = check_entry(L, 1);
    struct input_event event = *entry_event(L, entry);
    lua_pushfstring(L, "%I ", (lua_Integer)event.time - EVENT_TIME_ZERO);
    push_event_name(L, entry->events, event);
    lua_pushfstring(L, " %I", event_value(events_action(entry->events, event), event));
    lua_concat(L, 3);
    return 1;
}

void event_entry_open_type(lua_State *L)
{
    static const luaL_Reg metamethods[] = {{"__index", l_entry_index},
                                           {"__newindex", l_entry_newindex},
                                           {"__eq", l_entry_eq},
                                           {"__tostring", l_entry_tostring},
                                           {NULL, NULL}};
    luaL_newmetatable(L, ENTRY_TYPE);
    luaL_setfuncs(L, metamethods, 0);
    lua_pushliteral(L, ENTRY_TYPE);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &entry_tag);
}
