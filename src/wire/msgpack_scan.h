/*
 * Where a MessagePack object ends, found without decoding it. A decoder takes memory for what an
 * object announces; this is asked before, and refuses the object unless all of it is there, so
 * that no announcement costs more than the bytes that came. It makes no values, knows no type of
 * ext, and does not look at strings: UTF-8 or not, they are passed on. It takes no memory and does
 * not recurse. The time it takes grows with the size of the object and with nothing else.
 *
 * Source: the MessagePack specification (msgpack/msgpack, spec.md), "Formats".
 */
#ifndef WIRE_MSGPACK_SCAN_H
#define WIRE_MSGPACK_SCAN_H

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What can be wrong with an object. X(NAME, sentence) */
#define MSGPACK_PROBLEM_LIST(X)                                                                    \
    X(NONE, "no problem")                                                                          \
    X(CUT, "an object that is longer than the bytes there are")                                    \
    X(NEVER_USED, "the byte C1, which MessagePack never uses")                                     \
    X(TOO_DEEP, "arrays and maps nested too deep")

enum msgpack_problem {
#define X(name, sentence) MSGPACK_PROBLEM_##name,
    MSGPACK_PROBLEM_LIST(X)
#undef X
};

/* What is wrong, as a part of a sentence; a static string. */
const char *msgpack_problem_sentence(enum msgpack_problem problem);

struct msgpack_extent {
    enum msgpack_problem problem;

    /*
     * Without a problem: of the first byte behind the object. With one: of the first byte of the
     * object in it that is cut (it, or what is still to come behind it, cannot all be there), that
     * is C1, or that is the array or map too deep. From the start of the bytes.
     */
    size_t position;

    /* Of an object that is cut: how many bytes are missing, at the least. Otherwise 0. */
    uint64_t missing;
};

/*
 * The extent of the object that begins at `position`, which is at most `size`. Every element that
 * is announced takes at least one byte, so what is announced and cannot be there is refused where
 * it is announced. Up to MSGPACK_DEPTH_MAX arrays and maps may be inside each other, empty ones
 * included.
 */
struct msgpack_extent msgpack_scan(const uint8_t *bytes, size_t size, size_t position);

enum msgpack_family {
    MSGPACK_SCALAR, /* nil, booleans and numbers */
    MSGPACK_STR,
    MSGPACK_BIN,
    MSGPACK_EXT,
    MSGPACK_ARRAY,
    MSGPACK_MAP,
    MSGPACK_NEVER_USED
};

/* What the first bytes of an object say. */
struct msgpack_head {
    enum msgpack_family family;
    size_t size;      /* bytes of the head itself: the first, and those of a size or a count */
    uint32_t count;   /* elements of an array, pairs of a map, otherwise 0 */
    uint64_t payload; /* bytes behind the head, the type of an ext among them; of containers 0 */
};

/*
 * Reads the head of the object at `position`. False, with *head as it was, if it is not all there;
 * whether its payload is, nobody has looked.
 */
bool msgpack_read_head(const uint8_t *bytes, size_t size, size_t position,
                       struct msgpack_head *head);

#endif
