/* The measuring of data from strangers, for the shape of every message in every dialect. */
#include "base/bytes.h"
#include "base/limits.h"
#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    COUNT_PLACE_MAX = 8
};

/* Fact sheet, sections 8 and 10, in the order of dialects[]. */
static const struct {
    size_t state_fixed, checkpoint_head, indices;
} layouts[] = {{8344, 4, 10}, {8344, 4, 10}, {8344, 4, 9}, {8344, 4, 9}, {7584, 8, 0}};

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

static void put_checkpoints(struct sample *sample, size_t d)
{
    put(sample, layouts[d].checkpoint_head);
    put_count(sample, 3, 4096);
    put(sample, 3 * 4);
    put_count(sample, 2, 4096);
    put(sample, 2 * 8);
}

static void put_letter(struct sample *sample, char letter, size_t d)
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
        put(sample, layouts[d].state_fixed);
        put_checkpoints(sample, d);
        break;
    case 'E':
        put(sample, 4 * layouts[d].indices + 4);
        put_count(sample, 2, 16 * 1024 * 1024 / 8);
        put(sample, 2 * 8);
        break;
    case 'C':
        put_checkpoints(sample, d);
        break;
    default:
        put(sample, 4);
    }
}

static struct sample make_sample(size_t d, const char *shape)
{
    struct sample sample = {.size = 0};
    for (; *shape != '\0'; shape++)
        put_letter(&sample, *shape, d);
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
            sample = make_sample(d, description->shape);
            check(dialects[d], description->shape, &sample);
            sample = make_sample(d, description->reply_shape);
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
        cmocka_unit_test(test_data_is_as_long_as_its_shape_says),
        cmocka_unit_test(test_every_truncation_asks_for_more),
        cmocka_unit_test(test_reading_just_what_is_asked_for_ends_at_the_size),
        cmocka_unit_test(test_counts_that_cannot_be_are_found_at_their_place),
    };
    return cmocka_run_group_tests_name("message shapes", tests, NULL, NULL);
}
