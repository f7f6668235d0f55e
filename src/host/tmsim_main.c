/* tmsim: the embedded game as a server. */
#include "base/limits.h"
#include "base/version.h"
#include "host/tmsim_options.h"
#include "host/tmsim_serve.h"
#include "sim/track.h"
#include "sim/tracks_builtin.h"
#include "transport/terminal.h"

#include <stdio.h>
#include <stdlib.h>

/* Reads a track file. False: said why on standard error. */
static bool read_track_file(const char *path, struct track *track)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "tmsim: no built-in track and no file is called %s\n", path);
        return false;
    }
    char *text = malloc(TRACK_FILE_SIZE_MAX + 1);
    size_t size = text != NULL ? fread(text, 1, TRACK_FILE_SIZE_MAX + 1, file) : 0;
    fclose(file);
    struct track_error error = {.line = 1, .column = 1, .message = "the file is too large"};
    bool ok = text != NULL && size <= TRACK_FILE_SIZE_MAX && track_parse(text, size, track, &error);
    if (!ok)
        fprintf(stderr, "tmsim: %s:%d:%d: %s\n", path, (int)error.line, (int)error.column,
                error.message);
    free(text);
    return ok;
}

int main(int argc, char **argv)
{
    static struct track track;
    struct tmsim_options options;
    terminal_prepare();
    if (!tmsim_options_read(&options, argc, argv)) {
        fprintf(stderr, "tmsim: %s (see tmsim --help)\n", options.error);
        return 1;
    }
    if (options.help) {
        fputs(tmsim_help, stdout);
        return 0;
    }
    if (options.version) {
        puts("tmsim " TMLUA_VERSION);
        return 0;
    }
    if (!track_load_builtin(options.track, &track) && !read_track_file(options.track, &track))
        return 1;
    return tmsim_serve(&options, &track);
}
