/*
 * The front end's side of the framed TCP protocol: pings there and back, and pictures of
 * 1920 x 1080 received into Lua. The engine is always the same bare server, a process of its own
 * that blocks in recv and send; the client is in turn a bare one of the same kind and tmlua, so a
 * ratio compares clients and nothing else. Bare ends do as little as can be done: they know which
 * frame comes next, and receive it into one buffer that they use again and again.
 *
 * The kernel wakes whoever blocks. Where both ends have the same processor that costs less than
 * where each has its own, so both are measured, and a third time as the system likes it.
 */
#include "base/big_endian.h"
#include "bench/bench_kit.h"
#include "support/process.h"
#include "support/raw_slot.h"
#include "wire/engine_bodies.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ROUND_COUNT = 11,
    GAME_ROUND_COUNT = 3,
    PING_COUNT = 5000,
    PICTURE_COUNT = 60,
    WIDTH = 1920,
    HEIGHT = 1080,
    PING_SIZE = FRAME_HEADER_SIZE + 5,
    ASK_SIZE = FRAME_HEADER_SIZE + 8,
    PICTURE_SIZE = FRAME_HEADER_SIZE + 8 + 4 * WIDTH * HEIGHT,
    PATIENCE_S = 20, /* for the next bytes */
    PATIENCE_MS = 60000
};

static uint8_t picture[PICTURE_SIZE];  /* the server's, as it is sent */
static uint8_t received[PICTURE_SIZE]; /* the bare client's */
static struct processors processors;

/* What tmlua sets as well, and a deadline. */
static void set_options(int fd)
{
    int on = 1, idle_s = 60;
    struct timeval patience = {.tv_sec = PATIENCE_S};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

static bool send_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

static bool receive_all(int fd, uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(fd, bytes, size, 0);
        if (got <= 0)
            return false;
        bytes += got;
        size -= (size_t)got;
    }
    return true;
}

/* The server: one connection after the other. */

/* The size of the request that begins there; 0: it is none. */
static size_t request_size(const uint8_t *bytes)
{
    return bytes[4] == FRAME_KIND_PING             ? PING_SIZE
           : bytes[4] == FRAME_KIND_ASK_SCREENSHOT ? ASK_SIZE
                                                   : 0;
}

static bool answer(int fd, uint8_t *request)
{
    if (request[4] == FRAME_KIND_ASK_SCREENSHOT)
        return send_all(fd, picture, sizeof picture);
    request[PING_SIZE - 1] = ENGINE_PONG;
    return send_all(fd, request, PING_SIZE);
}

/* Its clients wait for each answer, so there is never more than one request. */
static void serve_connection(int fd)
{
    uint8_t request[ASK_SIZE];
    size_t size = 0;
    for (;;) {
        ssize_t got = recv(fd, request + size, sizeof request - size, 0);
        if (got <= 0)
            return;
        size += (size_t)got;
        if (size < FRAME_HEADER_SIZE || size < request_size(request))
            continue;
        if (size != request_size(request) || !answer(fd, request))
            return;
        size = 0;
    }
}

static void serve(int listener)
{
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            continue;
        set_options(fd);
        serve_connection(fd);
        close(fd);
    }
}

static int listen_somewhere(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)address, size) != 0 ||
        listen(listener, 8) != 0 || getsockname(listener, (struct sockaddr *)address, &size) != 0)
        return -1;
    return listener;
}

static void paint_picture(void)
{
    struct bytes_writer writer = bytes_writer(picture, sizeof picture);
    uint8_t *body = frame_put_room(&writer, FRAME_KIND_SCREENSHOT, sizeof picture - 5);
    store_be_i32(body, WIDTH);
    store_be_i32(body + 4, HEIGHT);
    for (size_t i = 8; i < sizeof picture - 5; i++)
        body[i] = (uint8_t)(i * 7 >> 3);
}

static pid_t fork_server(int listener)
{
    pid_t parent = getpid(), pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN); /* the parent ends it */
    if (getppid() != parent)
        _exit(1);
    serve(listener);
    _exit(0);
}

/* The bare client. */

static bool bare_ping(int fd)
{
    uint8_t bytes[PING_SIZE] = {0, 0, 0, 5, FRAME_KIND_PING, 0, 0, 0, 7, ENGINE_PING};
    return send_all(fd, bytes, sizeof bytes) && receive_all(fd, bytes, sizeof bytes);
}

static bool bare_picture(int fd)
{
    uint8_t bytes[ASK_SIZE] = {0, 0, 0, 8, FRAME_KIND_ASK_SCREENSHOT};
    store_be_i32(bytes + 5, WIDTH);
    store_be_i32(bytes + 9, HEIGHT);
    return send_all(fd, bytes, sizeof bytes) && receive_all(fd, received, sizeof received);
}

/* Microseconds of one go into the series. */
static bool time_bare(const struct sockaddr_in *address, bool (*verb)(int), int count,
                      struct series *series)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
    if (ok)
        set_options(fd);
    for (int i = 0; i < count / 10 && ok; i++) /* to get warm */
        ok = verb(fd);
    int64_t before = bench_now_ns();
    for (int i = 0; i < count && ok && !bench_stopped; i++)
        ok = verb(fd);
    double each_us = (double)(bench_now_ns() - before) / count / 1000;
    if (fd >= 0)
        close(fd);
    if (ok && !bench_stopped)
        series_add(series, each_us);
    return ok && !bench_stopped;
}

/* tmlua. `game`: an address that it attaches to, or null. */
static bool time_tmlua(const struct sockaddr_in *address, const char *verb, int count,
                       const char *game, struct series *series)
{
    char script[1024], engine[32], text[16];
    snprintf(script, sizeof script, "%s/tests/bench/engine.lua", process_root());
    snprintf(engine, sizeof engine, "127.0.0.1:%d", ntohs(address->sin_port));
    snprintf(text, sizeof text, "%d", count);
    const char *argv[] = {process_tmlua(), script, engine, verb, text, NULL};
    const char *with_game[] = {process_tmlua(), "-a", game, script, engine, verb, text,
                               "game",          NULL};
    struct process *host = process_run(game != NULL ? with_game : argv);
    bool ok = host != NULL && process_wait_exit(host, PATIENCE_MS);
    double each_ns = ok ? strtod(process_text(host, PROCESS_STDOUT), NULL) : 0;
    if (each_ns > 0)
        series_add(series, each_ns / 1000);
    else if (!bench_stopped)
        fprintf(stderr, "bench: %s: %s\n", verb,
                host != NULL ? process_text(host, PROCESS_STDERR) : "tmlua did not start");
    process_close(host);
    return each_ns > 0 && !bench_stopped;
}

/* The rounds. */

struct results {
    struct series bare_ping, ping, bare_picture, drop, close;
};

static bool run_round(const struct sockaddr_in *address, struct results *results)
{
    return time_bare(address, bare_ping, PING_COUNT, &results->bare_ping) &&
           time_tmlua(address, "ping", PING_COUNT, NULL, &results->ping) &&
           time_bare(address, bare_picture, PICTURE_COUNT, &results->bare_picture) &&
           time_tmlua(address, "drop", PICTURE_COUNT, NULL, &results->drop) &&
           time_tmlua(address, "close", PICTURE_COUNT, NULL, &results->close);
}

static void report_results(const struct results *results)
{
    struct series ping = series_ratio(&results->ping, &results->bare_ping);
    struct series drop = series_ratio(&results->bare_picture, &results->drop);
    struct series close = series_ratio(&results->bare_picture, &results->close);
    report("bare ping, there and back", "us", &results->bare_ping);
    report("engine:ping()", "us", &results->ping);
    report_at_most("  to the bare one", "times", &ping, 1.3);
    report("bare 1920 x 1080 picture", "us", &results->bare_picture);
    report("engine:screenshot(1920, 1080), dropped", "us", &results->drop);
    report_at_least("  its throughput to the bare one", "times", &drop, 0.8);
    report("engine:screenshot(1920, 1080), closed", "us", &results->close);
    report_at_least("  its throughput to the bare one", "times", &close, 0.8);
}

/* Null: as the system likes it. */
static void pin(pid_t server, const int *processor, int client)
{
    cpu_set_t set = processors.all;
    if (processor != NULL) {
        CPU_ZERO(&set);
        CPU_SET(*processor, &set);
        processors_pin(client);
    } else {
        processors_unpin(&processors);
    }
    sched_setaffinity(server, sizeof set, &set);
}

static bool run_mode(const struct sockaddr_in *address, const char *heading)
{
    struct results results = {0};
    bool ok = true;
    for (int i = 0; i < ROUND_COUNT && ok; i++)
        ok = run_round(address, &results);
    if (!ok)
        return false;
    report_heading(heading, ROUND_COUNT);
    report_results(&results);
    return true;
}

static bool run_modes(const struct sockaddr_in *address, pid_t server)
{
    bool ok = true;
    if (processors.server != processors.client) {
        pin(server, &processors.server, processors.client);
        ok = run_mode(address, "engine, each side tied to a processor");
    }
    pin(server, &processors.server, processors.server);
    ok = ok && run_mode(address, "engine, both sides tied to the same processor");
    pin(server, NULL, 0);
    return ok && run_mode(address, "engine, processors chosen by the system");
}

/* Pings of a script that is attached to a game as well, whose steps come a hundred times a s. */
static bool run_with_game(const struct sockaddr_in *address, const char *name)
{
    char game_address[PROCESS_SLOT_NAME_SIZE + 16];
    struct series bare = {0}, ping = {0}, ratio;
    snprintf(game_address, sizeof game_address, "mapped:%s", name);
    const char *argv[] = {process_tmsim(), "-q", "--mapped", name, "--speed", "1", NULL};
    bool ok = true;
    for (int i = 0; i < GAME_ROUND_COUNT && ok; i++) {
        struct process *game = process_run(argv);
        ok = game != NULL && process_wait_text(game, PROCESS_STDOUT, "serving", PATIENCE_MS) &&
             time_bare(address, bare_ping, PING_COUNT, &bare) &&
             time_tmlua(address, "ping", PING_COUNT, game_address, &ping);
        process_close(game);
        raw_slot_unlink(name);
    }
    if (!ok)
        return false;
    ratio = series_ratio(&ping, &bare);
    report_heading("engine, attached to tmsim --speed 1 too, for information", GAME_ROUND_COUNT);
    report("bare ping, there and back", "us", &bare);
    report("engine:ping() between steps with a hook", "us", &ping);
    report("  to the bare one", "times", &ratio);
    return true;
}

int main(void)
{
    struct sockaddr_in address;
    char name[PROCESS_SLOT_NAME_SIZE];
    bench_catch_signals();
    processors = processors_find();
    paint_picture();
    int listener = listen_somewhere(&address);
    pid_t server = listener >= 0 ? fork_server(listener) : -1;
    bool ok = server > 0 && run_modes(&address, server) &&
              run_with_game(&address, process_slot_name(name));
    process_close_all();
    if (server > 0) {
        kill(server, SIGKILL);
        waitpid(server, NULL, 0);
    }
    if (!ok)
        fputs(bench_stopped ? "bench: stopped\n" : "bench: a client got no answer\n", stderr);
    return ok ? 0 : 1;
}
