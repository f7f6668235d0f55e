#include "sim/car_show.h"

#include "base/bytes.h"

#include <math.h>
#include <string.h>

enum {
    GEAR_COUNT = 6
};

const struct car_wheel car_wheels[CAR_WHEEL_COUNT] = {
    {0.86f, 1.78f}, {-0.86f, 1.78f}, {-0.86f, -1.35f}, {0.86f, -1.35f}};
const float car_wheel_reach = 2.0f;
const float car_height = 0.36f;

static const float wheel_height = 0.05f;
static const float mass = 1.0f;
static const float rpm_max = 11000.0f;
static const float rpm_idle = 1000.0f;
static const float rpm_up = 10000.0f; /* a gear later */
static const float rpm_down = 5500.0f;

/* m/s at 11000 rpm, by gear from 1; the first is for driving backwards. */
static const float gear_speed[GEAR_COUNT + 1] = {14.0f, 16.0f, 28.0f, 42.0f, 56.0f, 70.0f, 92.0f};

static float rpm_in(int32_t gear, float speed)
{
    float rpm = rpm_idle + speed / gear_speed[gear] * (rpm_max - rpm_idle);
    return rpm < rpm_max ? rpm : rpm_max;
}

static void show_engine(struct scene_mobil *mobil, struct car_body *body)
{
    float speed = body->ahead < 0.0f ? -body->ahead : body->ahead;
    bool backwards = body->ahead < -0.1f;
    int32_t gear = body->gear < 1 ? 1 : body->gear > GEAR_COUNT ? GEAR_COUNT : body->gear;
    while (gear < GEAR_COUNT && rpm_in(gear, speed) > rpm_up)
        gear++;
    while (gear > 1 && rpm_in(gear, speed) < rpm_down)
        gear--;
    body->gear = backwards ? 1 : gear;
    float rpm = rpm_in(backwards ? 0 : gear, speed);
    mobil->engine.actual_rpm = rpm;
    mobil->engine.clamped_rpm = rpm;
    mobil->engine.rear_gear = backwards;
    mobil->engine.gear = body->gear;
    mobil->gearbox_state = backwards ? 2 : 1;
}

static void show_vehicle(struct scene_mobil *mobil, const struct car_body *body,
                         const struct car_inputs *inputs)
{
    mobil->input_gas = inputs->gas ? 1.0f : 0.0f;
    mobil->input_brake = inputs->brake ? 1.0f : 0.0f;
    mobil->input_steer = inputs->steer;
    mobil->turning_rate = body->wheel;
    mobil->is_sliding = body->is_sliding;
    mobil->engine.slide_factor = body->is_sliding ? 1.0f : 0.0f;
    mobil->engine.braking_factor = mobil->input_brake;
    mobil->current_local_speed[0] = body->aside;
    mobil->current_local_speed[1] = 0.0f;
    mobil->current_local_speed[2] = body->ahead;
    struct vehicle_state *now = &mobil->sync_vehicle_state;
    mobil->prev_sync_vehicle_state = *now;
    now->speed_forward = body->ahead;
    now->speed_sideward = body->aside;
    now->input_steer = mobil->input_steer;
    now->input_gas = mobil->input_gas;
    now->input_brake = mobil->input_brake;
    now->rpm = mobil->engine.actual_rpm;
    now->gearbox_state = mobil->gearbox_state;
}

static void show_wheels(struct simulation_wheel *wheels, const struct car_body *body)
{
    for (int i = 0; i < CAR_WHEEL_COUNT; i++) {
        struct real_time_state *now = &wheels[i].real_time_state;
        now->has_ground_contact = 1;
        now->contact_material_id = body->surfaces[i];
        now->is_sliding = body->is_sliding;
        now->nb_ground_contacts = 1;
    }
}

/* A turn about Y, row by row: left, up and forward are its columns. */
static void show_direction(struct dyna_state *now, float forward_x, float forward_z)
{
    const float rotation[3][3] = {
        {forward_z, 0.0f, forward_x}, {0.0f, 1.0f, 0.0f}, {-forward_x, 0.0f, forward_z}};
    memcpy(now->rotation, rotation, sizeof rotation);
    /* Fact sheet section 11, with the zeros left out; w first. */
    float trace = 1.0f + 2.0f * forward_z;
    now->quat[1] = now->quat[3] = 0.0f;
    if (trace > 0.0f) {
        float s = sqrtf(trace + 1.0f);
        now->quat[0] = s * 0.5f;
        now->quat[2] = 0.5f / s * (forward_x + forward_x);
    } else {
        float s = sqrtf(2.0f - 2.0f * forward_z);
        now->quat[0] = 0.5f / s * (forward_x + forward_x);
        now->quat[2] = s * 0.5f;
    }
}

static void show_dyna(struct dyna *dyna, const struct car_body *body)
{
    struct dyna_state *now = &dyna->current_state, *before = &dyna->previous_state;
    *before = *now;
    show_direction(now, body->forward_x, body->forward_z);
    now->position[0] = body->x;
    now->position[1] = body->y;
    now->position[2] = body->z;
    now->linear_speed[0] = body->speed_x;
    now->linear_speed[1] = 0.0f;
    now->linear_speed[2] = body->speed_z;
    now->angular_speed[0] = 0.0f;
    now->angular_speed[1] = body->turn;
    now->angular_speed[2] = 0.0f;
    memcpy(now->not_tweaked_linear_speed, now->linear_speed, sizeof now->linear_speed);
    dyna->temp_state = *now;
}

void car_show(struct game_state *state, struct car_body *body, const struct car_inputs *inputs)
{
    show_engine(&state->scene_mobil, body);
    show_vehicle(&state->scene_mobil, body, inputs);
    show_wheels(state->simulation_wheels, body);
    show_dyna(&state->dyna, body);
}

void car_show_new(struct game_state *state)
{
    struct scene_mobil *mobil = &state->scene_mobil;
    memset(mobil, 0, sizeof *mobil);
    memset(state->simulation_wheels, 0, sizeof state->simulation_wheels);
    memset(state->plug_solid, 0, sizeof state->plug_solid);
    mobil->horn_limit = 3;
    mobil->quality = 2;
    mobil->max_linear_speed = 277.78f;
    mobil->engine.max_rpm = rpm_max;
    store_f32(state->plug_solid, mass);
    store_f32(state->plug_solid + 4, 0.48f);
    for (int i = 0; i < CAR_WHEEL_COUNT; i++) {
        struct simulation_wheel *wheel = &state->simulation_wheels[i];
        wheel->steerable = i < 2;
        wheel->offset_from_vehicle[0] = car_wheels[i].side;
        wheel->offset_from_vehicle[1] = wheel_height;
        wheel->offset_from_vehicle[2] = car_wheels[i].ahead;
    }
    for (int i = 0; i < 3; i++)
        state->dyna.current_state.inverse_inertia_tensor[i][i] = 1.0f;
}
