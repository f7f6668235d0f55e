/*
 * Writes a car into the state, in all the places where the real game has it: position, direction
 * and speed as matrix, quaternion and vectors, engine, vehicle states, wheels. Nothing is
 * decided here but gear and rpm.
 */
#ifndef SIM_CAR_SHOW_H
#define SIM_CAR_SHOW_H

#include "sim/car.h"

enum {
    CAR_WHEEL_COUNT = 4
};

struct car_wheel {
    float side;  /* m to the left of the middle */
    float ahead; /* m before the middle */
};

/* Front left, front right, back right, back left, as in the state. */
extern const struct car_wheel car_wheels[CAR_WHEEL_COUNT];

extern const float car_wheel_reach; /* m: no wheel is farther from the middle */
extern const float car_height;      /* m: y of a car on the ground */

/* The car between two steps. */
struct car_body {
    float x, y, z;              /* m */
    float speed_x, speed_z;     /* m/s */
    float forward_x, forward_z; /* unit vector: where the car looks */
    float ahead, aside;         /* m/s along that vector, and to the left */
    float turn;                 /* rad/s about Y */
    float wheel;                /* -1 full left .. 1 full right */
    bool is_sliding;
    int32_t gear;
    int32_t surfaces[CAR_WHEEL_COUNT]; /* enum surface */
};

/* The fields that never change, everything else 0; scene_mobil, wheels and plug_solid. */
void car_show_new(struct game_state *state);

/* The car after a step; what it was before becomes the previous state. */
void car_show(struct game_state *state, struct car_body *body, const struct car_inputs *inputs);

#endif
