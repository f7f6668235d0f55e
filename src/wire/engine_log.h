/*
 * The body of a log in the framed protocol of engines: a list of up to 255 messages, each with a
 * level and a text in UTF-8, and the id of what it answers. Read in place, written into the
 * caller's memory. Texts are passed on as they are, whether they are UTF-8 or not, and are not
 * ended by a zero; whoever shows them sees to what is in them.
 *
 * Source: the seed "remote-editor-protocol.md" and the fact sheet "Remote editor TCP protocol",
 * section 4.
 */
#ifndef WIRE_ENGINE_LOG_H
#define WIRE_ENGINE_LOG_H

#include "wire/frame.h"

/* X(NAME, letter on the wire, word). From the least to the worst. */
#define ENGINE_LOG_LEVEL_LIST(X)                                                                   \
    X(TRACE, 't', "trace")                                                                         \
    X(DEBUG, 'd', "debug")                                                                         \
    X(CONFIG, 'c', "config")                                                                       \
    X(INFO, 'i', "info")                                                                           \
    X(WARNING, 'w', "warning")                                                                     \
    X(ERROR, 'e', "error")                                                                         \
    X(FATAL, 'f', "fatal")

enum engine_log_level {
#define X(name, letter, word) ENGINE_LOG_##name,
    ENGINE_LOG_LEVEL_LIST(X)
#undef X
    ENGINE_LOG_LEVEL_COUNT,
    ENGINE_LOG_LEVEL_UNKNOWN = ENGINE_LOG_LEVEL_COUNT
};

enum {
    ENGINE_LOG_NO_ID = 0 /* the list answers nothing */
};

/* "warning"; "unknown" for ENGINE_LOG_LEVEL_UNKNOWN. A static string. */
const char *engine_log_level_word(enum engine_log_level level);

struct engine_log_entry {
    enum engine_log_level level; /* ENGINE_LOG_LEVEL_UNKNOWN if the letter is nobody's */
    uint8_t letter;
    const char *text; /* in the body */
    size_t size;      /* bytes */
};

/* What can be wrong with a list. X(NAME, sentence) */
#define ENGINE_LOG_PROBLEM_LIST(X)                                                                 \
    X(NONE, "no problem")                                                                          \
    X(CUT, "a log that ends within a message")                                                     \
    X(SIZE_NEGATIVE, "a log message of negative size")                                             \
    X(TRAILING, "a log with bytes behind its last message")

enum engine_log_problem {
#define X(name, sentence) ENGINE_LOG_PROBLEM_##name,
    ENGINE_LOG_PROBLEM_LIST(X)
#undef X
};

/* What is wrong, as a part of a sentence; a static string. */
const char *engine_log_problem_sentence(enum engine_log_problem problem);

struct engine_log_reader {
    int32_t id;
    unsigned announced_count; /* the byte is read as unsigned: 0 to 255 */

    /* Complete once engine_log_next has said false. */
    enum engine_log_problem problem;
    size_t position; /* where in the body the problem is: of the entry, or behind the last one */

    struct bytes_reader rest;
    unsigned left; /* entries announced and not yet read */
};

/* A reader of the list in a body, which stays the caller's and must outlive it and its entries. */
struct engine_log_reader engine_log_reader(const uint8_t *body, size_t size);

/*
 * The next entry. False, with *entry as it was, at the end of the list, or where it is broken
 * (`problem`): all entries before that are good. Bytes behind the last are no harm, but told.
 */
bool engine_log_next(struct engine_log_reader *reader, struct engine_log_entry *entry);

/* A frame under construction in another writer, which nobody else uses meanwhile. */
struct engine_log_writer {
    struct bytes_writer *to;
    uint8_t *frame; /* null if there was no room for it, and `to` has failed */
    unsigned count;
};

/*
 * Begins a whole frame with an empty list. `to` fails, with nothing written, if there is no room
 * even for that. After this and after each entry the frame is complete as it stands.
 */
struct engine_log_writer engine_log_writer(struct bytes_writer *to, int32_t id);

/*
 * Adds an entry. Of a text longer than LOG_TEXT_SIZE_MAX bytes only the first ones are written: as
 * many as that, but no part of a UTF-8 character. False, with nothing changed, if there is no room
 * for it, or if the list has LOG_ENTRY_COUNT_MAX entries.
 */
bool engine_log_add(struct engine_log_writer *writer, enum engine_log_level level, const char *text,
                    size_t size);

#endif
