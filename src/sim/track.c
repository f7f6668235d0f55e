#include "sim/track.h"

#include "sim/planar.h"

/* How a place lies to one segment. */
struct spot {
    int32_t segment;
    float along;   /* m from the beginning of the segment to the nearest point of it */
    float squared; /* of the distance from there */
};

static inline struct spot spot_on(const struct track *track, int32_t index, float x, float z)
{
    const struct track_segment *segment = &track->segments[index];
    float dx = x - segment->x, dz = z - segment->z;
    float along = dx * segment->forward_x + dz * segment->forward_z;
    along = along > segment->length ? segment->length : along > 0.0f ? along : 0.0f;
    dx -= along * segment->forward_x;
    dz -= along * segment->forward_z;
    return (struct spot){index, along, dx * dx + dz * dz};
}

static inline bool is_on_road(const struct track *track, const struct spot *spot)
{
    float half_width = track->segments[spot->segment].half_width;
    return spot->squared <= half_width * half_width;
}

/* The neighbour of a segment, itself at the ends of an open track. */
static int32_t neighbour(const struct track *track, int32_t segment, int32_t step)
{
    int32_t next = segment + step;
    if (next < 0)
        return track->closed ? track->segment_count - 1 : 0;
    if (next >= track->segment_count)
        return track->closed ? 0 : track->segment_count - 1;
    return next;
}

static int32_t in_range(const struct track *track, int32_t segment)
{
    return segment >= 0 && segment < track->segment_count ? segment : 0;
}

/* From one segment along the road, as long as it comes nearer. */
static struct spot search_nearby(const struct track *track, int32_t from, float x, float z)
{
    struct spot best = spot_on(track, from, x, z);
    for (int step = 1; step >= -1; step -= 2) {
        struct spot next = spot_on(track, neighbour(track, best.segment, step), x, z);
        while (next.squared < best.squared) {
            best = next;
            next = spot_on(track, neighbour(track, best.segment, step), x, z);
        }
        if (best.segment != from)
            break;
    }
    return best;
}

static float distance(float x, float z, float to_x, float to_z)
{
    return sqrtf((x - to_x) * (x - to_x) + (z - to_z) * (z - to_z));
}

static int32_t stretch_end(const struct track *track, int32_t first)
{
    int32_t end = first + TRACK_STRETCH_SEGMENT_COUNT;
    return end < track->segment_count ? end : track->segment_count;
}

static struct track_stretch stretch_measure(const struct track *track, int32_t first)
{
    const struct track_segment *begin = &track->segments[first];
    int32_t end = stretch_end(track, first);
    const struct track_segment *last = &track->segments[end - 1];
    float x = last->x + last->forward_x * last->length;
    float z = last->z + last->forward_z * last->length;
    struct track_stretch stretch = {.x = (begin->x + x) / 2.0f, .z = (begin->z + z) / 2.0f};
    stretch.radius = distance(x, z, stretch.x, stretch.z);
    for (const struct track_segment *at = begin; at <= last; at++) {
        float far = distance(at->x, at->z, stretch.x, stretch.z);
        stretch.radius = far > stretch.radius ? far : stretch.radius;
        if (at->half_width > stretch.half_width_max)
            stretch.half_width_max = at->half_width;
    }
    return stretch;
}

void track_stretches_measure(struct track *track)
{
    for (int32_t first = 0; first < track->segment_count; first += TRACK_STRETCH_SEGMENT_COUNT)
        track->stretches[first / TRACK_STRETCH_SEGMENT_COUNT] = stretch_measure(track, first);
}

/* Whether a stretch may hold a segment that is nearer, or has the place on its road. */
static bool is_worth_a_look(const struct track_stretch *stretch, float x, float z, float nearest)
{
    float reach = nearest > stretch->half_width_max ? nearest : stretch->half_width_max;
    return !(distance(x, z, stretch->x, stretch->z) > stretch->radius + reach);
}

/* The whole road; a segment that has the place on its road goes before a nearer one. */
static struct spot search_everywhere(const struct track *track, struct spot near, float x, float z)
{
    int32_t best = near.segment, covering = -1;
    float best_squared = near.squared, covering_squared = 0.0f;
    for (int32_t first = 0; first < track->segment_count; first += TRACK_STRETCH_SEGMENT_COUNT) {
        const struct track_stretch *stretch =
            &track->stretches[first / TRACK_STRETCH_SEGMENT_COUNT];
        if (!is_worth_a_look(stretch, x, z, sqrtf(best_squared)))
            continue;
        for (int32_t i = first; i < stretch_end(track, first); i++) {
            struct spot spot = spot_on(track, i, x, z);
            if (spot.squared < best_squared) {
                best = i;
                best_squared = spot.squared;
            }
            if (is_on_road(track, &spot) && (covering < 0 || spot.squared < covering_squared)) {
                covering = i;
                covering_squared = spot.squared;
            }
        }
    }
    return spot_on(track, covering >= 0 ? covering : best, x, z);
}

struct track_place track_locate(const struct track *track, float x, float z, int32_t hint)
{
    struct spot best = search_nearby(track, in_range(track, hint), x, z);
    if (!is_on_road(track, &best))
        best = search_everywhere(track, best, x, z);
    return (struct track_place){.segment = best.segment,
                                .along = best.along,
                                .distance = sqrtf(best.squared),
                                .on_road = is_on_road(track, &best)};
}

int32_t track_surface(const struct track *track, float x, float z, int32_t near)
{
    int32_t here = in_range(track, near);
    const int32_t candidates[3] = {here, neighbour(track, here, 1), neighbour(track, here, -1)};
    for (int i = 0; i < 3; i++) {
        struct spot spot = spot_on(track, candidates[i], x, z);
        if (is_on_road(track, &spot))
            return track->segments[spot.segment].surface;
    }
    return SURFACE_GRASS;
}

bool track_gate_passed(const struct track_gate *gate, float from_x, float from_z, float to_x,
                       float to_z)
{
    float ax = from_x - gate->x, az = from_z - gate->z;
    float bx = to_x - gate->x, bz = to_z - gate->z;
    float before = ax * gate->forward_x + az * gate->forward_z;
    float after = bx * gate->forward_x + bz * gate->forward_z;
    if (!(before < 0.0f && after >= 0.0f))
        return false;
    float part = before / (before - after);
    float side_from = ax * gate->forward_z - az * gate->forward_x;
    float side_to = bx * gate->forward_z - bz * gate->forward_x;
    float side = side_from + (side_to - side_from) * part;
    return side >= -gate->half_width && side <= gate->half_width;
}
