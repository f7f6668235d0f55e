#include "peer/game_server.h"

#include "base/limits.h"
#include "peer/message_data.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    /* A client may still be zeroing the buffer after it has zeroed the header (section 16, 1). */
    SETTLE_MS = 2,
    /* How long something nobody will finish or take may stand in the way of a call. */
    OBSTACLE_PATIENCE_MS = 100
};

void game_server_open(struct game_server *server, struct slot *slot, const struct dialect *dialect,
                      const struct game_server_handler *handler, uint8_t *call_data)
{
    *server = (struct game_server){.slot = slot,
                                   .dialect = dialect,
                                   .handler = handler,
                                   .call_data = call_data,
                                   .timeout_ms = CALL_TIMEOUT_DEFAULT_MS};
}

static void note(struct game_server *server, const char *text)
{
    server->handler->note(server->handler->context, text);
}

static void note_stranger(struct game_server *server, unsigned number, const char *what)
{
    char text[160];
    const char *name = message_describe(dialect_message(server->dialect, number))->name;
    snprintf(text, sizeof text,
             "dropped message %u (%s in the dialect %s)%s: does the client speak another "
             "dialect?",
             number, name, server->dialect->name, what);
    note(server, text);
}

void game_server_deregister(struct game_server *server, enum status why)
{
    if (server->phase == SERVER_FREE)
        return;
    server->phase = SERVER_FREE;
    server->call = MESSAGE_UNKNOWN;
    server->deadline_ms = 0;
    server->handler->deregistered(server->handler->context, why);
}

static void publish_call(struct game_server *server)
{
    uint8_t number = dialect_number(server->dialect, server->call);
    uint8_t *data = slot_compose(server->slot, number, 0);
    memcpy(data, server->call_data, server->call_size);
    slot_publish(server->slot, number, server->call_size);
    server->call_overheard = false;
}

/*
 * Whether the word is neither free nor a client's message: one that is being written or was
 * torn, or a response of ours that nobody has cleared.
 */
static bool is_obstacle(struct game_server *server, uint32_t word)
{
    unsigned number = word & SLOT_NUMBER_MASK;
    return number != 0 && (!slot_word_ready(word) ||
                           number == dialect_number(server->dialect, MESSAGE_S_RESPONSE));
}

enum status game_server_call(struct game_server *server, enum message call, const void *data,
                             size_t size)
{
    assert(size <= slot_capacity(server->slot));
    if (server->phase == SERVER_FREE)
        return STATUS_CLOSED;
    if (dialect_number(server->dialect, call) == 0)
        return STATUS_UNSUPPORTED;
    if (server->phase != SERVER_READY)
        return STATUS_BUSY;
    uint32_t word = slot_word(server->slot);
    if ((word & SLOT_NUMBER_MASK) != 0 &&
        !(is_obstacle(server, word) && server->obstacle_since_ms < 0))
        return STATUS_BUSY;
    if (word != 0) { /* a torn goodbye (section 16, 2) or the like: nothing worth keeping */
        slot_suspect(server->slot);
        slot_clear(server->slot);
    }
    server->obstacle_since_ms = 0;
    server->call = call;
    server->call_size = size;
    if (size > 0)
        memcpy(server->call_data, data, size);
    server->phase = SERVER_CALLING;
    server->request_count = 0;
    server->deadline_ms = 0;
    publish_call(server);
    return STATUS_OK;
}

void game_server_reply(struct game_server *server, const void *bytes, size_t size)
{
    struct slot *slot = server->slot;
    if (!server->replied) {
        slot_clear(slot); /* of the request; its data ends here */
        slot_compose(slot, dialect_number(server->dialect, MESSAGE_S_RESPONSE), 0);
        server->replied = true;
    }
    size_t room = slot_capacity(slot) - server->reply_size;
    if (size > room) {
        size = room;
        server->reply_cut = true;
    }
    memcpy(slot->memory + SLOT_HEADER_SIZE + server->reply_size, bytes, size);
    server->reply_size += size;
}

static void respond(struct game_server *server, enum status status)
{
    uint8_t number = dialect_number(server->dialect, MESSAGE_S_RESPONSE);
    if (!server->replied)
        slot_clear(server->slot);
    if (server->reply_cut)
        status = STATUS_RESPONSE_TOO_LONG;
    slot_compose(server->slot, number, server->dialect->error_codes[status]);
    slot_publish(server->slot, number, server->reply_size);
    server->replied = false;
    server->reply_cut = false;
    server->reply_size = 0;
}

static void take_register(struct game_server *server)
{
    if (server->phase != SERVER_FREE) {
        /* Somebody else: the registered client's call was in this place (and its timer runs on). */
        server->call_overheard = server->phase == SERVER_CALLING;
        respond(server, STATUS_ALREADY_REGISTERED);
        note(server, "a second client asked to register and was refused");
        return;
    }
    server->phase = SERVER_SETTLING;
    server->timeout_ms = CALL_TIMEOUT_DEFAULT_MS;
    server->deadline_ms = 0;
    respond(server, STATUS_OK);
    if (server->slot->run_other_end != NULL || server->slot->copy == NULL)
        server->phase = SERVER_READY; /* one process: the client clears before we run again */
    server->handler->registered(server->handler->context);
}

static void take_answer(struct game_server *server)
{
    uint8_t answer[12] = {0}; /* `which`, and what the brute-force answer has behind it */
    size_t capacity = slot_capacity(server->slot);
    size_t size = capacity < sizeof answer ? capacity : sizeof answer;
    memcpy(answer, slot_peek(server->slot, size), size);
    int32_t which = load_i32(answer);
    enum message call = server->call;
    bool expected =
        server->phase == SERVER_CALLING && which == dialect_number(server->dialect, call);
    slot_clear(server->slot);
    if (!expected) { /* late, or for another call */
        if (server->phase == SERVER_CALLING)
            server->call_overheard = true;
        return;
    }
    server->phase = SERVER_READY;
    server->call = MESSAGE_UNKNOWN;
    server->deadline_ms = 0;
    server->handler->answered(server->handler->context, call, answer + 4, sizeof answer - 4);
}

static void take_request(struct game_server *server, enum message request)
{
    const char *shape = message_describe(request)->shape;
    size_t size;
    /*
     * Checkpoint data may be cut short by a client that sends none of its arrays (section 16, 6);
     * the memory behind it is zero, so that it reads as empty arrays.
     */
    const uint8_t *data = message_data_read(server->slot, server->dialect, shape, 0, &size);
    if (data == NULL) {
        slot_suspect(server->slot);
        note(server, "a request has an impossible size or count: ignored");
        respond(server, STATUS_OK);
        return;
    }
    server->request_count++;
    server->deadline_ms = 0;
    respond(server,
            server->handler->request(server->handler->context, server, request, data, size));
}

static void take_deregister(struct game_server *server)
{
    slot_peek(server->slot, 4);
    if (server->dialect->deregister_is_answered)
        respond(server, STATUS_OK);
    else
        slot_clear(server->slot);
    game_server_deregister(server, STATUS_OK);
}

static void take_message(struct game_server *server, unsigned number)
{
    enum message message = dialect_message(server->dialect, number);
    slot_receive(server->slot);
    if (message == MESSAGE_C_REGISTER) {
        take_register(server);
    } else if (message == MESSAGE_UNKNOWN || message_describe(message)->sender != SENDER_CLIENT ||
               server->phase == SERVER_FREE) {
        slot_suspect(server->slot);
        slot_clear(server->slot);
        if (message != MESSAGE_C_PROCESSED_CALL && message != MESSAGE_C_DEREGISTER)
            note_stranger(server, number,
                          server->phase == SERVER_FREE ? " from no registered client" : "");
        server->call_overheard = server->phase == SERVER_CALLING;
    } else if (message == MESSAGE_C_DEREGISTER) {
        take_deregister(server);
    } else if (message == MESSAGE_C_PROCESSED_CALL) {
        take_answer(server);
    } else {
        take_request(server, message);
    }
}

bool game_server_poll(struct game_server *server)
{
    uint32_t word = slot_word(server->slot);
    unsigned number = word & SLOT_NUMBER_MASK;
    if (!slot_word_ready(word) || number == 0)
        return false;
    /* Our own call or response, which the client has not taken yet. */
    if (number == dialect_number(server->dialect, MESSAGE_S_RESPONSE) ||
        (server->phase == SERVER_CALLING &&
         number == dialect_number(server->dialect, server->call)))
        return false;
    take_message(server, number);
    return true;
}

/* The settling time begins when the client has cleared the header of its S_RESPONSE. */
static void check_settling(struct game_server *server, int64_t now_ms)
{
    bool cleared = slot_word(server->slot) == 0;
    if (server->deadline_ms == 0) {
        if (cleared)
            server->deadline_ms = now_ms + SETTLE_MS;
        else if (server->obstacle_since_ms < 0) /* nobody will ever take it */
            game_server_deregister(server, STATUS_TIMEOUT);
    } else if (now_ms > server->deadline_ms) {
        server->phase = SERVER_READY;
        server->deadline_ms = 0;
    }
}

/* Publishes a call again whose place somebody cleared, or took, before it was answered. */
static void check_cleared(struct game_server *server)
{
    bool unanswered = server->request_count == 0 || server->call_overheard;
    if (unanswered && (slot_word(server->slot) == 0 || server->obstacle_since_ms < 0))
        publish_call(server);
}

static void check_obstacle(struct game_server *server, int64_t now_ms)
{
    int64_t patience =
        server->phase == SERVER_SETTLING ? CALL_TIMEOUT_DEFAULT_MS : OBSTACLE_PATIENCE_MS;
    uint32_t word = slot_word(server->slot);
    bool torn = server->phase == SERVER_SETTLING && word != 0 && (word & SLOT_NUMBER_MASK) == 0;
    if (!torn && !is_obstacle(server, word))
        server->obstacle_since_ms = 0;
    else if (server->obstacle_since_ms == 0)
        server->obstacle_since_ms = now_ms;
    else if (server->obstacle_since_ms > 0 && now_ms - server->obstacle_since_ms > patience)
        server->obstacle_since_ms = -1;
}

void game_server_check(struct game_server *server, int64_t now_ms)
{
    check_obstacle(server, now_ms);
    if (server->phase == SERVER_SETTLING)
        check_settling(server, now_ms);
    if (server->phase != SERVER_CALLING)
        return;
    if (server->deadline_ms == 0)
        server->deadline_ms = server->timeout_ms < 0 ? INT64_MAX : now_ms + server->timeout_ms;
    if (now_ms < server->deadline_ms) {
        check_cleared(server);
        return;
    }
    slot_suspect(server->slot);
    slot_clear(server->slot);
    game_server_deregister(server, STATUS_TIMEOUT);
}
