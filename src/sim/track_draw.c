#include "sim/track_draft.h"

#include "sim/planar.h"

enum {
    ARC_PIECES_MAX = 32
};

static const float arc_piece_length = 6.0f; /* m; arcs are cut finer than this where they can be */
static const float segment_length_min = 0.01f;

/* The corner at one point: directions in and out, and how much of either side an arc takes. */
struct corner {
    float in_x, in_z;
    float out_x, out_z;
    float cut; /* m */
};

struct drawing {
    const struct track_draft *draft;
    struct track *track;
    struct track_error *error;
    float x, z; /* where the pen is */
    bool started;
};

static bool complain(struct drawing *drawing, const struct draft_point *at, const char *message)
{
    *drawing->error = (struct track_error){at->line, 1, message};
    return false;
}

static const struct draft_point *point_at(const struct track_draft *draft, int32_t index)
{
    return &draft->points[(index + draft->point_count) % draft->point_count];
}

static float direction(const struct draft_point *from, const struct draft_point *to, float *x,
                       float *z)
{
    *x = to->x - from->x;
    *z = to->z - from->z;
    float length = sqrtf(*x * *x + *z * *z);
    planar_normalise(x, z);
    return length;
}

/* At the ends of an open track the road goes straight on. */
static void corner_measure(const struct track_draft *draft, bool closed, int32_t index,
                           struct corner *corner)
{
    const struct draft_point *here = point_at(draft, index);
    bool first = !closed && index == 0, last = !closed && index == draft->point_count - 1;
    if (!first)
        direction(point_at(draft, index - 1), here, &corner->in_x, &corner->in_z);
    if (!last)
        direction(here, point_at(draft, index + 1), &corner->out_x, &corner->out_z);
    if (first) {
        corner->in_x = corner->out_x;
        corner->in_z = corner->out_z;
    } else if (last) {
        corner->out_x = corner->in_x;
        corner->out_z = corner->in_z;
    }
    float cosine = corner->in_x * corner->out_x + corner->in_z * corner->out_z;
    float sine = corner->in_z * corner->out_x - corner->in_x * corner->out_z;
    sine = sine < 0.0f ? -sine : sine;
    corner->cut = here->radius > 0.0f ? here->radius * sine / (1.0f + cosine) : 0.0f;
}

/* The road from where the pen is to the given place. */
static bool draw_to(struct drawing *drawing, const struct draft_point *look, float x, float z)
{
    struct track *track = drawing->track;
    float dx = x - drawing->x, dz = z - drawing->z;
    float length = sqrtf(dx * dx + dz * dz);
    if (drawing->started && length < segment_length_min)
        return true;
    if (drawing->started) {
        if (track->segment_count == TRACK_POINT_COUNT_MAX)
            return complain(drawing, look, "too many points, counting those of the arcs");
        planar_normalise(&dx, &dz);
        track->segments[track->segment_count++] =
            (struct track_segment){.x = drawing->x,
                                   .z = drawing->z,
                                   .forward_x = dx,
                                   .forward_z = dz,
                                   .length = length,
                                   .half_width = look->half_width,
                                   .distance = track->length,
                                   .surface = look->surface};
        track->length += length;
    }
    drawing->started = true;
    drawing->x = x;
    drawing->z = z;
    return true;
}

/* How many pieces, a power of two, for an arc whose chord has that length. */
static int32_t arc_piece_count(float chord)
{
    int32_t pieces = 2;
    while (pieces < ARC_PIECES_MAX && chord > arc_piece_length * (float)pieces)
        pieces *= 2;
    return pieces;
}

/*
 * The arc of a corner, halved again and again: no angle is ever needed. `before` is the look of
 * the road that leads here; the second half has the look of the corner's own point.
 */
static bool draw_arc(struct drawing *drawing, int32_t index, const struct corner *corner,
                     const struct draft_point *before)
{
    const struct draft_point *here = point_at(drawing->draft, index);
    float turn = corner->in_z * corner->out_x - corner->in_x * corner->out_z;
    float side = turn > 0.0f ? 1.0f : -1.0f;
    float radius = here->radius;
    float center_x = here->x - corner->in_x * corner->cut + side * corner->in_z * radius;
    float center_z = here->z - corner->in_z * corner->cut - side * corner->in_x * radius;
    int32_t pieces = arc_piece_count(2.0f * corner->cut);
    float x[ARC_PIECES_MAX + 1], z[ARC_PIECES_MAX + 1];
    x[0] = -side * corner->in_z;
    z[0] = side * corner->in_x;
    x[pieces] = -side * corner->out_z;
    z[pieces] = side * corner->out_x;
    for (int32_t step = pieces / 2; step > 0; step /= 2)
        for (int32_t i = step; i < pieces; i += 2 * step) {
            x[i] = x[i - step] + x[i + step];
            z[i] = z[i - step] + z[i + step];
            planar_normalise(&x[i], &z[i]);
        }
    for (int32_t i = 0; i <= pieces; i++)
        if (!draw_to(drawing, i > pieces / 2 ? here : before, center_x + x[i] * radius,
                     center_z + z[i] * radius))
            return false;
    return true;
}

static bool draw_corner(struct drawing *drawing, int32_t index)
{
    struct corner corner;
    corner_measure(drawing->draft, drawing->track->closed, index, &corner);
    const struct draft_point *here = point_at(drawing->draft, index);
    bool first = !drawing->track->closed && index == 0;
    const struct draft_point *before = first ? here : point_at(drawing->draft, index - 1);
    if (corner.cut > 0.0f)
        return draw_arc(drawing, index, &corner, before);
    return draw_to(drawing, before, here->x, here->z);
}

/* The sides between the points must have a length, and room for the arcs at both ends. */
static bool check_sides(struct drawing *drawing)
{
    const struct track_draft *draft = drawing->draft;
    bool closed = drawing->track->closed;
    int32_t sides = closed ? draft->point_count : draft->point_count - 1;
    for (int32_t i = 0; i < sides; i++) {
        const struct draft_point *from = point_at(draft, i), *to = point_at(draft, i + 1);
        struct corner near, far;
        float x, z;
        float length = direction(from, to, &x, &z);
        if (length < segment_length_min)
            return complain(drawing, to, "the point is at the same place as the one before");
        corner_measure(draft, closed, i, &near);
        corner_measure(draft, closed, (i + 1) % draft->point_count, &far);
        if (!(near.cut + far.cut <= length))
            return complain(drawing, far.cut > 0.0f ? to : from,
                            "the radius is too large for the sides of the corner");
    }
    return true;
}

/* A gate stands on the point, or on the middle of its arc, across the mean direction. */
static struct track_gate gate_at(const struct track_draft *draft, bool closed,
                                 const struct draft_gate *gate)
{
    const struct draft_point *here = point_at(draft, gate->point);
    struct corner corner;
    corner_measure(draft, closed, gate->point, &corner);
    struct track_gate result = {.x = here->x,
                                .z = here->z,
                                .forward_x = corner.in_x + corner.out_x,
                                .forward_z = corner.in_z + corner.out_z,
                                .half_width =
                                    gate->half_width > 0.0f ? gate->half_width : here->half_width};
    planar_normalise(&result.forward_x, &result.forward_z);
    if (corner.cut > 0.0f) {
        float inward_x = corner.out_x - corner.in_x, inward_z = corner.out_z - corner.in_z;
        planar_normalise(&inward_x, &inward_z);
        float to_center = sqrtf(corner.cut * corner.cut + here->radius * here->radius);
        result.x += inward_x * (to_center - here->radius);
        result.z += inward_z * (to_center - here->radius);
    }
    return result;
}

/* A circuit begins, and ends, where the arc of its first point begins. */
static bool draw_road(struct drawing *drawing)
{
    const struct track_draft *draft = drawing->draft;
    for (int32_t i = 0; i < draft->point_count; i++)
        if (!draw_corner(drawing, i))
            return false;
    if (!drawing->track->closed)
        return true;
    const struct track_segment *first = &drawing->track->segments[0];
    return draw_to(drawing, point_at(draft, -1), first->x, first->z);
}

bool track_draw(const struct track_draft *draft, struct track *track, struct track_error *error)
{
    struct drawing drawing = {.draft = draft, .track = track, .error = error};
    track->segment_count = 0;
    track->length = 0.0f;
    if (!check_sides(&drawing) || !draw_road(&drawing))
        return false;
    track_stretches_measure(track);
    track->gate_count = 0;
    for (int32_t i = 0; i < draft->gate_count; i++)
        track->gates[track->gate_count++] = gate_at(draft, track->closed, &draft->gates[i]);
    track->gates[track->gate_count++] = gate_at(draft, track->closed, &draft->finish);
    return true;
}
