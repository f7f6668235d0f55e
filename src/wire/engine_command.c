#include "wire/engine_command.h"

#include <assert.h>

static const char *const sentences[] = {
#define X(name, sentence) sentence,
    ENGINE_COMMAND_PROBLEM_LIST(X)
#undef X
};

const char *engine_command_problem_sentence(enum engine_command_problem problem)
{
    assert(problem < sizeof sentences / sizeof sentences[0]);
    return sentences[problem];
}

static struct engine_command refuse(enum engine_command_problem problem, size_t position)
{
    return (struct engine_command){.problem = problem, .position = position};
}

/* The problems of objects have the same numbers among those of commands. */
static struct engine_command refuse_object(struct msgpack_extent extent)
{
    return refuse((enum engine_command_problem)extent.problem, extent.position);
}

/* Where the method begins: behind the head of an array of both, if there is one. */
static bool find_method(const uint8_t *body, size_t size, struct msgpack_head *head,
                        size_t *position)
{
    *position = 0;
    if (!msgpack_read_head(body, size, 0, head) || head->family != MSGPACK_ARRAY)
        return true;
    *position = head->size;
    return head->count == 2;
}

struct engine_command engine_read_command(const uint8_t *body, size_t size)
{
    struct msgpack_head head;
    struct engine_command command = {0};
    size_t at;
    if (!find_method(body, size, &head, &at))
        return refuse(ENGINE_COMMAND_PROBLEM_NO_PAIR, 0);
    struct msgpack_extent method = msgpack_scan(body, size, at);
    if (method.problem != MSGPACK_PROBLEM_NONE)
        return refuse_object(method);
    msgpack_read_head(body, size, at, &head);
    if (head.family != MSGPACK_STR)
        return refuse(ENGINE_COMMAND_PROBLEM_NO_METHOD, at);
    command.method = (const char *)body + at + head.size;
    command.method_size = (size_t)head.payload;
    command.position = method.position;
    struct msgpack_extent arguments = msgpack_scan(body, size, method.position);
    if (arguments.problem != MSGPACK_PROBLEM_NONE)
        return refuse_object(arguments);
    msgpack_read_head(body, size, method.position, &head);
    if (head.family != MSGPACK_ARRAY)
        return refuse(ENGINE_COMMAND_PROBLEM_NO_ARGUMENTS, method.position);
    if (arguments.position < size)
        return refuse(ENGINE_COMMAND_PROBLEM_TRAILING, arguments.position);
    command.arguments = body + method.position;
    command.arguments_size = size - method.position;
    command.argument_count = head.count;
    return command;
}
