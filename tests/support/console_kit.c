#include "support/console_kit.h"
#include "wire/console_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char description[8192];
static size_t description_size;

__attribute__((format(printf, 1, 2))) static void add(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t room = sizeof description - description_size;
    int size = vsnprintf(description + description_size, room, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < room);
    description_size += (size_t)size;
}

static char *exact_copy(const char *text, size_t size)
{
    char *copy = malloc(size);
    assert_true(copy != NULL || size == 0);
    if (size > 0)
        memcpy(copy, text, size);
    return copy;
}

static void expect_inside(struct console_span span, const char *text, size_t size)
{
    assert_true(span.at >= text && span.at <= text + size);
    assert_true(span.size <= size - (size_t)(span.at - text));
    unsigned sum = 0;
    for (size_t i = 0; i < span.size; i++)
        sum += (unsigned char)span.at[i];
    *(volatile unsigned *)&sum = sum; /* so that the bytes really are read */
}

static void describe_time(const struct console_command *command)
{
    if (command->from_ms == CONSOLE_NO_TIME)
        add("now");
    else
        add("%d", command->from_ms);
    assert_int_equal(command->is_range, command->to_ms != CONSOLE_NO_TIME);
    if (command->is_range)
        add("..%d", command->to_ms);
}

static void describe_command(const struct console_command *command)
{
    describe_time(command);
    for (size_t i = 0; i < command->argument_count; i++) {
        struct console_span argument = command->arguments[i];
        add(" [");
        for (size_t at = 0; at < argument.size; at++)
            add(argument.at[at] != '\0' ? "%c" : "\\0", argument.at[at]);
        add("]");
    }
    add(command->cut ? " cut\n" : "\n");
}

static const char *input_word(const struct console_input *input)
{
    assert_int_equal(input->kind == CONSOLE_INPUT_ACTION, input->action != ACTION_COUNT);
    if (input->kind == CONSOLE_INPUT_ACTION)
        return actions[input->action].word;
    return input->kind == CONSOLE_INPUT_RESTART ? "delete" : "unknown";
}

static void describe_input(const struct console_command *command)
{
    struct console_input input;
    describe_time(command);
    if (!console_command_input(command, &input)) {
        add(" none\n");
        return;
    }
    add(" %s", input_word(&input));
    if (input.at_start)
        add(" %d", input.start_value);
    else
        add(" -");
    assert_int_equal(input.at_end, command->is_range);
    if (input.at_end)
        add("..%d", input.end_value);
    add("\n");
}

static size_t read_all(const char *text, size_t size,
                       void (*describe)(const struct console_command *command))
{
    char *copy = exact_copy(text, size);
    struct console_reader reader = console_reader(copy, size);
    struct console_command command;
    size_t count = 0;
    for (; console_reader_next(&reader, &command); count++) {
        expect_inside(command.text, copy, size);
        for (size_t i = 0; i < command.argument_count; i++)
            expect_inside(command.arguments[i], copy, size);
        if (describe != NULL)
            describe(&command);
    }
    assert_false(console_reader_next(&reader, &command));
    free(copy);
    return count;
}

static const char *describe_all(const char *text, size_t size,
                                void (*describe)(const struct console_command *command))
{
    description_size = 0;
    description[0] = '\0';
    read_all(text, size, describe);
    return description;
}

const char *console_kit_commands(const char *text, size_t size)
{
    return describe_all(text, size, describe_command);
}

const char *console_kit_inputs(const char *text, size_t size)
{
    return describe_all(text, size, describe_input);
}

size_t console_kit_count(const char *text, size_t size)
{
    return read_all(text, size, NULL);
}
