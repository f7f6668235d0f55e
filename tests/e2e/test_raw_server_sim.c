/*
 * tmlua in a simulation of a game server written from the fact sheet alone: what hooks hear, what
 * verbs send, byte for byte, and how many exchanges they take, in every dialect. Section numbers
 * are those of the fact sheet.
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

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* Race running 9, finish 8, accelerate 4, brake 5, left 2, right 3, steer 6, gas 7, enter 0, horn 1 */
static const int32_t names[10] = {9, 8, 4, 5, 2, 3, 6, 7, 0, 1};

/* Accelerate off at 1000, on at 0, race running: as stored, the last first. */
static const char events[] = "\x92\x8A\x01\x00\x00\x00\x00\x04"
                             "\xAA\x86\x01\x00\x01\x00\x00\x04"
                             "\xA0\x86\x01\x00\x01\x00\x00\x09";

static const struct raw_scripted_call v1_calls[] = {
    {RAW_S_ON_SIM_BEGIN, 0, NULL},         {RAW_S_ON_SIM_STEP, 0, "D8 F5 FF FF"},
    {RAW_S_ON_SIM_STEP, 0, "00 00 00 00"}, {RAW_S_ON_CHECKPOINT, 0, "01 00 00 00 03 00 00 00"},
    {RAW_S_ON_LAPS, 0, "01 00 00 00"},     {RAW_S_ON_SIM_STEP, 0, "0A 00 00 00"},
    {RAW_S_ON_SIM_END, 0, "02 00 00 00"},
};

/* Before v1: the time of the simulation, 2610 later; a reserved word where v1 has nothing (section 6). */
static const struct raw_scripted_call raw_time_calls[] = {
    {RAW_S_ON_SIM_BEGIN, 0, "00 00 00 00"}, {RAW_S_ON_SIM_STEP, 0, "0A 00 00 00"},
    {RAW_S_ON_SIM_STEP, 0, "32 0A 00 00"},  {RAW_S_ON_CHECKPOINT, 0, "01 00 00 00 03 00 00 00"},
    {RAW_S_ON_LAPS, 0, "01 00 00 00"},      {RAW_S_ON_SIM_STEP, 0, "3C 0A 00 00"},
    {RAW_S_ON_SIM_END, 0, "02 00 00 00"},
};

static struct raw_host host;

static int end(void **state)
{
    (void)state;
    raw_host_end(&host);
    process_close_all();
    return 0;
}

static struct raw_server_options simulation(enum raw_dialect dialect)
{
    return (struct raw_server_options){
        .dialect = dialect,
        .simulates = true,
        .calls = dialect == RAW_V1 ? v1_calls : raw_time_calls,
        .call_count = dialect == RAW_V1 ? COUNT(v1_calls) : COUNT(raw_time_calls),
        .names = names,
        .events = events,
        .event_count = 3,
    };
}

/* Runs the script to its end, which must come by itself. */
static struct raw_log *play(struct raw_server_options options, const char *code)
{
    char query[64];

    snprintf(query, sizeof query, "?dialect=%s", raw_dialect_name(options.dialect));
    raw_host_serve(&host, options);
    raw_host_run(&host, (struct raw_host_options){.query = query, .code = code});
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_clean(&host.server.log);
    return &host.server.log;
}

static void expect_story(struct raw_log *log, const char *story)
{
    assert_string_equal(raw_log_story(log), story);
}

static const char listen[] =
    "for _, event in ipairs { 'simulation_begin', 'simulation_step', 'checkpoint_count_changed',"
    " 'laps_count_changed', 'simulation_end', 'run_step' } do"
    " game:on(event, function(g, ...) print(event, g.context, g.time, ...)"
    " if event == 'simulation_end' then tm.quit() end end) end";

static const char heard[] = "simulation_begin\tsimulation\t0\n"
                            "simulation_step\tsimulation\t-2600\t-2600\n"
                            "simulation_step\tsimulation\t0\t0\n"
                            "checkpoint_count_changed\tsimulation\t0\t1\t3\n"
                            "laps_count_changed\tsimulation\t0\t1\n"
                            "simulation_step\tsimulation\t10\t10\n"
                            "simulation_end\tsimulation\t10\t2\n";

static void test_a_simulation_is_heard_in_race_time(void **state)
{
    enum raw_dialect dialect;
    size_t i;

    (void)state;
    for (dialect = RAW_V1; dialect < RAW_DIALECT_COUNT; dialect++) {
        struct raw_server_options options = simulation(dialect);
        struct raw_log *log = play(options, listen);
        size_t first = raw_number(dialect, RAW_S_ON_REGISTERED) != 0 ? 1 : 0;

        assert_string_equal(process_text(host.process, PROCESS_STDOUT), heard);
        for (i = 0; i < 7; i++) {
            const struct raw_log_entry *answer = raw_log_get(log, RAW_C_PROCESSED_CALL, first + i);

            assert_non_null(answer);
            assert_int_equal(answer->size, 12);
            assert_int_equal(raw_load(answer->bytes, 8),
                             raw_number(dialect, options.calls[i].message));
        }
        raw_host_end(&host);
    }
}

static void test_step_waits_for_steps_of_a_simulation(void **state)
{
    (void)state;
    play(simulation(RAW_PUBLIC), "print(game:step()) print(game:step(2)) tm.quit()");
    raw_expect_said(host.process, PROCESS_STDOUT, "-2600\n10\n");
}

static void test_verbs_for_simulations_encode_as_the_tables_say(void **state)
{
    struct raw_log *log;

    (void)state;
    log = play(simulation(RAW_V1),
               "game:step() assert(game:set_simulation_time_limit(5000))"
               " assert(game:set_simulation_time_limit()) assert(game:remove_state_validation())"
               " assert(game:prevent_simulation_finish()) assert(game:set_execute_commands(true))"
               " assert(game:set_execute_commands(false)) print(game:get_context_mode())"
               " print(select(3, game:give_up())) tm.quit()");
    raw_expect_said(host.process, PROCESS_STDOUT, "0\nwrong_context\n");
    raw_expect_logged(log, RAW_C_SET_TIME_LIMIT, 0, "18 FF 00 00 00 00 00 00 88 13 00 00");
    raw_expect_logged(log, RAW_C_SET_TIME_LIMIT, 1, "18 FF 00 00 00 00 00 00 FF FF FF FF");
    raw_expect_logged(log, RAW_C_REMOVE_STATE_VALIDATION, 0, "1F FF 00 00 00 00 00 00 00 00 00 00");
    raw_expect_logged(log, RAW_C_PREVENT_FINISH, 0, "20 FF 00 00 00 00 00 00 00 00 00 00");
    raw_expect_logged(log, RAW_C_SET_EXECUTE_COMMANDS, 0, "1D FF 00 00 00 00 00 00 01 00 00 00");
    raw_expect_logged(log, RAW_C_SET_EXECUTE_COMMANDS, 1, "1D FF 00 00 00 00 00 00 00 00 00 00");
    assert_int_equal(raw_log_count(log, RAW_C_GIVE_UP), 0);
}

static void test_the_public_dialect_lacks_some_of_them(void **state)
{
    struct raw_log *log;

    (void)state;
    log = play(simulation(RAW_PUBLIC),
               "game:step() print(select(3, game:set_simulation_time_limit(5000)))"
               " print(select(3, game:remove_state_validation()))"
               " print(select(3, game:prevent_simulation_finish()))"
               " print(select(3, game:register_custom_command('x')))"
               " assert(game:set_execute_commands(true)) print(game:get_context_mode())"
               " tm.quit()");
    raw_expect_said(host.process, PROCESS_STDOUT,
                    "unsupported\nunsupported\nunsupported\nunsupported\n0\n");
    raw_expect_logged(log, RAW_C_SET_EXECUTE_COMMANDS, 0, "17 FF 00 00 00 00 00 00 01 00 00 00");
}

static void test_in_a_race_they_are_not_sent(void **state)
{
    struct raw_log *log;

    (void)state;
    log = play((struct raw_server_options){.dialect = RAW_V1},
               "game:step() print(select(3, game:set_simulation_time_limit(5000)))"
               " print(select(3, game:remove_state_validation()))"
               " print(select(3, game:prevent_simulation_finish())) tm.quit()");
    raw_expect_said(host.process, PROCESS_STDOUT, "wrong_context\nwrong_context\nwrong_context\n");
    expect_story(log, "C_REGISTER C_PROCESSED_CALL C_PROCESSED_CALL C_DEREGISTER ");
}

/* Section 8: read, edited, and written in decreasing time, with -1 for the names. */
static void test_an_event_buffer_is_read_edited_and_written(void **state)
{
    static const char code[] =
        "game:step() local e = assert(game:get_event_buffer())"
        " for i = 1, #e do print(e[i].time, e[i].name, e[i].value) end print(e.duration)"
        " e[3].time = 2000 e:add(500, 'steer', -65536) e:sort() assert(game:set_event_buffer(e))"
        " tm.quit()";
    static const char said[] =
        "-10\t_FakeIsRaceRunning\t1\n0\tAccelerate\t1\n1000\tAccelerate\t0\n29690\n";
    struct raw_log *log;

    (void)state;
    log = play(simulation(RAW_V1), code);
    raw_expect_said(host.process, PROCESS_STDOUT, said);
    raw_expect_logged(log, RAW_C_GET_EVENT_BUFFER, 0, "15 FF 00 00 00 00 00 00");
    raw_expect_logged(log, RAW_C_SET_EVENT_BUFFER, 0,
                      "17 FF 00 00 00 00 00 00"
                      "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF"
                      "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF"
                      "FA 73 00 00 04 00 00 00"
                      "7A 8E 01 00 00 00 00 04  9E 88 01 00 00 00 01 06"
                      "AA 86 01 00 01 00 00 04  A0 86 01 00 01 00 00 09");
    raw_host_end(&host);
    log = play(simulation(RAW_1_0_7), code);
    raw_expect_said(host.process, PROCESS_STDOUT, said);
    raw_expect_logged(log, RAW_C_SET_EVENT_BUFFER, 0,
                      "15 FF 00 00 00 00 00 00"
                      "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF"
                      "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF"
                      "FA 73 00 00 04 00 00 00"
                      "7A 8E 01 00 00 00 00 04  9E 88 01 00 00 00 01 06"
                      "AA 86 01 00 01 00 00 04  A0 86 01 00 01 00 00 09");
    raw_host_end(&host);
    log = play(simulation(RAW_PUBLIC), code);
    raw_expect_said(host.process, PROCESS_STDOUT, said);
    raw_expect_logged(log, RAW_C_GET_CONTROL_NAMES, 0, "10 FF 00 00 00 00 00 00");
    raw_expect_logged(log, RAW_C_SET_EVENT_BUFFER, 0,
                      "12 FF 00 00 00 00 00 00 FA 73 00 00 04 00 00 00"
                      "7A 8E 01 00 00 00 00 04  9E 88 01 00 00 00 01 06"
                      "AA 86 01 00 01 00 00 04  A0 86 01 00 01 00 00 09");
}

static void test_names_are_learned_once_in_a_simulation(void **state)
{
    struct raw_log *log;

    (void)state;
    log = play(simulation(RAW_PUBLIC),
               "game:step() assert(game:get_event_buffer()) assert(game:get_event_buffer())"
               " game:step() assert(game:get_event_buffer()) tm.quit()");
    assert_int_equal(raw_log_count(log, RAW_C_GET_CONTROL_NAMES), 1);
    assert_int_equal(raw_log_count(log, RAW_C_GET_EVENT_BUFFER), 3);
    raw_host_end(&host);
    log = play(simulation(RAW_V1),
               "game:step() local e = assert(game:get_event_buffer())"
               " assert(game:set_event_buffer(e)) assert(game:clear_event_buffer()) tm.quit()");
    expect_story(log, "C_REGISTER C_PROCESSED_CALL C_PROCESSED_CALL C_SIM_GET_EVENT_BUFFER "
                      "C_SIM_SET_EVENT_BUFFER C_SIM_SET_EVENT_BUFFER C_PROCESSED_CALL "
                      "C_DEREGISTER ");
}

/* A list from another replay, whose indices mean something else there. */
static void test_events_of_other_names_go_by_their_names(void **state)
{
    struct raw_log *log;

    (void)state;
    log = play(
        simulation(RAW_V1),
        "local other = require 'tm.events'.decode(string.pack(('i4'):rep(10),"
        " 1, 2, 3, 4, 5, 6, 7, 8, 9, 0) .. string.pack('<I4I4i4I4', 0, 1, 100010, 3 << 24 | 1))"
        " other:add(10, '#200', 5) game:step() assert(game:set_event_buffer(other)) tm.quit()");
    raw_expect_logged(log, RAW_C_SET_EVENT_BUFFER, 0,
                      "17 FF 00 00 00 00 00 00"
                      "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF"
                      "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF"
                      "00 00 00 00 02 00 00 00"
                      "B4 86 01 00 05 00 00 C8  AA 86 01 00 01 00 00 04");
}

static void test_names_that_the_game_lacks_are_refused(void **state)
{
    struct raw_server_options options = simulation(RAW_V1);
    struct raw_log *log;

    (void)state;
    options.names = NULL; /* race running alone */
    options.events = NULL;
    log = play(
        options,
        "local other = require 'tm.events'.decode(string.pack(('i4'):rep(10),"
        " 1, 2, 3, 4, 5, 6, 7, 8, 9, 0) .. string.pack('<I4I4i4I4', 0, 1, 100010, 3 << 24 | 1))"
        " game:step() print(pcall(game.set_event_buffer, game, other)) tm.quit()");
    raw_expect_said(host.process, PROCESS_STDOUT, "has no action Accelerate");
    assert_int_equal(raw_log_count(log, RAW_C_SET_EVENT_BUFFER), 0);
}

#define BARE                                                                                       \
    "17 FF 00 00 00 00 00 00"                                                                      \
    "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF"                                  \
    "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF"                                  \
    "00 00 00 00 01 00 00 00 A0 86 01 00 01 00 00 09"

/* Section 7: the buffer is emptied before; here with no more exchanges than that takes. */
static void test_inputs_empty_the_buffer_first(void **state)
{
    struct raw_log *log;

    (void)state;
    log = play(simulation(RAW_V1),
               "game:step() assert(game:set_input_state { accelerate = true })"
               " game:step() assert(game:set_input_state { brake = true })"
               " assert(game:horn()) assert(game:respawn())"
               " assert(game:clear_event_buffer()) assert(game:horn()) tm.quit()");
    expect_story(log, "C_REGISTER C_PROCESSED_CALL C_PROCESSED_CALL "
                      "C_SIM_GET_EVENT_BUFFER C_SIM_SET_EVENT_BUFFER C_SET_INPUT_STATES "
                      "C_PROCESSED_CALL C_SIM_SET_EVENT_BUFFER C_SET_INPUT_STATES "
                      "C_SIM_SET_EVENT_BUFFER C_HORN C_SIM_SET_EVENT_BUFFER C_RESPAWN "
                      "C_SIM_SET_EVENT_BUFFER C_HORN C_PROCESSED_CALL C_DEREGISTER ");
    raw_expect_logged(log, RAW_C_SET_EVENT_BUFFER, 0, BARE);
    raw_expect_logged(log, RAW_C_SET_INPUT_STATES, 0,
                      "0F FF 00 00 00 00 00 00 FF FF FF FF FF FF FF FF"
                      "01 00 00 00 FF FF FF FF FF FF FF 7F FF FF FF 7F");
}

/* Exchanges that take so long that the script lets others run, in a hook and in a task. */
static void test_slow_answers_are_waited_for(void **state)
{
    struct raw_server_options options = simulation(RAW_V1);
    struct raw_log *log;

    (void)state;
    options.faults[0] = (struct raw_fault){RAW_ANSWER_WORD, RAW_C_GET_EVENT_BUFFER, 0, 0xFF00, 60};
    options.faults[1] = (struct raw_fault){RAW_ANSWER_WORD, RAW_C_SET_EVENT_BUFFER, 0, 0xFF00, 60};
    options.faults[2] = (struct raw_fault){RAW_ANSWER_WORD, RAW_C_SET_INPUT_STATES, 0, 0xFF00, 60};
    log = play(options, "local ticks = 0 tm.every(0.005, function() ticks = ticks + 1 end)"
                        " game:once('simulation_step', function(g)"
                        " assert(g:set_input_state { brake = true }) print('hook', ticks > 5) end)"
                        " game:step() assert(game:set_input_state { brake = false })"
                        " print('task', ticks > 10) tm.quit()");
    raw_expect_said(host.process, PROCESS_STDOUT, "hook\ttrue\ntask\ttrue\n");
    expect_story(log, "C_REGISTER C_PROCESSED_CALL C_PROCESSED_CALL "
                      "C_SIM_GET_EVENT_BUFFER C_SIM_SET_EVENT_BUFFER C_SET_INPUT_STATES "
                      "C_SIM_SET_EVENT_BUFFER C_SET_INPUT_STATES C_PROCESSED_CALL C_DEREGISTER ");
}

static void test_inputs_leave_the_buffer_when_told_to(void **state)
{
    struct raw_log *log;

    (void)state;
    log = play(simulation(RAW_V1),
               "game:step() assert(game:set_input_state { brake = true, sim_clear_buffer = false })"
               " assert(game:horn(false)) assert(game:respawn(false)) tm.quit()");
    expect_story(log, "C_REGISTER C_PROCESSED_CALL C_PROCESSED_CALL C_SET_INPUT_STATES C_HORN "
                      "C_RESPAWN C_PROCESSED_CALL C_DEREGISTER ");
}

/* A custom command can be used at any time: the game is asked, once. */
static void test_a_call_of_no_certain_context_asks_for_it(void **state)
{
    static const struct raw_scripted_call calls[] = {
        {RAW_S_ON_CUSTOM_COMMAND, 0, "FF FF FF FF FF FF FF FF 00 00 00 00 01 00 00 00 78"},
    };
    static const char code[] = "game:wait 'custom_command' assert(game:set_input_state {})"
                               " assert(game:horn()) tm.quit()";
    struct raw_server_options options = simulation(RAW_V1);
    struct raw_log *log;

    (void)state;
    options.calls = calls;
    options.call_count = 1;
    log = play(options, code);
    expect_story(log, "C_REGISTER C_PROCESSED_CALL C_GET_CONTEXT_MODE C_SIM_GET_EVENT_BUFFER "
                      "C_SIM_SET_EVENT_BUFFER C_SET_INPUT_STATES C_SIM_SET_EVENT_BUFFER C_HORN "
                      "C_PROCESSED_CALL C_DEREGISTER ");
    raw_host_end(&host);
    options.simulates = false;
    log = play(options, code);
    expect_story(log, "C_REGISTER C_PROCESSED_CALL C_GET_CONTEXT_MODE C_SET_INPUT_STATES C_HORN "
                      "C_PROCESSED_CALL C_DEREGISTER ");
}

static void test_in_a_race_inputs_are_one_exchange(void **state)
{
    struct raw_log *log;

    (void)state;
    log = play((struct raw_server_options){.dialect = RAW_V1},
               "game:step() assert(game:set_input_state { sim_clear_buffer = true })"
               " assert(game:horn()) assert(game:respawn()) tm.quit()");
    expect_story(log, "C_REGISTER C_PROCESSED_CALL C_SET_INPUT_STATES C_HORN "
                      "C_RESPAWN C_PROCESSED_CALL C_DEREGISTER ");
}

/* The names stand at the head of a reply that was cut. */
static void test_a_buffer_too_long_to_be_read_can_be_emptied(void **state)
{
    struct raw_server_options options = simulation(RAW_V1);
    struct raw_log *log;

    (void)state;
    options.faults[0] = (struct raw_fault){RAW_ANSWER_CUT, RAW_C_GET_EVENT_BUFFER, 0, 64, 0};
    log = play(options, "game:step() print(select(3, game:get_event_buffer()))"
                        " assert(game:set_input_state { brake = true }) tm.quit()");
    raw_expect_said(host.process, PROCESS_STDOUT, "response_too_long");
    raw_expect_logged(log, RAW_C_SET_EVENT_BUFFER, 0, BARE);
}

static void test_without_a_buffer_nothing_is_set(void **state)
{
    struct raw_server_options options = simulation(RAW_V1);
    struct raw_log *log;

    (void)state;
    options.faults[0] =
        (struct raw_fault){RAW_ANSWER_CODE, RAW_C_GET_EVENT_BUFFER, 0, RAW_NO_EVENT_BUFFER, 0};
    log = play(options,
               "game:step() print(select(3, game:get_event_buffer()))"
               " print(select(3, game:clear_event_buffer()))"
               " print(game:set_input_state { brake = true }) print(game:horn(false)) tm.quit()");
    raw_expect_said(host.process, PROCESS_STDOUT, "no_event_buffer\nno_event_buffer\nnil\t");
    raw_expect_said(host.process, PROCESS_STDOUT, "no_event_buffer\ntrue\n");
    assert_int_equal(raw_log_count(log, RAW_C_SET_EVENT_BUFFER), 0);
    assert_int_equal(raw_log_count(log, RAW_C_SET_INPUT_STATES), 0);
}

/* Section 7: there, inputs are for races, and a buffer keeps its number of events. */
static void test_the_public_dialect_takes_no_inputs_in_a_simulation(void **state)
{
    struct raw_server_options options = simulation(RAW_PUBLIC);
    struct raw_log *log;

    (void)state;
    options.faults[0] = (struct raw_fault){RAW_ANSWER_CODE, RAW_C_SET_EVENT_BUFFER, 0, 4, 0};
    log = play(options,
               "game:step() print(select(3, game:set_input_state { brake = true }))"
               " print(select(3, game:respawn(false))) print(select(3, game:horn()))"
               " print(select(3, game:set_event_buffer(game:get_event_buffer()))) tm.quit()");
    raw_expect_said(host.process, PROCESS_STDOUT,
                    "wrong_context\nwrong_context\nunsupported\ninvalid_event_buffer_size\n");
    assert_int_equal(raw_log_count(log, RAW_C_SET_INPUT_STATES), 0);
    assert_int_equal(raw_log_count(log, RAW_C_RESPAWN), 0);
}

/* The Python client calls its own hook inside, before the response is there. */
static void test_a_rewind_calls_no_hooks(void **state)
{
    struct raw_log *log;

    (void)state;
    log = play(simulation(RAW_V1),
               "local saved, inside game:once('simulation_step', function(g)"
               " saved = g:get_simulation_state() end)"
               " game:on('checkpoint_count_changed', function(g) assert(not inside) inside = true"
               " assert(g:rewind_to_state(saved)) assert(g:rewind_to_state(saved))"
               " inside = false print('rewound') end)"
               " game:on('checkpoint_count_changed', function(_, n) print('behind', n) end)"
               " game:on('laps_count_changed', function() assert(not inside) tm.quit() end)");
    raw_expect_said(host.process, PROCESS_STDOUT, "rewound\nbehind\t1\n");
    expect_story(log, "C_REGISTER C_PROCESSED_CALL C_PROCESSED_CALL C_SIM_GET_STATE "
                      "C_PROCESSED_CALL C_PROCESSED_CALL C_SIM_REWIND_TO_STATE "
                      "C_SIM_REWIND_TO_STATE C_PROCESSED_CALL C_PROCESSED_CALL C_DEREGISTER ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define SIM_TEST(name) cmocka_unit_test_teardown(name, end)
        SIM_TEST(test_a_simulation_is_heard_in_race_time),
        SIM_TEST(test_step_waits_for_steps_of_a_simulation),
        SIM_TEST(test_verbs_for_simulations_encode_as_the_tables_say),
        SIM_TEST(test_the_public_dialect_lacks_some_of_them),
        SIM_TEST(test_in_a_race_they_are_not_sent),
        SIM_TEST(test_an_event_buffer_is_read_edited_and_written),
        SIM_TEST(test_names_are_learned_once_in_a_simulation),
        SIM_TEST(test_events_of_other_names_go_by_their_names),
        SIM_TEST(test_names_that_the_game_lacks_are_refused),
        SIM_TEST(test_inputs_empty_the_buffer_first),
        SIM_TEST(test_slow_answers_are_waited_for),
        SIM_TEST(test_inputs_leave_the_buffer_when_told_to),
        SIM_TEST(test_a_call_of_no_certain_context_asks_for_it),
        SIM_TEST(test_in_a_race_inputs_are_one_exchange),
        SIM_TEST(test_a_buffer_too_long_to_be_read_can_be_emptied),
        SIM_TEST(test_without_a_buffer_nothing_is_set),
        SIM_TEST(test_the_public_dialect_takes_no_inputs_in_a_simulation),
        SIM_TEST(test_a_rewind_calls_no_hooks),
    };

    return cmocka_run_group_tests_name("raw_server_sim", tests, NULL, NULL);
}
