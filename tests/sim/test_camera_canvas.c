/* The pixels of polygons: which ones, how often, in which row and in which colour. */
#include "sim/camera_colours.h"
#include "sim/camera_view.h"
#include "support/random_race.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    SIDE_MAX = 64,
    WHITE_DARKENED = 255 * 140 / 256
};

static uint8_t pixels[SIDE_MAX * SIDE_MAX * 4];
static float depth[SIDE_MAX * SIDE_MAX];
static struct random_driver dice;

static struct camera_canvas canvas_of(int32_t width, int32_t height)
{
    struct camera_canvas canvas = {pixels, depth, width, height, false};
    memset(pixels, 0x55, sizeof pixels);
    for (int i = 0; i < SIDE_MAX * SIDE_MAX; i++)
        depth[i] = NAN;
    camera_canvas_clear(&canvas, 0xFFFFFFFFu);
    return canvas;
}

/* A number of 0 .. 1. */
static float throw_dice(void)
{
    return (float)(random_next(&dice) >> 8) / (float)(1 << 24);
}

/* A point at a place in pixels from the bottom left, `w` away. */
static struct canvas_point point_at(const struct camera_canvas *canvas, float x, float y, float w)
{
    return (struct canvas_point){(2.0f * x / (float)canvas->width - 1.0f) * w,
                                 (2.0f * y / (float)canvas->height - 1.0f) * w, 0.0f, w, w};
}

static void fill_rectangle(const struct camera_canvas *canvas, const struct canvas_paint *paint,
                           float left, float bottom, float right, float top)
{
    const struct canvas_point points[4] = {
        point_at(canvas, left, bottom, 1.0f), point_at(canvas, right, bottom, 1.0f),
        point_at(canvas, right, top, 1.0f), point_at(canvas, left, top, 1.0f)};
    camera_canvas_fill(canvas, paint, points, 4);
}

static void test_a_pixel_belongs_to_what_covers_its_middle(void **unused)
{
    (void)unused;
    const struct canvas_paint paint = {0xFF112233u, 0, CANVAS_OVER};
    struct camera_canvas canvas = canvas_of(8, 8);
    fill_rectangle(&canvas, &paint, 2.0f, 1.0f, 5.25f, 3.75f);
    for (int row = 0; row < 8; row++)
        for (int column = 0; column < 8; column++) {
            bool inside = column >= 2 && column < 5 && row >= 1 && row < 4;
            assert_int_equal(pixels[(row * 8 + column) * 4], inside ? 0x33 : 0xFF);
        }
}

static void test_the_bytes_are_blue_green_red_and_alpha(void **unused)
{
    (void)unused;
    const uint8_t expected[4] = {30, 20, 10, 255};
    const struct canvas_paint paint = {CANVAS_COLOUR(10, 20, 30), 0, CANVAS_OVER};
    struct camera_canvas canvas = canvas_of(1, 1);
    fill_rectangle(&canvas, &paint, 0.0f, 0.0f, 1.0f, 1.0f);
    assert_memory_equal(pixels, expected, 4);
    assert_int_equal(pixels[4], 0x55);
}

static void test_the_first_row_is_the_bottom_or_the_top(void **unused)
{
    (void)unused;
    const struct canvas_paint paint = {CANVAS_COLOUR(1, 2, 3), 0, CANVAS_OVER};
    for (int top_first = 0; top_first <= 1; top_first++) {
        struct camera_canvas canvas = canvas_of(4, 6);
        canvas.top_first = top_first != 0;
        fill_rectangle(&canvas, &paint, 0.0f, 0.0f, 4.0f, 1.0f);
        for (int row = 0; row < 6; row++)
            assert_int_equal(pixels[row * 16 + 12], row == (top_first ? 5 : 0) ? 3 : 255);
    }
}

static void test_what_is_less_clear_has_more_haze(void **unused)
{
    (void)unused;
    const struct canvas_paint paint = {CANVAS_COLOUR(200, 100, 0), CANVAS_COLOUR(0, 100, 200),
                                       CANVAS_OVER};
    struct camera_canvas canvas = canvas_of(64, 1);
    struct canvas_point points[4] = {
        point_at(&canvas, 0.0f, 0.0f, 1.0f), point_at(&canvas, 64.0f, 0.0f, 1.0f),
        point_at(&canvas, 64.0f, 1.0f, 1.0f), point_at(&canvas, 0.0f, 1.0f, 1.0f)};
    points[0].clearness = points[3].clearness = 0.0f;
    points[1].clearness = points[2].clearness = 2.0f;
    camera_canvas_fill(&canvas, &paint, points, 4);
    for (int i = 0; i < 64; i++) {
        int red = i >= 32 ? 200 : 200 * (2 * i + 1) / 64;
        assert_true(abs(pixels[4 * i + 0] - (200 - red)) <= 1);
        assert_true(abs(pixels[4 * i + 1] - 100) <= 1);
        assert_true(abs(pixels[4 * i + 2] - red) <= 1);
        assert_int_equal(pixels[4 * i + 3], 255);
    }
}

static void test_the_nearer_one_is_seen_whichever_is_drawn_first(void **unused)
{
    (void)unused;
    for (int first = 0; first <= 1; first++) {
        struct camera_canvas canvas = canvas_of(16, 16);
        for (int i = 0; i < 2; i++) {
            bool near = i == first;
            const struct canvas_paint paint = {near ? 0xFF000001u : 0xFF000002u, 0, CANVAS_DEEP};
            struct canvas_point points[3] = {point_at(&canvas, 0.0f, 0.0f, 1.0f),
                                             point_at(&canvas, 16.0f, 0.0f, 1.0f),
                                             point_at(&canvas, 0.0f, 16.0f, 1.0f)};
            for (int k = 0; k < 3; k++)
                points[k].z = near ? 0.1f : 0.2f;
            points[1].z = near ? 0.3f : 0.2f; /* they cut through each other half way */
            camera_canvas_fill(&canvas, &paint, points, 3);
        }
        assert_int_equal(pixels[4 * 2], 1);
        assert_int_equal(pixels[4 * 13], 2);
    }
}

/* A floor under the eye, from behind it to far ahead: seen from the near plane on. */
static void test_what_is_nearer_than_the_near_plane_is_cut_off(void **unused)
{
    (void)unused;
    const struct canvas_paint paint = {0xFF000000u, 0, CANVAS_OVER};
    for (int near = 1; near <= 4; near *= 2) {
        struct camera_canvas canvas = canvas_of(64, 64);
        const float ahead[2] = {-50.0f, 1000.0f};
        struct canvas_point points[4];
        for (int i = 0; i < 4; i++) {
            float w = ahead[i / 2];
            points[i] = (struct canvas_point){i % 3 == 0 ? -2e3f : 2e3f, -1.0f,
                                              w - 2.0f * (float)near, w, 1e6f};
        }
        camera_canvas_fill(&canvas, &paint, points, 4);
        for (int row = 0; row < 64; row++) /* y of -1 / near, up to the horizon */
            assert_int_equal(pixels[(row * 64 + 32) * 4],
                             row >= 32 - 32 / near && row < 32 ? 0 : 255);
    }
}

static void assert_each_pixel_darkened_once(const struct camera_canvas *canvas)
{
    for (int32_t i = 0; i < canvas->width * canvas->height; i++)
        if (pixels[4 * i] != WHITE_DARKENED)
            fail_msg("pixel %d of %d x %d is %d", (int)i, (int)canvas->width, (int)canvas->height,
                     (int)pixels[4 * i]);
}

/* Triangles about a point, out to beyond the picture: every pixel is in exactly one of them. */
static void test_neighbours_leave_no_hole_and_share_no_pixel(void **unused)
{
    (void)unused;
    enum {
        COUNT = 12
    };
    const struct canvas_paint paint = {0, 0, CANVAS_DARKEN};
    dice = random_driver(7);
    for (int round = 0; round < 500; round++) {
        int32_t width = 1 + (int32_t)(throw_dice() * 63.0f);
        int32_t height = 1 + (int32_t)(throw_dice() * 63.0f);
        struct camera_canvas canvas = canvas_of(width, height);
        struct canvas_point middle =
            point_at(&canvas, throw_dice() * (float)width, throw_dice() * (float)height, 3.0f);
        struct canvas_point around[COUNT];
        for (int i = 0; i < COUNT; i++) {
            double angle = (i + 0.8 * (double)throw_dice()) * 2.0 * 3.14159265358979 / COUNT;
            float far = 400.0f + 3000.0f * throw_dice();
            around[i] = point_at(&canvas, far * (float)cos(angle), far * (float)sin(angle),
                                 0.5f + 8.0f * throw_dice());
        }
        for (int i = 0; i < COUNT; i++) {
            const struct canvas_point points[3] = {middle, around[i], around[(i + 1) % COUNT]};
            camera_canvas_fill(&canvas, &paint, points, 3);
        }
        assert_each_pixel_darkened_once(&canvas);
    }
}

/* The eight parts of all directions, most of them behind the camera: the same holds. */
static void test_all_directions_fill_the_picture_once_however_it_is_turned(void **unused)
{
    (void)unused;
    const struct canvas_paint paint = {0, 0, CANVAS_DARKEN};
    dice = random_driver(11);
    for (int round = 0; round < 500; round++) {
        struct camera_canvas canvas = canvas_of(64, 48);
        struct camera camera = {.position = {0.0f, 0.0f, 0.0f}};
        for (int i = 0; i < 4; i++)
            camera.rotation[i] = throw_dice() - 0.5f;
        camera_perspective(camera.projection, 4.0f / 3.0f);
        struct camera_view view = camera_view(&camera, &canvas);
        for (int i = 0; i < 8; i++) {
            struct view_point x = {i & 1 ? 1.0f : -1.0f, 0.0f, 0.0f};
            struct view_point y = {0.0f, i & 2 ? 1.0f : -1.0f, 0.0f};
            struct view_point z = {0.0f, 0.0f, i & 4 ? 1.0f : -1.0f};
            const struct canvas_point points[3] = {view_project(&view, x, true),
                                                   view_project(&view, y, true),
                                                   view_project(&view, z, true)};
            camera_canvas_fill(&canvas, &paint, points, 3);
        }
        assert_each_pixel_darkened_once(&canvas);
    }
}

static float any_float(void)
{
    static const float odd[] = {0.0f, 1.0f, -1.0f, 1e-30f, 1e13f, -1e13f, 1e-7f, 65536.0f};
    uint32_t which = random_next(&dice) % 16;
    return which < 8 ? odd[which] : (throw_dice() - 0.5f) * (which < 12 ? 4.0f : 1e6f);
}

/* Under the address sanitizer: the buffers are exactly as large as they must be. */
static void test_any_finite_points_stay_inside_the_picture(void **unused)
{
    (void)unused;
    static const int32_t sizes[][2] = {{1, 1}, {1, 300}, {300, 1}, {17, 23}};
    dice = random_driver(13);
    for (int round = 0; round < 4000; round++) {
        const int32_t *size = sizes[round % 4];
        size_t count = (size_t)size[0] * (size_t)size[1];
        struct camera_canvas canvas = {.width = size[0], .height = size[1]};
        canvas.pixels = malloc(count * 4);
        canvas.depth = malloc(count * sizeof *canvas.depth);
        camera_canvas_clear(&canvas, 0);
        struct canvas_point points[CANVAS_POINT_COUNT_MAX];
        for (int i = 0; i < CANVAS_POINT_COUNT_MAX; i++)
            points[i] = (struct canvas_point){any_float(), any_float(), any_float(), any_float(),
                                              any_float()};
        struct canvas_paint paint = {random_next(&dice), random_next(&dice),
                                     (enum canvas_mode)(round % 3)};
        camera_canvas_fill(&canvas, &paint, points, 3 + round % 6);
        free(canvas.pixels);
        free(canvas.depth);
    }
}

static void test_sizes_beyond_the_limits_do_not_fit(void **unused)
{
    (void)unused;
    assert_true(camera_canvas_fits(1, 1));
    assert_true(camera_canvas_fits(IMAGE_SIDE_MAX, 1));
    assert_true(camera_canvas_fits(1, IMAGE_SIDE_MAX));
    assert_true(camera_canvas_fits(IMAGE_SIDE_MAX, IMAGE_PIXEL_COUNT_MAX / IMAGE_SIDE_MAX));
    assert_false(camera_canvas_fits(IMAGE_SIDE_MAX, IMAGE_PIXEL_COUNT_MAX / IMAGE_SIDE_MAX + 1));
    assert_false(camera_canvas_fits(IMAGE_SIDE_MAX + 1, 1));
    assert_false(camera_canvas_fits(1, IMAGE_SIDE_MAX + 1));
    assert_false(camera_canvas_fits(0, 1));
    assert_false(camera_canvas_fits(1, 0));
    assert_false(camera_canvas_fits(-1, -1));
    assert_false(camera_canvas_fits(INT32_MAX, INT32_MAX));
    assert_false(camera_canvas_fits(INT32_MIN, INT32_MIN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_pixel_belongs_to_what_covers_its_middle),
        cmocka_unit_test(test_the_bytes_are_blue_green_red_and_alpha),
        cmocka_unit_test(test_the_first_row_is_the_bottom_or_the_top),
        cmocka_unit_test(test_what_is_less_clear_has_more_haze),
        cmocka_unit_test(test_the_nearer_one_is_seen_whichever_is_drawn_first),
        cmocka_unit_test(test_what_is_nearer_than_the_near_plane_is_cut_off),
        cmocka_unit_test(test_neighbours_leave_no_hole_and_share_no_pixel),
        cmocka_unit_test(test_all_directions_fill_the_picture_once_however_it_is_turned),
        cmocka_unit_test(test_any_finite_points_stay_inside_the_picture),
        cmocka_unit_test(test_sizes_beyond_the_limits_do_not_fit),
    };
    return cmocka_run_group_tests_name("camera canvas", tests, NULL, NULL);
}
