#include "sim/car.h"

#include "base/bytes.h"
#include "sim/car_show.h"
#include "sim/planar.h"

#include <string.h>

enum {
    ROAD_HINT_OFFSET = 64 /* in dyna.rest */
};

static const float tick_s = 0.01f;
static const float position_max = 1e6f; /* m */
static const float speed_max = 1e4f;    /* m/s */
static const float turn_max = 20.0f;    /* rad/s */

/* Engine and brakes, m/s2 and m/s. */
static const float engine_force = 17.0f;
static const float engine_speed = 100.0f; /* where the engine has nothing left */
static const float reverse_force = 9.0f;
static const float reverse_speed = 14.0f;
static const float brake_force = 30.0f;
static const float coast_force = 1.5f;
static const float air_drag = 0.0005f; /* 1/m */
static const float standing_speed = 0.5f;

/* Front wheels: share of the full lock in a tick, and what radius they give. */
static const float wheel_step = 0.08f;
static const float turn_radius_min = 6.0f;  /* m, at walking pace */
static const float turn_demand_max = 28.6f; /* m/s2, at full lock and high speed */
static const float turn_response = 0.2f;    /* of the difference in a tick */
static const float turn_alignment = 4.0f;   /* how strongly a slide straightens the car */

/* Slides. */
static const float slide_begin = 1.0f; /* m/s sideways */
static const float slide_end = 0.3f;
static const float slide_grip = 0.85f;
static const float slide_scrub = 1.2f; /* m/s2 for each m/s sideways */
static const float slide_scrub_max = 14.0f;
static const float pull_on_grip = 0.85f;
static const float grip_share_min = 0.3f;

/* What a surface does to the car. */
struct ground {
    float grip;    /* m/s2 */
    float rolling; /* m/s2 */
    float drag;    /* 1/s: grows with the speed */
};

static struct ground ground_of(int32_t surface)
{
    switch (surface) {
    case SURFACE_ASPHALT:
        return (struct ground){22.0f, 0.3f, 0.0f};
    case SURFACE_DIRT:
        return (struct ground){14.0f, 0.6f, 0.02f};
    case SURFACE_ICE:
        return (struct ground){4.0f, 0.1f, 0.0f};
    default:
        return (struct ground){9.0f, 2.0f, 0.4f};
    }
}

/* A number that can be computed with: not one is 0, and too much is cut. */
static float sane(float value, float limit)
{
    if (!(value == value))
        return 0.0f;
    return value > limit ? limit : value < -limit ? -limit : value;
}

static void body_read(const struct game_state *state, struct car_body *body)
{
    const struct dyna_state *now = &state->dyna.current_state;
    body->x = sane(now->position[0], position_max);
    body->y = sane(now->position[1], position_max);
    body->z = sane(now->position[2], position_max);
    body->speed_x = sane(now->linear_speed[0], speed_max);
    body->speed_z = sane(now->linear_speed[2], speed_max);
    body->forward_x = sane(now->rotation[0][2], 1.0f);
    body->forward_z = sane(now->rotation[2][2], 1.0f);
    planar_normalise(&body->forward_x, &body->forward_z);
    body->turn = sane(now->angular_speed[1], turn_max);
    body->wheel = sane(state->scene_mobil.turning_rate, 1.0f);
    body->is_sliding = state->scene_mobil.is_sliding != 0;
    body->gear = state->scene_mobil.engine.gear;
}

/* The four wheels' surfaces, and what they do to the car together. */
static struct ground ground_under(struct game_state *state, const struct track *track,
                                  struct car_body *body)
{
    int32_t hint = load_i32(state->dyna.rest + ROAD_HINT_OFFSET);
    struct track_place place = track_locate(track, body->x, body->z, hint);
    store_i32(state->dyna.rest + ROAD_HINT_OFFSET, place.segment);
    const struct track_segment *segment = &track->segments[place.segment];
    int32_t same = -1;
    if (place.distance + car_wheel_reach <= segment->half_width)
        same = segment->surface;
    else if (place.distance - car_wheel_reach > segment->half_width && !place.on_road)
        same = SURFACE_GRASS;
    struct ground sum = {0.0f, 0.0f, 0.0f};
    for (int i = 0; i < CAR_WHEEL_COUNT; i++) {
        float side = car_wheels[i].side, ahead = car_wheels[i].ahead;
        float x = body->x + side * body->forward_z + ahead * body->forward_x;
        float z = body->z - side * body->forward_x + ahead * body->forward_z;
        body->surfaces[i] = same >= 0 ? same : track_surface(track, x, z, place.segment);
        struct ground ground = ground_of(body->surfaces[i]);
        sum.grip += ground.grip * 0.25f;
        sum.rolling += ground.rolling * 0.25f;
        sum.drag += ground.drag * 0.25f;
    }
    return sum;
}

static float magnitude(float value)
{
    return value < 0.0f ? -value : value;
}

static float nearer_to_zero(float value, float step)
{
    if (magnitude(value) <= step)
        return 0.0f;
    return value > 0.0f ? value - step : value + step;
}

static float toward(float value, float target, float step)
{
    return target + nearer_to_zero(value - target, step);
}

/* What drives the car along its axis (either sign), and what only ever slows it down. */
struct pull {
    float drive;  /* m/s2 */
    float resist; /* m/s2 */
    float grip;   /* of what the tyres can hold, what they hold lengthwise */
};

static struct pull pull_of(const struct car_inputs *inputs, const struct ground *ground,
                           float ahead)
{
    struct pull pull = {0.0f, 0.0f, 0.0f};
    float most = ground->grip;
    if (inputs->brake && ahead <= standing_speed) {
        float left = 1.0f + ahead / reverse_speed;
        pull.drive = left > 0.0f ? -reverse_force * left : 0.0f;
    } else if (inputs->brake || (inputs->gas && ahead < -standing_speed)) {
        pull.resist = brake_force < most ? brake_force : most;
    } else if (inputs->gas) {
        float left = 1.0f - ahead / engine_speed;
        pull.drive = left > 0.0f ? engine_force * left : 0.0f;
    } else {
        pull.resist = coast_force;
    }
    most *= 0.9f;
    pull.drive = pull.drive > most ? most : pull.drive < -most ? -most : pull.drive;
    pull.grip = magnitude(pull.drive) + pull.resist;
    float speed = magnitude(ahead);
    pull.resist += ground->rolling + ground->drag * speed + air_drag * speed * speed;
    return pull;
}

/* The front wheels follow the inputs, the car follows the front wheels. */
static void body_steer(struct car_body *body, float steer)
{
    float ahead = body->speed_x * body->forward_x + body->speed_z * body->forward_z;
    float aside = body->speed_x * body->forward_z - body->speed_z * body->forward_x;
    body->wheel = toward(body->wheel, steer, wheel_step);
    float radius = turn_radius_min + ahead * ahead / turn_demand_max;
    float target = -body->wheel * ahead / radius;
    if (ahead > 0.0f)
        target += turn_alignment * aside / (ahead + 8.0f);
    body->turn = sane(body->turn + (target - body->turn) * turn_response, turn_max);
    planar_turn(&body->forward_x, &body->forward_z, body->turn * tick_s);
}

/* What the tyres can still hold sideways. */
static float side_grip(const struct ground *ground, float lengthwise, bool is_sliding)
{
    float used = lengthwise * pull_on_grip;
    float least = ground->grip * grip_share_min;
    float left = ground->grip * ground->grip - used * used;
    float grip = left > least * least ? sqrtf(left) : least;
    return is_sliding ? grip * slide_grip : grip;
}

static void body_move(struct car_body *body, const struct ground *ground,
                      const struct car_inputs *inputs)
{
    float ahead = body->speed_x * body->forward_x + body->speed_z * body->forward_z;
    float aside = body->speed_x * body->forward_z - body->speed_z * body->forward_x;
    struct pull pull = pull_of(inputs, ground, ahead);
    float scrub = slide_scrub * magnitude(aside);
    if (body->is_sliding)
        pull.resist += scrub < slide_scrub_max ? scrub : slide_scrub_max;
    aside = nearer_to_zero(aside, side_grip(ground, pull.grip, body->is_sliding) * tick_s);
    ahead = nearer_to_zero(ahead + pull.drive * tick_s, pull.resist * tick_s);
    body->is_sliding = magnitude(aside) > (body->is_sliding ? slide_end : slide_begin);
    body->ahead = sane(ahead, speed_max);
    body->aside = sane(aside, speed_max);
    body->speed_x = body->ahead * body->forward_x + body->aside * body->forward_z;
    body->speed_z = body->ahead * body->forward_z - body->aside * body->forward_x;
    body->x = sane(body->x + body->speed_x * tick_s, position_max);
    body->z = sane(body->z + body->speed_z * tick_s, position_max);
}

void car_tick(struct game_state *state, const struct track *track, const struct car_inputs *inputs)
{
    struct car_body body;
    body_read(state, &body);
    struct ground ground = ground_under(state, track, &body);
    body_steer(&body, inputs->steer);
    body_move(&body, &ground, inputs);
    car_show(state, &body, inputs);
}

void car_wait(struct game_state *state)
{
    state->dyna.previous_state = state->dyna.current_state;
    state->scene_mobil.prev_sync_vehicle_state = state->scene_mobil.sync_vehicle_state;
}

void car_create(struct game_state *state, const struct track_gate *place)
{
    memset(&state->dyna, 0, sizeof state->dyna);
    car_show_new(state);
    car_place(state, place);
}

void car_place(struct game_state *state, const struct track_gate *place)
{
    const struct car_inputs nothing = {.steer = 0.0f};
    struct car_body body = {
        .x = place->x,
        .y = car_height,
        .z = place->z,
        .forward_x = place->forward_x,
        .forward_z = place->forward_z,
        .gear = 1,
        .surfaces = {SURFACE_ASPHALT, SURFACE_ASPHALT, SURFACE_ASPHALT, SURFACE_ASPHALT}};
    car_show(state, &body, &nothing);
    car_show(state, &body, &nothing); /* so that what came before the jump is forgotten */
}
