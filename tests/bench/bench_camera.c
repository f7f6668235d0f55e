/*
 * Pictures of the race in software: the chase camera and one that leans, in a corner of
 * `technical`, against writing every byte of such a picture once.
 */
#include "bench/bench_kit.h"
#include "sim/camera.h"
#include "sim/race.h"
#include "sim/tracks_builtin.h"

#include <string.h>

enum {
    ROUND_COUNT = 15,
    PIXEL_COUNT_MAX = 1920 * 1080
};

static struct race race;
static struct track track;
static uint8_t pixels[PIXEL_COUNT_MAX * 4];
static float depth[PIXEL_COUNT_MAX];

static double ms_since(int64_t before)
{
    return (double)(bench_now_ns() - before) / 1e6;
}

static void round_size(int32_t width, int32_t height, struct series *fill, struct series *chase,
                       struct series *leaning)
{
    const struct camera_canvas canvas = {pixels, depth, width, height, false};
    struct camera camera;
    int64_t before = bench_now_ns();
    memset(pixels, fill->count, (size_t)width * (size_t)height * 4);
    series_add(fill, ms_since(before));
    camera_chase(&camera, &race.state, (float)width / (float)height);
    before = bench_now_ns();
    camera_draw(&camera, &track, &race.state, &canvas);
    series_add(chase, ms_since(before));
    camera.rotation[2] += 0.2f;
    before = bench_now_ns();
    camera_draw(&camera, &track, &race.state, &canvas);
    series_add(leaning, ms_since(before));
}

static void measure(int32_t width, int32_t height, double most_ms)
{
    struct series fill = {0}, chase = {0}, leaning = {0};
    for (int i = 0; i < ROUND_COUNT && !bench_stopped; i++)
        round_size(width, height, &fill, &chase, &leaning);
    printf(" %d x %d\n", (int)width, (int)height);
    report("memset", "ms", &fill);
    report_at_most("chase camera", "ms", &chase, most_ms);
    report_at_most("camera that leans", "ms", &leaning, most_ms);
}

int main(void)
{
    struct input_states inputs = {.accelerate = 1, .gas = INPUT_ANALOG_UNCHANGED};
    bench_catch_signals();
    if (!track_load_builtin("technical", &track))
        return 1;
    race_start(&race, &track, 0);
    race_set_inputs(&race, &inputs);
    while (race_time(&race) < 4000)
        race_tick(&race);
    report_heading("pictures of the race", ROUND_COUNT);
    measure(640, 480, 5);
    measure(1920, 1080, 30);
    return bench_stopped ? 1 : 0;
}
