/*
 * The car: how its part of the state (dyna, scene_mobil, wheels, plug_solid) changes in 10 ms. It
 * moves in the plane; y stays as it is. It knows no time, no checkpoints and no events.
 *
 * What the next step depends on: dyna.current_state position, linear_speed, rotation (its third
 * column is where the car looks) and angular_speed[1]; scene_mobil.turning_rate (where the front
 * wheels stand, 1 is full right) and is_sliding; engine.gear; and the road segment in dyna.rest.
 * Numbers in there that are no numbers, or absurd, are put right first.
 */
#ifndef SIM_CAR_H
#define SIM_CAR_H

#include "sim/track.h"
#include "wire/game_state.h"

struct car_inputs {
    float steer; /* -1 full left .. 1 full right */
    bool gas;
    bool brake;
};

/* A new car, standing at that place and looking along it. */
void car_create(struct game_state *state, const struct track_gate *place);

/* The same car, taken to that place and standing. */
void car_place(struct game_state *state, const struct track_gate *place);

/* One step under these inputs. */
void car_tick(struct game_state *state, const struct track *track, const struct car_inputs *inputs);

/* One step of standing still: what the car shows is written, nothing moves. */
void car_wait(struct game_state *state);

#endif
