#include "sim/console.h"

#include "base/bytes.h"
#include "sim/game_requests.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void sim_say(struct sim_game *game, const char *format, ...)
{
    char text[256];
    va_list arguments;
    if (game->note == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    game->note(game->note_context, text);
}

static int shown_size(struct console_span text)
{
    enum {
        SHOWN_SIZE_MAX = 100
    };
    return text.size < SHOWN_SIZE_MAX ? (int)text.size : SHOWN_SIZE_MAX;
}

static bool is_registered(const struct sim_game *game, struct console_span name)
{
    for (size_t i = 0; i < game->command_count; i++)
        if (strlen(game->commands[i]) == name.size &&
            memcmp(game->commands[i], name.at, name.size) == 0)
            return true;
    return false;
}

static void put_text(struct bytes_writer *writer, struct console_span text)
{
    bytes_put_i32(writer, (int32_t)text.size);
    bytes_put(writer, text.at, text.size);
}

/* Data of S_ON_CUSTOM_COMMAND: the times, the count, the name, the arguments. */
static size_t write_custom_call(const struct console_command *command, uint8_t *data,
                                size_t capacity)
{
    enum {
        COUNT_OFFSET = 8
    };
    struct bytes_writer writer = bytes_writer(data, capacity);
    struct console_span rest = command->text, argument = {NULL, 0};
    int32_t count = -1; /* the name is none of them */
    bytes_put_i32(&writer, command->from_ms);
    bytes_put_i32(&writer, command->to_ms);
    bytes_put_i32(&writer, 0);
    for (; console_argument_next(&rest, &argument); count++)
        put_text(&writer, argument);
    if (writer.failed)
        return 0;
    store_i32(data + COUNT_OFFSET, count);
    return writer.position;
}

/* The client is told at once, times and all: what they mean is its own business. */
static void call_custom_command(struct sim_game *game, const struct console_command *command)
{
    uint8_t data[SIM_CALL_SIZE_MAX];
    size_t capacity = slot_capacity(game->server.slot);
    size_t size = write_custom_call(command, data, capacity < sizeof data ? capacity : sizeof data);
    int shown = shown_size(command->text);
    if (size == 0)
        sim_say(game, "console: too many arguments: %.*s", shown, command->text.at);
    else if (!sim_queue_custom(game, data, size))
        sim_say(game, "console: too many commands at once: %.*s", shown, command->text.at);
}

/* Without extended_steer analog values end where the keys do. */
static struct input_event within_range(const struct sim_game *game, struct input_event event)
{
    bool is_extended = variables_switch(&game->variables, VARIABLE_extended_steer);
    int32_t most = is_extended ? INPUT_ANALOG_EXTENDED_MAX : ANALOG_FULL;
    int32_t value = event_analog(event.input_data);
    unsigned name = event_name_index(event.input_data);
    if (value > most || value < -most)
        event.input_data = event_data_analog(name, value > 0 ? most : -most);
    return event;
}

/* Inputs go where the inputs of this context come from; in a race those without a time act once. */
static bool take_inputs(struct sim_game *game, const struct console_command *command)
{
    struct input_event events[2];
    int32_t now = event_input_time(race_next_event_time(&game->race));
    int count = script_events(command, now, events);
    bool once = game->simulation == NULL && command->from_ms == CONSOLE_NO_TIME;
    for (int i = 0; i < count; i++) {
        struct input_event event = within_range(game, events[i]);
        if (once)
            race_apply_event(&game->race, event);
        else if (!event_tape_add(sim_game_inputs(game), event))
            sim_say(game, "console: too many inputs: %.*s", shown_size(command->text),
                    command->text.at);
    }
    return count > 0;
}

static void run_command(struct sim_game *game, const struct console_command *command)
{
    if (command->argument_count == 0)
        return;
    if (is_registered(game, command->arguments[0]))
        call_custom_command(game, command);
    else if (take_inputs(game, command))
        return;
    else if (command->from_ms == CONSOLE_NO_TIME)
        sim_console_execute(game, command);
    else if (!script_keep(&game->script, command))
        sim_say(game, "console: too many timed commands: %.*s", shown_size(command->text),
                command->text.at);
}

void sim_console_run(struct sim_game *game, const char *text, size_t size)
{
    struct console_reader reader = console_reader(text, size);
    struct console_command command;
    while (console_reader_next(&reader, &command))
        run_command(game, &command);
}

void sim_console_queue(struct sim_game *game, const char *text, size_t size)
{
    if (size + 1 > sizeof game->queued_text - game->queued_size) {
        struct console_span span = {text, size};
        sim_say(game, "console: too many commands at once: %.*s", shown_size(span), text);
        return;
    }
    memcpy(game->queued_text + game->queued_size, text, size);
    game->queued_size += size;
    game->queued_text[game->queued_size++] = '\n';
}

static void tell_command(const struct sim_game *game, struct console_span text)
{
    if (game->watcher != NULL)
        game->watcher->command(game->watcher->context, text.at, text.size);
}

/* What was asked for, and not what is in the scripts that it loads. */
static void tell_queued(const struct sim_game *game, const char *text, size_t size)
{
    struct console_reader reader = console_reader(text, size);
    struct console_command command;
    while (game->watcher != NULL && console_reader_next(&reader, &command))
        if (command.argument_count > 0)
            tell_command(game, command.text);
}

/* A command may queue others: those wait for the next time. */
void sim_console_run_queued(struct sim_game *game)
{
    char text[SIM_QUEUED_TEXT_SIZE];
    size_t size = game->queued_size;
    if (size == 0)
        return;
    memcpy(text, game->queued_text, size);
    game->queued_size = 0;
    tell_queued(game, text, size);
    sim_console_run(game, text, size);
}

void sim_console_run_due(struct sim_game *game)
{
    if (!race_takes_inputs(&game->race))
        return;
    int32_t to = race_time(&game->race) + RACE_TICK_MS;
    int32_t index = script_after(&game->script, to < RACE_TICK_MS ? -1 : to - RACE_TICK_MS);
    for (; index < game->script.command_count && game->script.commands[index].time <= to; index++) {
        struct console_span text = script_text(&game->script, index);
        struct console_reader reader = console_reader(text.at, text.size);
        struct console_command command;
        if (!console_reader_next(&reader, &command))
            continue;
        tell_command(game, text);
        if (command.from_ms == CONSOLE_NO_TIME)
            sim_console_execute(game, &command);
        else /* "100 200 press up" is the command 200 */
            sim_say(game, "console: unknown command: %.*s", shown_size(text), text.at);
    }
}
