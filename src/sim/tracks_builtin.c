#include "sim/tracks_builtin.h"

#include <assert.h>
#include <string.h>

static const char straight[] = "# Holding accelerate is enough.\n"
                               "name straight\n"
                               "width 24\n"
                               "start 0 0 0\n"
                               "point 0 -20\n"
                               "point 0 160\n"
                               "checkpoint\n"
                               "point 0 320\n"
                               "checkpoint\n"
                               "point 0 480\n"
                               "finish\n"
                               "point 0 700\n";

static const char easy[] =
    "# Wide corners: the middle of the road can be followed with little braking.\n"
    "name easy\n"
    "width 20\n"
    "start 0 0 0\n"
    "point 0 -20\n"
    "point 0 200 120\n"
    "checkpoint\n"
    "point 150 290 100\n"
    "point 180 440 100\n"
    "checkpoint\n"
    "point 350 460 110\n"
    "point 410 280 120\n"
    "checkpoint\n"
    "point 330 110 120\n"
    "checkpoint\n"
    "point 376 -60 110\n"
    "point 346 -180\n"
    "finish\n"
    "point 316 -300\n";

static const char technical[] =
    "# Tight corners, a chicane, dirt, and a hairpin that tempts to drive over the grass.\n"
    "name technical\n"
    "width 14\n"
    "start 0 0 0\n"
    "point 0 -20\n"
    "point 0 150 30\n"
    "point 90 170 30\n"
    "checkpoint\n"
    "point 100 240 20\n"
    "point 60 270 20\n"
    "point 60 310 20\n"
    "checkpoint\n"
    "point 190 330 50\n"
    "checkpoint 20\n"
    "point 230 200 30\n"
    "point 280 190 15\n"
    "point 280 150 15\n"
    "point 230 140 30\n"
    "surface dirt\n"
    "point 220 70 45\n"
    "checkpoint 20\n"
    "surface asphalt\n"
    "point 120 40 25\n"
    "point 90 -120\n"
    "finish\n"
    "point 64 -262\n";

static const char laps[] = "# A circuit with a fast half and a slow one.\n"
                           "name laps\n"
                           "laps 3\n"
                           "closed\n"
                           "width 16\n"
                           "start 0 -12 0\n"
                           "point 0 0\n"
                           "finish\n"
                           "point 0 70 38\n"
                           "point 76 85 29\n"
                           "checkpoint\n"
                           "point 65 15 20\n"
                           "point 105 -15 20\n"
                           "checkpoint\n"
                           "point 95 -75 28\n"
                           "checkpoint\n"
                           "point 0 -75 40\n";

const struct builtin_track tracks_builtin[] = {
    {"straight", straight}, {"easy", easy}, {"technical", technical}, {"laps", laps}, {NULL, NULL}};

bool track_load_builtin(const char *name, struct track *track)
{
    const struct builtin_track *found = tracks_builtin;
    while (found->name != NULL && strcmp(found->name, name) != 0)
        found++;
    struct track_error error;
    if (found->name == NULL)
        return false;
    bool parsed = track_parse(found->text, strlen(found->text), track, &error);
    assert(parsed && "a built-in track is written wrongly");
    return parsed;
}
