/*
 * tmsim --engine as its clients see it: pings, pictures, commands, and what they are told of the
 * race. The client is support/raw_editor, which knows the fact sheet and nothing of ours.
 */
#include "support/duo.h"
#include "support/raw_editor.h"
#include "support/raw_expect.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    WIDTH = 64,
    HEIGHT = 48
};

static struct duo duo;
static struct raw_editor client, other;
static int port;

static int end(void **state)
{
    (void)state;
    raw_editor_close(&client);
    raw_editor_close(&other);
    duo_end(&duo);
    process_close_all();
    return 0;
}

static void start(const char *const *arguments)
{
    duo_start_game(&duo, arguments);
    port = raw_editor_port(duo.game);
    raw_editor_open(&client, port);
}

static const char *inputs_of(const char *track)
{
    static char path[600];
    snprintf(path, sizeof path, "%.400s/scripts/inputs/%s.txt", process_root(), track);
    return path;
}

/* A command without arguments but for the id, as one array or as two objects in a row. */
static void command(struct raw_editor *engine, const char *method, int32_t id, bool is_one)
{
    struct raw_pack pack = {.size = 0};
    if (is_one)
        raw_pack_array(&pack, 2);
    raw_pack_text(&pack, method);
    raw_pack_array(&pack, id != 0);
    if (id != 0)
        raw_pack_id(&pack, id);
    raw_editor_command(engine, &pack);
}

/* One with a text. */
static void command_text(struct raw_editor *engine, const char *method, const char *text,
                         int32_t id)
{
    struct raw_pack pack = {.size = 0};
    raw_pack_text(&pack, method);
    raw_pack_array(&pack, 2);
    raw_pack_text(&pack, text);
    raw_pack_id(&pack, id);
    raw_editor_command(engine, &pack);
}

static void set_speed(struct raw_editor *engine, double speed, int32_t id)
{
    struct raw_pack pack = {.size = 0};
    raw_pack_text(&pack, "setSpeed");
    raw_pack_array(&pack, 2);
    raw_pack_double(&pack, speed);
    raw_pack_id(&pack, id);
    raw_editor_command(engine, &pack);
}

/* A camera 50 m above the start, turned about X by so much. */
static void look(struct raw_editor *engine, float angle, int32_t id)
{
    const float location[3] = {0, 50, 0};
    const float rotation[4] = {sinf(angle / 2), 0, 0, cosf(angle / 2)};
    const float projection[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, -0.2f, 0, 0, -1, 0};
    struct raw_pack pack = {.size = 0};
    raw_pack_array(&pack, 2);
    raw_pack_text(&pack, "updateCamera");
    raw_pack_array(&pack, 4);
    raw_pack_floats(&pack, location, 3);
    raw_pack_floats(&pack, rotation, 4);
    raw_pack_floats(&pack, projection, 16);
    raw_pack_id(&pack, id);
    raw_editor_command(engine, &pack);
    raw_editor_log(engine, id, 'i', "ok");
}

/* Pixels of a row, from the bottom, that are as blue as the sky. */
static int count_sky(const unsigned char *pixels, int first_row, int row_count)
{
    int count = 0;
    for (int i = first_row * WIDTH; i < (first_row + row_count) * WIDTH; i++) {
        const unsigned char *pixel = pixels + 4 * i;
        assert_int_equal(pixel[3], 255);
        count += pixel[0] > pixel[2] + 50; /* B and R */
    }
    return count;
}

static void expect_chase(const unsigned char *pixels)
{
    assert_int_equal(count_sky(pixels, HEIGHT - 4, 4), 4 * WIDTH);
    assert_int_equal(count_sky(pixels, 0, 4), 0);
}

static void test_a_ping_comes_back_as_a_pong(void **unused)
{
    (void)unused;
    start(ARGS("--engine", "0"));
    raw_editor_ping(&client, 7);
    raw_editor_ping(&client, 0);
    raw_editor_ping(&client, INT32_MIN);
    duo_expect_not_said(duo.game, PROCESS_STDERR, "warning");
}

static void test_a_picture_has_its_sides_and_the_bottom_row_first(void **unused)
{
    (void)unused;
    start(ARGS("--engine=0"));
    raw_editor_ask(&client, WIDTH, HEIGHT);
    expect_chase(raw_editor_picture(&client, WIDTH, HEIGHT, false));
    raw_editor_ask(&client, 1, 1);
    raw_editor_picture(&client, 1, 1, false);
    for (int i = 0; i < 5; i++) /* of which each is answered, in order */
        raw_editor_ask(&client, 100 + i, 50);
    for (int i = 0; i < 5; i++)
        raw_editor_picture(&client, 100 + i, 50, false);
}

static void test_pictures_that_cannot_be_are_refused(void **unused)
{
    static const int32_t sides[][2] = {
        {0, 48},    {48, 0},        {-1, 48},        {48, -1},       {16385, 1},
        {1, 16385}, {INT32_MIN, 1}, {INT32_MAX, 10}, {65536, 65536}, {16384, 16384}};
    (void)unused;
    start(ARGS("--engine", "127.0.0.1:0"));
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        raw_editor_ask(&client, sides[i][0], sides[i][1]);
        raw_editor_log(&client, 0, 'e', "screenshot of ");
    }
    raw_editor_send(&client, RAW_ASK, "1234567", 7);
    raw_editor_log(&client, 0, 'e', "size");
    raw_editor_ask(&client, WIDTH, HEIGHT);
    raw_editor_picture(&client, WIDTH, HEIGHT, false);
}

static void test_every_client_has_its_own_camera(void **unused)
{
    const float quarter = 1.5707963f;
    (void)unused;
    start(ARGS("--engine", "0"));
    raw_editor_open(&other, port);
    look(&client, quarter, 1); /* up */
    look(&other, -quarter, 2); /* down */
    raw_editor_ask(&client, WIDTH, HEIGHT);
    raw_editor_ask(&other, WIDTH, HEIGHT);
    const unsigned char *pixels = raw_editor_picture(&client, WIDTH, HEIGHT, false);
    assert_int_equal(count_sky(pixels, 0, HEIGHT), WIDTH * HEIGHT);
    pixels = raw_editor_picture(&other, WIDTH, HEIGHT, false);
    assert_int_equal(count_sky(pixels, 0, HEIGHT), 0);
    command(&client, "followCar", 3, true);
    raw_editor_log(&client, 3, 'i', "ok");
    raw_editor_ask(&client, WIDTH, HEIGHT);
    expect_chase(raw_editor_picture(&client, WIDTH, HEIGHT, false));
    raw_editor_ask(&other, WIDTH, HEIGHT);
    pixels = raw_editor_picture(&other, WIDTH, HEIGHT, false);
    assert_int_equal(count_sky(pixels, 0, HEIGHT), 0);
}

/* As the real client does: a command of kind 6, a request, and one message is the picture. */
static void test_the_real_client_gets_pictures_and_nothing_else(void **unused)
{
    (void)unused;
    start(ARGS("--engine", "0", "--bare-screenshots", "--track", "straight", "--speed", "20",
               "--inputs", inputs_of("straight")));
    for (int i = 0; i < 40; i++) {
        raw_editor_send(&client, RAW_PROTOBUF, "\x12\x00", 2);
        raw_editor_ask(&client, WIDTH, HEIGHT);
        assert_true(raw_editor_read(&client));
        assert_int_equal(client.kind, RAW_PICTURE);
        assert_int_equal(client.size, 4 * WIDTH * HEIGHT);
        assert_int_equal(count_sky(client.body, 0, 4), 0);
        if (i % 20 == 10)
            duo_expect_soon(duo.game, PROCESS_STDERR, "finish: 9.99 s\n", RAW_EDITOR_SOON_MS);
    }
    command(&client, "state", 9, false); /* but who asks is answered */
    raw_editor_log(&client, 9, 'i', "checkpoints");
}

static void test_every_command_is_answered_with_its_id(void **unused)
{
    (void)unused;
    start(ARGS("--engine", "0"));
    for (int is_one = 0; is_one < 2; is_one++) {
        command(&client, "state", 10 + is_one, is_one);
        const char *text = raw_editor_log(&client, 10 + is_one, 'i', "checkpoints 0 of ");
        assert_non_null(strstr(text, "time "));
        assert_non_null(strstr(text, "position "));
        assert_non_null(strstr(text, "km/h"));
        command(&client, "followCar", 0, is_one);
        raw_editor_log(&client, 0, 'i', "ok");
    }
    command(&client, "help", -5, false);
    raw_editor_log(&client, -5, 'i', "help()");
    assert_int_equal(raw_editor_log_count(&client), 7);
    set_speed(&client, 2.5, 20);
    raw_editor_log(&client, 20, 'i', "ok");
    command_text(&client, "execute", "vars speed", INT32_MAX);
    raw_editor_log(&client, INT32_MAX, 'i', "ok");
    raw_editor_log(&client, 0, 'd', "command: vars speed");
    raw_editor_log(&client, 0, 'i', "speed: 2.5");
    command_text(&client, "execute", "nonsense", 21);
    raw_editor_log(&client, 0, 'w', "unknown command: nonsense");
    command_text(&client, "setLogLevel", "f", 22);
    raw_editor_log(&client, 22, 'i', "ok");
    command_text(&client, "execute", "nonsense", 23);
    assert_true(raw_editor_read(&client)); /* the answer, whatever the level, */
    raw_editor_ping(&client, 1);
    command(&client, "help", 24, true);
    assert_true(raw_editor_read(&client)); /* and nothing between it and this one */
    assert_int_equal(raw_editor_log_count(&client), 7);
}

static void test_help_lists_the_commands_as_the_program_does(void **unused)
{
    static const char *const names[] = {"updateCamera(", "followCar(",   "execute(", "setSpeed(",
                                        "state(",        "setLogLevel(", "help("};
    (void)unused;
    start(ARGS("--engine", "0"));
    struct process *help = duo_run_tmsim(ARGS("--help"));
    raw_expect_exit(help, 0, RAW_EDITOR_SOON_MS);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        raw_expect_said(help, PROCESS_STDOUT, names[i]);
        command(&client, "help", 0, true);
        raw_editor_log(&client, 0, 'i', names[i]);
    }
}

static void test_bad_commands_are_told_what_is_wrong(void **unused)
{
    static const struct {
        const char *bytes;
        size_t size;
        int32_t id;
        const char *text;
    } cases[] = {
#define BYTES(text) text, sizeof text - 1
        {BYTES(""), 0, "(at byte 0)"},
        {BYTES("\xA4help"), 0, "(at byte 5)"},
        {BYTES("\xA4help\x91"), 0, "(at byte 5)"},
        {BYTES("\xA4help\x91\xC1"), 0, "(at byte 6)"},
        {BYTES("\xA4help\x90\x90"), 0, "bytes behind"},
        {BYTES("\xA4help\x05"), 0, "arguments that are not an array"},
        {BYTES("\x93\xA4help\x90\x90"), 0, "a method and its arguments"},
        {BYTES("\x05\x90"), 0, "a method that is not a string"},
        {BYTES("\xA4hell\x91\x81\xA2id\x07"), 7, "there is no command hell"},
        {BYTES("\xA4\x01\xFF\nx\x90"), 0, "there is no command ???x"},
        {BYTES("\xA4help\x91\x01"), 0, "help: 0 arguments are needed, not 1"},
        {BYTES("\xA4help\x91\x81\xA2id\xC0"), 0, "id is to be a whole number"},
        {BYTES("\xA4help\x91\x81\xA2id\xCE\x80\0\0\0"), 0, "id is to be a whole number"},
        {BYTES("\xA4help\x91\x81\xA2ix\x01"), 0, "an option that is not id"},
        {BYTES("\xA8setSpeed\x92\xA1x\x81\xA2id\x08"), 8, "argument 1 is to be a finite number"},
        {BYTES("\xA8setSpeed\x91\xFF"), 0, "a speed is a number from 0"},
        {BYTES("\xA8setSpeed\x91\xCB\x7F\xF8\0\0\0\0\0\0"), 0, "is to be a finite number"},
        {BYTES("\xA8setSpeed\x91\xCA\x7F\x80\0\0"), 0, "is to be a finite number"},
        {BYTES("\xA8setSpeed\x90"), 0, "1 arguments are needed, not 0"},
        {BYTES("\xA7"
               "execute\x91\x01"),
         0, "argument 1 is to be a string"},
        {BYTES("\xABsetLogLevel\x91\xA1x"), 0, "a level is one of"},
        {BYTES("\xABsetLogLevel\x91\xA2ii"), 0, "a level is one of"},
        {BYTES("\xACupdateCamera\x93\x93\x01\x02\x03\x93\x01\x02\x03\x90"), 0,
         "argument 2 is to be an array of 4 finite numbers"},
        {BYTES("\xACupdateCamera\x93\x93\x01\x02\xCA\xFF\xC0\0\0\x90\x90"), 0,
         "argument 1 is to be an array of 3 finite numbers"},
#undef BYTES
    };
    (void)unused;
    start(ARGS("--engine", "0"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        raw_editor_send(&client, RAW_COMMAND, cases[i].bytes, cases[i].size);
        raw_editor_log(&client, cases[i].id, 'e', cases[i].text);
    }
    raw_editor_ask(&client, WIDTH, HEIGHT); /* the camera of the bad ones was not taken */
    expect_chase(raw_editor_picture(&client, WIDTH, HEIGHT, false));
}

static void test_frames_that_are_not_for_us_are_named(void **unused)
{
    static const int kinds[] = {RAW_LOG, RAW_PICTURE, RAW_PROTOBUF, 7, 0xEF, 0xF0, 0xFF};
    char text[20];
    (void)unused;
    start(ARGS("--engine", "0"));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        raw_editor_send(&client, kinds[i], "12345", 5);
        snprintf(text, sizeof text, "kind 0x%02X ", (unsigned)kinds[i]);
        raw_editor_log(&client, 0, 'e', text);
    }
    raw_editor_send(&client, 0, "12345", 5);
    raw_editor_log(&client, 0, 'e', "kind 0");
    raw_editor_ping(&client, 1);
}

static void test_the_race_is_told_to_its_finish(void **unused)
{
    (void)unused;
    start(ARGS("--engine", "0", "--track", "straight", "--speed", "max", "--inputs",
               inputs_of("straight")));
    raw_editor_open(&other, port);
    raw_editor_ping(&client, 1); /* both are there */
    raw_editor_ping(&other, 1);
    duo_start_host(&duo, "game:give_up() game:on('checkpoint_count_changed',"
                         " function(_, now, all) if now == all then tm.quit() end end)"
                         " game:on('run_step', function() end)");
    for (int i = 0; i < 2; i++) {
        struct raw_editor *engine = i == 0 ? &client : &other;
        raw_editor_log(engine, 0, 'i', "client registered");
        raw_editor_log(engine, 0, 'i', "restart: given up at ");
        raw_editor_log(engine, 0, 'i', "start");
        raw_editor_log(engine, 0, 'i', "checkpoint 1 of 3: ");
        raw_editor_log(engine, 0, 'i', "checkpoint 2 of 3: ");
        raw_editor_log(engine, 0, 'i', "checkpoint 3 of 3: 9.99 s");
        raw_editor_log(engine, 0, 'i', "finish: 9.99 s");
        raw_editor_log(engine, 0, 0, "client deregistered");
    }
    raw_expect_exit(duo.host, 0, RAW_EDITOR_SOON_MS);
}

static void test_laps_and_respawns_are_told(void **unused)
{
    (void)unused;
    start(ARGS("--engine", "0", "--track", "laps", "--laps", "2", "--inputs", inputs_of("laps")));
    set_speed(&client, 30, 1);
    raw_editor_log(&client, 0, 'i', "lap 1 of 2: ");
    command_text(&client, "execute", "respawn", 2);
    raw_editor_log(&client, 2, 'i', "ok");
    raw_editor_log(&client, 0, 'd', "command: respawn");
    raw_editor_log(&client, 0, 'i', "respawn at ");
    command_text(&client, "execute", "give_up", 3);
    raw_editor_log(&client, 0, 'i', "restart: given up at ");
    set_speed(&client, 0, 4);
    raw_editor_log(&client, 0, 'i', "lap 1 of 2: ");
}

static void test_a_dropped_client_is_a_warning(void **unused)
{
    (void)unused;
    start(ARGS("--engine", "0"));
    duo_start_host(&duo, "game:set_timeout(50) game:on('run_step', function()"
                         " local from = os.clock() while os.clock() < from + 1 do end end)");
    raw_editor_log(&client, 0, 'w', duo_dropped_text);
}

static void test_the_end_of_the_game_is_told(void **unused)
{
    (void)unused;
    start(ARGS("--engine", "0"));
    raw_editor_ping(&client, 1);
    process_signal(duo.game, process_end_request());
    raw_editor_log(&client, 0, 'i', "the game ends");
    raw_editor_expect_closed(&client);
    raw_expect_exit(duo.game, 0, RAW_EDITOR_SOON_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_ping_comes_back_as_a_pong, end),
        cmocka_unit_test_teardown(test_a_picture_has_its_sides_and_the_bottom_row_first, end),
        cmocka_unit_test_teardown(test_pictures_that_cannot_be_are_refused, end),
        cmocka_unit_test_teardown(test_every_client_has_its_own_camera, end),
        cmocka_unit_test_teardown(test_the_real_client_gets_pictures_and_nothing_else, end),
        cmocka_unit_test_teardown(test_every_command_is_answered_with_its_id, end),
        cmocka_unit_test_teardown(test_help_lists_the_commands_as_the_program_does, end),
        cmocka_unit_test_teardown(test_bad_commands_are_told_what_is_wrong, end),
        cmocka_unit_test_teardown(test_frames_that_are_not_for_us_are_named, end),
        cmocka_unit_test_teardown(test_the_race_is_told_to_its_finish, end),
        cmocka_unit_test_teardown(test_laps_and_respawns_are_told, end),
        cmocka_unit_test_teardown(test_a_dropped_client_is_a_warning, end),
        cmocka_unit_test_teardown(test_the_end_of_the_game_is_told, end),
    };
    return cmocka_run_group_tests_name("engine of tmsim", tests, NULL, NULL);
}
