/*
 * What one build of the program finds, another finds and plays the same: the one under test, of
 * Windows or under the sanitizers, and the one of build/bin. And a search that is killed leaves no
 * worker behind, also in Wine, where a worker is no child of its search.
 */
#include "support/deadline.h"
#include "support/raw_expect.h"
#include "support/scratch.h"
#include "support/tas_kit.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATH_SIZE = 600,
    ARGUMENT_COUNT_MAX = 20,
    WORKER_COUNT = 2
};

static const char *native_program(void)
{
    static char path[PATH_SIZE];
    snprintf(path, sizeof path, "%.500s/build/bin/tmlua", process_root());
    return path;
}

/* There may be no other build where a test is run by hand. */
static void need_native_program(void)
{
    if (access(native_program(), X_OK) != 0)
        skip();
}

static void run(const char *program, const char *const *arguments)
{
    const char *argv[ARGUMENT_COUNT_MAX] = {program};
    for (int i = 0; arguments[i] != NULL; i++) {
        assert_true(i + 2 < ARGUMENT_COUNT_MAX);
        argv[i + 1] = arguments[i];
    }
    struct process *process = process_run(argv);
    raw_expect_exit(process, 0, TAS_SOON_MS);
    process_close(process);
}

static void search(const char *program, const char *workers, const char *output)
{
    run(program, ARGS("tas", "search", "--sim=technical", tas_inputs("technical"), "-o", output,
                      "-n", "300", "--seed", "1", "-j", workers));
}

/* The finish in the first line of a result. */
static void read_finish(const char *path, char finish[20])
{
    char *text = tas_read_file(path);
    assert_int_equal(sscanf(text, "# finish: %19s s", finish), 1);
    free(text);
}

/* By both programs, in both contexts: the time that was found, and the same in each tick. */
static void expect_same_plays(const char *path, const char *finish)
{
    static const char *const contexts[] = {"run", "simulation"};
    const char *traces[] = {scratch_path("here.trace"), scratch_path("native.trace")};
    const char *first = scratch_path("first.trace");
    run(native_program(), ARGS("tas", "play", "--sim=technical", path, "--trace", first));
    for (int i = 0; i < 4; i++) {
        run(i < 2 ? process_tmlua() : native_program(),
            ARGS("tas", "play", "--sim=technical", path, "--expect", finish, "--context",
                 contexts[i % 2], "--trace", traces[i / 2]));
        tas_expect_same_files(traces[i / 2], first);
    }
}

static void test_two_builds_find_and_play_the_same(void **state)
{
    const char *native = scratch_path("native.txt"), *here = scratch_path("here.txt");
    char finish[20] = "";
    (void)state;
    need_native_program();
    search(native_program(), "0", native);
    search(process_tmlua(), "2", here);
    tas_expect_same_files(native, here);
    read_finish(here, finish);
    assert_true(strtod(finish, NULL) < 43.70);
    expect_same_plays(here, finish);
}

/* Whether that is a worker that plays the script, which no other search has. */
static bool is_worker(const char *pid, const char *script)
{
    char path[300], text[4096];
    snprintf(path, sizeof path, "/proc/%.200s/cmdline", pid);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    for (size_t i = 0; i < size; i++)
        if (text[i] == '\0')
            text[i] = ' ';
    text[size] = '\0';
    return strstr(text, " tas work ") != NULL && strstr(text, script) != NULL;
}

static int count_workers(const char *script)
{
    int count = 0;
    DIR *folder = opendir("/proc");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
            count += is_worker(entry->d_name, script);
    closedir(folder);
    return count;
}

static void test_no_worker_stays_behind(void **state)
{
    static const int signals[] = {SIGKILL, SIGINT};
    (void)state;
    char *text = tas_read_file(tas_inputs("technical"));
    const char *script = scratch_write("searched.txt", text);
    free(text);
    for (int i = 0; i < 2; i++) {
        struct process *process = duo_run_tmlua(ARGS("tas", "search", "--sim=technical", script,
                                                     "-o", scratch_path("endless.txt"), "-n",
                                                     "1000000", "-j", "2", "--overwrite"));
        duo_expect_soon(process, PROCESS_STDOUT, " s (", TAS_SOON_MS);
        struct deadline deadline = deadline_in_ms(TAS_SOON_MS);
        unsigned pauses = 0;
        while (count_workers(script) != WORKER_COUNT && !deadline_passed(deadline))
            deadline_poll_pause(&pauses);
        assert_int_equal(count_workers(script), WORKER_COUNT);
        assert_true(process_signal(process, signals[i]));
        assert_true(process_wait_exit(process, TAS_SOON_MS));
        assert_int_equal(process_exit_status(process), i == 0 ? -1 : 130);
        deadline = deadline_in_ms(TAS_SOON_MS);
        while (count_workers(script) != 0 && !deadline_passed(deadline))
            deadline_poll_pause(&pauses);
        assert_int_equal(count_workers(script), 0);
        process_close(process);
    }
}

/* At once: a search that is killed between two steps of it would have no file. */
static void test_a_file_takes_the_place_of_another(void **state)
{
    const char *old = scratch_write("old.txt", "old"), *new = scratch_write("new.txt", "new");
    (void)state;
    TAS_RUN({"-e", "assert(os.rename(arg[1], arg[2]))", "-", new, old}, 0, "", NULL);
    assert_false(tas_is_there(new));
    char *text = tas_read_file(old);
    assert_string_equal(text, "new");
    free(text);
    TAS_RUN({"-e", "print(select(3, os.rename(arg[1], arg[2])))", "-", new, old}, 0, "2\n", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_two_builds_find_and_play_the_same, tas_end),
        cmocka_unit_test_teardown(test_no_worker_stays_behind, tas_end),
        cmocka_unit_test_teardown(test_a_file_takes_the_place_of_another, tas_end),
    };
    return cmocka_run_group_tests_name("tas_replay", tests, NULL, NULL);
}
