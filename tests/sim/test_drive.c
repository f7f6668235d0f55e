/*
 * Drives every built-in track to the finish by looking ahead along its centre line, and `easy`
 * once more the way scripts/first_drive.lua does it, from a dozen waypoints. The drivers see
 * what a client sees (position, direction, speed) and use analog inputs only.
 */
#include "support/race_kit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* What a driver knows about the car. */
struct view {
    float x, z, forward_x, forward_z, speed;
    bool is_sliding;
};

static struct view view_now(void)
{
    const struct dyna_state *now = &race.state.dyna.current_state;
    return (struct view){.x = now->position[0],
                         .z = now->position[2],
                         .forward_x = now->rotation[0][2],
                         .forward_z = now->rotation[2][2],
                         .is_sliding = race.state.scene_mobil.is_sliding != 0,
                         .speed = sqrtf(now->linear_speed[0] * now->linear_speed[0] +
                                        now->linear_speed[2] * now->linear_speed[2])};
}

static void press(float steer, bool gas, bool brake)
{
    float cut = steer > 1.0f ? 1.0f : steer < -1.0f ? -1.0f : steer;
    struct input_states inputs = unchanged();
    inputs.steer = (int32_t)(cut * ANALOG_FULL);
    inputs.gas = brake ? ANALOG_FULL : gas ? -ANALOG_FULL : 0;
    race_set_inputs(&race, &inputs);
}

/* Of the arc through a place, the share of the full lock that follows it; right is positive. */
static float steer_to(const struct view *view, float x, float z)
{
    float dx = x - view->x, dz = z - view->z;
    float left = dx * view->forward_z - dz * view->forward_x;
    float curvature = 2.0f * left / (dx * dx + dz * dz + 0.01f);
    float square = view->speed * view->speed;
    float most = (view->is_sliding ? 12.0f : 19.0f) / (square + 1.0f); /* the tyres' share */
    curvature = curvature > most ? most : curvature < -most ? -most : curvature;
    return -curvature * (6.0f + square / 28.6f);
}

struct line_point {
    float x, z, forward_x, forward_z;
    int32_t surface;
};

/* The centre line at a distance from the first point. */
static struct line_point line_at(float distance)
{
    if (track.closed)
        distance = fmodf(distance + track.length, track.length);
    int32_t i = track.segment_count - 1;
    while (i > 0 && track.segments[i].distance > distance)
        i--;
    const struct track_segment *segment = &track.segments[i];
    float along = distance - segment->distance;
    return (struct line_point){segment->x + segment->forward_x * along,
                               segment->z + segment->forward_z * along, segment->forward_x,
                               segment->forward_z, segment->surface};
}

/* Whether some corner within sight asks to brake now: v^2 = grip / curvature + 2 braking way. */
static bool is_too_fast(const struct view *view, float here)
{
    const float sight = 140.0f, step = 5.0f, base = 12.0f;
    for (float way = 0.0f; way < sight; way += step) {
        struct line_point a = line_at(here + way - base / 2.0f);
        struct line_point b = line_at(here + way + base / 2.0f);
        float turn = fabsf(a.forward_z * b.forward_x - a.forward_x * b.forward_z);
        float grip = b.surface == SURFACE_ASPHALT ? 15.0f : 8.0f;
        float braking = b.surface == SURFACE_ASPHALT ? 17.0f : 9.0f;
        float most = grip * base / (turn + 0.01f) + 2.0f * braking * way;
        if (view->speed * view->speed > most)
            return true;
    }
    return false;
}

static void drive_along_line(void)
{
    struct view view = view_now();
    struct track_place place = track_locate(&track, view.x, view.z, 0);
    float here = track.segments[place.segment].distance + place.along;
    struct line_point aim = line_at(here + 6.0f + 0.25f * view.speed);
    bool brake = is_too_fast(&view, here);
    press(steer_to(&view, aim.x, aim.z), !brake, brake);
}

/* scripts/first_drive.lua: x and z of the places to aim at, and the most speed on the way there. */
static const struct {
    float x, z, speed;
} way[] = {{-10, 105, 80}, {35, 210, 75},  {120, 280, 55},  {175, 395, 50},
           {275, 450, 45}, {365, 405, 45}, {395, 290, 60},  {350, 155, 60},
           {350, 40, 80},  {365, -55, 75}, {350, -195, 80}, {320, -285, 80}};

static size_t next_point;

static void drive_by_waypoints(void)
{
    const float reach = 25.0f, gain = 4.5f;
    struct view view = view_now();
    float dx = way[next_point].x - view.x, dz = way[next_point].z - view.z;
    if (dx * dx + dz * dz < reach * reach && next_point + 1 < sizeof way / sizeof way[0]) {
        next_point++;
        dx = way[next_point].x - view.x;
        dz = way[next_point].z - view.z;
    }
    float left = dx * view.forward_z - dz * view.forward_x;
    float ahead = dx * view.forward_x + dz * view.forward_z;
    float most = way[next_point].speed;
    press(-gain * atan2f(left, ahead), view.speed<most, view.speed> most + 3.0f);
}

/* Drives until the finish; the share of the ticks spent with the middle of the car off the road. */
static float drive_to_finish(void (*drive)(void), int32_t longest)
{
    float off = 0.0f, count = 0.0f;
    unsigned happened = 0;
    while (!(happened & RACE_FINISHED) && race_time(&race) < longest) {
        if (race_time(&race) >= -RACE_TICK_MS)
            drive();
        happened = race_tick(&race);
        struct view view = view_now();
        off += track_locate(&track, view.x, view.z, 0).on_road ? 0.0f : 1.0f;
        count += 1.0f;
    }
    return off / count;
}

static void test_the_centre_line_leads_to_the_finish(void **unused)
{
    (void)unused;
    static const struct {
        const char *track;
        int32_t fastest, slowest;
    } cases[] = {{"straight", 9990, 10100},
                 {"easy", 31000, 35000},
                 {"technical", 40000, 44000},
                 {"laps", 52000, 57000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_on(cases[i].track);
        float off = drive_to_finish(drive_along_line, 100000);
        assert_in_range(race_finish_time(&race), cases[i].fastest, cases[i].slowest);
        assert_true(off == 0.0f);
        assert_int_equal(race_checkpoint_count(&race), race_checkpoint_target(&race));
    }
}

static void test_twelve_waypoints_drive_easy_well(void **unused)
{
    (void)unused;
    start_on("easy");
    next_point = 0;
    float off = drive_to_finish(drive_by_waypoints, 60000);
    assert_in_range(race_finish_time(&race), 25000, 26000);
    assert_true(off == 0.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_centre_line_leads_to_the_finish),
        cmocka_unit_test(test_twelve_waypoints_drive_easy_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
