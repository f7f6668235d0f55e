/*
 * tmlua looking for a game that is absent, dead, taken or of another dialect: it says so and ends
 * in time with the exit status for it. Section numbers are those of the fact sheet.
 */
#include "support/deadline.h"
#include "support/raw_expect.h"
#include "support/raw_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 8000
};

static struct raw_host host;

static int end(void **state)
{
    (void)state;
    raw_host_end(&host);
    process_close_all();
    return 0;
}

static void test_no_game_at_all(void **state)
{
    int64_t began_us = deadline_now_us();

    (void)state;
    raw_host_run(&host, (struct raw_host_options){.wait_s = "0", .code = "print('attached')"});
    raw_expect_exit(host.process, 3, SOON_MS);
    assert_true(deadline_now_us() - began_us < 2000000);
    assert_null(strstr(process_text(host.process, PROCESS_STDOUT), "attached"));
}

/* An object without anybody behind it: a crashed game (section 16, item 8). */
static void test_nobody_answers_the_registration(void **state)
{
    int64_t began_us = deadline_now_us();
    struct raw_slot slot;

    (void)state;
    process_slot_name(host.name);
    assert_true(raw_slot_create(&slot, host.name, RAW_SLOT_SIZE));
    raw_host_run(&host, (struct raw_host_options){.wait_s = "1", .code = "print('attached')"});
    process_wait_exit(host.process, SOON_MS);
    raw_slot_unlink(host.name);
    raw_slot_close(&slot);
    raw_expect_exit(host.process, 3, 0);
    assert_true(deadline_now_us() - began_us >= 900000);
    assert_true(deadline_now_us() - began_us < 4000000);
}

/* Section 16, item 3: a host reads the code and keeps trying until its --wait ends. */
static void test_a_taken_slot_is_tried_again(void **state)
{
    (void)state;
    raw_host_serve(
        &host, (struct raw_server_options){
                   .dialect = RAW_V1,
                   .faults = {{RAW_ANSWER_CODE, RAW_C_REGISTER, 1, RAW_ALREADY_REGISTERED, 0},
                              {RAW_ANSWER_CODE, RAW_C_REGISTER, 2, RAW_ALREADY_REGISTERED, 0}}});
    raw_host_run(&host, (struct raw_host_options){.code = "print('at ' .. game:step())"});
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "at -");
    assert_int_equal(raw_log_count(&host.server.log, RAW_C_REGISTER), 3);
}

static void test_a_slot_taken_for_good_is_named(void **state)
{
    (void)state;
    raw_host_serve(&host, (struct raw_server_options){.dialect = RAW_V1,
                                                      .faults = {{RAW_ANSWER_CODE, RAW_C_REGISTER,
                                                                  0, RAW_ALREADY_REGISTERED, 0}}});
    raw_host_run(&host,
                 (struct raw_host_options){
                     .wait_s = "1",
                     .no_prologue = true,
                     .code = "local tm = require 'tm' print(select(3, tm.attach())) os.exit(0)"});
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "already_registered");
    assert_true(raw_log_count(&host.server.log, RAW_C_REGISTER) >= 2);
}

/* A server cannot announce its dialect (section 4); what contradicts must be explained. */
static void check_wrong_dialect(enum raw_stranger stranger)
{
    int status;

    raw_host_serve(&host, (struct raw_server_options){
                              .dialect = RAW_PUBLIC, .size = RAW_SLOT_SIZE, .stranger = stranger});
    raw_host_run(&host,
                 (struct raw_host_options){
                     .wait_s = "1", .code = "for i = 1, 100 do game:step() end print('stepped')"});
    status = raw_expect_any_exit(host.process, SOON_MS);
    assert_true(status == 3 || status == 4);
    raw_expect_said(host.process, PROCESS_STDERR, "dialect");
}

static void test_wrong_dialect_server_that_ignores_us(void **state)
{
    (void)state;
    check_wrong_dialect(RAW_STRANGER_IGNORED);
}

static void test_wrong_dialect_server_that_answers_but_never_calls(void **state)
{
    (void)state;
    check_wrong_dialect(RAW_STRANGER_ANSWERED);
}

static void test_wrong_dialect_server_that_takes_anyone(void **state)
{
    (void)state;
    check_wrong_dialect(RAW_STRANGER_WELCOME);
}

static void test_public_client_on_a_v1_server(void **state)
{
    (void)state;
    raw_host_serve(&host, (struct raw_server_options){.dialect = RAW_V1});
    raw_host_run(&host, (struct raw_host_options){
                            .wait_s = "1", .query = "?dialect=public", .code = "game:step()"});
    raw_expect_exit(host.process, 3, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDERR, "dialect");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define HOST_TEST(name) cmocka_unit_test_teardown(name, end)
        HOST_TEST(test_no_game_at_all),
        HOST_TEST(test_nobody_answers_the_registration),
        HOST_TEST(test_a_taken_slot_is_tried_again),
        HOST_TEST(test_a_slot_taken_for_good_is_named),
        HOST_TEST(test_wrong_dialect_server_that_ignores_us),
        HOST_TEST(test_wrong_dialect_server_that_answers_but_never_calls),
        HOST_TEST(test_wrong_dialect_server_that_takes_anyone),
        HOST_TEST(test_public_client_on_a_v1_server),
    };

    return cmocka_run_group_tests_name("raw_server_attach", tests, NULL, NULL);
}
