/*
 * The Lua type `events`: the inputs of a race, as an event buffer of the game holds them. The
 * files:
 *   events.c         making one, from bytes and into them; the list as Lua sees it
 *   events_edit.c    add, find, remove, clear, sort
 *   events_entry.c   one event of it, and what its time, name and value may be
 *   events_script.c  as an input script
 *
 * The bytes are the value: they are copied as they come, an event is decoded when it is looked at,
 * and what nobody has written is sent back as it came, names that we do not know included.
 *
 * Source: fact sheet "TMInterface mapped-memory protocol", section 8.
 */
#ifndef BINDINGS_EVENTS_H
#define BINDINGS_EVENTS_H

#include "bindings/userdata.h"
#include "wire/game_state.h"
#include "wire/input_events.h"
#include "wire/message.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENTS_TYPE "tm.events"
#define ENTRY_TYPE "tm.event"

enum {
    EVENT_NAME_COUNT = 256, /* name indices that an event can hold */
    /* All that the largest slot can carry. */
    EVENTS_COUNT_MAX = SLOT_SIZE_MAX / 8,
    EVENTS_HEAD_SIZE_MAX = 4 * ACTION_COUNT + 8
};

extern const struct userdata_tag events_tag;

/* Which name index stands for which action; each replay has its own. -1: there is none. */
struct event_names {
    int32_t index[ACTION_COUNT];
};

struct events {
    const struct userdata_tag *tag;
    struct event_names names;
    uint8_t action_of[EVENT_NAME_COUNT]; /* ACTION_COUNT: an index without a name */
    uint32_t duration;                   /* ms */
    uint32_t generation;                 /* counts the changes after which entries are stale */
    int32_t count, capacity;
    /*
     * The game stores the last event first, and Lua counts from the first: event i is end[-i], so
     * that the list is sent as it lies there, and grows downwards. In the user value.
     */
    struct input_event *end;
};

static inline struct input_event *events_at(const struct events *events, int32_t index)
{
    return events->end - index;
}

/* The action that an event is of, or ACTION_COUNT. */
static inline enum action events_action(const struct events *events, struct input_event event)
{
    return (enum action)events->action_of[event_name_index(event.input_data)];
}

/* No action is known. */
struct event_names event_names_none(void);

/* Pushes events without any event, and with room for `capacity` of them. */
struct events *push_events(lua_State *L, const struct event_names *names, int32_t capacity);

/*
 * Pushes the events of an event buffer, data of that dialect which has been measured. `names` are
 * for dialects whose buffers do not tell them.
 */
struct events *push_events_read(lua_State *L, const struct dialect *dialect,
                                const struct event_names *names, const uint8_t *data);

/* The names at the head of an event buffer; false: this dialect tells none there. */
bool event_names_read(const struct dialect *dialect, const uint8_t *data,
                      struct event_names *names);

/* The events at that stack index, or an argument error. */
struct events *check_events(lua_State *L, int index);

/* Writes what comes before the events of C_SIM_SET_EVENT_BUFFER; returns its size. */
size_t events_write_head(const struct dialect *dialect, uint32_t duration, int32_t count,
                         uint8_t head[EVENTS_HEAD_SIZE_MAX]);

/*
 * The events as a game with these names takes them, `count` times 8 bytes: the list itself, or a
 * copy that is pushed. Raises an error if that game has no name for one of them.
 */
const struct input_event *push_events_named(lua_State *L, const struct events *events,
                                            const struct event_names *names);

/* The race-running event alone, of the value 1 at its time; false: no name stands for it. */
bool event_race_running(const struct event_names *names, struct input_event *event);

/* Makes room for one more event at the end of the list at that stack index. */
void events_grow(lua_State *L, int index, struct events *events);

struct events *push_events_copy(lua_State *L, const struct events *events);

/* Sorts by time; those of one time keep their order. Pushes nothing. */
void events_sort(lua_State *L, struct events *events);

/* What an action or an index without one is called; the text is pushed. */
const char *push_event_name(lua_State *L, const struct events *events, struct input_event event);

/* The value as Lua has it: 1 and 0, analog ones signed, those of unknown names as they are. */
lua_Integer event_value(enum action action, struct input_event event);

/*
 * Of a name that a script gives, or of "#" and a number: its index in these events, -1 if they have
 * none. Raises an error for a name that no game has; check_event_name does so for -1 too.
 */
int32_t check_action_index(lua_State *L, const struct events *events, int index);
unsigned check_event_name(lua_State *L, const struct events *events, int index);

/* Of an input time that a script gives: the stored time. */
int32_t check_event_time(lua_State *L, int index);

/* The data word for a value that a script gives. */
int32_t check_event_data(lua_State *L, const struct events *events, unsigned name_index, int index);

/* Pushes event `place`, from 1, of the events at that stack index. */
void push_event(lua_State *L, int index, struct events *events, int32_t place);

/* Adds the methods that change a list to the table on top of the stack. */
void events_add_edits(lua_State *L);

/* events:to_script([all]) */
int l_events_to_script(lua_State *L);

/* tm.native.events(bytes, dialect name [, ten name indices]) -> events, or nil, message, code */
int l_native_events(lua_State *L);

/* tm.native.event_bytes(events, dialect name) -> the data of C_SIM_SET_EVENT_BUFFER */
int l_native_event_bytes(lua_State *L);

/* tm.native.is_events(value) -> boolean */
int l_native_is_events(lua_State *L);

/* Creates the metatables. */
void events_open_types(lua_State *L);
void event_entry_open_type(lua_State *L);

#endif
