#include "host/tmsim_engine.h"

#include "host/tmsim_engine_parts.h"
#include "transport/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    POLL_INTERVAL_NS = 200000, /* a look at the sockets costs the game a microsecond: half a % */
    SAID_COUNT_MAX = 20,       /* lines in our own log about clients, in a second */
    TEXT_SIZE = 320
};

/* Clients that come and go for ever are not to fill a terminal, nor to wait for it. */
static void say(struct tmsim_engine *engine, const char *format, ...) PRINTF_LIKE(2, 3);

static void say(struct tmsim_engine *engine, const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list arguments;
    int64_t now_ms = clock_now_ms();
    if (now_ms - engine->said_ms >= 1000) {
        engine->said_ms = now_ms;
        engine->said_count = 0;
    }
    if (engine->said_count++ >= SAID_COUNT_MAX)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    engine->say(engine->say_context, text);
}

void tmsim_engine_answer(struct engine_peer *peer, int32_t id, enum engine_log_level level,
                         const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (engine_link_queued_size(&peer->link) > ENGINE_LOG_QUEUE_SIZE_MAX)
        peer->lost_log_count++;
    else
        engine_peer_log(peer, id, level, text, strlen(text));
}

/* Handlers of the server. */

static void on_joined(void *owner, struct engine_peer *peer)
{
    struct tmsim_engine *engine = owner;
    struct tmsim_viewer *viewer = calloc(1, sizeof *viewer);
    if (viewer == NULL) {
        engine_peer_close(peer, "out of memory");
        return;
    }
    viewer->engine = engine;
    viewer->peer = peer;
    viewer->level = ENGINE_LOG_TRACE;
    peer->data = viewer;
    tmsim_engine_watch(engine);
    say(engine, "engine: client %u has come from %s", (unsigned)peer->number, peer->address);
}

static void on_left(void *owner, struct engine_peer *peer, const char *reason)
{
    struct tmsim_engine *engine = owner;
    struct tmsim_viewer *viewer = peer->data;
    peer->data = NULL;
    if (viewer != NULL)
        tmsim_engine_forget_pictures(engine, viewer);
    free(viewer);
    tmsim_engine_watch(engine);
    say(engine, "engine: client %u has left: %s", (unsigned)peer->number, reason);
}

/*
 * The real client sends a protobuf command before each of its requests, and then takes whatever
 * comes first for its picture: whoever serves it says nothing about them.
 */
static void on_frame(void *owner, struct engine_peer *peer, const struct frame *frame)
{
    struct tmsim_engine *engine = owner;
    if (engine->is_bare && frame->kind == FRAME_KIND_PROTOBUF_COMMAND)
        return;
    tmsim_engine_answer(peer, ENGINE_LOG_NO_ID, ENGINE_LOG_ERROR,
                        "a frame of kind 0x%02X (%s) is not for this engine", frame->kind,
                        frame_kind_name(frame->kind));
}

static void on_warning(void *owner, struct engine_peer *peer, const char *text)
{
    say(owner, "engine: client %u: %s", (unsigned)peer->number, text);
}

static void on_sent(void *owner, struct engine_peer *peer)
{
    (void)owner;
    (void)peer;
}

/* Opening and closing. */

static bool is_loopback(const struct tcp_address *address)
{
    return strncmp(address->host, "127.", 4) == 0 || strcmp(address->host, "::1") == 0 ||
           strncmp(address->host, "::ffff:127.", 11) == 0;
}

void tmsim_engine_address(const struct tmsim_engine *engine, char text[TCP_ADDRESS_TEXT_SIZE])
{
    struct tcp_address address;
    tcp_listener_address(engine->server.listener, &address);
    tcp_address_write(&address, text);
}

static bool listen_at(struct tmsim_engine *engine, const struct tmsim_options *options)
{
    static const struct engine_server_handler handler = {.joined = on_joined,
                                                         .left = on_left,
                                                         .asked = tmsim_engine_asked,
                                                         .command = tmsim_engine_command,
                                                         .frame = on_frame,
                                                         .warning = on_warning,
                                                         .sent = on_sent};
    char text[TCP_ADDRESS_TEXT_SIZE];
    struct tcp_address address;
    const char *reason;
    tcp_address_write(&options->engine_address, text);
    if (engine_server_open(&engine->server, engine->tcp, &options->engine_address, &handler, engine,
                           &reason) != STATUS_OK) {
        fprintf(stderr, "tmsim: cannot listen on %s: %s\n", text, reason);
        return false;
    }
    if (options->bare_screenshots)
        engine->server.variant = SCREENSHOT_BARE;
    tcp_listener_address(engine->server.listener, &address);
    tcp_address_write(&address, text);
    if (!is_loopback(&address))
        fprintf(stderr, "tmsim: warning: anyone who can reach %s can drive the game\n", text);
    return true;
}

struct tmsim_engine *tmsim_engine_open(const struct tmsim_options *options, struct sim_game *game,
                                       void (*say_line)(void *context, const char *text),
                                       void *say_context)
{
    struct tmsim_engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL || (engine->tcp = tcp_open()) == NULL) {
        fputs("tmsim: engine: out of memory\n", stderr);
        free(engine);
        return NULL;
    }
    engine->game = game;
    engine->say = say_line;
    engine->say_context = say_context;
    engine->is_bare = options->bare_screenshots;
    if (listen_at(engine, options))
        return engine;
    tcp_close(engine->tcp);
    free(engine);
    return NULL;
}

void tmsim_engine_close(struct tmsim_engine *engine)
{
    static const char goodbye[] = "the game ends";
    if (engine == NULL)
        return;
    if (!engine->is_bare)
        engine_server_tell(&engine->server, ENGINE_LOG_INFO, goodbye, sizeof goodbye - 1);
    for (struct engine_peer *peer = engine->server.peers; peer != NULL; peer = peer->next)
        free(peer->data);
    engine->game->watcher = NULL;
    engine_server_close(&engine->server);
    tcp_close(engine->tcp); /* no name is being looked up that could keep it */
    free(engine->depth);
    free(engine);
}

/* Turns. */

static void after_poll(struct tmsim_engine *engine, int64_t now_ns)
{
    engine->polled_ns = now_ns;
    engine_server_check(&engine->server);
}

void tmsim_engine_turn(struct tmsim_engine *engine, int64_t now_ns, bool is_idle)
{
    if (now_ns - engine->polled_ns >= POLL_INTERVAL_NS) {
        tcp_poll(engine->tcp);
        after_poll(engine, now_ns);
    }
    if (engine->pending_count == 0 || (!is_idle && now_ns < engine->draws_from_ns))
        return;
    int64_t before_ns = clock_now_ns();
    tmsim_engine_draw_next(engine);
    int64_t after_ns = clock_now_ns();
    engine->draws_from_ns = after_ns + (after_ns - before_ns);
}

void tmsim_engine_wait(struct tmsim_engine *engine, int64_t duration_ns)
{
    tcp_wait(engine->tcp, engine->pending_count > 0 ? 0 : duration_ns);
    after_poll(engine, clock_now_ns());
}
