#include "wire/msgpack_scan.h"

#include <assert.h>

static const char *const sentences[] = {
#define X(name, sentence) sentence,
    MSGPACK_PROBLEM_LIST(X)
#undef X
};

const char *msgpack_problem_sentence(enum msgpack_problem problem)
{
    assert(problem < sizeof sentences / sizeof sentences[0]);
    return sentences[problem];
}

/*
 * X(first byte, family, bytes that hold a size or a count, bytes behind them): the formats that a
 * table tells of. The type of an ext is one of the bytes behind.
 */
#define FORMAT_LIST(X)                                                                             \
    X(0xC0, MSGPACK_SCALAR, 0, 0) /* nil */                                                        \
    X(0xC2, MSGPACK_SCALAR, 0, 0) /* false */                                                      \
    X(0xC3, MSGPACK_SCALAR, 0, 0) /* true */                                                       \
    X(0xC4, MSGPACK_BIN, 1, 0)                                                                     \
    X(0xC5, MSGPACK_BIN, 2, 0)                                                                     \
    X(0xC6, MSGPACK_BIN, 4, 0)                                                                     \
    X(0xC7, MSGPACK_EXT, 1, 1)                                                                     \
    X(0xC8, MSGPACK_EXT, 2, 1)                                                                     \
    X(0xC9, MSGPACK_EXT, 4, 1)                                                                     \
    X(0xCA, MSGPACK_SCALAR, 0, 4) /* float 32 and 64 */                                            \
    X(0xCB, MSGPACK_SCALAR, 0, 8)                                                                  \
    X(0xCC, MSGPACK_SCALAR, 0, 1) /* uint 8 to 64 */                                               \
    X(0xCD, MSGPACK_SCALAR, 0, 2)                                                                  \
    X(0xCE, MSGPACK_SCALAR, 0, 4)                                                                  \
    X(0xCF, MSGPACK_SCALAR, 0, 8)                                                                  \
    X(0xD0, MSGPACK_SCALAR, 0, 1) /* int 8 to 64 */                                                \
    X(0xD1, MSGPACK_SCALAR, 0, 2)                                                                  \
    X(0xD2, MSGPACK_SCALAR, 0, 4)                                                                  \
    X(0xD3, MSGPACK_SCALAR, 0, 8)                                                                  \
    X(0xD4, MSGPACK_EXT, 0, 2) /* fixext 1 to 16 */                                                \
    X(0xD5, MSGPACK_EXT, 0, 3)                                                                     \
    X(0xD6, MSGPACK_EXT, 0, 5)                                                                     \
    X(0xD7, MSGPACK_EXT, 0, 9)                                                                     \
    X(0xD8, MSGPACK_EXT, 0, 17)                                                                    \
    X(0xD9, MSGPACK_STR, 1, 0)                                                                     \
    X(0xDA, MSGPACK_STR, 2, 0)                                                                     \
    X(0xDB, MSGPACK_STR, 4, 0)                                                                     \
    X(0xDC, MSGPACK_ARRAY, 2, 0)                                                                   \
    X(0xDD, MSGPACK_ARRAY, 4, 0)                                                                   \
    X(0xDE, MSGPACK_MAP, 2, 0)                                                                     \
    X(0xDF, MSGPACK_MAP, 4, 0)

struct format {
    enum msgpack_family family;
    uint8_t length_size;
    uint8_t payload; /* besides what the length says */
};

static const struct format formats[0x20] = {[0x01] = {MSGPACK_NEVER_USED, 0, 0}, /* C1 */
#define X(byte, family, length_size, payload) [byte - 0xC0] = {family, length_size, payload},
                                            FORMAT_LIST(X)
#undef X
};

/* clang-format off */
#define ONES_16 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1

/* Bytes of the whole object by its first byte, where that alone tells them; otherwise 0. */
static const uint8_t whole_sizes[256] = {
    /* fixint */
    [0x00] = ONES_16, ONES_16, ONES_16, ONES_16, ONES_16, ONES_16, ONES_16, ONES_16,
    /* fixstr */
    [0xA0] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    [0xB0] = 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
#define X(byte, family, length_size, payload) [byte] = length_size == 0 ? 1 + payload : 0,
    FORMAT_LIST(X)
#undef X
    /* negative fixint */
    [0xE0] = ONES_16, ONES_16,
};
/* clang-format on */

/* A size or a count of that many bytes, big-endian. */
static uint32_t load_length(const uint8_t *at, size_t size)
{
    uint32_t length = 0;
    for (size_t i = 0; i < size; i++)
        length = length << 8 | at[i];
    return length;
}

static struct msgpack_head container(enum msgpack_family family, uint32_t count)
{
    return (struct msgpack_head){.family = family, .size = 1, .count = count};
}

/* The formats that are one byte with a number in it. */
static struct msgpack_head read_fix(uint8_t byte)
{
    if (byte >= 0x80 && byte < 0x90)
        return container(MSGPACK_MAP, byte & 0x0F);
    if (byte >= 0x90 && byte < 0xA0)
        return container(MSGPACK_ARRAY, byte & 0x0F);
    if (byte >= 0xA0 && byte < 0xC0)
        return (struct msgpack_head){MSGPACK_STR, 1, 0, byte & 0x1F};
    return (struct msgpack_head){MSGPACK_SCALAR, 1, 0, 0};
}

bool msgpack_read_head(const uint8_t *bytes, size_t size, size_t position,
                       struct msgpack_head *head)
{
    if (position >= size)
        return false;
    uint8_t byte = bytes[position];
    if (byte < 0xC0 || byte >= 0xE0) {
        *head = read_fix(byte);
        return true;
    }
    const struct format *format = &formats[byte - 0xC0];
    if (format->length_size > size - position - 1)
        return false;
    uint32_t length = load_length(bytes + position + 1, format->length_size);
    bool holds = format->family == MSGPACK_ARRAY || format->family == MSGPACK_MAP;
    *head = (struct msgpack_head){.family = format->family,
                                  .size = (size_t)1 + format->length_size,
                                  .count = holds ? length : 0,
                                  .payload = holds ? 0 : (uint64_t)length + format->payload};
    return true;
}

struct scanner {
    const uint8_t *bytes;
    size_t size;
    size_t position;
    uint64_t owed;                    /* objects announced and not yet begun, in all levels */
    uint64_t left[MSGPACK_DEPTH_MAX]; /* the same in each level */
    size_t depth;
};

static struct msgpack_extent stop(const struct scanner *scanner, enum msgpack_problem problem)
{
    return (struct msgpack_extent){.problem = problem, .position = scanner->position};
}

/* `needed` bytes are needed from the position on, more than there are. */
static struct msgpack_extent cut(const struct scanner *scanner, uint64_t needed)
{
    struct msgpack_extent extent = stop(scanner, MSGPACK_PROBLEM_CUT);
    extent.missing = needed - (scanner->size - scanner->position);
    return extent;
}

/* Passes over objects that are no containers and whose first byte tells their size. */
static void pass_simple(struct scanner *scanner, uint64_t *left)
{
    const uint8_t *bytes = scanner->bytes;
    size_t position = scanner->position;
    uint64_t owed = scanner->owed, count = *left;
    while (count > 0) {
        size_t whole = whole_sizes[bytes[position]];
        /* Each of those behind it needs a byte: none is ever looked at that is not there. */
        if (whole == 0 || whole + (owed - 1) > scanner->size - position)
            break;
        position += whole;
        owed--;
        count--;
    }
    scanner->position = position;
    scanner->owed = owed;
    *left = count;
}

/* Enters an array whose first byte tells its count. False, with nothing done, if it is no such. */
static inline bool enter_short_array(struct scanner *scanner, uint64_t *left)
{
    uint8_t byte = scanner->bytes[scanner->position];
    uint64_t inside = byte & 0x0F;
    if ((byte & 0xF0) != 0x90 || scanner->depth == MSGPACK_DEPTH_MAX ||
        scanner->owed + inside > scanner->size - scanner->position)
        return false;
    scanner->owed += inside - 1;
    *left -= 1;
    scanner->position++;
    scanner->left[scanner->depth++] = inside;
    return true;
}

/* One object of any kind; the problem is NONE if it was passed, or entered. */
static struct msgpack_extent pass_any(struct scanner *scanner, uint64_t *left)
{
    struct msgpack_head head;
    if (!msgpack_read_head(scanner->bytes, scanner->size, scanner->position, &head)) {
        uint64_t length_size = formats[scanner->bytes[scanner->position] - 0xC0].length_size;
        return cut(scanner, 1 + length_size + (scanner->owed - 1));
    }
    if (head.family == MSGPACK_NEVER_USED)
        return stop(scanner, MSGPACK_PROBLEM_NEVER_USED);
    bool holds = head.family == MSGPACK_ARRAY || head.family == MSGPACK_MAP;
    if (holds && scanner->depth == MSGPACK_DEPTH_MAX)
        return stop(scanner, MSGPACK_PROBLEM_TOO_DEEP);
    uint64_t inside = head.family == MSGPACK_MAP ? 2 * (uint64_t)head.count : head.count;
    uint64_t needed = head.size + head.payload + (scanner->owed - 1) + inside;
    if (needed > scanner->size - scanner->position)
        return cut(scanner, needed);
    scanner->owed += inside;
    scanner->owed--;
    *left -= 1;
    scanner->position += head.size + (size_t)head.payload;
    if (holds)
        scanner->left[scanner->depth++] = inside;
    return stop(scanner, MSGPACK_PROBLEM_NONE);
}

struct msgpack_extent msgpack_scan(const uint8_t *bytes, size_t size, size_t position)
{
    struct scanner scanner; /* its levels are written when they are entered */
    uint64_t root = 1;
    scanner.bytes = bytes;
    scanner.size = size;
    scanner.position = position;
    scanner.owed = 1;
    scanner.depth = 0;
    assert(position <= size);
    if (position == size)
        return cut(&scanner, 1);
    while (scanner.owed > 0) {
        uint64_t *left = scanner.depth > 0 ? &scanner.left[scanner.depth - 1] : &root;
        pass_simple(&scanner, left);
        if (*left == 0) {
            scanner.depth -= scanner.depth > 0;
            continue;
        }
        if (enter_short_array(&scanner, left))
            continue;
        struct msgpack_extent extent = pass_any(&scanner, left);
        if (extent.problem != MSGPACK_PROBLEM_NONE)
            return extent;
    }
    return stop(&scanner, MSGPACK_PROBLEM_NONE);
}
