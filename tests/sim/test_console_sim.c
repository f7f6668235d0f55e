/* The console of the embedded game: its variables and its commands, from a client and from text. */
#include "sim/console.h"
#include "support/sim_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct sim_variables variables;

static const char *line_of(const char *name)
{
    static char line[VARIABLE_LINE_SIZE_MAX];
    variables_describe(&variables, variables_find(name), line);
    return line;
}

static void test_variables_have_the_defaults_of_the_guide(void **unused)
{
    (void)unused;
    static const char *const lines[] = {"speed: 1",
                                        "execute_commands: true",
                                        "extended_steer: false",
                                        "start_respawn: false",
                                        "controller: none",
                                        "bf_modify_prob: 0.002",
                                        "bf_max_steer_diff: 10000",
                                        "bf_max_time_diff: 0",
                                        "bf_override_stop_time: -1",
                                        "bf_inputs_min_time: -1",
                                        "bf_inputs_max_time: -1",
                                        "bf_search_forever: false",
                                        "bf_inputs_fill_steer: false",
                                        "bf_target_cp: -1",
                                        "bf_target_trigger: -1",
                                        "bf_print_cps: false",
                                        "countdown_speed: 5 (no effect here)",
                                        "sim_priority: none (no effect here)"};
    variables_reset(&variables);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char name[40];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(lines[i], ":"), lines[i]);
        assert_string_equal(line_of(name), lines[i]);
    }
}

static void test_older_spellings_are_the_same_variables(void **unused)
{
    (void)unused;
    assert_int_equal(variables_find("bf_override_finish_time"),
                     variables_find("bf_override_stop_time"));
    assert_int_equal(variables_find("bf_inputs_extend_steer"),
                     variables_find("bf_inputs_fill_steer"));
    assert_int_equal(variables_find("script_folder"), variables_find("scripts_folder"));
    assert_int_equal(variables_find("Speed"), -1);
    assert_int_equal(variables_find(""), -1);
}

static void test_values_are_of_the_kind_of_their_variable(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *value, *line; /* line null: refused */
    } cases[] = {{"bf_search_forever", "true", "bf_search_forever: true"},
                 {"bf_search_forever", "0", "bf_search_forever: false"},
                 {"bf_search_forever", "1", "bf_search_forever: true"},
                 {"bf_search_forever", "yes", NULL},
                 {"bf_search_forever", "", NULL},
                 {"bf_search_forever", "2", NULL},
                 {"bf_max_steer_diff", "2147483647", "bf_max_steer_diff: 2.14748365e+09"},
                 {"bf_max_steer_diff", "-1", "bf_max_steer_diff: -1"},
                 {"bf_max_steer_diff", "1e3", "bf_max_steer_diff: 1000"},
                 {"bf_max_steer_diff", "1.5", NULL},
                 {"bf_max_steer_diff", "2147483648", NULL},
                 {"bf_max_steer_diff", "10x", NULL},
                 {"bf_modify_prob", "0.25", "bf_modify_prob: 0.25"},
                 {"bf_modify_prob", "nan", NULL},
                 {"bf_modify_prob", "inf", NULL},
                 {"bf_modify_prob", "1e999", NULL},
                 {"bf_modify_prob", "", NULL},
                 {"controller", "bruteforce", "controller: bruteforce"},
                 {"bf_result_filename", "", "bf_result_filename: "},
                 {"bf_result_filename", "a b", "bf_result_filename: a b"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        variables_reset(&variables);
        char before[VARIABLE_LINE_SIZE_MAX];
        snprintf(before, sizeof before, "%s", line_of(cases[i].name));
        enum status status =
            variables_set(&variables, variables_find(cases[i].name), cases[i].value);
        assert_int_equal(status, cases[i].line != NULL ? STATUS_OK : STATUS_INVALID);
        assert_string_equal(line_of(cases[i].name), cases[i].line != NULL ? cases[i].line : before);
    }
}

static void test_a_text_too_long_is_refused_whole(void **unused)
{
    (void)unused;
    char text[VARIABLE_TEXT_SIZE_MAX + 1];
    int index = variables_find("controller");
    variables_reset(&variables);
    memset(text, 'x', sizeof text);
    text[VARIABLE_TEXT_SIZE_MAX] = '\0';
    assert_int_equal(variables_set(&variables, index, text), STATUS_INVALID);
    assert_string_equal(line_of("controller"), "controller: none");
    text[VARIABLE_TEXT_SIZE_MAX - 1] = '\0';
    assert_int_equal(variables_set(&variables, index, text), STATUS_OK);
    assert_int_equal(variables_set(&variables, index, NULL), STATUS_OK);
    assert_string_equal(line_of("controller"), "controller: none");
}

/* Runs a text at once; what was noted. */
static const char *run(const char *text)
{
    notes[0] = '\0';
    sim_console_run(&game, text, strlen(text));
    return notes;
}

static void open_console(void)
{
    drive("straight");
    open_files();
    answer_until(-2500);
}

static void test_set_says_what_it_cannot(void **unused)
{
    (void)unused;
    open_console();
    assert_string_equal(run("set bf_seed 5; vars bf_seed"), "bf_seed: 5\n");
    assert_string_equal(run("set bf_seed; vars bf_seed"), "bf_seed: 1\n");
    assert_string_equal(run("set bf_seed 1.5"),
                        "set: bf_seed cannot be 1.5; it is still bf_seed: 1\n");
    assert_string_equal(run("set no_such 5"), "set: there is no variable no_such (see vars)\n");
    assert_string_equal(run("set"), "set: there is no variable  (see vars)\n");
    assert_string_equal(run("vars no_such"), "vars: there is no variable no_such\n");
    assert_string_equal(run("set bf_result_filename \"a b.txt\"; vars bf_result_filename"),
                        "bf_result_filename: a b.txt\n");
}

static void test_vars_shows_all(void **unused)
{
    (void)unused;
    open_console();
    run("vars");
    int lines = 0;
    for (const char *at = notes; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, VARIABLE_INDEX_COUNT);
    assert_non_null(strstr(notes, "replay_speed: 1 (no effect here)\n"));
}

static void test_the_speed_is_one_thing_however_it_is_set(void **unused)
{
    (void)unused;
    const double four = 4;
    open_console();
    run("set speed 2.5");
    assert_true(game.speed == 2.5);
    assert_string_equal(run("set speed 0"), "set: speed cannot be 0; it is still speed: 2.5\n");
    assert_string_equal(run("set speed -1"), "set: speed cannot be -1; it is still speed: 2.5\n");
    assert_true(game.speed == 2.5);
    request(MESSAGE_C_SET_GAME_SPEED, &four, sizeof four);
    assert_true(game.speed == 4);
    assert_string_equal(run("vars speed"), "speed: 4\n");
}

static void test_unknown_commands_are_noted(void **unused)
{
    (void)unused;
    open_console();
    assert_string_equal(run("fly away; \"press up\""), "console: unknown command: fly away\n"
                                                       "console: unknown command: \"press up\"\n");
    assert_string_equal(run("# a comment\n\n  ;; \"\" \n"), "");
    assert_string_equal(run("press foo"), "console: not an input: press foo\n");
    assert_string_equal(run("steer abc"), "console: not an input: steer abc\n");
    assert_string_equal(run("unpress up"), "console: unknown command: unpress up\n");
    assert_string_equal(run("100 200 press up"), "");
    answer_until(100);
    assert_non_null(strstr(notes, "console: unknown command: 200 press up\n"));
}

static void test_commands_of_any_length_are_survived(void **unused)
{
    (void)unused;
    static char text[3000];
    static const char *const starts[] = {"",
                                         "press ",
                                         "steer ",
                                         "set ",
                                         "vars ",
                                         "load ",
                                         "set bf_result_filename ",
                                         "5 press ",
                                         "dump_inputs ",
                                         "add_trigger 1 2 3 4 5 "};
    open_console();
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        memset(text, '9', sizeof text - 1);
        memcpy(text, starts[i], strlen(starts[i]));
        run(text);
        assert_true(strlen(notes) < 400);
        memset(text, '\xFF', sizeof text - 1);
        memcpy(text, starts[i], strlen(starts[i]));
        run(text);
    }
}

static void test_a_command_cut_by_its_length_does_not_run(void **unused)
{
    (void)unused;
    static char command[2000];
    open_console();
    memset(command, ' ', sizeof command - 1);
    memcpy(command, "set bf_seed 12345", 17);
    memcpy(command + sizeof command - 4, "678", 3); /* cut, it would be a command */
    execute(command);
    notes[0] = '\0';
    answer_until(-2400);
    assert_string_equal(run("vars bf_seed"), "bf_seed: 1\n");
}

static void test_help_tells_every_command_once(void **unused)
{
    (void)unused;
    static const char *const names[] = {
        "set NAME",  "vars",        "load FILE", "unload", "dump_inputs",       "press ACTION",
        "steer N",   "respawn:",    "give_up:",  "horn",   "add_trigger X Y Z", "remove_trigger N",
        "triggers:", "deregister:", "quit:",     "help:"};
    open_console();
    run("help");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_non_null(strstr(notes, names[i]));
}

static void test_triggers_are_added_shown_and_removed(void **unused)
{
    (void)unused;
    open_console();
    run("add_trigger 1 2.5 -3 10 20 30.25; bf_add_trigger 0 0 0 1 1 1; add_trigger 5 5 5 5 5 5");
    assert_int_equal(game.trigger_count, 3);
    assert_non_null(strstr(run("triggers"), "trigger 1: 1 2.5 -3, size 10 20 30.25\n"));
    assert_string_equal(run("remove_trigger 4"), "remove_trigger: there is no trigger 4\n");
    assert_string_equal(run("remove_trigger 0"), "remove_trigger: there is no trigger 0\n");
    assert_string_equal(run("remove_trigger"), "remove_trigger: there is no trigger \n");
    assert_string_equal(run("remove_trigger 1x"), "remove_trigger: there is no trigger 1x\n");
    run("bf_remove_trigger 2");
    assert_string_equal(run("bf_triggers"), "trigger 1: 1 2.5 -3, size 10 20 30.25\n"
                                            "trigger 2: 5 5 5, size 5 5 5\n");
}

static void test_triggers_need_six_numbers(void **unused)
{
    (void)unused;
    static const char *const wrong[] = {"add_trigger",
                                        "add_trigger 1 2 3 4 5",
                                        "add_trigger 1 2 3 4 5 x",
                                        "add_trigger 1 2 3 4 5 nan",
                                        "add_trigger 1e300 2 3 4 5 6",
                                        "add_trigger 1 inf 3 4 5 6"};
    open_console();
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_string_equal(run(wrong[i]),
                            "add_trigger needs six numbers: x y z and three sizes\n");
    assert_int_equal(game.trigger_count, 0);
    for (int i = 0; i < SIM_TRIGGER_COUNT_MAX; i++)
        run("add_trigger 1 2 3 4 5 6");
    assert_string_equal(run("add_trigger 1 2 3 4 5 6"), "add_trigger: there are 32 already\n");
}

static void test_inputs_are_dumped_to_a_file(void **unused)
{
    (void)unused;
    open_console();
    run("500 press up; 0 steer -77; 1000 rel up");
    answer_until(800);
    run("dump_inputs");
    assert_string_equal(stored_path, "inputs.txt");
    assert_string_equal(stored_text, "0 steer -77\n500 press up\n"); /* of the race so far */
    run("dump_inputs \"my file.txt\"");
    assert_string_equal(stored_path, "my file.txt");
    assert_string_equal(run("dump_inputs refused"), "dump_inputs: cannot write refused\n");
    game.files = NULL;
    assert_string_equal(run("dump_inputs a"), "dump_inputs: cannot write a\n");
    assert_string_equal(run("load a"), "load: there are no files here: a\n");
}

static void test_a_simulation_dumps_what_it_plays(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up\n700 steer 5");
    answer_until_step(300);
    execute("dump_inputs");
    answer_until_step(310);
    assert_string_equal(stored_text, "0 press up\n700 steer 5\n");
}

static void test_the_race_obeys_the_console(void **unused)
{
    (void)unused;
    open_console();
    answer_until(490);
    execute("press up; horn; respawn");
    answer(); /* no checkpoint was passed: the respawn is a restart */
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_int_equal(call_word(0), -2600);
    answer_until(490);
    execute("give_up");
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_int_equal(call_word(0), -2600);
}

static void test_a_command_waits_for_the_next_tick(void **unused)
{
    (void)unused;
    open_console();
    notes[0] = '\0';
    execute("vars bf_seed");
    assert_string_equal(notes, "");
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_string_equal(notes, "bf_seed: 1\n");
}

static void test_more_commands_than_there_is_room_for_are_noted(void **unused)
{
    (void)unused;
    open_console();
    for (int i = 0; i < SIM_QUEUED_TEXT_SIZE / 14; i++)
        execute("set bf_seed 3");
    assert_null(strstr(notes, "too many"));
    execute("set bf_seed 2");
    assert_non_null(strstr(notes, "console: too many commands at once: set bf_seed 2"));
    answer_until(-2400);
    assert_int_equal(variables_integer(&game.variables, VARIABLE_bf_seed), 3);
    execute("set bf_seed 2");
    answer_until(-2300);
    assert_int_equal(variables_integer(&game.variables, VARIABLE_bf_seed), 2);
}

static void test_the_console_can_drop_the_client(void **unused)
{
    (void)unused;
    for (int simulates = 0; simulates < 2; simulates++) {
        simulates ? simulate("straight", "0 press up; 100 deregister") : open_console();
        if (!simulates)
            run("100 deregister");
        for (int i = 0; i < 5000 && game_server_has_client(&game.server); i++) {
            if (driver.call_number != 0)
                answer();
            game_client_poll(&driver, &call);
            sim_game_run(&game);
        }
        assert_false(game_server_has_client(&game.server));
        assert_int_equal(race_time(&game.race), 100);
        kit_zero();
        sim_game_run(&game);
        run("deregister");
        assert_non_null(strstr(notes, "deregister: there is no client\n"));
        simulates ? attach_to_simulation() : attach_driver();
    }
}

static void test_quit_ends_the_game(void **unused)
{
    (void)unused;
    open_console();
    run("50 quit");
    answer_until(50);
    assert_true(sim_game_is_over(&game));
    answer();
    for (int i = 0; i < 10; i++)
        sim_game_run(&game);
    assert_int_equal(race_time(&game.race), 50);
}

static void test_scripts_cannot_steer_beyond_the_range_unless_told(void **unused)
{
    (void)unused;
    open_console();
    run("100 steer 70000; 200 steer -6553600; 300 gas -99999");
    answer_until(100);
    assert_int_equal(event_analog(game.race.state.input_steer_event.input_data), 65536);
    answer_until(200);
    assert_int_equal(event_analog(game.race.state.input_steer_event.input_data), -65536);
    answer_until(300);
    assert_int_equal(event_analog(game.race.state.input_gas_event.input_data), -65536);
    run("set extended_steer true; 400 steer 70000; 500 steer 9999999");
    answer_until(400);
    assert_int_equal(event_analog(game.race.state.input_steer_event.input_data), 70000);
    answer_until(500);
    assert_int_equal(event_analog(game.race.state.input_steer_event.input_data), 6553600);
}

static void test_a_respawn_can_be_told_to_go_to_the_start(void **unused)
{
    (void)unused;
    open_console();
    run("0 press up; 2000 press enter; set start_respawn true");
    answer_until(1990);
    assert_true(game.race.state.dyna.current_state.position[2] > 1.0f);
    answer_until(2000); /* no restart */
    assert_int_equal(game.race.state.num_respawns, 1);
    assert_true(game.race.state.dyna.current_state.position[2] == 0.0f);
    answer_until(9000);
    assert_int_equal(race_checkpoint_count(&game.race), 1);
    const struct track_gate *gate = &game.track.gates[0];
    execute("respawn"); /* but a checkpoint is behind now */
    answer_until(9010);
    assert_true(game.race.state.dyna.current_state.position[2] == gate->z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variables_have_the_defaults_of_the_guide),
        cmocka_unit_test(test_older_spellings_are_the_same_variables),
        cmocka_unit_test(test_values_are_of_the_kind_of_their_variable),
        cmocka_unit_test(test_a_text_too_long_is_refused_whole),
        cmocka_unit_test(test_set_says_what_it_cannot),
        cmocka_unit_test(test_vars_shows_all),
        cmocka_unit_test(test_the_speed_is_one_thing_however_it_is_set),
        cmocka_unit_test(test_unknown_commands_are_noted),
        cmocka_unit_test(test_commands_of_any_length_are_survived),
        cmocka_unit_test(test_a_command_cut_by_its_length_does_not_run),
        cmocka_unit_test(test_help_tells_every_command_once),
        cmocka_unit_test(test_triggers_are_added_shown_and_removed),
        cmocka_unit_test(test_triggers_need_six_numbers),
        cmocka_unit_test(test_inputs_are_dumped_to_a_file),
        cmocka_unit_test(test_a_simulation_dumps_what_it_plays),
        cmocka_unit_test(test_the_race_obeys_the_console),
        cmocka_unit_test(test_a_command_waits_for_the_next_tick),
        cmocka_unit_test(test_more_commands_than_there_is_room_for_are_noted),
        cmocka_unit_test(test_the_console_can_drop_the_client),
        cmocka_unit_test(test_quit_ends_the_game),
        cmocka_unit_test(test_scripts_cannot_steer_beyond_the_range_unless_told),
        cmocka_unit_test(test_a_respawn_can_be_told_to_go_to_the_start),
    };
    return cmocka_run_group_tests_name("console of the game", tests, NULL, NULL);
}
