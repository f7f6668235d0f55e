/*
 * The embedded game on the wire, in every dialect: its replies are laid out as the fact sheet says,
 * and every error code there is can be provoked. The client's side is played in raw bytes.
 */
#include "support/conformance_cell.h"
#include "support/game_kit.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    PATIENCE = 100
};

static struct simulation simulation;

/* Lets the game run until a word other than `word` is ready. */
static void wait_for_word_other_than(uint32_t word)
{
    for (int i = 0; i < PATIENCE; i++) {
        if (slot_word(&kit_slot) != word && slot_word_ready(slot_word(&kit_slot)))
            return;
        sim_game_run(&game);
    }
    EXPECT(!"a word of the game");
}

/* Says something, whatever lies there; returns the code of the response, which stays. */
static int32_t ask(enum raw_message raw, const void *data, size_t size)
{
    cell.number = cell_number(raw);
    EXPECT(cell.number != 0);
    kit_put((uint8_t)cell.number, 0, data, size);
    wait_for_word_other_than(cell.number | SLOT_READY);
    EXPECT(slot_word(&kit_slot) == RAW_RESPONSE_WORD);
    return load_i32(kit_slot.memory + 4);
}

/* A client is registered, and has cleared the response. */
static void join(size_t slot_size)
{
    open_game_in(slot_size, "laps", cell_dialect(), 0, -1);
    EXPECT(ask(RAW_C_REGISTER, NULL, 0) == 0);
    kit_zero();
}

/* Answers whatever is open until that call is. */
static void answer_up_to(enum raw_message wanted)
{
    do {
        const int32_t which = (int32_t)slot_word(&kit_slot) & 0xFF;
        kit_put(cell_number(RAW_C_PROCESSED_CALL), 0, &which, sizeof which);
        wait_for_word_other_than(slot_word(&kit_slot));
    } while (kit_slot.memory[0] != cell_number(wanted));
}

static void join_in_step(size_t slot_size)
{
    join(slot_size);
    answer_up_to(RAW_S_ON_RUN_STEP);
}

/* Of a game that simulates, before it has begun to. */
static void join_simulation(void)
{
    static const char inputs[] = "0.00 press up\n1.00 steer 500\n";
    open_game_in(cell_dialect()->slot_size, "straight", cell_dialect(), 0, -1);
    EXPECT(sim_game_simulate(&game, &simulation, inputs, sizeof inputs - 1));
    EXPECT(ask(RAW_C_REGISTER, NULL, 0) == 0);
    kit_zero();
}

static void join_in_simulation_step(void)
{
    join_simulation();
    answer_up_to(RAW_S_ON_SIM_STEP);
}

static const uint8_t *reply_data(void)
{
    return kit_slot.memory + SLOT_HEADER_SIZE;
}

/* Nothing of any earlier message lies behind a reply of that size. */
static void expect_reply_ends_at(size_t size)
{
    for (size_t i = SLOT_HEADER_SIZE + size; i < kit_slot.size; i++)
        EXPECT(kit_slot.memory[i] == 0);
}

static void test_context_mode_is_1_in_a_race_and_0_in_a_simulation(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    {
        join_in_step(cell_dialect()->slot_size);
        EXPECT(ask(RAW_C_GET_CONTEXT_MODE, NULL, 0) == 0);
        kit_expect("01 FF 00 00 00 00 00 00 01 00 00 00");
        join_in_simulation_step();
        EXPECT(ask(RAW_C_GET_CONTEXT_MODE, NULL, 0) == 0);
        kit_expect("01 FF 00 00 00 00 00 00 00 00 00 00");
    }
}

/* 4 gates and 3 laps: the arrays of the checkpoint data, none of them passed. */
static void expect_checkpoints(const uint8_t *at)
{
    EXPECT(load_i32(at) == 4 && load_i32(at + 20) == 12);
    for (size_t i = 0; i < 4; i++)
        EXPECT(load_i32(at + 4 + 4 * i) == 0);
    for (size_t i = 0; i < 12; i++)
        EXPECT(load_i32(at + 24 + 8 * i) == -1 && load_i32(at + 28 + 8 * i) == 0);
}

static void test_checkpoint_data_is_as_the_tables_say(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    {
        size_t head = cell.dialect == RAW_PUBLIC ? 8 : 4;
        join_in_step(cell_dialect()->slot_size);
        EXPECT(ask(RAW_C_GET_CHECKPOINT_STATE, NULL, 0) == 0);
        for (size_t i = 0; i < head; i += 4) /* reserved, or no checkpoint and no lap */
            EXPECT(load_i32(reply_data() + i) == 0);
        expect_checkpoints(reply_data() + head);
        expect_reply_ends_at(head + 8 + 4 * 4 + 8 * 12);
    }
}

static void test_a_state_is_as_the_tables_say(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    {
        bool is_public = cell.dialect == RAW_PUBLIC;
        size_t base = is_public ? 0 : 4, count_at = is_public ? 7592 : 8348;
        join_in_step(cell_dialect()->slot_size);
        int32_t time = load_i32(reply_data());
        EXPECT(ask(RAW_C_GET_STATE, NULL, 0) == 0);
        EXPECT(is_public || load_i32(reply_data()) == 1); /* version */
        EXPECT(load_i32(reply_data() + base) == 1 && load_i32(reply_data() + base + 4) == 0x9F);
        size_t race_time_at = is_public ? RAW_PUBLIC_RACE_TIME : RAW_STATE_RACE_TIME;
        EXPECT(load_i32(reply_data() + race_time_at) == time);
        expect_checkpoints(reply_data() + count_at);
        expect_reply_ends_at(count_at + 8 + 4 * 4 + 8 * 12);
    }
}

/* Section 8, with the indices of the captured state: race running 9, accelerate 4. */
static void test_an_event_buffer_is_as_the_tables_say(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    {
        size_t indices = (size_t)raw_index_count(cell.dialect), head = 4 * indices;
        join_in_simulation_step();
        EXPECT(ask(RAW_C_GET_EVENT_BUFFER, NULL, 0) == 0);
        EXPECT(indices == 0 || (load_i32(reply_data()) == 9 && load_i32(reply_data() + 8) == 4));
        for (size_t i = 0; i < indices; i++)
            EXPECT(load_i32(reply_data() + 4 * i) >= -1 && load_i32(reply_data() + 4 * i) < 10);
        EXPECT(load_i32(reply_data() + head) > 0); /* ms until the last of them is over */
        EXPECT(load_i32(reply_data() + head + 4) == 4);
        /* The latest first: the finish, steer 500, accelerate, and the race runs. */
        const uint8_t *events = reply_data() + head + 8;
        EXPECT(load_i32(events) == 100010 + load_i32(reply_data() + head));
        EXPECT(indices == 0 || events[7] == reply_data()[4]);
        EXPECT(load_i32(events + 8) == 101010 && (load_u32(events + 12) & 0xFFFFFF) == 0xFFFE0C);
        EXPECT(memcmp(events + 16, "\xAA\x86\x01\0\x01\0\0\x04", 8) == 0);
        EXPECT(memcmp(events + 24, "\xA0\x86\x01\0\x01\0\0\x09", 8) == 0);
        expect_reply_ends_at(head + 8 + 4 * 8);
    }
}

static void test_control_names_are_as_the_tables_say(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    {
        if (cell_number(RAW_C_GET_CONTROL_NAMES) == 0)
            continue;
        join_in_step(cell_dialect()->slot_size);
        EXPECT(ask(RAW_C_GET_CONTROL_NAMES, NULL, 0) == 0);
        EXPECT(load_i32(reply_data()) == 9 && load_i32(reply_data() + 8) == 4);
        expect_reply_ends_at(8 * 4);
    }
}

static void test_code_1_a_reply_too_long_is_cut_at_the_last_byte(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    {
        join_in_step(4096);
        memset(&game.race.state, 0x77, sizeof game.race.state);
        EXPECT(ask(RAW_C_GET_STATE, NULL, 0) == 1);
        EXPECT(kit_slot.memory[4095] == 0x77);
    }
}

static void test_code_2_a_second_client_is_refused(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    {
        join_in_step(cell_dialect()->slot_size);
        EXPECT(ask(RAW_C_REGISTER, NULL, 0) == 2);
        EXPECT(game_server_has_client(&game.server));
    }
}

/* An event buffer of `count` race-running events, as section 8 lays it out. */
static int32_t set_events(int32_t count)
{
    int32_t words[40];
    size_t at = 0;
    for (int i = 0; i < raw_index_count(cell.dialect); i++)
        words[at++] = -1;
    words[at++] = 0;
    words[at++] = count;
    for (int32_t i = 0; i < count; i++) {
        words[at++] = 100000 + i;
        words[at++] = 0x09000001;
    }
    return ask(RAW_C_SET_EVENT_BUFFER, words, at * sizeof *words);
}

static void test_code_3_there_are_no_events_to_set_in_a_race(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    {
        join_in_step(cell_dialect()->slot_size);
        EXPECT(set_events(1) == 3);
    }
}

static void test_there_is_no_player_before_a_simulation_begins(void **unused)
{
    static const enum raw_message requests[] = {RAW_C_GET_STATE, RAW_C_GET_CHECKPOINT_STATE};
    (void)unused;
    FOR_EVERY_DIALECT
    for (size_t i = 0; i < 2; i++) {
        join_simulation();
        EXPECT(ask(requests[i], NULL, 0) == (cell.dialect == RAW_PUBLIC ? 5 : 4));
        kit_expect_start("01 FF 00 00");
        expect_reply_ends_at(0);
    }
}

static void test_another_number_of_events_has_a_code_in_public_only(void **unused)
{
    (void)unused;
    FOR_EVERY_DIALECT
    {
        join_in_simulation_step();
        EXPECT(set_events(2) == (cell.dialect == RAW_PUBLIC ? 4 : 0));
        EXPECT(simulation.tape.count == (cell.dialect == RAW_PUBLIC ? 4 : 2));
        EXPECT(set_events(cell.dialect == RAW_PUBLIC ? 4 : 1) == 0);
    }
}

static void test_a_command_registered_twice_has_a_code_in_v1_only(void **unused)
{
    static const char go[] = "\0\0\0\0\x02\0\0\0go";
    (void)unused;
    FOR_EVERY_DIALECT
    {
        if (cell_number(RAW_C_REGISTER_CUSTOM_COMMAND) == 0)
            continue;
        join_in_step(cell_dialect()->slot_size);
        EXPECT(ask(RAW_C_REGISTER_CUSTOM_COMMAND, go, 10) == 0);
        EXPECT(ask(RAW_C_REGISTER_CUSTOM_COMMAND, go, 10) == (cell.dialect == RAW_V1 ? 5 : 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_context_mode_is_1_in_a_race_and_0_in_a_simulation),
        cmocka_unit_test(test_checkpoint_data_is_as_the_tables_say),
        cmocka_unit_test(test_a_state_is_as_the_tables_say),
        cmocka_unit_test(test_an_event_buffer_is_as_the_tables_say),
        cmocka_unit_test(test_control_names_are_as_the_tables_say),
        cmocka_unit_test(test_code_1_a_reply_too_long_is_cut_at_the_last_byte),
        cmocka_unit_test(test_code_2_a_second_client_is_refused),
        cmocka_unit_test(test_code_3_there_are_no_events_to_set_in_a_race),
        cmocka_unit_test(test_there_is_no_player_before_a_simulation_begins),
        cmocka_unit_test(test_another_number_of_events_has_a_code_in_public_only),
        cmocka_unit_test(test_a_command_registered_twice_has_a_code_in_v1_only),
    };
    return cmocka_run_group_tests_name("conformance game", tests, NULL, NULL);
}
