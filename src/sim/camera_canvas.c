#include "sim/camera_canvas.h"

#include "base/bytes.h"

#include <assert.h>
#include <float.h>

enum {
    ONE = 16, /* a pixel, in the units of a corner */
    HALF = ONE / 2,
    PLANE_COUNT = 6,
    CORNER_COUNT_MAX = CANVAS_POINT_COUNT_MAX + PLANE_COUNT,
    MIX_BITS = 24 /* of what is behind the point in the clearness of a row */
};

static const float w_min = 0.01f;         /* nearer is behind the eye */
static const float clearness_most = 1e9f; /* what has more is clear everywhere */

/* On the picture: x to the right, y up, in sixteenths of a pixel from the bottom left corner. */
struct corner {
    int32_t x, y;
    float clearness, depth;
};

/* Where a row meets an edge. */
struct crossing {
    int32_t pixel; /* the first whose middle is not to the left */
    double x;
    float clearness, depth;
};

/* Inside is not negative. */
static float plane_distance(const struct canvas_point *point, int plane)
{
    switch (plane) {
    case 0:
        return point->w - w_min;
    case 1:
        return point->w + point->z;
    case 2:
        return point->w + point->x;
    case 3:
        return point->w - point->x;
    case 4:
        return point->w + point->y;
    default:
        return point->w - point->y;
    }
}

/*
 * Always computed from the inside to the outside: two polygons that share an edge, which they go
 * along in opposite directions, get the same point to the last bit, and stay tight.
 */
static struct canvas_point cut(const struct canvas_point *inside, float distance_inside,
                               const struct canvas_point *outside, float distance_outside)
{
    float t = distance_inside / (distance_inside - distance_outside);
    return (struct canvas_point){.x = inside->x + t * (outside->x - inside->x),
                                 .y = inside->y + t * (outside->y - inside->y),
                                 .z = inside->z + t * (outside->z - inside->z),
                                 .w = inside->w + t * (outside->w - inside->w),
                                 .clearness = inside->clearness +
                                              t * (outside->clearness - inside->clearness)};
}

/* A convex polygon gets at most one point more; one that is not, by rounding, is cut short. */
static int32_t clip(const struct canvas_point *from, int32_t count, struct canvas_point *to,
                    int plane)
{
    int32_t kept = 0;
    for (int32_t i = 0; i < count && kept < CORNER_COUNT_MAX - 1; i++) {
        const struct canvas_point *here = &from[i], *next = &from[i + 1 < count ? i + 1 : 0];
        float distance = plane_distance(here, plane), distance_next = plane_distance(next, plane);
        if (distance >= 0.0f)
            to[kept++] = *here;
        if (distance >= 0.0f && distance_next < 0.0f)
            to[kept++] = cut(here, distance, next, distance_next);
        else if (distance < 0.0f && distance_next >= 0.0f)
            to[kept++] = cut(next, distance_next, here, distance);
    }
    return kept;
}

/* 0 .. size pixels, for -w .. w; rounding may have left the point a little outside. */
static int32_t place(float x, float w, int32_t size)
{
    float at = (x / w * 0.5f + 0.5f) * (float)(size * ONE) + 0.5f;
    if (!(at > 0.0f))
        return 0;
    return at < (float)(size * ONE) ? (int32_t)at : size * ONE;
}

static struct corner project(const struct camera_canvas *canvas, const struct canvas_point *point)
{
    float w = point->w > 0.5f * w_min ? point->w : 0.5f * w_min;
    float clearness = point->clearness / w;
    clearness = clearness < clearness_most ? clearness : clearness_most;
    return (struct corner){.x = place(point->x, w, canvas->width),
                           .y = place(point->y, w, canvas->height),
                           .clearness = clearness > 0.0f ? clearness : 0.0f,
                           .depth = point->z / w};
}

/* The row whose middle is at `y`, between those of the two corners; `low` is the lower one. */
static struct crossing cross(const struct corner *low, const struct corner *high, int32_t y)
{
    int64_t rise = high->y - low->y, above = y - low->y;
    int64_t x = above * (high->x - low->x) + rise * (low->x - HALF), whole = rise * ONE;
    double t = (double)above / (double)rise;
    return (struct crossing){.pixel = (int32_t)(x > 0 ? (x + whole - 1) / whole : x / whole),
                             .x = (double)low->x + t * (double)(high->x - low->x),
                             .clearness =
                                 low->clearness + (float)t * (high->clearness - low->clearness),
                             .depth = low->depth + (float)t * (high->depth - low->depth)};
}

static inline uint32_t mix_amount(int64_t clearness)
{
    int64_t one = (int64_t)1 << MIX_BITS;
    return clearness >= one ? 256 : clearness <= 0 ? 0 : (uint32_t)(clearness >> (MIX_BITS - 8));
}

/* One row of a polygon: `count` pixels from `at` on, and what changes evenly along them. */
struct span {
    uint8_t *at;
    float *depth_at;
    int32_t count;
    double clearness, clearness_last;
    double depth, depth_last;
};

static void span_over(const struct span *span, const struct canvas_paint *paint)
{
    double scale = (double)((int64_t)1 << MIX_BITS);
    int64_t clearness = (int64_t)(span->clearness * scale);
    int64_t last = (int64_t)(span->clearness_last * scale);
    uint32_t amount = mix_amount(clearness);
    uint8_t *at = span->at;
    if (amount == mix_amount(last)) {
        uint32_t colour = camera_canvas_mix(paint->colour, paint->haze, amount);
        for (int32_t i = 0; i < span->count; i++)
            store_u32(at + 4 * i, colour);
        return;
    }
    int64_t step = (last - clearness) / (span->count - 1);
    for (int32_t i = 0; i < span->count; i++, clearness += step)
        store_u32(at + 4 * i, camera_canvas_mix(paint->colour, paint->haze, mix_amount(clearness)));
}

/* What stands up is narrow, so that one clearness does for a row. */
static void span_deep(const struct span *span, const struct canvas_paint *paint)
{
    double scale = (double)((int64_t)1 << MIX_BITS);
    double middle = 0.5 * (span->clearness + span->clearness_last);
    uint32_t amount = mix_amount((int64_t)(middle * scale));
    uint32_t colour = camera_canvas_mix(paint->colour, paint->haze, amount);
    float step = 0.0f, from = (float)span->depth;
    if (span->count > 1)
        step = (float)((span->depth_last - span->depth) / (span->count - 1));
    for (int32_t i = 0; i < span->count; i++) {
        float depth = from + (float)i * step;
        if (!(depth < span->depth_at[i]))
            continue;
        span->depth_at[i] = depth;
        store_u32(span->at + 4 * i, colour);
    }
}

static void span_darken(const struct span *span)
{
    for (int32_t i = 0; i < span->count; i++)
        store_u32(span->at + 4 * i, camera_canvas_mix(load_u32(span->at + 4 * i), 0, 140));
}

static void fill_row(const struct camera_canvas *canvas, const struct canvas_paint *paint,
                     int32_t row, const struct crossing *left, const struct crossing *right)
{
    int32_t count = right->pixel - left->pixel;
    double width = right->x - left->x;
    if (count <= 0 || !(width > 0.0))
        return;
    double from = ((double)(left->pixel * ONE + HALF) - left->x) / width;
    double to = from + (double)(count - 1) * ONE / width;
    double clearness = (double)right->clearness - (double)left->clearness;
    double depth = (double)right->depth - (double)left->depth;
    int64_t line = canvas->top_first ? canvas->height - 1 - row : row;
    int64_t offset = line * canvas->width + left->pixel;
    struct span span = {.at = canvas->pixels + offset * 4,
                        .depth_at = canvas->depth + offset,
                        .count = count,
                        .clearness = (double)left->clearness + from * clearness,
                        .clearness_last = (double)left->clearness + to * clearness,
                        .depth = (double)left->depth + from * depth,
                        .depth_last = (double)left->depth + to * depth};
    if (paint->mode == CANVAS_OVER)
        span_over(&span, paint);
    else if (paint->mode == CANVAS_DEEP)
        span_deep(&span, paint);
    else
        span_darken(&span);
}

/* Between the leftmost and the rightmost edge that the row meets. */
static void scan_row(const struct camera_canvas *canvas, const struct canvas_paint *paint,
                     const struct corner *corners, int32_t count, int32_t row)
{
    struct crossing left = {.pixel = INT32_MAX}, right = {.pixel = INT32_MIN};
    int32_t y = row * ONE + HALF;
    for (int32_t i = 0; i < count; i++) {
        const struct corner *low = &corners[i], *high = &corners[i + 1 < count ? i + 1 : 0];
        if (low->y > high->y) {
            const struct corner *swap = low;
            low = high;
            high = swap;
        }
        if (y < low->y || y >= high->y)
            continue;
        struct crossing here = cross(low, high, y);
        if (here.pixel < left.pixel || (here.pixel == left.pixel && here.x < left.x))
            left = here;
        if (here.pixel > right.pixel || (here.pixel == right.pixel && here.x > right.x))
            right = here;
    }
    if (left.pixel < right.pixel)
        fill_row(canvas, paint, row, &left, &right);
}

void camera_canvas_clear(const struct camera_canvas *canvas, uint32_t colour)
{
    int64_t count = (int64_t)canvas->width * canvas->height;
    for (int64_t i = 0; i < count; i++)
        store_u32(canvas->pixels + 4 * i, colour);
    for (int64_t i = 0; i < count; i++)
        canvas->depth[i] = FLT_MAX;
}

void camera_canvas_fill(const struct camera_canvas *canvas, const struct canvas_paint *paint,
                        const struct canvas_point *points, int32_t count)
{
    struct canvas_point room[2][CORNER_COUNT_MAX];
    struct corner corners[CORNER_COUNT_MAX];
    assert(count >= 3 && count <= CANVAS_POINT_COUNT_MAX);
    for (int plane = 0; plane < PLANE_COUNT && count > 0; plane++) {
        count = clip(points, count, room[plane % 2], plane);
        points = room[plane % 2];
    }
    int32_t bottom = INT32_MAX, top = 0;
    for (int32_t i = 0; i < count; i++) {
        corners[i] = project(canvas, &points[i]);
        bottom = corners[i].y < bottom ? corners[i].y : bottom;
        top = corners[i].y > top ? corners[i].y : top;
    }
    for (int32_t row = (bottom + HALF - 1) / ONE; count > 0 && row < (top + HALF - 1) / ONE; row++)
        scan_row(canvas, paint, corners, count, row);
}
