/* The embedded game as a client meets it: which calls come when, and how time passes. */
#include "support/game_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
    MS = 1000000 /* ns */
};

static void test_the_first_call_says_registered_and_then_ticks_follow(void **unused)
{
    (void)unused;
    drive("straight");
    next_call(MESSAGE_S_ON_REGISTERED);
    assert_int_equal(call.size, 0);
    answer();
    for (int32_t time = -2590; time < 100; time += 10) {
        next_call(MESSAGE_S_ON_RUN_STEP);
        assert_int_equal(call_word(0), time);
        answer();
    }
}

static void test_public_has_no_registered_call(void **unused)
{
    (void)unused;
    open_game("straight", &dialect_public, 0, -1);
    attach_driver();
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_int_equal(call_word(0), -2590);
    assert_int_equal(call.number, 2);
}

static void test_the_game_stands_still_while_its_call_is_open(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(0);
    uint64_t ticks = game.tick_count;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(sim_game_run(&game), SIM_WAITS_FOR_CLIENT);
        sim_game_check(&game, (int64_t)(i + 1) * 10 * MS);
    }
    assert_int_equal(game.tick_count, ticks);
    assert_int_equal(race_time(&game.race), 0);
}

static void test_a_registered_call_comes_for_every_registration(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(-2000);
    game_client_compose(&driver, MESSAGE_C_DEREGISTER);
    game_client_send(&driver, 4);
    assert_int_equal(sim_game_run(&game), SIM_MOVED);
    assert_false(game_server_has_client(&game.server));
    assert_true(kit_is_zero());
    attach_driver();
    next_call(MESSAGE_S_ON_REGISTERED);
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_int_equal(call_word(0), -1990); /* the race waited for us */
}

static void test_giving_up_restarts_at_minus_2600(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(500);
    assert_int_equal(request(MESSAGE_C_GIVE_UP, KIT_WORDS(0)), STATUS_OK);
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_int_equal(call_word(0), -2600);
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_int_equal(call_word(0), -2590);
}

static void test_after_a_rewind_the_next_step_is_10_ms_later(void **unused)
{
    (void)unused;
    static uint8_t state[STATE_SIZE_MAX];
    drive("straight");
    answer_until(300);
    assert_int_equal(request(MESSAGE_C_SIM_GET_STATE, NULL, 0), STATUS_OK);
    size_t size = reply_size;
    memcpy(state, reply, size);
    answer_until(1000);
    assert_int_equal(request(MESSAGE_C_SIM_REWIND_TO_STATE, state, size), STATUS_OK);
    assert_int_equal(request(MESSAGE_C_SIM_GET_STATE, NULL, 0), STATUS_OK);
    assert_int_equal(reply_size, size);
    assert_memory_equal(reply, state, size);
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_int_equal(call_word(0), 310);
    assert_string_equal(notes, "client registered\n");
}

/* Puts the car right before the gate that comes next, at speed. */
static void go_to_next_gate(void)
{
    struct game_state *state = &game.race.state;
    uint32_t next = state->player_info.cur_checkpoint;
    const struct track_gate *gate = &game.track.gates[next % (uint32_t)game.track.gate_count];
    struct dyna_state *now = &state->dyna.current_state;
    now->position[0] = gate->x - 0.1f * gate->forward_x;
    now->position[2] = gate->z - 0.1f * gate->forward_z;
    now->linear_speed[0] = 30.0f * gate->forward_x;
    now->linear_speed[2] = 30.0f * gate->forward_z;
    now->rotation[0][0] = gate->forward_z;
    now->rotation[0][2] = gate->forward_x;
    now->rotation[2][0] = -gate->forward_x;
    now->rotation[2][2] = gate->forward_z;
}

static void test_checkpoints_and_laps_are_called_before_the_step(void **unused)
{
    (void)unused;
    drive("laps");
    answer_until(0);
    for (int32_t pass = 1; pass <= 12; pass++) {
        go_to_next_gate();
        answer();
        next_call(MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED);
        assert_int_equal(call.size, 8);
        assert_int_equal(call_word(0), pass);
        assert_int_equal(call_word(1), 12);
        answer();
        if (pass % 4 == 0) { /* three checkpoints and the finish line */
            next_call(MESSAGE_S_ON_LAPS_COUNT_CHANGED);
            assert_int_equal(call_word(0), pass / 4);
            answer();
        }
        next_call(MESSAGE_S_ON_RUN_STEP);
        assert_int_equal(call_word(0), 10 * pass);
    }
    assert_non_null(strstr(notes, "finish: 0.12 s"));
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP);
}

static void test_a_rewind_drops_the_calls_this_tick_still_owed(void **unused)
{
    (void)unused;
    static uint8_t state[STATE_SIZE_MAX];
    drive("laps");
    answer_until(0);
    for (int pass = 1; pass < 4; pass++) {
        go_to_next_gate();
        answer_until(10 * pass);
    }
    assert_int_equal(request(MESSAGE_C_SIM_GET_STATE, NULL, 0), STATUS_OK);
    size_t size = reply_size;
    memcpy(state, reply, size);
    answer_until(50);
    go_to_next_gate();
    answer();
    next_call(MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED); /* a lap and a step are owed */
    assert_int_equal(request(MESSAGE_C_SIM_REWIND_TO_STATE, state, size), STATUS_OK);
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_int_equal(call_word(0), 40);
}

static void test_a_refused_rewind_drops_nothing(void **unused)
{
    (void)unused;
    static uint8_t state[STATE_SIZE_MIN];
    drive("laps");
    answer_until(0);
    go_to_next_gate();
    answer();
    next_call(MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED);
    assert_int_equal(request(MESSAGE_C_SIM_REWIND_TO_STATE, state, sizeof state), STATUS_OK);
    assert_non_null(strstr(notes, "rewind refused"));
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_int_equal(call_word(0), 10);
}

/* Ticks that the game runs at this moment, each answered at once. */
static int ticks_now(int64_t now_ns)
{
    uint64_t before = game.tick_count;
    for (int i = 0; i < 1000; i++) {
        sim_game_check(&game, now_ns);
        if (sim_game_run(&game) == SIM_WAITS_FOR_TIME)
            break;
        struct game_message message;
        if (game_client_poll(&driver, &message) == STATUS_OK)
            answer();
    }
    return (int)(game.tick_count - before);
}

static void test_ticks_are_due_every_10_ms_at_speed_1(void **unused)
{
    (void)unused;
    const struct {
        double speed;
        int ticks; /* in a second */
    } cases[] = {{1, 100}, {2, 200}, {0.5, 50}, {0.1, 10}, {8, 800}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        open_game("straight", &dialect_v1, cases[i].speed, -1);
        attach_driver();
        int64_t start_ns = 5000LL * MS;
        assert_int_equal(ticks_now(start_ns), 0);
        int ticks = 0;
        for (int64_t at = MS / 4; at <= 1000LL * MS; at += MS / 4)
            ticks += ticks_now(start_ns + at);
        assert_int_equal(ticks, cases[i].ticks);
        assert_int_equal(ticks_now(game.next_tick_ns - 1), 0);
        assert_int_equal(ticks_now(game.next_tick_ns), 1);
    }
}

static void test_a_set_speed_holds_from_the_next_tick_on(void **unused)
{
    (void)unused;
    const double fast = 4;
    open_game("straight", &dialect_v1, 1, -1);
    attach_driver();
    next_call(MESSAGE_S_ON_REGISTERED);
    assert_int_equal(request(MESSAGE_C_SET_GAME_SPEED, &fast, sizeof fast), STATUS_OK);
    answer();
    ticks_now(1000LL * MS);
    int ticks = 0;
    for (int64_t at = MS / 2; at <= 100LL * MS; at += MS / 2)
        ticks += ticks_now(1000LL * MS + at);
    assert_int_equal(ticks, 40);
}

static void test_a_game_that_was_held_does_not_catch_up(void **unused)
{
    (void)unused;
    for (int checked = 0; checked < 2; checked++) {
        open_game("straight", &dialect_v1, 1, -1);
        attach_driver();
        ticks_now(1000LL * MS);
        sim_game_check(&game, 1010LL * MS);
        next_call(MESSAGE_S_ON_RUN_STEP);
        for (int64_t at = 1010; checked && at < 2000; at += 10)
            sim_game_check(&game, at * MS);
        answer();
        assert_in_range(ticks_now(2000LL * MS), 0, 2);
        assert_in_range(ticks_now(2010LL * MS), 0, 1);
        assert_in_range(ticks_now(2020LL * MS), 1, 1);
    }
}

static void test_without_a_client_the_game_stands_still_if_told_so(void **unused)
{
    (void)unused;
    open_game("straight", &dialect_v1, 0, -1);
    for (int64_t at = 1; at < 1000; at++) {
        assert_int_equal(sim_game_run(&game), SIM_WAITS_FOR_TIME);
        sim_game_check(&game, at * 10 * MS);
    }
    assert_int_equal(game.tick_count, 0);
}

static void test_without_a_client_the_game_drives_at_its_own_speed(void **unused)
{
    (void)unused;
    open_game("straight", &dialect_v1, 0, 0);
    /* Two moves a tick: the tick, and the call that nobody is there for. */
    for (int i = 0; i < 200; i++)
        assert_int_equal(sim_game_run(&game), SIM_MOVED);
    assert_int_equal(game.tick_count, 100);
    assert_true(kit_is_zero());
    open_game("straight", &dialect_v1, 0, 1);
    assert_int_equal(ticks_now(1000LL * MS), 0);
    assert_int_equal(ticks_now(1010LL * MS), 1);
}

static void test_a_silent_client_is_dropped_and_the_race_goes_on(void **unused)
{
    (void)unused;
    open_game("straight", &dialect_v1, 0, 0);
    attach_driver();
    next_call(MESSAGE_S_ON_REGISTERED);
    sim_game_check(&game, 1000LL * MS);
    sim_game_check(&game, 2999LL * MS);
    assert_true(game_server_has_client(&game.server));
    sim_game_check(&game, 3000LL * MS);
    assert_false(game_server_has_client(&game.server));
    assert_non_null(strstr(notes, "did not answer a call in time"));
    assert_true(kit_is_zero());
    assert_int_equal(sim_game_run(&game), SIM_MOVED);
    assert_int_equal(game.tick_count, 1);
}

static void test_the_game_ends_at_its_tick_limit(void **unused)
{
    (void)unused;
    drive("straight");
    game.tick_limit = 5;
    next_call(MESSAGE_S_ON_REGISTERED);
    answer();
    for (int i = 0; i < 5; i++) {
        next_call(MESSAGE_S_ON_RUN_STEP);
        answer();
    }
    assert_int_equal(sim_game_run(&game), SIM_MOVED); /* takes the answer */
    assert_true(sim_game_is_over(&game));
    assert_int_equal(sim_game_run(&game), SIM_WAITS_FOR_TIME);
    assert_int_equal(game.tick_count, 5);
    assert_true(kit_is_zero());
}

static void test_a_shutdown_is_answered_by_the_goodbye(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(-2500);
    answer();
    assert_int_equal(sim_game_run(&game), SIM_MOVED);
    sim_game_shutdown(&game);
    next_call(MESSAGE_S_SHUTDOWN);
    game_client_compose(&driver, MESSAGE_C_DEREGISTER);
    game_client_send(&driver, 4);
    assert_int_equal(sim_game_run(&game), SIM_MOVED);
    assert_false(game_server_has_client(&game.server));
    assert_true(kit_is_zero());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_call_says_registered_and_then_ticks_follow),
        cmocka_unit_test(test_public_has_no_registered_call),
        cmocka_unit_test(test_the_game_stands_still_while_its_call_is_open),
        cmocka_unit_test(test_a_registered_call_comes_for_every_registration),
        cmocka_unit_test(test_giving_up_restarts_at_minus_2600),
        cmocka_unit_test(test_after_a_rewind_the_next_step_is_10_ms_later),
        cmocka_unit_test(test_checkpoints_and_laps_are_called_before_the_step),
        cmocka_unit_test(test_a_rewind_drops_the_calls_this_tick_still_owed),
        cmocka_unit_test(test_a_refused_rewind_drops_nothing),
        cmocka_unit_test(test_ticks_are_due_every_10_ms_at_speed_1),
        cmocka_unit_test(test_a_set_speed_holds_from_the_next_tick_on),
        cmocka_unit_test(test_a_game_that_was_held_does_not_catch_up),
        cmocka_unit_test(test_without_a_client_the_game_stands_still_if_told_so),
        cmocka_unit_test(test_without_a_client_the_game_drives_at_its_own_speed),
        cmocka_unit_test(test_a_silent_client_is_dropped_and_the_race_goes_on),
        cmocka_unit_test(test_the_game_ends_at_its_tick_limit),
        cmocka_unit_test(test_a_shutdown_is_answered_by_the_goodbye),
    };
    return cmocka_run_group_tests_name("game", tests, NULL, NULL);
}
