/* The car, the gates and the camera that follows, as the state of the race has them. */
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

/* The direction of the car is the third column of its rotation. */
static void turn_car(float forward_x, float forward_z)
{
    struct dyna_state *now = &race.state.dyna.current_state;
    now->rotation[0][2] = forward_x;
    now->rotation[2][2] = forward_z;
}

static void test_the_chase_camera_has_the_car_in_the_lower_middle(void **unused)
{
    (void)unused;
    start_on("straight");
    move_car(0.0f, 50.0f, 30.0f);
    take_chase();
    struct patch car = patch_of(is_red);
    assert_true(car.count > 150);
    assert_close(car.column, 80.0, 1.0);
    assert_close(car.row, 37.0, 6.0);
    assert_true(is_grey(pixel_at(30, 20)) && is_grey(pixel_at(130, 20)));
    assert_true(is_blue(pixel_at(80, 110)));
    assert_true(is_green(pixel_at(2, 66)) && is_green(pixel_at(157, 66)));
}

static void test_the_chase_camera_turns_with_the_car(void **unused)
{
    (void)unused;
    static const float headings[][2] = {{0, 1},       {1, 0},        {0, -1},       {-1, 0},
                                        {0.6f, 0.8f}, {-0.6f, 0.8f}, {0.6f, -0.8f}, {1e-4f, -1.0f}};
    start_on("straight");
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++) {
        move_car(300.0f, -200.0f, 0.0f);
        turn_car(headings[i][0], headings[i][1]);
        take_chase();
        struct patch car = patch_of(is_red);
        assert_close(car.count, 320.0, 60.0);
        assert_close(car.column, 80.0, 2.0);
        assert_close(car.row, 37.0, 6.0);
    }
}

/* A car that slides to its left is seen a little from the right: its nose points to there. */
static void test_the_chase_camera_looks_along_a_slide(void **unused)
{
    (void)unused;
    struct camera straight, sliding;
    start_on("straight");
    move_car(0.0f, 50.0f, 30.0f);
    camera_chase(&straight, &race.state, 1.0f);
    race.state.dyna.current_state.linear_speed[0] = 15.0f;
    camera_chase(&sliding, &race.state, 1.0f);
    assert_close(straight.position[0], 0.0, 1e-6);
    assert_true(sliding.position[0] < -0.5f && sliding.position[0] > -2.0f);
    race.state.dyna.current_state.linear_speed[0] = 0.0f;
    race.state.dyna.current_state.linear_speed[2] = -10.0f; /* driving back turns nothing round */
    camera_chase(&sliding, &race.state, 1.0f);
    assert_memory_equal(&sliding, &straight, sizeof straight);
}

static void test_the_next_gate_is_orange_and_those_passed_are_green(void **unused)
{
    (void)unused;
    start_on("straight");
    move_car(0.0f, 130.0f, 0.0f); /* the first gate is at 160 */
    take_chase();
    int orange = patch_of(is_orange).count;
    assert_true(orange > 150);
    assert_int_equal(patch_of(is_cyan_green).count, 0);
    race.state.player_info.cur_cp_count = 1;
    take_chase();
    assert_true(patch_of(is_cyan_green).count > 150);
    assert_true(patch_of(is_orange).count < orange / 4);
    race.state.player_info.cur_cp_count = 3; /* a lap: the gates are ahead again */
    take_chase();
    assert_int_equal(patch_of(is_orange).count, orange);
    race.state.player_info.race_finished = 1;
    take_chase();
    assert_int_equal(patch_of(is_orange).count, 0);
    assert_true(patch_of(is_cyan_green).count > 150);
}

static bool is_dark(const uint8_t *pixel)
{
    return pixel[2] < 60 && pixel[1] < 60 && pixel[0] < 60;
}

/* Along the upper half of the beam, in the light: sixteen pieces, dark and light in turns. */
static void test_the_finish_is_checkered(void **unused)
{
    (void)unused;
    start_on("straight");
    move_car(0.0f, 100.0f, 0.0f);
    struct camera camera = camera_at(0.0f, 6.2f, 460.0f);
    camera_turn(&camera, 1, 180.0f);
    take(&camera);
    int changes = 0;
    for (int column = 21; column < 139; column++)
        changes += is_dark(pixel_at(column, 60)) != is_dark(pixel_at(column + 1, 60)) ? 1 : 0;
    assert_int_equal(changes, 15); /* the pole at one end is as dark as the beam there */
}

static void test_the_lamps_are_lit_under_the_brake(void **unused)
{
    (void)unused;
    start_on("straight");
    take_chase();
    uint8_t before[4], after[4];
    memcpy(before, pixel_at(71, 32), 4);
    race.state.scene_mobil.input_brake = 1.0f;
    take_chase();
    memcpy(after, pixel_at(71, 32), 4);
    assert_true(after[2] > before[2] + 60);
}

static void test_the_front_wheels_and_nothing_else_turn_with_the_steering(void **unused)
{
    (void)unused;
    static uint8_t before[sizeof kit_pixels];
    start_on("straight");
    take_chase();
    memcpy(before, kit_pixels, sizeof before);
    race.state.scene_mobil.turning_rate = 1.0f;
    take_chase();
    int changed = 0;
    for (int row = 0; row < KIT_HEIGHT; row++)
        for (int column = 0; column < KIT_WIDTH; column++)
            if (memcmp(pixel_at(column, row), &before[(row * KIT_WIDTH + column) * 4], 4) != 0) {
                assert_true(row >= 44 && row < 58 && column >= 62 && column < 98);
                changed++;
            }
    assert_true(changed > 5);
}

/* The column, on average, of the foremost dark pixels of the left front wheel, from above. */
static double wheel_tip(float turning)
{
    struct camera camera = camera_at(300.8f, 3.0f, 1.7f);
    camera_turn(&camera, 0, -90.0f);
    race.state.scene_mobil.turning_rate = turning;
    take(&camera);
    int count = 0, column_sum = 0, rows = 0;
    for (int row = 0; row < KIT_HEIGHT && rows < 4; row++) { /* ahead is down */
        for (int column = 40; column < 120; column++)
            if (is_dark(pixel_at(column, row))) {
                column_sum += column;
                count++;
            }
        rows += count > 0 ? 1 : 0;
    }
    assert_true(count > 0);
    return (double)column_sum / count;
}

static void test_the_front_wheels_point_to_where_the_car_is_steered(void **unused)
{
    (void)unused;
    start_on("straight");
    move_car(300.0f, 0.0f, 0.0f);
    double straight = wheel_tip(0.0f);
    assert_true(wheel_tip(1.0f) < straight - 1.0); /* right is -X, which is to the left here */
    assert_true(wheel_tip(-1.0f) > straight + 1.0);
}

static void test_the_shadow_lies_on_the_ground_under_a_car_in_the_air(void **unused)
{
    (void)unused;
    start_on("straight");
    struct camera camera = camera_at(0.0f, 8.0f, 12.0f);
    camera_turn(&camera, 0, -25.0f);
    take(&camera);
    struct patch car = patch_of(is_red);
    race.state.dyna.current_state.position[1] += 3.0f;
    take(&camera);
    assert_true(patch_of(is_red).row > car.row + 15.0);
    const uint8_t *under = pixel_at((int)car.column, (int)car.row);
    assert_true(is_grey(under) && under[1] < 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_chase_camera_has_the_car_in_the_lower_middle),
        cmocka_unit_test(test_the_chase_camera_turns_with_the_car),
        cmocka_unit_test(test_the_chase_camera_looks_along_a_slide),
        cmocka_unit_test(test_the_next_gate_is_orange_and_those_passed_are_green),
        cmocka_unit_test(test_the_finish_is_checkered),
        cmocka_unit_test(test_the_lamps_are_lit_under_the_brake),
        cmocka_unit_test(test_the_front_wheels_and_nothing_else_turn_with_the_steering),
        cmocka_unit_test(test_the_front_wheels_point_to_where_the_car_is_steered),
        cmocka_unit_test(test_the_shadow_lies_on_the_ground_under_a_car_in_the_air),
    };
    return cmocka_run_group_tests_name("camera race", tests, NULL, NULL);
}
