/*
 * What an engine client and an engine server make of a stream does not depend on where its slices
 * end: every stream is cut at every pair of places, and into single bytes.
 */
#include "peer/engine_client.h"
#include "peer/engine_server.h"
#include "support/fake_tcp.h"
#include "support/slot_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE_OF(array) (sizeof(array) / sizeof(array)[0])

enum {
    STREAM_SIZE_MAX = 256,
    TIMEOUT_MS = 1000
};

/* Events of the side that is fed, and what it sends: as text. */
static char events[8192];
static size_t events_size;

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    events_size +=
        (size_t)vsnprintf(events + events_size, sizeof events - events_size, format, arguments);
    va_end(arguments);
    assert_true(events_size < sizeof events);
}

static void tell_bytes(const char *what, const uint8_t *bytes, size_t size)
{
    tell("%s ", what);
    for (size_t i = 0; i < size; i++)
        tell("%02x", bytes[i]);
    tell("\n");
}

static void on_bytes_sent(const uint8_t *bytes, size_t size)
{
    tell_bytes("sends", bytes, size);
}

/* The client. */

static struct engine_client client;
static struct engine_request requests[4];

static void client_connected(void *owner)
{
    (void)owner;
    tell("connected\n");
}

static void client_disconnected(void *owner, const char *reason)
{
    (void)owner;
    tell("disconnected: %s\n", reason);
}

static void client_log(void *owner, struct engine_log_reader reader)
{
    struct engine_log_entry entry;
    (void)owner;
    tell("log %d of %u\n", reader.id, reader.announced_count);
    while (engine_log_next(&reader, &entry))
        tell("  %d %c %.*s\n", entry.level, entry.letter, (int)entry.size, entry.text);
    tell("  %s at %zu\n", engine_log_problem_sentence(reader.problem), reader.position);
}

static void client_frame(void *owner, const struct frame *frame)
{
    (void)owner;
    tell("%llu, %d: ", (unsigned long long)frame->position, frame->kind);
    tell_bytes("frame", frame->body, frame->size);
}

static void client_warning(void *owner, const char *text)
{
    (void)owner;
    tell("warning: %s\n", text);
}

static void client_sent(void *owner)
{
    (void)owner;
    tell("sent\n");
}

static void on_done(struct engine_request *request, const struct engine_answer *answer)
{
    tell("done %d %s %s\n", (int)(request - requests), status_word(answer->status),
         answer->status != STATUS_OK ? answer->reason : "");
    if (answer->frame == NULL)
        return;
    tell_bytes("  of", answer->frame->body, answer->frame->size);
    size_t size;
    free(engine_link_take_block(&client.link, answer->frame, &size));
}

static void ask(int number, enum engine_request_kind kind)
{
    static const uint8_t frame[] = {0, 0, 0, 0, 5};
    requests[number] = (struct engine_request){.kind = kind,
                                               .sides = {1, 2},
                                               .frame = frame,
                                               .frame_size = sizeof frame,
                                               .deadline_ms = TIMEOUT_MS,
                                               .done = on_done};
    if (kind == ENGINE_REQUEST_COMMAND)
        requests[number].id = engine_client_next_id(&client);
    assert_int_equal(engine_client_ask(&client, &requests[number]), STATUS_OK);
}

static void feed(const uint8_t *stream, size_t size, const size_t *cuts, size_t cut_count)
{
    size_t at = 0;
    for (size_t i = 0; i <= cut_count; i++) {
        size_t end = i < cut_count ? cuts[i] : size;
        if (fake_tcp_open_stream() != NULL && end > at)
            fake_tcp_receive(fake_tcp_open_stream(), stream + at, end - at);
        at = end;
    }
    if (fake_tcp_open_stream() != NULL)
        fake_tcp_end(fake_tcp_open_stream());
}

static void feed_client(const uint8_t *stream, size_t size, const size_t *cuts, size_t cut_count)
{
    static const struct engine_client_handler handler = {.connected = client_connected,
                                                         .disconnected = client_disconnected,
                                                         .log = client_log,
                                                         .frame = client_frame,
                                                         .warning = client_warning,
                                                         .sent = client_sent};
    struct engine_client_options options = engine_client_options();
    options.cap = 100;
    engine_client_open(&client, NULL, &options, &handler, NULL, 0);
    ask(0, ENGINE_REQUEST_PING);       /* 1 */
    ask(1, ENGINE_REQUEST_COMMAND);    /* 2 */
    ask(2, ENGINE_REQUEST_SCREENSHOT); /* 1 x 2 */
    ask(3, ENGINE_REQUEST_SCREENSHOT);
    fake_tcp_connect(fake_tcp_open_stream());
    feed(stream, size, cuts, cut_count);
    engine_client_free(&client);
    fake_tcp_free_closed();
}

/* The server. */

static void server_joined(void *owner, struct engine_peer *peer)
{
    (void)owner;
    (void)peer;
    tell("joined\n");
}

static void server_left(void *owner, struct engine_peer *peer, const char *reason)
{
    (void)owner;
    (void)peer;
    tell("left: %s\n", reason);
}

static void server_asked(void *owner, struct engine_peer *peer, struct image_sides sides)
{
    (void)owner;
    tell("asked %d x %d\n", sides.width, sides.height);
    if (image_size(sides) > 100)
        engine_peer_refuse_screenshot(peer, "no");
    else
        engine_peer_send_screenshot(peer, sides, calloc(1, ENGINE_SCREENSHOT_MARGIN + 100));
}

static void server_frame(void *owner, struct engine_peer *peer, const struct frame *frame)
{
    (void)peer;
    client_frame(owner, frame);
}

static void server_warning(void *owner, struct engine_peer *peer, const char *text)
{
    (void)peer;
    client_warning(owner, text);
}

static void server_sent(void *owner, struct engine_peer *peer)
{
    (void)peer;
    client_sent(owner);
}

static void feed_server(const uint8_t *stream, size_t size, const size_t *cuts, size_t cut_count)
{
    static const struct engine_server_handler handler = {.joined = server_joined,
                                                         .left = server_left,
                                                         .asked = server_asked,
                                                         .command = server_frame,
                                                         .frame = server_frame,
                                                         .warning = server_warning,
                                                         .sent = server_sent};
    struct engine_server server;
    const char *reason;
    engine_server_open(&server, NULL, NULL, &handler, NULL, &reason);
    server.cap = 100;
    assert_non_null(fake_tcp_accept());
    feed(stream, size, cuts, cut_count);
    engine_server_close(&server);
    fake_tcp_free_closed();
}

/* The bodies are those of the seed and of the fact sheet, section 4. */
static const char *const streams[] = {
    "00000005 01 00000007 01 00000005 01 00000001 02 00000005 01 00000007 03 " /* ping, pong, ? */
    "00000008 03 00000001 00000002 00000008 03 00000280 000001E0 "
    "00000008 03 00000000 00000001 00000008 03 00004000 00004000",
    "00000008 04 0102030405060708 "                          /* bare */
    "00000010 04 00000001 00000002 A1A2A3A4A5A6A7A8 "        /* with sides */
    "00000004 04 01020304 00000000 04",                      /* nobody's */
    "00000005 04 0102030405 00000009 04 010203040506070809", /* of no sides */
    "00000011 02 00000000 02 00000000 69 00000002 65 4F4B "  /* logs: nobody's, */
    "0000000B 02 00000002 01 00000001 77 41 "                /* an answer, */
    "0000000A 02 00000005 02 FFFFFFFF 69 "                   /* and broken ones */
    "0000000A 02 00000005 01 7FFFFFFF 69 00000003 02 000000 00000006 02 00000000 00 FF",
    "00000006 05 A470696E6790 00000000 05 00000001 06 0A 00000002 F0 0102 00000000 FF "
    "00000001 42 07",
    "00000002 00 0102 00000000 00 00000004 01 00000007 00000006 01 000000070101 "
    "00000007 03 00000000000000 00000000 03 00000005 01 00000008 01",
    "00000005 01 00000007 01 FFFFFFFF 05 00000005 01 00000007 01", /* and then nothing more */
    "00000001 42 07 00000065 04 00000005 01 00000007 01",
    "00000005 01 00000007 01 7FFFFFFF 02 01 02 03",
    "80000000 01 0102",
    "00000005 01 00000007 01 00000005 01 000000", /* the end within a frame */
};

static void test_no_cut_changes_anything(void (*feeds)(const uint8_t *, size_t, const size_t *,
                                                       size_t))
{
    static char expected[sizeof events];
    uint8_t stream[STREAM_SIZE_MAX];
    size_t bytes[STREAM_SIZE_MAX];
    fake_tcp_sees = on_bytes_sent;
    for (size_t i = 0; i < STREAM_SIZE_MAX; i++)
        bytes[i] = i + 1;
    for (size_t i = 0; i < SIZE_OF(streams); i++) {
        size_t size = kit_read_hex(streams[i], stream, sizeof stream);
        events_size = 0;
        feeds(stream, size, NULL, 0);
        memcpy(expected, events, events_size + 1);
        events_size = 0;
        feeds(stream, size, bytes, size - 1);
        assert_string_equal(events, expected);
        for (size_t first = 1; first < size; first++) {
            for (size_t second = first; second < size; second++) {
                events_size = 0;
                feeds(stream, size, (size_t[]){first, second}, 2);
                assert_string_equal(events, expected);
            }
        }
    }
}

static void test_no_cut_changes_anything_for_a_client(void **unused)
{
    (void)unused;
    test_no_cut_changes_anything(feed_client);
}

static void test_no_cut_changes_anything_for_a_server(void **unused)
{
    (void)unused;
    test_no_cut_changes_anything(feed_server);
}

/* That the comparison has something to compare. */
static void test_the_streams_say_what_they_should(void **unused)
{
    (void)unused;
    uint8_t stream[STREAM_SIZE_MAX];
    size_t size = kit_read_hex(streams[1], stream, sizeof stream);
    events_size = 0;
    feed_client(stream, size, NULL, 0);
    assert_string_equal(events, "sends 00000005010000000101\n"
                                "sends 0000000005\n"
                                "sends 00000008030000000100000002\n"
                                "connected\n"
                                "done 2 ok \n"
                                "  of 0102030405060708\n"
                                "sends 00000008030000000100000002\n"
                                "done 3 ok \n"
                                "  of 0000000100000002a1a2a3a4a5a6a7a8\n"
                                "34, 4: frame 01020304\n"
                                "43, 4: frame \n"
                                "done 0 closed the end\n"
                                "done 1 closed the end\n"
                                "disconnected: the end\n");
    size = kit_read_hex(streams[6], stream, sizeof stream);
    events_size = 0;
    feed_server(stream, size, NULL, 0);
    assert_non_null(strstr(events, "joined\nsends 00000005010000000702\nsends "));
    assert_non_null(strstr(events, "left: a body of negative size (-1 bytes, kind 5, at byte 10 "
                                   "of the stream)\n"));
}

/* Every size in a log, of every kind of wrong, after an entry that is fine. */
static void test_hostile_sizes_in_logs_do_no_harm(void **unused)
{
    (void)unused;
    static const int32_t sizes[] = {-1,       0, 1, 2, 3, 95, 96, 101, INT32_MAX, INT32_MAX - 10,
                                    INT32_MIN};
    for (size_t i = 0; i < SIZE_OF(sizes); i++) {
        for (unsigned count = 0; count <= 255; count += 51) {
            uint8_t stream[] = {0,   0,   0, 18, 2, 0, 0,   0,   0,  (uint8_t)count, 0, 0, 0, 1,
                                'i', 'A', 0, 0,  0, 0, 'e', 'B', 'C'};
            for (int byte = 0; byte < 4; byte++)
                stream[16 + byte] = (uint8_t)((uint32_t)sizes[i] >> (24 - 8 * byte));
            events_size = 0;
            feed_client(stream, sizeof stream, NULL, 0);
            assert_int_equal(strstr(events, "  3 i A\n") != NULL, count > 0);
            assert_int_equal(strstr(events, "negative") != NULL, count > 0 && sizes[i] < 0);
            assert_int_equal(strstr(events, "ends within") != NULL, count > 0 && sizes[i] >= 0);
            assert_int_equal(strstr(events, "bytes behind") != NULL, count == 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_cut_changes_anything_for_a_client),
        cmocka_unit_test(test_no_cut_changes_anything_for_a_server),
        cmocka_unit_test(test_the_streams_say_what_they_should),
        cmocka_unit_test(test_hostile_sizes_in_logs_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
