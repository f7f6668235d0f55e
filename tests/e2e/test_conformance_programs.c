/*
 * The conformance table and the two programs: in every dialect, each verb of a script puts the
 * bytes of the table into the slot, and the embedded game answers each request of the table. The
 * opponents know the dialects by themselves.
 */
#include "support/conformance.h"
#include "support/raw_expect.h"
#include "support/raw_game.h"
#include "support/raw_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 8000
};

static struct raw_host host;
static struct raw_game game;

static int end(void **state)
{
    (void)state;
    raw_host_end(&host);
    raw_game_end(&game);
    process_close_all();
    return 0;
}

/* Every verb once, in a step of its context: it succeeds, or the dialect does not have it. */
static size_t write_verbs(enum raw_dialect dialect, bool simulates, char *code, size_t size)
{
    size_t used = (size_t)snprintf(code, size, "game:step() ");
    for (size_t i = 0; i < conformance_request_count; i++) {
        const struct conformance_row *row = &conformance_requests[i];
        bool has = raw_number(dialect, row->message) != 0;
        if (row->verb == NULL || row->simulates != simulates)
            continue;
        used += (size_t)snprintf(
            code + used, size - used,
            has ? "assert(game:%s) " : "assert(select(3, game:%s) == 'unsupported') ", row->verb);
        assert_true(used < size);
    }
    return used;
}

static void expect_bytes(enum raw_dialect dialect, const struct conformance_row *row)
{
    static struct conformance_bytes bytes;
    const struct raw_log_entry *entry = raw_log_get(&host.server.log, row->message, 0);
    bool has = conformance_read(&row->bytes, dialect, &bytes);
    if (!has || (row->verb == NULL && row->server[SERVER_IS_READY] == 'H'))
        return;
    if (row->message == RAW_C_PROCESSED_CALL) /* of the first call there is */
        raw_store(bytes.bytes, 8, dialect == RAW_PUBLIC ? 4 : dialect == RAW_2021_06 ? 5 : 2);
    if (entry == NULL)
        fail_msg("%s: no %s", raw_dialect_name(dialect), raw_message_name(row->message));
    else if (entry->size != bytes.size || memcmp(entry->bytes, bytes.bytes, bytes.size) != 0)
        fail_msg("%s: %s is %s", raw_dialect_name(dialect), raw_message_name(row->message),
                 raw_slot_hex(entry->bytes, entry->size));
}

static void test_every_verb_is_the_bytes_of_the_table(void **state)
{
    static const struct raw_scripted_call steps[] = {
        {.message = RAW_S_ON_SIM_STEP, .hex = "00 00 00 00"},
        {.message = RAW_S_ON_RUN_STEP, .hex = "0A 00 00 00"}};
    char code[4096], query[32];
    (void)state;
    for (enum raw_dialect dialect = 0; dialect < RAW_DIALECT_COUNT; dialect++) {
        raw_host_serve(&host, (struct raw_server_options){
                                  .dialect = dialect, .calls = steps, .call_count = 2});
        size_t used = write_verbs(dialect, true, code, sizeof code);
        used += write_verbs(dialect, false, code + used, sizeof code - used);
        snprintf(code + used, sizeof code - used, "print 'done' tm.quit()");
        snprintf(query, sizeof query, "?dialect=%s", raw_dialect_name(dialect));
        raw_host_run(&host, (struct raw_host_options){.query = query, .code = code});
        raw_expect_exit(host.process, 0, SOON_MS);
        assert_true(raw_log_wait(&host.server.log, RAW_C_DEREGISTER, 1, SOON_MS));
        for (size_t i = 0; i < conformance_request_count; i++)
            expect_bytes(dialect, &conformance_requests[i]);
        raw_expect_clean(&host.server.log);
        raw_host_end(&host);
    }
}

/* What the game says to each: 0, or 3 (NO_EVENT_BUFFER) where there is a race. */
static void ask_everything(enum raw_dialect dialect)
{
    static struct conformance_bytes bytes;
    for (size_t i = 0; i < conformance_request_count; i++) {
        const struct conformance_row *row = &conformance_requests[i];
        bool has = conformance_read(&row->bytes, dialect, &bytes);
        if (!has || row->server[SERVER_IS_CALLING] != 'H')
            continue;
        if (!raw_client_request(&game.client, row->message, bytes.bytes + 8, bytes.size - 8,
                                RAW_SOON_MS))
            fail_msg("%s: %s is not answered", raw_dialect_name(dialect),
                     raw_message_name(row->message));
        assert_int_equal(game.client.code,
                         row->message == RAW_C_SET_EVENT_BUFFER ? RAW_NO_EVENT_BUFFER : RAW_OK);
    }
}

static void test_every_request_of_the_table_is_answered_by_the_game(void **state)
{
    static unsigned char bytes[RAW_GAME_STATE_ROOM];
    (void)state;
    for (enum raw_dialect dialect = 0; dialect < RAW_DIALECT_COUNT; dialect++) {
        raw_game_start(&game, (struct raw_game_options){.dialect = dialect});
        assert_int_equal(game.client.slot.size, raw_slot_size(dialect));
        struct raw_call call = raw_game_join(&game);
        bool has_first = raw_number(dialect, RAW_S_ON_REGISTERED) != 0;
        assert_int_equal(call.message, has_first ? RAW_S_ON_REGISTERED : RAW_S_ON_RUN_STEP);
        raw_game_step(&game, &call);
        ask_everything(dialect);
        raw_game_step(&game, &call);
        assert_true(raw_game_state(&game, bytes) > raw_state_count_offset(dialect));
        raw_client_send(&game.client, RAW_C_DEREGISTER, NULL, 0);
        if (raw_answers_deregister(dialect)) {
            assert_true(raw_client_await_reply(&game.client, RAW_SOON_MS));
            raw_slot_clear_forward(&game.client.slot);
        }
        assert_true(raw_slot_wait_zero(&game.client.slot, RAW_SOON_MS));
        raw_game_end(&game);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_every_verb_is_the_bytes_of_the_table, end),
        cmocka_unit_test_teardown(test_every_request_of_the_table_is_answered_by_the_game, end),
    };
    return cmocka_run_group_tests_name("conformance programs", tests, NULL, NULL);
}
