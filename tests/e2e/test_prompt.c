/* The prompt as a person types at it: lines, errors, completion, history, pastes, a resize. */
#include "support/prompt_kit.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    BUDGET_MS = SCREEN_BUDGET_MS,
    PASTED_COUNT = 200
};

static void start_without_game(void)
{
    prompt_run(ARGS("-i", "-e", "pasted = 0"));
    screen_expect_end("no game>", BUDGET_MS);
}

static void test_a_line_is_evaluated_and_its_value_is_shown(void **state)
{
    (void)state;
    prompt_run(NULL);
    screen_expect(":help lists the commands", BUDGET_MS);
    prompt_ask("6 * 7", "\n42\n");
    prompt_ask("'a' .. 'b', nil, { 1, { x = 2 } }", "\n\"ab\"  nil  { 1, { x = 2 } }\n");
    prompt_ask("_", "\n\"ab\"\n");
    prompt_ask("= 2^10", "\n1024.0\n");
    prompt_ask("t = {} t.t = t", "t.t = t\nno game>");
    prompt_ask("t", "\n{ t = <cycle> }\n");
    prompt_ask("tm.version", "\n\"");
    prompt_enter("print('print' .. 'ed') io.write('writ', 'ten', '\\n')");
    screen_expect("\nprinted\nwritten\nno game>", BUDGET_MS);
}

static void test_an_error_gives_a_traceback_and_the_prompt(void **state)
{
    (void)state;
    prompt_run(NULL);
    prompt_enter("function inner() error 'oh no' end");
    prompt_enter("function outer() inner() return 1 end");
    prompt_ask("x = outer()", "prompt:1: oh no\nstack traceback:\n");
    screen_expect("in function 'inner'", BUDGET_MS);
    screen_expect("in main chunk\nno game>", BUDGET_MS);
    prompt_ask("1 + + 1", "prompt:1: unexpected symbol near '1'\nno game>");
    prompt_ask("error { code = 7 }", "error object: { code = 7 }\n");
    prompt_ask("game:step()", "(no game is attached)\n");
    prompt_ask(":stop", "there is no command :stop (:step is meant?)\n");
    prompt_ask("6 * 7", "\n42\n");
}

/* What Tab makes of a text; the line is empty again after that. */
static void expect_completed(const char *text, const char *completed)
{
    char expected[700];
    snprintf(expected, sizeof expected, "> %s", completed);
    screen_send(text);
    screen_type("Tab");
    screen_expect_end(expected, BUDGET_MS);
    screen_type("C-u");
    screen_expect_end(">", BUDGET_MS);
}

static void test_tab_completes_what_it_can_know(void **state)
{
    (void)state;
    prompt_start_game(ARGS("--speed", "max"));
    prompt_attach(NULL);
    prompt_ask(":pause", "held at ");
    prompt_enter("my_table = { some_field = 1, deeper = { another = 2 } }");
    expect_completed("my_ta", "my_table");
    expect_completed("x = my_table.so", "x = my_table.some_field");
    expect_completed("my_table.deeper.an", "my_table.deeper.another");
    expect_completed("game:rewind", "game:rewind_to_state");
    expect_completed("tm.att", "tm.attach");
    expect_completed("game:on('checkp", "game:on('checkpoint_count_changed");
    expect_completed("game:set_input_state { accel", "game:set_input_state { accelerate");
    expect_completed("S = game:get_sim", "S = game:get_simulation_state");
    expect_completed(":wat", ":watch");
    expect_completed("?get_simu", "?get_simulation_state");
    screen_send("game:set_");
    screen_type("Tab Tab");
    screen_expect("set_checkpoint_state", BUDGET_MS);
    screen_expect("set_timeout", BUDGET_MS);
    screen_expect_end("game:set_", BUDGET_MS);
}

static void test_names_of_files_are_completed(void **state)
{
    char typed[500], completed[600];
    (void)state;
    prompt_run(NULL);
    const char *path = scratch_write("some_states.bin", "");
    snprintf(typed, sizeof typed, ":load %.*s", (int)(strlen(path) - 8), path);
    snprintf(completed, sizeof completed, ":load %s", path);
    expect_completed(typed, completed);
    snprintf(typed, sizeof typed, "dofile '%.*s", (int)(strlen(path) - 8), path);
    snprintf(completed, sizeof completed, "dofile '%s", path);
    expect_completed(typed, completed);
}

static void test_the_history_outlives_the_program(void **state)
{
    (void)state;
    prompt_run(NULL);
    prompt_ask("first = 'one' .. 1", "one' .. 1\nno game>");
    prompt_ask("'twice' .. 2", "\n\"twice2\"\n");
    prompt_ask(" secret = 5", "secret = 5\nno game>");
    prompt_ask(":private", "lines are not remembered\n");
    prompt_ask("hidden = 6", "hidden = 6\nno game>");
    prompt_ask(":private", "lines are remembered again\n");
    prompt_ask("'last' .. 3", "\n\"last3\"\n");
    prompt_ask("'twice' .. 2", "\"last3\"\nno game> 'twice' .. 2\n\"twice2\"");
    screen_type("Up Up");
    screen_expect_end("no game> 'last' .. 3", BUDGET_MS);
    screen_type("C-u C-d");
    prompt_expect_left(0);
    screen_type("Enter");
    screen_expect_end("no game>", BUDGET_MS);
    prompt_ask("7 * 7", "\n49\n");
    screen_type("Up Up Up");
    screen_expect_end("no game> 'last' .. 3", BUDGET_MS);
    screen_type("C-u C-r f i r s t");
    screen_expect("first = 'one' .. 1\n", BUDGET_MS);
    screen_type("Enter");
    prompt_ask("first", "\n\"one1\"\n");
    assert_non_null(strstr(prompt_history(), "first"));
    assert_null(strstr(prompt_history(), "secret"));
    assert_null(strstr(prompt_history(), "hidden"));
}

static void test_a_chunk_may_have_several_lines(void **state)
{
    (void)state;
    prompt_run(NULL);
    screen_expect_end("no game>", BUDGET_MS);
    prompt_ask("for i = 1, 3 do", "for i = 1, 3 do\n      …>");
    prompt_ask("  print('turn ' .. i)", "print('turn ' .. i)\n      …>");
    prompt_ask("end", "      …> end\nturn 1\nturn 2\nturn 3\nno game>");
    prompt_ask("text = [[one", "text = [[one\n      …>");
    prompt_ask("two]]", "two]]\nno game>");
    prompt_ask("#text", "\n7\n");
    prompt_ask("while x do", "while x do\n      …>");
    screen_type("C-c");
    screen_expect("(Ctrl-C again or Ctrl-D to leave)\nno game>", BUDGET_MS);
    prompt_ask("'goes ' .. 'on'", "\n\"goes on\"\n");
}

static const char *many_lines(void)
{
    static char text[PASTED_COUNT * 32];
    size_t size = 0;
    for (int i = 0; i < PASTED_COUNT; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "pasted = pasted + 1\n");
    return text;
}

static void test_two_hundred_lines_are_pasted(void **state)
{
    (void)state;
    start_without_game();
    screen_paste(many_lines(), false);
    prompt_ask("'by keys ' .. pasted", "\n\"by keys 200\"\n");
    screen_paste(many_lines(), true);
    screen_type("Enter");
    prompt_ask("'by marks ' .. pasted", "\n\"by marks 400\"\n");
}

static void test_what_hooks_print_goes_above_the_half_typed_line(void **state)
{
    (void)state;
    prompt_start_game(ARGS("--speed", "1"));
    prompt_attach(NULL);
    prompt_enter(
        "function hook(_, t) if t % 100 == 0 then print('step ' .. t)"
        " io.write('wrote ' .. t .. '\\n') io.stderr:write('told ' .. t .. '\\n') end end");
    prompt_enter("hooked = game:on('run_step', hook)");
    screen_send("n = 40 +");
    for (int i = 1; i <= 3; i++) {
        char text[40];
        snprintf(text, sizeof text, "told %d00\n", i);
        screen_expect(text, BUDGET_MS);
        screen_expect_end("> n = 40 +", BUDGET_MS);
    }
    screen_expect("\nstep 300\nwrote 300\ntold 300\n", BUDGET_MS);
    screen_send(" 2");
    screen_type("Enter");
    prompt_enter("hooked:cancel()");
    prompt_ask("'n is ' .. n", "\n\"n is 42\"\n");
    assert_int_equal(prompt_count("step 300\n"), 1);
}

static void test_the_terminal_may_be_resized(void **state)
{
    (void)state;
    start_without_game();
    screen_send("answer = 'a rather long line that will need two rows' .. 42");
    screen_expect_end("rows' .. 42", BUDGET_MS);
    screen_resize(40, 20);
    screen_type("Home");
    screen_send("the_");
    screen_expect_end("no game> the_answer = 'a rather long lin\ne that will need two rows' .. 42",
                      BUDGET_MS);
    screen_resize(100, 30);
    screen_type("End");
    screen_send(" .. 43");
    screen_expect_end(
        "no game> the_answer = 'a rather long line that will need two rows' .. 42 .. 43",
        BUDGET_MS);
    screen_type("Enter");
    prompt_ask("the_answer:sub(-5)", "\n\"s4243\"\n");
    prompt_enter("('x'):rep(120):sub(1, 5)");
    screen_expect("\n\"xxxxx\"\n", BUDGET_MS);
}

#define PROMPT_TEST(test) cmocka_unit_test_setup_teardown(test, prompt_begin, prompt_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROMPT_TEST(test_a_line_is_evaluated_and_its_value_is_shown),
        PROMPT_TEST(test_an_error_gives_a_traceback_and_the_prompt),
        PROMPT_TEST(test_tab_completes_what_it_can_know),
        PROMPT_TEST(test_names_of_files_are_completed),
        PROMPT_TEST(test_the_history_outlives_the_program),
        PROMPT_TEST(test_a_chunk_may_have_several_lines),
        PROMPT_TEST(test_two_hundred_lines_are_pasted),
        PROMPT_TEST(test_what_hooks_print_goes_above_the_half_typed_line),
        PROMPT_TEST(test_the_terminal_may_be_resized),
    };
    return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
