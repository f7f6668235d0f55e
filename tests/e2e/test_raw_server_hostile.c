/*
 * tmlua attached to game servers that are deaf or broken: whatever is in the region, it says what
 * is wrong and ends, or goes on; it never crashes and never hangs. Section numbers are those of
 * the fact sheet.
 */
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

enum {
    WORDS = 7
};

static struct raw_host host;
static struct raw_host many[WORDS];

static int end(void **state)
{
    int i;

    (void)state;
    raw_host_end(&host);
    for (i = 0; i < WORDS; i++)
        raw_host_end(&many[i]);
    process_close_all();
    return 0;
}

/* A v1 server with one fault, and a script on it. */
static void run_against(struct raw_fault fault, const char *code)
{
    raw_host_serve(&host, (struct raw_server_options){.dialect = RAW_V1, .faults = {fault}});
    raw_host_run(&host, (struct raw_host_options){.wait_s = "2", .code = code});
}

/* What a verb says when the world says no: its code, and the end of the script. */
static const char state_code[] = "game:step() local s, message, code = game:get_simulation_state()"
                                 " print('got', s and 'state' or code, message) tm.quit(0)";

static void expect_timeout_or_lost(void)
{
    const char *said;

    raw_expect_any_exit(host.process, SOON_MS);
    said = process_text(host.process, PROCESS_STDOUT);
    if (strstr(said, "got\ttimeout") == NULL && strstr(said, "got\tlost") == NULL)
        fail_msg("stdout: %s\nstderr: %s", said, process_text(host.process, PROCESS_STDERR));
}

/* Section 3, "observed in the wild": a wait for S_RESPONSE can hang for ever. */
static void test_a_request_that_is_never_answered(void **state)
{
    (void)state;
    run_against((struct raw_fault){RAW_SAY_NOTHING, RAW_C_GET_STATE, 0, 0, 0}, state_code);
    expect_timeout_or_lost();
}

static void test_a_request_that_is_never_even_picked_up(void **state)
{
    (void)state;
    run_against((struct raw_fault){RAW_SAY_NOTHING, RAW_C_GET_STATE, 0, 1, 0}, state_code);
    expect_timeout_or_lost();
}

static void test_a_game_that_dies_during_a_request(void **state)
{
    (void)state;
    run_against((struct raw_fault){RAW_DIE, RAW_C_GET_STATE, 1, 0, 0}, state_code);
    expect_timeout_or_lost();
}

/* Waiting for the game blocks nothing else: the script's own clock ends it. */
static void test_a_game_that_dies_between_steps(void **state)
{
    int status;

    (void)state;
    run_against((struct raw_fault){RAW_DIE, RAW_S_ON_RUN_STEP, 5, 0, 0},
                "tm.task(function() tm.sleep(0.5) print('awake') tm.quit(0) end)"
                " while true do game:step() end");
    status = raw_expect_any_exit(host.process, SOON_MS);
    assert_true(status == 0 || status == 4);
}

static void test_error_codes_are_named(void **state)
{
    static const struct {
        int32_t code;
        const char *name;
    } cases[] = {
        {RAW_RESPONSE_TOO_LONG, "got\tresponse_too_long"},
        {RAW_NO_EVENT_BUFFER, "got\tno_event_buffer"},
        {RAW_NO_PLAYER_INFO, "got\tno_player_info"},
        {99, "got\t"},
        {-1, "got\t"},
        {INT32_MIN, "got\t"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run_against((struct raw_fault){RAW_ANSWER_CODE, RAW_C_GET_STATE, 0, cases[i].code, 0},
                    state_code);
        raw_expect_exit(host.process, 0, SOON_MS);
        raw_expect_said(host.process, PROCESS_STDOUT, cases[i].name);
        assert_null(strstr(process_text(host.process, PROCESS_STDOUT), "got\tstate"));
        raw_host_end(&host);
    }
}

static void test_a_truncated_state_is_too_long(void **state)
{
    static const int32_t sizes[] = {0, 4, 100, 8344, 8350, 8360};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        run_against((struct raw_fault){RAW_ANSWER_CUT, RAW_C_GET_STATE, 0, sizes[i], 0},
                    state_code);
        raw_expect_exit(host.process, 0, SOON_MS);
        raw_expect_said(host.process, PROCESS_STDOUT, "got\tresponse_too_long");
        raw_host_end(&host);
    }
    raw_host_serve(&host, (struct raw_server_options){.dialect = RAW_V1, .size = 4096});
    raw_host_run(&host, (struct raw_host_options){.query = "?size=4096", .code = state_code});
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "got\tresponse_too_long");
}

/* Everything a script would touch in a state whose bytes cannot be trusted. */
static const char touch_state[] =
    "game:step() local s, message, code = game:get_simulation_state()"
    " if not s then print('refused', code) tm.quit(0) return end"
    " print('touched', pcall(function() local n = #s.cp_data.cp_states + #s.cp_data.cp_times"
    " return n, s.race_time, s.position[1], s.yaw_pitch_roll, s:copy() == s, #s:bytes() end))"
    " print('rewound', pcall(game.rewind_to_state, game, s)) tm.quit(0)";

static void expect_clean_end(void)
{
    int status = raw_expect_any_exit(host.process, SOON_MS);

    /* A refusal, an error, or a lost game; nothing but these. */
    assert_true(status == 0 || status == 1 || status == 4);
}

static void test_hostile_counts_are_refused(void **state)
{
    static const int32_t counts[][2] = {
        {-1, 0},
        {INT32_MIN, 0},
        {INT32_MAX, 0},
        {20000, 0},
        {0x40000000, 0},
        {RAW_SERVER_CHECKPOINTS, -1},
        {RAW_SERVER_CHECKPOINTS, INT32_MIN},
        {RAW_SERVER_CHECKPOINTS, INT32_MAX},
        {RAW_SERVER_CHECKPOINTS, 10000},
        {RAW_SERVER_CHECKPOINTS, 0x20000001},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        run_against(
            (struct raw_fault){RAW_ANSWER_COUNTS, RAW_C_GET_STATE, 0, counts[i][0], counts[i][1]},
            touch_state);
        expect_clean_end();
        assert_null(strstr(process_text(host.process, PROCESS_STDOUT), "touched\ttrue"));
        raw_host_end(&host);
    }
}

static void test_states_of_noise(void **state)
{
    int32_t seed;

    (void)state;
    for (seed = 1; seed <= 6; seed++) {
        run_against((struct raw_fault){RAW_ANSWER_GARBAGE, RAW_C_GET_STATE, 0, seed, 0},
                    touch_state);
        expect_clean_end();
        raw_host_end(&host);
    }
}

static void test_noise_in_other_replies(void **state)
{
    static const enum raw_message requests[] = {RAW_C_GET_EVENT_BUFFER, RAW_C_GET_CHECKPOINT_STATE,
                                                RAW_C_GET_CONTEXT_MODE};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        run_against((struct raw_fault){RAW_ANSWER_GARBAGE, requests[i], 0, 77, 0},
                    "game:step() print(pcall(function() local e = game:get_event_buffer()"
                    " return e and #e, e and e:to_script() end))"
                    " print(pcall(game.get_checkpoint_state, game))"
                    " print(pcall(game.get_context_mode, game)) tm.quit(0)");
        expect_clean_end();
        raw_host_end(&host);
    }
}

/* 0x0000FF00 has been seen to stay for a while (section 3): it is no message. */
static void test_foreign_words_before_a_reply_are_waited_out(void **state)
{
    static const uint32_t words[] = {0x0000FF00, 0x00000001, 0x0000FF14, 0x0000FFC8};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        run_against((struct raw_fault){RAW_ANSWER_WORD, RAW_C_GET_STATE, 1, (int32_t)words[i], 50},
                    state_code);
        raw_expect_exit(host.process, 0, SOON_MS);
        raw_expect_said(host.process, PROCESS_STDOUT, "got\tstate");
        raw_host_end(&host);
    }
}

/* All at once: each takes as long as the host is ready to wait for a reply. */
static void test_garbage_instead_of_a_reply(void **state)
{
    static const uint32_t words[WORDS] = {0x0000FF00, 0xFFFFFFFF, 0xDEADBEEF, 0x01FF0000,
                                          0x0000FF24, 0x0000FF04, 0xFF01FF01};
    int i, status;

    (void)state;
    for (i = 0; i < WORDS; i++) {
        raw_host_serve(
            &many[i], (struct raw_server_options){
                          .dialect = RAW_V1,
                          .faults = {{RAW_ANSWER_WORD, RAW_C_GET_STATE, 0, (int32_t)words[i], 0}}});
        raw_host_run(&many[i], (struct raw_host_options){.wait_s = "2", .code = state_code});
    }
    for (i = 0; i < WORDS; i++) {
        status = raw_expect_any_exit(many[i].process, SOON_MS);
        assert_true(status == 0 || status == 1 || status == 4);
        assert_null(strstr(process_text(many[i].process, PROCESS_STDOUT), "got\tstate"));
    }
}

/* Section 3: "it must ignore unknown and own C_* types". */
static void test_foreign_types_between_calls_are_ignored(void **state)
{
    (void)state;
    run_against((struct raw_fault){RAW_SWEEP_FOREIGN, RAW_S_ON_RUN_STEP, 5, 0, 0},
                "local last for i = 1, 20 do last = game:step() end"
                " assert(game:get_context_mode() == 1) print('still here') tm.quit(0)");
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "still here");
}

static void test_every_type_and_ready_byte_then_service(void **state)
{
    (void)state;
    run_against((struct raw_fault){RAW_SWEEP_ALL, RAW_S_ON_RUN_STEP, 5, 0, 0},
                "tm.task(function() tm.sleep(2) tm.quit(0) end) while true do game:step() end");
    expect_clean_end();
}

static void test_every_type_and_ready_byte_then_silence(void **state)
{
    (void)state;
    raw_host_serve(
        &host, (struct raw_server_options){.dialect = RAW_V1,
                                           .faults = {{RAW_SWEEP_ALL, RAW_S_ON_RUN_STEP, 5, 0, 0},
                                                      {RAW_DIE, RAW_S_ON_RUN_STEP, 6, 0, 0}}});
    raw_host_run(
        &host,
        (struct raw_host_options){
            .wait_s = "1",
            .code =
                "tm.task(function() tm.sleep(2) tm.quit(0) end) while true do game:step() end"});
    expect_clean_end();
}

static void test_a_call_of_an_unknown_number(void **state)
{
    (void)state;
    run_against((struct raw_fault){RAW_CALL_NUMBER, RAW_S_ON_RUN_STEP, 5, 0xC8, 0},
                "tm.task(function() tm.sleep(1) print('awake') tm.quit(0) end)"
                " while true do game:step() end");
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "awake");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define HOST_TEST(name) cmocka_unit_test_teardown(name, end)
        HOST_TEST(test_a_request_that_is_never_answered),
        HOST_TEST(test_a_request_that_is_never_even_picked_up),
        HOST_TEST(test_a_game_that_dies_during_a_request),
        HOST_TEST(test_a_game_that_dies_between_steps),
        HOST_TEST(test_error_codes_are_named),
        HOST_TEST(test_a_truncated_state_is_too_long),
        HOST_TEST(test_hostile_counts_are_refused),
        HOST_TEST(test_states_of_noise),
        HOST_TEST(test_noise_in_other_replies),
        HOST_TEST(test_foreign_words_before_a_reply_are_waited_out),
        HOST_TEST(test_garbage_instead_of_a_reply),
        HOST_TEST(test_foreign_types_between_calls_are_ignored),
        HOST_TEST(test_every_type_and_ready_byte_then_service),
        HOST_TEST(test_every_type_and_ready_byte_then_silence),
        HOST_TEST(test_a_call_of_an_unknown_number),
    };

    return cmocka_run_group_tests_name("raw_server_hostile", tests, NULL, NULL);
}
