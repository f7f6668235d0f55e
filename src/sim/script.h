/*
 * Commands that wait for their time in a race: the inputs of a loaded script, and any other
 * command with a time in front. It keeps them and says which are due; it runs none.
 *
 * Source: fact sheet "TMInterface input scripts", section 5.
 */
#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include "sim/event_tape.h"
#include "wire/console_command.h"

enum {
    SCRIPT_COMMAND_COUNT_MAX = 1024, /* other than inputs */
    SCRIPT_TEXT_SIZE_MAX = 64 * 1024 /* bytes of all of them */
};

struct script_command {
    int32_t time;
    uint32_t offset, size; /* in text */
};

struct sim_script {
    struct event_tape inputs;
    int32_t command_count;
    struct script_command commands[SCRIPT_COMMAND_COUNT_MAX]; /* rising time, as they came */
    size_t text_size;
    char text[SCRIPT_TEXT_SIZE_MAX];
};

void script_clear(struct sim_script *script);

/* Whether anything is kept. */
bool script_is_empty(const struct sim_script *script);

/*
 * The events of an input command that is timed, or immediate and to act at `now_ms`: a range has
 * two. 0 when the command is no input with an event (`delete`, an unknown action, no input at
 * all); the caller then keeps it as a command.
 */
int script_events(const struct console_command *command, int32_t now_ms,
                  struct input_event events[2]);

/* Keeps a command for its time; a range for both of its times. False: there is no room. */
bool script_keep(struct sim_script *script, const struct console_command *command);

/* Index of the first command after that race time. */
int32_t script_after(const struct sim_script *script, int32_t time);

static inline struct console_span script_text(const struct sim_script *script, int32_t index)
{
    const struct script_command *command = &script->commands[index];
    return (struct console_span){script->text + command->offset, command->size};
}

#endif
