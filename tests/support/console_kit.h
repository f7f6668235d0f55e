/*
 * What the reader of console commands makes of a text, as text again, so that an expectation is
 * one line to read. The reader gets a heap copy of just the right size, where a sanitizer sees
 * the first byte read too far. It judges nothing but that every span is inside the copy.
 */
#ifndef TEST_SUPPORT_CONSOLE_KIT_H
#define TEST_SUPPORT_CONSOLE_KIT_H

#include <stddef.h>

/*
 * One line for each command, valid until the next call: its time ("now", "100", "100..200"),
 * its arguments in brackets, and "cut" if it is.
 */
const char *console_kit_commands(const char *text, size_t size);

/*
 * One line for each command: its time and "none", or the word of the input with its value, and
 * with that at the end of a range ("100..200 steer 5..0"). A start that is no input is "-".
 */
const char *console_kit_inputs(const char *text, size_t size);

/* Only reads, every byte of every span; returns the number of commands. For large texts. */
size_t console_kit_count(const char *text, size_t size);

/* For literals, which may have zeros inside. */
#define EXPECT_COMMANDS(text, expected)                                                            \
    assert_string_equal(console_kit_commands(text, sizeof text - 1), expected)
#define EXPECT_INPUTS(text, expected)                                                              \
    assert_string_equal(console_kit_inputs(text, sizeof text - 1), expected)

#endif
