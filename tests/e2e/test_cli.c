/* The command line of tmlua as a user of `lua` expects it, without any game. */
#include "support/duo.h"
#include "support/raw_expect.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 10000,
    ARGUMENT_COUNT_MAX = 16
};

static struct process *process;

static int end(void **state)
{
    (void)state;
    process_close_all();
    process = NULL;
    scratch_end();
    return 0;
}

/* What is given to the program, and what it shall do. */
struct run {
    const char *arguments[ARGUMENT_COUNT_MAX];
    const char *input;  /* standard input; NULL: none */
    const char *env[3]; /* added */
    int status;
    const char *out; /* the whole standard output; NULL: whatever */
    const char *err; /* a part of standard error; "": nothing was said */
};

static void run(const struct run *expected)
{
    const char *argv[ARGUMENT_COUNT_MAX + 1] = {process_tmlua()};
    struct process_options options = {
        argv, expected->env, expected->input != NULL ? PROCESS_STDIN_TEXT : PROCESS_STDIN_NONE,
        expected->input};
    int i;

    for (i = 0; i < ARGUMENT_COUNT_MAX && expected->arguments[i] != NULL; i++)
        argv[i + 1] = expected->arguments[i];
    process_close(process);
    process = process_spawn(&options);
    assert_non_null(process);
    raw_expect_exit(process, expected->status, SOON_MS);
    if (expected->out != NULL)
        assert_string_equal(process_text(process, PROCESS_STDOUT), expected->out);
    if (expected->err != NULL && expected->err[0] != '\0')
        raw_expect_said(process, PROCESS_STDERR, expected->err);
    else if (expected->err != NULL)
        assert_string_equal(process_text(process, PROCESS_STDERR), "");
}

static void run_all(const struct run *runs, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        run(&runs[i]);
}

#define RUN_ALL(runs) run_all(runs, sizeof(runs) / sizeof((runs)[0]))

static void test_code_from_the_command_line(void **state)
{
    static const struct run runs[] = {
        {.arguments = {"-e", "print(1)"}, .out = "1\n", .err = ""},
        {.arguments = {"-eprint(2)"}, .out = "2\n", .err = ""},
        {.arguments = {"-e", "x = 3", "-e", "print(x)"}, .out = "3\n", .err = ""},
        {.arguments = {"-l", "tm", "-e", "print(type(tm.attach))"}, .out = "function\n"},
        {.arguments = {"-ltm", "-e", "print(tm == require 'tm')"}, .out = "true\n"},
        {.arguments = {"-e", "print 'a'", "-l", "tm.log", "-e", "print 'b'"}, .out = "a\nb\n"},
        {.arguments = {"-e", ""}, .out = "", .err = ""},
        {.arguments = {"-e", "io.stderr:write 'said'"}, .out = "", .err = "said"},
    };

    (void)state;
    RUN_ALL(runs);
}

static void test_scripts_from_standard_input(void **state)
{
    static const struct run runs[] = {
        {.input = "print 'piped'", .out = "piped\n", .err = ""},
        {.arguments = {"-"}, .input = "print 'dash'", .out = "dash\n", .err = ""},
        {.arguments = {"-", "a", "b"}, .input = "print(..., arg[2])", .out = "a\tb\n"},
        {.arguments = {"-e", "x = 1", "-"}, .input = "print(x)", .out = "1\n"},
        {.arguments = {"-e", "print 'only'"}, .input = "print 'not read'", .out = "only\n"},
        {.arguments = {"-v"}, .input = "print 'not read'", .status = 0},
        {.input = "", .out = "", .err = ""},
        {.input = "#!/usr/bin/env tmlua\nprint 'shebang'", .out = "shebang\n"},
        {.input = "print('line 1'\n", .status = 1, .err = "tmlua: stdin:2:"},
        {.input = "error 'x'", .status = 1, .err = "tmlua: stdin:1: x"},
    };

    (void)state;
    RUN_ALL(runs);
}

static void test_a_script_gets_its_arguments(void **state)
{
    static const char text[] = "print(#arg, arg[0] == ..., select('#', ...))\n"
                               "print(arg[-3] and arg[-3]:match '[^/\\\\]+$', arg[-4])\n"
                               "for i = -2, 9 do if arg[i] then print(i, arg[i]) end end\n";
    char expected[1500];
    const char *script = NULL;

    (void)state;
    script = scratch_write("arguments.lua", text);
    run(&(struct run){
        .arguments = {"-W", "-E", script, script, "-e", "", "two words"}, .out = NULL, .err = ""});
    snprintf(expected, sizeof expected,
             "4\ttrue\t4\n%s\tnil\n-2\t-W\n-1\t-E\n0\t%s\n1\t%s\n2\t-e\n3\t\n4\ttwo words\n",
             process_is_wine() ? "tmlua.exe" : "tmlua", script, script);
    assert_string_equal(process_text(process, PROCESS_STDOUT), expected);
    run(&(struct run){.arguments = {"--", script}, .err = ""});
    raw_expect_said(process, PROCESS_STDOUT, "0\tfalse\t0\n");
    run(&(struct run){.arguments = {"-e", "print(#arg, arg[0] ~= nil, arg[1])"},
                      .out = "2\ttrue\t-e\n"});
}

static void test_a_script_finds_modules_next_to_itself(void **state)
{
    const char *script = scratch_write("main.lua", "print(require 'beside', ...)");

    (void)state;
    scratch_write("beside.lua", "return 'beside, not ' .. tostring(...)");
    run(&(struct run){.arguments = {script, "x"}, .out = NULL, .err = ""});
    raw_expect_said(process, PROCESS_STDOUT, "beside, not beside");
    /* A script's module goes before the one in the program. */
    scratch_write("tm.lua", "return 'mine'");
    run(&(struct run){.arguments = {scratch_write("main2.lua", "print((require 'tm'))")},
                      .out = "mine\n",
                      .err = ""});
    run(&(struct run){.arguments = {"-e", "print(pcall(require, 'beside'))"}, .err = ""});
    raw_expect_said(process, PROCESS_STDOUT, "false\t");
    raw_expect_said(process, PROCESS_STDOUT, "no embedded module 'beside'");
}

static void test_versions_and_help(void **state)
{
    static const char *const words[] = {
        "usage: tmlua",  "--attach", "--sim",      "--wait", "--list", "-e CODE",
        "-l MODULE",     "-W",       "-E",         "-v",     "--",     "exit status",
        "no game found", "mapped:",  "interrupted"};
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        run(&(struct run){.arguments = {i == 0 ? "-v" : "--version"}, .err = ""});
        raw_expect_said(process, PROCESS_STDOUT, "tmlua 0.");
        raw_expect_said(process, PROCESS_STDOUT, "Lua 5.4");
        run(&(struct run){.arguments = {i == 0 ? "-h" : "--help"}, .err = ""});
    }
    for (i = 0; i < sizeof words / sizeof words[0]; i++)
        raw_expect_said(process, PROCESS_STDOUT, words[i]);
    run(&(struct run){.arguments = {"-v", "-e", "print 'too'"}, .err = ""});
    raw_expect_said(process, PROCESS_STDOUT, "tmlua 0.");
    raw_expect_said(process, PROCESS_STDOUT, "\ntoo\n");
    /* Help is help, whatever else is asked. */
    run(&(struct run){.arguments = {"-e", "print 'not run'", "--help"}, .err = ""});
    duo_expect_not_said(process, PROCESS_STDOUT, "not run\n");
}

static void test_the_environment_of_lua(void **state)
{
    static const struct run runs[] = {
        {.arguments = {"-e", "print(x)"}, .env = {"LUA_INIT=x = 1"}, .out = "1\n"},
        {.arguments = {"-e", "print(x)"},
         .env = {"LUA_INIT=x = 1", "LUA_INIT_5_4=x = 2"},
         .out = "2\n"},
        {.arguments = {"-E", "-e", "print(x)"}, .env = {"LUA_INIT=x = 1"}, .out = "nil\n"},
        {.arguments = {"-e", "print 'not run'"},
         .env = {"LUA_INIT=error 'init'"},
         .status = 1,
         .out = "",
         .err = "tmlua: LUA_INIT:1: init"},
        {.arguments = {"-e", ""}, .env = {"LUA_INIT=x x"}, .status = 1, .err = "LUA_INIT:1:"},
        {.arguments = {"-e", ""},
         .env = {"LUA_INIT=@/no/such/file"},
         .status = 1,
         .err = "no/such"},
        {.arguments = {"-e", "print(package.path:find('my/?.lua', 1, true) ~= nil)"},
         .env = {"LUA_PATH=my/?.lua;;"},
         .out = "true\n"},
        {.arguments = {"-E", "-e", "print(package.path:find('my/?.lua', 1, true) ~= nil)"},
         .env = {"LUA_PATH=my/?.lua;;"},
         .out = "false\n"},
        {.arguments = {"-e", "print(type(require 'tm'.attach))"},
         .env = {"LUA_PATH=nothing", "LUA_CPATH=nothing"},
         .out = "function\n"},
    };
    char variable[600];

    (void)state;
    RUN_ALL(runs);
    snprintf(variable, sizeof variable, "LUA_INIT=@%s", scratch_write("init.lua", "x = 'file'"));
    run(&(struct run){.arguments = {"-e", "print(x)"}, .env = {variable}, .out = "file\n"});
    /* What waits may stand there too. */
    run(&(struct run){.arguments = {"-e", "print(x)"},
                      .env = {"LUA_INIT=require 'tm'.sleep(0) x = 'slept'"},
                      .out = "slept\n"});
}

static void test_warnings_are_off_until_asked_for(void **state)
{
    static const struct run runs[] = {
        {.arguments = {"-e", "warn 'careful'"}, .err = ""},
        {.arguments = {"-W", "-e", "warn 'careful'"}, .err = "Lua warning: careful"},
        {.arguments = {"-e", "warn '@on' warn 'careful'"}, .err = "Lua warning: careful"},
    };

    (void)state;
    RUN_ALL(runs);
}

static void test_wrong_usage_is_status_1_and_says_what(void **state)
{
    static const struct run runs[] = {
        {.arguments = {"-z"}, .err = "tmlua: unknown option '-z' (see tmlua --help)"},
        {.arguments = {"--nothing"}, .err = "unknown option '--nothing'"},
        {.arguments = {"--nothing=1"}, .err = "unknown option '--nothing=1'"},
        {.arguments = {"--list=x"}, .err = "unknown option '--list=x'"},
        {.arguments = {"-Wx"}, .err = "unknown option '-Wx'"},
        {.arguments = {"-e"}, .err = "-e needs an argument"},
        {.arguments = {"-l"}, .err = "-l needs an argument"},
        {.arguments = {"-a"}, .err = "--attach needs an address"},
        {.arguments = {"--attach"}, .err = "--attach needs an address"},
        {.arguments = {"-w"}, .err = "--wait needs a number of seconds"},
        {.arguments = {"-w", "soon"}, .err = "not 'soon'"},
        {.arguments = {"--wait=-1"}, .err = "--wait needs a number of seconds"},
        {.arguments = {"--wait=nan"}, .err = "--wait needs a number of seconds"},
        {.arguments = {"-w", "1x"}, .err = "not '1x'"},
        {.arguments = {"--sim", "--sim=easy"}, .err = "--sim was given twice"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        struct run expected = runs[i];

        expected.status = 1;
        expected.out = "";
        run(&expected);
    }
}

static void test_too_much_is_refused_not_cut(void **state)
{
    static char long_track[5000];
    struct run expected = {.status = 1, .out = ""};
    int i;

    (void)state;
    memset(long_track, 'x', sizeof long_track - 1);
    memcpy(long_track, "--sim=", 6);
    expected.arguments[0] = long_track;
    run(&expected);
    assert_true(strlen(process_text(process, PROCESS_STDERR)) < 400);
    for (i = 0; i < ARGUMENT_COUNT_MAX - 1; i++)
        expected.arguments[i] = "-asim:";
    expected.arguments[i] = NULL;
    expected.status = 0;
    expected.arguments[i - 1] = "-eprint 'ok'";
    expected.out = "ok\n";
    run(&expected);
}

static void test_errors_of_scripts(void **state)
{
    const char *script =
        scratch_write("broken.lua", "local function inner()\n  error 'on purpose'\nend\ninner()\n");
    char expected[600];

    (void)state;
    run(&(struct run){.arguments = {script}, .status = 1, .out = ""});
    snprintf(expected, sizeof expected, "tmlua: %s:2: on purpose\nstack traceback:\n", script);
    raw_expect_said(process, PROCESS_STDERR, expected);
    raw_expect_said(process, PROCESS_STDERR, "'inner'");
    script = scratch_write("syntax.lua", "local x = \n\nlocal y y\n");
    run(&(struct run){.arguments = {script}, .status = 1, .out = ""});
    snprintf(expected, sizeof expected, "tmlua: %s:3: ", script);
    raw_expect_said(process, PROCESS_STDERR, expected);
    run(&(struct run){.arguments = {scratch_path("missing.lua")}, .status = 1, .out = ""});
    raw_expect_said(process, PROCESS_STDERR, "tmlua: cannot open ");
    raw_expect_said(process, PROCESS_STDERR, "missing.lua");
    run(&(struct run){.arguments = {scratch_folder()}, .status = 1, .out = ""});
    run(&(struct run){.arguments = {"-l", "no_such_module"}, .status = 1, .out = ""});
    raw_expect_said(process, PROCESS_STDERR, "module 'no_such_module' not found");
    run(&(struct run){.arguments = {"-e", "error()"}, .status = 1, .err = "tmlua: nil"});
    run(&(struct run){.arguments = {"-e", "x x"}, .status = 1, .err = "(command line):1:"});
    run(&(struct run){.arguments = {"-e", "print 'first' error({ code = 2 })"},
                      .status = 1,
                      .out = "first\n",
                      .err = "tmlua: "});
}

static void test_exit_statuses(void **state)
{
    static const struct run runs[] = {
        {.arguments = {"-e", "os.exit()"}, .status = 0, .err = ""},
        {.arguments = {"-e", "os.exit(true)"}, .status = 0, .err = ""},
        {.arguments = {"-e", "os.exit(false)"}, .status = 1, .err = ""},
        {.arguments = {"-e", "os.exit(7)"}, .status = 7, .err = ""},
        {.arguments = {"-e", "os.exit(8, true)"}, .status = 8, .err = ""},
        {.arguments = {"-e", "io.write 'kept' os.exit(9)"}, .status = 9, .out = "kept"},
        {.arguments = {"-e", "require 'tm'.task(os.exit, 10)"}, .status = 10, .err = ""},
        {.arguments = {"-e", "require 'tm'.quit(11) error 'x'"}, .status = 11},
        {.arguments = {"-e", "require 'tm'.quit(12)", "-e", "print 'not run'"},
         .status = 12,
         .err = ""},
        {.arguments = {"-e", "coroutine.wrap(os.exit)(13, true)"}, .status = 13, .err = ""},
    };

    (void)state;
    RUN_ALL(runs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CLI_TEST(name) cmocka_unit_test_teardown(name, end)
        CLI_TEST(test_code_from_the_command_line),
        CLI_TEST(test_scripts_from_standard_input),
        CLI_TEST(test_a_script_gets_its_arguments),
        CLI_TEST(test_a_script_finds_modules_next_to_itself),
        CLI_TEST(test_versions_and_help),
        CLI_TEST(test_the_environment_of_lua),
        CLI_TEST(test_warnings_are_off_until_asked_for),
        CLI_TEST(test_wrong_usage_is_status_1_and_says_what),
        CLI_TEST(test_too_much_is_refused_not_cut),
        CLI_TEST(test_errors_of_scripts),
        CLI_TEST(test_exit_statuses),
    };

    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
