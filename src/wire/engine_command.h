/*
 * The body of a command (kind 5) in the framed protocol of engines: the name of a method and an
 * array of arguments, in MessagePack. Found in place, and not decoded: the arguments are bytes
 * that bindings/ hands to msgpack-c. It knows no method.
 *
 * The seed does not say how the two are put together. The one client that ever sent commands wrote
 * two objects in a row, so that is how commands are sent; one array of both is understood as well.
 *
 * Source: the seed "remote-editor-protocol.md" and the fact sheet "Remote editor TCP protocol",
 * sections 4 and 8.
 */
#ifndef WIRE_ENGINE_COMMAND_H
#define WIRE_ENGINE_COMMAND_H

#include "wire/msgpack_scan.h"

/* What can be wrong with a command. The first ones are those of an object. X(NAME, sentence) */
#define ENGINE_COMMAND_PROBLEM_LIST(X)                                                             \
    MSGPACK_PROBLEM_LIST(X)                                                                        \
    X(NO_PAIR, "an array that is not a method and its arguments")                                  \
    X(NO_METHOD, "a method that is not a string")                                                  \
    X(NO_ARGUMENTS, "arguments that are not an array")                                             \
    X(TRAILING, "a command with bytes behind its arguments")

enum engine_command_problem {
#define X(name, sentence) ENGINE_COMMAND_PROBLEM_##name,
    ENGINE_COMMAND_PROBLEM_LIST(X)
#undef X
};

/* What is wrong, as a part of a sentence; a static string. */
const char *engine_command_problem_sentence(enum engine_command_problem problem);

struct engine_command {
    enum engine_command_problem problem;
    size_t position; /* where in the body the problem is; without one: of the arguments */

    /* The rest is valid without a problem only, and in the caller's body. */
    const char *method; /* not ended by a zero, and may have any bytes */
    size_t method_size;
    const uint8_t *arguments; /* a whole array */
    size_t arguments_size;
    uint32_t argument_count;
};

/*
 * Reads the body of a command. Nothing is wrong with it only if all of it is well-formed, the
 * arguments are nested no deeper than MSGPACK_DEPTH_MAX, and no byte is left over.
 */
struct engine_command engine_read_command(const uint8_t *body, size_t size);

#endif
