/*
 * The command line of tmlua, read into a struct. Nothing is printed and nothing is run here: what
 * is wrong is a sentence in the struct.
 */
#ifndef HOST_OPTIONS_H
#define HOST_OPTIONS_H

#include <stdbool.h>

enum {
    OPTION_ATTACH_COUNT_MAX = 16,
    OPTION_CHUNK_COUNT_MAX = 64
};

/* What -e and -l ask for, in their order. */
struct option_chunk {
    bool is_module; /* -l */
    const char *text;
};

struct options {
    const char *attach[OPTION_ATTACH_COUNT_MAX]; /* addresses, the first is the default */
    int attach_count;
    double wait_s;
    struct option_chunk chunks[OPTION_CHUNK_COUNT_MAX];
    int chunk_count;
    bool list, help, version, interactive, warnings, ignore_environment, watch;
    int script_index; /* in argv; 0: no script */
    bool is_tas;      /* what stands there is no script, but the word `tas` */
    char sim_address[80];
    char error[160]; /* empty: all is well */
};

/* Fills *options; returns false when error holds a sentence. */
bool options_read(struct options *options, int argc, char **argv);

extern const char options_help[];

#endif
