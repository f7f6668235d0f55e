/*
 * A search that is killed at fifty moments, and goes on each time: nothing that it has said is
 * lost, the best never gets worse, no worker stays behind, and in the end it is the search that was
 * never killed.
 */
#include "support/deadline.h"
#include "support/duo.h"
#include "support/raw_expect.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    KILL_COUNT = 50,
#ifdef __SANITIZE_ADDRESS__ /* under which a program alone takes that long to begin */
    LIFE_MAX_MS = 1500,
#else
    LIFE_MAX_MS = 800,
#endif
    SOON_MS = 120000,
    WORKER_COUNT_MAX = 16,
    ROUND = 200, /* simulations between two states that do not depend on how many there are to be */
    PATH_SIZE = 600,
    TEXT_SIZE = 64 * 1024
};

struct score {
    double seconds, within_ms;
};

static const struct score none = {1e9, 0};

static struct process *process;
static char rough[PATH_SIZE];
static int worker_count; /* that were there when their search was killed */

static int end(void **state)
{
    (void)state;
    process_close_all();
    process = NULL;
    scratch_end();
    return 0;
}

static bool is_worse(struct score a, struct score b)
{
    return a.seconds != b.seconds ? a.seconds > b.seconds : a.within_ms > b.within_ms;
}

/* "43.70 s" or "43.50 s (-2.7 ms)" */
static bool read_score(const char *text, struct score *score)
{
    *score = none;
    if (sscanf(text, "%lf s", &score->seconds) != 1)
        return false;
    score->within_ms = 0;
    sscanf(text, "%*f s (%lf ms)", &score->within_ms);
    return true;
}

/* The best of the whole lines "  NUMBER  SCORE" that it has printed. */
static struct score best_said(void)
{
    struct score best = none, score;
    const char *line = process_text(process, PROCESS_STDOUT);
    for (const char *next; (next = strchr(line, '\n')) != NULL; line = next + 1) {
        int place = 0;
        if (sscanf(line, "%*d %n", &place) == 0 && place > 0 && read_score(line + place, &score) &&
            is_worse(best, score))
            best = score;
    }
    return best;
}

static void read_file(const char *path, char text[TEXT_SIZE])
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, TEXT_SIZE - 1, file);
    fclose(file);
    text[size] = '\0';
}

static struct score best_written(const char *path)
{
    static char text[TEXT_SIZE];
    struct score score;
    read_file(path, text);
    assert_memory_equal(text, "# finish: ", 10);
    assert_true(read_score(text + 10, &score));
    return score;
}

/* The workers there are; how many. */
static int find_workers(int pids[WORKER_COUNT_MAX])
{
    char path[64];
    int count = 0, pid = (int)process_pid(process);
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && count < WORKER_COUNT_MAX && fscanf(file, "%d", &pids[count]) == 1)
        count++;
    if (file != NULL)
        fclose(file);
    return count;
}

/* Gone, or dead and not buried by the system yet. */
static bool is_over(int pid)
{
    char path[64], state = 'Z';
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return true;
    if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = 'Z';
    fclose(file);
    return state == 'Z' || state == 'X';
}

static void expect_over(const int *pids, int count)
{
    struct deadline deadline = deadline_in_ms(SOON_MS);
    unsigned pauses = 0;
    for (int i = 0; i < count; i++)
        while (!is_over(pids[i])) {
            assert_false(deadline_passed(deadline));
            deadline_poll_pause(&pauses);
        }
}

static void live_for(const char *output, const char *workers, int life_ms)
{
    int pids[WORKER_COUNT_MAX];
    process = duo_run_tmlua(ARGS("tas", "search", "--sim=technical", rough, "-o", output, "-n",
                                 "1000000", "-j", workers, "--resume"));
    struct deadline deadline = deadline_in_ms(life_ms);
    while (!deadline_passed(deadline))
        process_pump(process, deadline_left_ms(deadline));
    assert_true(process_is_running(process));
    int count = find_workers(pids);
    assert_true(process_signal(process, SIGKILL));
    assert_true(process_wait_exit(process, SOON_MS));
    expect_over(pids, count);
    worker_count += count;
}

static void kill_again_and_again(const char *output, const char *workers, uint32_t seed)
{
    struct score best = none;
    for (int i = 0; i < KILL_COUNT / 2; i++) {
        seed = seed * 1664525u + 1013904223u;
        live_for(output, workers, (int)(seed >> 16) % LIFE_MAX_MS);
        struct score said = best_said();
        if (is_worse(best, said))
            best = said;
        process_close(process);
        if (best.seconds < none.seconds)
            assert_false(is_worse(best_written(output), best));
    }
    print_message("%s workers: %.2f s %+.1f ms\n", workers, best.seconds, best.within_ms);
    assert_true(best.seconds < 43.70);
}

static void search(const char *output, int simulations, char text[TEXT_SIZE])
{
    char count[16];
    snprintf(count, sizeof count, "%d", simulations);
    process = duo_run_tmlua(ARGS("tas", "search", "--sim=technical", rough, "-o", output, "-n",
                                 count, "-j", "2", "--resume"));
    raw_expect_exit(process, 0, SOON_MS);
    process_close(process);
    read_file(output, text);
}

/* How many simulations the rounds of a journal have had. */
static int simulations_of(const char *journal)
{
    static char text[16 * TEXT_SIZE];
    int count = 0;
    FILE *file = fopen(journal, "rb");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    const char *round = strstr(text, "\nround ");
    if (round != NULL)
        sscanf(strstr(round, "simulations="), "simulations=%d", &count);
    return count;
}

static void test_a_search_survives_any_end(void **state)
{
    static char killed[TEXT_SIZE], whole[TEXT_SIZE];
    char output[PATH_SIZE], journal[PATH_SIZE];
    (void)state;
    snprintf(rough, sizeof rough, "%.500s/scripts/inputs/technical.txt", process_root());
    snprintf(output, sizeof output, "%.500s", scratch_path("killed.txt"));
    snprintf(journal, sizeof journal, "%.500s.search", output);
    kill_again_and_again(output, "0", 1);
    assert_int_equal(worker_count, 0);
    kill_again_and_again(output, "2", 2);
    assert_true(worker_count > 0);
    int count = (simulations_of(journal) / ROUND + 1) * ROUND;
    search(output, count, killed);
    search(scratch_path("whole.txt"), count, whole);
    print_message("%d simulations: %.40s\n", count, whole);
    assert_string_equal(killed, whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_search_survives_any_end, end),
    };

    return cmocka_run_group_tests_name("tas_search_kill", tests, NULL, NULL);
}
