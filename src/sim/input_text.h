/*
 * Inputs as the text of an input script. It writes; reading is wire/console_command's.
 *
 * Source: fact sheet "TMInterface input scripts", section 7.
 */
#ifndef SIM_INPUT_TEXT_H
#define SIM_INPUT_TEXT_H

#include "base/printf_like.h"
#include "sim/input_record.h"

#include <stddef.h>

/* Where text goes, piece by piece. */
struct text_sink {
    void *context;
    void (*put)(void *context, const char *text, size_t size);
};

void text_sink_print(const struct text_sink *sink, const char *format, ...) PRINTF_LIKE(2, 3);

/*
 * Writes one line an event, in the order they have, up to the finish. The events are `stride` bytes
 * apart; their name indices are those of the embedded game.
 */
void input_text_write(const struct input_event *events, size_t count, size_t stride,
                      const struct text_sink *sink);

#endif
