/* What engines send that no client asked for, and what an owner does where it is told something. */
#include "support/engine_client_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct engine_client *const client = &engine_kit.client;

static void test_other_kinds_are_passed_on_as_they_are(void **unused)
{
    (void)unused;
    engine_kit_connect();
    raw_engine_send_hex(engine_kit.end,
                        "00000002 06 0102 00000001 07 03 00000000 EF 00000001 F0 04 "
                        "00000001 FF 05 00000001 05 C0 "
                        "00000008 03 00000001 00000001");
    engine_kit_expect("frame 6 (2) 0102\nframe 7 (1) 03\nframe 239 (0) \nframe 240 (1) 04\n"
                      "frame 255 (1) 05\nframe 5 (1) c0\nframe 3 (8) 0000000100000001\n");
}

static void test_odd_frames_are_warned_of_and_passed_over(void **unused)
{
    (void)unused;
    engine_kit_connect();
    raw_engine_send_hex(engine_kit.end, "00000002 00 0102 00000004 01 00000001 00000000 03 "
                                        "00000000 42");
    engine_kit_expect(
        "warning: a frame of kind 0, which is invalid (invalid, 2 bytes, at byte 0 of the stream)\n"
        "warning: a body of another size than its kind has (ping, 4 bytes, at byte 7 of the "
        "stream)\n"
        "warning: a body of another size than its kind has (ask screenshot, 0 bytes, at byte 16 of "
        "the stream)\n"
        "frame 66 (0) \n");
}

static void test_broken_logs_are_told_as_far_as_they_go(void **unused)
{
    (void)unused;
    engine_kit_connect();
    raw_engine_send_hex(engine_kit.end, "00000000 02 "
                                        "00000004 02 00000007 "
                                        "00000010 02 00000007 02 00000001 69 41 7FFFFFFF 65 "
                                        "0000000A 02 00000007 01 80000000 69 "
                                        "00000006 02 00000000 00 FF");
    engine_kit_expect("log 0: a log that ends within a message\n"
                      "log 7: a log that ends within a message\n"
                      "log 7 i A: a log that ends within a message\n"
                      "log 7: a log message of negative size\n"
                      "log 0: a log with bytes behind its last message\n");
}

/* Each takes the connection with it, and says where and why. */
static void test_hostile_sizes_end_the_connection(void **unused)
{
    (void)unused;
    static const struct {
        int32_t size;
        const char *sentence;
    } rows[] = {{-1, "a body of negative size"},
                {INT32_MIN, "a body of negative size"},
                {FRAME_BODY_SIZE_MAX + 1, "a body larger than is allowed"},
                {INT32_MAX, "a body larger than is allowed"}};
    engine_kit_connect();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char expected[512];
        engine_kit_ping(1);
        raw_engine_skip(engine_kit.end, 10);
        raw_engine_send_hex(engine_kit.end, "00000000 42");
        raw_engine_send_frame(engine_kit.end, rows[i].size, 4, "more", 4);
        snprintf(expected, sizeof expected,
                 "frame 66 (0) \n"
                 "warning: %s (screenshot, %d bytes, at byte 5 of the stream)\n"
                 "done 1 protocol: %s (%d bytes, kind 4, at byte 5 of the stream)\n"
                 "disconnected: %s (%d bytes, kind 4, at byte 5 of the stream)\n",
                 rows[i].sentence, rows[i].size, rows[i].sentence, rows[i].size, rows[i].sentence,
                 rows[i].size);
        engine_kit_expect(expected);
        raw_engine_expect_end(engine_kit.end);
        engine_kit_hang_up();
        engine_kit_pass(2000);
        engine_kit_accept();
        engine_kit_expect("connected\n");
    }
}

static void test_one_byte_at_a_time_makes_no_difference(void **unused)
{
    (void)unused;
    static const uint8_t stream[] = {0, 0, 0, 0, 0x42, 0, 0, 0, 2, 0, 1, 2, 0, 0, 0, 4,
                                     4, 9, 9, 9, 9,    0, 0, 0, 5, 1, 0, 0, 0, 7, 1};
    engine_kit_connect();
    engine_kit_shoot(1, 1, 1);
    raw_engine_expect_hex(engine_kit.end, "00000008 03 00000001 00000001");
    for (size_t i = 0; i < sizeof stream; i++) {
        raw_engine_send(engine_kit.end, stream + i, 1);
        tcp_wait(raw_engine_tcp, INT64_C(1000000000));
    }
    engine_kit_expect("frame 66 (0) \n"
                      "warning: a frame of kind 0, which is invalid (invalid, 2 bytes, at byte 5 "
                      "of the stream)\n"
                      "done 1 ok 1x1 bare 09\n");
    raw_engine_expect_hex(engine_kit.end, "00000005 01 00000007 02");
}

static void test_what_an_engine_does_not_read_is_bounded(void **unused)
{
    (void)unused;
    static uint8_t body[1024 * 1024];
    size_t size = 0, frame_size = FRAME_HEADER_SIZE + sizeof body;
    enum status status;
    engine_kit_connect();
    while ((status = engine_client_send(client, 0x42, body, sizeof body)) == STATUS_OK) {
        size += frame_size;
        tcp_poll(raw_engine_tcp);
        assert_true(engine_link_queued_size(&client->link) <= ENGINE_QUEUE_SIZE_MAX);
        assert_true(size < 100 * sizeof body);
    }
    assert_int_equal(status, STATUS_BUSY);
    engine_kit.events[0] = '\0'; /* the first ones were sent at once */
    assert_int_equal(engine_kit_command(1, body, sizeof body), STATUS_OK); /* waits for its turn */
    assert_int_equal(engine_kit_ping(2), STATUS_OK);
    engine_kit_expect("");
    raw_engine_skip(engine_kit.end, size + sizeof body);
    raw_engine_expect_hex(engine_kit.end, "00000005 01 00000002 01");
    engine_kit_expect("sent\n");
    engine_client_close(client);
    assert_int_equal(engine_kit.done_counts[1] + engine_kit.done_counts[2], 2);
}

/* Closing, freeing and asking in every call. */

static const char *reacts_to;
static enum {
    CLOSES,
    FREES
} reaction;
static bool has_reacted;

static void react(const char *event)
{
    if (strncmp(event, reacts_to, strlen(reacts_to)) != 0 || has_reacted)
        return;
    has_reacted = true;
    if (reaction == CLOSES)
        engine_client_close(client);
    else
        engine_client_free(client);
    strcat(engine_kit.events, "closed\n"); /* and nothing is told after this */
    for (int i = 1; i < 4; i++)
        assert_true(engine_kit.done_counts[i] == 1 || engine_kit.requests[i].done == NULL);
}

static void expect_reaction(const char *to)
{
    for (int way = CLOSES; way <= FREES; way++) {
        assert_int_equal(engine_kit_open(NULL), 0);
        reaction = way == CLOSES ? CLOSES : FREES;
        reacts_to = to;
        has_reacted = false;
        engine_kit.react = react;
        engine_kit_listen();
        engine_kit_start();
        engine_kit_ping(1);
        engine_kit_shoot(2, 1, 1);
        engine_kit_shoot(3, 1, 1);
        engine_kit_accept();
        raw_engine_send_hex(engine_kit.end, "00000005 01 00000001 02 00000001 00 00 00000000 42 "
                                            "00000005 02 00000000 00 00000004 04 01010101 "
                                            "FFFFFFFF 01 00000005 01 00000001 02");
        RAW_ENGINE_UNTIL(has_reacted);
        for (int i = 0; i < 5; i++)
            tcp_poll(raw_engine_tcp);
        assert_string_equal(strstr(engine_kit.events, "\nclosed\n") + 1, "closed\n");
        assert_int_equal(client->state, ENGINE_CLIENT_CLOSED);
        engine_kit_pass(100000);
        assert_int_equal(client->state, ENGINE_CLIENT_CLOSED);
        engine_kit_close(NULL);
    }
}

static void test_a_client_may_be_closed_in_every_call(void **unused)
{
    (void)unused;
    static const char *const calls[] = {
        "connected", "done 1 ok",        "done 2 ok",       "done 3 protocol",     "log 0",
        "frame 66",  "warning: a frame", "warning: a body", "disconnected: a body"};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        expect_reaction(calls[i]);
}

static void cancel_the_rest(const char *event)
{
    if (strncmp(event, "done 1", 6) != 0)
        return;
    for (struct engine_request *request; (request = client->requests) != NULL;)
        engine_client_cancel(client, request);
}

static void test_closing_survives_that_all_is_cancelled_meanwhile(void **unused)
{
    (void)unused;
    engine_kit_connect();
    engine_kit.react = cancel_the_rest;
    engine_kit_ping(1);
    engine_kit_shoot(2, 1, 1);
    engine_kit_shoot(3, 1, 1);
    engine_client_close(client);
    assert_int_equal(client->state, ENGINE_CLIENT_CLOSED);
    engine_kit_expect("done 1 closed: closed\ndisconnected: closed\n");
    engine_kit_pass(100000);
    assert_int_equal(client->state, ENGINE_CLIENT_CLOSED);
}

static void test_an_end_survives_that_all_is_cancelled_meanwhile(void **unused)
{
    (void)unused;
    engine_kit_connect();
    engine_kit.react = cancel_the_rest;
    engine_kit_ping(1);
    engine_kit_shoot(2, 1, 1);
    engine_kit_hang_up();
    engine_kit_expect("done 1 closed: closed by the other side\n"
                      "disconnected: closed by the other side\n");
    assert_int_equal(engine_client_wake_ms(client), engine_kit.now_ms + ENGINE_RETRY_FIRST_MS);
}

/* Memory of bodies. */

static size_t expected_size;

static void give_block(void *owner, size_t body_size)
{
    (void)owner;
    expected_size = body_size;
    free(engine_link_swap_block(&client->link, malloc(body_size), body_size));
}

static uint8_t *taken;
static size_t taken_size;

/* Asks for the next one first: that must not cost the pixels of this one. */
static void take_pixels(struct engine_request *request, const struct engine_answer *answer)
{
    request->sides.width *= 2;
    if (request->sides.width <= 512)
        assert_int_equal(engine_client_ask(client, request), STATUS_OK);
    assert_int_equal(answer->status, STATUS_OK);
    size_t size = image_size(answer->screenshot.sides);
    assert_int_equal(answer->screenshot.pixels[0], 7);
    assert_int_equal(answer->screenshot.pixels[size - 1], 7);
    free(taken);
    taken = engine_link_take_block(&client->link, answer->frame, &taken_size);
    if (taken == NULL)
        return;
    assert_ptr_equal(taken, answer->frame->body);
    assert_true(taken_size >= answer->frame->size);
    memset(taken, 7, taken_size); /* it is ours now */
}

static void test_the_memory_of_an_image_may_be_taken(void **unused)
{
    (void)unused;
    struct engine_client_handler handler = {0};
    struct engine_request request = {.kind = ENGINE_REQUEST_SCREENSHOT,
                                     .sides = {64, 512},
                                     .deadline_ms = INT64_MAX,
                                     .done = take_pixels};
    engine_kit_connect();
    handler = *client->handler;
    handler.expects = give_block;
    client->handler = &handler;
    assert_int_equal(engine_client_ask(client, &request), STATUS_OK);
    for (int32_t width = 64; width <= 512; width *= 2) {
        assert_int_equal(expected_size, width * 512 * 4 + 8);
        raw_engine_skip(engine_kit.end, 13);
        engine_kit_send_image((size_t)width * 512 * 4, 7);
        RAW_ENGINE_UNTIL(request.sides.width == 2 * width);
        assert_non_null(taken);
    }
    free(taken);
    taken = NULL;
    engine_client_close(client);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, engine_kit_open, engine_kit_close)
    const struct CMUnitTest tests[] = {
        TEST(test_other_kinds_are_passed_on_as_they_are),
        TEST(test_odd_frames_are_warned_of_and_passed_over),
        TEST(test_broken_logs_are_told_as_far_as_they_go),
        TEST(test_hostile_sizes_end_the_connection),
        TEST(test_one_byte_at_a_time_makes_no_difference),
        TEST(test_what_an_engine_does_not_read_is_bounded),
        cmocka_unit_test(test_a_client_may_be_closed_in_every_call),
        TEST(test_closing_survives_that_all_is_cancelled_meanwhile),
        TEST(test_an_end_survives_that_all_is_cancelled_meanwhile),
        TEST(test_the_memory_of_an_image_may_be_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
