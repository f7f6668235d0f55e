#include "support/server_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct game_server server;
struct heard heard;
int64_t server_ms;

static uint8_t *call_data;

static enum status on_request(void *context, struct game_server *from, enum message request,
                              const uint8_t *data, size_t size)
{
    uint8_t piece[1024];
    assert_ptr_equal(context, &heard);
    assert_true(size <= sizeof heard.data && heard.reply_piece <= sizeof piece);
    heard.request_count++;
    heard.request = request;
    heard.size = size;
    memcpy(heard.data, data, size);
    memset(piece, 0xAB, sizeof piece);
    for (size_t at = 0; at < heard.reply_size; at += heard.reply_piece) {
        size_t rest = heard.reply_size - at;
        game_server_reply(from, piece, rest < heard.reply_piece ? rest : heard.reply_piece);
    }
    if (heard.timeout_ms != 0)
        from->timeout_ms = heard.timeout_ms;
    return heard.reply_status;
}

static void on_answered(void *context, enum message call, const uint8_t *data, size_t size)
{
    assert_ptr_equal(context, &heard);
    assert_true(size <= sizeof heard.answer);
    heard.answer_count++;
    heard.answered = call;
    heard.answer_size = size;
    memcpy(heard.answer, data, size);
}

static void on_registered(void *context)
{
    assert_ptr_equal(context, &heard);
    heard.registered_count++;
}

static void on_deregistered(void *context, enum status why)
{
    assert_ptr_equal(context, &heard);
    heard.deregistered_count++;
    heard.why = why;
}

static void on_note(void *context, const char *text)
{
    assert_ptr_equal(context, &heard);
    heard.note_count++;
    snprintf(heard.note, sizeof heard.note, "%s", text);
}

static const struct game_server_handler handler = {.context = &heard,
                                                   .request = on_request,
                                                   .answered = on_answered,
                                                   .registered = on_registered,
                                                   .deregistered = on_deregistered,
                                                   .note = on_note};

void start_server(const struct dialect *dialect, size_t size)
{
    kit_open(size);
    free(call_data);
    call_data = malloc(slot_capacity(&kit_slot));
    if (call_data == NULL)
        abort();
    memset(&heard, 0, sizeof heard);
    heard.reply_piece = 1000;
    server_ms = 1000;
    game_server_open(&server, &kit_slot, dialect, &handler, call_data);
}

void server_pass_ms(int64_t duration_ms)
{
    server_ms += duration_ms;
    game_server_check(&server, server_ms);
}

bool client_says(uint8_t number, const void *data, size_t size)
{
    kit_put(number, 0, data, size);
    return game_server_poll(&server);
}

void join_client(void)
{
    assert_true(client_says(dialect_number(server.dialect, MESSAGE_C_REGISTER), NULL, 0));
    kit_zero();
    server_pass_ms(0);
    server_pass_ms(3);
    assert_int_equal(server.phase, SERVER_READY);
    assert_true(kit_is_zero());
}

void call_client(enum message call, const void *data, size_t size)
{
    assert_int_equal(game_server_call(&server, call, data, size), STATUS_OK);
    assert_int_equal(server.phase, SERVER_CALLING);
}

void start_calling(void)
{
    start_server(&dialect_v1, SLOT_SIZE_V1);
    join_client();
    call_client(MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000));
    kit_expect("04 FF 00 00 00 00 00 00 E8 03 00 00");
}
