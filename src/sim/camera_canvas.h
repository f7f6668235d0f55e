/*
 * Convex polygons into a picture of four bytes a pixel: B, G, R, A. It knows no world and no
 * camera: what comes in has been projected, and is clipped here. The bytes are the same on every
 * machine, polygons that share an edge leave no hole between them and touch no pixel twice, and
 * nothing is ever written outside the picture, whatever the coordinates are.
 */
#ifndef SIM_CAMERA_CANVAS_H
#define SIM_CAMERA_CANVAS_H

#include "base/limits.h"

#include <stdbool.h>
#include <stdint.h>

/* The caller's memory. Rows follow each other without padding, pixels go from left to right. */
struct camera_canvas {
    uint8_t *pixels; /* width * height * 4 bytes */
    float *depth;    /* width * height, to work in: what it holds before and after is nothing */
    int32_t width, height;
    bool top_first; /* the first row is the top one; otherwise the bottom one, as OpenGL has it */
};

/* Opaque, from red, green and blue; little-endian, so that blue is the first byte. */
#define CANVAS_COLOUR(red, green, blue)                                                            \
    (0xFF000000u | (uint32_t)(red) << 16 | (uint32_t)(green) << 8 | (uint32_t)(blue))

/* A point as a projection matrix gives it: it is seen where -w <= x, y <= w and -w <= z. */
struct canvas_point {
    float x, y, z, w;
    float clearness; /* over w: 1 and more shows the colour itself, 0 only the haze */
};

enum canvas_mode {
    CANVAS_OVER,  /* on top of what is there */
    CANVAS_DEEP,  /* where nothing nearer has been drawn in this mode */
    CANVAS_DARKEN /* what is there, darker; the colour says nothing */
};

struct canvas_paint {
    uint32_t colour;
    uint32_t haze;
    enum canvas_mode mode;
};

enum {
    CANVAS_POINT_COUNT_MAX = 8 /* of one polygon */
};

/* `amount` of the colour, of 256, the rest haze. */
static inline uint32_t camera_canvas_mix(uint32_t colour, uint32_t haze, uint32_t amount)
{
    uint32_t rest = 256 - amount;
    uint32_t red_blue = (colour & 0xFF00FF) * amount + (haze & 0xFF00FF) * rest;
    uint32_t green = (colour >> 8 & 0xFF) * amount + (haze >> 8 & 0xFF) * rest;
    return 0xFF000000u | (red_blue >> 8 & 0xFF00FF) | (green & 0xFF00);
}

/* Whether a picture may have that size. */
static inline bool camera_canvas_fits(int32_t width, int32_t height)
{
    return width > 0 && height > 0 && width <= IMAGE_SIDE_MAX && height <= IMAGE_SIDE_MAX &&
           (int64_t)width * height <= IMAGE_PIXEL_COUNT_MAX;
}

/* Every pixel that colour, and nothing near. */
void camera_canvas_clear(const struct camera_canvas *canvas, uint32_t colour);

/* A convex polygon of 3 .. CANVAS_POINT_COUNT_MAX points, either way round. All are finite. */
void camera_canvas_fill(const struct camera_canvas *canvas, const struct canvas_paint *paint,
                        const struct canvas_point *points, int32_t count);

#endif
