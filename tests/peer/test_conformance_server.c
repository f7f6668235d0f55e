/*
 * The conformance table at the game's side: every number a slot can hold, in every dialect, in
 * every state of the conversation; every call; every error code.
 */
#include "support/conformance_cell.h"
#include "support/server_kit.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void expect_zeros(void)
{
    EXPECT(kit_is_zero());
}

static void expect_response(uint8_t code)
{
    const struct conformance_bytes response = {.bytes = {1, 0xFF, 0, 0, code}, .size = 8};
    EXPECT(cell_is(&response));
}

static void expect_run_step(void)
{
    const struct conformance_bytes call = {
        .bytes = {cell_number(RAW_S_ON_RUN_STEP), 0xFF, 0, 0, 0, 0, 0, 0, 0xE8, 3}, .size = 12};
    EXPECT(cell_is(&call));
}

/* From nothing into a state of the table; what was heard on the way is forgotten. */
static void enter(enum conformance_server_state state)
{
    start_server(cell_dialect(), 16384);
    cell.state = state;
    if (state == SERVER_IS_SETTLING) {
        client_says(cell_number(RAW_C_REGISTER), NULL, 0);
        kit_zero();
    } else if (state != SERVER_IS_FREE) {
        join_client();
    }
    if (state == SERVER_IS_CALLING || state == SERVER_HAS_DROPPED)
        call_client(MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000));
    if (state == SERVER_HAS_DROPPED) {
        server_pass_ms(0);
        server_pass_ms(CALL_TIMEOUT_DEFAULT_MS);
        EXPECT(server.phase == SERVER_FREE && kit_is_zero());
    }
    memset(&heard, 0, sizeof heard);
}

/* So many of each were heard, and no more. */
static void expect_heard(unsigned requests, unsigned answers, unsigned registered,
                         unsigned deregistered, unsigned notes)
{
    EXPECT(heard.request_count == requests);
    EXPECT(heard.answer_count == answers);
    EXPECT(heard.registered_count == registered);
    EXPECT(heard.deregistered_count == deregistered);
    EXPECT(heard.note_count == notes);
}

static void expect_request(const struct conformance_bytes *bytes)
{
    expect_heard(1, 0, 0, 0, 0);
    EXPECT(dialect_number(cell_dialect(), heard.request) == bytes->bytes[0]);
    EXPECT(heard.size == bytes->size - 8);
    EXPECT(memcmp(heard.data, bytes->bytes + 8, heard.size) == 0);
    expect_response(0);
}

static void expect_goodbye(void)
{
    expect_heard(0, 0, 0, 1, 0);
    EXPECT(heard.why == STATUS_OK && server.phase == SERVER_FREE);
    if (raw_answers_deregister(cell.dialect))
        expect_response(0);
    else
        expect_zeros();
}

/* Wiped: and whoever had taken the place of an open call gives it back. */
static void expect_wiped(bool noted)
{
    expect_heard(0, 0, 0, 0, noted ? 1 : 0);
    expect_zeros();
    if (cell.state != SERVER_IS_CALLING)
        return;
    server_pass_ms(1);
    expect_run_step();
}

static void expect_outcome(char letter, const struct conformance_bytes *bytes)
{
    switch (letter) {
    case '.':
        expect_heard(0, 0, 0, 0, 0);
        EXPECT(memcmp(kit_slot.memory, bytes->bytes, bytes->size) == 0);
        return;
    case 'R':
        expect_heard(0, 0, 1, 0, 0);
        expect_response(0);
        return;
    case 'N':
        expect_heard(0, 0, 0, 0, 1);
        expect_response(2);
        return;
    case 'H':
        expect_request(bytes);
        return;
    case 'A':
        expect_heard(0, 1, 0, 0, 0);
        EXPECT(heard.answered == MESSAGE_S_ON_RUN_STEP && server.phase == SERVER_READY);
        expect_zeros();
        return;
    case 'G':
        expect_goodbye();
        return;
    case 'W':
    case 'Q':
        expect_wiped(letter == 'W');
        return;
    default:
        fail_msg("'%c' is no letter of the table", letter);
    }
}

static void check_cell(const struct conformance_row *row, const struct conformance_bytes *bytes,
                       enum conformance_server_state state)
{
    enter(state);
    cell_write(bytes);
    EXPECT(game_server_poll(&server) == (row->server[state] != '.'));
    expect_outcome(row->server[state], bytes);
}

static void check_number(unsigned number)
{
    static struct conformance_bytes bytes;
    const struct conformance_row *row = cell_row(number, &bytes);
    for (int state = 0; state < SERVER_STATE_COUNT; state++)
        check_cell(row, &bytes, state);
}

static void test_every_number_in_every_state_of_every_dialect(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    for (unsigned number = 0; number < 256; number++)
        check_number(number);
}

static void check_call(const struct conformance_row *row, enum conformance_server_state state)
{
    static const enum status answers[SERVER_STATE_COUNT] = {STATUS_CLOSED, STATUS_BUSY, STATUS_OK,
                                                            STATUS_BUSY, STATUS_CLOSED};
    static struct conformance_bytes bytes;
    bool has = conformance_read(&row->bytes, cell.dialect, &bytes);
    enum message message = cell_message(row->message);
    enter(state);
    cell.number = has ? bytes.bytes[0] : 0;
    size_t size = has ? bytes.size - 8 : 0;
    enum status status = game_server_call(&server, message, bytes.bytes + 8, size);
    EXPECT(status ==
           (has || answers[state] == STATUS_CLOSED ? answers[state] : STATUS_UNSUPPORTED));
    if (state == SERVER_IS_CALLING)
        expect_run_step();
    else if (status == STATUS_OK)
        EXPECT(cell_is(&bytes));
    else
        expect_zeros();
    expect_heard(0, 0, 0, 0, 0);
}

static void test_every_call_in_every_state_of_every_dialect(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    for (size_t i = 0; i < conformance_call_count; i++)
        for (int state = 0; state < SERVER_STATE_COUNT; state++)
            if (conformance_calls[i].message != RAW_S_RESPONSE)
                check_call(&conformance_calls[i], state);
}

/* The answer to each call by its number, as the client gives it; and to no other. */
static void test_every_call_is_answered_by_its_number_alone(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    for (int raw = RAW_S_ON_REGISTERED; raw <= RAW_S_ON_BRUTEFORCE; raw++) {
        int32_t number = cell.number = cell_number(raw);
        for (int32_t which = 0; number != 0 && which < 40; which++) {
            enter(SERVER_IS_READY);
            EXPECT(game_server_call(&server, cell_message(raw), NULL, 0) == STATUS_OK);
            EXPECT(client_says(cell_number(RAW_C_PROCESSED_CALL), &which, sizeof which));
            EXPECT(heard.answer_count == (which == number));
            EXPECT(server.phase == (which == number ? SERVER_READY : SERVER_CALLING));
            expect_zeros();
        }
    }
}

/* Section 5: v1, those between, public. What a dialect has no code for is no error there. */
static uint8_t code_of(enum status status)
{
    bool is_public = cell.dialect == RAW_PUBLIC;
    switch (status) {
    case STATUS_RESPONSE_TOO_LONG:
        return 1;
    case STATUS_ALREADY_REGISTERED:
        return 2;
    case STATUS_NO_EVENT_BUFFER:
        return 3;
    case STATUS_NO_PLAYER_INFO:
        return is_public ? 5 : 4;
    case STATUS_INVALID_EVENT_BUFFER_SIZE:
        return is_public ? 4 : 0;
    case STATUS_COMMAND_ALREADY_REGISTERED:
        return cell.dialect == RAW_V1 ? 5 : 0;
    default:
        return 0;
    }
}

static void check_refusals(const struct conformance_row *row, const struct conformance_bytes *bytes)
{
    for (enum status status = 0; status < STATUS_COUNT; status++) {
        enter(SERVER_IS_CALLING);
        heard.reply_status = status;
        client_says(bytes->bytes[0], bytes->bytes + 8, bytes->size - 8);
        EXPECT(heard.request_count == 1 && row->server[SERVER_IS_CALLING] == 'H');
        expect_response(code_of(status));
    }
}

static void test_every_refusal_of_every_request_has_its_code(void **unused)
{
    static struct conformance_bytes bytes;
    (void)unused;
    FOR_EVERY_DIALECT
    for (size_t i = 0; i < conformance_request_count; i++) {
        const struct conformance_row *row = &conformance_requests[i];
        bool has = conformance_read(&row->bytes, cell.dialect, &bytes);
        cell.number = bytes.bytes[0];
        if (has && row->server[SERVER_IS_CALLING] == 'H')
            check_refusals(row, &bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_number_in_every_state_of_every_dialect),
        cmocka_unit_test(test_every_call_in_every_state_of_every_dialect),
        cmocka_unit_test(test_every_call_is_answered_by_its_number_alone),
        cmocka_unit_test(test_every_refusal_of_every_request_has_its_code),
    };
    return cmocka_run_group_tests_name("conformance server", tests, NULL, NULL);
}
