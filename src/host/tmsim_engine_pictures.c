/* Pictures of the race, for the clients of the engine. */
#include "host/tmsim_engine_parts.h"

#include <stdlib.h>
#include <string.h>

void tmsim_engine_asked(void *owner, struct engine_peer *peer, struct image_sides sides)
{
    struct tmsim_engine *engine = owner;
    struct tmsim_viewer *viewer = peer->data;
    viewer->sides = sides;
    viewer->asked = ++engine->asked_count;
    engine->pending_count++;
}

static void set_done(struct tmsim_engine *engine, struct tmsim_viewer *viewer)
{
    if (viewer->asked != 0)
        engine->pending_count--;
    viewer->asked = 0;
}

void tmsim_engine_forget_pictures(struct tmsim_engine *engine, struct tmsim_viewer *viewer)
{
    set_done(engine, viewer);
    if (engine->server.peer_count > 0)
        return;
    free(engine->depth);
    engine->depth = NULL;
    engine->depth_count = 0;
}

static struct tmsim_viewer *find_first(const struct tmsim_engine *engine)
{
    struct tmsim_viewer *first = NULL;
    for (struct engine_peer *peer = engine->server.peers; peer != NULL; peer = peer->next) {
        struct tmsim_viewer *viewer = peer->data;
        if (viewer != NULL && viewer->asked != 0 && (first == NULL || viewer->asked < first->asked))
            first = viewer;
    }
    return first;
}

static size_t queued_size(const struct tmsim_engine *engine)
{
    size_t size = 0;
    for (struct engine_peer *peer = engine->server.peers; peer != NULL; peer = peer->next)
        if (!peer->is_gone)
            size += engine_link_queued_size(&peer->link);
    return size;
}

static bool make_depth(struct tmsim_engine *engine, size_t count)
{
    if (count <= engine->depth_count)
        return true;
    free(engine->depth);
    engine->depth = malloc(count * sizeof *engine->depth);
    engine->depth_count = engine->depth != NULL ? count : 0;
    return engine->depth != NULL;
}

static bool draw(const struct tmsim_viewer *viewer, uint8_t *pixels)
{
    const struct sim_game *game = viewer->engine->game;
    struct image_sides sides = viewer->sides;
    struct camera camera = viewer->camera;
    struct camera_canvas canvas = {.pixels = pixels,
                                   .depth = viewer->engine->depth,
                                   .width = sides.width,
                                   .height = sides.height};
    if (!viewer->has_camera)
        camera_chase(&camera, &game->race.state, (float)sides.width / (float)sides.height);
    return camera_draw(&camera, &game->track, &game->race.state, &canvas);
}

/* A block as engine_peer_send_screenshot takes it, or null with *reason. */
static uint8_t *make_picture(struct tmsim_viewer *viewer, const char **reason)
{
    struct tmsim_engine *engine = viewer->engine;
    size_t size = image_size(viewer->sides);
    *reason = "there is no screenshot now: too many wait to be read";
    if (queued_size(engine) > ENGINE_PICTURES_SIZE_MAX - size)
        return NULL;
    uint8_t *block = malloc(ENGINE_SCREENSHOT_MARGIN + size);
    *reason = "there is no screenshot: out of memory";
    if (block != NULL && make_depth(engine, size / 4) &&
        draw(viewer, block + ENGINE_SCREENSHOT_MARGIN))
        return block;
    free(block);
    return NULL;
}

void tmsim_engine_draw_next(struct tmsim_engine *engine)
{
    struct tmsim_viewer *viewer = find_first(engine);
    const char *reason;
    if (viewer == NULL)
        return;
    struct engine_peer *peer = viewer->peer;
    uint8_t *block = make_picture(viewer, &reason);
    set_done(engine, viewer); /* the next one is asked for from inside these: */
    if (block == NULL)
        engine_peer_refuse_screenshot(peer, reason);
    else
        engine_peer_send_screenshot(peer, viewer->sides, block);
}
