#include "support/game_kit.h"

#include "sim/tracks_builtin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    ROUND_COUNT_MAX = 1000
};

struct sim_game game;
struct game_client driver;
struct game_message call;
char notes[4096];
uint8_t reply[SLOT_SIZE_V1];
size_t reply_size;

static void on_note(void *context, const char *text)
{
    (void)context;
    size_t used = strlen(notes);
    if (used + strlen(text) + 2 <= sizeof notes) {
        strcat(notes, text);
        strcat(notes, "\n");
    }
}

void open_game_in(size_t slot_size, const char *track_name, const struct dialect *dialect,
                  double speed, double speed_without_client)
{
    static struct track track;
    static uint8_t *call_data;
    free(call_data);
    call_data = malloc(slot_size);
    if (call_data == NULL || !track_load_builtin(track_name, &track))
        abort();
    kit_open_trusted(slot_size);
    sim_game_open(&game, &track, 0, &kit_slot, dialect, call_data, speed, speed_without_client);
    game.note = on_note;
    notes[0] = '\0';
    game_client_open(&driver, &kit_slot, dialect);
}

void open_game(const char *track_name, const struct dialect *dialect, double speed,
               double speed_without_client)
{
    open_game_in(dialect->slot_size, track_name, dialect, speed, speed_without_client);
}

/* Runs the game until the client has something to read. */
static void wait_for_game(struct game_message *message)
{
    for (int i = 0; i < ROUND_COUNT_MAX; i++) {
        enum status status = game_client_poll(&driver, message);
        if (status == STATUS_OK)
            return;
        assert_int_equal(status, STATUS_WAITING);
        sim_game_run(&game);
    }
    fail_msg("the game says nothing");
}

void attach_driver(void)
{
    struct game_message message;
    game_client_open(&driver, &kit_slot, game.server.dialect);
    game_client_register(&driver);
    wait_for_game(&message);
    assert_true(message.is_response);
    assert_int_equal(message.error, STATUS_OK);
    game_client_release(&driver);
    assert_true(kit_is_zero());
}

void drive(const char *track)
{
    open_game(track, &dialect_v1, 0, -1);
    attach_driver();
}

void next_call(enum message expected)
{
    wait_for_game(&call);
    assert_false(call.is_response);
    assert_string_equal(message_describe(call.message)->name, message_describe(expected)->name);
}

void answer(void)
{
    game_client_answer(&driver, NULL, 0);
}

int32_t call_word(size_t index)
{
    assert_true(4 * index + 4 <= call.size);
    return load_i32(call.data + 4 * index);
}

void answer_until(int32_t time)
{
    for (int i = 0; i < 10 * ROUND_COUNT_MAX; i++) {
        if (driver.call_number != 0)
            answer();
        wait_for_game(&call);
        if (call.message == MESSAGE_S_ON_RUN_STEP && call_word(0) == time)
            return;
    }
    fail_msg("the run step %d does not come", time);
}

enum status request(enum message what, const void *data, size_t size)
{
    struct game_message response;
    assert_int_equal(game_client_can_request(&driver, what), STATUS_OK);
    uint8_t *room = game_client_compose(&driver, what);
    if (size > 0)
        memcpy(room, data, size);
    game_client_send(&driver, size);
    wait_for_game(&response);
    assert_true(response.is_response);
    reply_size = response.size;
    if (reply_size > 0)
        memcpy(reply, response.data, reply_size);
    game_client_release(&driver);
    assert_true(kit_is_zero());
    return response.error;
}
