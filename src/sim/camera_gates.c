#include "sim/camera_parts.h"

#include "sim/camera_colours.h"

enum {
    CHECK_COLUMNS = 16,
    CHECK_ROWS = 2
};

static const float pole_height = 6.6f; /* m */
static const float pole_half = 0.25f;
static const float beam_low = 5.0f; /* over the road, to the top of the poles */
static const float beam_half = 0.3f;
static const float line_half = 0.4f;
static const float check_half = 0.9f; /* of the line of the finish */

static struct view_frame gate_frame(const struct track_gate *gate)
{
    return (struct view_frame){
        .x = gate->x, .z = gate->z, .forward_x = gate->forward_x, .forward_z = gate->forward_z};
}

static bool is_finish(const struct track *track, int32_t index)
{
    return index == track->gate_count - 1;
}

static uint32_t gate_colour(int32_t index, int32_t next_gate)
{
    if (index == next_gate)
        return COLOUR_GATE_NEXT;
    return index < next_gate ? COLOUR_GATE_PASSED : COLOUR_GATE_LATER;
}

static uint32_t check_colour(int32_t column, int32_t row)
{
    return (column ^ row) & 1 ? COLOUR_CHECK_DARK : COLOUR_CHECK_LIGHT;
}

/* Where a column of a checkered pattern begins, from right to left. */
static float check_left(float half_width, int32_t column)
{
    return half_width * (2.0f * (float)column / (float)CHECK_COLUMNS - 1.0f);
}

static void draw_line(const struct camera_view *view, const struct view_frame *frame,
                      uint32_t colour, const struct view_level *level, float right, float left)
{
    const struct view_point local[4] = {{right, level->y, level->back},
                                        {right, level->y, level->front},
                                        {left, level->y, level->front},
                                        {left, level->y, level->back}};
    struct view_point world[4];
    for (int i = 0; i < 4; i++)
        world[i] = view_frame_point(frame, local[i]);
    view_polygon(view, CANVAS_OVER, colour, world, 4);
}

static void draw_checkered_line(const struct camera_view *view, const struct view_frame *frame,
                                float half_width)
{
    for (int32_t row = 0; row < CHECK_ROWS; row++)
        for (int32_t i = 0; i < CHECK_COLUMNS; i++) {
            float back = row == 0 ? -check_half : 0.0f;
            const struct view_level level = {0.0f, back, back + check_half, 0.0f};
            draw_line(view, frame, check_colour(i, row), &level, check_left(half_width, i),
                      check_left(half_width, i + 1));
        }
}

void camera_draw_gate_lines(const struct camera_view *view, const struct track *track,
                            int32_t next_gate)
{
    struct view_level level = {0.0f, -line_half, line_half, 0.0f};
    for (int32_t i = 0; i < track->gate_count; i++) {
        const struct track_gate *gate = &track->gates[i];
        struct view_frame frame = gate_frame(gate);
        if (is_finish(track, i))
            draw_checkered_line(view, &frame, gate->half_width);
        else
            draw_line(view, &frame, gate_colour(i, next_gate), &level, -gate->half_width,
                      gate->half_width);
    }
}

static void draw_pole(const struct camera_view *view, const struct view_frame *frame, float left,
                      uint32_t colour)
{
    struct view_point foot = view_frame_point(frame, (struct view_point){left, 0.0f, 0.0f});
    struct view_frame place = *frame;
    place.x = foot.x;
    place.z = foot.z;
    const struct view_level low = {0.0f, -pole_half, pole_half, pole_half};
    struct view_block pole = {.low = low, .high = low, .colour = colour};
    pole.high.y = pole_height;
    view_solid(view, &place, &pole);
}

/* One side of the beam of the finish: ahead of the line, or behind it and the other way round. */
static void draw_checkered_side(const struct camera_view *view, const struct view_frame *frame,
                                float half_width, float ahead)
{
    float height = (pole_height - beam_low) / (float)CHECK_ROWS;
    for (int32_t row = 0; row < CHECK_ROWS; row++)
        for (int32_t i = 0; i < CHECK_COLUMNS; i++) {
            float low = beam_low + (float)row * height;
            float a = check_left(half_width, i), b = check_left(half_width, i + 1);
            float right = ahead > 0.0f ? b : a, left = ahead > 0.0f ? a : b;
            const struct view_point face[4] = {{right, low, ahead},
                                               {right, low + height, ahead},
                                               {left, low + height, ahead},
                                               {left, low, ahead}};
            view_face(view, frame, check_colour(i, row), face, 4);
        }
}

static void draw_beam(const struct camera_view *view, const struct view_frame *frame,
                      float half_width, uint32_t colour)
{
    const struct view_level low = {beam_low, -beam_half, beam_half, half_width};
    struct view_block beam = {.low = low, .high = low, .colour = colour};
    beam.high.y = pole_height;
    view_solid(view, frame, &beam);
}

void camera_draw_gates(const struct camera_view *view, const struct track *track, int32_t next_gate)
{
    for (int32_t i = 0; i < track->gate_count; i++) {
        float half_width = track->gates[i].half_width;
        struct view_frame frame = gate_frame(&track->gates[i]);
        bool finish = is_finish(track, i);
        uint32_t colour = finish ? COLOUR_CHECK_LIGHT : gate_colour(i, next_gate);
        draw_pole(view, &frame, half_width + pole_half, finish ? COLOUR_CHECK_DARK : COLOUR_POLE);
        draw_pole(view, &frame, -half_width - pole_half, finish ? COLOUR_CHECK_DARK : COLOUR_POLE);
        draw_beam(view, &frame, half_width, colour);
        if (finish) {
            draw_checkered_side(view, &frame, half_width, 1.1f * beam_half);
            draw_checkered_side(view, &frame, half_width, -1.1f * beam_half);
        }
    }
}
