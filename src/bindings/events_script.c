/*
 * Events as an input script. Source: fact sheet "TMInterface input scripts", section 7. Events of
 * one time keep the order they have in the list, in which they act.
 */
#include "bindings/errors.h"
#include "bindings/events.h"

#include <lauxlib.h>
#include <stdio.h>

enum {
    LINE_SIZE_MAX = 64,
    NAME_INDEX_MAX = 9
};

/* Stored time of the race-running event: the first of the list, if there are several. */
static int32_t start_time(const struct events *events)
{
    for (int32_t i = 1; i <= events->count; i++)
        if (events_action(events, *events_at(events, i)) == ACTION_RACE_RUNNING)
            return events_at(events, i)->time;
    return EVENT_TIME_RACE_RUNNING;
}

/* The input time, up to the next whole tick. */
static long long script_time(struct input_event event, int32_t start)
{
    long long time = (long long)event.time - start - 10;
    return (time / 10 + (time % 10 > 0)) * 10;
}

/* Writes one line; 0: the event has none. */
static int write_line(char *line, enum action action, struct input_event event, int32_t start)
{
    long long time = script_time(event, start);
    const char *word = action != ACTION_COUNT ? actions[action].word : "";
    bool on = event_binary(event.input_data);
    if (word[0] == '\0')
        return 0;
    if (actions[action].is_analog)
        return snprintf(line, LINE_SIZE_MAX, "%lld %s %d\n", time, word,
                        (int)event_analog(event.input_data));
    if ((action == ACTION_RESPAWN || action == ACTION_HORN) && !on)
        return 0;
    return snprintf(line, LINE_SIZE_MAX, "%lld %s %s\n", time, on ? "press" : "rel", word);
}

static void write_script(lua_State *L, const struct events *events, int32_t start, bool all)
{
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (int32_t i = 1; i <= events->count; i++) {
        struct input_event event = *events_at(events, i);
        enum action action = events_action(events, event);
        if (!all && action == ACTION_FINISH_LINE && event.time >= start)
            break;
        if (all || event.time >= start) {
            char *line = luaL_prepbuffsize(&buffer, LINE_SIZE_MAX);
            luaL_addsize(&buffer, (size_t)write_line(line, action, event, start));
        }
    }
    luaL_pushresult(&buffer);
}

/* Of an index that no buffer of the game can have it is not known what would be lost. */
static const struct input_event *find_stranger(const struct events *events)
{
    for (int32_t i = 1; i <= events->count; i++) {
        const struct input_event *event = events_at(events, i);
        if (event_name_index(event->input_data) > NAME_INDEX_MAX &&
            events_action(events, *event) == ACTION_COUNT)
            return event;
    }
    return NULL;
}

/* events:to_script([all]) -> text, or nil, message, code */
int l_events_to_script(lua_State *L)
{
    const struct events *events = check_events(L, 1);
    bool all = lua_toboolean(L, 2);
    const struct input_event *stranger = find_stranger(events);
    if (stranger != NULL)
        return push_refusal(L, STATUS_INVALID,
                            "to_script: the event at %d ms has the name index %d, and there is "
                            "nothing above %d",
                            (int)event_input_time(stranger->time),
                            (int)event_name_index(stranger->input_data), NAME_INDEX_MAX);
    int32_t start = start_time(events);
    struct events *sorted = push_events_copy(L, events);
    events_sort(L, sorted);
    write_script(L, sorted, start, all);
    return 1;
}
