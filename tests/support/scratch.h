/*
 * A folder for the files of one test, and its removal. Paths are absolute; whatever cannot be
 * made fails the test.
 */
#ifndef TEST_SUPPORT_SCRATCH_H
#define TEST_SUPPORT_SCRATCH_H

/* The folder, made at its first use. */
const char *scratch_folder(void);

/* The path of a file there; valid until scratch_end. The name may hold no further folder. */
const char *scratch_path(const char *name);

/* Writes it and returns its path. */
const char *scratch_write(const char *name, const char *text);

/* Removes the folder and everything in it. For teardowns. */
void scratch_end(void);

#endif
