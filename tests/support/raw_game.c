#include "support/raw_game.h"

#include "support/deadline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void stop_test(struct raw_game *game, const char *what)
{
    int status = -1, signal_number = 0;
    const char *said = "(not started)";

    if (game->process != NULL) {
        process_pump(game->process, 0);
        status = process_exit_status(game->process);
        signal_number = process_end_signal(game->process);
        said = process_text(game->process, PROCESS_STDERR);
    }
    fail_msg("%s; region %s; tmsim exit %d signal %d, stderr: %s", what,
             game->client.slot.bytes ? raw_slot_dump(&game->client.slot, 24) : "(unmapped)", status,
             signal_number, said);
}

void raw_game_spawn(struct raw_game *game, struct raw_game_options options)
{
    const char *argv[16];
    int count = 0;

    memset(game, 0, sizeof *game);
    game->dialect = options.dialect;
    if (options.name != NULL)
        snprintf(game->name, sizeof game->name, "%s", options.name);
    else
        process_slot_name(game->name);
    argv[count++] = process_tmsim();
    argv[count++] = "--mapped";
    argv[count++] = game->name;
    argv[count++] = "--track";
    argv[count++] = options.track != NULL ? options.track : "easy";
    argv[count++] = "--speed";
    argv[count++] = "max";
    if (options.dialect != RAW_V1) {
        argv[count++] = "--dialect";
        argv[count++] = raw_dialect_name(options.dialect);
    }
    if (options.buffer_size != NULL) {
        argv[count++] = "--buffer-size";
        argv[count++] = options.buffer_size;
    }
    argv[count] = NULL;
    game->process = process_run(argv);
    if (game->process == NULL)
        stop_test(game, "tmsim does not start");
}

void raw_game_start(struct raw_game *game, struct raw_game_options options)
{
    struct deadline deadline = deadline_in_ms(RAW_SOON_MS);

    raw_game_spawn(game, options);
    while (!raw_client_open(&game->client, game->name, game->dialect, 20)) {
        if (!process_is_running(game->process) || deadline_passed(deadline))
            stop_test(game, "no object");
    }
}

void raw_game_end(struct raw_game *game)
{
    raw_client_close(&game->client);
    process_close(game->process);
    game->process = NULL;
    if (game->name[0] != '\0')
        raw_slot_unlink(game->name);
}

struct raw_call raw_game_join(struct raw_game *game)
{
    struct raw_call call = {RAW_UNKNOWN, 0, 0, 0};

    if (!raw_client_register(&game->client, RAW_SOON_MS))
        stop_test(game, "C_REGISTER not answered");
    if (game->client.code != RAW_OK)
        stop_test(game, "C_REGISTER refused");
    if (!raw_client_wait_call(&game->client, &call, RAW_SOON_MS))
        stop_test(game, "registered, but never called");
    return call;
}

struct raw_call raw_game_join_patiently(struct raw_game *game, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);
    struct raw_call call = {RAW_UNKNOWN, 0, 0, 0};

    for (;;) {
        if (raw_client_register(&game->client, 100) && game->client.code == RAW_OK &&
            raw_client_wait_call(&game->client, &call, 1000))
            return call;
        if (!process_is_running(game->process) || deadline_passed(deadline))
            stop_test(game, "nobody takes a new client");
        /* Refusing us must not prolong the silent one's time, however often we ask. */
        raw_slot_wait_word_not(&game->client.slot, raw_slot_word(&game->client.slot), 10);
    }
}

struct raw_call raw_game_join_at_start(struct raw_game *game)
{
    struct raw_call call = raw_game_join(game);

    /* A call other than a step may come first; a run step is where C_GIVE_UP belongs. */
    raw_game_step(game, &call);
    raw_game_ask_int(game, RAW_C_GIVE_UP, 0);
    raw_game_step(game, &call);
    if (call.value != -2600)
        stop_test(game, "C_GIVE_UP did not lead to -2600");
    return call;
}

void raw_game_run_to(struct raw_game *game, struct raw_call *call, int32_t time)
{
    if (!raw_client_run_to(&game->client, call, time, RAW_SOON_MS))
        stop_test(game, "the race does not get there");
}

void raw_game_step(struct raw_game *game, struct raw_call *call)
{
    if (!raw_client_next(&game->client, call, RAW_S_ON_RUN_STEP, RAW_SOON_MS))
        stop_test(game, "no run step");
}

void raw_game_ask(struct raw_game *game, enum raw_message message, const void *data, size_t size)
{
    char what[96];

    if (!raw_client_request(&game->client, message, data, size, RAW_SOON_MS)) {
        snprintf(what, sizeof what, "%s not answered", raw_message_name(message));
        stop_test(game, what);
    }
    if (game->client.code != RAW_OK)
        fail_msg("%s: error code %d", raw_message_name(message), (int)game->client.code);
}

void raw_game_ask_int(struct raw_game *game, enum raw_message message, int32_t value)
{
    raw_game_ask(game, message, &value, sizeof value);
}

size_t raw_game_state(struct raw_game *game, unsigned char *state)
{
    size_t room = game->client.slot.size - RAW_SLOT_HEADER, size;

    raw_game_ask(game, RAW_C_GET_STATE, NULL, 0);
    size = raw_state_size(game->dialect, game->client.copy + RAW_SLOT_HEADER, room);
    if (size == 0 || size > RAW_GAME_STATE_ROOM)
        stop_test(game, "the counts in a state do not fit");
    memcpy(state, game->client.copy + RAW_SLOT_HEADER, size);
    return size;
}

void raw_game_accelerate(struct raw_game *game)
{
    static const struct raw_input held = {RAW_KEEP_KEY, RAW_KEEP_KEY,    1,
                                          RAW_KEEP_KEY, RAW_KEEP_ANALOG, RAW_KEEP_ANALOG};

    raw_game_ask(game, RAW_C_SET_INPUT_STATES, &held, sizeof held);
}

void raw_game_expect_nothing_behind(const struct raw_game *game, size_t offset)
{
    while (offset < game->client.slot.size && game->client.copy[offset] == 0)
        offset++;
    if (offset < game->client.slot.size) {
        fail_msg("byte %zu is 0x%02X behind %s", offset, game->client.copy[offset],
                 raw_slot_hex(game->client.copy, 16));
    }
}

void raw_game_expect_usable(struct raw_game *game, int budget_ms)
{
    struct raw_call call = raw_game_join_patiently(game, budget_ms);

    raw_game_step(game, &call);
    raw_game_ask_int(game, RAW_C_GIVE_UP, 0);
    raw_game_step(game, &call);
    assert_int_equal(call.value, -2600);
    raw_client_deregister(&game->client);
}
