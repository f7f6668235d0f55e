/* Runs the embedded game and serves it, until somebody ends it. */
#ifndef HOST_TMSIM_SERVE_H
#define HOST_TMSIM_SERVE_H

#include "host/tmsim_options.h"
#include "sim/track.h"

/* Returns the exit status; says on standard error what went wrong, and what happens. */
int tmsim_serve(const struct tmsim_options *options, const struct track *track);

#endif
