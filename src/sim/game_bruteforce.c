/*
 * The brute force in the game: its settings from the console's variables, the question to the
 * client, the log, and the file with what was found.
 */
#include "sim/console.h"
#include "sim/game_requests.h"

#include <stdio.h>
#include <string.h>

enum {
    ITERATIONS_PER_NOTE = 1000
};

static struct bruteforce *bruteforce_of(struct sim_game *game)
{
    return &game->simulation->bruteforce;
}

static int32_t integer(const struct sim_game *game, enum sim_variable variable)
{
    return variables_integer(&game->variables, variable);
}

/* Input times that still have a stored time. */
static int32_t input_time(int32_t time)
{
    enum {
        LAST = INT32_MAX - EVENT_TIME_ZERO
    };
    return time < LAST ? time : LAST;
}

static struct mutation_settings read_mutation(const struct sim_game *game)
{
    int32_t from = integer(game, VARIABLE_bf_inputs_min_time);
    int32_t to = integer(game, VARIABLE_bf_inputs_max_time);
    return (struct mutation_settings){
        .modify_prob = game->variables.values[VARIABLE_bf_modify_prob],
        .max_steer_diff = integer(game, VARIABLE_bf_max_steer_diff),
        .max_time_diff = integer(game, VARIABLE_bf_max_time_diff),
        .inputs_min_time = from <= 0 ? 0 : input_time(from),
        .inputs_max_time = input_time(to <= 0 ? INT32_MAX : to),
        .extended_steer = variables_switch(&game->variables, VARIABLE_extended_steer)};
}

/* A checkpoint wins over a trigger, and that over the finish. False: said what is wrong. */
static bool read_target(struct sim_game *game, struct bruteforce_settings *settings)
{
    int32_t pass = integer(game, VARIABLE_bf_target_cp);
    int32_t trigger = integer(game, VARIABLE_bf_target_trigger);
    settings->target = BRUTEFORCE_FINISH_TIME;
    settings->target_pass = pass - 1;
    if (pass > 0) {
        settings->target = BRUTEFORCE_CHECKPOINT_TIME;
        if (pass > race_checkpoint_target(&game->race))
            sim_say(game, "bruteforce: bf_target_cp is %d, but there are %d", (int)pass,
                    (int)race_checkpoint_target(&game->race));
        return pass <= race_checkpoint_target(&game->race);
    }
    if (trigger > game->trigger_count) {
        sim_say(game, "bruteforce: bf_target_trigger is %d, but there are %d", (int)trigger,
                (int)game->trigger_count);
        return false;
    }
    if (trigger > 0) {
        settings->target = BRUTEFORCE_TRIGGER;
        settings->trigger = game->triggers[trigger - 1];
    }
    return true;
}

static bool is_wanted(const struct sim_game *game)
{
    return strcmp(game->variables.texts[TEXT_VARIABLE_controller], "bruteforce") == 0;
}

void sim_bruteforce_begin(struct sim_game *game)
{
    struct bruteforce_settings settings = {
        .mutation = read_mutation(game),
        .override_stop_time = integer(game, VARIABLE_bf_override_stop_time),
        .search_forever = variables_switch(&game->variables, VARIABLE_bf_search_forever),
        .fill_steer = variables_switch(&game->variables, VARIABLE_bf_inputs_fill_steer),
        .seed = (uint64_t)(int64_t)integer(game, VARIABLE_bf_seed)};
    if (!is_wanted(game) || !read_target(game, &settings))
        return;
    const char *wrong =
        bruteforce_begin(game->simulation, &game->race, &settings, sim_game_event_scratch(game));
    if (wrong != NULL)
        sim_say(game, "bruteforce: nothing would ever change: %s", wrong);
}

void sim_bruteforce_look(struct sim_game *game)
{
    const struct bruteforce *bruteforce = bruteforce_of(game);
    const struct bruteforce_settings *settings = &bruteforce->settings;
    if (!bruteforce->is_on)
        return;
    bruteforce_observe(game->simulation, &game->race);
    int32_t words[] = {(int32_t)bruteforce->phase,
                       (int32_t)settings->target,
                       race_time(&game->race) + game->server.dialect->sim_time_zero,
                       bruteforce->modified_count,
                       settings->mutation.inputs_min_time,
                       settings->mutation.inputs_max_time,
                       settings->mutation.max_steer_diff,
                       settings->mutation.max_time_diff,
                       settings->override_stop_time,
                       settings->search_forever,
                       settings->fill_steer};
    sim_queue_call(game, MESSAGE_S_ON_BRUTEFORCE_EVALUATE, words, sizeof words);
}

enum {
    WORDS_SIZE = 40
};

/* "finish", "checkpoint 2", "trigger 1" */
static const char *target_words(const struct sim_game *game, char words[WORDS_SIZE])
{
    const struct bruteforce_settings *settings = &game->simulation->bruteforce.settings;
    if (settings->target == BRUTEFORCE_FINISH_TIME)
        return "finish";
    bool is_trigger = settings->target == BRUTEFORCE_TRIGGER;
    snprintf(words, WORDS_SIZE, "%s %d", is_trigger ? "trigger" : "checkpoint",
             is_trigger ? (int)integer(game, VARIABLE_bf_target_trigger)
                        : (int)settings->target_pass + 1);
    return words;
}

/* "9.99 s", "never" */
static const char *time_words(int32_t time, char words[WORDS_SIZE])
{
    if (time < 0)
        return "never";
    snprintf(words, WORDS_SIZE, "%d.%02d s", (int)(time / 1000), (int)(time % 1000 / 10));
    return words;
}

static void say_checkpoints(struct sim_game *game)
{
    if (!variables_switch(&game->variables, VARIABLE_bf_print_cps))
        return;
    for (int32_t i = 0; i < race_checkpoint_target(&game->race); i++) {
        int32_t time = race_checkpoint_time(&game->race, i);
        char words[WORDS_SIZE];
        if (time >= 0)
            sim_say(game, "bruteforce: checkpoint %d at %s", (int)i + 1, time_words(time, words));
    }
}

static void stop(struct sim_game *game, const char *why)
{
    const struct bruteforce *bruteforce = bruteforce_of(game);
    sim_say(game, "bruteforce: %s; %d iterations, %d improvements", why,
            (int)bruteforce->iteration_count, (int)bruteforce->improvement_count);
    bruteforce_stop(game->simulation);
}

static void search(struct sim_game *game)
{
    char target[WORDS_SIZE], time[WORDS_SIZE];
    sim_say(game, "bruteforce: without changes %s %s", target_words(game, target),
            time_words(bruteforce_of(game)->score.time, time));
    say_checkpoints(game);
    if (!bruteforce_search(game->simulation, &game->race, sim_game_event_scratch(game)))
        sim_say(game, "bruteforce: these settings let no input change");
    sim_queue_clear(game);
}

static void try_again(struct sim_game *game, int32_t rewind_time)
{
    const struct bruteforce *bruteforce = bruteforce_of(game);
    switch (
        bruteforce_try(game->simulation, &game->race, rewind_time, sim_game_event_scratch(game))) {
    case BRUTEFORCE_TRIES:
        sim_queue_clear(game);
        if (bruteforce->iteration_count % ITERATIONS_PER_NOTE == 0)
            sim_say(game, "bruteforce: %d iterations, %d improvements",
                    (int)bruteforce->iteration_count, (int)bruteforce->improvement_count);
        break;
    case BRUTEFORCE_EXHAUSTED:
        stop(game, "stopped, for no input can be changed");
        break;
    case BRUTEFORCE_STAYS:
        break;
    }
}

/* What goes into the result file. */
struct result {
    struct sim_game *game;
    int32_t time; /* -1: the client knows why it is better */
};

static void write_result(void *writer, const struct text_sink *sink)
{
    const struct result *result = writer;
    const struct event_tape *tape = &result->game->simulation->tape;
    int iterations = (int)bruteforce_of(result->game)->iteration_count;
    if (result->time >= 0)
        text_sink_print(sink, "# Time: %d, iterations: %d\n", (int)result->time, iterations);
    else
        text_sink_print(sink, "# Iterations: %d\n", iterations);
    input_text_write(tape->events, (size_t)tape->count, sizeof tape->events[0], sink);
}

static void store_result(struct sim_game *game, int32_t time)
{
    char path[VARIABLE_TEXT_SIZE_MAX];
    size_t size = 0;
    struct result result = {game, time};
    for (const char *at = game->variables.texts[TEXT_VARIABLE_bf_result_filename]; *at != '\0';
         at++)
        if (*at != '/' && *at != '\\')
            path[size++] = *at;
    path[size] = '\0';
    if (size == 0)
        sim_say(game, "bruteforce: not written to a file: bf_result_filename is empty");
    else if (game->files == NULL ||
             !game->files->store(game->files->context, path, write_result, &result))
        sim_say(game, "bruteforce: cannot write %s", path);
    else
        sim_say(game, "bruteforce: written to %s", path);
}

static void improve(struct sim_game *game, bool by_client)
{
    struct bruteforce *bruteforce = bruteforce_of(game);
    char target[WORDS_SIZE], found[WORDS_SIZE], before[WORDS_SIZE];
    if (by_client)
        sim_say(game, "bruteforce: accepted by the client after %d iterations",
                (int)bruteforce->iteration_count);
    else
        sim_say(game, "bruteforce: %s %s instead of %s after %d iterations",
                target_words(game, target), time_words(bruteforce->score.time, found),
                time_words(bruteforce_time_to_beat(bruteforce), before),
                (int)bruteforce->iteration_count);
    say_checkpoints(game);
    store_result(game, by_client ? -1 : bruteforce->score.time);
    if (bruteforce_accept(game->simulation, &game->race))
        sim_queue_clear(game);
}

void sim_bruteforce_decide(struct sim_game *game, uint32_t decision, int32_t rewind_time)
{
    if (game->simulation == NULL)
        return;
    switch (bruteforce_judge(game->simulation, &game->race, decision)) {
    case BRUTEFORCE_HAS_PLAYED:
        search(game);
        break;
    case BRUTEFORCE_FAILS:
        try_again(game, decision == BRUTEFORCE_REJECT ? rewind_time : -1);
        break;
    case BRUTEFORCE_IMPROVES:
        improve(game, decision == BRUTEFORCE_ACCEPT);
        break;
    case BRUTEFORCE_ENDS:
        stop(game, "stopped by the client");
        break;
    case BRUTEFORCE_GOES_ON:
        break;
    }
}

/* Asked for while nobody is attached, it runs without anybody. */
void sim_bruteforce_controller_changed(struct sim_game *game)
{
    if (game->simulation == NULL)
        return;
    if (!is_wanted(game) && bruteforce_of(game)->is_on)
        stop(game, "stopped");
    if (is_wanted(game))
        game->searches_alone = !game_server_has_client(&game->server);
    else if (game->phase != SIM_SIMULATION_RUNS)
        game->searches_alone = false;
}
