/* What each command of the console does. */
#include "sim/console.h"
#include "sim/game_requests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORD_SIZE_MAX = 512
};

/* An argument as a text; empty when it is not there. Longer ones are cut. */
static const char *argument(const struct console_command *command, size_t index,
                            char word[WORD_SIZE_MAX])
{
    word[0] = '\0';
    if (index < command->argument_count) {
        struct console_span span = command->arguments[index];
        size_t size = span.size < WORD_SIZE_MAX - 1 ? span.size : WORD_SIZE_MAX - 1;
        memcpy(word, span.at, size);
        word[size] = '\0';
    }
    return word;
}

static void run_set(struct sim_game *game, const struct console_command *command)
{
    char name[WORD_SIZE_MAX], value[WORD_SIZE_MAX], line[VARIABLE_LINE_SIZE_MAX];
    int index = variables_find(argument(command, 1, name));
    if (index < 0) {
        sim_say(game, "set: there is no variable %.60s (see vars)", name);
        return;
    }
    argument(command, 2, value);
    if (variables_set(&game->variables, index, command->argument_count > 2 ? value : NULL) !=
        STATUS_OK) {
        variables_describe(&game->variables, index, line);
        sim_say(game, "set: %s cannot be %.60s; it is still %s", name, value, line);
        return;
    }
    sim_game_variable_changed(game, index);
}

static void run_vars(struct sim_game *game, const struct console_command *command)
{
    char name[WORD_SIZE_MAX], line[VARIABLE_LINE_SIZE_MAX];
    int only = command->argument_count > 1 ? variables_find(argument(command, 1, name)) : -1;
    if (command->argument_count > 1 && only < 0) {
        sim_say(game, "vars: there is no variable %.60s", name);
        return;
    }
    for (int i = 0; i < VARIABLE_INDEX_COUNT; i++) {
        variables_describe(&game->variables, i, line);
        if (only < 0 || only == i)
            sim_say(game, "%s", line);
    }
}

static void take_script(void *context, const char *text, size_t size)
{
    struct sim_game *game = context;
    const struct event_tape *inputs = sim_game_inputs(game);
    script_clear(&game->script);
    int32_t before = inputs->count;
    sim_console_run(game, text, size);
    sim_say(game, "load: %d inputs, %d other commands wait for their time",
            (int)(inputs->count - before), (int)game->script.command_count);
}

/* A loaded script may load another one, but not for ever. */
static void run_load(struct sim_game *game, const struct console_command *command)
{
    enum {
        DEPTH_MAX = 4
    };
    char path[WORD_SIZE_MAX];
    argument(command, 1, path);
    if (game->load_depth >= DEPTH_MAX)
        sim_say(game, "load: scripts load each other: %.100s", path);
    else if (game->files == NULL)
        sim_say(game, "load: there are no files here: %.100s", path);
    else {
        game->load_depth++;
        if (!game->files->load(game->files->context, path, take_script, game))
            sim_say(game, "load: cannot read %.100s", path);
        game->load_depth--;
    }
}

static void run_unload(struct sim_game *game, const struct console_command *command)
{
    (void)command;
    script_clear(&game->script);
}

/* Of the race so far, or of the simulation. */
static void write_inputs(void *writer, const struct text_sink *sink)
{
    const struct sim_game *game = writer;
    const struct input_record *record = &game->race.record;
    if (game->simulation != NULL)
        input_text_write(game->simulation->tape.events, (size_t)game->simulation->tape.count,
                         sizeof game->simulation->tape.events[0], sink);
    else
        input_text_write(&record->entries[0].event, (size_t)record->count,
                         sizeof record->entries[0], sink);
}

static void run_dump_inputs(struct sim_game *game, const struct console_command *command)
{
    char path[WORD_SIZE_MAX];
    if (argument(command, 1, path)[0] == '\0')
        snprintf(path, sizeof path, "inputs.txt");
    if (game->files == NULL || !game->files->store(game->files->context, path, write_inputs, game))
        sim_say(game, "dump_inputs: cannot write %.100s", path);
}

static void run_respawn(struct sim_game *game, const struct console_command *command)
{
    (void)command;
    sim_game_respawn(game);
}

static void run_give_up(struct sim_game *game, const struct console_command *command)
{
    (void)command;
    if (game->simulation == NULL)
        race_give_up(&game->race);
}

static void run_horn(struct sim_game *game, const struct console_command *command)
{
    (void)command;
    sim_game_horn(game);
}

/* `press delete` restarts; other inputs without an event have no meaning (section 4). */
static void run_input(struct sim_game *game, const struct console_command *command)
{
    struct console_input input;
    if (!console_command_input(command, &input) || input.kind == CONSOLE_INPUT_UNKNOWN)
        sim_say(game, "console: not an input: %.*s", (int)command->text.size, command->text.at);
    else if (input.kind == CONSOLE_INPUT_RESTART && input.start_value != 0)
        run_give_up(game, command);
}

static void run_deregister(struct sim_game *game, const struct console_command *command)
{
    (void)command;
    if (game_server_has_client(&game->server))
        game_server_deregister(&game->server, STATUS_CLOSED);
    else
        sim_say(game, "deregister: there is no client");
}

static void run_quit(struct sim_game *game, const struct console_command *command)
{
    (void)command;
    game->quits = true;
}

/* Metres that fit a track, and a float. */
static bool read_metres(const struct console_command *command, size_t index, float *metres)
{
    char word[WORD_SIZE_MAX], *end;
    double value = strtod(argument(command, index, word), &end);
    bool is_near = fabs(value) <= 1e9; /* not of something that is no number */
    *metres = is_near ? (float)value : 0.0f;
    return end != word && *end == '\0' && is_near;
}

static void run_add_trigger(struct sim_game *game, const struct console_command *command)
{
    float values[6];
    for (size_t i = 0; i < 6; i++) {
        if (!read_metres(command, i + 1, &values[i])) {
            sim_say(game, "add_trigger needs six numbers: x y z and three sizes");
            return;
        }
    }
    if (game->trigger_count == SIM_TRIGGER_COUNT_MAX) {
        sim_say(game, "add_trigger: there are %d already", SIM_TRIGGER_COUNT_MAX);
        return;
    }
    struct sim_trigger *trigger = &game->triggers[game->trigger_count++];
    for (size_t i = 0; i < 3; i++) {
        trigger->corner[i] = values[i];
        trigger->size[i] = values[3 + i];
    }
    sim_say(game, "trigger %d added", (int)game->trigger_count);
}

static void run_remove_trigger(struct sim_game *game, const struct console_command *command)
{
    char word[WORD_SIZE_MAX];
    char *end;
    long index = strtol(argument(command, 1, word), &end, 10);
    if (*end != '\0' || index < 1 || index > game->trigger_count) {
        sim_say(game, "remove_trigger: there is no trigger %.60s", word);
        return;
    }
    game->trigger_count--;
    memmove(&game->triggers[index - 1], &game->triggers[index],
            (size_t)(game->trigger_count + 1 - index) * sizeof game->triggers[0]);
}

static void run_triggers(struct sim_game *game, const struct console_command *command)
{
    (void)command;
    for (int32_t i = 0; i < game->trigger_count; i++) {
        const struct sim_trigger *trigger = &game->triggers[i];
        sim_say(game, "trigger %d: %g %g %g, size %g %g %g", (int)i + 1, (double)trigger->corner[0],
                (double)trigger->corner[1], (double)trigger->corner[2], (double)trigger->size[0],
                (double)trigger->size[1], (double)trigger->size[2]);
    }
}

static void run_help(struct sim_game *game, const struct console_command *command);

static const struct {
    const char *name;
    void (*run)(struct sim_game *game, const struct console_command *command);
    const char *help; /* null: another spelling */
} commands[] = {
    {"set", run_set, "set NAME [VALUE]: sets a variable; without a value to its default"},
    {"vars", run_vars, "vars [NAME]: shows the variables"},
    {"load", run_load, "load FILE: runs a script; its timed commands wait for their time"},
    {"unload", run_unload, "unload: forgets the loaded script"},
    {"dump_inputs", run_dump_inputs, "dump_inputs [FILE]: writes the inputs as a script"},
    {"press", run_input, "press ACTION, rel ACTION: up down left right enter delete horn"},
    {"rel", run_input, NULL},
    {"steer", run_input, "steer N, gas N: analog input, -65536 to 65536"},
    {"gas", run_input, NULL},
    {"respawn", run_respawn, "respawn: back to the last checkpoint"},
    {"give_up", run_give_up, "give_up: restarts the race"},
    {"horn", run_horn, "horn"},
    {"add_trigger", run_add_trigger, "add_trigger X Y Z SX SY SZ: a box for bf_target_trigger"},
    {"bf_add_trigger", run_add_trigger, NULL},
    {"remove_trigger", run_remove_trigger, "remove_trigger N"},
    {"bf_remove_trigger", run_remove_trigger, NULL},
    {"triggers", run_triggers, "triggers: shows them"},
    {"bf_triggers", run_triggers, NULL},
    {"deregister", run_deregister, "deregister: drops the client"},
    {"quit", run_quit, "quit: ends the game"},
    {"help", run_help, "help: shows this; TIME or FROM-TO in front of a command delays it"},
};

static void run_help(struct sim_game *game, const struct console_command *command)
{
    (void)command;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].help != NULL)
            sim_say(game, "%s", commands[i].help);
}

void sim_console_execute(struct sim_game *game, const struct console_command *command)
{
    char name[WORD_SIZE_MAX];
    argument(command, 0, name);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(name, commands[i].name) == 0) {
            commands[i].run(game, command);
            return;
        }
    sim_say(game, "console: unknown command: %.*s",
            command->text.size < 100 ? (int)command->text.size : 100, command->text.at);
}
