/*
 * The language that TMInterface's console, its config file and its input scripts share: text
 * in, one command after the other out. It reads and splits, and nothing else: it knows no
 * command by name but the four inputs, runs nothing, sorts nothing, checks no value's range and
 * keeps no copy. What it gives points into the caller's text, which may hold any bytes, zeros
 * included; it never refuses a text, because every text is a list of commands.
 *
 * The time it takes grows with the size of the text and with nothing else, whatever the text.
 *
 * Source: fact sheet "TMInterface input scripts", sections 1 to 4, column `parser`. Where the
 * sheet advises so, it is stricter: numbers are ASCII digits with an optional sign. White space
 * is what isspace says in the C locale; every other byte is an ordinary character.
 */
#ifndef WIRE_CONSOLE_COMMAND_H
#define WIRE_CONSOLE_COMMAND_H

#include "base/limits.h"
#include "wire/input_events.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CONSOLE_NO_TIME = -1,
    /* Later times are read as this one, the last that still has a stored time. */
    CONSOLE_TIME_MAX_MS = INT32_MAX - EVENT_TIME_ZERO,
    /* Analog values beyond these are read as these, the last that an event can hold. */
    CONSOLE_ANALOG_MIN = -8388607,
    CONSOLE_ANALOG_MAX = 8388608
};

/* A part of the caller's text, without a final zero. */
struct console_span {
    const char *at;
    size_t size; /* bytes */
};

struct console_command {
    int32_t from_ms; /* CONSOLE_NO_TIME: an immediate command */
    int32_t to_ms;   /* CONSOLE_NO_TIME: no end; otherwise at or after from_ms */
    bool is_range;   /* to_ms is a time */
    bool cut;        /* there are more arguments than found room; `text` has them all */
    size_t line;     /* from 1, of the first character, that of the time if there is one */
    size_t column;   /* from 1, in bytes, of the same */

    /*
     * What is behind the time, or all of it if there is none, without the spaces around it. A
     * timed command may be empty here.
     */
    struct console_span text;

    /* The name and its arguments, none of them empty. The time is not among them. */
    size_t argument_count;
    struct console_span arguments[CONSOLE_ARGUMENT_COUNT_MAX];
};

/* Where the reading of a text is. Its fields are its own. */
struct console_reader {
    const char *text;
    size_t size;
    size_t position;   /* of the next command in the line */
    size_t line_start; /* of the whole line, before anything is taken off it */
    size_t line_end;   /* where its commands end: before white space, comment, line feed */
    size_t next_line;
    size_t line; /* from 1; 0 before the first */
};

/* The text, `size` bytes, stays the caller's and must outlive the reader and its commands. */
struct console_reader console_reader(const char *text, size_t size);

/* The next command of the text; false at its end, with the command as it was. Sections 1 to 3. */
bool console_reader_next(struct console_reader *reader, struct console_command *command);

/*
 * Takes the next argument off `rest`; false, with both as they were, when there is none. For a
 * line that is known to be one command, and for the arguments of one that is `cut`. Section 2.
 */
bool console_argument_next(struct console_span *rest, struct console_span *argument);

enum console_input_kind {
    CONSOLE_INPUT_ACTION,  /* `action` tells which; it has an event */
    CONSOLE_INPUT_RESTART, /* the word `delete`: it restarts the race and has no event */
    CONSOLE_INPUT_UNKNOWN  /* any other word: an input without a meaning, and without an event */
};

struct console_input {
    enum console_input_kind kind;
    enum action action; /* ACTION_COUNT if it has no event */

    /*
     * Values are 1 and 0, or analog ones as written: left and acceleration are negative. A range
     * ends with 0. If the analog value of a range is no number, only its end is an input, and
     * its start is the command as it stands: at_start is false.
     */
    bool at_start;
    bool at_end;
    int32_t start_value;
    int32_t end_value;
};

/*
 * Whether a command, timed or immediate, is an input (press, rel, steer, gas), and which one.
 * False, with the input as it was, if not. Upper and lower case are the same. Section 4.
 */
bool console_command_input(const struct console_command *command, struct console_input *input);

#endif
