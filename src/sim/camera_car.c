#include "sim/camera_parts.h"

#include "sim/camera_colours.h"
#include "sim/car_show.h"
#include "sim/planar.h"

enum {
    TYRE_SIDES = 8
};

static const float position_max = 1e6f; /* m */
static const float tyre_radius = 0.36f;
static const float tyre_half = 0.17f;
static const float steer_angle_max = 0.45f; /* of the front wheels, rad */

/* All but the wheels and lamps. Levels: height, from and to ahead, half the width; metres. */
static const struct view_block blocks[] = {
    {{0.14f, -1.85f, 2.05f, 0.66f}, {0.52f, -1.80f, 1.55f, 0.60f}, COLOUR_BODY},
    {{0.16f, 1.50f, 2.65f, 0.34f}, {0.46f, 1.50f, 2.20f, 0.26f}, COLOUR_BODY}, /* nose */
    {{0.12f, 2.30f, 2.75f, 0.98f}, {0.20f, 2.35f, 2.70f, 0.98f}, COLOUR_TRIM}, /* its wing */
    {{0.50f, -1.75f, 0.20f, 0.50f}, {0.82f, -1.50f, -0.25f, 0.30f}, COLOUR_ENGINE},
    {{0.50f, -0.55f, 1.05f, 0.50f}, {0.94f, -0.40f, 0.30f, 0.34f}, COLOUR_GLASS}, /* cabin */
    {{0.93f, -0.45f, 0.32f, 0.36f}, {1.00f, -0.40f, 0.25f, 0.32f}, COLOUR_BODY},  /* roof */
    {{0.50f, -1.95f, -1.70f, 0.08f}, {0.98f, -2.10f, -1.85f, 0.08f}, COLOUR_ENGINE},
    {{0.98f, -2.20f, -1.75f, 0.92f}, {1.05f, -2.20f, -1.80f, 0.92f}, COLOUR_TRIM}, /* rear wing */
};

static const float lamps[][2] = {{0.30f, 0.58f}, {-0.58f, -0.30f}}; /* to the left, from and to */

/* Cosine and sine of the corners of a tyre: an octagon that stands on a side. */
static const float tyre_corners[TYRE_SIDES][2] = {
    {0.92388f, 0.38268f},   {0.38268f, 0.92388f},   {-0.38268f, 0.92388f}, {-0.92388f, 0.38268f},
    {-0.92388f, -0.38268f}, {-0.38268f, -0.92388f}, {0.38268f, -0.92388f}, {0.92388f, -0.38268f}};

struct view_frame camera_car_frame(const struct game_state *state)
{
    const struct dyna_state *now = &state->dyna.current_state;
    struct view_frame frame = {.x = camera_sane(now->position[0], position_max),
                               .y = camera_sane(now->position[1], position_max) - car_height,
                               .z = camera_sane(now->position[2], position_max),
                               .forward_x = camera_sane(now->rotation[0][2], 1.0f),
                               .forward_z = camera_sane(now->rotation[2][2], 1.0f)};
    if (frame.y < 0.0f) /* under the ground nobody would see it */
        frame.y = 0.0f;
    planar_normalise(&frame.forward_x, &frame.forward_z);
    return frame;
}

static struct view_frame wheel_frame(const struct view_frame *car, int wheel, float turning)
{
    struct view_point hub = {car_wheels[wheel].side, tyre_radius, car_wheels[wheel].ahead};
    struct view_point place = view_frame_point(car, hub);
    struct view_frame frame = *car;
    frame.x = place.x;
    frame.y = place.y;
    frame.z = place.z;
    if (wheel < 2)
        planar_turn(&frame.forward_x, &frame.forward_z, -turning * steer_angle_max);
    return frame;
}

/* A corner of the tyre's outline, `scale` times as large, on the given side. */
static struct view_point tyre_point(int index, float left, float scale)
{
    const float *corner = tyre_corners[index % TYRE_SIDES];
    return (struct view_point){left, scale * tyre_radius * corner[1],
                               scale * tyre_radius * corner[0]};
}

/* The outline on one side: from the left it turns the other way round than from the right. */
static void draw_disc(const struct camera_view *view, const struct view_frame *frame, float left,
                      float scale, uint32_t colour)
{
    struct view_point face[TYRE_SIDES];
    for (int i = 0; i < TYRE_SIDES; i++)
        face[i] = tyre_point(left > 0.0f ? TYRE_SIDES - i : i, left, scale);
    view_face(view, frame, colour, face, TYRE_SIDES);
}

static void draw_wheel(const struct camera_view *view, const struct view_frame *frame)
{
    for (int i = 0; i < TYRE_SIDES; i++) {
        const struct view_point tread[4] = {
            tyre_point(i, -tyre_half, 1.0f), tyre_point(i, tyre_half, 1.0f),
            tyre_point(i + 1, tyre_half, 1.0f), tyre_point(i + 1, -tyre_half, 1.0f)};
        view_face(view, frame, COLOUR_TYRE, tread, 4);
    }
    for (int side = -1; side <= 1; side += 2) {
        draw_disc(view, frame, (float)side * tyre_half, 1.0f, COLOUR_TYRE);
        draw_disc(view, frame, (float)side * (tyre_half + 0.02f), 0.5f, COLOUR_HUB);
    }
}

static void draw_lamps(const struct camera_view *view, const struct view_frame *frame, bool lit)
{
    for (int i = 0; i < 2; i++) {
        float right = lamps[i][0], left = lamps[i][1];
        const struct view_point face[4] = {{right, 0.30f, -1.87f},
                                           {right, 0.46f, -1.87f},
                                           {left, 0.46f, -1.87f},
                                           {left, 0.30f, -1.87f}};
        view_face(view, frame, lit ? COLOUR_LAMP_LIT : COLOUR_LAMP, face, 4);
    }
}

void camera_draw_car(const struct camera_view *view, const struct game_state *state)
{
    struct view_frame frame = camera_car_frame(state);
    float turning = camera_sane(state->scene_mobil.turning_rate, 1.0f);
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        view_solid(view, &frame, &blocks[i]);
    draw_lamps(view, &frame, state->scene_mobil.input_brake > 0.0f);
    for (int i = 0; i < CAR_WHEEL_COUNT; i++) {
        struct view_frame wheel = wheel_frame(&frame, i, turning);
        draw_wheel(view, &wheel);
    }
}

/* On the ground, a little away from the sun. */
void camera_draw_shadow(const struct camera_view *view, const struct game_state *state)
{
    static const struct view_point outline[CANVAS_POINT_COUNT_MAX] = {
        {-0.95f, 0.0f, -2.15f}, {-1.08f, 0.0f, -1.80f}, {-1.08f, 0.0f, 2.15f},
        {-0.80f, 0.0f, 2.70f},  {0.80f, 0.0f, 2.70f},   {1.08f, 0.0f, 2.15f},
        {1.08f, 0.0f, -1.80f},  {0.95f, 0.0f, -2.15f}};
    struct view_frame frame = camera_car_frame(state);
    struct view_point points[CANVAS_POINT_COUNT_MAX];
    frame.x -= 0.25f;
    frame.z += 0.2f;
    frame.y = 0.0f;
    for (int i = 0; i < CANVAS_POINT_COUNT_MAX; i++)
        points[i] = view_frame_point(&frame, outline[i]);
    view_polygon(view, CANVAS_DARKEN, 0, points, CANVAS_POINT_COUNT_MAX);
}
