#include "host/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WAIT_DEFAULT_S = 10
};

const char options_help[] =
    "usage: tmlua [options] [script [args]]\n"
    "       tmlua [options] tas COMMAND [args]   tools for routing; tmlua tas lists them\n"
    "  -a, --attach ADDRESS   the game to attach to (repeatable; the first is the default)\n"
    "                         mapped:  mapped:TMInterface3  mapped:NAME?dialect=public&size=N\n"
    "                         sim:  sim:TRACK\n"
    "      --sim[=TRACK]      the embedded game in this process (straight, easy, technical, laps)\n"
    "  -w, --wait SECONDS     how long to wait for the game (default 10; 0 fails at once)\n"
    "      --watch            run again whenever the script or a module it requires changes\n"
    "      --list             show the running games and exit\n"
    "  -e CODE                run CODE\n"
    "  -l MODULE              require MODULE into a global of its name\n"
    "  -i                     go on interactively; alone on a terminal this is what it does\n"
    "  -W                     turn warnings on\n"
    "  -E                     ignore environment variables\n"
    "  -v                     show the version\n"
    "  -h, --help             show this\n"
    "  --                     end of the options\n"
    "  -                      run standard input\n"
    "exit status: 0 done, 1 script error or bad usage, 3 no game found in time,\n"
    "             4 game lost and not recovered, 130 interrupted\n";

struct cursor {
    struct options *options;
    char **argv;
    int argc;
    int at;
};

static bool refuse(struct cursor *cursor, const char *format, const char *what)
{
    snprintf(cursor->options->error, sizeof cursor->options->error, format, what);
    return false;
}

/* The value of an option: attached ("-eCODE", "--wait=3"), or the next argument. */
static const char *option_value(struct cursor *cursor, const char *attached)
{
    if (attached != NULL && *attached != '\0')
        return attached;
    return cursor->at + 1 < cursor->argc ? cursor->argv[++cursor->at] : NULL;
}

static bool add_attach(struct cursor *cursor, const char *address)
{
    struct options *options = cursor->options;
    if (address == NULL)
        return refuse(cursor, "%s needs an address", "--attach");
    if (options->attach_count == OPTION_ATTACH_COUNT_MAX)
        return refuse(cursor, "too many addresses at %s", address);
    options->attach[options->attach_count++] = address;
    return true;
}

static bool add_sim(struct cursor *cursor, const char *track)
{
    struct options *options = cursor->options;
    if (options->sim_address[0] != '\0')
        return refuse(cursor, "%s was given twice", "--sim");
    if (strlen(track) > 64)
        return refuse(cursor, "no such track: %.60s...", track);
    snprintf(options->sim_address, sizeof options->sim_address, "sim:%s", track);
    return add_attach(cursor, options->sim_address);
}

static bool set_wait(struct cursor *cursor, const char *value)
{
    char *end = NULL;
    double seconds = value != NULL ? strtod(value, &end) : 0;
    if (value == NULL || end == value || *end != '\0' || !(seconds >= 0 && seconds <= 1e6))
        return refuse(cursor, "--wait needs a number of seconds, not '%s'",
                      value != NULL ? value : "");
    cursor->options->wait_s = seconds;
    return true;
}

static bool add_chunk(struct cursor *cursor, bool is_module, const char *text)
{
    struct options *options = cursor->options;
    if (text == NULL)
        return refuse(cursor, "%s needs an argument", is_module ? "-l" : "-e");
    if (options->chunk_count == OPTION_CHUNK_COUNT_MAX)
        return refuse(cursor, "too many -e and -l at '%s'", text);
    options->chunks[options->chunk_count++] =
        (struct option_chunk){.is_module = is_module, .text = text};
    return true;
}

static bool read_long(struct cursor *cursor, const char *name)
{
    struct options *options = cursor->options;
    const char *equals = strchr(name, '=');
    size_t size = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const char *attached = equals != NULL ? equals + 1 : NULL;
#define IS(word) (size == sizeof(word) - 1 && memcmp(name, word, size) == 0)
    if (IS("attach"))
        return add_attach(cursor, option_value(cursor, attached));
    if (IS("sim"))
        return add_sim(cursor, attached != NULL ? attached : "");
    if (IS("wait"))
        return set_wait(cursor, option_value(cursor, attached));
    if (IS("list") && equals == NULL)
        return options->list = true;
    if (IS("watch") && equals == NULL)
        return options->watch = true;
    if (IS("help") && equals == NULL)
        return options->help = true;
    if (IS("version") && equals == NULL)
        return options->version = true;
#undef IS
    return refuse(cursor, "unknown option '--%s'", name);
}

static bool read_short(struct cursor *cursor, const char *text)
{
    struct options *options = cursor->options;
    const char *rest = text + 1;
    switch (text[0]) {
    case 'a':
        return add_attach(cursor, option_value(cursor, rest));
    case 'w':
        return set_wait(cursor, option_value(cursor, rest));
    case 'e':
        return add_chunk(cursor, false, option_value(cursor, rest));
    case 'l':
        return add_chunk(cursor, true, option_value(cursor, rest));
    default:
        break;
    }
    if (*rest != '\0')
        return refuse(cursor, "unknown option '-%s'", text);
    switch (text[0]) {
    case 'i':
        return options->interactive = true;
    case 'W':
        return options->warnings = true;
    case 'E':
        return options->ignore_environment = true;
    case 'v':
        return options->version = true;
    case 'h':
        return options->help = true;
    default:
        return refuse(cursor, "unknown option '-%s'", text);
    }
}

/* Standard input cannot be read twice. */
static bool check_watch(struct cursor *cursor)
{
    const struct options *options = cursor->options;
    char **argv = cursor->argv;
    int script = options->script_index;
    bool has_file = !options->is_tas && script != 0
                        ? strcmp(argv[script], "-") != 0 || strcmp(argv[script - 1], "--") == 0
                        : options->chunk_count > 0;
    if (options->watch && !has_file && !options->help)
        return refuse(cursor, "%s needs a script in a file", "--watch");
    return true;
}

/* The prompt would be the command's end, and the command that of the prompt. */
static bool check_tas(struct cursor *cursor)
{
    const struct options *options = cursor->options;
    if (options->is_tas && options->interactive && !options->help)
        return refuse(cursor, "%s is not for the commands of tas", "-i");
    return true;
}

static bool read_all(struct cursor *cursor)
{
    struct options *options = cursor->options;
    for (; cursor->at < cursor->argc; cursor->at++) {
        const char *argument = cursor->argv[cursor->at];
        if (argument[0] != '-' || argument[1] == '\0') {
            options->script_index = cursor->at;
            options->is_tas = strcmp(argument, "tas") == 0;
            return true;
        }
        if (strcmp(argument, "--") == 0) {
            options->script_index = cursor->at + 1 < cursor->argc ? cursor->at + 1 : 0;
            return true;
        }
        bool is_long = argument[1] == '-';
        if (!(is_long ? read_long(cursor, argument + 2) : read_short(cursor, argument + 1)))
            return false;
    }
    return true;
}

bool options_read(struct options *options, int argc, char **argv)
{
    *options = (struct options){.wait_s = WAIT_DEFAULT_S};
    struct cursor cursor = {.options = options, .argv = argv, .argc = argc, .at = 1};
    return read_all(&cursor) && check_watch(&cursor) && check_tas(&cursor);
}
