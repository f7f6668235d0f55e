/*
 * Inputs as the text of an input script. It writes; reading is wire/console_command's.
 *
 * Source: fact sheet "TMInterface input scripts", section 7.
 */
#ifndef SIM_INPUT_TEXT_H
#define SIM_INPUT_TEXT_H

#include "base/text_sink.h"
#include "sim/input_record.h"

#include <stddef.h>

/*
 * Writes one line an event, in the order they have, up to the finish. The events are `stride` bytes
 * apart; their name indices are those of the embedded game.
 */
void input_text_write(const struct input_event *events, size_t count, size_t stride,
                      const struct text_sink *sink);

#endif
