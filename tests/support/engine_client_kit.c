#include "support/engine_client_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct engine_client_kit engine_kit;

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
    char line[512];
    size_t used = strlen(engine_kit.events);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    assert_true(used + strlen(line) + 2 < sizeof engine_kit.events);
    snprintf(engine_kit.events + used, sizeof engine_kit.events - used, "%s\n", line);
    if (engine_kit.react != NULL)
        engine_kit.react(line);
}

/* Handlers. */

static void on_connected(void *owner)
{
    (void)owner;
    tell("connected");
}

static void on_disconnected(void *owner, const char *reason)
{
    (void)owner;
    tell("disconnected: %s", reason);
}

static void on_log(void *owner, struct engine_log_reader reader)
{
    struct engine_log_entry entry;
    char text[256] = "";
    size_t size = 0;
    (void)owner;
    while (engine_log_next(&reader, &entry) && size < sizeof text)
        size += (size_t)snprintf(text + size, sizeof text - size, " %c %.*s", entry.letter,
                                 (int)entry.size, entry.text);
    tell("log %d%s%s%s", reader.id, text, reader.problem != ENGINE_LOG_PROBLEM_NONE ? ": " : "",
         reader.problem != ENGINE_LOG_PROBLEM_NONE ? engine_log_problem_sentence(reader.problem)
                                                   : "");
}

static void on_frame(void *owner, const struct frame *frame)
{
    char hex[64] = "";
    (void)owner;
    for (size_t i = 0; i < frame->size && i < 20; i++)
        snprintf(hex + 2 * i, sizeof hex - 2 * i, "%02x", frame->body[i]);
    tell("frame %d (%zu) %s", frame->kind, frame->size, hex);
}

static void on_warning(void *owner, const char *text)
{
    (void)owner;
    tell("warning: %s", text);
}

static void on_sent(void *owner)
{
    (void)owner;
    tell("sent");
}

static const struct engine_client_handler handler = {.connected = on_connected,
                                                     .disconnected = on_disconnected,
                                                     .log = on_log,
                                                     .frame = on_frame,
                                                     .warning = on_warning,
                                                     .sent = on_sent};

static void on_done(struct engine_request *request, const struct engine_answer *answer)
{
    int number = (int)(request - engine_kit.requests);
    assert_int_equal(++engine_kit.done_counts[number], 1);
    if (answer->status != STATUS_OK) {
        assert_true(answer->reason != NULL && answer->reason[0] != '\0');
        tell("done %d %s: %s", number, status_word(answer->status), answer->reason);
    } else if (request->kind == ENGINE_REQUEST_SCREENSHOT) {
        const struct engine_screenshot *shot = &answer->screenshot;
        size_t size = image_size(shot->sides);
        assert_true(shot->pixels + size == answer->frame->body + answer->frame->size);
        assert_int_equal(shot->pixels[0], shot->pixels[size - 1]);
        tell("done %d ok %dx%d %s %02x", number, shot->sides.width, shot->sides.height,
             shot->variant == SCREENSHOT_BARE ? "bare" : "with sides", shot->pixels[0]);
    } else {
        assert_true(answer->elapsed_ns >= 0);
        tell("done %d ok", number);
    }
}

/* The two sides. */

int engine_kit_open(void **unused)
{
    (void)unused;
    engine_kit = (struct engine_client_kit){.now_ms = 1000000, .end = -1};
    raw_engine_tcp = tcp_open();
    engine_kit.options = engine_client_options();
    engine_kit.listener = raw_engine_reserve(&engine_kit.options.address.port);
    return raw_engine_tcp != NULL ? 0 : -1;
}

int engine_kit_close(void **unused)
{
    (void)unused;
    engine_kit.react = NULL;
    if (engine_kit.is_open)
        engine_client_free(&engine_kit.client);
    assert_int_equal(engine_kit.client.request_count, 0);
    assert_null(engine_kit.client.requests);
    engine_kit_hang_up();
    close(engine_kit.listener);
    assert_true(tcp_close(raw_engine_tcp));
    return 0;
}

void engine_kit_start(void)
{
    engine_kit.is_open = true;
    engine_client_open(&engine_kit.client, raw_engine_tcp, &engine_kit.options, &handler, NULL,
                       engine_kit.now_ms);
}

void engine_kit_listen(void)
{
    raw_engine_listen(engine_kit.listener, 16);
}

void engine_kit_accept(void)
{
    engine_kit.end = raw_engine_accept(engine_kit.listener);
}

void engine_kit_connect(void)
{
    engine_kit_listen();
    engine_kit_start();
    engine_kit_accept();
    engine_kit_expect("connected\n");
}

void engine_kit_hang_up(void)
{
    char bytes[4096];
    if (engine_kit.end < 0)
        return;
    /* With bytes unread it would be a reset. */
    while (recv(engine_kit.end, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        continue;
    close(engine_kit.end);
    engine_kit.end = -1;
}

void engine_kit_pass(int64_t duration_ms)
{
    engine_kit.now_ms += duration_ms;
    engine_client_check(&engine_kit.client, engine_kit.now_ms);
}

void engine_kit_expect(const char *events)
{
    struct deadline until = deadline_in_ms(10000);
    while (strlen(engine_kit.events) < strlen(events) && !deadline_passed(until))
        tcp_wait(raw_engine_tcp, INT64_C(5000000));
    for (int i = 0; i < 3; i++) /* and no more than that */
        tcp_poll(raw_engine_tcp);
    assert_string_equal(engine_kit.events, events);
    engine_kit.events[0] = '\0';
}

static struct engine_request *new_request(int number, enum engine_request_kind kind)
{
    struct engine_request *request = &engine_kit.requests[number];
    engine_kit.done_counts[number] = 0;
    memset(request, 0xA5, sizeof *request); /* what the owner leaves out does not matter */
    request->kind = kind;
    request->deadline_ms = engine_kit.now_ms + ENGINE_KIT_TIMEOUT_MS;
    request->done = on_done;
    return request;
}

enum status engine_kit_ping(int number)
{
    return engine_client_ask(&engine_kit.client, new_request(number, ENGINE_REQUEST_PING));
}

enum status engine_kit_shoot(int number, int32_t width, int32_t height)
{
    struct engine_request *request = new_request(number, ENGINE_REQUEST_SCREENSHOT);
    request->sides = (struct image_sides){width, height};
    return engine_client_ask(&engine_kit.client, request);
}

enum status engine_kit_command(int number, const void *frame, size_t size)
{
    struct engine_request *request = new_request(number, ENGINE_REQUEST_COMMAND);
    request->id = engine_client_next_id(&engine_kit.client);
    request->frame = frame;
    request->frame_size = size;
    return engine_client_ask(&engine_kit.client, request);
}

void engine_kit_send_image(size_t size, uint8_t value)
{
    uint8_t *image = malloc(size > 0 ? size : 1);
    memset(image, value, size);
    raw_engine_send_frame(engine_kit.end, (int32_t)size, 4, image, size);
    free(image);
}
