#include "host/tmsim_engine_commands.h"

#include "host/tmsim_engine_arguments.h"
#include "host/tmsim_engine_parts.h"
#include "sim/console.h"

#include <stdio.h>
#include <string.h>

/* A command that is run. */
struct call {
    struct tmsim_viewer *viewer;
    const struct tmsim_engine_arguments *arguments;
};

/* Everybody who asks is answered. */
#define ANSWER(call, level, ...)                                                                   \
    tmsim_engine_answer((call)->viewer->peer, (call)->arguments->id, (level), __VA_ARGS__)

static void answer_ok(const struct call *call)
{
    ANSWER(call, ENGINE_LOG_INFO, "ok");
}

static void take_numbers(float *to, const double *from, int count)
{
    for (int i = 0; i < count; i++)
        to[i] = (float)from[i];
}

static void run_updateCamera(const struct call *call)
{
    struct camera *camera = &call->viewer->camera;
    const double *numbers = call->arguments->numbers;
    take_numbers(camera->position, numbers, 3);
    take_numbers(camera->rotation, numbers + 3, 4);
    take_numbers(camera->projection, numbers + 7, 16);
    call->viewer->has_camera = true;
    answer_ok(call);
}

static void run_followCar(const struct call *call)
{
    call->viewer->has_camera = false;
    answer_ok(call);
}

/* It runs before the next tick; what comes of it is told by the game, to all. */
static void run_execute(const struct call *call)
{
    struct sim_game *game = call->viewer->engine->game;
    size_t size = call->arguments->text_size;
    if (size >= sizeof game->queued_text - game->queued_size) {
        ANSWER(call, ENGINE_LOG_ERROR, "execute: too many commands wait to be run");
        return;
    }
    sim_console_queue(game, call->arguments->text, size);
    answer_ok(call);
}

static void run_setSpeed(const struct call *call)
{
    if (sim_game_set_speed(call->viewer->engine->game, call->arguments->numbers[0]))
        answer_ok(call);
    else
        ANSWER(call, ENGINE_LOG_ERROR, "setSpeed: a speed is a number from 0 to %d", SIM_SPEED_MAX);
}

static void run_state(const struct call *call)
{
    const struct race *race = &call->viewer->engine->game->race;
    const float *position = race->state.dyna.current_state.position;
    char finish[40] = "";
    if (race_is_finished(race))
        snprintf(finish, sizeof finish, ", finish %.2f s", (double)race_finish_time(race) / 1000);
    ANSWER(call, ENGINE_LOG_INFO,
           "time %.2f s, position %.3f %.3f %.3f, speed %d km/h, checkpoints %d of %d%s",
           (double)race_time(race) / 1000, (double)position[0], (double)position[1],
           (double)position[2], (int)race->state.player_info.display_speed,
           (int)race_checkpoint_count(race), (int)race_checkpoint_target(race), finish);
}

static void run_setLogLevel(const struct call *call)
{
    static const char letters[] = {
#define X(name, letter, word) letter,
        ENGINE_LOG_LEVEL_LIST(X)
#undef X
    };
    const struct tmsim_engine_arguments *arguments = call->arguments;
    const char *found =
        arguments->text_size == 1 ? memchr(letters, arguments->text[0], sizeof letters) : NULL;
    if (found == NULL) {
        ANSWER(call, ENGINE_LOG_ERROR, "setLogLevel: a level is one of t, d, c, i, w, e, f");
        return;
    }
    call->viewer->level = (enum engine_log_level)(found - letters);
    answer_ok(call);
}

static void run_help(const struct call *call);

/* The table. */

#define ARGUMENTS(...)                                                                             \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define NUMBER ARGUMENT_NUMBER
#define TEXT ARGUMENT_TEXT

static const struct command {
    const char *name;
    int8_t form[ARGUMENT_COUNT_MAX];
    void (*run)(const struct call *call);
    const char *help;
} commands[] = {
#define X(name, arguments, usage, does) {#name, arguments, run_##name, #name "(" usage "): " does},
    TMSIM_ENGINE_COMMAND_LIST(X)
#undef X
};

#undef ARGUMENTS
#undef NUMBER
#undef TEXT

enum {
    COMMAND_COUNT = sizeof commands / sizeof commands[0],
    HELP_SIZE_MAX = COMMAND_COUNT * 160
};

/* One log with a message for each. */
static void run_help(const struct call *call)
{
    struct engine_peer *peer = call->viewer->peer;
    uint8_t frame[HELP_SIZE_MAX];
    struct bytes_writer writer = bytes_writer(frame, sizeof frame);
    struct engine_log_writer list = engine_log_writer(&writer, call->arguments->id);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        engine_log_add(&list, ENGINE_LOG_INFO, commands[i].help, strlen(commands[i].help));
    if (engine_link_queued_size(&peer->link) > ENGINE_LOG_QUEUE_SIZE_MAX)
        peer->lost_log_count++;
    else
        engine_link_send(&peer->link, frame, writer.position);
}

static const struct command *find(const struct engine_command *wanted)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strlen(commands[i].name) == wanted->method_size &&
            memcmp(commands[i].name, wanted->method, wanted->method_size) == 0)
            return &commands[i];
    return NULL;
}

/* The name as it may be shown, whatever it is made of. */
static void show_method(const struct engine_command *command, char shown[64])
{
    size_t size = command->method_size < 63 ? command->method_size : 63;
    for (size_t i = 0; i < size; i++) {
        char c = command->method[i];
        shown[i] = c < ' ' || c > '~' ? '?' : c;
    }
    shown[size] = '\0';
}

static void run(const struct call *call, const struct engine_command *wanted,
                struct tmsim_engine_arguments *arguments)
{
    char shown[64];
    const struct command *command = find(wanted);
    show_method(wanted, shown);
    if (command == NULL)
        ANSWER(call, ENGINE_LOG_ERROR, "there is no command %s (help lists them)", shown);
    else if (!tmsim_engine_arguments_read(arguments, command->form))
        ANSWER(call, ENGINE_LOG_ERROR, "%s: %s", shown, arguments->problem);
    else
        command->run(call);
}

void tmsim_engine_command(void *owner, struct engine_peer *peer, const struct frame *frame)
{
    struct tmsim_engine_arguments arguments;
    struct call call = {.viewer = peer->data, .arguments = &arguments};
    (void)owner;
    if (frame->size > ENGINE_COMMAND_SIZE_MAX) {
        tmsim_engine_answer(peer, ENGINE_LOG_NO_ID, ENGINE_LOG_ERROR,
                            "a command of %zu bytes is too long: up to %d", frame->size,
                            ENGINE_COMMAND_SIZE_MAX);
        return;
    }
    struct engine_command command = engine_read_command(frame->body, frame->size);
    if (command.problem != ENGINE_COMMAND_PROBLEM_NONE) {
        tmsim_engine_answer(peer, ENGINE_LOG_NO_ID, ENGINE_LOG_ERROR,
                            "not a command: %s (at byte %zu)",
                            engine_command_problem_sentence(command.problem), command.position);
        return;
    }
    if (tmsim_engine_arguments_open(&arguments, &command))
        run(&call, &command, &arguments);
    else
        ANSWER(&call, ENGINE_LOG_ERROR, "%s", arguments.problem);
    tmsim_engine_arguments_free(&arguments);
}
