/*
 * Clients that send anything to an engine server, in slices of any size, stall and leave, while its
 * owner answers screenshots now or later, tells logs and closes clients: each client that joins
 * leaves once; one screenshot of it is asked for at a time; what it is sent is whole frames of the
 * kinds that a server has; and nothing waits above its bound.
 */
#include "fuzz/fuzz_input.h"
#include "peer/engine_server.h"
#include "support/fake_tcp.h"

enum {
    CAP = 4096,
    SMALL_SIZE = 2048,
    LARGE_SIZE = 2 * ENGINE_LOG_QUEUE_SIZE_MAX
};

/* What the owner knows of a client. */
struct guest {
    bool is_asked;
};

static struct engine_server server;
static int32_t queue_size_max;
static unsigned reaction; /* to whatever is told */

static void answer(struct engine_peer *peer, unsigned how)
{
    struct guest *guest = peer->data;
    struct image_sides sides = peer->asked[0];
    if (guest == NULL || !guest->is_asked)
        return;
    guest->is_asked = false; /* the next one may be asked for before this has returned */
    if (how % 2 == 0 || image_size(sides) > CAP)
        engine_peer_refuse_screenshot(peer, "no");
    else
        engine_peer_send_screenshot(peer, sides,
                                    fuzz_memory(ENGINE_SCREENSHOT_MARGIN + image_size(sides)));
}

static void close_server(void)
{
    for (struct engine_peer *peer = server.peers; peer != NULL; peer = peer->next) {
        free(peer->data);
        peer->data = NULL; /* nothing may be told of it any more */
    }
    engine_server_close(&server);
}

static void act(struct engine_peer *peer, unsigned action)
{
    if (action % 8 == 1)
        answer(peer, action / 8);
    else if (action % 8 == 2)
        engine_server_tell(&server, ENGINE_LOG_INFO, "a message of the game", action / 8 % 22);
    else if (action % 8 == 3)
        engine_peer_log(peer, (int32_t)action, ENGINE_LOG_ERROR, "an answer", 9);
    else if (action == 4)
        engine_peer_close(peer, "a reason");
    else if (action == 5)
        close_server();
    else if (action % 8 == 6)
        engine_server_check(&server);
}

static struct guest *check_told(struct engine_peer *peer)
{
    assert(!peer->is_gone && peer->data != NULL);
    return peer->data;
}

static void on_joined(void *owner, struct engine_peer *peer)
{
    (void)owner;
    assert(!peer->is_gone && peer->data == NULL);
    peer->data = fuzz_memory(sizeof(struct guest));
    peer->link.queue_size_max = (size_t)queue_size_max;
    act(peer, reaction);
}

static void on_left(void *owner, struct engine_peer *peer, const char *reason)
{
    (void)owner;
    assert(peer->is_gone && peer->data != NULL && reason[0] != '\0');
    free(peer->data);
    peer->data = NULL;
    act(peer, reaction);
}

static void on_asked(void *owner, struct engine_peer *peer, struct image_sides sides)
{
    struct guest *guest = check_told(peer);
    (void)owner;
    assert(!guest->is_asked && image_sides_are_valid(sides));
    assert(peer->asked_count > 0 && peer->asked_count <= ENGINE_ASK_COUNT_MAX);
    guest->is_asked = true;
    act(peer, reaction);
}

static void on_frame(void *owner, struct engine_peer *peer, const struct frame *frame)
{
    (void)owner;
    check_told(peer);
    assert(frame->problem == FRAME_PROBLEM_NONE);
    fuzz_touch(frame->body, frame->size);
    act(peer, reaction);
}

static void on_warning(void *owner, struct engine_peer *peer, const char *text)
{
    (void)owner;
    check_told(peer);
    assert(text[0] != '\0');
    act(peer, reaction);
}

static void on_sent(void *owner, struct engine_peer *peer)
{
    (void)owner;
    check_told(peer);
    act(peer, reaction);
}

static const struct engine_server_handler handler = {.joined = on_joined,
                                                     .left = on_left,
                                                     .asked = on_asked,
                                                     .command = on_frame,
                                                     .frame = on_frame,
                                                     .warning = on_warning,
                                                     .sent = on_sent};

/* Each is one whole frame. */
static void see_sent(const uint8_t *bytes, size_t size)
{
    static uint8_t place[2 * CAP];
    struct frame_decoder decoder =
        frame_decoder(sizeof place, (struct frame_place){.bytes = place, .size = sizeof place});
    frame_decoder_feed(&decoder, bytes, size);
    const struct frame *frame = frame_decoder_next(&decoder);
    assert(frame != NULL && frame->problem == FRAME_PROBLEM_NONE);
    assert(frame->kind == FRAME_KIND_PING || frame->kind == FRAME_KIND_LOG ||
           frame->kind == FRAME_KIND_SCREENSHOT);
    assert(frame_decoder_next(&decoder) == NULL && frame_decoder_is_between(&decoder));
}

static struct tcp_stream *choose_stream(unsigned number)
{
    struct tcp_stream *stream = fake_tcp_streams;
    for (unsigned i = 0; i < number % 4 && stream != NULL; i++)
        stream = stream->next;
    return stream;
}

static void move_stream(struct fuzz_input *input, struct tcp_stream *stream, unsigned what)
{
    size_t size;
    if (what == 0) {
        fake_tcp_end(stream);
    } else if (what == 1) {
        fake_tcp_drain(stream);
    } else if (what == 2) {
        stream->is_stalled = true;
        if (queue_size_max > LARGE_SIZE && stream->queued_size < LARGE_SIZE)
            stream->queued_size = LARGE_SIZE; /* a large picture is on its way */
    } else {
        const uint8_t *bytes = fuzz_take(input, what, &size);
        fake_tcp_receive(stream, bytes, size);
    }
}

static void step(struct fuzz_input *input)
{
    unsigned what = fuzz_byte(input);
    struct tcp_stream *stream = choose_stream(what);
    if (what < 8) {
        if (fake_tcp_listener != NULL)
            fake_tcp_accept();
    } else if (what < 200) {
        if (stream != NULL)
            move_stream(input, stream, what / 4 - 2);
    } else if (what < 220) {
        reaction = fuzz_byte(input);
    } else if (what < 240) {
        engine_server_check(&server);
    } else if (server.peers != NULL) {
        act(server.peers, fuzz_byte(input));
    }
    fake_tcp_free_closed();
    int count = 0;
    for (stream = fake_tcp_streams; stream != NULL; stream = stream->next, count++)
        assert(stream->queued_size <= (size_t)queue_size_max);
    assert(server.peer_count == count && count <= ENGINE_PEER_COUNT_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {.bytes = data, .size = size};
    const char *reason;
    reaction = 0;
    queue_size_max = fuzz_choice(&input, 2) == 0 ? SMALL_SIZE : 2 * LARGE_SIZE;
    fake_tcp_sees = see_sent;
    engine_server_open(&server, NULL, NULL, &handler, NULL, &reason);
    server.cap = CAP;
    server.variant = fuzz_choice(&input, 2) == 0 ? SCREENSHOT_WITH_SIDES : SCREENSHOT_BARE;
    fake_tcp_accept();
    while (fuzz_more(&input))
        step(&input);
    close_server();
    fake_tcp_free_closed();
    assert(server.peers == NULL && server.peer_count == 0 && fake_tcp_streams == NULL);
    return 0;
}
