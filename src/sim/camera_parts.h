/*
 * The parts of a picture of the race, in the order they are drawn in. What is flat on the ground
 * covers what came before it; what stands up hides what is behind it.
 */
#ifndef SIM_CAMERA_PARTS_H
#define SIM_CAMERA_PARTS_H

#include "sim/camera_view.h"

/* Everywhere above the horizon. */
void camera_draw_sky(const struct camera_view *view);

/* Everywhere below it, for an eye above the ground. */
void camera_draw_ground(const struct camera_view *view);

/* The surface with its lines, and the lines of start, gates and finish on it. */
void camera_draw_road(const struct camera_view *view, const struct track *track);
void camera_draw_gate_lines(const struct camera_view *view, const struct track *track,
                            int32_t next_gate);

/* The shadow of the car, which is flat too. */
void camera_draw_shadow(const struct camera_view *view, const struct game_state *state);

/* What stands up. `next_gate` is the first gate of the lap that has not been passed. */
void camera_draw_gates(const struct camera_view *view, const struct track *track,
                       int32_t next_gate);
void camera_draw_car(const struct camera_view *view, const struct game_state *state);

/* Where the car stands, on the ground under it. */
struct view_frame camera_car_frame(const struct game_state *state);

#endif
