#include "sim/script.h"

#include <string.h>

void script_clear(struct sim_script *script)
{
    script->inputs.count = 0;
    script->command_count = 0;
    script->text_size = 0;
}

bool script_is_empty(const struct sim_script *script)
{
    return script->inputs.count == 0 && script->command_count == 0;
}

static struct input_event event_of(enum action action, int32_t time, int32_t value)
{
    unsigned name = (unsigned)action_name_index[action];
    return (struct input_event){event_stored_time(time), actions[action].is_analog
                                                             ? event_data_analog(name, value)
                                                             : event_data_binary(name, value != 0)};
}

int script_events(const struct console_command *command, int32_t now_ms,
                  struct input_event events[2])
{
    struct console_input input;
    if (!console_command_input(command, &input) || input.kind != CONSOLE_INPUT_ACTION)
        return 0;
    int count = 0;
    int32_t from = command->from_ms == CONSOLE_NO_TIME ? now_ms : command->from_ms;
    if (input.at_start)
        events[count++] = event_of(input.action, from, input.start_value);
    if (input.at_end)
        events[count++] = event_of(input.action, command->to_ms, input.end_value);
    return count;
}

int32_t script_after(const struct sim_script *script, int32_t time)
{
    int32_t low = 0, high = script->command_count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (script->commands[middle].time > time)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void insert(struct sim_script *script, struct script_command command)
{
    int32_t place = script_after(script, command.time);
    memmove(&script->commands[place + 1], &script->commands[place],
            (size_t)(script->command_count - place) * sizeof command);
    script->commands[place] = command;
    script->command_count++;
}

bool script_keep(struct sim_script *script, const struct console_command *command)
{
    int32_t needed = command->is_range ? 2 : 1;
    size_t size = command->text.size;
    if (script->command_count + needed > SCRIPT_COMMAND_COUNT_MAX ||
        size > SCRIPT_TEXT_SIZE_MAX - script->text_size)
        return false;
    struct script_command kept = {
        .time = command->from_ms, .offset = (uint32_t)script->text_size, .size = (uint32_t)size};
    if (size > 0)
        memcpy(script->text + script->text_size, command->text.at, size);
    script->text_size += size;
    insert(script, kept);
    kept.time = command->to_ms;
    if (command->is_range)
        insert(script, kept);
    return true;
}
