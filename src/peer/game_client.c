#include "peer/game_client.h"

#include "base/limits.h"
#include "peer/message_data.h"
#include "transport/clock.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    /* The v1 word of a response; clients compare all four bytes (section 2). */
    RESPONSE_WORD = 0x0000FF01,
    /* How long a registering client waits for somebody else's message to go away. */
    SLOT_FREE_PATIENCE_MS = 100,
    /* A v1 game calls S_ON_REGISTERED as soon as it has registered us. */
    FIRST_CALL_PATIENCE_MS = 4000,
    /* How long a response without a question may lie there. */
    STRAY_PATIENCE_MS = 1000,
    ODD_REGISTERED_MAX = 3,
    /* Data of a step call. */
    CALL_SIZE_LIKELY = 4,
    /* How long to wait for another call to say goodbye in. */
    NEXT_CALL_PATIENCE_MS = 50
};

void game_client_open(struct game_client *client, struct slot *slot, const struct dialect *dialect)
{
    assert(slot_capacity(slot) >= 12); /* for the longest answer */
    *client = (struct game_client){
        .slot = slot, .dialect = dialect, .response_timeout_ms = RESPONSE_TIMEOUT_MS};
}

static enum status client_end(struct game_client *client, enum status status)
{
    client->phase = CLIENT_ENDED;
    client->end = status;
    client->call = MESSAGE_UNKNOWN;
    client->call_number = 0;
    client->request_number = 0;
    return status;
}

enum status game_client_fail(struct game_client *client, enum status status, const char *reason,
                             ...)
{
    if (client->phase == CLIENT_ENDED)
        return client->end;
    bool let_go = client->phase == CLIENT_REGISTERED && status != STATUS_LOST;
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(client->reason, sizeof client->reason, reason, arguments);
    va_end(arguments);
    if (let_go) { /* the game must not stay frozen because we stopped talking */
        client->request_number = 0;
        game_client_compose(client, MESSAGE_C_DEREGISTER);
        store_i32(client->slot->memory + SLOT_HEADER_SIZE, 0);
        game_client_send(client, 4);
    }
    return client_end(client, status);
}

void game_client_register(struct game_client *client)
{
    assert(client->phase == CLIENT_NEW);
    client->phase = CLIENT_WANTS_TO_REGISTER;
    client->deadline_ms = 0;
}

static void write_register(struct game_client *client)
{
    game_client_compose(client, MESSAGE_C_REGISTER);
    game_client_send(client, 0);
    client->phase = CLIENT_REGISTERING;
}

static enum status broken(struct game_client *client, const char *name, size_t position)
{
    return game_client_fail(client, STATUS_PROTOCOL,
                            "%s: a size or count at byte %zu is impossible", name,
                            position + SLOT_HEADER_SIZE);
}

/*
 * Whether a state has nothing behind its first word: then the game took our request for another
 * one, whose reply is short, as 1.0.7 and its successors do with each other's.
 */
static bool is_no_state(const char *shape, const uint8_t *data, size_t size)
{
    if (*shape != 'S' || size <= 4 || data[4] != 0)
        return false;
    /* Each byte like the one before it, which memcmp sees faster than a loop could. */
    return memcmp(data + 4, data + 5, size - 5) == 0;
}

static enum status take_response(struct game_client *client, struct game_message *message)
{
    message->is_response = true;
    message->message = MESSAGE_S_RESPONSE;
    message->number = dialect_number(client->dialect, MESSAGE_S_RESPONSE);
    message->error_code = slot_receive(client->slot);
    message->error = dialect_error(client->dialect, message->error_code);
    message->data = NULL;
    message->size = 0;
    client->request_number = 0;
    client->refused = message->error != STATUS_OK;
    if (message->error != STATUS_OK) {
        /* A cut reply fills the buffer to its end. */
        if (message->error == STATUS_RESPONSE_TOO_LONG)
            slot_suspect(client->slot);
        return STATUS_OK;
    }
    if (*client->reply_shape == '\0')
        return STATUS_OK;
    message->data = message_data_read(client->slot, client->dialect, client->reply_shape,
                                      client->reply_size_last, &message->size);
    if (message->data == NULL)
        return broken(client, "S_RESPONSE", message->size);
    if (is_no_state(client->reply_shape, message->data, message->size)) {
        message->error = STATUS_DIALECT_MISMATCH;
        message->data = NULL;
        message->size = 0;
        return STATUS_OK;
    }
    client->reply_size_last = message->size;
    return STATUS_OK;
}

/* The number is that of S_ON_RUN_STEP in `public`, whose data is a time and rarely zero. */
static enum status check_registered_call(struct game_client *client)
{
    const uint8_t *data = slot_peek(client->slot, 4);
    if (load_i32(data) == 0 || ++client->odd_registered < ODD_REGISTERED_MAX)
        return STATUS_OK;
    return game_client_fail(client, STATUS_DIALECT_MISMATCH,
                            "the game says S_ON_REGISTERED again and again, with data: it does "
                            "not speak the dialect %s",
                            client->dialect->name);
}

static enum status take_call(struct game_client *client, enum message call, uint8_t number,
                             struct game_message *message)
{
    message->is_response = false;
    message->message = call;
    message->number = number;
    message->error_code = slot_receive(client->slot);
    message->error = STATUS_OK;
    const struct message_description *description = message_describe(call);
    message->data = message_data_read(client->slot, client->dialect, description->shape,
                                      CALL_SIZE_LIKELY, &message->size);
    client->call = call;
    client->call_number = number;
    if (call == MESSAGE_UNKNOWN) /* nobody knows its size */
        slot_suspect(client->slot);
    if (message->data == NULL)
        return broken(client, description->name, message->size);
    if (message->size == 0)
        message->data = NULL;
    client->awaits_first_call = false;
    if (call == MESSAGE_S_ON_REGISTERED)
        return check_registered_call(client);
    return STATUS_OK;
}

static enum status poll_registered(struct game_client *client, uint32_t word,
                                   struct game_message *message)
{
    uint8_t number = (uint8_t)(word & SLOT_NUMBER_MASK);
    /* While a call is open the game waits for us; type 0 means no message (section 3). */
    if (client->call_number != 0 || number == 0)
        return STATUS_WAITING;
    enum message call = dialect_message(client->dialect, number);
    /* Our own answer until the game has cleared it, or a response nobody cleared. */
    if (call == MESSAGE_S_RESPONSE ||
        (call != MESSAGE_UNKNOWN && message_describe(call)->sender == SENDER_CLIENT))
        return STATUS_WAITING;
    return take_call(client, call, number, message);
}

enum status game_client_poll(struct game_client *client, struct game_message *message)
{
    if (client->phase == CLIENT_ENDED)
        return client->end;
    uint32_t word = slot_word(client->slot);
    if (client->phase == CLIENT_WANTS_TO_REGISTER) {
        if (word == 0)
            write_register(client);
        return STATUS_WAITING;
    }
    if (!slot_word_ready(word))
        return STATUS_WAITING;
    if (client->request_number != 0)
        return word == RESPONSE_WORD ? take_response(client, message) : STATUS_WAITING;
    if (client->phase == CLIENT_REGISTERED)
        return poll_registered(client, word, message);
    return STATUS_WAITING;
}

void game_client_release(struct game_client *client)
{
    slot_clear(client->slot);
    client->deadline_ms = 0;
    if (client->phase != CLIENT_REGISTERING)
        return;
    if (client->refused) {
        client->phase = CLIENT_NEW;
        return;
    }
    client->phase = CLIENT_REGISTERED;
    client->awaits_first_call = dialect_number(client->dialect, MESSAGE_S_ON_REGISTERED) != 0;
}

enum status game_client_can_send(const struct game_client *client)
{
    if (client->phase == CLIENT_ENDED)
        return client->end;
    if (client->call_number == 0)
        return STATUS_NO_CALL;
    return client->request_number != 0 ? STATUS_BUSY : STATUS_OK;
}

enum status game_client_can_request(const struct game_client *client, enum message request)
{
    bool lacks = dialect_number(client->dialect, request) == 0;
    return lacks && client->phase != CLIENT_ENDED ? STATUS_UNSUPPORTED
                                                  : game_client_can_send(client);
}

uint8_t *game_client_compose(struct game_client *client, enum message request)
{
    client->reply_shape = message_describe(request)->reply_shape;
    client->request_number = dialect_number(client->dialect, request);
    client->deadline_ms = 0;
    return slot_compose(client->slot, client->request_number, 0);
}

uint8_t *game_client_compose_number(struct game_client *client, uint8_t number)
{
    client->reply_shape = "";
    client->request_number = number;
    client->deadline_ms = 0;
    slot_suspect(client->slot);
    return slot_compose(client->slot, number, 0);
}

void game_client_send(struct game_client *client, size_t data_size)
{
    slot_publish(client->slot, client->request_number, data_size);
}

void game_client_answer(struct game_client *client, const void *extra, size_t extra_size)
{
    assert(client->call_number != 0 && client->request_number == 0);
    uint8_t number = dialect_number(client->dialect, MESSAGE_C_PROCESSED_CALL);
    uint8_t *data = slot_compose(client->slot, number, 0);
    store_i32(data, client->call_number);
    if (extra_size > 0)
        memcpy(data + 4, extra, extra_size);
    client->call = MESSAGE_UNKNOWN;
    client->call_number = 0;
    slot_publish(client->slot, number, 4 + extra_size);
    /* The game clears this one (section 3); what we used before is its business too. */
    client->slot->used = 0;
}

static enum status register_timeout(struct game_client *client)
{
    bool is_there = slot_word(client->slot) == ((uint32_t)client->request_number | SLOT_READY);
    if (is_there)
        slot_clear(client->slot);
    return game_client_fail(
        client, STATUS_TIMEOUT,
        is_there ? "nobody reads the slot: the game hangs, is gone, or speaks another dialect "
                   "than %s"
                 : "the game took C_REGISTER and did not answer it: does it speak another "
                   "dialect than %s?",
        client->dialect->name);
}

static enum status request_timeout(struct game_client *client)
{
    if (client->phase == CLIENT_REGISTERING)
        return register_timeout(client);
    if (slot_word(client->slot) != ((uint32_t)client->request_number | SLOT_READY))
        return game_client_fail(client, STATUS_TIMEOUT,
                                "the game took our call %u and did not answer it within %d ms: "
                                "does it speak another dialect than %s?",
                                client->request_number, client->response_timeout_ms,
                                client->dialect->name);
    return game_client_fail(client, STATUS_TIMEOUT, "no answer to our call %u within %d ms",
                            client->request_number, client->response_timeout_ms);
}

/* Between calls: a game that behaves as ours would not. */
static enum status check_idle(struct game_client *client, int64_t now_ms)
{
    bool stray = slot_word(client->slot) == RESPONSE_WORD;
    if (!stray)
        client->stray_since_ms = 0;
    else if (client->stray_since_ms == 0)
        client->stray_since_ms = now_ms;
    else if (now_ms - client->stray_since_ms > STRAY_PATIENCE_MS)
        return game_client_fail(client, STATUS_DIALECT_MISMATCH,
                                "the game answers what nobody asked: it does not speak the "
                                "dialect %s",
                                client->dialect->name);
    if (!client->awaits_first_call)
        return STATUS_OK;
    if (client->deadline_ms == 0)
        client->deadline_ms = now_ms + FIRST_CALL_PATIENCE_MS;
    else if (now_ms >= client->deadline_ms)
        return game_client_fail(client, STATUS_DIALECT_MISMATCH,
                                "the game registered us and never called S_ON_REGISTERED: does "
                                "it speak another dialect than %s?",
                                client->dialect->name);
    return STATUS_OK;
}

static enum status check_wish(struct game_client *client, int64_t now_ms)
{
    if (client->deadline_ms == 0)
        client->deadline_ms = now_ms + SLOT_FREE_PATIENCE_MS;
    else if (now_ms >= client->deadline_ms)
        write_register(client); /* over whatever lies there */
    return STATUS_OK;
}

enum status game_client_check(struct game_client *client, int64_t now_ms)
{
    if (client->phase == CLIENT_WANTS_TO_REGISTER)
        return check_wish(client, now_ms);
    if (client->request_number != 0) {
        if (client->deadline_ms == 0)
            client->deadline_ms = now_ms + client->response_timeout_ms;
        return now_ms < client->deadline_ms ? STATUS_OK : request_timeout(client);
    }
    if (client->phase == CLIENT_REGISTERED && client->call_number == 0)
        return check_idle(client, now_ms);
    return STATUS_OK;
}

/* Waits until the slot's word is other than `word`, or the deadline is past. */
static void wait_for_change(struct game_client *client, uint32_t word, int64_t deadline_ms)
{
    struct pause pause = {0};
    while (slot_word(client->slot) == word) {
        struct slot *slot = client->slot;
        if (slot->run_other_end != NULL && slot->run_other_end(slot->context))
            continue;
        if (pause_once(&pause, CLOCK_NEVER) && clock_now_ms() >= deadline_ms)
            return;
    }
}

/* Until the response to our request is there, through the game's clearing and composing. */
static bool wait_for_response(struct game_client *client, int64_t deadline_ms)
{
    uint32_t word;
    while ((word = slot_word(client->slot)) != RESPONSE_WORD) {
        wait_for_change(client, word, deadline_ms);
        if (slot_word(client->slot) == word || clock_now_ms() >= deadline_ms)
            return false;
    }
    return true;
}

/* A registration cut short: only if the game took us in is there something to undo. */
static bool finish_registering(struct game_client *client, int64_t deadline_ms)
{
    uint32_t word = client->request_number | SLOT_READY;
    wait_for_response(client, deadline_ms);
    uint32_t now = slot_word(client->slot);
    bool registered = now == RESPONSE_WORD && slot_receive(client->slot) == 0;
    if (now == RESPONSE_WORD || now == word)
        slot_clear(client->slot);
    return registered;
}

/* Whether the word is a call of the game, which waits for us as long as it lies there. */
static bool is_call(const struct game_client *client, uint32_t word)
{
    enum message message = dialect_message(client->dialect, word & SLOT_NUMBER_MASK);
    return slot_word_ready(word) && message != MESSAGE_UNKNOWN && message != MESSAGE_S_RESPONSE &&
           message_describe(message)->sender == SENDER_GAME;
}

/* A goodbye that was written in the same moment as a call of the game is gone: once more. */
static void write_deregister(struct game_client *client, int64_t deadline_ms)
{
    uint32_t word;
    do {
        uint8_t *data = game_client_compose(client, MESSAGE_C_DEREGISTER);
        store_i32(data, 0);
        word = client->request_number | SLOT_READY;
        game_client_send(client, 4);
        wait_for_change(client, word, deadline_ms);
        uint32_t now = slot_word(client->slot);
        if ((now & SLOT_NUMBER_MASK) != 0 && !slot_word_ready(now))
            wait_for_change(client, now, deadline_ms);
    } while (is_call(client, slot_word(client->slot)) && clock_now_ms() < deadline_ms);
    if (!client->dialect->deregister_is_answered)
        return;
    if (wait_for_response(client, deadline_ms))
        slot_clear(client->slot);
}

/* Gets out of what is under way: the response is let in, the call answered, the answer taken. */
static void finish_exchange(struct game_client *client, int64_t deadline_ms)
{
    if (client->request_number != 0) {
        if (wait_for_response(client, deadline_ms)) {
            slot_suspect(client->slot);
            slot_clear(client->slot);
        }
        client->request_number = 0;
    }
    if (client->call == MESSAGE_S_SHUTDOWN) /* answered by the goodbye alone (section 3) */
        return;
    if (client->call_number != 0)
        game_client_answer(client, NULL, 0);
    uint32_t answer = dialect_number(client->dialect, MESSAGE_C_PROCESSED_CALL) | SLOT_READY;
    wait_for_change(client, answer, deadline_ms);
    int64_t next_call_ms = clock_now_ms() + NEXT_CALL_PATIENCE_MS;
    wait_for_change(client, 0, next_call_ms < deadline_ms ? next_call_ms : deadline_ms);
}

void game_client_close(struct game_client *client, enum status why, int32_t patience_ms)
{
    int64_t deadline_ms = clock_now_ms() + patience_ms;
    bool registered = client->phase == CLIENT_REGISTERED;
    if (client->phase == CLIENT_REGISTERING)
        registered = finish_registering(client, deadline_ms);
    if (registered)
        finish_exchange(client, deadline_ms);
    if (registered)
        write_deregister(client, deadline_ms);
    if (client->phase != CLIENT_ENDED)
        client_end(client, why);
}
