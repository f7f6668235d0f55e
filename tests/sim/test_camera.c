/* What is where in a picture, and in which colour: sky, land, road, and where the camera looks. */
#include "support/camera_kit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_close(double value, double expected, double most)
{
    if (!(fabs(value - expected) <= most))
        fail_msg("%f is not within %f of %f", value, most, expected);
}

static void assert_pixel(int column, int row, int blue, int green, int red)
{
    const uint8_t *pixel = pixel_at(column, row);
    if (pixel[0] != blue || pixel[1] != green || pixel[2] != red || pixel[3] != 255)
        fail_msg("pixel %d, %d is B %d, G %d, R %d, A %d", column, row, pixel[0], pixel[1],
                 pixel[2], pixel[3]);
}

/* On empty land, far from the road. */
static void test_the_sky_is_above_the_horizon_and_the_ground_below(void **unused)
{
    (void)unused;
    start_on("straight");
    struct camera camera = camera_at(0.0f, 10.0f, -500.0f);
    take(&camera);
    for (int column = 0; column < KIT_WIDTH; column++) {
        for (int row = 0; row < KIT_HEIGHT / 2 - 10; row++)
            assert_true(is_green(pixel_at(column, row)));
        for (int row = KIT_HEIGHT / 2; row < KIT_HEIGHT; row++)
            assert_true(is_blue(pixel_at(column, row)));
    }
}

/* Without haze, so that they end sharply where the ground begins. */
static bool is_hill(const uint8_t *pixel)
{
    return pixel[0] == 196 && pixel[1] == 176 && pixel[2] == 150;
}

/* 1.7 is the scale of the projection, so the horizon is 1.7 * tangent of the pitch away. */
static void test_the_horizon_moves_with_the_pitch(void **unused)
{
    (void)unused;
    static const struct {
        float degrees;
        int row;
    } cases[] = {{0.0f, 60}, {10.0f, 42}, {20.0f, 23}, {-10.0f, 78}, {-25.0f, 108}};
    start_on("straight");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct camera camera = camera_at(0.0f, 10.0f, -500.0f);
        camera_turn(&camera, 0, cases[i].degrees);
        take(&camera);
        double tangent = tan(cases[i].degrees * 3.14159265 / 180.0);
        assert_close(cases[i].row, 60.0 * (1.0 - 1.7 * tangent), 1.0);
        int row = 0;
        while (row < KIT_HEIGHT && !is_hill(pixel_at(80, row)))
            row++;
        assert_int_equal(row, cases[i].row);
        assert_true(row == 0 || is_green(pixel_at(80, row - 10)));
    }
}

/* Turned a quarter about -Z, the world stands on its side: what was up is to the right. */
static void test_a_camera_that_rolls_sees_the_horizon_upright(void **unused)
{
    (void)unused;
    start_on("straight");
    struct camera camera = camera_at(0.0f, 10.0f, -500.0f);
    camera_turn(&camera, 2, 90.0f);
    take(&camera);
    for (int row = 0; row < KIT_HEIGHT; row++) {
        assert_true(is_blue(pixel_at(KIT_WIDTH / 2 + 1, row)));
        assert_true(is_green(pixel_at(KIT_WIDTH / 2 - 12, row)));
    }
}

static void test_colours_are_right_in_every_channel(void **unused)
{
    (void)unused;
    start_on("technical");
    struct camera camera = camera_at(300.0f, 5.0f, 0.0f);
    camera_turn(&camera, 0, 90.0f);
    take(&camera); /* straight up */
    assert_pixel(80, 60, 208, 128, 64);
    camera = camera_at(3.0f, 5.0f, 60.0f); /* aside of the dashes */
    camera_turn(&camera, 0, -90.0f);
    take(&camera);
    assert_pixel(80, 60, 100, 94, 92);
    camera = camera_at(168.6f, 5.0f, 55.5f);
    camera_turn(&camera, 0, -90.0f);
    take(&camera);
    assert_true(is_brown(pixel_at(80, 60)));
    camera = camera_at(-40.0f, 5.0f, 56.0f); /* a dark tile */
    camera_turn(&camera, 0, -90.0f);
    take(&camera);
    assert_pixel(80, 60, 54, 136, 82);
    camera = camera_at(-40.0f, 5.0f, 72.0f); /* and its neighbour */
    camera_turn(&camera, 0, -90.0f);
    take(&camera);
    assert_pixel(80, 60, 60, 148, 92);
}

/* The car's left is +X when it looks along +Z; a camera that looks along +Z has +X to its left. */
static void test_what_is_to_the_left_is_seen_to_the_left(void **unused)
{
    (void)unused;
    start_on("straight");
    for (int side = -1; side <= 1; side += 2) {
        move_car(4.0f * (float)side, 100.0f, 0.0f);
        struct camera camera = camera_at(0.0f, 3.0f, 115.0f);
        take(&camera);
        struct patch ahead = patch_of(is_red);
        camera = camera_at(0.0f, 3.0f, 85.0f);
        camera_turn(&camera, 1, 180.0f);
        take(&camera);
        struct patch behind = patch_of(is_red);
        assert_true(ahead.count > 20 && behind.count > 20);
        assert_close(ahead.column, 80.0 + side * 4.0 / 15.0 * 1.7 * 60.0, 4.0);
        assert_close(behind.column, 80.0 - side * 4.0 / 15.0 * 1.7 * 60.0, 4.0);
    }
}

static void test_a_corner_to_the_left_leads_to_the_left(void **unused)
{
    (void)unused;
    start_on("technical"); /* its first corner is to the left, towards +X */
    move_car(0.0f, 105.0f, 0.0f);
    take_chase();
    int left = 0, right = 0;
    for (int row = 64; row < 71; row++) /* the horizon is in row 74 */
        for (int i = 0; i < 40; i++) {
            left += is_grey(pixel_at(i, row)) ? 1 : 0;
            right += is_grey(pixel_at(KIT_WIDTH - 1 - i, row)) ? 1 : 0;
        }
    assert_true(left > 10);
    assert_int_equal(right, 0);
}

/* An entry in the third column, second row, moves what is seen down by as much of half a side. */
static void test_the_projection_is_read_row_by_row(void **unused)
{
    (void)unused;
    start_on("straight");
    struct camera camera = camera_at(0.0f, 10.0f, -500.0f);
    camera.projection[6] = 0.5f;
    take(&camera);
    assert_true(is_blue(pixel_at(80, 30)));
    assert_true(is_green(pixel_at(80, 22)));
    move_car(0.0f, 100.0f, 0.0f);
    camera = camera_at(0.0f, 3.0f, 115.0f);
    camera.projection[2] = 0.5f;
    take(&camera);
    assert_close(patch_of(is_red).column, 40.0, 3.0);
}

/* 160 x 120 m from above, +X to the right and -Z up; nothing fades, and there is no horizon. */
static void test_a_parallel_projection_shows_a_map(void **unused)
{
    (void)unused;
    static const float parallel[16] = {1 / 80.0f, 0, 0,           0, 0, 1 / 60.0f, 0, 0,
                                       0,         0, -1 / 500.0f, 0, 0, 0,         0, 1};
    start_on("straight");
    struct camera camera = camera_at(30.0f, 100.0f, 300.0f);
    camera_turn(&camera, 0, -90.0f);
    memcpy(camera.projection, parallel, sizeof parallel);
    take(&camera);
    for (int row = 0; row < KIT_HEIGHT; row += 7)
        for (int column = 0; column < KIT_WIDTH; column++) {
            int x = 30 + column - 80; /* of the left side of the pixel */
            if (x >= -10 && x < -1)
                assert_true(is_grey(pixel_at(column, row)) || abs(row - 40) < 2);
            if (x < -12 || x >= 12)
                assert_true(is_green(pixel_at(column, row)) || abs(row - 40) < 2);
        }
}

/* Low over the road, whose long pieces begin behind the camera and end far ahead. */
static void test_the_road_goes_on_under_the_camera(void **unused)
{
    (void)unused;
    start_on("straight");
    for (int i = 4; i < 40; i++) { /* at lower ones the near plane is in the ground */
        struct camera camera = camera_at(4.0f, 0.05f * (float)i, 10.0f * (float)i + 0.7f);
        camera_turn(&camera, 1, 180.0f);
        take(&camera);
        for (int column = 30; column < 130; column++)
            assert_false(is_green(pixel_at(column, 0)) || is_blue(pixel_at(column, 0)));
    }
}

static bool is_earth(const uint8_t *pixel)
{
    return pixel[0] == 44 && pixel[1] == 62 && pixel[2] == 84 && pixel[3] == 255;
}

static void test_from_below_the_ground_there_is_earth(void **unused)
{
    (void)unused;
    start_on("straight");
    static const float heights[] = {0.0f, -0.5f, -1e9f};
    for (int i = 0; i < 3; i++) {
        struct camera camera = camera_at(0.0f, heights[i], 0.0f);
        take(&camera);
        assert_int_equal(patch_of(is_earth).count, KIT_WIDTH * KIT_HEIGHT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_sky_is_above_the_horizon_and_the_ground_below),
        cmocka_unit_test(test_the_horizon_moves_with_the_pitch),
        cmocka_unit_test(test_a_camera_that_rolls_sees_the_horizon_upright),
        cmocka_unit_test(test_colours_are_right_in_every_channel),
        cmocka_unit_test(test_what_is_to_the_left_is_seen_to_the_left),
        cmocka_unit_test(test_a_corner_to_the_left_leads_to_the_left),
        cmocka_unit_test(test_the_projection_is_read_row_by_row),
        cmocka_unit_test(test_a_parallel_projection_shows_a_map),
        cmocka_unit_test(test_the_road_goes_on_under_the_camera),
        cmocka_unit_test(test_from_below_the_ground_there_is_earth),
    };
    return cmocka_run_group_tests_name("camera", tests, NULL, NULL);
}
