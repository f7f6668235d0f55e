#include "support/raw_server.h"

#include "support/deadline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum outcome {
    ANSWERED,
    GONE,
    DROPPED,
    STOPPED
};

/* Beyond this offset no small message reaches: where clearing order is judged. */
enum {
    JUDGED_FROM = 64
};

static bool is_stopping(const struct raw_server *server)
{
    return server->dead || atomic_load(&server->stopping);
}

bool raw_server_hold(struct raw_server *server, int span_ms)
{
    struct deadline end = deadline_in_ms(span_ms);
    unsigned round = 0;

    while (!deadline_passed(end)) {
        if (is_stopping(server))
            return false;
        deadline_poll_pause(&round);
    }
    return true;
}

const struct raw_fault *raw_server_fault(struct raw_server *server, enum raw_message message)
{
    int nth = ++server->seen[message], i;

    for (i = 0; i < RAW_FAULT_MAX; i++) {
        const struct raw_fault *fault = &server->options.faults[i];

        if (fault->misdeed != RAW_FAULT_NONE && fault->on == message &&
            (fault->nth == 0 || fault->nth == nth))
            return fault;
    }
    return NULL;
}

static bool came_from_client(const struct raw_server *server, uint32_t word)
{
    enum raw_message message = raw_message_of(server->options.dialect, (uint8_t)(word & 0xFF));

    return (word & 0xFF00) != 0 && word != server->not_a_message && message != RAW_S_RESPONSE &&
           !raw_is_server_call(message);
}

static void note_message(struct raw_server *server, uint32_t word)
{
    struct raw_log_entry *entry = calloc(1, sizeof *entry);
    size_t tail;

    if (entry == NULL)
        abort();
    memcpy(server->work, server->slot.bytes, server->slot.size);
    entry->word = word;
    entry->number = (uint8_t)(word & 0xFF);
    entry->message = raw_message_of(server->options.dialect, entry->number);
    entry->during = server->during;
    entry->time = server->time;
    entry->size =
        raw_request_size(server->options.dialect, entry->message, server->work, server->slot.size);
    if (entry->size == 0)
        entry->size = 12;
    tail = entry->size > server->uncleared ? entry->size : server->uncleared;
    while (tail < server->slot.size && server->work[tail] == 0)
        tail++;
    entry->dirty_at = tail < server->slot.size ? tail : 0;
    /* A long message may already have been on its way when the header read 0: no verdict. */
    entry->header_cleared_early = server->header_cleared_early && entry->size <= JUDGED_FROM;
    entry->bytes = malloc(entry->size);
    if (entry->bytes == NULL)
        abort();
    memcpy(entry->bytes, server->work, entry->size);
    server->header_cleared_early = false;
    raw_log_append(&server->log, entry);
}

/* True with a message in server->work; false when the time is over or the server stops. */
static bool await_message(struct raw_server *server, struct deadline deadline, bool forever,
                          enum raw_message *message)
{
    unsigned round = 0;
    uint32_t word;

    for (;;) {
        if (server->dead) /* it looks at nothing any more, not even at what is there */
            return false;
        word = raw_slot_word(&server->slot);
        if (came_from_client(server, word))
            break;
        if (is_stopping(server) || (!forever && deadline_passed(deadline)))
            return false;
        deadline_poll_pause(&round);
    }
    note_message(server, word);
    *message = raw_message_of(server->options.dialect, (uint8_t)(word & 0xFF));
    return true;
}

/*
 * After a reply: until the client has cleared it or written over it (section 3: after some error
 * codes the v1 client leaves it there). Judges the order of clearing while it looks.
 */
static void await_clear(struct raw_server *server, uint32_t reply_word)
{
    struct deadline deadline = deadline_in_ms(server->timeout_ms < 0 ? 2000 : server->timeout_ms);
    unsigned round = 0;
    uint32_t word;

    while ((word = raw_slot_word(&server->slot)) == reply_word && reply_word != 0) {
        if (is_stopping(server) || deadline_passed(deadline))
            return;
        deadline_poll_pause(&round);
    }
    if (word == 0 && raw_slot_first_nonzero(&server->slot, JUDGED_FROM) < server->slot.size)
        server->header_cleared_early = true;
    server->uncleared = 0;
}

static void clear_region(struct raw_server *server)
{
    raw_slot_clear_header_last(&server->slot);
    server->uncleared = 0;
}

/* After a rewind the next step is at state time + 10 (section 7). */
static void take_rewind(struct raw_server *server)
{
    bool is_public = server->options.dialect == RAW_PUBLIC;

    if (raw_state_size(server->options.dialect, server->work + 8, server->slot.size - 8) != 0)
        server->next_time =
            raw_load(server->work, 8 + (is_public ? RAW_PUBLIC_RACE_TIME : RAW_STATE_RACE_TIME)) +
            10;
}

static void serve_request(struct raw_server *server, enum raw_message message)
{
    if (message == RAW_C_REWIND_TO_STATE)
        take_rewind(server);
    if (message == RAW_C_GIVE_UP)
        server->next_time = -2600;
    raw_server_reply(server, message);
    if (!server->dead)
        await_clear(server, raw_slot_word(&server->slot));
}

/* Handshake, item 3: one client per server. */
static void refuse_newcomer(struct raw_server *server)
{
    clear_region(server);
    raw_slot_publish(&server->slot, raw_number(server->options.dialect, RAW_S_RESPONSE),
                     RAW_ALREADY_REGISTERED, NULL, 0);
    await_clear(server, RAW_RESPONSE_WORD);
}

/* Where the client awaits no reply, none is left behind. */
static void say_goodbye(struct raw_server *server)
{
    clear_region(server);
    if (raw_answers_deregister(server->options.dialect)) {
        raw_slot_publish(&server->slot, raw_number(server->options.dialect, RAW_S_RESPONSE), RAW_OK,
                         NULL, 0);
        await_clear(server, raw_slot_word(&server->slot));
        clear_region(server);
    }
    raw_log_event(&server->log, RAW_EVENT_DEREGISTERED);
}

/* Section 16, item 2: a client closed from a signal handler says so between calls. */
static bool left_between_calls(struct raw_server *server)
{
    struct deadline none = {0};
    enum raw_message message;

    if (!await_message(server, none, false, &message))
        return false;
    if (message == RAW_C_DEREGISTER)
        say_goodbye(server);
    else
        clear_region(server);
    return message == RAW_C_DEREGISTER;
}

/* One server call with everything the client does inside it. */
static enum outcome make_call(struct raw_server *server, enum raw_message message, uint8_t number,
                              const void *data, size_t size)
{
    bool forever = server->timeout_ms < 0;
    struct deadline deadline = deadline_in_ms(forever ? 0 : server->timeout_ms);
    enum raw_message answer;

    server->during = message;
    server->uncleared = RAW_SLOT_HEADER + size;
    raw_slot_publish(&server->slot, number, RAW_OK, data, size);
    while (await_message(server, deadline, forever, &answer)) {
        if (answer == RAW_C_PROCESSED_CALL) {
            clear_region(server);
            server->during = RAW_UNKNOWN;
            return ANSWERED;
        }
        if (answer == RAW_C_DEREGISTER) {
            say_goodbye(server);
            server->during = RAW_UNKNOWN;
            return GONE;
        }
        if (answer == RAW_C_REGISTER) {
            refuse_newcomer(server);
            continue;
        }
        /* Whether nested calls restart the timer is not known (section 3); here they do. */
        serve_request(server, answer);
        forever = server->timeout_ms < 0;
        deadline = deadline_in_ms(forever ? 0 : server->timeout_ms);
    }
    server->during = RAW_UNKNOWN;
    if (is_stopping(server))
        return STOPPED;
    clear_region(server);
    raw_log_event(&server->log, RAW_EVENT_DROPPED);
    return DROPPED;
}

/* Outside calls: logs what comes; only C_DEREGISTER has a meaning there (section 3). */
static void listen_until_stopped(struct raw_server *server)
{
    struct deadline none = {0};
    enum raw_message message;

    raw_log_event(&server->log, RAW_EVENT_IDLE);
    while (await_message(server, none, true, &message)) {
        if (message == RAW_C_DEREGISTER)
            say_goodbye(server);
        else
            clear_region(server);
    }
}

static void put_word_for(struct raw_server *server, uint32_t word, int64_t span_us)
{
    struct deadline end = deadline_in_us(span_us);

    raw_slot_put(&server->slot, 0, (int32_t)word);
    while (!deadline_passed(end) && !is_stopping(server))
        continue;
}

static void sweep(struct raw_server *server, bool all)
{
    uint32_t type, ready;

    for (type = 0; type < 256; type++) {
        enum raw_message message = raw_message_of(server->options.dialect, (uint8_t)type);
        bool foreign = message != RAW_S_RESPONSE && !raw_is_server_call(message);

        /* S_SHUTDOWN would be obeyed, rightly. */
        if (foreign || (all && message != RAW_S_SHUTDOWN))
            put_word_for(server, type | 0xFF00u, 100);
    }
    for (ready = 0; all && ready < 256; ready++) {
        put_word_for(server, ready << 8, 100);
        put_word_for(server, ready << 8 | raw_number(server->options.dialect, RAW_S_ON_RUN_STEP),
                     100);
        put_word_for(server, ready << 16 | RAW_RESPONSE_WORD, 100);
    }
    raw_server_hold(server, 5);
    clear_region(server);
}

static enum outcome step(struct raw_server *server)
{
    const struct raw_fault *fault = raw_server_fault(server, RAW_S_ON_RUN_STEP);
    uint8_t number = raw_number(server->options.dialect, RAW_S_ON_RUN_STEP);
    enum outcome outcome;

    if (fault != NULL)
        raw_log_event(&server->log, RAW_EVENT_FAULT);
    if (fault != NULL && fault->misdeed == RAW_CALL_NUMBER)
        number = (uint8_t)fault->value;
    else if (fault != NULL &&
             (fault->misdeed == RAW_SWEEP_ALL || fault->misdeed == RAW_SWEEP_FOREIGN))
        sweep(server, fault->misdeed == RAW_SWEEP_ALL);
    else if (fault != NULL && fault->misdeed == RAW_PUT_WORD) {
        put_word_for(server, (uint32_t)fault->value, (int64_t)fault->other * 1000);
        clear_region(server);
    } else if (fault != NULL && fault->misdeed == RAW_SHUT_DOWN)
        atomic_store(&server->shutdown_wanted, true);
    else if (fault != NULL && fault->misdeed == RAW_DIE)
        server->dead = true;
    if (is_stopping(server) || atomic_load(&server->shutdown_wanted))
        return STOPPED;
    if (left_between_calls(server))
        return GONE;
    server->time = server->next_time;
    server->next_time = server->time + 10;
    outcome = make_call(server, RAW_S_ON_RUN_STEP, number, &server->time, sizeof server->time);
    if (outcome == ANSWERED)
        raw_log_event(&server->log, RAW_EVENT_STEP);
    return outcome;
}

/* The game closes: S_SHUTDOWN, the client's last word, and the object is gone. */
static void shut_down(struct raw_server *server)
{
    uint8_t number = raw_number(server->options.dialect, RAW_S_SHUTDOWN);

    if (number != 0)
        make_call(server, RAW_S_SHUTDOWN, number, NULL, 0);
    raw_slot_unlink(server->slot.name);
    listen_until_stopped(server);
}

static enum outcome make_scripted_call(struct raw_server *server,
                                       const struct raw_scripted_call *call)
{
    uint8_t number = raw_number(server->options.dialect, call->message);
    unsigned char data[256];
    const char *at = call->hex != NULL ? call->hex : "";
    size_t size = 0;
    unsigned value;
    int used;

    for (; size < sizeof data && sscanf(at, " %2x%n", &value, &used) == 1; at += used)
        data[size++] = (unsigned char)value;
    if (call->number != 0) { /* or it would be taken for a message of the client */
        number = call->number;
        server->not_a_message = call->number | 0xFF00u;
    }
    return make_call(server, call->message, number, data, size);
}

/* The calls of the list, whatever they are, then silence. */
static void make_scripted_calls(struct raw_server *server)
{
    enum outcome outcome = ANSWERED;
    size_t i;

    for (i = 0; i < server->options.call_count && outcome == ANSWERED; i++) {
        if (left_between_calls(server))
            return;
        outcome = make_scripted_call(server, &server->options.calls[i]);
    }
    if (outcome == ANSWERED)
        listen_until_stopped(server);
}

/* Until nobody is registered any more. */
static void race(struct raw_server *server)
{
    enum outcome outcome = ANSWERED;
    int steps = 0;

    if (raw_number(server->options.dialect, RAW_S_ON_REGISTERED) != 0)
        outcome = make_call(server, RAW_S_ON_REGISTERED, RAW_S_ON_REGISTERED, NULL, 0);
    if (outcome == ANSWERED && server->options.calls != NULL) {
        make_scripted_calls(server);
        return;
    }
    while (outcome == ANSWERED) {
        if (server->options.max_steps != 0 && steps++ == server->options.max_steps) {
            listen_until_stopped(server);
            return;
        }
        outcome = step(server);
    }
    if (!is_stopping(server) && atomic_load(&server->shutdown_wanted))
        shut_down(server);
}

static void wait_for_newcomer(struct raw_server *server)
{
    enum raw_message message;
    struct deadline none = {0};
    bool welcome;

    if (!await_message(server, none, true, &message))
        return;
    welcome = message == RAW_C_REGISTER || server->options.stranger == RAW_STRANGER_WELCOME;
    if (!welcome && server->options.stranger == RAW_STRANGER_IGNORED) {
        uint32_t word = raw_slot_word(&server->slot);

        while (!is_stopping(server) && raw_slot_word(&server->slot) == word)
            raw_server_hold(server, 1);
        return;
    }
    /* A refusal (section 3, handshake item 3) is scripted as RAW_ANSWER_CODE on C_REGISTER. */
    raw_server_reply(server, message);
    if (server->dead)
        return;
    /* What was answered is not looked up in the region: the client may have cleared it already. */
    welcome = welcome && server->accepted;
    await_clear(server, raw_slot_word(&server->slot));
    if (welcome) {
        /* Section 16, item 1: leave a client time to finish clearing. */
        raw_slot_wait_zero(&server->slot, 100);
        raw_log_event(&server->log, RAW_EVENT_REGISTERED);
        race(server);
    }
}

static void *serve(void *argument)
{
    struct raw_server *server = argument;

    while (!is_stopping(server))
        wait_for_newcomer(server);
    raw_log_event(&server->log, RAW_EVENT_ENDED);
    return NULL;
}

bool raw_server_start(struct raw_server *server, const struct raw_server_options *options)
{
    size_t usual = raw_slot_size(options->dialect);

    memset(server, 0, sizeof *server);
    server->options = *options;
    server->timeout_ms = options->timeout_ms == 0 ? 2000 : options->timeout_ms;
    server->next_time = -2600;
    if (!raw_slot_create(&server->slot, options->name, options->size ? options->size : usual))
        return false;
    server->work = calloc(1, server->slot.size + RAW_SLOT_SIZE);
    raw_log_init(&server->log);
    if (server->work == NULL || pthread_create(&server->thread, NULL, serve, server) != 0)
        abort();
    return true;
}

void raw_server_request_shutdown(struct raw_server *server)
{
    atomic_store(&server->shutdown_wanted, true);
}

void raw_server_stop(struct raw_server *server)
{
    if (server->work == NULL || atomic_exchange(&server->stopping, true))
        return;
    pthread_join(server->thread, NULL);
    raw_slot_unlink(server->slot.name);
    raw_slot_close(&server->slot);
}

void raw_server_free(struct raw_server *server)
{
    if (server->work == NULL)
        return;
    raw_server_stop(server);
    raw_log_free(&server->log);
    free(server->work);
    server->work = NULL;
}
