/* The vocabulary against the fact sheet's tables, and the measuring of data from strangers. */
#include "base/bytes.h"
#include "base/limits.h"
#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Fact sheet, section 4, typed off by hand: v1, public. */
static const struct {
    const char *name;
    unsigned v1, public;
} table[] = {{"S_RESPONSE", 1, 1},
             {"S_ON_REGISTERED", 2, 0},
             {"S_SHUTDOWN", 3, 0},
             {"S_ON_RUN_STEP", 4, 2},
             {"S_ON_SIM_BEGIN", 5, 3},
             {"S_ON_SIM_STEP", 6, 4},
             {"S_ON_SIM_END", 7, 5},
             {"S_ON_CHECKPOINT_COUNT_CHANGED", 8, 6},
             {"S_ON_LAPS_COUNT_CHANGED", 9, 7},
             {"S_ON_CUSTOM_COMMAND", 10, 0},
             {"S_ON_BRUTEFORCE_EVALUATE", 11, 0},
             {"C_REGISTER", 12, 8},
             {"C_DEREGISTER", 13, 9},
             {"C_PROCESSED_CALL", 14, 10},
             {"C_SET_INPUT_STATES", 15, 11},
             {"C_RESPAWN", 16, 12},
             {"C_GIVE_UP", 17, 0},
             {"C_HORN", 18, 0},
             {"C_SIM_REWIND_TO_STATE", 19, 13},
             {"C_SIM_GET_STATE", 20, 14},
             {"C_SIM_GET_EVENT_BUFFER", 21, 15},
             {"C_SIM_GET_CONTROL_NAMES", 0, 16},
             {"C_GET_CONTEXT_MODE", 22, 17},
             {"C_SIM_SET_EVENT_BUFFER", 23, 18},
             {"C_SIM_SET_TIME_LIMIT", 24, 0},
             {"C_GET_CHECKPOINT_STATE", 25, 19},
             {"C_SET_CHECKPOINT_STATE", 26, 20},
             {"C_SET_GAME_SPEED", 27, 21},
             {"C_EXECUTE_COMMAND", 28, 22},
             {"C_SET_EXECUTE_COMMANDS", 29, 23},
             {"C_SET_TIMEOUT", 30, 24},
             {"C_REMOVE_STATE_VALIDATION", 31, 0},
             {"C_PREVENT_SIMULATION_FINISH", 32, 0},
             {"C_REGISTER_CUSTOM_COMMAND", 33, 0},
             {"C_LOG", 34, 0}};

enum {
    TABLE_COUNT = sizeof table / sizeof table[0],
    COUNT_PLACE_MAX = 8
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
        assert_int_equal(dialect_number(&dialect_v1, message), table[i].v1);
        assert_int_equal(dialect_number(&dialect_public, message), table[i].public);
        assert_int_equal(message_describe(message)->sender,
                         table[i].name[0] == 'S' ? SENDER_GAME : SENDER_CLIENT);
    }
}

static void test_numbers_lead_back_to_their_message_and_strangers_to_none(void **unused)
{
    (void)unused;
    const unsigned last[] = {34, 24};
    for (size_t d = 0; dialects[d] != NULL; d++) {
        for (unsigned number = 0; number < 1000; number++) {
            enum message message = dialect_message(dialects[d], number);
            bool known = number >= 1 && number <= last[d];
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
    assert_ptr_equal(dialect_find("v1"), &dialect_v1);
    assert_ptr_equal(dialect_find("public"), &dialect_public);
    assert_null(dialect_find(""));
    assert_null(dialect_find("V1"));
    assert_ptr_equal(dialects[0], &dialect_v1);
}

static void test_error_codes_are_those_of_the_fact_sheet(void **unused)
{
    (void)unused;
    const enum status v1[] = {STATUS_OK,
                              STATUS_RESPONSE_TOO_LONG,
                              STATUS_ALREADY_REGISTERED,
                              STATUS_NO_EVENT_BUFFER,
                              STATUS_NO_PLAYER_INFO,
                              STATUS_COMMAND_ALREADY_REGISTERED};
    const enum status public[] = {STATUS_OK,
                                  STATUS_RESPONSE_TOO_LONG,
                                  STATUS_ALREADY_REGISTERED,
                                  STATUS_NO_EVENT_BUFFER,
                                  STATUS_INVALID_EVENT_BUFFER_SIZE,
                                  STATUS_NO_PLAYER_INFO};
    for (int32_t code = 0; code <= 5; code++) {
        assert_int_equal(dialect_error(&dialect_v1, code), v1[code]);
        assert_int_equal(dialect_error(&dialect_public, code), public[code]);
        assert_int_equal(dialect_v1.error_codes[v1[code]], code);
        assert_int_equal(dialect_public.error_codes[public[code]], code);
    }
    const int32_t strangers[] = {6, 7, 255, 256, 257, -1, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
        assert_int_equal(dialect_error(&dialect_v1, strangers[i]), STATUS_UNKNOWN_ERROR);
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

/* Data of a shape, written from the fact sheet: not a count in it is zero. */
struct sample {
    uint8_t bytes[9000];
    size_t size;
    size_t count_at[COUNT_PLACE_MAX];
    int32_t count_limit[COUNT_PLACE_MAX]; /* the highest that can be believed */
    size_t count_places;
};

static void put(struct sample *sample, size_t size)
{
    memset(sample->bytes + sample->size, 0x11, size);
    sample->size += size;
}

static void put_count(struct sample *sample, int32_t count, int32_t limit)
{
    assert_true(sample->count_places < COUNT_PLACE_MAX);
    sample->count_at[sample->count_places] = sample->size;
    sample->count_limit[sample->count_places++] = limit;
    store_i32(sample->bytes + sample->size, count);
    sample->size += 4;
}

static void put_text(struct sample *sample, int32_t size)
{
    put_count(sample, size, 60000);
    put(sample, (size_t)size);
}

static void put_checkpoints(struct sample *sample, bool v1)
{
    put(sample, v1 ? 4 : 8);
    put_count(sample, 3, 4096);
    put(sample, 3 * 4);
    put_count(sample, 2, 4096);
    put(sample, 2 * 8);
}

static void put_letter(struct sample *sample, char letter, bool v1)
{
    switch (letter) {
    case 'd':
        put(sample, 8);
        break;
    case 't':
        put_text(sample, 5);
        break;
    case 'n':
        put_count(sample, 2, 60000);
        break;
    case 'T':
        put_text(sample, 3);
        put_text(sample, 1);
        break;
    case 'S':
        put(sample, v1 ? 8344 : 7584);
        put_checkpoints(sample, v1);
        break;
    case 'E':
        put(sample, (v1 ? 10 * 4 : 0) + 4);
        put_count(sample, 2, 16 * 1024 * 1024 / 8);
        put(sample, 2 * 8);
        break;
    case 'C':
        put_checkpoints(sample, v1);
        break;
    default:
        put(sample, 4);
    }
}

static struct sample make_sample(const struct dialect *dialect, const char *shape)
{
    struct sample sample = {.size = 0};
    for (; *shape != '\0'; shape++)
        put_letter(&sample, *shape, dialect == &dialect_v1);
    return sample;
}

typedef void check_function(const struct dialect *dialect, const char *shape,
                            struct sample *sample);

/* Runs a check for the data and for the reply of every message of every dialect. */
static void for_every_shape(check_function *check)
{
    static struct sample sample;
    for (size_t d = 0; dialects[d] != NULL; d++)
        for (enum message message = 1; message < MESSAGE_COUNT; message++) {
            const struct message_description *description = message_describe(message);
            sample = make_sample(dialects[d], description->shape);
            check(dialects[d], description->shape, &sample);
            sample = make_sample(dialects[d], description->reply_shape);
            check(dialects[d], description->reply_shape, &sample);
        }
}

static void check_exact(const struct dialect *dialect, const char *shape, struct sample *sample)
{
    size_t size = 12345;
    assert_int_equal(shape_measure(dialect, shape, sample->bytes, sample->size, &size), STATUS_OK);
    assert_int_equal(size, sample->size);
    assert_int_equal(shape_measure(dialect, shape, sample->bytes, sizeof sample->bytes, &size),
                     STATUS_OK);
    assert_int_equal(size, sample->size);
}

static void test_data_is_as_long_as_its_shape_says(void **unused)
{
    (void)unused;
    for_every_shape(check_exact);
}

static void check_truncations(const struct dialect *dialect, const char *shape,
                              struct sample *sample)
{
    for (size_t available = 0; available < sample->size; available++) {
        /* In memory of just that size, so that the sanitizer sees every step beyond it. */
        uint8_t *cut = malloc(available);
        size_t size = 0;
        memcpy(cut, sample->bytes, available);
        assert_int_equal(shape_measure(dialect, shape, cut, available, &size), STATUS_MORE);
        assert_true(size > available && size <= sample->size);
        free(cut);
    }
}

static void test_every_truncation_asks_for_more(void **unused)
{
    (void)unused;
    for_every_shape(check_truncations);
}

static void check_reading(const struct dialect *dialect, const char *shape, struct sample *sample)
{
    size_t available = 0, size = 0;
    int rounds = 0;
    while (shape_measure(dialect, shape, available > 0 ? sample->bytes : NULL, available, &size) ==
           STATUS_MORE) {
        assert_true(size > available);
        available = size;
        assert_true(++rounds < 64);
    }
    assert_int_equal(size, sample->size);
    assert_int_equal(available, sample->size);
}

static void test_reading_just_what_is_asked_for_ends_at_the_size(void **unused)
{
    (void)unused;
    for_every_shape(check_reading);
}

static void check_counts(const struct dialect *dialect, const char *shape, struct sample *sample)
{
    for (size_t i = 0; i < sample->count_places; i++) {
        uint8_t *at = sample->bytes + sample->count_at[i];
        const int32_t limit = sample->count_limit[i], before = load_i32(at);
        const int32_t hostile[] = {-1, INT32_MIN, INT32_MAX, limit + 1};
        size_t size = 0;
        for (size_t j = 0; j < sizeof hostile / sizeof hostile[0]; j++) {
            store_i32(at, hostile[j]);
            for (size_t more = 4; more <= 5; more++) {
                size_t available = more == 4 ? sample->count_at[i] + 4 : sizeof sample->bytes;
                assert_int_equal(shape_measure(dialect, shape, sample->bytes, available, &size),
                                 STATUS_PROTOCOL);
                assert_int_equal(size, sample->count_at[i]);
            }
        }
        store_i32(at, limit);
        assert_int_equal(
            shape_measure(dialect, shape, sample->bytes, sample->count_at[i] + 4, &size),
            STATUS_MORE);
        assert_true(size > sample->count_at[i] + 4);
        store_i32(at, before);
    }
}

static void test_counts_that_cannot_be_are_found_at_their_place(void **unused)
{
    (void)unused;
    for_every_shape(check_counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_those_of_the_fact_sheet),
        cmocka_unit_test(test_numbers_lead_back_to_their_message_and_strangers_to_none),
        cmocka_unit_test(test_messages_out_of_range_are_described_as_unknown),
        cmocka_unit_test(test_dialects_are_found_by_name),
        cmocka_unit_test(test_error_codes_are_those_of_the_fact_sheet),
        cmocka_unit_test(test_every_letter_of_a_shape_has_one_field_name),
        cmocka_unit_test(test_data_is_as_long_as_its_shape_says),
        cmocka_unit_test(test_every_truncation_asks_for_more),
        cmocka_unit_test(test_reading_just_what_is_asked_for_ends_at_the_size),
        cmocka_unit_test(test_counts_that_cannot_be_are_found_at_their_place),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
