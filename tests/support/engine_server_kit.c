#include "support/engine_server_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct engine_server_kit server_kit_engine;

static struct engine_server_kit *const kit = &server_kit_engine;

__attribute__((format(printf, 2, 3))) static void tell(struct engine_peer *peer, const char *format,
                                                       ...)
{
    char line[512], text[400];
    size_t used = strlen(kit->events);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(line, sizeof line, "%u %s", peer->number, text);
    assert_true(used + strlen(line) + 2 < sizeof kit->events);
    snprintf(kit->events + used, sizeof kit->events - used, "%s\n", line);
    if (kit->react != NULL)
        kit->react(peer, text);
}

static void on_joined(void *owner, struct engine_peer *peer)
{
    (void)owner;
    assert_false(peer->is_gone);
    assert_memory_equal(peer->address, "127.0.0.1:", 10);
    tell(peer, "joined");
}

static void on_left(void *owner, struct engine_peer *peer, const char *reason)
{
    (void)owner;
    assert_true(peer->is_gone);
    tell(peer, "left: %s", reason);
}

static void on_asked(void *owner, struct engine_peer *peer, struct image_sides sides)
{
    (void)owner;
    assert_false(peer->is_gone);
    assert_true(image_sides_are_valid(sides));
    tell(peer, "asked %dx%d", sides.width, sides.height);
    if (kit->answers && !peer->is_gone)
        engine_server_kit_answer(peer);
}

static void tell_frame(struct engine_peer *peer, const char *what, const struct frame *frame)
{
    char hex[64] = "";
    for (size_t i = 0; i < frame->size && i < 20; i++)
        snprintf(hex + 2 * i, sizeof hex - 2 * i, "%02x", frame->body[i]);
    assert_false(peer->is_gone);
    tell(peer, "%s %d (%zu) %s", what, frame->kind, frame->size, hex);
}

static void on_command(void *owner, struct engine_peer *peer, const struct frame *frame)
{
    (void)owner;
    tell_frame(peer, "command", frame);
}

static void on_frame(void *owner, struct engine_peer *peer, const struct frame *frame)
{
    (void)owner;
    tell_frame(peer, "frame", frame);
}

static void on_warning(void *owner, struct engine_peer *peer, const char *text)
{
    (void)owner;
    assert_false(peer->is_gone);
    tell(peer, "warning: %s", text);
}

static void on_sent(void *owner, struct engine_peer *peer)
{
    (void)owner;
    assert_false(peer->is_gone);
    tell(peer, "sent");
}

static const struct engine_server_handler handler = {.joined = on_joined,
                                                     .left = on_left,
                                                     .asked = on_asked,
                                                     .command = on_command,
                                                     .frame = on_frame,
                                                     .warning = on_warning,
                                                     .sent = on_sent};

int engine_server_kit_open(void **unused)
{
    static const struct tcp_address any = {.host = "127.0.0.1"};
    struct tcp_address address;
    const char *reason;
    (void)unused;
    *kit = (struct engine_server_kit){0};
    raw_engine_tcp = tcp_open();
    assert_int_equal(
        engine_server_open(&kit->server, raw_engine_tcp, &any, &handler, NULL, &reason), STATUS_OK);
    tcp_listener_address(kit->server.listener, &address);
    kit->port = address.port;
    return 0;
}

int engine_server_kit_close(void **unused)
{
    (void)unused;
    kit->react = NULL;
    engine_server_close(&kit->server);
    engine_server_close(&kit->server);
    assert_null(kit->server.peers);
    assert_true(tcp_close(raw_engine_tcp));
    return 0;
}

struct engine_peer *engine_server_kit_last(void)
{
    struct engine_peer *peer = kit->server.peers;
    while (peer != NULL && peer->next != NULL)
        peer = peer->next;
    return peer;
}

int engine_server_kit_join(void)
{
    char joined[32];
    snprintf(joined, sizeof joined, "%u joined\n", kit->server.last_number + 1);
    int end = raw_engine_connect(kit->port);
    engine_server_kit_expect(joined);
    return end;
}

void engine_server_kit_expect(const char *events)
{
    struct deadline until = deadline_in_ms(10000);
    while (strlen(kit->events) < strlen(events) && !deadline_passed(until))
        tcp_wait(raw_engine_tcp, INT64_C(5000000));
    for (int i = 0; i < 3; i++) /* and no more than that */
        tcp_poll(raw_engine_tcp);
    assert_string_equal(kit->events, events);
    kit->events[0] = '\0';
}

enum status engine_server_kit_answer(struct engine_peer *peer)
{
    struct image_sides sides = peer->asked[0];
    uint8_t *block = malloc(ENGINE_SCREENSHOT_MARGIN + image_size(sides));
    assert_non_null(block);
    memset(block, 0x55, ENGINE_SCREENSHOT_MARGIN + image_size(sides));
    return engine_peer_send_screenshot(peer, sides, block);
}
