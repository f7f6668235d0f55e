/*
 * The conformance table at the client's side: every number a slot can hold, in every dialect, in
 * every state of the conversation; every request with its reply; every error code.
 */
#include "support/client_kit.h"
#include "support/conformance_cell.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The slot begins with the message as the table has it; an answer names `which`. */
static void expect_row(enum raw_message raw, int32_t which)
{
    static struct conformance_bytes bytes;
    const struct conformance_row *row = conformance_find(cell.dialect, cell_number(raw));
    EXPECT(conformance_read(&row->bytes, cell.dialect, &bytes));
    if (raw == RAW_C_PROCESSED_CALL)
        store_i32(bytes.bytes + 8, which);
    EXPECT(memcmp(kit_slot.memory, bytes.bytes, bytes.size) == 0);
}

static void take_call(uint8_t number)
{
    kit_put(number, 0, KIT_WORDS(0));
    EXPECT(poll_client() == STATUS_OK && client.call_number == number);
}

/* From nothing into a state of the table. */
static void enter(enum conformance_client_state state)
{
    enum raw_message last = cell_number(RAW_S_SHUTDOWN) != 0 ? RAW_S_SHUTDOWN : RAW_S_ON_SIM_BEGIN;
    cell.state = state;
    if (state == CLIENT_IS_NEW)
        start_client(cell_dialect());
    else if (state == CLIENT_IS_REGISTERING)
        ask_to_register(cell_dialect());
    else
        start_registered(cell_dialect());
    if (state == CLIENT_IS_CALLED || state == CLIENT_IS_ASKING || state == CLIENT_HAS_ENDED)
        take_call(cell_number(RAW_S_ON_RUN_STEP));
    if (state == CLIENT_IS_LEAVING)
        take_call(cell_number(last));
    if (state == CLIENT_IS_ASKING) {
        game_client_compose(&client, MESSAGE_C_GET_CONTEXT_MODE);
        game_client_send(&client, 0);
    }
    if (state == CLIENT_HAS_ENDED)
        game_client_fail(&client, STATUS_LOST, "it is gone");
}

static void expect_call(const struct conformance_bytes *bytes, bool is_known)
{
    size_t size = is_known ? bytes->size - 8 : 0;
    EXPECT(!message.is_response && message.number == bytes->bytes[0] && message.size == size);
    EXPECT((message.message != MESSAGE_UNKNOWN) == is_known);
    EXPECT(dialect_number(cell_dialect(), message.message) == (is_known ? message.number : 0));
    EXPECT(size == 0 || memcmp(message.data, bytes->bytes + 8, size) == 0);
    EXPECT(client.call_number == message.number && client.phase == CLIENT_REGISTERED);
    game_client_answer(&client, NULL, 0);
    expect_row(RAW_C_PROCESSED_CALL, bytes->bytes[0]);
}

static void expect_outcome(char letter, const struct conformance_bytes *bytes)
{
    static struct conformance_bytes before;
    memcpy(before.bytes, kit_slot.memory, before.size = 500);
    enum status status = poll_client();
    switch (letter) {
    case '.':
    case 'E':
        EXPECT(status == (letter == '.' ? STATUS_WAITING : STATUS_LOST));
        EXPECT(memcmp(before.bytes, kit_slot.memory, before.size) == 0);
        return;
    case 'C':
    case 'U':
        EXPECT(status == STATUS_OK);
        expect_call(bytes, letter == 'C');
        return;
    case 'R':
        EXPECT(status == STATUS_OK && message.is_response && message.error == STATUS_OK);
        game_client_release(&client);
        EXPECT(kit_is_zero());
        return;
    default:
        fail_msg("'%c' is no letter of the table", letter);
    }
}

static void check_number(unsigned number)
{
    static struct conformance_bytes bytes;
    const struct conformance_row *row = cell_row(number, &bytes);
    for (int state = 0; state < CLIENT_STATE_COUNT; state++) {
        enter(state);
        cell_write(&bytes);
        expect_outcome(row->client[state], &bytes);
    }
}

static void test_every_number_in_every_state_of_every_dialect(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    for (unsigned number = 0; number < 256; number++)
        check_number(number);
}

/* The rows that are requests; for each, with its bytes in the dialect if it has them. */
typedef void request_check(const struct conformance_row *row,
                           const struct conformance_bytes *bytes);

static void for_every_request(request_check *check)
{
    static struct conformance_bytes bytes;
    FOR_EVERY_DIALECT
    for (size_t i = 0; i < conformance_request_count; i++) {
        const struct conformance_row *row = &conformance_requests[i];
        bool has = conformance_read(&row->bytes, cell.dialect, &bytes);
        cell.number = has ? bytes.bytes[0] : 0;
        if (row->server[SERVER_IS_CALLING] == 'H')
            check(row, has ? &bytes : NULL);
    }
}

static void check_possible(const struct conformance_row *row, const struct conformance_bytes *bytes)
{
    static const enum status answers[CLIENT_STATE_COUNT] = {
        STATUS_NO_CALL, STATUS_NO_CALL, STATUS_NO_CALL, STATUS_OK,
        STATUS_BUSY,    STATUS_OK,      STATUS_LOST};
    for (int state = 0; state < CLIENT_STATE_COUNT; state++) {
        enter(state);
        enum status status = game_client_can_request(&client, cell_message(row->message));
        if (bytes == NULL && state != CLIENT_HAS_ENDED)
            EXPECT(status == STATUS_UNSUPPORTED);
        else
            EXPECT(status == answers[state]);
    }
}

static void test_every_request_is_possible_in_a_call_if_the_dialect_has_it(void **unused)
{
    (void)unused;
    for_every_request(check_possible);
}

static void send_request(const struct conformance_row *row, const struct conformance_bytes *bytes)
{
    enter(CLIENT_IS_CALLED);
    kit_zero();
    uint8_t *data = game_client_compose(&client, cell_message(row->message));
    EXPECT(load_u32(kit_slot.memory) == bytes->bytes[0]); /* not ready yet */
    memcpy(data, bytes->bytes + 8, bytes->size - 8);
    game_client_send(&client, bytes->size - 8);
    EXPECT(cell_is(bytes));
}

static void check_exchange(const struct conformance_row *row, const struct conformance_bytes *bytes)
{
    static struct conformance_bytes reply;
    const struct conformance_text empty = {"01 FF 00*6", "01 FF 00*6", NULL};
    if (bytes == NULL)
        return;
    if (!conformance_read(&row->reply, cell.dialect, &reply))
        conformance_read(&empty, cell.dialect, &reply);
    send_request(row, bytes);
    kit_zero();
    cell_write(&reply);
    EXPECT(poll_client() == STATUS_OK && message.is_response && message.error == STATUS_OK);
    EXPECT(message.size == reply.size - 8);
    EXPECT(message.size == 0 || memcmp(message.data, reply.bytes + 8, message.size) == 0);
    game_client_release(&client);
    EXPECT(kit_is_zero());
    EXPECT(game_client_can_request(&client, cell_message(row->message)) == STATUS_OK);
}

static void test_every_request_and_its_reply_are_those_of_the_table(void **unused)
{
    (void)unused;
    for_every_request(check_exchange);
}

/* Section 5: v1, those between, public; then what no dialect has. */
static enum status meaning_of(int32_t code)
{
    static const enum status last[][2] = {
        {STATUS_NO_PLAYER_INFO, STATUS_COMMAND_ALREADY_REGISTERED},
        {STATUS_NO_PLAYER_INFO, STATUS_UNKNOWN_ERROR},
        {STATUS_INVALID_EVENT_BUFFER_SIZE, STATUS_NO_PLAYER_INFO}};
    static const enum status first[] = {STATUS_OK, STATUS_RESPONSE_TOO_LONG,
                                        STATUS_ALREADY_REGISTERED, STATUS_NO_EVENT_BUFFER};
    int column = cell.dialect == RAW_V1 ? 0 : cell.dialect == RAW_PUBLIC ? 2 : 1;
    if (code == 4 || code == 5)
        return last[column][code - 4];
    return code >= 0 && code < 4 ? first[code] : STATUS_UNKNOWN_ERROR;
}

/* The data of a refusal means nothing, the conversation goes on, and nothing stays behind. */
static void check_refusals(const struct conformance_row *row, const struct conformance_bytes *bytes)
{
    const int32_t codes[] = {1, 2, 3, 4, 5, 6, 255, 256, -1, INT32_MAX, INT32_MIN};
    for (size_t i = 0; bytes != NULL && i < sizeof codes / sizeof codes[0]; i++) {
        send_request(row, bytes);
        if (codes[i] == 1) /* a cut reply reaches to the last byte */
            memset(kit_slot.memory + 8, 0xEE, kit_slot.size - 8);
        kit_put(1, codes[i], NULL, 0);
        EXPECT(poll_client() == STATUS_OK && message.is_response);
        EXPECT(message.error == meaning_of(codes[i]) && message.error_code == codes[i]);
        EXPECT(message.data == NULL && message.size == 0);
        game_client_release(&client);
        EXPECT(kit_is_zero());
        EXPECT(game_client_can_request(&client, cell_message(row->message)) == STATUS_OK);
    }
}

static void test_every_error_code_of_every_reply_is_named(void **unused)
{
    (void)unused;
    for_every_request(check_refusals);
}

/* A reply of one word or none, where a state was asked for: that was another message there. */
static void test_a_state_with_nothing_in_it_betrays_another_dialect(void **unused)
{
    const struct conformance_row *row = NULL;
    static struct conformance_bytes bytes;
    (void)unused;
    FOR_EVERY_DIALECT
    for (int32_t word = 0; word < 3; word++) { /* 2: and one byte at its end */
        row = conformance_find(cell.dialect, cell_number(RAW_C_GET_STATE));
        EXPECT(conformance_read(&row->bytes, cell.dialect, &bytes));
        send_request(row, &bytes);
        kit_zero();
        kit_slot.memory[8 + raw_state_count_offset(cell.dialect) - 1] = word == 2;
        kit_put(1, 0, KIT_WORDS(word));
        EXPECT(poll_client() == STATUS_OK && message.is_response);
        EXPECT(message.error == (word == 2 ? STATUS_OK : STATUS_DIALECT_MISMATCH));
        EXPECT((message.data != NULL) == (word == 2));
        game_client_release(&client);
        EXPECT(kit_is_zero() && client.phase == CLIENT_REGISTERED);
    }
}

static void test_a_client_that_breaks_off_says_goodbye_where_it_is_registered(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    for (int state = CLIENT_IS_NEW; state < CLIENT_HAS_ENDED; state++) {
        enter(state);
        EXPECT(game_client_fail(&client, STATUS_PROTOCOL, "no") == STATUS_PROTOCOL);
        if (state == CLIENT_IS_NEW)
            EXPECT(kit_is_zero());
        else
            expect_row(state == CLIENT_IS_REGISTERING ? RAW_C_REGISTER : RAW_C_DEREGISTER, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_number_in_every_state_of_every_dialect),
        cmocka_unit_test(test_every_request_is_possible_in_a_call_if_the_dialect_has_it),
        cmocka_unit_test(test_every_request_and_its_reply_are_those_of_the_table),
        cmocka_unit_test(test_every_error_code_of_every_reply_is_named),
        cmocka_unit_test(test_a_state_with_nothing_in_it_betrays_another_dialect),
        cmocka_unit_test(test_a_client_that_breaks_off_says_goodbye_where_it_is_registered),
    };
    return cmocka_run_group_tests_name("conformance client", tests, NULL, NULL);
}
