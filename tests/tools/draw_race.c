/*
 * draw_race [--inputs FILE] [--camera NUMBERS] [--raw] TRACK TICKS WIDTH HEIGHT
 *
 * Drives a built-in track for so many ticks, counted from race time -2600, and writes the picture
 * of the race to stdout: as PPM to look at, or with --raw the bytes that the camera gave (B, G,
 * R, A, bottom row first), to be compared between machines and compilers. Without an input script
 * the car accelerates. --camera takes position and rotation, seven numbers in one argument.
 */
#include "sim/camera.h"
#include "sim/script.h"
#include "sim/simulation.h"
#include "sim/tracks_builtin.h"
#include "transport/game_files.h"
#include "transport/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *words[4]; /* TRACK TICKS WIDTH HEIGHT */
    const char *inputs;
    const char *camera;
    bool raw;
};

static struct track track;
static struct race race;
static struct event_tape tape;

static bool options_read(int argc, char **argv, struct options *options)
{
    int count = 0;
    *options = (struct options){.inputs = NULL};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--raw") == 0)
            options->raw = true;
        else if (strcmp(argv[i], "--inputs") == 0 && i + 1 < argc)
            options->inputs = argv[++i];
        else if (strcmp(argv[i], "--camera") == 0 && i + 1 < argc)
            options->camera = argv[++i];
        else if (count < 4)
            options->words[count++] = argv[i];
        else
            return false;
    }
    return count == 4;
}

static void take_inputs(void *unused, const char *text, size_t size)
{
    (void)unused;
    struct console_reader reader = console_reader(text, size);
    struct console_command command;
    struct input_event events[2];
    while (console_reader_next(&reader, &command)) {
        int count = script_events(&command, 0, events);
        for (int i = 0; i < count; i++)
            event_tape_add(&tape, events[i]);
    }
}

static bool inputs_load(const char *path)
{
    static const char accelerate[] = "0 press up";
    event_tape_clear(&tape);
    if (path != NULL)
        return game_files_load(NULL, path, take_inputs, NULL);
    take_inputs(NULL, accelerate, sizeof accelerate - 1);
    return true;
}

static void drive(long ticks)
{
    race_start_simulation(&race, &track, 0);
    for (long i = 0; i < ticks; i++) {
        simulation_apply_due(&tape, &race);
        race_tick(&race);
    }
}

/* The given pose, or that of the chase camera. */
static bool camera_set(struct camera *camera, const char *numbers, float aspect)
{
    camera_chase(camera, &race.state, aspect);
    for (int i = 0; numbers != NULL && i < 7; i++) {
        char *end;
        float number = strtof(numbers, &end);
        if (end == numbers)
            return false;
        numbers = end;
        if (i < 3)
            camera->position[i] = number;
        else
            camera->rotation[i - 3] = number;
    }
    return true;
}

static bool write_ppm(const struct camera_canvas *canvas)
{
    printf("P6\n%d %d\n255\n", (int)canvas->width, (int)canvas->height);
    for (int64_t row = canvas->height - 1; row >= 0; row--)
        for (int64_t i = row * canvas->width; i < (row + 1) * canvas->width; i++) {
            const uint8_t *pixel = canvas->pixels + 4 * i;
            putchar(pixel[2]);
            putchar(pixel[1]);
            putchar(pixel[0]);
        }
    return fflush(stdout) == 0;
}

static bool write_raw(const struct camera_canvas *canvas)
{
    size_t size = (size_t)canvas->width * (size_t)canvas->height * 4;
    return fwrite(canvas->pixels, 1, size, stdout) == size && fflush(stdout) == 0;
}

static bool draw(const struct options *options, int32_t width, int32_t height)
{
    struct camera camera;
    size_t count = (size_t)width * (size_t)height;
    struct camera_canvas canvas = {.width = width, .height = height};
    canvas.pixels = malloc(count * 4);
    canvas.depth = malloc(count * sizeof *canvas.depth);
    bool ok = canvas.pixels != NULL && canvas.depth != NULL &&
              camera_set(&camera, options->camera, (float)width / (float)height) &&
              camera_draw(&camera, &track, &race.state, &canvas) &&
              (options->raw ? write_raw(&canvas) : write_ppm(&canvas));
    free(canvas.pixels);
    free(canvas.depth);
    return ok;
}

int main(int argc, char **argv)
{
    struct options options;
    terminal_prepare();
    if (!options_read(argc, argv, &options) || !track_load_builtin(options.words[0], &track)) {
        fprintf(stderr, "usage: draw_race [--inputs FILE] [--camera NUMBERS] [--raw] "
                        "TRACK TICKS WIDTH HEIGHT\n");
        return 2;
    }
    long width = strtol(options.words[2], NULL, 10), height = strtol(options.words[3], NULL, 10);
    if (width < 1 || height < 1 || width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX ||
        !camera_canvas_fits((int32_t)width, (int32_t)height)) {
        fprintf(stderr, "draw_race: no such size\n");
        return 1;
    }
    if (!inputs_load(options.inputs)) {
        fprintf(stderr, "draw_race: cannot read %s\n", options.inputs);
        return 1;
    }
    drive(strtol(options.words[1], NULL, 10));
    return draw(&options, (int32_t)width, (int32_t)height) ? 0 : 1;
}
