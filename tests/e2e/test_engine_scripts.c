/*
 * The examples of scripts/ that need an engine or pictures, run as their heads say, in real
 * processes. The pictures they save are looked at by netpbm's pngtopam, which is not ours.
 */
#include "support/duo.h"
#include "support/raw_editor.h"
#include "support/raw_expect.h"
#include "support/scratch.h"

#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    LONG_MS = 50000,
    ADDRESS_SIZE = 32,
    PICTURE_SIZE_MAX = 16 * 1024 * 1024
};

static struct duo duo;
static struct process *viewer;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    viewer = NULL;
    scratch_end();
    return 0;
}

static const char *script(const char *name)
{
    static char paths[4][PATH_MAX];
    static int next;
    char *path = paths[next++ % 4];

    snprintf(path, PATH_MAX, "%.2000s/scripts/%s", process_root(), name);
    return path;
}

static void start_game_with_engine(char address[ADDRESS_SIZE])
{
    duo_start_game(&duo, ARGS("--speed", "max", "--engine", "127.0.0.1:0", "--inputs",
                              script("inputs/easy.txt")));
    snprintf(address, ADDRESS_SIZE, "127.0.0.1:%d", raw_editor_port(duo.game));
}

/* A picture as netpbm reads it: red, green and blue of each pixel, the top row first. */
struct picture {
    int width, height;
    unsigned char *pixels;
};

static struct picture read_png(const char *path)
{
    char command[PATH_MAX + 64];
    struct picture picture = {.pixels = malloc(PICTURE_SIZE_MAX)};
    FILE *pipe;
    int most;

    snprintf(command, sizeof command, "/usr/bin/pngtopam '%s'", path);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "P6 %d %d %d%*c", &picture.width, &picture.height, &most), 3);
    assert_int_equal(most, 255);
    assert_in_range(picture.width * picture.height * 3, 1, PICTURE_SIZE_MAX);
    assert_int_equal(fread(picture.pixels, 3, (size_t)(picture.width * picture.height), pipe),
                     picture.width * picture.height);
    assert_int_equal(pclose(pipe), 0);
    return picture;
}

static const unsigned char *pixel(const struct picture *picture, int x, int y)
{
    return picture->pixels + 3 * (y * picture->width + x);
}

/* Sky above, blue; the grey road below; the red car in the middle. */
static void expect_race(const char *path)
{
    struct picture picture = read_png(path);
    const unsigned char *sky = pixel(&picture, 5, 2);
    const unsigned char *road = pixel(&picture, 200, 340);
    int red_count = 0;

    assert_int_equal(picture.width, 640);
    assert_int_equal(picture.height, 360);
    assert_true(sky[2] > sky[1] && sky[1] > sky[0] && sky[2] > 150);
    assert_in_range(abs(road[0] - road[2]), 0, 12);
    assert_in_range(road[1], 60, 130);
    for (int x = 250; x < 390; x++)
        for (int y = 200; y < 300; y++)
            red_count += pixel(&picture, x, y)[0] > 150 && pixel(&picture, x, y)[2] < 60;
    assert_in_range(red_count, 500, 10000);
    free(picture.pixels);
}

static void test_a_lap_becomes_pictures_and_a_sheet(void **state)
{
    const char *picture_4 = scratch_path("lap_004.00.png"), *last = scratch_path("lap_finish.png");
    const char *sheet = scratch_path("sheet.png");
    char address[ADDRESS_SIZE];
    struct picture picture;

    (void)state;
    start_game_with_engine(address);
    duo.host = duo_run_tmlua(
        ARGS("-a", duo.address, script("screenshots.lua"), scratch_folder(), "4", address));
    raw_expect_exit(duo.host, 0, LONG_MS);
    duo_expect_soon(duo.game, PROCESS_STDERR, "finish: 29.69 s", LONG_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "lap_finish.png\n");
    assert_int_equal(duo_count_said(duo.host, PROCESS_STDOUT, "\n"), 9);
    duo_expect_not_said(duo.game, PROCESS_STDERR, duo_dropped_text);
    expect_race(picture_4);

    process_close(duo.host);
    duo.host =
        duo_run_tmlua(ARGS(script("contact_sheet.lua"), sheet, "2", picture_4, last, picture_4));
    raw_expect_exit(duo.host, 0, LONG_MS);
    picture = read_png(sheet);
    assert_int_equal(picture.width, 2 * 320 + 3 * 8);
    assert_int_equal(picture.height, 2 * 180 + 3 * 8);
    assert_memory_equal(pixel(&picture, 3, 3), "\x18\x18\x1a", 3);            /* a gap */
    assert_memory_equal(pixel(&picture, 340, 200), "\x18\x18\x1a", 3);        /* nothing there */
    assert_memory_equal(pixel(&picture, 40, 9), pixel(&picture, 40, 197), 3); /* one twice */
    free(picture.pixels);
}

static void test_the_log_viewer_shows_the_race_until_ctrl_c(void **state)
{
    char address[ADDRESS_SIZE];

    (void)state;
    start_game_with_engine(address);
    viewer = duo_run_tmlua(ARGS(script("engine_log.lua"), address, "info"));
    duo_expect_soon(viewer, PROCESS_STDOUT, "connected to 127.0.0.1:", LONG_MS);
    duo_start_host(&duo, "game:give_up() game:once('run_step', function() end) "
                         "repeat until game:step() == 10000 tm.quit()");
    duo_expect_soon(viewer, PROCESS_STDOUT, "checkpoint 1 of 5: 5.86 s", LONG_MS);
    process_signal(viewer, SIGINT);
    raw_expect_exit(viewer, 130, LONG_MS);
}

static void test_a_bridge_shows_and_drives_the_game_it_is_attached_to(void **state)
{
    static const char editor[] =
        "local tm = require 'tm' local engine = tm.connect(address) "
        "assert(engine:call 'restart' == 'ok') "
        "assert(engine:call('setInputs', { accelerate = true }) == 'ok') "
        "local _, message, code = engine:call('setInputs', { sterr = 1 }) "
        "assert(code == 'refused' and message:find 'sterr') "
        "assert(select(3, engine:call 'nothing') == 'refused') "
        "assert(select(3, engine:call('updateCamera', 1)) == 'refused') "
        "local before = assert(engine:screenshot(64, 36)) "
        "local up = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, -0.2, 0, 0, -1, 0 } "
        "assert(engine:call('updateCamera', { 0, 500, 0 }, { -0.7071, 0, 0, 0.7071 }, up)) "
        "local above = assert(engine:screenshot(64, 36)) "
        "assert(above ~= before and above:pixel(0, 0) < 150) "
        "assert(engine:call 'followCar' == 'ok') "
        "print('seen', engine:wait('log', 20))";
    char code[2048], address[ADDRESS_SIZE] = "";

    (void)state;
    duo.host = duo_run_tmlua(
        ARGS("-a", "sim:straight?speed=3", script("bridge.lua"), "127.0.0.1:0", "straight"));
    duo_expect_soon(duo.host, PROCESS_STDOUT, "\n", LONG_MS);
    sscanf(process_text(duo.host, PROCESS_STDOUT), "serving sim:straight?speed=3 on %31s", address);
    snprintf(code, sizeof code, "address = '%s' %s", address, editor);
    viewer = duo_run_tmlua(ARGS("-e", code));
    raw_expect_exit(viewer, 0, LONG_MS);
    raw_expect_said(viewer, PROCESS_STDOUT, "seen\tinfo\tcheckpoint 1 of ");
    process_signal(duo.host, SIGINT);
    raw_expect_exit(duo.host, 130, LONG_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define SCRIPT_TEST(name) cmocka_unit_test_teardown(name, end)
        SCRIPT_TEST(test_a_lap_becomes_pictures_and_a_sheet),
        SCRIPT_TEST(test_the_log_viewer_shows_the_race_until_ctrl_c),
        SCRIPT_TEST(test_a_bridge_shows_and_drives_the_game_it_is_attached_to),
    };

    return cmocka_run_group_tests_name("engine scripts", tests, NULL, NULL);
}
