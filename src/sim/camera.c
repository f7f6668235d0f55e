#include "sim/camera.h"

#include "sim/camera_colours.h"
#include "sim/camera_parts.h"
#include "sim/planar.h"

#include <string.h>

static const float chase_back = 6.8f; /* m */
static const float chase_up = 2.5f;
static const float pitch_sine = -0.0697565f; /* of half of 8 degrees down */
static const float pitch_cosine = 0.9975641f;
static const float chase_scale = 1.7f; /* 1 / tan(61 degrees / 2) */
static const float chase_near = 0.3f;
static const float chase_far = 2000.0f;
static const float slide_part = 0.5f;   /* of the way the car moves, in the way the camera looks */
static const float slide_speed = 15.0f; /* m/s, from where on it is all of that part */

void camera_perspective(float projection[16], float aspect)
{
    float width = aspect >= 1e-5f && aspect <= 1e5f ? aspect : 1.0f;
    float depth = chase_near - chase_far;
    const float result[16] = {chase_scale / width,
                              0.0f,
                              0.0f,
                              0.0f,
                              0.0f,
                              chase_scale,
                              0.0f,
                              0.0f,
                              0.0f,
                              0.0f,
                              (chase_far + chase_near) / depth,
                              2.0f * chase_far * chase_near / depth,
                              0.0f,
                              0.0f,
                              -1.0f,
                              0.0f};
    memcpy(projection, result, sizeof result);
}

/* Where the camera looks, in the plane: a car that slides is seen a little from its side. */
static void chase_direction(const struct game_state *state, float *x, float *z)
{
    struct view_frame car = camera_car_frame(state);
    float speed_x = camera_sane(state->dyna.current_state.linear_speed[0], 1e3f);
    float speed_z = camera_sane(state->dyna.current_state.linear_speed[2], 1e3f);
    float speed = sqrtf(speed_x * speed_x + speed_z * speed_z);
    *x = car.forward_x;
    *z = car.forward_z;
    if (speed_x * *x + speed_z * *z <= 0.0f)
        return;
    float part = slide_part / (speed > slide_speed ? speed : slide_speed);
    *x += part * speed_x;
    *z += part * speed_z;
    planar_normalise(x, z);
}

/* About Y, so that -Z becomes the direction, after about X by the pitch. */
static void chase_rotation(float rotation[4], float x, float z)
{
    float sine, cosine; /* of half the angle, whose own are -x and -z */
    if (z > 0.0f) {
        sine = sqrtf(0.5f * (1.0f + z));
        cosine = -x / (2.0f * sine);
    } else {
        cosine = sqrtf(0.5f * (1.0f - z));
        sine = -x / (2.0f * cosine);
    }
    rotation[0] = cosine * pitch_sine;
    rotation[1] = sine * pitch_cosine;
    rotation[2] = -sine * pitch_sine;
    rotation[3] = cosine * pitch_cosine;
}

void camera_chase(struct camera *camera, const struct game_state *state, float aspect)
{
    struct view_frame car = camera_car_frame(state);
    float x, z;
    chase_direction(state, &x, &z);
    camera->position[0] = car.x - chase_back * x;
    camera->position[1] = car.y + chase_up;
    camera->position[2] = car.z - chase_back * z;
    chase_rotation(camera->rotation, x, z);
    camera_perspective(camera->projection, aspect);
}

/* The first gate of the lap that has not been passed; all have been after the finish. */
static int32_t next_gate(const struct track *track, const struct game_state *state)
{
    if (state->player_info.race_finished != 0)
        return track->gate_count;
    return (int32_t)(state->player_info.cur_cp_count % (uint32_t)track->gate_count);
}

bool camera_draw(const struct camera *camera, const struct track *track,
                 const struct game_state *state, const struct camera_canvas *canvas)
{
    if (!camera_canvas_fits(canvas->width, canvas->height))
        return false;
    struct camera_view view = camera_view(camera, canvas);
    bool below = !(view.eye[1] > 0.0f);
    camera_canvas_clear(canvas, below ? COLOUR_EARTH : COLOUR_HAZE);
    if (below)
        return true;
    int32_t next = next_gate(track, state);
    camera_draw_sky(&view);
    camera_draw_ground(&view);
    camera_draw_road(&view, track);
    camera_draw_gate_lines(&view, track, next);
    camera_draw_shadow(&view, state);
    camera_draw_gates(&view, track, next);
    camera_draw_car(&view, state);
    return true;
}
