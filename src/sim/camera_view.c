#include "sim/camera_view.h"

#include "sim/camera_colours.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const float position_max = 1e6f;    /* m */
static const float entry_max = 1e6f;       /* of a projection */
static const float clear_distance = 90.0f; /* m, for an eye on the ground */

/* Where the light comes from, a unit vector, and how much of it a face has that looks away. */
static const struct view_point sun = {0.48f, 0.8f, -0.36f};
static const float light_least = 0.7f;

float camera_sane(float x, float most)
{
    if (!(x >= -most))
        return x < -most ? -most : 0.0f;
    return x <= most ? x : most;
}

/* Rows of the rotation; its columns are the camera's directions in the world. */
static void rotation_rows(const float rotation[4], float rows[3][3])
{
    float x = rotation[0], y = rotation[1], z = rotation[2], w = rotation[3];
    float length = sqrtf(x * x + y * y + z * z + w * w);
    if (!(length > 1e-6f && length < 1e6f)) {
        x = y = z = 0.0f;
        w = length = 1.0f;
    }
    x /= length;
    y /= length;
    z /= length;
    w /= length;
    const float result[3][3] = {
        {1.0f - 2.0f * (y * y + z * z), 2.0f * (x * y - z * w), 2.0f * (x * z + y * w)},
        {2.0f * (x * y + z * w), 1.0f - 2.0f * (x * x + z * z), 2.0f * (y * z - x * w)},
        {2.0f * (x * z - y * w), 2.0f * (y * z + x * w), 1.0f - 2.0f * (x * x + y * y)}};
    memcpy(rows, result, sizeof result);
}

static bool projection_is_sane(const float projection[16])
{
    for (int i = 0; i < 16; i++)
        if (!(projection[i] >= -entry_max && projection[i] <= entry_max))
            return false;
    return true;
}

struct camera_view camera_view(const struct camera *camera, const struct camera_canvas *canvas)
{
    struct camera_view view = {.canvas = canvas};
    float rows[3][3], projection[16];
    rotation_rows(camera->rotation, rows);
    memcpy(projection, camera->projection, sizeof projection);
    if (!projection_is_sane(projection))
        camera_perspective(projection, (float)canvas->width / (float)canvas->height);
    for (int i = 0; i < 3; i++)
        view.eye[i] = camera_sane(camera->position[i], position_max);
    /* What is straight below is clear from any height. */
    view.clear_distance = clear_distance + (view.eye[1] > 0.0f ? view.eye[1] : 0.0f);
    for (int i = 0; i < 4; i++) {
        const float *row = &projection[4 * i];
        for (int j = 0; j < 3; j++) /* the rotation backwards: its rows are columns here */
            view.matrix[i][j] = row[0] * rows[j][0] + row[1] * rows[j][1] + row[2] * rows[j][2];
        view.matrix[i][3] = row[3];
    }
    return view;
}

struct canvas_point view_project(const struct camera_view *view, struct view_point point,
                                 bool is_direction)
{
    float part = is_direction ? 0.0f : 1.0f, result[4];
    float x = point.x - part * view->eye[0];
    float y = point.y - part * view->eye[1];
    float z = point.z - part * view->eye[2];
    for (int i = 0; i < 4; i++) {
        const float *row = view->matrix[i];
        result[i] = row[0] * x + row[1] * y + row[2] * z + row[3] * part;
    }
    return (struct canvas_point){result[0], result[1], result[2], result[3],
                                 view->clear_distance * part};
}

void view_polygon(const struct camera_view *view, enum canvas_mode mode, uint32_t colour,
                  const struct view_point *points, int32_t count)
{
    struct canvas_paint paint = {.colour = colour, .haze = COLOUR_HAZE, .mode = mode};
    struct canvas_point projected[CANVAS_POINT_COUNT_MAX];
    assert(count <= CANVAS_POINT_COUNT_MAX);
    for (int32_t i = 0; i < count; i++)
        projected[i] = view_project(view, points[i], false);
    camera_canvas_fill(view->canvas, &paint, projected, count);
}

float view_distance(const struct camera_view *view, float x, float z)
{
    float dx = x - view->eye[0], dy = view->eye[1], dz = z - view->eye[2];
    return sqrtf(dx * dx + dy * dy + dz * dz);
}

struct view_point view_frame_point(const struct view_frame *frame, struct view_point local)
{
    return (struct view_point){frame->x + local.x * frame->forward_z + local.z * frame->forward_x,
                               frame->y + local.y,
                               frame->z - local.x * frame->forward_x + local.z * frame->forward_z};
}

/* The part of the sun's light that a face has, in 256ths, by its first three points. */
static uint32_t face_light(const struct view_point *points)
{
    struct view_point a = {points[1].x - points[0].x, points[1].y - points[0].y,
                           points[1].z - points[0].z};
    struct view_point b = {points[2].x - points[1].x, points[2].y - points[1].y,
                           points[2].z - points[1].z};
    float x = a.y * b.z - a.z * b.y, y = a.z * b.x - a.x * b.z, z = a.x * b.y - a.y * b.x;
    float length = sqrtf(x * x + y * y + z * z);
    float light = x * sun.x + y * sun.y + z * sun.z;
    float part = light > 0.0f && length > 0.0f ? light / length : 0.0f;
    float amount = 256.0f * (light_least + (1.0f - light_least) * part);
    return amount > 0.0f && amount < 256.0f ? (uint32_t)amount : 256;
}

void view_face(const struct camera_view *view, const struct view_frame *frame, uint32_t colour,
               const struct view_point *points, int32_t count)
{
    struct view_point world[CANVAS_POINT_COUNT_MAX];
    assert(count <= CANVAS_POINT_COUNT_MAX);
    for (int32_t i = 0; i < count; i++)
        world[i] = view_frame_point(frame, points[i]);
    view_polygon(view, CANVAS_DEEP, camera_canvas_mix(colour, 0, face_light(world)), world, count);
}

/* Back right, front right, front left, back left: counter-clockwise from above. */
static void level_corners(const struct view_level *level, struct view_point corners[4])
{
    float half = level->half_width;
    corners[0] = (struct view_point){-half, level->y, level->back};
    corners[1] = (struct view_point){-half, level->y, level->front};
    corners[2] = (struct view_point){half, level->y, level->front};
    corners[3] = (struct view_point){half, level->y, level->back};
}

void view_solid(const struct camera_view *view, const struct view_frame *frame,
                const struct view_block *block)
{
    struct view_point low[4], high[4];
    level_corners(&block->low, low);
    level_corners(&block->high, high);
    const struct view_point bottom[4] = {low[3], low[2], low[1], low[0]};
    view_face(view, frame, block->colour, bottom, 4);
    view_face(view, frame, block->colour, high, 4);
    for (int i = 0; i < 4; i++) {
        int next = (i + 1) % 4;
        const struct view_point side[4] = {low[i], low[next], high[next], high[i]};
        view_face(view, frame, block->colour, side, 4);
    }
}
