/* The arguments of a command of the engine, decoded and checked; the bytes come from anyone. */
#ifndef HOST_TMSIM_ENGINE_ARGUMENTS_H
#define HOST_TMSIM_ENGINE_ARGUMENTS_H

#include "wire/engine_command.h"

#include <msgpack.h>
#include <stdbool.h>

/* What an argument has to be; anything above 0: an array of so many numbers. */
enum {
    ARGUMENT_END = 0,
    ARGUMENT_NUMBER = -1,
    ARGUMENT_TEXT = -2,

    ARGUMENT_COUNT_MAX = 4,
    ARGUMENT_NUMBER_COUNT_MAX = 24 /* of all together */
};

struct tmsim_engine_arguments {
    msgpack_unpacked unpacked;
    uint32_t count;                            /* without the options behind them */
    int32_t id;                                /* of the options; 0 without them */
    double numbers[ARGUMENT_NUMBER_COUNT_MAX]; /* those of arrays too; all fit a float */
    const char *text;                          /* in the body of the command */
    size_t text_size;
    char problem[120]; /* a sentence, after a false */
};

/* Decodes them all and reads the options. To be freed in any case. False: `problem`. */
bool tmsim_engine_arguments_open(struct tmsim_engine_arguments *arguments,
                                 const struct engine_command *command);

/* Reads what is there as `form` wants it, which ends with ARGUMENT_END. False: `problem`. */
bool tmsim_engine_arguments_read(struct tmsim_engine_arguments *arguments, const int8_t *form);

void tmsim_engine_arguments_free(struct tmsim_engine_arguments *arguments);

#endif
