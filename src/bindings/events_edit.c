/* What changes a list of events, and what looks for events in it. */
#include "bindings/events.h"

#include <lauxlib.h>
#include <string.h>

/* What find and remove look for; what is absent may be anything. */
struct pattern {
    bool has_time, has_name, has_value;
    int32_t time;       /* stored */
    int32_t name_index; /* -1: the buffer has no such action */
    lua_Integer value;
};

/* events:add(time, name, value) -> its place, the last */
static int l_events_add(lua_State *L)
{
    struct events *events = check_events(L, 1);
    lua_settop(L, 4);
    struct input_event event = {.time = check_event_time(L, 2)};
    event.input_data = check_event_data(L, events, check_event_name(L, events, 3), 4);
    events_grow(L, 1, events);
    *events_at(events, ++events->count) = event;
    lua_pushinteger(L, events->count);
    return 1;
}

static int refuse_pattern(lua_State *L)
{
    return luaL_error(L, "unknown field '%s': an event has time, name (or event_name) and value",
                      luaL_tolstring(L, -1, NULL));
}

/* One field of the table: its name and its value are the two on top of the stack. */
static void read_field(lua_State *L, const struct events *events, struct pattern *pattern)
{
    const char *field = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    int index = lua_gettop(L);
    if (strcmp(field, "time") == 0) {
        pattern->has_time = true;
        pattern->time = check_event_time(L, index);
    } else if (strcmp(field, "event_name") == 0 || strcmp(field, "name") == 0) {
        pattern->has_name = true;
        pattern->name_index = check_action_index(L, events, index);
    } else if (strcmp(field, "value") == 0) {
        int is_integer;
        pattern->has_value = true;
        pattern->value = lua_tointegerx(L, index, &is_integer);
        if (lua_type(L, index) == LUA_TBOOLEAN)
            pattern->value = lua_toboolean(L, index);
        else if (!is_integer)
            luaL_error(L, "value: a whole number is expected, not %s",
                       luaL_tolstring(L, index, NULL));
    } else {
        lua_pushvalue(L, -2);
        refuse_pattern(L);
    }
}

static struct pattern read_pattern(lua_State *L, const struct events *events)
{
    struct pattern pattern = {false};
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lua_pushnil(L);
    while (lua_next(L, 2) != 0) {
        read_field(L, events, &pattern);
        lua_pop(L, 1);
    }
    return pattern;
}

static bool matches(const struct events *events, const struct pattern *pattern,
                    struct input_event event)
{
    return (!pattern->has_time || event.time == pattern->time) &&
           (!pattern->has_name ||
            (int32_t)event_name_index(event.input_data) == pattern->name_index) &&
           (!pattern->has_value ||
            event_value(events_action(events, event), event) == pattern->value);
}

/* events:find{time =, event_name =, value =} -> list of events */
static int l_events_find(lua_State *L)
{
    struct events *events = check_events(L, 1);
    struct pattern pattern = read_pattern(L, events);
    lua_Integer found = 0;
    lua_newtable(L);
    for (int32_t i = 1; i <= events->count; i++)
        if (matches(events, &pattern, *events_at(events, i))) {
            push_event(L, 1, events, i);
            lua_rawseti(L, -2, ++found);
        }
    return 1;
}

/* events:remove{time =, event_name =, value =} -> how many there were */
static int l_events_remove(lua_State *L)
{
    struct events *events = check_events(L, 1);
    struct pattern pattern = read_pattern(L, events);
    int32_t kept = 0, count = events->count;
    if (!pattern.has_time && !pattern.has_name && !pattern.has_value)
        return luaL_error(L, "remove: say which events; clear empties the list");
    for (int32_t i = 1; i <= count; i++) {
        struct input_event event = *events_at(events, i);
        if (!matches(events, &pattern, event))
            *events_at(events, ++kept) = event;
    }
    events->count = kept;
    events->generation += kept != count;
    lua_pushinteger(L, count - kept);
    return 1;
}

/* events:clear(): down to the race-running event, without which a race never starts */
static int l_events_clear(lua_State *L)
{
    struct events *events = check_events(L, 1);
    struct input_event event;
    if (!event_race_running(&events->names, &event))
        return luaL_error(L, "these events have no action %s", actions[ACTION_RACE_RUNNING].name);
    events->generation++;
    events->count = 0;
    events_grow(L, 1, events);
    *events_at(events, ++events->count) = event;
    return 0;
}

struct events *push_events_copy(lua_State *L, const struct events *events)
{
    struct events *copy = push_events(L, &events->names, events->count);
    copy->duration = events->duration;
    copy->count = events->count;
    if (events->count > 0)
        memcpy(events_at(copy, copy->count), events_at(events, events->count),
               (size_t)events->count * sizeof(struct input_event));
    return copy;
}

/* events:copy() -> events */
static int l_events_copy(lua_State *L)
{
    push_events_copy(L, check_events(L, 1));
    return 1;
}

static bool is_sorted(const struct input_event *list, int32_t count)
{
    for (int32_t i = 1; i < count; i++)
        if (list[i].time > list[i - 1].time)
            return false;
    return true;
}

/* Merges two neighbouring runs of `from`, each in falling time, into `to`. */
static void merge_runs(const struct input_event *from, struct input_event *to, int32_t first,
                       int32_t middle, int32_t last)
{
    int32_t left = first, right = middle;
    for (int32_t i = first; i < last; i++) {
        bool take_left = left < middle && (right >= last || from[left].time >= from[right].time);
        to[i] = from[take_left ? left++ : right++];
    }
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

void events_sort(lua_State *L, struct events *events)
{
    int32_t count = events->count;
    struct input_event *list = events_at(events, count), *from = list;
    if (is_sorted(list, count))
        return;
    struct input_event *to = lua_newuserdatauv(L, (size_t)count * sizeof *to, 0);
    for (int32_t run = 1; run < count; run *= 2) {
        for (int32_t first = 0; first < count; first += 2 * run)
            merge_runs(from, to, first, smaller(first + run, count),
                       smaller(first + 2 * run, count));
        struct input_event *other = from;
        from = to;
        to = other;
    }
    if (from != list)
        memcpy(list, from, (size_t)count * sizeof *list);
    lua_pop(L, 1);
    events->generation++;
}

/* events:sort(): by time, earliest first */
static int l_events_sort(lua_State *L)
{
    events_sort(L, check_events(L, 1));
    return 0;
}

/* events:lists() -> times, names, values */
static int l_events_lists(lua_State *L)
{
    const struct events *events = check_events(L, 1);
    for (int list = 0; list < 3; list++)
        lua_createtable(L, events->count, 0);
    int last = lua_gettop(L);
    for (int32_t i = 1; i <= events->count; i++) {
        struct input_event event = *events_at(events, i);
        lua_pushinteger(L, event_input_time(event.time));
        lua_rawseti(L, last - 2, i);
        push_event_name(L, events, event);
        lua_rawseti(L, last - 1, i);
        lua_pushinteger(L, event_value(events_action(events, event), event));
        lua_rawseti(L, last, i);
    }
    return 3;
}

void events_add_edits(lua_State *L)
{
    static const luaL_Reg methods[] = {{"add", l_events_add},       {"find", l_events_find},
                                       {"remove", l_events_remove}, {"clear", l_events_clear},
                                       {"copy", l_events_copy},     {"sort", l_events_sort},
                                       {"lists", l_events_lists},   {NULL, NULL}};
    luaL_setfuncs(L, methods, 0);
}
