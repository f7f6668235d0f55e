/* The vocabulary against the fact sheet's tables. */
#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum {
    DIALECT_COUNT = 5
};

/* Fact sheet, typed off by hand: sections 1, 3, 6, 7, 8 and 10. */
static const struct {
    const char *name;
    size_t slot_size, state_fixed, checkpoint_head, indices;
    int32_t time_zero;
    bool answers_deregister, is_public;
    unsigned last_number;
} traits[DIALECT_COUNT] = {{"v1", 65535, 8344, 4, 10, 0, false, false, 34},
                           {"1.0.8", 65536, 8344, 4, 10, 2610, false, false, 33},
                           {"1.0.7", 65536, 8344, 4, 9, 2610, false, false, 31},
                           {"2021-06", 65536, 8344, 4, 9, 2610, true, false, 26},
                           {"public", 16384, 7584, 8, 0, 2610, true, true, 24}};

/* Section 5: what the codes 4 and 5 mean; 0 to 3 are the same everywhere. */
static const enum status last_codes[DIALECT_COUNT][2] = {
    {STATUS_NO_PLAYER_INFO, STATUS_COMMAND_ALREADY_REGISTERED},
    {STATUS_NO_PLAYER_INFO, STATUS_UNKNOWN_ERROR},
    {STATUS_NO_PLAYER_INFO, STATUS_UNKNOWN_ERROR},
    {STATUS_NO_PLAYER_INFO, STATUS_UNKNOWN_ERROR},
    {STATUS_INVALID_EVENT_BUFFER_SIZE, STATUS_NO_PLAYER_INFO}};

/* Section 4, typed off by hand: v1, 1.0.8, 1.0.7, 2021-06, public. */
static const struct {
    const char *name;
    unsigned numbers[DIALECT_COUNT];
} table[] = {{"S_RESPONSE", {1, 1, 1, 1, 1}},
             {"S_ON_REGISTERED", {2, 2, 2, 0, 0}},
             {"S_SHUTDOWN", {3, 3, 3, 2, 0}},
             {"S_ON_RUN_STEP", {4, 4, 4, 3, 2}},
             {"S_ON_SIM_BEGIN", {5, 5, 5, 4, 3}},
             {"S_ON_SIM_STEP", {6, 6, 6, 5, 4}},
             {"S_ON_SIM_END", {7, 7, 7, 6, 5}},
             {"S_ON_CHECKPOINT_COUNT_CHANGED", {8, 8, 8, 7, 6}},
             {"S_ON_LAPS_COUNT_CHANGED", {9, 9, 9, 8, 7}},
             {"S_ON_CUSTOM_COMMAND", {10, 10, 10, 0, 0}},
             {"S_ON_BRUTEFORCE_EVALUATE", {11, 11, 11, 0, 0}},
             {"C_REGISTER", {12, 12, 12, 9, 8}},
             {"C_DEREGISTER", {13, 13, 13, 10, 9}},
             {"C_PROCESSED_CALL", {14, 14, 14, 11, 10}},
             {"C_SET_INPUT_STATES", {15, 15, 15, 12, 11}},
             {"C_RESPAWN", {16, 16, 16, 13, 12}},
             {"C_GIVE_UP", {17, 17, 0, 0, 0}},
             {"C_HORN", {18, 18, 0, 0, 0}},
             {"C_SIM_REWIND_TO_STATE", {19, 19, 17, 14, 13}},
             {"C_SIM_GET_STATE", {20, 20, 18, 15, 14}},
             {"C_SIM_GET_EVENT_BUFFER", {21, 21, 19, 16, 15}},
             {"C_SIM_GET_CONTROL_NAMES", {0, 0, 0, 0, 16}},
             {"C_GET_CONTEXT_MODE", {22, 22, 20, 17, 17}},
             {"C_SIM_SET_EVENT_BUFFER", {23, 23, 21, 18, 18}},
             {"C_SIM_SET_TIME_LIMIT", {24, 0, 0, 0, 0}},
             {"C_GET_CHECKPOINT_STATE", {25, 24, 22, 19, 19}},
             {"C_SET_CHECKPOINT_STATE", {26, 25, 23, 20, 20}},
             {"C_SET_GAME_SPEED", {27, 26, 24, 21, 21}},
             {"C_EXECUTE_COMMAND", {28, 27, 25, 22, 22}},
             {"C_SET_EXECUTE_COMMANDS", {29, 28, 26, 23, 23}},
             {"C_SET_TIMEOUT", {30, 29, 27, 24, 24}},
             {"C_REMOVE_STATE_VALIDATION", {31, 30, 28, 25, 0}},
             {"C_PREVENT_SIMULATION_FINISH", {32, 31, 29, 26, 0}},
             {"C_REGISTER_CUSTOM_COMMAND", {33, 32, 30, 0, 0}},
             {"C_LOG", {34, 33, 31, 0, 0}}};

enum {
    TABLE_COUNT = sizeof table / sizeof table[0]
};

static enum message find_message(const char *name)
{
    for (enum message message = 1; message < MESSAGE_COUNT; message++)
        if (strcmp(message_describe(message)->name, name) == 0)
            return message;
    return MESSAGE_UNKNOWN;
}

static void test_numbers_are_those_of_the_fact_sheet(void **unused)
{
    (void)unused;
    assert_int_equal(TABLE_COUNT, MESSAGE_COUNT - 1);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        enum message message = find_message(table[i].name);
        assert_int_not_equal(message, MESSAGE_UNKNOWN);
        for (size_t d = 0; d < DIALECT_COUNT; d++)
            assert_int_equal(dialect_number(dialects[d], message), table[i].numbers[d]);
        assert_int_equal(message_describe(message)->sender,
                         table[i].name[0] == 'S' ? SENDER_GAME : SENDER_CLIENT);
    }
}

static void test_numbers_lead_back_to_their_message_and_strangers_to_none(void **unused)
{
    (void)unused;
    for (size_t d = 0; dialects[d] != NULL; d++) {
        for (unsigned number = 0; number < 1000; number++) {
            enum message message = dialect_message(dialects[d], number);
            bool known = number >= 1 && number <= traits[d].last_number;
            assert_int_equal(message != MESSAGE_UNKNOWN, known);
            if (known) /* the same number back: no two messages share one */
                assert_int_equal(dialect_number(dialects[d], message), number);
        }
        for (enum message message = 1; message < MESSAGE_COUNT; message++)
            if (dialect_number(dialects[d], message) != 0)
                assert_int_equal(dialect_message(dialects[d], dialect_number(dialects[d], message)),
                                 message);
    }
    assert_int_equal(dialect_message(&dialect_v1, UINT32_MAX), MESSAGE_UNKNOWN);
}

static void test_messages_out_of_range_are_described_as_unknown(void **unused)
{
    (void)unused;
    assert_string_equal(message_describe(MESSAGE_UNKNOWN)->name, "UNKNOWN");
    assert_string_equal(message_describe(MESSAGE_COUNT)->name, "UNKNOWN");
    assert_string_equal(message_describe((enum message)100000)->name, "UNKNOWN");
    assert_string_equal(message_describe((enum message) - 1)->name, "UNKNOWN");
}

static void test_dialects_are_found_by_name(void **unused)
{
    (void)unused;
    for (size_t d = 0; d < DIALECT_COUNT; d++) {
        assert_string_equal(dialects[d]->name, traits[d].name);
        assert_ptr_equal(dialect_find(traits[d].name), dialects[d]);
    }
    assert_null(dialects[DIALECT_COUNT]);
    assert_null(dialect_find(""));
    assert_null(dialect_find("V1"));
    assert_null(dialect_find("1.0"));
    assert_ptr_equal(dialects[0], &dialect_v1);
    assert_ptr_equal(dialects[4], &dialect_public);
}

static void test_dialects_differ_as_the_fact_sheet_says(void **unused)
{
    (void)unused;
    for (size_t d = 0; d < DIALECT_COUNT; d++) {
        const struct dialect *dialect = dialects[d];
        assert_int_equal(dialect->slot_size, traits[d].slot_size);
        assert_int_equal(dialect->state_fixed_size, traits[d].state_fixed);
        assert_int_equal(dialect->checkpoint_head_size, traits[d].checkpoint_head);
        assert_int_equal(dialect->event_index_count, traits[d].indices);
        assert_int_equal(dialect->deregister_is_answered, traits[d].answers_deregister);
        assert_int_equal(dialect->has_fixed_event_count, traits[d].is_public);
        assert_int_equal(dialect->has_public_state, traits[d].is_public);
        assert_int_equal(dialect->sim_time_zero, traits[d].time_zero);
    }
}

static void test_error_codes_are_those_of_the_fact_sheet(void **unused)
{
    (void)unused;
    const enum status first_codes[] = {STATUS_OK, STATUS_RESPONSE_TOO_LONG,
                                       STATUS_ALREADY_REGISTERED, STATUS_NO_EVENT_BUFFER};
    for (size_t d = 0; d < DIALECT_COUNT; d++) {
        for (int32_t code = 0; code <= 5; code++) {
            enum status status = code < 4 ? first_codes[code] : last_codes[d][code - 4];
            assert_int_equal(dialect_error(dialects[d], code), status);
            if (status != STATUS_UNKNOWN_ERROR)
                assert_int_equal(dialects[d]->error_codes[status], code);
        }
        const int32_t strangers[] = {6, 7, 255, 256, 257, -1, INT32_MAX, INT32_MIN};
        for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
            assert_int_equal(dialect_error(dialects[d], strangers[i]), STATUS_UNKNOWN_ERROR);
    }
}

static void test_every_letter_of_a_shape_has_one_field_name(void **unused)
{
    (void)unused;
    for (enum message message = 1; message < MESSAGE_COUNT; message++) {
        const struct message_description *description = message_describe(message);
        size_t words = 0;
        for (const char *at = description->field_names; *at != '\0'; at++) {
            if (at == description->field_names || at[-1] == ' ')
                words++;
            assert_false(*at == ' ' && (at[1] == ' ' || at[1] == '\0'));
        }
        assert_int_equal(words, strlen(description->shape));
        assert_int_equal(strspn(description->shape, "iubdtnTSEC"), strlen(description->shape));
        assert_int_equal(strspn(description->reply_shape, "iubdtnTSEC"),
                         strlen(description->reply_shape));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_those_of_the_fact_sheet),
        cmocka_unit_test(test_numbers_lead_back_to_their_message_and_strangers_to_none),
        cmocka_unit_test(test_messages_out_of_range_are_described_as_unknown),
        cmocka_unit_test(test_dialects_are_found_by_name),
        cmocka_unit_test(test_dialects_differ_as_the_fact_sheet_says),
        cmocka_unit_test(test_error_codes_are_those_of_the_fact_sheet),
        cmocka_unit_test(test_every_letter_of_a_shape_has_one_field_name),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
