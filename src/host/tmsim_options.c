#include "host/tmsim_options.h"

#include "base/limits.h"
#include "host/tmsim_engine_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_HELP(name, arguments, usage, does) "  " #name "(" usage ")\n      " does "\n"

const char tmsim_help[] =
    "usage: tmsim [options]\n"
    "The embedded game, served as TMInterface serves the real one.\n"
    "      --track NAME|FILE  straight, easy, technical, laps, or a track file (easy)\n"
    "      --laps N           laps of a circuit, instead of the track's own\n"
    "      --speed X|max      times real time (1; max with --simulate); max: as fast as the\n"
    "                         client answers\n"
    "      --mapped [NAME]    serve the shared memory NAME (default: the first free\n"
    "                         TMInterface0..15); tmsim does this, whatever else it serves\n"
    "      --dialect NAME     how messages are numbered (v1):" DIALECT_NAMES "\n"
    "      --buffer-size N    bytes of the shared memory (of v1 65535, of public 16384)\n"
    "      --engine [ADDRESS] serve the framed TCP protocol of remote editors as well, at "
    "HOST:PORT,\n"
    "                         HOST or PORT (127.0.0.1:4242); port 0: any that is free\n"
    "      --bare-screenshots what the client of Blender takes: pictures without their size in\n"
    "                         front, nothing that was not asked for, no word about kind 6\n"
    "      --inputs FILE      an input script whose commands run at their race times\n"
    "      --simulate FILE    the simulation context: plays the inputs of a script to its end,\n"
    "                         again and again while a client is attached\n"
    "      --console          runs commands from standard input, one a line (try help)\n"
    "      --steps N          end after N physics steps\n"
    "  -q, --quiet            say nothing about clients and races\n"
    "  -v, --version          show the version\n"
    "  -h, --help             show this\n"
    "While nobody is attached, a game at --speed max runs in real time.\n"
    "Ctrl-C and termination end it with a shutdown message to the client; exit status 0.\n"
    "\n"
    "Engine commands (kind 5): a method and its arguments in MessagePack, one array of both or "
    "one\n"
    "behind the other. Behind the last argument may be a map {id = N}. Each is answered by a log\n"
    "(kind 2) with that id, or 0: level i with \"ok\" or the answer, level e with what is "
    "wrong.\n" TMSIM_ENGINE_COMMAND_LIST(
        COMMAND_HELP) "All clients are told what happens in the race: i and w what, e why not, d "
                      "which commands run.\n"
                      "A client that reads too slowly is told how many messages it has lost.\n";

struct cursor {
    struct tmsim_options *options;
    char **argv;
    int argc;
    int at;
};

static bool refuse(struct cursor *cursor, const char *option, const char *wanted)
{
    snprintf(cursor->options->error, sizeof cursor->options->error, "%s needs %s", option, wanted);
    return false;
}

static bool read_number(const char *text, double lowest, double highest, double *number)
{
    char *end = NULL;
    *number = text != NULL ? strtod(text, &end) : 0;
    return text != NULL && end != text && *end == '\0' && *number >= lowest && *number <= highest;
}

static bool set_speed(struct cursor *cursor, const char *value)
{
    struct tmsim_options *options = cursor->options;
    options->speed = 0;
    if (value != NULL && strcmp(value, "max") == 0)
        return true;
    return read_number(value, 0.001, 1e6, &options->speed) ||
           refuse(cursor, "--speed", "a number above 0, or max");
}

static bool set_integer(struct cursor *cursor, const char *option, const char *value, double lowest,
                        double highest, double *number)
{
    char wanted[80];
    snprintf(wanted, sizeof wanted, "a whole number from %.0f to %.0f", lowest, highest);
    return (read_number(value, lowest, highest, number) && *number == (double)(int64_t)*number) ||
           refuse(cursor, option, wanted);
}

/* Options with a value. Returns false and leaves *known false for a stranger. */
static bool read_valued(struct cursor *cursor, const char *option, const char *value, bool *known)
{
    struct tmsim_options *options = cursor->options;
    double number = 0;
    bool ok = true;
    *known = true;
    if (strcmp(option, "--track") == 0) {
        options->track = value;
        ok = value != NULL || refuse(cursor, option, "a name or a file");
    } else if (strcmp(option, "--inputs") == 0) {
        options->inputs = value;
        ok = value != NULL || refuse(cursor, option, "a file");
    } else if (strcmp(option, "--simulate") == 0) {
        options->simulate = value;
        ok = value != NULL || refuse(cursor, option, "a file");
    } else if (strcmp(option, "--speed") == 0) {
        ok = set_speed(cursor, value);
    } else if (strcmp(option, "--dialect") == 0) {
        options->dialect = value != NULL ? dialect_find(value) : NULL;
        ok = options->dialect != NULL || refuse(cursor, option, "one of" DIALECT_NAMES);
    } else if (strcmp(option, "--laps") == 0) {
        ok = set_integer(cursor, option, value, 1, TRACK_LAP_COUNT_MAX, &number);
        options->laps = (int)number;
    } else if (strcmp(option, "--buffer-size") == 0) {
        ok = set_integer(cursor, option, value, SLOT_SIZE_MIN, SLOT_SIZE_MAX, &number);
        options->buffer_size = (size_t)number;
    } else if (strcmp(option, "--steps") == 0) {
        ok = set_integer(cursor, option, value, 1, 1e15, &number);
        options->steps = (uint64_t)number;
    } else {
        *known = false;
        return false;
    }
    return ok;
}

static bool read_flag(struct cursor *cursor, const char *option)
{
    struct tmsim_options *options = cursor->options;
    if (strcmp(option, "-h") == 0 || strcmp(option, "--help") == 0)
        return options->help = true;
    if (strcmp(option, "-v") == 0 || strcmp(option, "--version") == 0)
        return options->version = true;
    if (strcmp(option, "-q") == 0 || strcmp(option, "--quiet") == 0)
        return options->quiet = true;
    if (strcmp(option, "--mapped") == 0)
        return options->mapped = true;
    if (strcmp(option, "--engine") == 0)
        return options->engine = true;
    if (strcmp(option, "--bare-screenshots") == 0)
        return options->bare_screenshots = true;
    if (strcmp(option, "--console") == 0)
        return options->console = true;
    snprintf(options->error, sizeof options->error, "unknown option '%.100s'", option);
    return false;
}

/* Options whose value may be left out. */
static bool may_have_value(const char *option)
{
    return strcmp(option, "--mapped") == 0 || strcmp(option, "--engine") == 0;
}

static bool set_optional(struct cursor *cursor, const char *option, const char *value)
{
    struct tmsim_options *options = cursor->options;
    if (strcmp(option, "--mapped") == 0) {
        options->name = value;
        return true;
    }
    return tcp_address_read(&options->engine_address, value) ||
           refuse(cursor, option, "HOST:PORT, HOST or PORT");
}

/* One argument, which may be "--option=value", or "--option" with the value behind it. */
static bool read_argument(struct cursor *cursor)
{
    char option[64];
    const char *argument = cursor->argv[cursor->at];
    const char *equals = strncmp(argument, "--", 2) == 0 ? strchr(argument, '=') : NULL;
    size_t size = equals != NULL ? (size_t)(equals - argument) : strlen(argument);
    snprintf(option, sizeof option, "%.*s", (int)(size < 63 ? size : 63), argument);
    const char *next = cursor->at + 1 < cursor->argc ? cursor->argv[cursor->at + 1] : NULL;
    const char *value = equals != NULL ? equals + 1 : next;
    bool known;
    bool ok = read_valued(cursor, option, value, &known);
    if (known) {
        cursor->at += equals == NULL && value != NULL;
        return ok;
    }
    bool is_optional = may_have_value(option);
    if (!read_flag(cursor, equals != NULL && !is_optional ? argument : option))
        return false;
    if (!is_optional || value == NULL || (equals == NULL && *value == '-'))
        return true;
    cursor->at += equals == NULL;
    return set_optional(cursor, option, value);
}

bool tmsim_options_read(struct tmsim_options *options, int argc, char **argv)
{
    enum {
        SPEED_DEFAULT = -1
    };
    *options = (struct tmsim_options){.track = "easy",
                                      .speed = SPEED_DEFAULT,
                                      .dialect = &dialect_v1,
                                      .engine_address = {"127.0.0.1", 4242}};
    struct cursor cursor = {.options = options, .argv = argv, .argc = argc, .at = 1};
    for (; cursor.at < argc; cursor.at++)
        if (!read_argument(&cursor))
            return false;
    if (options->speed == SPEED_DEFAULT) /* a replay is validated as fast as it goes */
        options->speed = options->simulate != NULL ? 0 : 1;
    if (options->simulate != NULL && options->inputs != NULL) {
        snprintf(options->error, sizeof options->error,
                 "--inputs and --simulate exclude each other");
        return false;
    }
    if (options->buffer_size == 0)
        options->buffer_size = options->dialect->slot_size;
    return true;
}
