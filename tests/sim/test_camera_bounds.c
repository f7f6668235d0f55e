/*
 * Pictures of states, cameras and sizes as nobody would send them but an enemy; pictures without
 * holes; and pictures that are the same to the last byte, in every build and on every machine.
 */
#include "support/camera_kit.h"
#include "support/random_race.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct random_driver dice;

static float throw_dice(void)
{
    return (float)(random_next(&dice) >> 8) / (float)(1 << 24);
}

/* A copy of what malloc gives is exact, so that the sanitizer sees a byte too far. */
static struct camera_canvas canvas_new(int32_t width, int32_t height)
{
    size_t count = (size_t)width * (size_t)height;
    struct camera_canvas canvas = {.width = width, .height = height};
    canvas.pixels = malloc(count * 4);
    canvas.depth = malloc(count * sizeof *canvas.depth);
    memset(canvas.pixels, 0x55, count * 4);
    memset(canvas.depth, 0x55, count * sizeof *canvas.depth);
    return canvas;
}

static void canvas_free(struct camera_canvas *canvas)
{
    free(canvas->pixels);
    free(canvas->depth);
}

/* Draws, and looks whether every pixel was written: all are opaque. */
static void draw_all(const struct camera *camera, int32_t width, int32_t height)
{
    struct camera_canvas canvas = canvas_new(width, height);
    assert_true(camera_draw(camera, &track, &race.state, &canvas));
    for (int64_t i = 0; i < (int64_t)width * height; i++)
        assert_int_equal(canvas.pixels[4 * i + 3], 255);
    canvas_free(&canvas);
}

static void test_a_picture_of_any_size_is_drawn(void **unused)
{
    (void)unused;
    static const int32_t sizes[][2] = {{1, 1},
                                       {1, 2},
                                       {2, 1},
                                       {1, 333},
                                       {333, 1},
                                       {3, 17},
                                       {101, 99},
                                       {IMAGE_SIDE_MAX, 1},
                                       {7, 900},
                                       {900, 7},
                                       {1, IMAGE_SIDE_MAX}};
    struct camera camera;
    start_on("technical");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        camera_chase(&camera, &race.state, (float)sizes[i][0] / (float)sizes[i][1]);
        draw_all(&camera, sizes[i][0], sizes[i][1]);
    }
}

static void test_other_sizes_are_refused_and_nothing_is_touched(void **unused)
{
    (void)unused;
    static const int32_t sizes[][2] = {{0, 0},
                                       {0, 5},
                                       {5, 0},
                                       {-1, 5},
                                       {5, -1},
                                       {-5, -5},
                                       {IMAGE_SIDE_MAX + 1, 1},
                                       {1, IMAGE_SIDE_MAX + 1},
                                       {IMAGE_SIDE_MAX, IMAGE_SIDE_MAX},
                                       {INT32_MAX, INT32_MAX},
                                       {INT32_MIN, INT32_MIN}};
    struct camera camera;
    start_on("technical");
    camera_chase(&camera, &race.state, 1.0f);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct camera_canvas canvas = {.width = sizes[i][0], .height = sizes[i][1]};
        assert_false(camera_draw(&camera, &track, &race.state, &canvas));
    }
}

static float odd_float(void)
{
    static const float odd[] = {NAN,   INFINITY, -INFINITY, FLT_MAX, -FLT_MAX, FLT_MIN, 1e-40f,
                                1e6f,  -1e6f,    1e7f,      0.0f,    -0.0f,    1e-3f,   1.0f,
                                -1.0f, 0.36f,    100.0f,    -70.0f,  65536.0f};
    uint32_t which = random_next(&dice) % 32, bits = random_next(&dice);
    float any;
    if (which < sizeof odd / sizeof odd[0])
        return odd[which];
    memcpy(&any, &bits, sizeof any);
    return which < 24 ? any : (throw_dice() - 0.5f) * 300.0f;
}

static void spoil(float *numbers, int count, int odds)
{
    for (int i = 0; i < count; i++)
        if ((int)(random_next(&dice) % 8u) < odds)
            numbers[i] = odd_float();
}

/* Up to all numbers of it are spoilt; a camera that is left a little sane sees something. */
static void spoil_race_and_camera(struct camera *camera, int odds)
{
    struct dyna_state *now = &race.state.dyna.current_state;
    spoil(now->position, 3, odds);
    spoil(&now->rotation[0][0], 9, odds);
    spoil(now->linear_speed, 3, odds);
    spoil(&race.state.scene_mobil.turning_rate, 1, odds);
    spoil(&race.state.scene_mobil.input_brake, 1, odds);
    race.state.player_info.cur_cp_count = random_next(&dice);
    race.state.player_info.race_finished = random_next(&dice) % 2;
    camera_chase(camera, &race.state, odd_float());
    spoil(camera->position, 3, odds);
    spoil(camera->rotation, 4, odds);
    spoil(camera->projection, 16, random_next(&dice) % 2 == 0 ? 0 : odds);
}

static void test_any_numbers_in_state_and_camera_give_a_picture(void **unused)
{
    (void)unused;
    static const int32_t sizes[][2] = {{32, 24}, {1, 1}, {1, 64}, {64, 1}, {31, 7}};
    static const char *const names[] = {"technical", "laps", "straight", "easy"};
    struct camera camera;
    dice = random_driver(17);
    for (int i = 0; i < 1500; i++) {
        start_on(names[i / 5 % 4]);
        spoil_race_and_camera(&camera, i % 9);
        draw_all(&camera, sizes[i % 5][0], sizes[i % 5][1]);
    }
}

static void test_every_float_of_the_camera_alone_may_be_odd(void **unused)
{
    (void)unused;
    static const float odd[] = {NAN, INFINITY, -INFINITY, FLT_MAX, -FLT_MAX, 0.0f, 1e-40f, 1e6f};
    struct camera whole, camera;
    start_on("technical");
    camera_chase(&whole, &race.state, 1.0f);
    for (size_t i = 0; i < sizeof whole / sizeof(float); i++)
        for (size_t k = 0; k < sizeof odd / sizeof odd[0]; k++) {
            camera = whole;
            memcpy((uint8_t *)&camera + i * sizeof(float), &odd[k], sizeof(float));
            draw_all(&camera, 24, 24);
        }
}

/* What a spoilt number stands for. */
static void test_spoilt_numbers_are_put_right(void **unused)
{
    (void)unused;
    static uint8_t expected[sizeof kit_pixels];
    start_on("technical");
    struct camera whole = camera_at(0.0f, 2.0f, 170.0f), camera;
    take(&whole);
    memcpy(expected, kit_pixels, sizeof expected);
    for (int i = 0; i < 7; i++) {
        camera = whole;
        if (i == 0)
            camera.position[0] = NAN;
        else if (i == 1)
            memset(camera.rotation, 0, sizeof camera.rotation);
        else if (i == 2)
            camera.rotation[0] = NAN;
        else if (i == 3)
            camera.rotation[3] = 8.0f; /* of any length */
        else
            camera.projection[5 * (i - 4) + 1] = i % 2 == 0 ? NAN : FLT_MAX;
        take(&camera);
        assert_memory_equal(kit_pixels, expected, sizeof expected);
    }
}

/* The largest and most winding track there can be, with gates as wide as they may be. */
static void test_the_largest_track_is_drawn(void **unused)
{
    (void)unused;
    static char text[TRACK_FILE_SIZE_MAX];
    size_t size = 0;
    struct track_error error;
    struct camera camera;
    size += (size_t)snprintf(text, sizeof text, "name large\nwidth 1000\npoint 0 0\n");
    for (int i = 1; i < TRACK_POINT_COUNT_MAX; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "point %d %d\n",
                                 i % 2 ? 100000 - i : i - 100000, i % 3 * 1000 - 900);
        if (i % 8 == 0 && i / 8 < TRACK_CHECKPOINT_COUNT_MAX)
            size += (size_t)snprintf(text + size, sizeof text - size, "checkpoint\n");
    }
    size += (size_t)snprintf(text + size, sizeof text - size, "finish\n");
    assert_true(track_parse(text, size, &track, &error));
    race_start(&race, &track, 0);
    camera_chase(&camera, &race.state, 4.0f / 3.0f);
    draw_all(&camera, 320, 240);
    camera.position[1] = 9000.0f;
    draw_all(&camera, 320, 240);
}

/* Grass, seen through the road. */
static int holes_seen_from(float x, float z)
{
    struct camera camera = camera_at(x, 2.0f + 2.0f * throw_dice(), z);
    camera_turn(&camera, 1, 360.0f * throw_dice());
    camera_turn(&camera, 0, -90.0f + 10.0f * throw_dice());
    take(&camera);
    return patch_of(is_green).count;
}

static void test_the_road_has_no_holes(void **unused)
{
    (void)unused;
    static const char *const names[] = {"technical", "laps", "easy"};
    dice = random_driver(23);
    for (int i = 0; i < 3; i++) {
        start_on(names[i]);
        move_car(1000.0f, 1000.0f, 0.0f);
        for (int32_t k = 0; k < track.segment_count; k++) {
            const struct track_segment *segment = &track.segments[k];
            for (int n = 0; n < 4; n++)
                assert_int_equal(holes_seen_from(segment->x, segment->z), 0);
        }
    }
}

static void test_the_picture_depends_on_nothing_else(void **unused)
{
    (void)unused;
    struct camera camera;
    start_on("laps");
    camera_chase(&camera, &race.state, 1.5f);
    struct camera_canvas one = canvas_new(90, 60), other = canvas_new(90, 60);
    memset(other.pixels, 0xAA, 90 * 60 * 4);
    for (int i = 0; i < 90 * 60; i++)
        other.depth[i] = -FLT_MAX;
    assert_true(camera_draw(&camera, &track, &race.state, &one));
    assert_true(camera_draw(&camera, &track, &race.state, &other));
    assert_memory_equal(one.pixels, other.pixels, 90 * 60 * 4);
    other.top_first = true;
    assert_true(camera_draw(&camera, &track, &race.state, &other));
    for (int row = 0; row < 60; row++)
        assert_memory_equal(one.pixels + row * 360, other.pixels + (59 - row) * 360, 360);
    canvas_free(&one);
    canvas_free(&other);
}

/* The hashes were pinned once; tests/e2e/test_picture.c has more, for the other builds. */
static void test_pictures_have_the_pinned_hashes(void **unused)
{
    (void)unused;
    static const struct {
        const char *track;
        int32_t time;
        uint64_t hash;
    } cases[] = {{"straight", 5000, 0x01d6c34fd7a1ff52u},
                 {"easy", 4000, 0xf098bc5058cfd137u},
                 {"technical", 4500, 0xdfd1be42d0262c60u},
                 {"laps", 2500, 0x8aa810e85808c585u}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_on(cases[i].track);
        accelerate(true);
        run_to(cases[i].time);
        take_chase();
        uint64_t hash = hash_bytes(HASH_START, kit_pixels, sizeof kit_pixels);
        if (hash != cases[i].hash)
            fail_msg("%s: %016llx", cases[i].track, (unsigned long long)hash);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_picture_of_any_size_is_drawn),
        cmocka_unit_test(test_other_sizes_are_refused_and_nothing_is_touched),
        cmocka_unit_test(test_any_numbers_in_state_and_camera_give_a_picture),
        cmocka_unit_test(test_every_float_of_the_camera_alone_may_be_odd),
        cmocka_unit_test(test_spoilt_numbers_are_put_right),
        cmocka_unit_test(test_the_largest_track_is_drawn),
        cmocka_unit_test(test_the_road_has_no_holes),
        cmocka_unit_test(test_the_picture_depends_on_nothing_else),
        cmocka_unit_test(test_pictures_have_the_pinned_hashes),
    };
    return cmocka_run_group_tests_name("camera bounds", tests, NULL, NULL);
}
