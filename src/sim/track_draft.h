/*
 * A track as its text says it: corners with radii, before arcs are drawn. Between the two halves
 * of `track_parse` only.
 */
#ifndef SIM_TRACK_DRAFT_H
#define SIM_TRACK_DRAFT_H

#include "sim/track.h"

struct draft_point {
    float x, z;
    float radius;     /* 0: a plain corner */
    float half_width; /* of the road from here on */
    int32_t surface;
    int32_t line; /* of the text, for complaints */
};

struct draft_gate {
    int32_t point;
    float half_width; /* 0: the road's */
};

struct track_draft {
    struct draft_point points[TRACK_POINT_COUNT_MAX];
    int32_t point_count;
    struct draft_gate gates[TRACK_GATE_COUNT_MAX]; /* without the finish */
    int32_t gate_count;
    struct draft_gate finish;
};

/*
 * Draws the draft: fills segments, gates and length of a track whose `closed` is set. False:
 * *error names the line of the point that cannot be drawn, column 1.
 */
bool track_draw(const struct track_draft *draft, struct track *track, struct track_error *error);

#endif
