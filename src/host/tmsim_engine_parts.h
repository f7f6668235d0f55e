/* What the files of tmsim_engine.h share: nobody else includes it. */
#ifndef HOST_TMSIM_ENGINE_PARTS_H
#define HOST_TMSIM_ENGINE_PARTS_H

#include "base/printf_like.h"
#include "host/tmsim_engine.h"
#include "peer/engine_server.h"
#include "sim/camera.h"

/* What we know of a client: the data of its peer. */
struct tmsim_viewer {
    struct tmsim_engine *engine;
    struct engine_peer *peer;
    struct camera camera;
    bool has_camera;             /* otherwise its pictures follow the car */
    enum engine_log_level level; /* what is less than this it is not told */
    uint64_t asked;           /* a picture is to be drawn: how many were asked for before; or 0 */
    struct image_sides sides; /* of that picture */
};

struct tmsim_engine {
    struct sim_game *game;
    struct tcp *tcp;
    struct engine_server server;
    void (*say)(void *context, const char *text);
    void *say_context;
    int64_t said_ms; /* when the second began in which so many lines were said */
    int said_count;
    bool is_bare; /* nothing is told that was not asked for */
    int64_t polled_ns;

    struct sim_watcher watcher; /* the game's while there is somebody to tell */
    int32_t last_time;          /* of the race, after the last tick that was watched */
    uint32_t last_respawns;
    bool was_finished;

    uint64_t asked_count; /* pictures since the start */
    int pending_count;    /* viewers with a picture to be drawn */
    int64_t draws_from_ns;
    float *depth; /* of the last picture: room for the next one */
    size_t depth_count;
};

/* Puts the game's watcher where it belongs, after somebody came or left. */
void tmsim_engine_watch(struct tmsim_engine *engine);

/* Handlers of the server. */
void tmsim_engine_asked(void *owner, struct engine_peer *peer, struct image_sides sides);
void tmsim_engine_command(void *owner, struct engine_peer *peer, const struct frame *frame);

/* The picture that was asked for first. */
void tmsim_engine_draw_next(struct tmsim_engine *engine);

/* The viewer is gone: so is what it asked for, and what was kept for it. */
void tmsim_engine_forget_pictures(struct tmsim_engine *engine, struct tmsim_viewer *viewer);

/* An answer; lost, and counted, if that client does not read. As printf. */
void tmsim_engine_answer(struct engine_peer *peer, int32_t id, enum engine_log_level level,
                         const char *format, ...) PRINTF_LIKE(4, 5);

#endif
