#include "wire/engine_log.h"
#include "base/big_endian.h"

#include <assert.h>

enum {
    HEAD_SIZE = 5,         /* id and count */
    ENTRY_HEAD_SIZE = 5,   /* size and level */
    CHARACTER_SIZE_MAX = 4 /* in UTF-8 */
};

static_assert((int64_t)LOG_ENTRY_COUNT_MAX * (ENTRY_HEAD_SIZE + LOG_TEXT_SIZE_MAX) + HEAD_SIZE <=
                  FRAME_BODY_SIZE_MAX,
              "the longest list is not over the cap of others like us");
static_assert(LOG_ENTRY_COUNT_MAX <= UINT8_MAX, "the count is one byte");
static_assert((int)LOG_TEXT_SIZE_MAX >= CHARACTER_SIZE_MAX,
              "a cut text may begin with any character");

struct level_description {
    uint8_t letter;
    const char *word;
};

static const struct level_description levels[] = {
#define X(name, letter, word) {letter, word},
    ENGINE_LOG_LEVEL_LIST(X)
#undef X
        {'?', "unknown"},
};

static const char *const sentences[] = {
#define X(name, sentence) sentence,
    ENGINE_LOG_PROBLEM_LIST(X)
#undef X
};

const char *engine_log_level_word(enum engine_log_level level)
{
    assert(level <= ENGINE_LOG_LEVEL_UNKNOWN);
    return levels[level].word;
}

const char *engine_log_problem_sentence(enum engine_log_problem problem)
{
    assert(problem < sizeof sentences / sizeof sentences[0]);
    return sentences[problem];
}

static enum engine_log_level find_level(uint8_t letter)
{
    for (int i = 0; i < ENGINE_LOG_LEVEL_COUNT; i++)
        if (levels[i].letter == letter)
            return (enum engine_log_level)i;
    return ENGINE_LOG_LEVEL_UNKNOWN;
}

/* Ends the reading, with a problem or without. */
static bool end(struct engine_log_reader *reader, enum engine_log_problem problem, size_t position)
{
    reader->problem = problem;
    reader->position = position;
    reader->left = 0;
    reader->rest.position = reader->rest.size;
    return false;
}

struct engine_log_reader engine_log_reader(const uint8_t *body, size_t size)
{
    struct engine_log_reader reader = {.rest = bytes_reader(body, size)};
    reader.id = bytes_take_be_i32(&reader.rest);
    const uint8_t *count = bytes_take(&reader.rest, 1);
    if (count == NULL)
        end(&reader, ENGINE_LOG_PROBLEM_CUT, 0);
    else
        reader.announced_count = reader.left = *count;
    return reader;
}

bool engine_log_next(struct engine_log_reader *reader, struct engine_log_entry *entry)
{
    struct bytes_reader *rest = &reader->rest;
    size_t position = rest->position;
    if (reader->left == 0) {
        if (position < rest->size)
            end(reader, ENGINE_LOG_PROBLEM_TRAILING, position);
        return false;
    }
    const uint8_t *head = bytes_take(rest, ENTRY_HEAD_SIZE);
    int32_t size = head != NULL ? load_be_i32(head) : 0;
    if (size < 0)
        return end(reader, ENGINE_LOG_PROBLEM_SIZE_NEGATIVE, position);
    const uint8_t *text = bytes_take(rest, (size_t)size);
    if (text == NULL)
        return end(reader, ENGINE_LOG_PROBLEM_CUT, position);
    reader->left--;
    *entry = (struct engine_log_entry){.level = find_level(head[4]),
                                       .letter = head[4],
                                       .text = (const char *)text,
                                       .size = (size_t)size};
    return true;
}

struct engine_log_writer engine_log_writer(struct bytes_writer *to, int32_t id)
{
    struct engine_log_writer writer = {.to = to};
    uint8_t *body = frame_put_room(to, FRAME_KIND_LOG, HEAD_SIZE);
    if (body != NULL) {
        store_be_i32(body, id);
        body[4] = 0;
        writer.frame = body - FRAME_HEADER_SIZE;
    }
    return writer;
}

static bool is_within_character(char c)
{
    return ((uint8_t)c & 0xC0) == 0x80;
}

/* Goes back to where a character starts, if one does that near. */
static size_t cut_size(const char *text, size_t size)
{
    if (size <= LOG_TEXT_SIZE_MAX)
        return size;
    size_t cut = LOG_TEXT_SIZE_MAX;
    while (is_within_character(text[cut]) && cut > LOG_TEXT_SIZE_MAX - CHARACTER_SIZE_MAX + 1)
        cut--;
    return is_within_character(text[cut]) ? LOG_TEXT_SIZE_MAX : cut;
}

/* Makes the frame end where its writer is. */
static void close_frame(struct engine_log_writer *writer)
{
    uint8_t *body = writer->frame + FRAME_HEADER_SIZE;
    store_be_i32(writer->frame, (int32_t)(writer->to->bytes + writer->to->position - body));
    body[4] = (uint8_t)writer->count;
}

bool engine_log_add(struct engine_log_writer *writer, enum engine_log_level level, const char *text,
                    size_t size)
{
    assert(level < ENGINE_LOG_LEVEL_COUNT);
    struct bytes_writer *to = writer->to;
    size = cut_size(text, size);
    if (to->failed || writer->count == LOG_ENTRY_COUNT_MAX ||
        to->size - to->position < ENTRY_HEAD_SIZE + size)
        return false;
    bytes_put_be_i32(to, (int32_t)size);
    bytes_put(to, &levels[level].letter, 1);
    bytes_put(to, text, size);
    writer->count++;
    close_frame(writer);
    return true;
}
