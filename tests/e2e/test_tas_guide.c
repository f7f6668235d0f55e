/*
 * The guide to the routing library, lua/tas/README.md: every command in it runs, in its order, and
 * says what stands there. Commands are the lines that begin with "$ " in its blocks of ```console;
 * what follows one is its standard output, in which a line "…" stands for any lines. Its script in Lua
 * is search.lua. The programs are found by their names, and games get a name that no other run uses.
 */
#include "support/duo.h"
#include "support/raw_expect.h"
#include "support/raw_slot.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    SOON_MS = 120000,
    LINE_SIZE = 1024,
    TEXT_SIZE = 64 * 1024,
    PATH_SIZE = 700
};

static const char any_lines[] = "…\n";

static struct process *process;
static char slot_name[PROCESS_SLOT_NAME_SIZE];

static int end(void **state)
{
    (void)state;
    process_close_all();
    process = NULL;
    raw_slot_unlink(slot_name);
    scratch_end();
    return 0;
}

static void write_program(const char *name, const char *program, const char *option,
                          const char *slot_prefix)
{
    char text[2 * PATH_SIZE];
    snprintf(text, sizeof text, "#!/bin/sh\nexec '%s' %s %s%s \"$@\"\n", program, option,
             slot_prefix, slot_name);
    const char *path = scratch_write(name, text);
    assert_int_equal(chmod(path, 0755), 0);
}

/* The script of the guide, as a file. */
static void write_script(const char *guide)
{
    static const char begins[] = "\n```lua\n";
    static char text[TEXT_SIZE];
    const char *script = strstr(guide, begins);
    assert_non_null(script);
    script += sizeof begins - 1;
    const char *script_end = strstr(script, "\n```\n");
    assert_non_null(script_end);
    snprintf(text, sizeof text, "%.*s\n", (int)(script_end - script), script);
    scratch_write("search.lua", text);
}

/* The folder of the user who follows the guide. */
static void prepare(void)
{
    char scripts[PATH_SIZE];
    process_slot_name(slot_name);
    write_program("tmlua", process_tmlua(), "-a", "mapped:");
    write_program("tmsim", process_tmsim(), "--mapped", "");
    snprintf(scripts, sizeof scripts, "%.500s/scripts", process_root());
    assert_int_equal(symlink(scripts, scratch_path("scripts")), 0);
}

/* Whether the text is what the guide expects: lines, of which some may stand for any. */
static bool matches(const char *expected, const char *text)
{
    while (*expected != '\0') {
        size_t size = strcspn(expected, "\n") + 1;
        if (strncmp(expected, any_lines, sizeof any_lines - 1) == 0) {
            expected += size;
            for (const char *rest = text;; rest = strchr(rest, '\n') + 1) {
                if (matches(expected, rest))
                    return true;
                if (*rest == '\0' || strchr(rest, '\n') == NULL)
                    return false;
            }
        }
        if (strncmp(expected, text, size) != 0)
            return false;
        expected += size;
        text += size;
    }
    return *text == '\0';
}

static void run(const char *command, const char *expected)
{
    char line[LINE_SIZE + PATH_SIZE];
    snprintf(line, sizeof line, "cd '%s' && PATH=$PWD:$PATH && export PATH && { %s\n}",
             scratch_folder(), command);
    print_message("$ %s\n", command);
    process = process_run(ARGS("/bin/sh", "-c", line));
    raw_expect_exit(process, 0, SOON_MS);
    const char *text = process_text(process, PROCESS_STDOUT);
    if (!matches(expected, text)) {
        print_message("expected:\n%ssaid:\n%s%s", expected, text,
                      process_text(process, PROCESS_STDERR));
        fail();
    }
    process_close(process);
}

/* The commands of one block, each with what follows it. */
static int run_block(const char *block, const char *block_end)
{
    static char expected[TEXT_SIZE];
    char command[LINE_SIZE];
    int count = 0;
    while (block < block_end) {
        size_t size = strcspn(block, "\n") + 1;
        assert_memory_equal(block, "$ ", 2);
        snprintf(command, sizeof command, "%.*s", (int)size - 3, block + 2);
        const char *answer = block += size;
        while (block < block_end && strncmp(block, "$ ", 2) != 0)
            block += strcspn(block, "\n") + 1;
        snprintf(expected, sizeof expected, "%.*s", (int)(block - answer), answer);
        run(command, expected);
        count++;
    }
    return count;
}

static void test_every_command_of_the_guide_does_what_it_says(void **state)
{
    static const char begins[] = "\n```console\n", ends[] = "\n```\n";
    static char guide[TEXT_SIZE];
    char path[PATH_SIZE];
    int count = 0;
    (void)state;
    prepare();
    snprintf(path, sizeof path, "%.500s/lua/tas/README.md", process_root());
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(guide, 1, sizeof guide - 1, file);
    fclose(file);
    assert_true(size < sizeof guide - 1);
    write_script(guide);
    const char *block_end = guide;
    for (const char *block; (block = strstr(block_end, begins)) != NULL;) {
        block += sizeof begins - 1;
        block_end = strstr(block, ends);
        assert_non_null(block_end);
        count += run_block(block, block_end + 1);
    }
    print_message("%d commands\n", count);
    assert_true(count >= 10);
}

static void test_what_is_expected_is_told_from_what_is_not(void **state)
{
    (void)state;
    assert_true(matches("a\nb\n", "a\nb\n"));
    assert_true(matches("", ""));
    assert_true(matches("a\n…\nc\n", "a\nb\nb\nc\n"));
    assert_true(matches("…\n", ""));
    assert_true(matches("…\nc\n", "c\n"));
    assert_false(matches("a\n", "a\nb\n"));
    assert_false(matches("a\nb\n", "a\n"));
    assert_false(matches("a\n…\nc\n", "a\nb\n"));
    assert_false(matches("", "a\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_expected_is_told_from_what_is_not),
        cmocka_unit_test_teardown(test_every_command_of_the_guide_does_what_it_says, end),
    };

    return cmocka_run_group_tests_name("tas_guide", tests, NULL, NULL);
}
