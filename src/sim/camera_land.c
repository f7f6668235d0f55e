#include "sim/camera_parts.h"

#include "sim/camera_colours.h"
#include "sim/planar.h"

enum {
    HILL_COUNT = 32,
    TILE_REACH = 11 /* tiles to each side of the eye */
};

static const float sky_rise = 1.5f; /* how fast the sky gets its colour: by 1 / 1.5 of height */
static const float tile_side_min = 16.0f; /* m, and as many more as a high eye needs */

/* Heights over distance, all around; nothing but something to see turning. */
static const uint8_t hills[HILL_COUNT] = {18, 31, 44, 30, 22, 12, 25, 20, 9,  14, 28,
                                          52, 61, 40, 33, 18, 10, 7,  16, 26, 19, 34,
                                          47, 38, 21, 11, 15, 29, 24, 36, 27, 13};

static void fill(const struct camera_view *view, uint32_t colour, const struct canvas_point *points,
                 int32_t count)
{
    struct canvas_paint paint = {.colour = colour, .haze = COLOUR_HAZE, .mode = CANVAS_OVER};
    camera_canvas_fill(view->canvas, &paint, points, count);
}

/* The four quarters of the horizon, as directions. */
static const struct view_point quarters[4] = {
    {1.0f, 0.0f, 1.0f}, {-1.0f, 0.0f, 1.0f}, {-1.0f, 0.0f, -1.0f}, {1.0f, 0.0f, -1.0f}};

/* The colour comes evenly with the height in the picture: so it does on a plane far above. */
static struct canvas_point sky_point(const struct camera_view *view, struct view_point direction)
{
    struct canvas_point point = view_project(view, direction, true);
    point.clearness = sky_rise * direction.y;
    return point;
}

static void draw_hills(const struct camera_view *view)
{
    float x = 0.0f, z = 1.0f;
    for (int i = 0; i < HILL_COUNT; i++) {
        struct view_point from = {x, 0.0f, z};
        planar_turn(&x, &z, 6.28318531f / (float)HILL_COUNT);
        struct view_point to = {x, 0.0f, z};
        struct view_point to_top = to, from_top = from;
        from_top.y = 0.0015f * (float)hills[i];
        to_top.y = 0.0015f * (float)hills[(i + 1) % HILL_COUNT];
        struct canvas_point points[4] = {
            view_project(view, from, true), view_project(view, to, true),
            view_project(view, to_top, true), view_project(view, from_top, true)};
        for (int k = 0; k < 4; k++)
            points[k].clearness = 1000.0f; /* their colour has the haze in it */
        fill(view, COLOUR_HILLS, points, 4);
    }
}

void camera_draw_sky(const struct camera_view *view)
{
    struct view_point top = {0.0f, 1.0f, 0.0f};
    for (int i = 0; i < 4; i++) {
        const struct canvas_point points[3] = {sky_point(view, quarters[i]),
                                               sky_point(view, quarters[(i + 1) % 4]),
                                               sky_point(view, top)};
        fill(view, COLOUR_SKY, points, 3);
    }
    draw_hills(view);
}

/* Every other square of a board that lies still while the eye moves over it. */
static void draw_tiles(const struct camera_view *view)
{
    float tile_side = tile_side_min;
    while (tile_side * (float)TILE_REACH < view->eye[1])
        tile_side *= 2.0f;
    int32_t column = (int32_t)(view->eye[0] / tile_side), row = (int32_t)(view->eye[2] / tile_side);
    for (int32_t i = column - TILE_REACH; i <= column + TILE_REACH; i++)
        for (int32_t k = row - TILE_REACH; k <= row + TILE_REACH; k++) {
            if (((i ^ k) & 1) != 0)
                continue;
            float x = (float)i * tile_side, z = (float)k * tile_side;
            const struct view_point points[4] = {{x, 0.0f, z},
                                                 {x + tile_side, 0.0f, z},
                                                 {x + tile_side, 0.0f, z + tile_side},
                                                 {x, 0.0f, z + tile_side}};
            view_polygon(view, CANVAS_OVER, COLOUR_GROUND_DARK, points, 4);
        }
}

void camera_draw_ground(const struct camera_view *view)
{
    struct view_point foot = {view->eye[0], 0.0f, view->eye[2]};
    for (int i = 0; i < 4; i++) {
        const struct canvas_point points[3] = {view_project(view, foot, false),
                                               view_project(view, quarters[i], true),
                                               view_project(view, quarters[(i + 1) % 4], true)};
        fill(view, COLOUR_GROUND, points, 3);
    }
    draw_tiles(view);
}
