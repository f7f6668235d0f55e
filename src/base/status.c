#include "base/status.h"

static const struct {
    const char *word;
    const char *sentence;
} texts[STATUS_COUNT] = {
#define X(name, word, sentence) {word, sentence},
    STATUS_LIST(X)
#undef X
};

const char *status_word(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? texts[status].word : "unknown";
}

const char *status_sentence(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? texts[status].sentence : "unknown status";
}
