/*
 * Any bytes as console commands: whatever the text, the reader stays inside it, keeps the promises
 * of its header and comes to an end.
 */
#include "fuzz/fuzz_input.h"
#include "wire/console_command.h"

#include <string.h>

static void check_inside(struct console_span part, struct console_span whole)
{
    assert(part.at >= whole.at && part.at <= whole.at + whole.size);
    assert(part.size <= whole.size - (size_t)(part.at - whole.at));
}

static void check_times(const struct console_command *command)
{
    assert(command->is_range == (command->to_ms != CONSOLE_NO_TIME));
    assert(command->from_ms >= CONSOLE_NO_TIME && command->from_ms <= CONSOLE_TIME_MAX_MS);
    if (command->is_range)
        assert(command->from_ms >= 0 && command->to_ms >= command->from_ms &&
               command->to_ms <= CONSOLE_TIME_MAX_MS);
}

/* The arguments are those of the text, in order; a cut command has more of them there. */
static void check_arguments(const struct console_command *command)
{
    struct console_span rest = command->text, argument;
    size_t count = 0;
    for (; console_argument_next(&rest, &argument); count++) {
        check_inside(argument, command->text);
        check_inside(rest, command->text);
        assert(argument.size > 0 && rest.at >= argument.at + argument.size);
        if (count < command->argument_count)
            assert(memcmp(&command->arguments[count], &argument, sizeof argument) == 0);
    }
    assert(command->argument_count <= CONSOLE_ARGUMENT_COUNT_MAX);
    assert(command->cut == (count > CONSOLE_ARGUMENT_COUNT_MAX));
    assert(command->cut || count == command->argument_count);
    assert(command->from_ms != CONSOLE_NO_TIME || count > 0);
}

static void check_input(const struct console_command *command)
{
    struct console_input input;
    if (!console_command_input(command, &input))
        return;
    assert(command->argument_count >= 2);
    assert((input.kind == CONSOLE_INPUT_ACTION) == (input.action < ACTION_COUNT));
    assert(input.at_start || input.at_end);
    assert(input.at_end == command->is_range && input.end_value == 0);
    assert(input.start_value >= CONSOLE_ANALOG_MIN && input.start_value <= CONSOLE_ANALOG_MAX);
}

/* The place that a command tells of is where it starts. */
static void check_place(const struct console_command *command, struct console_span text)
{
    size_t line = 1, line_start = 0;
    size_t at = (size_t)(command->text.at - text.at);
    for (size_t i = 0; i < at; i++) {
        if (text.at[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    assert(command->line == line && command->column >= 1);
    size_t column = at - line_start + 1;
    assert(command->from_ms == CONSOLE_NO_TIME ? command->column == column
                                               : command->column < column);
}

/* Alone, the text of an immediate command is the same command, unless a tab starts or ends it. */
static void check_again(const struct console_command *command)
{
    char first = command->text.at[0], last = command->text.at[command->text.size - 1];
    if ((first >= '\t' && first <= '\r') || (last >= '\t' && last <= '\r'))
        return;
    struct console_reader reader = console_reader(command->text.at, command->text.size);
    struct console_command again;
    assert(console_reader_next(&reader, &again));
    assert(memcmp(&again.text, &command->text, sizeof again.text) == 0);
    assert(again.argument_count == command->argument_count && again.cut == command->cut);
    assert(memcmp(again.arguments, command->arguments, sizeof again.arguments) == 0);
    assert(!console_reader_next(&reader, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct console_span text = {(const char *)data, size};
    struct console_reader reader = console_reader(text.at, text.size);
    struct console_command command;
    const char *previous_end = text.at;
    while (console_reader_next(&reader, &command)) {
        check_inside(command.text, text);
        assert(command.text.at >= previous_end);
        previous_end = command.text.at + command.text.size;
        check_times(&command);
        check_arguments(&command);
        check_input(&command);
        check_place(&command, text);
        if (command.from_ms == CONSOLE_NO_TIME)
            check_again(&command);
    }
    assert(!console_reader_next(&reader, &command));
    return 0;
}
