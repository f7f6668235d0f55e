/*
 * The variables of the game's console: names, kinds, defaults and values. What a variable does is
 * the business of those who look at it; some are only there so that scripts which set them go on.
 *
 * Source: fact sheets "TMInterface input scripts", section 9, and "TMInterface mapped-memory
 * protocol", section 13. The spellings of older versions are other names of the same variable.
 */
#ifndef SIM_VARIABLES_H
#define SIM_VARIABLES_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(name, kind, default, has an effect here) */
#define SIM_VARIABLE_LIST(X)                                                                       \
    X(speed, POSITIVE, 1, true)                                                                    \
    X(execute_commands, SWITCH, 1, true)                                                           \
    X(extended_steer, SWITCH, 0, true)                                                             \
    X(start_respawn, SWITCH, 0, true)                                                              \
    X(bf_modify_prob, NUMBER, 0.002, true)                                                         \
    X(bf_max_steer_diff, INTEGER, 10000, true)                                                     \
    X(bf_max_time_diff, INTEGER, 0, true)                                                          \
    X(bf_override_stop_time, INTEGER, -1, true)                                                    \
    X(bf_inputs_min_time, INTEGER, -1, true)                                                       \
    X(bf_inputs_max_time, INTEGER, -1, true)                                                       \
    X(bf_search_forever, SWITCH, 0, true)                                                          \
    X(bf_inputs_fill_steer, SWITCH, 0, true)                                                       \
    X(bf_target_cp, INTEGER, -1, true)                                                             \
    X(bf_target_trigger, INTEGER, -1, true)                                                        \
    X(bf_print_cps, SWITCH, 0, true)                                                               \
    X(bf_seed, INTEGER, 1, true)                                                                   \
    X(cmd_base_time, INTEGER, 0, false)                                                            \
    X(cmd_steer_invert, SWITCH, 0, false)                                                          \
    X(cmd_steer_multiplier, NUMBER, 1, false)                                                      \
    X(cmd_steer_offset, NUMBER, 0, false)                                                          \
    X(replay_speed, NUMBER, 1, false)                                                              \
    X(countdown_speed, NUMBER, 5, false)                                                           \
    X(log_simulation, SWITCH, 0, false)                                                            \
    X(log_bot, SWITCH, 1, false)                                                                   \
    X(draw_game, SWITCH, 1, false)                                                                 \
    X(skip_map_load_screens, SWITCH, 0, false)                                                     \
    X(use_valseed, SWITCH, 0, false)                                                               \
    X(start_time, INTEGER, -1, false)                                                              \
    X(sim_debug, SWITCH, 0, false)                                                                 \
    X(sim_speed, NUMBER, 5, false)                                                                 \
    X(sim_show_valid_window, SWITCH, 1, false)

/* Those whose value is a text. X(name, default, has an effect here) */
#define SIM_TEXT_VARIABLE_LIST(X)                                                                  \
    X(controller, "none", true)                                                                    \
    X(bf_result_filename, "result.txt", true)                                                      \
    X(scripts_folder, "", false)                                                                   \
    X(sim_priority, "none", false)

enum sim_variable {
#define X(name, ...) VARIABLE_##name,
    SIM_VARIABLE_LIST(X)
#undef X
    VARIABLE_COUNT
};

enum sim_text_variable {
#define X(name, ...) TEXT_VARIABLE_##name,
    SIM_TEXT_VARIABLE_LIST(X)
#undef X
    TEXT_VARIABLE_COUNT
};

enum {
    VARIABLE_TEXT_SIZE_MAX = 64,  /* bytes with the final zero */
    VARIABLE_LINE_SIZE_MAX = 160, /* of what variables_describe writes */
    VARIABLE_INDEX_COUNT = VARIABLE_COUNT + TEXT_VARIABLE_COUNT
};

struct sim_variables {
    double values[VARIABLE_COUNT];
    char texts[TEXT_VARIABLE_COUNT][VARIABLE_TEXT_SIZE_MAX];
};

void variables_reset(struct sim_variables *variables);

/* Index of a name (or of its older spelling) in 0 .. VARIABLE_INDEX_COUNT - 1; -1: unknown. */
int variables_find(const char *name);

/*
 * Sets a variable; `value` null: to its default. STATUS_INVALID: the value is not of its kind,
 * and nothing changes. Switches take true, false, 1 and 0.
 */
enum status variables_set(struct sim_variables *variables, int index, const char *value);

/* Writes "name: value", with a word about those that have no effect. */
void variables_describe(const struct sim_variables *variables, int index,
                        char line[VARIABLE_LINE_SIZE_MAX]);

static inline int32_t variables_integer(const struct sim_variables *variables,
                                        enum sim_variable variable)
{
    return (int32_t)variables->values[variable];
}

static inline bool variables_switch(const struct sim_variables *variables,
                                    enum sim_variable variable)
{
    return variables->values[variable] != 0;
}

#endif
