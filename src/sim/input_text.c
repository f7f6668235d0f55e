#include "sim/input_text.h"

#include <string.h>

static enum action action_of(struct input_event event)
{
    for (int i = 0; i < ACTION_COUNT; i++)
        if (action_name_index[i] == (int32_t)event_name_index(event.input_data))
            return (enum action)i;
    return ACTION_COUNT;
}

/* The tick that the event acts in: of those between two ticks, the later one. */
static int32_t tick_time(struct input_event event)
{
    if (event.time <= EVENT_TIME_ZERO)
        return 0;
    return (event_input_time(event.time) + 9) / 10 * 10;
}

static void write_event(struct input_event event, enum action action, const struct text_sink *sink)
{
    int time = (int)tick_time(event);
    bool on = event_binary(event.input_data);
    if (actions[action].is_analog)
        text_sink_print(sink, "%d %s %d\n", time, actions[action].word,
                        (int)event_analog(event.input_data));
    else if (action == ACTION_RESPAWN || action == ACTION_HORN) {
        if (on)
            text_sink_print(sink, "%d press %s\n", time, actions[action].word);
    } else
        text_sink_print(sink, "%d %s %s\n", time, on ? "press" : "rel", actions[action].word);
}

void input_text_write(const struct input_event *events, size_t count, size_t stride,
                      const struct text_sink *sink)
{
    const unsigned char *at = (const unsigned char *)events;
    for (size_t i = 0; i < count; i++, at += stride) {
        struct input_event event;
        memcpy(&event, at, sizeof event);
        enum action action = action_of(event);
        if (action == ACTION_FINISH_LINE)
            return;
        if (action != ACTION_COUNT && actions[action].word[0] != '\0')
            write_event(event, action, sink);
    }
}
