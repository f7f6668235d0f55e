#include "bindings/events.h"

#include "base/bytes.h"
#include "bindings/errors.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

enum {
    CAPACITY_MIN = 16
};

const struct userdata_tag events_tag = {EVENTS_TYPE};

struct events *check_events(lua_State *L, int index)
{
    return check_tagged(L, index, &events_tag);
}

struct event_names event_names_none(void)
{
    struct event_names names;
    for (int i = 0; i < ACTION_COUNT; i++)
        names.index[i] = -1;
    return names;
}

/* Of two actions with one index, which no game should have, the first is meant. */
static void set_names(struct events *events, const struct event_names *names)
{
    events->names = *names;
    memset(events->action_of, ACTION_COUNT, sizeof events->action_of);
    for (int i = ACTION_COUNT - 1; i >= 0; i--) {
        int32_t index = names->index[i];
        if (index < 0 || index >= EVENT_NAME_COUNT)
            events->names.index[i] = -1;
        else
            events->action_of[index] = (uint8_t)i;
    }
}

/* Memory for the list of the events at `index`, which are moved into it. */
static void set_capacity(lua_State *L, int index, struct events *events, int32_t capacity)
{
    struct input_event *list = lua_newuserdatauv(L, (size_t)capacity * sizeof *list, 0);
    struct input_event *end = list + capacity;
    if (events->count > 0)
        memcpy(end - events->count, events->end - events->count,
               (size_t)events->count * sizeof *list);
    lua_setiuservalue(L, index, 1);
    events->end = end;
    events->capacity = capacity;
}

void events_grow(lua_State *L, int index, struct events *events)
{
    if (events->count < events->capacity)
        return;
    if (events->count >= EVENTS_COUNT_MAX)
        luaL_error(L, "too many events: no game takes more than %d", EVENTS_COUNT_MAX);
    set_capacity(L, index, events, 2 * events->capacity);
}

struct events *push_events(lua_State *L, const struct event_names *names, int32_t capacity)
{
    struct events *events = lua_newuserdatauv(L, sizeof *events, 1);
    memset(events, 0, sizeof *events);
    events->tag = &events_tag;
    set_names(events, names);
    luaL_setmetatable(L, EVENTS_TYPE);
    set_capacity(L, lua_gettop(L), events, capacity > CAPACITY_MIN ? capacity : CAPACITY_MIN);
    return events;
}

bool event_names_read(const struct dialect *dialect, const uint8_t *data, struct event_names *names)
{
    size_t count = dialect->event_index_count;
    *names = event_names_none();
    for (size_t i = 0; i < count && i < ACTION_COUNT; i++)
        names->index[i] = load_i32(data + 4 * i);
    return count > 0;
}

struct events *push_events_read(lua_State *L, const struct dialect *dialect,
                                const struct event_names *names, const uint8_t *data)
{
    struct event_names told;
    if (!event_names_read(dialect, data, &told))
        told = *names;
    data += 4 * dialect->event_index_count;
    int32_t count = load_i32(data + 4); /* measured: it is all there */
    struct events *events = push_events(L, &told, count);
    events->duration = load_u32(data);
    events->count = count;
    if (count > 0)
        memcpy(events_at(events, count), data + 8, (size_t)count * sizeof(struct input_event));
    return events;
}

/* The names mean nothing to the game, nor does the duration (section 8). */
size_t events_write_head(const struct dialect *dialect, uint32_t duration, int32_t count,
                         uint8_t head[EVENTS_HEAD_SIZE_MAX])
{
    struct bytes_writer writer = bytes_writer(head, EVENTS_HEAD_SIZE_MAX);
    for (size_t i = 0; i < dialect->event_index_count; i++)
        bytes_put_i32(&writer, -1);
    bytes_put_u32(&writer, duration);
    bytes_put_i32(&writer, count);
    return writer.position;
}

/* The event with the index that another game's buffer has for its name. */
static struct input_event rename_event(lua_State *L, const struct events *events,
                                       struct input_event event, const struct event_names *names)
{
    enum action action = events_action(events, event);
    if (action == ACTION_COUNT) /* nobody knows what it is: as it came */
        return event;
    if (names->index[action] < 0)
        luaL_error(L, "the game's event buffer has no action %s", actions[action].name);
    event.input_data = (int32_t)(((uint32_t)event.input_data & EVENT_VALUE_MASK) |
                                 (uint32_t)names->index[action] << 24);
    return event;
}

const struct input_event *push_events_named(lua_State *L, const struct events *events,
                                            const struct event_names *names)
{
    const struct input_event *list = events_at(events, events->count);
    if (memcmp(&events->names, names, sizeof *names) == 0)
        return list;
    struct input_event *renamed =
        lua_newuserdatauv(L, (size_t)events->capacity * sizeof *renamed, 0);
    for (int32_t i = 0; i < events->count; i++)
        renamed[i] = rename_event(L, events, list[i], names);
    return renamed;
}

bool event_race_running(const struct event_names *names, struct input_event *event)
{
    int32_t index = names->index[ACTION_RACE_RUNNING];
    if (index < 0)
        return false;
    *event = (struct input_event){EVENT_TIME_RACE_RUNNING, event_data_binary((unsigned)index, 1)};
    return true;
}

static int l_events_len(lua_State *L)
{
    lua_pushinteger(L, check_events(L, 1)->count);
    return 1;
}

static int l_events_tostring(lua_State *L)
{
    const struct events *events = check_events(L, 1);
    lua_pushfstring(L, "events (%d, %d ms)", (int)events->count, (int)events->duration);
    return 1;
}

/* Upvalue: the methods. */
static int l_events_index(lua_State *L)
{
    struct events *events = check_events(L, 1);
    if (lua_type(L, 2) == LUA_TNUMBER) {
        lua_Integer place = lua_tointeger(L, 2);
        if (place >= 1 && place <= events->count)
            push_event(L, 1, events, (int32_t)place);
        else
            lua_pushnil(L);
        return 1;
    }
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (strcmp(luaL_checkstring(L, 2), "duration") != 0)
        return luaL_error(L, "events have no field '%s'", lua_tostring(L, 2));
    lua_pushinteger(L, events->duration);
    return 1;
}

static int l_events_newindex(lua_State *L)
{
    struct events *events = check_events(L, 1);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    if (strcmp(name, "duration") != 0)
        return luaL_error(L,
                          "events[%s] cannot be assigned; there are add and remove, and an "
                          "event's time, name and value",
                          luaL_tolstring(L, 2, NULL));
    int is_integer;
    lua_Integer duration = lua_tointegerx(L, 3, &is_integer);
    if (!is_integer || duration < 0 || duration > UINT32_MAX)
        return luaL_error(L, "duration: milliseconds are expected, not %s",
                          luaL_tolstring(L, 3, NULL));
    events->duration = (uint32_t)duration;
    return 0;
}

static const struct dialect *check_dialect(lua_State *L, int index)
{
    const struct dialect *dialect = dialect_find(luaL_optstring(L, index, dialects[0]->name));
    luaL_argcheck(L, dialect != NULL, index, "unknown dialect");
    return dialect;
}

int l_native_events(lua_State *L)
{
    size_t size, measured;
    const uint8_t *bytes = (const uint8_t *)luaL_checklstring(L, 1, &size);
    const struct dialect *dialect = check_dialect(L, 2);
    struct event_names names = event_names_none();
    if (!lua_isnoneornil(L, 3)) {
        luaL_checktype(L, 3, LUA_TTABLE);
        for (int i = 0; i < ACTION_COUNT; i++) {
            lua_rawgeti(L, 3, i + 1);
            names.index[i] = (int32_t)luaL_optinteger(L, -1, -1);
            lua_pop(L, 1);
        }
    }
    enum status status = shape_measure(dialect, "E", bytes, size, &measured);
    if (status != STATUS_OK || measured != size)
        return push_refusal(L, STATUS_INVALID, "%d bytes are no event buffer of the dialect %s",
                            (int)size, dialect->name);
    push_events_read(L, dialect, &names, bytes);
    return 1;
}

int l_native_event_bytes(lua_State *L)
{
    const struct events *events = check_events(L, 1);
    uint8_t head[EVENTS_HEAD_SIZE_MAX];
    size_t size = events_write_head(check_dialect(L, 2), events->duration, events->count, head);
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    luaL_addlstring(&buffer, (const char *)head, size);
    luaL_addlstring(&buffer, (const char *)events_at(events, events->count),
                    (size_t)events->count * sizeof(struct input_event));
    luaL_pushresult(&buffer);
    return 1;
}

int l_native_is_events(lua_State *L)
{
    const struct userdata_tag *const *userdata = lua_touserdata(L, 1);
    lua_pushboolean(L, userdata != NULL && lua_rawlen(L, 1) == sizeof(struct events) &&
                           *userdata == &events_tag);
    return 1;
}

void events_open_types(lua_State *L)
{
    static const luaL_Reg metamethods[] = {
        {"__len", l_events_len}, {"__tostring", l_events_tostring}, {NULL, NULL}};
    luaL_newmetatable(L, EVENTS_TYPE);
    luaL_setfuncs(L, metamethods, 0);
    lua_pushliteral(L, EVENTS_TYPE);
    lua_setfield(L, -2, "__metatable");
    lua_newtable(L); /* metatable methods */
    events_add_edits(L);
    lua_pushcfunction(L, l_events_to_script);
    lua_setfield(L, -2, "to_script");
    lua_pushcclosure(L, l_events_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, l_events_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pop(L, 1);
    event_entry_open_type(L);
}
