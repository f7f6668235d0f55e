/* Track files: what they mean, where their errors are, and the geometry that comes of them. */
#include "support/random_race.h"
#include "support/race_kit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct track other;

static bool parse(const char *text, struct track_error *error)
{
    /* An exact copy, so that a read too far is seen. */
    size_t size = strlen(text);
    char *copy = malloc(size + 1);
    memcpy(copy, text, size);
    bool parsed = track_parse(copy, size, &other, error);
    free(copy);
    return parsed;
}

static void assert_near(float a, float b)
{
    if (!(fabsf(a - b) < 0.01f))
        print_error("%f is not near %f\n", (double)a, (double)b);
    assert_true(fabsf(a - b) < 0.01f);
}

#define HEAD "name test\npoint 0 0\n"

static void test_errors_name_line_and_column(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int32_t line, column;
        const char *message;
    } cases[] = {
        {"", 1, 1, "no name"},
        {"# nothing\n\n", 2, 1, "no name"},
        {"name test\n", 1, 1, "too few points"},
        {"name test\npiont 0 0\n", 2, 1, "no statement"},
        {"name\n", 1, 5, "name is missing"},
        {"name a b\n", 1, 8, "one word too many"},
        {"name test\n  point 0 x1\n", 2, 11, "not a number"},
        {"name test\npoint 0 # 5\n", 2, 8, "missing"},
        {"name test\npoint 0 1.2345\n", 2, 9, "not a number"},
        {"name test\npoint 0 .5\n", 2, 9, "not a number"},
        {"name test\npoint 0 5.\n", 2, 9, "not a number"},
        {"name test\npoint 0 1e5\n", 2, 9, "not a number"},
        {"name test\npoint 0 --5\n", 2, 9, "not a number"},
        {"name test\npoint 0 99999999999999999999\n", 2, 9, "not a number"},
        {"name test\npoint 0 200000\n", 2, 9, "out of range"},
        {"name test\npoint 0 5 -1\n", 2, 11, "out of range"},
        {"name test\npoint 0 5 1 2 3\n", 2, 13, "one word too many"},
        {"name test\nlaps 0\n", 2, 6, "out of range"},
        {"name test\nlaps 1.5\n", 2, 6, "whole number"},
        {"name test\nwidth\n", 2, 6, "missing"},
        {"name test\nwidth 0.5\n", 2, 7, "out of range"},
        {"name test\nsurface mud\n", 2, 9, "asphalt"},
        {"name test\ncheckpoint\n", 2, 1, "point before it"},
        {"name test\n\x01\n", 2, 1, "ASCII"},
        {"name test\npoint 0 \xC3\xA9\n", 2, 9, "ASCII"},
        {HEAD "point 0 9\n", 3, 1, "no finish"},
        {HEAD "point 0 9\nfinish\nfinish\n", 5, 1, "second finish"},
        {HEAD "point 0 9\nfinish\ncheckpoint\n", 5, 1, "after the finish"},
        {HEAD "finish\npoint 0 0\n", 4, 1, "same place"},
        {HEAD "point 0 9\nfinish\nclosed\npoint 9 9\n", 6, 1, "needs a checkpoint"},
        {HEAD "laps 2\npoint 0 9\nfinish\n", 5, 1, "closed track has laps"},
        {HEAD "point 0 9 20\npoint 9 9\nfinish\n", 3, 1, "radius is too large"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct track_error error = {0, 0, ""};
        assert_false(parse(cases[i].text, &error));
        if (error.line != cases[i].line || error.column != cases[i].column ||
            strstr(error.message, cases[i].message) == NULL)
            print_error("%s -> %d:%d %s\n", cases[i].text, (int)error.line, (int)error.column,
                        error.message);
        assert_int_equal(error.line, cases[i].line);
        assert_int_equal(error.column, cases[i].column);
        assert_non_null(strstr(error.message, cases[i].message));
    }
}

static void test_limits_are_kept(void **unused)
{
    (void)unused;
    struct track_error error;
    static char text[TRACK_FILE_SIZE_MAX + 2];
    memset(text, '\n', sizeof text - 1);
    assert_false(parse(text, &error));
    assert_non_null(strstr(error.message, "too long"));
    size_t used = (size_t)sprintf(text, "name test\n");
    for (int i = 0; i <= TRACK_POINT_COUNT_MAX; i++)
        used += (size_t)sprintf(text + used, "point 0 %d\n", i);
    assert_false(parse(text, &error));
    assert_int_equal(error.line, TRACK_POINT_COUNT_MAX + 2);
    used = (size_t)sprintf(text, HEAD);
    for (int i = 0; i <= TRACK_CHECKPOINT_COUNT_MAX; i++)
        used += (size_t)sprintf(text + used, "checkpoint\n");
    assert_false(parse(text, &error));
    assert_int_equal(error.line, TRACK_CHECKPOINT_COUNT_MAX + 3);
    used = (size_t)sprintf(text, "name test\npoint -9 0\n");
    for (int i = 0; i < 400; i++) /* each corner becomes three points and more */
        used += (size_t)sprintf(text + used, "point %d %d 4\n", i / 2 * 20, (i + 1) % 4 / 2 * 20);
    sprintf(text + used, "finish\n");
    assert_false(parse(text, &error));
    assert_non_null(strstr(error.message, "too many points"));
}

static void test_every_cut_and_changed_byte_is_taken_or_refused(void **unused)
{
    (void)unused;
    static const char text[] = "name test # note\nclosed\nlaps 2\nwidth 12.5\nstart 1 -2 90\n"
                               "point 0 0 5\nfinish\nsurface dirt\npoint 0 50 10\n"
                               "checkpoint 20\npoint 50.125 50 10\r\npoint 50 0\n";
    struct track_error error;
    assert_true(parse(text, &error));
    struct random_driver random = random_driver(5);
    char changed[sizeof text];
    for (size_t at = 0; at < sizeof text - 1; at++)
        for (int i = 0; i < 20; i++) {
            memcpy(changed, text, sizeof text);
            changed[at] = i == 0 ? '\0' : (char)(random_next(&random) >> 24);
            error.message = NULL;
            if (!track_parse(changed, sizeof text - 1, &other, &error))
                assert_non_null(error.message);
            else
                assert_in_range(other.segment_count, 1, TRACK_POINT_COUNT_MAX);
        }
}

static void test_a_square_with_a_round_corner(void **unused)
{
    (void)unused;
    struct track_error error;
    assert_true(parse("name corner\nwidth 10\npoint 0 0\nsurface dirt\nwidth 20\n"
                      "point 0 100 40\ncheckpoint\npoint 100 100\nfinish 30",
                      &error));
    assert_near(other.length, 60.0f + 40.0f * 1.5708f + 60.0f - 0.025f); /* chords */
    assert_int_equal(other.gate_count, 2);
    const struct track_gate *middle = &other.gates[0];
    assert_near(middle->x, 40.0f - 40.0f * 0.70711f);
    assert_near(middle->z, 60.0f + 40.0f * 0.70711f);
    assert_near(middle->forward_x, 0.70711f);
    assert_near(middle->half_width, 10.0f);
    assert_near(other.gates[1].x, 100.0f);
    assert_near(other.gates[1].half_width, 15.0f);
    assert_near(other.start.forward_z, 1.0f);
    const struct track_segment *last = &other.segments[other.segment_count - 1];
    assert_int_equal(other.segments[0].surface, SURFACE_ASPHALT);
    assert_int_equal(last->surface, SURFACE_DIRT);
    assert_near(last->half_width, 10.0f);
    for (int32_t i = 1; i < other.segment_count; i++) {
        const struct track_segment *at = &other.segments[i - 1];
        assert_near(at->x + at->forward_x * at->length, other.segments[i].x);
        assert_near(at->z + at->forward_z * at->length, other.segments[i].z);
        assert_near(at->distance + at->length, other.segments[i].distance);
    }
}

static void test_a_heading_of_90_degrees_looks_along_x(void **unused)
{
    (void)unused;
    struct track_error error;
    assert_true(parse("name h\nstart 3 4.5 90\npoint 0 0\npoint 0 9\nfinish\n", &error));
    assert_true(other.start.x == 3.0f && other.start.z == 4.5f);
    assert_true(other.start.forward_x == 1.0f && other.start.forward_z == 0.0f);
    assert_true(parse("name h\nstart 0 0 -30\npoint 0 0\npoint 0 9\nfinish\n", &error));
    assert_near(other.start.forward_x, -0.5f);
    assert_near(other.start.forward_z, 0.86603f);
}

static void test_a_circuit_closes(void **unused)
{
    (void)unused;
    assert_true(track_load_builtin("laps", &other));
    const struct track_segment *last = &other.segments[other.segment_count - 1];
    assert_near(last->x + last->forward_x * last->length, other.segments[0].x);
    assert_near(last->z + last->forward_z * last->length, other.segments[0].z);
}

/* The nearest segment the slow way. */
static float distance_by_hand(float x, float z)
{
    float best = INFINITY;
    for (int32_t i = 0; i < track.segment_count; i++) {
        const struct track_segment *at = &track.segments[i];
        float dx = x - at->x, dz = z - at->z;
        float along = fminf(fmaxf(dx * at->forward_x + dz * at->forward_z, 0.0f), at->length);
        best = fminf(best, hypotf(dx - along * at->forward_x, dz - along * at->forward_z));
    }
    return best;
}

static void test_places_are_found_from_any_hint(void **unused)
{
    (void)unused;
    for (int t = 0; tracks_builtin[t].name != NULL; t++) {
        assert_true(track_load_builtin(tracks_builtin[t].name, &track));
        struct random_driver random = random_driver(9);
        for (int i = 0; i < 3000; i++) {
            float x = (float)(random_next(&random) % 900) - 200.0f;
            float z = (float)(random_next(&random) % 1000) - 400.0f;
            int32_t hint = (int32_t)(random_next(&random) % 700) - 100;
            struct track_place place = track_locate(&track, x, z, hint);
            float by_hand = distance_by_hand(x, z);
            assert_in_range(place.segment, 0, track.segment_count - 1);
            if (place.on_road) /* two roads may hold it */
                assert_true(place.distance <= track.segments[place.segment].half_width);
            else
                assert_near(place.distance, by_hand);
            assert_true(place.on_road || by_hand > 6.9f);
        }
    }
    struct track_place nowhere = track_locate(&track, NAN, INFINITY, INT32_MIN);
    assert_in_range(nowhere.segment, 0, track.segment_count - 1);
}

static void test_gates_are_passed_by_the_line_between_two_places(void **unused)
{
    (void)unused;
    struct track_gate gate = {.forward_z = 1.0f, .half_width = 5.0f};
    assert_true(track_gate_passed(&gate, 0, -1, 0, 1));
    assert_true(track_gate_passed(&gate, 0, -1, 0, 0));
    assert_false(track_gate_passed(&gate, 0, 0, 0, 1));
    assert_false(track_gate_passed(&gate, 0, 1, 0, -1));
    assert_false(track_gate_passed(&gate, 5.1f, -1, 5.1f, 1));
    assert_true(track_gate_passed(&gate, -4.9f, -1, -4.9f, 1));
    assert_true(track_gate_passed(&gate, 7, -1, -7, 1));
    assert_false(track_gate_passed(&gate, 3, -1, 30, 1));
    assert_false(track_gate_passed(&gate, NAN, -1, 0, 1));
    assert_false(track_gate_passed(&gate, 0, -INFINITY, 0, INFINITY));
}

static void test_unknown_tracks_are_not_built_in(void **unused)
{
    (void)unused;
    assert_false(track_load_builtin("", &other));
    assert_false(track_load_builtin("Straight", &other));
    assert_string_equal(tracks_builtin[0].name, "straight");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors_name_line_and_column),
        cmocka_unit_test(test_limits_are_kept),
        cmocka_unit_test(test_every_cut_and_changed_byte_is_taken_or_refused),
        cmocka_unit_test(test_a_square_with_a_round_corner),
        cmocka_unit_test(test_a_heading_of_90_degrees_looks_along_x),
        cmocka_unit_test(test_a_circuit_closes),
        cmocka_unit_test(test_places_are_found_from_any_hint),
        cmocka_unit_test(test_gates_are_passed_by_the_line_between_two_places),
        cmocka_unit_test(test_unknown_tracks_are_not_built_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
