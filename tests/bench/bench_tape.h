/* Inputs of a script as the tape of a simulation, for benchmarks that play them without a client. */
#ifndef BENCH_BENCH_TAPE_H
#define BENCH_BENCH_TAPE_H

#include "sim/event_tape.h"
#include "sim/script.h"

#include <stdbool.h>
#include <stdio.h>

/* False: the file cannot be read, or has no inputs. */
static inline bool bench_read_tape(const char *path, struct event_tape *tape)
{
    static char text[64 * 1024];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    struct console_reader reader = console_reader(text, size);
    struct console_command command;
    event_tape_clear(tape);
    while (console_reader_next(&reader, &command)) {
        struct input_event events[2];
        int count = script_events(&command, 0, events);
        for (int i = 0; i < count; i++)
            event_tape_add(tape, events[i]);
    }
    return tape->count > 1;
}

#endif
