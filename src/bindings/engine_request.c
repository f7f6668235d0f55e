/* Requests of tasks: each waits for its answer, or until it is certain that none comes. */
#include "bindings/engine.h"
#include "bindings/errors.h"
#include "bindings/image.h"
#include "bindings/msgpack.h"
#include "transport/clock.h"

#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_TYPE "tm.engine_wait"

/*
 * A request under way: a userdata on the stack of the task that waits. The answer arrives outside
 * of Lua and is kept here until the task runs.
 */
struct engine_wait {
    const struct userdata_tag *tag;
    struct waited waited;
    struct engine_request request;
    struct script_engine *engine;
    struct task *task;
    bool is_asked;
    enum status status;
    char *reason; /* of a failure, malloc's: most requests have none; or null */
    int64_t elapsed_ns;
    struct image_sides sides; /* of a screenshot that came */
    struct image_block block; /* with its pixels */
    size_t offset;            /* of them in the block */
    uint8_t *log;             /* the body of one, malloc's */
    size_t log_size;
};

static const struct userdata_tag wait_tag = {WAIT_TYPE};

static void forget(struct waited *waited)
{
    struct engine_wait *wait =
        (struct engine_wait *)((char *)waited - offsetof(struct engine_wait, waited));
    if (wait->is_asked)
        engine_client_cancel(&wait->engine->client, &wait->request);
    wait->is_asked = false;
}

static int l_wait_gc(lua_State *L)
{
    struct engine_wait *wait = check_tagged(L, 1, &wait_tag);
    forget(&wait->waited);
    if (wait->block.bytes != NULL)
        image_block_give(image_pool_of(L), &wait->block);
    free(wait->log);
    free(wait->reason);
    wait->log = NULL;
    wait->reason = NULL;
    return 0;
}

/* Pictures: received straight into a block that becomes the image's. */

void engine_expect_picture(void *owner, size_t body_size)
{
    struct script_engine *engine = owner;
    struct engine_link *link = &engine->client.link;
    if (body_size <= link->decoder.place.size)
        return;
    struct image_block block =
        image_block_take(image_pool_of(engine->endpoint.runtime->L), body_size);
    if (block.bytes != NULL)
        free(engine_link_swap_block(link, block.bytes, block.size));
}

static enum status keep_picture(struct engine_wait *wait, const struct engine_answer *answer)
{
    const struct frame *frame = answer->frame;
    struct image_pool *pool = image_pool_of(wait->engine->endpoint.runtime->L);
    wait->sides = answer->screenshot.sides;
    wait->offset = (size_t)(answer->screenshot.pixels - frame->body);
    wait->block.bytes =
        engine_link_take_block(&wait->engine->client.link, frame, &wait->block.size);
    if (wait->block.bytes != NULL)
        return STATUS_OK;
    wait->block = image_block_take(pool, frame->size);
    if (wait->block.bytes == NULL)
        return STATUS_OUT_OF_MEMORY;
    memcpy(wait->block.bytes, frame->body, frame->size);
    return STATUS_OK;
}

static enum status keep_log(struct engine_wait *wait, const struct frame *frame)
{
    wait->log = malloc(frame->size > 0 ? frame->size : 1);
    if (wait->log == NULL)
        return STATUS_OUT_OF_MEMORY;
    memcpy(wait->log, frame->body, frame->size);
    wait->log_size = frame->size;
    return STATUS_OK;
}

/* Null: there is none, or no memory, and the status has to do. */
static char *copy_reason(const char *reason)
{
    size_t size = reason != NULL ? strlen(reason) + 1 : 0;
    char *copy = size > 1 ? malloc(size) : NULL;
    if (copy != NULL)
        memcpy(copy, reason, size);
    return copy;
}

static void on_done(struct engine_request *request, const struct engine_answer *answer)
{
    struct engine_wait *wait =
        (struct engine_wait *)((char *)request - offsetof(struct engine_wait, request));
    wait->is_asked = false;
    wait->status = answer->status;
    wait->elapsed_ns = answer->elapsed_ns;
    wait->reason = copy_reason(answer->reason);
    if (answer->status == STATUS_OK && request->kind == ENGINE_REQUEST_SCREENSHOT)
        wait->status = keep_picture(wait, answer);
    if (answer->status == STATUS_OK && request->kind == ENGINE_REQUEST_COMMAND)
        wait->status = keep_log(wait, answer->frame);
    task_make_ready(wait->task);
}

/* Asking. */

static struct engine_wait *push_wait(lua_State *L, struct script_engine *engine, const char *what,
                                     enum engine_request_kind kind)
{
    struct task *task = check_can_wait(L, what);
    struct engine_wait *wait = lua_newuserdatauv(L, sizeof *wait, 0);
    memset(wait, 0, sizeof *wait);
    wait->tag = &wait_tag;
    wait->waited.forget = forget;
    wait->engine = engine;
    wait->task = task;
    wait->request.kind = kind;
    wait->request.done = on_done;
    luaL_setmetatable(L, WAIT_TYPE);
    return wait;
}

static int64_t deadline_ms(lua_State *L, const struct script_engine *engine, int timeout_index)
{
    double timeout_s = luaL_optnumber(L, timeout_index, engine->timeout_s);
    luaL_argcheck(L, timeout_s >= 0, timeout_index, "must not be negative");
    return timeout_s < 1e9 ? clock_now_ms() + (int64_t)ceil(timeout_s * 1000) : INT64_MAX;
}

/* The wait is on top of the stack; `k` finds it at index `context`. */
static int ask(lua_State *L, struct engine_wait *wait, lua_KFunction k)
{
    enum status status = engine_client_ask(&wait->engine->client, &wait->request);
    if (status != STATUS_OK)
        return push_engine_refusal(L, wait->engine, status,
                                   status == STATUS_CLOSED ? wait->engine->client.reason : NULL);
    wait->is_asked = true;
    wait->task->waited = &wait->waited;
    return task_wait(L, wait->task, WAIT_ANSWER, lua_gettop(L), k);
}

/* The wait of a task that goes on; null: it failed, and nil, message, code are pushed. */
static struct engine_wait *resumed(lua_State *L, lua_KContext context)
{
    struct engine_wait *wait = lua_touserdata(L, (int)context);
    task_raise_failure(L, wait->task);
    if (wait->status == STATUS_OK)
        return wait;
    push_engine_refusal(L, wait->engine, wait->status, wait->reason);
    return NULL;
}

static int ping_k(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    const struct engine_wait *wait = resumed(L, context);
    if (wait == NULL)
        return 3;
    lua_pushnumber(L, (double)wait->elapsed_ns / 1e9);
    return 1;
}

/* engine:ping([timeout]) -> seconds, or nil, message, code */
static int l_engine_ping(lua_State *L)
{
    struct script_engine *engine = check_engine(L, 1);
    int64_t deadline = deadline_ms(L, engine, 2);
    struct engine_wait *wait = push_wait(L, engine, "engine:ping", ENGINE_REQUEST_PING);
    wait->request.deadline_ms = deadline;
    return ask(L, wait, ping_k);
}

static int screenshot_k(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    struct engine_wait *wait = resumed(L, context);
    if (wait == NULL)
        return 3;
    struct image *image = push_image(L);
    image_adopt(L, image, &wait->block, wait->offset, wait->sides, true);
    return 1;
}

/* engine:screenshot(width, height [, timeout]) -> image, or nil, message, code */
static int l_engine_screenshot(lua_State *L)
{
    struct script_engine *engine = check_engine(L, 1);
    struct image_sides sides = check_sides(L, 2);
    int64_t deadline = deadline_ms(L, engine, 4);
    struct engine_wait *wait = push_wait(L, engine, "engine:screenshot", ENGINE_REQUEST_SCREENSHOT);
    wait->request.deadline_ms = deadline;
    wait->request.sides = sides;
    return ask(L, wait, screenshot_k);
}

static bool is_error(const struct engine_log_entry *entry)
{
    return entry->level == ENGINE_LOG_ERROR || entry->level == ENGINE_LOG_FATAL;
}

/* text, or nil, text, "refused"; of several messages one in each line */
static int call_k(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    struct engine_wait *wait = resumed(L, context);
    if (wait == NULL)
        return 3;
    struct engine_log_reader reader = engine_log_reader(wait->log, wait->log_size);
    struct engine_log_entry entry;
    bool failed = false;
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    for (int i = 0; engine_log_next(&reader, &entry); i++) {
        if (i > 0)
            luaL_addchar(&text, '\n');
        luaL_addlstring(&text, entry.text, entry.size);
        failed |= is_error(&entry);
    }
    luaL_pushresult(&text);
    if (!failed)
        return 1;
    lua_pushnil(L);
    lua_insert(L, -2);
    lua_pushstring(L, status_word(STATUS_REFUSED));
    return 3;
}

/* Pushes the whole frame of a command; its arguments are the values from `first` on. */
static const char *push_command_frame(lua_State *L, int method, int first, int last, size_t *size)
{
    size_t method_size, body_size;
    const char *name = luaL_checklstring(L, method, &method_size);
    uint8_t header[FRAME_HEADER_SIZE];
    struct bytes_writer writer = bytes_writer(header, sizeof header);
    msgpack_push_command(L, name, method_size, first, last, ENGINE_QUEUE_SIZE_MAX);
    lua_tolstring(L, -1, &body_size);
    frame_put_header(&writer, FRAME_KIND_COMMAND, body_size);
    lua_pushlstring(L, (const char *)header, sizeof header);
    lua_insert(L, -2);
    lua_concat(L, 2);
    return lua_tolstring(L, -1, size);
}

/* engine:call(method, …) -> text of the answer, or nil, message, code */
static int l_engine_call(lua_State *L)
{
    struct script_engine *engine = check_engine(L, 1);
    int last = lua_gettop(L) + 1;
    int32_t id = engine_client_next_id(&engine->client);
    check_can_wait(L, "engine:call");
    lua_createtable(L, 0, 1);
    lua_pushinteger(L, id);
    lua_setfield(L, -2, "id");
    size_t size;
    const char *frame = push_command_frame(L, 2, 3, last, &size);
    struct engine_wait *wait = push_wait(L, engine, "engine:call", ENGINE_REQUEST_COMMAND);
    wait->request.id = id;
    wait->request.frame = frame; /* on the stack for as long as the wait is */
    wait->request.frame_size = size;
    wait->request.deadline_ms = clock_now_ms() + (int64_t)(engine->timeout_s * 1000);
    return ask(L, wait, call_k);
}

/* Sending, which nothing waits for. */

static int push_sent(lua_State *L, const struct script_engine *engine, enum status status)
{
    if (status == STATUS_OK) {
        lua_pushboolean(L, true);
        return 1;
    }
    const char *reason = NULL;
    if (status == STATUS_BUSY)
        reason = "too much waits to be sent already";
    else if (status == STATUS_CLOSED && engine->client.reason[0] != '\0')
        reason = engine->client.reason;
    return push_engine_refusal(L, engine, status, reason);
}

/* engine:notify(method, …) -> true, or nil, message, code */
static int l_engine_notify(lua_State *L)
{
    struct script_engine *engine = check_engine(L, 1);
    size_t size;
    const char *frame = push_command_frame(L, 2, 3, lua_gettop(L), &size);
    return push_sent(L, engine, engine_link_send(&engine->client.link, frame, size));
}

/* engine:send(kind, body) -> true, or nil, message, code */
static int l_engine_send(lua_State *L)
{
    struct script_engine *engine = check_engine(L, 1);
    lua_Integer kind = luaL_checkinteger(L, 2);
    size_t size;
    const char *body = luaL_checklstring(L, 3, &size);
    luaL_argcheck(L, kind >= 0 && kind <= UINT8_MAX, 2, "0 to 255");
    return push_sent(L, engine, engine_client_send(&engine->client, (uint8_t)kind, body, size));
}

void engine_add_requests(lua_State *L)
{
    static const luaL_Reg methods[] = {{"ping", l_engine_ping}, {"screenshot", l_engine_screenshot},
                                       {"call", l_engine_call}, {"notify", l_engine_notify},
                                       {"send", l_engine_send}, {NULL, NULL}};
    luaL_setfuncs(L, methods, 0);
    luaL_newmetatable(L, WAIT_TYPE);
    lua_pushcfunction(L, l_wait_gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}
