#include "wire/input_events.h"

const struct action_description actions[ACTION_COUNT] = {
#define X(name, display, word, is_analog) {display, word, is_analog},
    ACTION_LIST(X)
#undef X
};
