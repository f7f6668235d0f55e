/*
 * tmlua and the calls of a game server that ask for more than an answer: the brute force, custom
 * commands, and calls and messages that no dialect knows. Section numbers are those of the fact
 * sheet.
 */
#include "support/raw_expect.h"
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

/* Section 9: search phase, target 2 at 1000 ms, and eight more values. */
static const struct raw_scripted_call bruteforce[] = {
    {RAW_S_ON_BRUTEFORCE, 0,
     "01 00 00 00 02 00 00 00 E8 03 00 00 04 00 00 00 00 00 00 00 10 27 00 00 00 00 01 00 64 00 00 "
     "00 D0 07 00 00 01 00 00 00 00 00 00 00"},
};

static struct raw_host host;

static int end(void **state)
{
    (void)state;
    raw_host_end(&host);
    process_close_all();
    return 0;
}

static struct raw_log *play(const struct raw_scripted_call *call, const char *code, int status)
{
    raw_host_serve(&host, (struct raw_server_options){
                              .dialect = RAW_V1, .calls = call, .call_count = call != NULL});
    raw_host_run(&host, (struct raw_host_options){.code = code});
    raw_expect_exit(host.process, status, SOON_MS);
    assert_true(raw_log_wait(&host.server.log, RAW_C_PROCESSED_CALL, 2, SOON_MS));
    return &host.server.log;
}

/* The answer to the one call of the list, behind that to S_ON_REGISTERED. */
static void expect_answer(struct raw_log *log, const char *hex)
{
    raw_expect_logged(log, RAW_C_PROCESSED_CALL, 1, hex);
}

#define ANSWER "0E FF 00 00 00 00 00 00 0B 00 00 00 "
#define GO_ON ANSWER "00 00 00 00 FF FF FF FF"

static void test_a_hook_decides_about_the_brute_force(void **state)
{
    static const struct {
        const char *returns, *answer;
    } cases[] = {
        {"'reject', 990", ANSWER "03 00 00 00 DE 03 00 00"}, /* the golden one */
        {"3, 990", ANSWER "03 00 00 00 DE 03 00 00"},
        {"'accept'", ANSWER "02 00 00 00 FF FF FF FF"},
        {"'do_nothing', -1", ANSWER "01 00 00 00 FF FF FF FF"},
        {"'stop', nil", ANSWER "04 00 00 00 FF FF FF FF"},
        {"'continue', 0", ANSWER "00 00 00 00 00 00 00 00"},
        {"4.0, 10.0", ANSWER "04 00 00 00 0A 00 00 00"},
        {"nil", GO_ON},
        {"", GO_ON},
    };
    char code[256];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct raw_log *log;

        snprintf(code, sizeof code,
                 "game:on('bruteforce_evaluate', function() tm.quit() return %s end)",
                 cases[i].returns);
        log = play(bruteforce, code, 0);
        expect_answer(log, cases[i].answer);
        raw_expect_clean(log);
        raw_host_end(&host);
    }
}

static void test_a_wrong_decision_is_an_error_and_goes_on(void **state)
{
    static const struct {
        const char *returns, *says;
    } cases[] = {
        {"'acept'", "bruteforce_evaluate: a hook has returned 'acept' as its decision"},
        {"5", "returned '5' as its decision"},
        {"-1", "returned '-1' as its decision"},
        {"1.5", "returned '1.5' as its decision"},
        {"true", "returned 'true' as its decision"},
        {"{}", "as its decision; there are continue, do_nothing, accept, reject, stop"},
        {"nil, 10", "returned 'nil' as its decision"},
        {"'reject', 'soon'", "returned 'soon' as the time to rewind to"},
        {"'reject', 1.5", "returned '1.5' as the time to rewind to"},
        {"'reject', 1 << 31", "returned '2147483648' as the time to rewind to"},
    };
    char code[256];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(code, sizeof code,
                 "game:on('bruteforce_evaluate', function() return 'stop' end)"
                 " game:on('bruteforce_evaluate', function() return %s end)",
                 cases[i].returns);
        expect_answer(play(bruteforce, code, 1), GO_ON);
        raw_expect_said(host.process, PROCESS_STDERR, cases[i].says);
        raw_expect_said(host.process, PROCESS_STDERR, "in bruteforce_evaluate");
        raw_host_end(&host);
    }
}

static void test_a_wrong_decision_can_be_handled(void **state)
{
    (void)state;
    expect_answer(play(bruteforce,
                       "game:on('error', function(_, message, traceback, where) print(message)"
                       " print(where) print(#traceback > 0) tm.quit() end)"
                       " game:on('bruteforce_evaluate', function() return 'acept' end)",
                       0),
                  GO_ON);
    raw_expect_said(host.process, PROCESS_STDOUT, "'acept' as its decision");
    raw_expect_said(host.process, PROCESS_STDOUT, "in bruteforce_evaluate at");
}

static void test_of_several_hooks_the_last_to_decide_counts(void **state)
{
    (void)state;
    expect_answer(play(bruteforce,
                       "game:on('bruteforce_evaluate', function() return 'accept', 10 end)"
                       " game:on('bruteforce_evaluate', function() return 'stop', 20 end)"
                       " game:on('bruteforce_evaluate', function() tm.quit() end)",
                       0),
                  ANSWER "04 00 00 00 14 00 00 00");
}

static void test_the_question_has_names(void **state)
{
    (void)state;
    play(bruteforce,
         "game:on('bruteforce_evaluate', function(g, i) local n = {}"
         " for k in pairs(i) do n[#n + 1] = k end print(#n, g.context)"
         " print(i.phase, i.target, i.time, i.modified_inputs_num, i.inputs_min_time,"
         " i.inputs_max_time, i.max_steer_diff, i.max_time_diff, i.override_stop_time,"
         " i.search_forever, i.inputs_extend_steer) tm.quit() end)",
         0);
    raw_expect_said(host.process, PROCESS_STDOUT, "11\tsimulation\n");
    raw_expect_said(host.process, PROCESS_STDOUT,
                    "1\t2\t1000\t4\t0\t10000\t65536\t100\t2000\ttrue\tfalse\n");
}

/* Section 9: 1.0.7 tells the time of the simulation. */
static void test_the_question_is_asked_in_race_time(void **state)
{
    static const struct raw_scripted_call call[] = {
        {RAW_S_ON_BRUTEFORCE, 0,
         "01 00 00 00 02 00 00 00 1A 0E 00 00 04 00 00 00 00 00 00 00 10 27 00 00 00 00 01 00"
         " 64 00 00 00 D0 07 00 00 01 00 00 00 00 00 00 00"}};

    (void)state;
    raw_host_serve(
        &host, (struct raw_server_options){.dialect = RAW_1_0_7, .calls = call, .call_count = 1});
    raw_host_run(&host, (struct raw_host_options){
                            .query = "?dialect=1.0.7",
                            .code = "print(game:wait('bruteforce_evaluate').time) tm.quit()"});
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "1000\n");
}

/* A straight-line script has no hook whose result could be the decision. */
static void test_a_raw_reply_decides_too(void **state)
{
    (void)state;
    expect_answer(play(bruteforce,
                       "local info = game:wait 'bruteforce_evaluate'"
                       " assert(game:reply(string.pack('<I4i4', 2, info.time))) tm.quit()",
                       0),
                  ANSWER "02 00 00 00 E8 03 00 00");
}

/* Section 6: strings back to back, without padding, one byte a character. */
static void test_a_custom_command_is_read(void **state)
{
    static const struct raw_scripted_call call[] = {
        {RAW_S_ON_CUSTOM_COMMAND, 0,
         "E8 03 00 00 FF FF FF FF 03 00 00 00 03 00 00 00 6D 6F 76 05 00 00 00 61 20 62 E9 3B 00 "
         "00 00 00 01 00 00 00 39"},
    };

    (void)state;
    expect_answer(play(call,
                       "game:on('custom_command', function(_, from, to, name, args)"
                       " print(from, to, name, #args) for i = 1, #args do"
                       " print(('%q'):format(args[i])) end tm.quit() end)",
                       0),
                  "0E FF 00 00 00 00 00 00 0A 00 00 00");
    raw_expect_said(host.process, PROCESS_STDOUT, "1000\t-1\tmov\t3\n\"a b\xE9;\"\n\"\"\n\"9\"\n");
}

/* Nobody knows how long it is: all that there is room for, zeros behind what was written. */
static void test_an_unknown_call_is_told_and_answered(void **state)
{
    static const struct raw_scripted_call call[] = {{RAW_UNKNOWN, 200, "68 65 6C 6C 6F"}};
    struct raw_log *log;

    (void)state;
    log = play(call,
               "game:on('message', function(g, number, code, payload) print(number, code, #payload,"
               " payload:sub(1, 5), payload:find('[^\\0]', 6)) assert(g:horn()) tm.quit() end)",
               0);
    raw_expect_said(host.process, PROCESS_STDOUT, "200\t0\t65527\thello\tnil\n");
    expect_answer(log, "0E FF 00 00 00 00 00 00 C8 00 00 00");
}

static void test_an_unknown_call_can_be_replied_to(void **state)
{
    static const struct raw_scripted_call call[] = {{RAW_UNKNOWN, 200, "68 65 6C 6C 6F"}};
    const struct raw_log_entry *answer;

    (void)state;
    play(call, "game:on('message', function(g) assert(g:reply '\\1\\2\\3\\4') tm.quit() end)", 0);
    answer = raw_log_get(&host.server.log, RAW_C_PROCESSED_CALL, 1);
    assert_non_null(answer);
    raw_expect_hex(answer->bytes, 12, "0E FF 00 00 00 00 00 00 C8 00 00 00");
    assert_int_equal(answer->dirty_at, 13); /* behind what the call itself took */
}

static void test_a_reply_is_for_one_call(void **state)
{
    (void)state;
    play(NULL, "game:step() assert(game:reply 'once') game:step(3) tm.quit()", 0);
    assert_int_equal(raw_log_get(&host.server.log, RAW_C_PROCESSED_CALL, 1)->dirty_at, 12);
    assert_int_equal(raw_log_get(&host.server.log, RAW_C_PROCESSED_CALL, 2)->dirty_at, 0);
}

static void test_a_message_of_any_number_is_sent(void **state)
{
    struct raw_log *log;

    (void)state;
    log = play(NULL,
               "game:step() local reply, code = game:call(200, 'abcd') print(#reply, code)"
               " print(string.unpack('<I4I4', reply)) print(#game:call('C_SIM_GET_STATE'))"
               " print(game:call('C_GET_CONTEXT_MODE') == '\\1\\0\\0\\0')"
               " assert(game:horn()) game:step() tm.quit()",
               0);
    raw_expect_said(host.process, PROCESS_STDOUT, "65527\t0\n1144201745\t0\t9\n8392\ntrue\n");
    raw_expect_logged(log, RAW_UNKNOWN, 0, "C8 FF 00 00 00 00 00 00 61 62 63 64");
    raw_expect_clean(log);
}

static void test_an_error_code_nobody_knows_is_given_as_it_is(void **state)
{
    (void)state;
    raw_host_serve(&host, (struct raw_server_options){
                              .dialect = RAW_V1,
                              .faults = {{RAW_ANSWER_CODE, RAW_UNKNOWN, 0, 77, 0},
                                         {RAW_ANSWER_CODE, RAW_C_HORN, 0, 77, 0},
                                         {RAW_ANSWER_CUT, RAW_C_GET_STATE, 0, 100, 0}}});
    raw_host_run(&host, (struct raw_host_options){
                            .code = "game:step() print(select(2, game:call(200)))"
                                    " local reply, code = game:call 'C_HORN' print(#reply, code)"
                                    " reply, code = game:call 'C_SIM_GET_STATE' print(#reply, code)"
                                    " print(select(3, game:horn())) tm.quit()"});
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "77\n0\t77\n65527\t1\nunknown_error\n");
}

/* Section 4: the same name has another number there, and the same number another name. */
static void test_raw_messages_follow_the_dialect(void **state)
{
    (void)state;
    raw_host_serve(&host, (struct raw_server_options){.dialect = RAW_PUBLIC});
    raw_host_run(&host, (struct raw_host_options){
                            .query = "?dialect=public",
                            .code = "game:step() print(#game:call('C_GET_CONTEXT_MODE'))"
                                    " print(#game:call(17)) print(#game:call(22, ('\\0'):rep(8)))"
                                    " print(select(3, game:call('C_HORN')))"
                                    " print(pcall(game.call, game, 9)) tm.quit()"});
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "4\n4\n0\nunsupported\nfalse\t");
    raw_expect_said(host.process, PROCESS_STDOUT, "C_DEREGISTER is not for scripts to send");
    raw_expect_logged(&host.server.log, RAW_C_GET_CONTEXT_MODE, 0, "11 FF 00 00 00 00 00 00");
    assert_int_equal(raw_log_count(&host.server.log, RAW_C_EXECUTE_COMMAND), 1);
}

static void test_a_message_that_is_not_answered_ends_the_conversation(void **state)
{
    (void)state;
    raw_host_serve(
        &host, (struct raw_server_options){.dialect = RAW_V1,
                                           .faults = {{RAW_SAY_NOTHING, RAW_UNKNOWN, 0, 0, 0}}});
    raw_host_run(&host, (struct raw_host_options){
                            .code = "game:step() print(select(3, game:call(200))) tm.quit()"});
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "timeout\n");
    raw_expect_said(host.process, PROCESS_STDERR, "our call 200");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CALL_TEST(name) cmocka_unit_test_teardown(name, end)
        CALL_TEST(test_a_hook_decides_about_the_brute_force),
        CALL_TEST(test_a_wrong_decision_is_an_error_and_goes_on),
        CALL_TEST(test_a_wrong_decision_can_be_handled),
        CALL_TEST(test_of_several_hooks_the_last_to_decide_counts),
        CALL_TEST(test_the_question_has_names),
        CALL_TEST(test_the_question_is_asked_in_race_time),
        CALL_TEST(test_a_raw_reply_decides_too),
        CALL_TEST(test_a_custom_command_is_read),
        CALL_TEST(test_an_unknown_call_is_told_and_answered),
        CALL_TEST(test_an_unknown_call_can_be_replied_to),
        CALL_TEST(test_a_reply_is_for_one_call),
        CALL_TEST(test_a_message_of_any_number_is_sent),
        CALL_TEST(test_an_error_code_nobody_knows_is_given_as_it_is),
        CALL_TEST(test_raw_messages_follow_the_dialect),
        CALL_TEST(test_a_message_that_is_not_answered_ends_the_conversation),
    };

    return cmocka_run_group_tests_name("raw_server_calls", tests, NULL, NULL);
}
