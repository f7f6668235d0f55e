/*
 * `tmlua tas COMMAND` as a user runs it: to its end with what it says, or beside a game. Whatever
 * else comes of it fails the test.
 */
#ifndef TEST_SUPPORT_TAS_KIT_H
#define TEST_SUPPORT_TAS_KIT_H

#include "support/duo.h"

#include <stddef.h>

enum {
    TAS_SOON_MS = 30000,
    TAS_ARGUMENT_COUNT_MAX = 16
};

/* What stands behind `tmlua`, and what comes of it. */
struct tas_run {
    const char *arguments[TAS_ARGUMENT_COUNT_MAX];
    int status;
    const char *out; /* the whole standard output; NULL: whatever */
    const char *err; /* the whole standard error; NULL: whatever */
};

/* The last that was run; it has ended. Closed by the next one and by tas_end. */
struct process *tas_run(const struct tas_run *expected);

#define TAS_RUN(...) tas_run(&(struct tas_run){__VA_ARGS__})

/* A text made by the format, for `out` or `err`; valid until the next call. */
const char *tas_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The path of scripts/inputs/TRACK.txt; valid until the next call. */
const char *tas_inputs(const char *track);

/* The bytes of a file, terminated; the caller frees. Fails when it cannot be read. */
char *tas_read_file(const char *path);

bool tas_is_there(const char *path);

/* The two files have the same bytes. */
void tas_expect_same_files(const char *path, const char *other);

/* Closes what was run, and removes the test's files and programs. For teardowns. */
int tas_end(void **state);

#endif
