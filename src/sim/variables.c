#include "sim/variables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind {
    KIND_SWITCH,
    KIND_INTEGER,
    KIND_NUMBER,
    KIND_POSITIVE /* number */
};

static const struct {
    const char *name;
    enum kind kind;
    double initial;
    bool has_effect;
} numbers[VARIABLE_COUNT] = {
#define X(name, kind, initial, has_effect) {#name, KIND_##kind, initial, has_effect},
    SIM_VARIABLE_LIST(X)
#undef X
};

static const struct {
    const char *name;
    const char *initial;
    bool has_effect;
} texts[TEXT_VARIABLE_COUNT] = {
#define X(name, initial, has_effect) {#name, initial, has_effect},
    SIM_TEXT_VARIABLE_LIST(X)
#undef X
};

static const struct {
    const char *old;
    const char *name;
} old_names[] = {{"bf_override_finish_time", "bf_override_stop_time"},
                 {"bf_inputs_extend_steer", "bf_inputs_fill_steer"},
                 {"script_folder", "scripts_folder"}};

void variables_reset(struct sim_variables *variables)
{
    for (int i = 0; i < VARIABLE_INDEX_COUNT; i++)
        variables_set(variables, i, NULL);
}

int variables_find(const char *name)
{
    for (size_t i = 0; i < sizeof old_names / sizeof old_names[0]; i++)
        if (strcmp(name, old_names[i].old) == 0)
            name = old_names[i].name;
    for (int i = 0; i < VARIABLE_COUNT; i++)
        if (strcmp(name, numbers[i].name) == 0)
            return i;
    for (int i = 0; i < TEXT_VARIABLE_COUNT; i++)
        if (strcmp(name, texts[i].name) == 0)
            return VARIABLE_COUNT + i;
    return -1;
}

static bool read_switch(const char *text, double *value)
{
    bool on = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    *value = on;
    return on || strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

static bool read_number(const char *text, enum kind kind, double *value)
{
    char *end;
    if (kind == KIND_SWITCH)
        return read_switch(text, value);
    *value = strtod(text, &end);
    bool is_finite = fabs(*value) <= 1e300; /* not of something that is no number */
    if (end == text || *end != '\0' || !is_finite)
        return false;
    if (kind == KIND_INTEGER)
        return *value == floor(*value) && fabs(*value) <= INT32_MAX;
    return kind == KIND_NUMBER || *value > 0;
}

static enum status set_text(char *place, const char *value)
{
    if (strlen(value) >= VARIABLE_TEXT_SIZE_MAX)
        return STATUS_INVALID;
    snprintf(place, VARIABLE_TEXT_SIZE_MAX, "%s", value);
    return STATUS_OK;
}

enum status variables_set(struct sim_variables *variables, int index, const char *value)
{
    if (index >= VARIABLE_COUNT) {
        index -= VARIABLE_COUNT;
        return set_text(variables->texts[index], value != NULL ? value : texts[index].initial);
    }
    double number = numbers[index].initial;
    if (value != NULL && !read_number(value, numbers[index].kind, &number))
        return STATUS_INVALID;
    variables->values[index] = number;
    return STATUS_OK;
}

void variables_describe(const struct sim_variables *variables, int index,
                        char line[VARIABLE_LINE_SIZE_MAX])
{
    static const char without_effect[] = " (no effect here)";
    if (index >= VARIABLE_COUNT) {
        index -= VARIABLE_COUNT;
        snprintf(line, VARIABLE_LINE_SIZE_MAX, "%s: %s%s", texts[index].name,
                 variables->texts[index], texts[index].has_effect ? "" : without_effect);
        return;
    }
    const char *note = numbers[index].has_effect ? "" : without_effect;
    double value = variables->values[index];
    if (numbers[index].kind == KIND_SWITCH)
        snprintf(line, VARIABLE_LINE_SIZE_MAX, "%s: %s%s", numbers[index].name,
                 value != 0 ? "true" : "false", note);
    else
        snprintf(line, VARIABLE_LINE_SIZE_MAX, "%s: %.9g%s", numbers[index].name, value, note);
}
