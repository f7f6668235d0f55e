#include "sim/camera_parts.h"

#include "sim/camera_colours.h"
#include "sim/planar.h"

enum {
    ROUND_STEPS = 4 /* of the outside of a corner */
};

static const float line_distance = 260.0f; /* m; lines farther away are too thin to be seen */
static const float line_growth = 0.0025f;  /* width for each metre away, against broken lines */
static const float dash_period = 12.0f;    /* m */
static const float dash_length = 4.0f;
static const float kerb_length_max = 8.0f; /* longer pieces of a corner have a plain line */
static const float kerb_cosine = 0.9998f;  /* of the turn from which on a piece is of a corner */

/* A piece of road with the directions across it at its ends, as long as they must be to meet. */
struct piece {
    const struct track_segment *segment;
    float x_end, z_end;
    float left_x, left_z, left_x_end, left_z_end;
    bool in_corner;
    int32_t index;
};

static uint32_t surface_colour(int32_t surface)
{
    switch (surface) {
    case SURFACE_DIRT:
        return COLOUR_DIRT;
    case SURFACE_ICE:
        return COLOUR_ICE;
    case SURFACE_GRASS:
        return COLOUR_GRASS_ROAD;
    default:
        return COLOUR_ASPHALT;
    }
}

static uint32_t edge_colour(const struct piece *piece)
{
    switch (piece->segment->surface) {
    case SURFACE_DIRT:
        return COLOUR_DIRT_EDGE;
    case SURFACE_ICE:
        return COLOUR_ICE_EDGE;
    case SURFACE_GRASS:
        return COLOUR_GRASS_EDGE;
    default:
        return piece->in_corner && piece->index % 2 != 0 ? COLOUR_KERB : COLOUR_LINE;
    }
}

/* The segment before or after; an open road goes straight on at its ends. */
static const struct track_segment *neighbour(const struct track *track, int32_t index, int32_t step)
{
    int32_t other = index + step, count = track->segment_count;
    if (track->closed)
        return &track->segments[(other + count) % count];
    return &track->segments[other >= 0 && other < count ? other : index];
}

/* Across the joint of two segments. Where it would be long, at a sharp corner, across `own`. */
static void across(const struct track_segment *own, const struct track_segment *other, float *x,
                   float *z)
{
    float cosine = own->forward_x * other->forward_x + own->forward_z * other->forward_z;
    *x = own->forward_z;
    *z = -own->forward_x;
    if (cosine < 0.0f)
        return;
    *x = (own->forward_z + other->forward_z) / (1.0f + cosine);
    *z = -(own->forward_x + other->forward_x) / (1.0f + cosine);
}

static bool turns(const struct track_segment *a, const struct track_segment *b)
{
    return a->forward_x * b->forward_x + a->forward_z * b->forward_z < kerb_cosine;
}

static struct piece piece_at(const struct track *track, int32_t index)
{
    const struct track_segment *segment = &track->segments[index];
    const struct track_segment *before = neighbour(track, index, -1);
    const struct track_segment *after = neighbour(track, index, 1);
    struct piece piece = {.segment = segment, .index = index};
    bool goes_on = after != segment; /* then it ends just where the other begins */
    piece.x_end = goes_on ? after->x : segment->x + segment->forward_x * segment->length;
    piece.z_end = goes_on ? after->z : segment->z + segment->forward_z * segment->length;
    across(segment, before, &piece.left_x, &piece.left_z);
    across(segment, after, &piece.left_x_end, &piece.left_z_end);
    piece.in_corner =
        segment->length < kerb_length_max && (turns(before, segment) || turns(segment, after));
    return piece;
}

/*
 * The rectangle of a segment, without its round ends. In two halves, so that its corners and
 * those of the wedges at its ends are the same, and no hole is left between them.
 */
static void draw_surface(const struct camera_view *view, const struct piece *piece)
{
    const struct track_segment *segment = piece->segment;
    for (int i = 0; i < 2; i++) {
        float side = i == 0 ? -1.0f : 1.0f;
        float across_x = side * segment->forward_z * segment->half_width;
        float across_z = side * -segment->forward_x * segment->half_width;
        const struct view_point points[4] = {
            {segment->x, 0.0f, segment->z},
            {segment->x + across_x, 0.0f, segment->z + across_z},
            {piece->x_end + across_x, 0.0f, piece->z_end + across_z},
            {piece->x_end, 0.0f, piece->z_end}};
        view_polygon(view, CANVAS_OVER, surface_colour(segment->surface), points, 4);
    }
}

/*
 * A quarter or less of the disc about a place: between two directions from it, which are halved
 * until there are ROUND_STEPS + 1, so that no angle is needed.
 */
static void draw_round(const struct camera_view *view, const struct track_segment *look, float x,
                       float z, const float from[2], const float to[2])
{
    float dx[ROUND_STEPS + 1], dz[ROUND_STEPS + 1];
    struct view_point points[ROUND_STEPS + 2] = {{x, 0.0f, z}};
    dx[0] = from[0];
    dz[0] = from[1];
    dx[ROUND_STEPS] = to[0];
    dz[ROUND_STEPS] = to[1];
    for (int step = ROUND_STEPS / 2; step > 0; step /= 2)
        for (int i = step; i < ROUND_STEPS; i += 2 * step) {
            dx[i] = dx[i - step] + dx[i + step];
            dz[i] = dz[i - step] + dz[i + step];
            planar_normalise(&dx[i], &dz[i]);
        }
    for (int i = 0; i <= ROUND_STEPS; i++)
        points[i + 1] =
            (struct view_point){x + dx[i] * look->half_width, 0.0f, z + dz[i] * look->half_width};
    view_polygon(view, CANVAS_OVER, surface_colour(look->surface), points, ROUND_STEPS + 2);
}

/* The round end of a segment, as two quarters of a disc. */
static void draw_end(const struct camera_view *view, const struct track_segment *segment, float x,
                     float z, float sign)
{
    const float outward[2] = {sign * segment->forward_x, sign * segment->forward_z};
    const float left[2] = {segment->forward_z, -segment->forward_x};
    const float right[2] = {-left[0], -left[1]};
    draw_round(view, segment, x, z, left, outward);
    draw_round(view, segment, x, z, outward, right);
}

/*
 * What is seen of the round end where the road goes on as the other segment: the wedge at the
 * outside of the turn, or all of it if the other is narrower or there is none.
 */
static void draw_joint(const struct camera_view *view, const struct piece *piece,
                       const struct track_segment *other, bool at_end)
{
    const struct track_segment *segment = piece->segment;
    float x = at_end ? piece->x_end : segment->x, z = at_end ? piece->z_end : segment->z;
    float sign = at_end ? 1.0f : -1.0f;
    if (other == segment || other->half_width < segment->half_width) {
        draw_end(view, segment, x, z, sign);
        return;
    }
    float turn = segment->forward_z * other->forward_x - segment->forward_x * other->forward_z;
    float side = turn * sign > 0.0f ? -1.0f : 1.0f; /* left or right of the road is outside */
    const float from[2] = {side * segment->forward_z, side * -segment->forward_x};
    const float to[2] = {side * other->forward_z, side * -other->forward_x};
    if (from[0] != to[0] || from[1] != to[1])
        draw_round(view, segment, x, z, from, to);
}

/* Between two distances to the left of the centre line, all along the piece or a part of it. */
static void draw_strip(const struct camera_view *view, uint32_t colour, const struct piece *piece,
                       float offset, float width)
{
    float x = piece->segment->x, z = piece->segment->z;
    float near = 0.5f * (width + line_growth * view_distance(view, x, z));
    float far = 0.5f * (width + line_growth * view_distance(view, piece->x_end, piece->z_end));
    const float across_line[4] = {offset + near, offset - near, offset - far, offset + far};
    struct view_point points[4];
    for (int i = 0; i < 4; i++)
        points[i] =
            i < 2 ? (struct view_point){x + piece->left_x * across_line[i], 0.0f,
                                        z + piece->left_z * across_line[i]}
                  : (struct view_point){piece->x_end + piece->left_x_end * across_line[i], 0.0f,
                                        piece->z_end + piece->left_z_end * across_line[i]};
    view_polygon(view, CANVAS_OVER, colour, points, 4);
}

static void draw_edges(const struct camera_view *view, const struct piece *piece)
{
    float width = piece->in_corner ? 0.6f : 0.3f, half = piece->segment->half_width - 0.35f;
    draw_strip(view, edge_colour(piece), piece, half, width);
    draw_strip(view, edge_colour(piece), piece, -half, width);
}

/* The part of a segment that is close enough for its line to be seen; false: none is. */
static bool near_part(const struct camera_view *view, const struct track_segment *segment,
                      float *from, float *to)
{
    float dx = view->eye[0] - segment->x, dz = view->eye[2] - segment->z;
    float along = dx * segment->forward_x + dz * segment->forward_z;
    *from = along - line_distance > 0.0f ? along - line_distance : 0.0f;
    *to = along + line_distance < segment->length ? along + line_distance : segment->length;
    return *from < *to &&
           view_distance(view, segment->x + segment->forward_x * *from,
                         segment->z + segment->forward_z * *from) < 2.0f * line_distance;
}

/* The part of a piece between two lengths along it; inside, across means at a right angle. */
static struct piece piece_part(const struct piece *piece, struct track_segment *room, float from,
                               float to)
{
    const struct track_segment *segment = piece->segment;
    struct piece part = *piece;
    *room = *segment;
    part.segment = room;
    if (from > 0.0f) {
        room->x = segment->x + segment->forward_x * from;
        room->z = segment->z + segment->forward_z * from;
        part.left_x = segment->forward_z;
        part.left_z = -segment->forward_x;
    }
    if (to < segment->length) {
        part.x_end = segment->x + segment->forward_x * to;
        part.z_end = segment->z + segment->forward_z * to;
        part.left_x_end = segment->forward_z;
        part.left_z_end = -segment->forward_x;
    }
    return part;
}

/* Dashes count from the beginning of the road, so that they lie still. */
static void draw_dashes(const struct camera_view *view, const struct piece *piece)
{
    const struct track_segment *segment = piece->segment;
    struct track_segment room;
    float from, to;
    bool dirt = segment->surface == SURFACE_DIRT; /* has darker patches, to see it pass by */
    if (!near_part(view, segment, &from, &to))
        return;
    int32_t first = (int32_t)((segment->distance + from) / dash_period);
    int32_t last = (int32_t)((segment->distance + to) / dash_period);
    for (int32_t i = first; i <= last; i++) {
        float begin = (float)i * dash_period - segment->distance, end = begin + dash_length;
        if (begin >= segment->length || end <= 0.0f)
            continue;
        struct piece dash = piece_part(piece, &room, begin, end);
        draw_strip(view, dirt ? COLOUR_DIRT_DASH : COLOUR_LINE, &dash, 0.0f, dirt ? 1.5f : 0.2f);
    }
}

void camera_draw_road(const struct camera_view *view, const struct track *track)
{
    for (int32_t i = 0; i < track->segment_count; i++) {
        struct piece piece = piece_at(track, i);
        draw_joint(view, &piece, neighbour(track, i, -1), false);
        draw_joint(view, &piece, neighbour(track, i, 1), true);
    }
    for (int32_t i = 0; i < track->segment_count; i++) {
        struct piece piece = piece_at(track, i);
        draw_surface(view, &piece);
    }
    for (int32_t i = 0; i < track->segment_count; i++) {
        struct piece piece = piece_at(track, i);
        draw_edges(view, &piece);
        draw_dashes(view, &piece);
    }
}
