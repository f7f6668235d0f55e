/*
 * The four tracks that are always there: `straight`, `easy`, `technical` and `laps`, kept as the
 * same text a track file has.
 */
#ifndef SIM_TRACKS_BUILTIN_H
#define SIM_TRACKS_BUILTIN_H

#include "sim/track.h"

struct builtin_track {
    const char *name;
    const char *text;
};

/* Ended by a null name. */
extern const struct builtin_track tracks_builtin[];

/* The built-in track of that name into *track. False: there is none. */
bool track_load_builtin(const char *name, struct track *track);

#endif
