/*
 * Every message of the conformance table in a buffer that ends before it does, at every byte; and
 * with every count and size in it hostile. The memory is as large as the buffer, so that the
 * sanitizer sees every step beyond it.
 */
#include "support/client_kit.h"
#include "support/conformance_cell.h"
#include "support/server_kit.h"
#include "transport/clock.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    SERVER_SIZE_LEAST = 9,
    CLIENT_SIZE_LEAST = 20, /* game_client_open asks for it */
    HOSTILE_COUNT = 8
};

typedef void message_check(const struct conformance_row *row,
                           const struct conformance_bytes *bytes);

/* The calls, or the requests, that each dialect has. */
static void for_every(const struct conformance_row *rows, size_t count, message_check *check)
{
    static struct conformance_bytes bytes;
    FOR_EVERY_DIALECT
    for (size_t i = 0; i < count; i++)
        if (conformance_read(&rows[i].bytes, cell.dialect, &bytes)) {
            cell.number = bytes.bytes[0];
            check(&rows[i], &bytes);
        }
}

/* --- the game's side ---------------------------------------------------------------------- */

static void say_to_server(const struct conformance_bytes *bytes, size_t slot_size)
{
    start_server(cell_dialect(), slot_size);
    join_client();
    cell.variant = (long)slot_size;
    heard.note_count = 0;
    cell_write(bytes);
    EXPECT(game_server_poll(&server));
}

/* Answered, so that the client goes on; noted; and not heard. */
static void expect_unheard(void)
{
    const struct conformance_bytes response = {.bytes = {1, 0xFF}, .size = 8};
    EXPECT(heard.request_count == 0 && heard.note_count == 1 && cell_is(&response));
    EXPECT(server.phase == SERVER_READY);
}

static void cut_request(const struct conformance_row *row, const struct conformance_bytes *bytes)
{
    for (size_t size = SERVER_SIZE_LEAST; size <= bytes->size; size++) {
        say_to_server(bytes, size);
        if (row->server[SERVER_IS_READY] != 'H')
            EXPECT(heard.request_count == 0);
        else if (size < bytes->size)
            expect_unheard();
        else
            EXPECT(heard.request_count == 1 && heard.size == size - 8);
    }
}

static void test_requests_cut_at_every_byte_are_answered_and_not_heard(void **unused)
{
    (void)unused;
    for_every(conformance_requests, conformance_request_count, cut_request);
}

static void test_answers_cut_at_every_byte_are_taken_or_wiped(void **unused)
{
    static struct conformance_bytes bytes;
    (void)unused;
    FOR_EVERY_DIALECT
    for (size_t size = 12; size <= 20; size++) {
        cell_row(cell_number(RAW_C_PROCESSED_CALL), &bytes);
        start_server(cell_dialect(), size);
        join_client();
        EXPECT(game_server_call(&server, MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000)) == STATUS_OK);
        cell_write(&bytes);
        EXPECT(game_server_poll(&server) && kit_is_zero());
        EXPECT(heard.answer_count == 1 && heard.answer_size == 8);
    }
}

/*
 * Values that a count at this place cannot have in a slot of that size; and one more than it has,
 * 0, and one that fills all there is, if its elements are bytes: these need only do no harm.
 */
static size_t hostile_counts(const struct conformance_bytes *bytes, size_t at, size_t slot_size,
                             int32_t *counts)
{
    int32_t room = (int32_t)(slot_size - at - 4), count = load_i32(bytes->bytes + at);
    const int32_t values[HOSTILE_COUNT] = {-1,       INT32_MIN, INT32_MAX, 0x01000001,
                                           room + 1, count + 1, 0,         room};
    memcpy(counts, values, sizeof values);
    return 5; /* so many are impossible */
}

static void check_counts_at_server(const struct conformance_bytes *bytes, size_t slot_size)
{
    static struct conformance_bytes hostile;
    for (size_t i = 0; i < bytes->count_count; i++) {
        int32_t counts[HOSTILE_COUNT];
        size_t impossible = hostile_counts(bytes, bytes->count_at[i], slot_size, counts);
        for (size_t j = 0; j < HOSTILE_COUNT; j++) {
            hostile = *bytes;
            store_i32(hostile.bytes + bytes->count_at[i], counts[j]);
            say_to_server(&hostile, slot_size);
            cell.variant = counts[j];
            if (j < impossible || heard.request_count == 0)
                expect_unheard();
            else
                EXPECT(heard.request_count == 1 && heard.size <= slot_size - 8);
        }
    }
}

static void twist_request(const struct conformance_row *row, const struct conformance_bytes *bytes)
{
    (void)row;
    check_counts_at_server(bytes, bytes->size);
    check_counts_at_server(bytes, cell_dialect()->slot_size);
}

static void test_requests_with_hostile_counts_are_answered_and_not_heard(void **unused)
{
    (void)unused;
    for_every(conformance_requests, conformance_request_count, twist_request);
}

/* --- the client's side -------------------------------------------------------------------- */

static void start_registered_in(size_t slot_size)
{
    start_client_in(cell_dialect(), slot_size);
    game_client_register(&client);
    poll_client();
    kit_put(1, 0, NULL, 0);
    EXPECT(poll_client() == STATUS_OK);
    game_client_release(&client);
    EXPECT(client.phase == CLIENT_REGISTERED);
    cell.variant = (long)slot_size;
}

/* A request under way; the client has met a reply of `likely_size` before. */
static void start_asking_in(size_t slot_size, const struct conformance_row *row, size_t likely_size)
{
    start_registered_in(slot_size);
    kit_put(cell_number(RAW_S_ON_RUN_STEP), 0, KIT_WORDS(1000));
    EXPECT(poll_client() == STATUS_OK);
    kit_zero();
    game_client_compose(&client, cell_message(row->message));
    game_client_send(&client, 0);
    client.reply_size_last = likely_size;
}

/* The reason names the message and the byte, and the game is let go. */
static void expect_broken(const char *name)
{
    EXPECT(poll_client() == STATUS_PROTOCOL && client.phase == CLIENT_ENDED);
    EXPECT(strstr(client.reason, name) != NULL && strstr(client.reason, "at byte ") != NULL);
    EXPECT(kit_slot.memory[0] == cell_number(RAW_C_DEREGISTER) && kit_slot.memory[1] == 0xFF);
    EXPECT(load_i32(kit_slot.memory + 8) == 0);
}

static void cut_call(const struct conformance_row *row, const struct conformance_bytes *bytes)
{
    for (size_t size = CLIENT_SIZE_LEAST; size <= bytes->size; size++) {
        if (row->message == RAW_S_RESPONSE)
            return;
        start_registered_in(size);
        cell_write(bytes);
        if (size < bytes->size)
            expect_broken(raw_message_name(row->message));
        else
            EXPECT(poll_client() == STATUS_OK && message.size == size - 8);
    }
}

static void test_calls_cut_at_every_byte_end_the_conversation_by_name(void **unused)
{
    (void)unused;
    for_every(conformance_calls, conformance_call_count, cut_call);
}

static void cut_reply_with(const struct conformance_row *row, const struct conformance_bytes *reply,
                           size_t likely_size)
{
    for (size_t size = CLIENT_SIZE_LEAST; size <= reply->size; size++) {
        start_asking_in(size, row, likely_size);
        cell_write(reply);
        if (size < reply->size)
            expect_broken("S_RESPONSE");
        else
            EXPECT(poll_client() == STATUS_OK && message.size == size - 8);
    }
}

static void cut_reply(const struct conformance_row *row, const struct conformance_bytes *bytes)
{
    static struct conformance_bytes reply;
    (void)bytes;
    if (!conformance_read(&row->reply, cell.dialect, &reply))
        return;
    cut_reply_with(row, &reply, 0);
    if (cell.dialect == RAW_V1) {
        cut_reply_with(row, &reply, reply.size - 8);
        cut_reply_with(row, &reply, 8352); /* of a state with other arrays */
    }
}

static void test_replies_cut_at_every_byte_end_the_conversation_by_name(void **unused)
{
    (void)unused;
    for_every(conformance_requests, conformance_request_count, cut_reply);
}

/* `row` is that of the request for a reply, and null for a call. */
static void check_counts_at_client(const struct conformance_row *row, const char *name,
                                   const struct conformance_bytes *bytes, size_t slot_size)
{
    static struct conformance_bytes hostile;
    for (size_t i = 0; i < bytes->count_count; i++) {
        int32_t counts[HOSTILE_COUNT];
        size_t impossible = hostile_counts(bytes, bytes->count_at[i], slot_size, counts);
        for (size_t j = 0; j < HOSTILE_COUNT; j++) {
            hostile = *bytes;
            store_i32(hostile.bytes + bytes->count_at[i], counts[j]);
            if (row != NULL)
                start_asking_in(slot_size, row, j % 2 * 8384);
            else
                start_registered_in(slot_size);
            cell.variant = counts[j];
            cell_write(&hostile);
            if (j < impossible)
                expect_broken(name);
            else if (poll_client() == STATUS_OK)
                EXPECT(message.size <= slot_size - 8);
            else
                EXPECT(client.end == STATUS_PROTOCOL);
        }
    }
}

static void twist_call(const struct conformance_row *row, const struct conformance_bytes *bytes)
{
    check_counts_at_client(NULL, raw_message_name(row->message), bytes, bytes->size);
    check_counts_at_client(NULL, raw_message_name(row->message), bytes, cell_dialect()->slot_size);
}

static void twist_reply(const struct conformance_row *row, const struct conformance_bytes *bytes)
{
    static struct conformance_bytes reply;
    (void)bytes;
    if (!conformance_read(&row->reply, cell.dialect, &reply))
        return;
    check_counts_at_client(row, "S_RESPONSE", &reply, reply.size);
    check_counts_at_client(row, "S_RESPONSE", &reply, cell_dialect()->slot_size);
}

static void test_hostile_counts_end_the_conversation_by_name(void **unused)
{
    (void)unused;
    for_every(conformance_calls, conformance_call_count, twist_call);
    for_every(conformance_requests, conformance_request_count, twist_reply);
}

/* Sixty thousand texts: measured from the beginning for each, they would take the better part of a
 * minute, in which the game stands still. */
static void test_a_call_of_very_many_texts_is_read_at_once(void **unused)
{
    enum {
        TEXT_COUNT = 60000,
        SLOT_SIZE = 8 + 16 + 4 * TEXT_COUNT
    };
    (void)unused;
    cell = (struct conformance_cell){.dialect = RAW_V1};
    start_registered_in(SLOT_SIZE);
    store_i32(kit_slot.memory + 16, TEXT_COUNT);
    kit_put_word(0xFF0A);
    int64_t since_ms = clock_now_ms();
    EXPECT(poll_client() == STATUS_OK && message.size == SLOT_SIZE - 8);
    EXPECT(clock_now_ms() - since_ms < 1000);
    start_registered_in(SLOT_SIZE - 4); /* the last one is not there */
    store_i32(kit_slot.memory + 16, TEXT_COUNT);
    kit_put_word(0xFF0A);
    expect_broken("S_ON_CUSTOM_COMMAND");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests_cut_at_every_byte_are_answered_and_not_heard),
        cmocka_unit_test(test_answers_cut_at_every_byte_are_taken_or_wiped),
        cmocka_unit_test(test_requests_with_hostile_counts_are_answered_and_not_heard),
        cmocka_unit_test(test_calls_cut_at_every_byte_end_the_conversation_by_name),
        cmocka_unit_test(test_replies_cut_at_every_byte_end_the_conversation_by_name),
        cmocka_unit_test(test_hostile_counts_end_the_conversation_by_name),
        cmocka_unit_test(test_a_call_of_very_many_texts_is_read_at_once),
    };
    return cmocka_run_group_tests_name("conformance cut", tests, NULL, NULL);
}
