/*
 * Any bytes as MessagePack: the scanner stays inside them and says what msgpack-c says, with two
 * exceptions. Nobody asks msgpack-c about what is refused if it announces more than 65,535
 * elements, because it would ask the system for that much memory; nor about an ext of the largest
 * size, of which it takes no byte. The same bytes are read as the body of a command.
 */
#include "fuzz/fuzz_input.h"
#include "wire/engine_command.h"

#include <msgpack.h>

static bool may_be_asked(const uint8_t *bytes, size_t size)
{
    return memchr(bytes, 0xDD, size) == NULL && memchr(bytes, 0xDF, size) == NULL &&
           memchr(bytes, 0xC9, size) == NULL;
}

/* 0: msgpack-c does not take an object from there. */
static size_t end_by_msgpack(const uint8_t *bytes, size_t size, size_t position)
{
    msgpack_unpacked unpacked;
    size_t end = position;
    msgpack_unpacked_init(&unpacked);
    bool ok =
        msgpack_unpack_next(&unpacked, (const char *)bytes, size, &end) == MSGPACK_UNPACK_SUCCESS;
    msgpack_unpacked_destroy(&unpacked);
    return ok ? end : 0;
}

static void check_refusal(const uint8_t *bytes, size_t size, struct msgpack_extent extent)
{
    struct msgpack_head head;
    assert(extent.position <= size);
    assert((extent.missing > 0) == (extent.problem == MSGPACK_PROBLEM_CUT));
    if (extent.problem == MSGPACK_PROBLEM_NEVER_USED)
        assert(bytes[extent.position] == 0xC1);
    if (extent.problem == MSGPACK_PROBLEM_TOO_DEEP)
        assert(msgpack_read_head(bytes, size, extent.position, &head) &&
               (head.family == MSGPACK_ARRAY || head.family == MSGPACK_MAP));
}

/* Objects one after the other, up to the first that is none. */
static void check_objects(const uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        struct msgpack_extent extent = msgpack_scan(bytes, size, at);
        bool ok = extent.problem == MSGPACK_PROBLEM_NONE;
        if (ok || may_be_asked(bytes + at, size - at))
            assert(end_by_msgpack(bytes, size, at) == (ok ? extent.position : 0));
        if (!ok) {
            check_refusal(bytes, size, extent);
            return;
        }
        assert(extent.position > at && extent.position <= size);
        assert(msgpack_scan(bytes, extent.position, at).position == extent.position);
        assert(msgpack_scan(bytes, extent.position - 1, at).problem == MSGPACK_PROBLEM_CUT);
        at = extent.position;
    }
}

static void check_command(const uint8_t *body, size_t size)
{
    struct engine_command command = engine_read_command(body, size);
    struct msgpack_head head;
    assert(command.position <= size);
    if (command.problem != ENGINE_COMMAND_PROBLEM_NONE)
        return;
    fuzz_touch((const uint8_t *)command.method, command.method_size);
    assert((const uint8_t *)command.method + command.method_size == command.arguments);
    assert(command.arguments == body + command.position);
    assert(command.position + command.arguments_size == size);
    assert(end_by_msgpack(body, size, command.position) == size);
    assert(msgpack_read_head(body, size, command.position, &head));
    assert(head.family == MSGPACK_ARRAY && head.count == command.argument_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_objects(data, size);
    check_command(data, size);
    return 0;
}
