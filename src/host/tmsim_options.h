/* The command line of tmsim, read into a struct. Nothing is printed and nothing is run here. */
#ifndef HOST_TMSIM_OPTIONS_H
#define HOST_TMSIM_OPTIONS_H

#include "transport/tcp.h"
#include "wire/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tmsim_options {
    const char *track; /* a built-in name, or the path of a track file */
    int laps;          /* 0: the track's own */
    double speed;      /* times real time; 0: as fast as it goes */
    bool mapped;
    const char *name; /* of the shared memory; null: the first free TMInterface0..15 */
    const struct dialect *dialect;
    size_t buffer_size; /* bytes; 0: the dialect's own */
    bool engine;        /* serve the framed protocol */
    struct tcp_address engine_address;
    bool bare_screenshots; /* as the real client wants them: see tmsim_help */
    uint64_t steps;        /* stop after so many ticks; 0: never */
    const char *inputs;    /* path of an input script to play in the race; null: none */
    const char *simulate;  /* path of one to simulate, again and again; null: run context */
    bool console;          /* commands come from standard input */
    bool quiet;
    bool help, version;
    char error[160];
};

/* Fills *options; returns false when error holds a sentence. */
bool tmsim_options_read(struct tmsim_options *options, int argc, char **argv);

extern const char tmsim_help[];

#endif
