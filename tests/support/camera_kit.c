#include "support/camera_kit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

uint8_t kit_pixels[KIT_WIDTH * KIT_HEIGHT * 4];

static float depth[KIT_WIDTH * KIT_HEIGHT];

struct camera camera_at(float x, float y, float z)
{
    struct camera camera = {.position = {x, y, z}, .rotation = {0.0f, 0.0f, 0.0f, 1.0f}};
    camera_perspective(camera.projection, (float)KIT_WIDTH / KIT_HEIGHT);
    return camera;
}

void camera_turn(struct camera *camera, int axis, float degrees)
{
    float half = degrees * 3.14159265f / 360.0f;
    const float *q = camera->rotation;
    float by[3] = {0.0f, 0.0f, 0.0f}, w = cosf(half);
    by[axis] = sinf(half);
    const float result[4] = {q[3] * by[0] + q[0] * w + q[1] * by[2] - q[2] * by[1],
                             q[3] * by[1] + q[1] * w + q[2] * by[0] - q[0] * by[2],
                             q[3] * by[2] + q[2] * w + q[0] * by[1] - q[1] * by[0],
                             q[3] * w - q[0] * by[0] - q[1] * by[1] - q[2] * by[2]};
    memcpy(camera->rotation, result, sizeof result);
}

void take(const struct camera *camera)
{
    const struct camera_canvas canvas = {kit_pixels, depth, KIT_WIDTH, KIT_HEIGHT, false};
    memset(kit_pixels, 0x55, sizeof kit_pixels);
    memset(depth, 0xFF, sizeof depth); /* no numbers */
    if (!camera_draw(camera, &track, &race.state, &canvas))
        abort();
}

void take_chase(void)
{
    struct camera camera;
    camera_chase(&camera, &race.state, (float)KIT_WIDTH / KIT_HEIGHT);
    take(&camera);
}

const uint8_t *pixel_at(int column, int row)
{
    return &kit_pixels[(row * KIT_WIDTH + column) * 4];
}

/* Whether blue, green and red are within 25 of each other, darker than any sky. */
bool is_grey(const uint8_t *pixel)
{
    return abs(pixel[0] - pixel[1]) < 25 && abs(pixel[2] - pixel[1]) < 25 && pixel[0] < 170;
}

bool is_brown(const uint8_t *pixel)
{
    return pixel[2] > pixel[1] + 20 && pixel[1] > pixel[0] + 20;
}

bool is_green(const uint8_t *pixel)
{
    return pixel[1] > pixel[2] + 10 && pixel[2] > pixel[0] + 5;
}

bool is_blue(const uint8_t *pixel)
{
    return pixel[0] > pixel[1] + 8 && pixel[1] > pixel[2] + 8;
}

bool is_red(const uint8_t *pixel)
{
    return pixel[2] > 2 * pixel[1] && pixel[2] > 2 * pixel[0];
}

bool is_orange(const uint8_t *pixel)
{
    return pixel[2] > pixel[1] + 30 && pixel[1] > pixel[0] + 30;
}

bool is_cyan_green(const uint8_t *pixel)
{
    return pixel[1] > pixel[0] + 20 && pixel[0] > pixel[2] + 5;
}

struct patch patch_of(bool (*is)(const uint8_t *pixel))
{
    struct patch patch = {0, 0.0, 0.0};
    for (int row = 0; row < KIT_HEIGHT; row++)
        for (int column = 0; column < KIT_WIDTH; column++)
            if (is(pixel_at(column, row))) {
                patch.count++;
                patch.column += column + 0.5;
                patch.row += row + 0.5;
            }
    if (patch.count > 0) {
        patch.column /= patch.count;
        patch.row /= patch.count;
    }
    return patch;
}
