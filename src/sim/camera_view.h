/*
 * The world as the camera sees it: what the files that draw parts of the race (land, road, gates,
 * car) draw with. Points are in metres.
 */
#ifndef SIM_CAMERA_VIEW_H
#define SIM_CAMERA_VIEW_H

#include "sim/camera.h"

struct camera_view {
    const struct camera_canvas *canvas;
    float eye[3];
    float matrix[4][4];   /* projects what is seen from the eye, in the directions of the world */
    float clear_distance; /* m; from here on things fade */
};

struct view_point {
    float x, y, z;
};

/* Puts the numbers of the camera right, see camera_draw. */
struct camera_view camera_view(const struct camera *camera, const struct camera_canvas *canvas);

/* 0 for what is no number; cut to +-most. */
float camera_sane(float x, float most);

/* A point of the world, or one infinitely far away in a direction, which is all haze. */
struct canvas_point view_project(const struct camera_view *view, struct view_point point,
                                 bool is_direction);

/* A polygon of the world, without light. */
void view_polygon(const struct camera_view *view, enum canvas_mode mode, uint32_t colour,
                  const struct view_point *points, int32_t count);

/* How far from the eye a place on the ground is. */
float view_distance(const struct camera_view *view, float x, float z);

/* A place to put things, whose local directions are x to the left, y up and z ahead. */
struct view_frame {
    float x, y, z;
    float forward_x, forward_z; /* unit vector */
};

struct view_point view_frame_point(const struct view_frame *frame, struct view_point local);

/*
 * A flat face of something solid, in the light of the sun. Its points, local ones, go
 * counter-clockwise as seen from outside; at most CANVAS_POINT_COUNT_MAX.
 */
void view_face(const struct camera_view *view, const struct view_frame *frame, uint32_t colour,
               const struct view_point *points, int32_t count);

/* A level rectangle, as wide to the left as to the right. */
struct view_level {
    float y, back, front, half_width;
};

/* A solid between two levels, of which one may be smaller. */
struct view_block {
    struct view_level low, high;
    uint32_t colour;
};

void view_solid(const struct camera_view *view, const struct view_frame *frame,
                const struct view_block *block);

#endif
