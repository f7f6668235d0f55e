/*
 * The commands that a client of the engine can send (kind 5), in one list: it makes the table that
 * runs them, the answer to `help`, and a part of tmsim --help.
 *
 * Source: fact sheet "Remote editor TCP protocol", section 4, 0x05, for `updateCamera`; the others
 * are tmsim's own.
 */
#ifndef HOST_TMSIM_ENGINE_COMMANDS_H
#define HOST_TMSIM_ENGINE_COMMANDS_H

/*
 * X(name, its arguments, their usage, what it does). Of the arguments each is NUMBER, TEXT, or the
 * count of an array of numbers. The last text goes on a line of its own.
 */
#define TMSIM_ENGINE_COMMAND_LIST(X)                                                               \
    X(updateCamera, ARGUMENTS(3, 4, 16), "[x,y,z], [x,y,z,w], [16 numbers]",                       \
      "pictures are seen from there, so turned, with that projection, row 0 first")                \
    X(followCar, ARGUMENTS(0), "", "pictures follow the car, as at the beginning")                 \
    X(execute, ARGUMENTS(TEXT), "text", "runs a command, as --console does")                       \
    X(setSpeed, ARGUMENTS(NUMBER), "x", "times real time; 0: as fast as it goes")                  \
    X(state, ARGUMENTS(0), "", "answers where the car is, in one line")                            \
    X(setLogLevel, ARGUMENTS(TEXT), "level",                                                       \
      "the least that this client is told of: t, d, c, i, w, e or f")                              \
    X(help, ARGUMENTS(0), "", "answers with this list")

#endif
