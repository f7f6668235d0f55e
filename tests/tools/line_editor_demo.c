/*
 * line_editor_demo [HISTORY]: reads lines with the line editor and tells what it has got, for
 * tests/transport/test_line_editor.c. Lines that are commands:
 *
 *   count N [PARTS]  from now on N lines "count: 1", "count: 2", ... one every 20 ms; with PARTS
 *                    they come as "tick" "tock" and the end, each flushed
 *   flood N          N lines as fast as they can be written, 1000 in each turn
 *   status           the status line counts from now on
 *   sleep MS         nobody reads for so long
 *   echo             prints a part of a line
 *   exit             calls exit()
 */
#include "transport/clock.h"
#include "transport/interrupt.h"
#include "transport/line_editor.h"
#include "transport/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {"apple", "apricot", "banana", "cherry", "cherimoya", "größe"};

enum {
    WORD_COUNT = sizeof words / sizeof words[0],
    MANY_COUNT = 300,
    TURN_NS = 2000000
};

static struct {
    long count, count_max, flood, flood_max, turns;
    bool parts, status;
    int64_t next_ms;
    size_t found_count;
    char found[MANY_COUNT][24];
} demo;

static void count_on(void)
{
    if (demo.count >= demo.count_max || clock_now_ms() < demo.next_ms)
        return;
    demo.next_ms = clock_now_ms() + 20;
    demo.count++;
    if (demo.parts) {
        printf("tick");
        fflush(stdout);
        printf("tock");
        fflush(stdout);
    }
    printf("count: %ld\n", demo.count);
}

static bool turn(void *unused)
{
    (void)unused;
    demo.turns++;
    count_on();
    for (int i = 0; i < 1000 && demo.flood < demo.flood_max; i++)
        printf("flood: %ld\n", ++demo.flood);
    if (interrupt_caught() != INTERRUPT_NONE)
        return false;
    if (demo.flood == demo.flood_max)
        clock_sleep_ns(TURN_NS);
    return true;
}

static const char *prompt(void *unused)
{
    (void)unused;
    return "> ";
}

static const char *status(void *unused)
{
    static char text[200];
    (void)unused;
    if (!demo.status)
        return NULL;
    snprintf(text, sizeof text, "[count %ld of %ld] %0150d", demo.count, demo.count_max, 7);
    return text;
}

static size_t complete(void *unused, const char *text, size_t size, size_t *start)
{
    (void)unused;
    demo.found_count = 0;
    while (*start > 0 && text[*start - 1] != ' ')
        (*start)--;
    size_t typed = size - *start;
    if (typed == 0)
        return 0;
    for (int i = 0; i < WORD_COUNT; i++)
        if (strncmp(words[i], text + *start, typed) == 0)
            snprintf(demo.found[demo.found_count++], sizeof demo.found[0], "%s", words[i]);
    for (int i = 0; i < MANY_COUNT && strncmp("many", text + *start, typed) == 0; i++)
        snprintf(demo.found[demo.found_count++], sizeof demo.found[0], "many%03d", i);
    return demo.found_count;
}

static const char *candidate(void *unused, size_t index)
{
    (void)unused;
    return demo.found[index];
}

static void obey(const char *line)
{
    char part[8] = "";
    long number = 0;
    if (sscanf(line, "count %ld %7s", &number, part) >= 1) {
        demo.count = 0;
        demo.count_max = number;
        demo.parts = part[0] != 0;
    } else if (sscanf(line, "flood %ld", &number) == 1) {
        demo.flood = 0;
        demo.flood_max = number;
    } else if (sscanf(line, "sleep %ld", &number) == 1) {
        int64_t end_ms = clock_now_ms() + number;
        while (clock_now_ms() < end_ms)
            clock_sleep_ns(1000000);
    } else if (strcmp(line, "status") == 0) {
        demo.status = !demo.status;
    } else if (strcmp(line, "echo") == 0) {
        printf("without an end");
        fflush(stdout);
    } else if (strcmp(line, "exit") == 0) {
        exit(0);
    }
}

int main(int argc, char **argv)
{
    static const struct line_editor_handler handler = {turn, prompt, status, complete, candidate};
    const char *line = NULL;
    size_t size = 0;
    terminal_prepare();
    if (!line_editor_open(&handler, NULL)) {
        fprintf(stderr, "this is no terminal\n");
        return 1;
    }
    if (!line_editor_history(argc > 1 ? argv[1] : NULL, 100))
        fprintf(stderr, "the history cannot be written\n");
    printf("ready\n");
    for (;;) {
        interrupt_catch(NULL);
        enum line_editor_result result = line_editor_read(&line, &size);
        if (result == LINE_EDITOR_END)
            break;
        if (result == LINE_EDITOR_GIVEN_UP) {
            printf("given up\n");
            continue;
        }
        printf("got: %.*s|\n", (int)size, line);
        line_editor_remember(line);
        obey(line);
    }
    line_editor_close();
    printf("end after %s turns\n", demo.turns > 0 ? "some" : "no");
    return 0;
}
