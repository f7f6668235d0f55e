/*
 * A track: a road along a centre line, gates across it, and where the race starts. It is read
 * from a small text, and then never changes. This file does no I/O and keeps no memory: a
 * `struct track` is a plain value of about 19 KB.
 *
 * The text, one statement a line; `#` starts a comment, blanks and tabs separate words, empty
 * lines do not count. Lengths are metres with at most three decimals, `.5` needs its zero.
 *
 *   name WORD              what the track is called (required; at most 63 characters)
 *   laps N                 laps of a closed track (default 1)
 *   closed                 the last point joins the first: a circuit
 *   start X Z HEADING      where the car stands before the race, heading in degrees: 0 looks
 *                          along +z, 90 along +x (default: the first point, facing the second)
 *   width W                width of the road from the next point on (default 16)
 *   surface WORD           its surface from the next point on: asphalt (default), dirt, grass, ice
 *   point X Z [R]          the centre line goes on to here; with R the corner at this point is
 *                          rounded to an arc of that radius
 *   checkpoint [W]         a gate across the road at the point before this line (on the middle of
 *                          its arc), W wide (default: the width of the road)
 *   finish [W]             the same for the finish; exactly one; on an open track it comes after
 *                          every checkpoint. On a closed track it is usually at the first point.
 *
 * Width and surface at a point hold for the road from it to the next one; everything else is
 * grass. Gates are passed in the order of the text, the finish last, along the direction of the
 * road. A closed track needs a checkpoint, so that a lap cannot be had by turning back.
 */
#ifndef SIM_TRACK_H
#define SIM_TRACK_H

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Contact materials of the real game, fact sheet section 10.6. */
enum surface {
    SURFACE_GRASS = 2,
    SURFACE_ICE = 3,
    SURFACE_DIRT = 6,
    SURFACE_ASPHALT = 16
};

enum {
    TRACK_GATE_COUNT_MAX = TRACK_CHECKPOINT_COUNT_MAX + 1,
    TRACK_STRETCH_SEGMENT_COUNT = 8,
    TRACK_STRETCH_COUNT_MAX =
        (TRACK_POINT_COUNT_MAX + TRACK_STRETCH_SEGMENT_COUNT - 1) / TRACK_STRETCH_SEGMENT_COUNT
};

/* A straight piece of road with round ends; consecutive pieces share a point. */
struct track_segment {
    float x, z;                 /* where it begins, m */
    float forward_x, forward_z; /* unit vector along it */
    float length;               /* m */
    float half_width;           /* m */
    float distance;             /* along the centre line from the first point to here, m */
    int32_t surface;            /* enum surface */
};

/* Eight segments in a row lie in a circle, so that far ones are passed over eight at a time. */
struct track_stretch {
    float x, z;
    float radius;         /* m, of their centre lines */
    float half_width_max; /* m */
};

struct track_gate {
    float x, z;                 /* its middle, m */
    float forward_x, forward_z; /* unit vector: the direction in which it is passed */
    float half_width;           /* m */
};

struct track {
    char name[TRACK_NAME_SIZE_MAX];
    int32_t laps;
    bool closed;
    struct track_gate start; /* place and direction of the car; the width says nothing */
    int32_t segment_count;   /* at least 1 */
    int32_t gate_count;      /* checkpoints of one lap and the finish, which is the last */
    float length;            /* of the centre line, m */
    struct track_segment segments[TRACK_POINT_COUNT_MAX];
    struct track_stretch stretches[TRACK_STRETCH_COUNT_MAX]; /* of segments 0..7, 8..15, ... */
    struct track_gate gates[TRACK_GATE_COUNT_MAX];
};

/* Line and column count from 1; the message is a static string, half a sentence. */
struct track_error {
    int32_t line;
    int32_t column;
    const char *message;
};

/*
 * Reads `size` bytes of text (no final zero needed). False: *error says what is wrong where, and
 * *track holds nothing of use.
 */
bool track_parse(const char *text, size_t size, struct track *track, struct track_error *error);

/* Fills the stretches of a track whose segments are there; `track_parse` has done it. */
void track_stretches_measure(struct track *track);

/* Where a place lies with respect to the road. */
struct track_place {
    int32_t segment; /* the nearest one, 0 .. segment_count - 1 */
    float along;     /* m from the beginning of that segment, 0 .. length */
    float distance;  /* m from the centre line */
    bool on_road;
};

/*
 * The nearest piece of road, looked for around the segment `hint` (any number) first. As long as
 * the place is on the road there, that is the answer, which matters only where roads cross;
 * otherwise the whole road is looked at.
 */
struct track_place track_locate(const struct track *track, float x, float z, int32_t hint);

/* The surface at a place close to segment `near` (0 .. segment_count - 1). */
int32_t track_surface(const struct track *track, float x, float z, int32_t near);

/* Whether the way from one place to the other leads through the gate, forwards. */
bool track_gate_passed(const struct track_gate *gate, float from_x, float from_z, float to_x,
                       float to_z);

#endif
