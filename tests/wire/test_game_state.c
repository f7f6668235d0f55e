/*
 * The state's layout against tests/vectors/v1-state-layout.csv, which was made by running the
 * class definitions of another client; and paths, numbers and checkpoint data from strangers.
 */
#include "wire/game_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
    unsigned offset, size, count;
    char type[16], path[128];
};

enum {
    ROW_COUNT_MAX = 600,
    TAIL_OFFSET = 8344 /* from here on checkpoint data, which is no fixed field */
};

static struct row rows[ROW_COUNT_MAX];
static size_t row_count;

static int read_rows(void **unused)
{
    (void)unused;
    const char *root = getenv("TMLUA_ROOT");
    char path[1024], line[256];
    snprintf(path, sizeof path, "%s/tests/vectors/v1-state-layout.csv", root ? root : ".");
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return -1;
    if (fgets(line, sizeof line, file) == NULL) /* the heading */
        line[0] = '\0';
    while (row_count < ROW_COUNT_MAX && fgets(line, sizeof line, file) != NULL) {
        struct row *row = &rows[row_count++];
        if (sscanf(line, "%u,%u,%15[^,],%u,%127[^\n\r]", &row->offset, &row->size, row->type,
                   &row->count, row->path) != 5)
            abort();
    }
    fclose(file);
    return row_count > 400 && row_count < ROW_COUNT_MAX ? 0 : -1;
}

static bool find(const char *path, struct state_place *place)
{
    size_t error_at;
    return game_state_find(path, strlen(path), place, &error_at);
}

static const char *type_name(enum state_field_type type)
{
    static const char *const names[] = {"float32", "int32", "uint32", "bool32", "bytes", "struct"};
    return names[type];
}

static void test_every_row_is_found_at_its_place(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < row_count && rows[i].offset < TAIL_OFFSET; i++) {
        struct state_place place;
        bool found = find(rows[i].path, &place);
        if (found != (strcmp(rows[i].type, "gap") != 0))
            fail_msg("%s: found %d", rows[i].path, found);
        if (!found)
            continue;
        if (place.offset != rows[i].offset || state_place_size(&place) != rows[i].size ||
            (unsigned)(place.rows * place.columns) != rows[i].count ||
            strcmp(type_name(place.type), rows[i].type) != 0)
            fail_msg("%s: %s x %d at %zu", rows[i].path, type_name(place.type),
                     place.rows * place.columns, place.offset);
        if (place.type != STATE_BYTES && place.type != STATE_STRUCT)
            assert_int_equal(place.is_array, rows[i].count > 1);
    }
}

static const struct row *find_row(const char *path)
{
    for (size_t i = 0; i < row_count; i++)
        if (strcmp(rows[i].path, path) == 0)
            return &rows[i];
    return NULL;
}

static size_t walk_struct(const struct state_struct *structure, size_t base, const char *prefix);

/* A field, and what is inside it: each has to be a row of the table. */
static size_t walk_field(const struct state_field *field, size_t base, const char *prefix)
{
    char path[160];
    size_t count = 0;
    bool is_list = field->type == STATE_STRUCT && field->is_array;
    for (int i = 0; i < (is_list ? field->columns : 1); i++) {
        size_t offset = base + field->offset;
        if (is_list)
            offset += (size_t)i * field->structure->size;
        snprintf(path, sizeof path, is_list ? "%s%s[%d]" : "%s%s", prefix, field->name, i);
        const struct row *row = find_row(path);
        if (row == NULL)
            fail_msg("%s is not in the table", path);
        assert_int_equal(row->offset, offset);
        count++;
        if (field->type == STATE_STRUCT) {
            strcat(path, ".");
            count += walk_struct(field->structure, offset, path);
        }
    }
    return count + (is_list ? 1 : 0); /* the list has a row of its own */
}

static size_t walk_struct(const struct state_struct *structure, size_t base, const char *prefix)
{
    size_t count = 0;
    for (size_t i = 0; i < structure->field_count; i++)
        count += walk_field(&structure->fields[i], base, prefix);
    return count;
}

static void test_nothing_is_there_but_the_rows(void **unused)
{
    (void)unused;
    size_t expected = 0;
    for (size_t i = 0; i < row_count; i++)
        expected += strcmp(rows[i].type, "gap") != 0 && rows[i].offset < TAIL_OFFSET;
    assert_int_equal(walk_struct(&game_state_struct, 0, ""), expected);
    assert_int_equal(game_state_struct.size, 8344);
    assert_int_equal(STATE_FIXED_SIZE, 8344);
    assert_int_equal(STATE_SIZE_MIN, 8356);
}

static void test_aliases_mean_their_fields(void **unused)
{
    (void)unused;
    static const char *const pairs[][2] = {{"position", "dyna.current_state.position"},
                                           {"velocity", "dyna.current_state.linear_speed"},
                                           {"rotation_matrix", "dyna.current_state.rotation"},
                                           {"quaternion", "dyna.current_state.quat"},
                                           {"race_time", "player_info.race_time"},
                                           {"display_speed", "player_info.display_speed"},
                                           {"time", "timers[1]"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct state_place alias, place;
        assert_true(find(pairs[i][0], &alias));
        assert_true(find(pairs[i][1], &place));
        assert_int_equal(alias.offset, place.offset);
        assert_int_equal(alias.type, place.type);
        assert_int_equal(state_place_size(&alias), state_place_size(&place));
    }
}

static void test_elements_have_their_own_places(void **unused)
{
    (void)unused;
    static const struct {
        const char *path;
        size_t offset, size, count;
    } cases[] = {{"timers", 12, 212, 53},
                 {"timers[0]", 12, 4, 0},
                 {"timers[52]", 220, 4, 0},
                 {"timers[007]", 40, 4, 0},
                 {"dyna.current_state.rotation", 688, 36, 3},
                 {"dyna.current_state.rotation[2]", 712, 12, 3},
                 {"dyna.current_state.rotation[2][1]", 716, 4, 0},
                 {"simulation_wheels", 3816, 3056, 4},
                 {"simulation_wheels[3]", 6108, 764, 0},
                 {"simulation_wheels[3].steerable", 6112, 4, 0},
                 {"internal_input_state[9].event.input_data", 8272, 4, 0},
                 {"plug_solid", 6872, 68, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct state_place place;
        assert_true(find(cases[i].path, &place));
        assert_int_equal(place.offset, cases[i].offset);
        assert_int_equal(state_place_size(&place), cases[i].size);
        assert_int_equal(state_place_count(&place), cases[i].count);
    }
}

static void test_indices_out_of_range_are_refused(void **unused)
{
    (void)unused;
    struct state_place place, element = {.offset = 99};
    assert_true(find("timers", &place));
    assert_true(state_place_element(&place, 52, &element));
    element.offset = 99;
    assert_false(state_place_element(&place, 53, &element));
    assert_false(state_place_element(&place, SIZE_MAX, &element));
    assert_int_equal(element.offset, 99);
    struct state_place root = game_state_root();
    assert_false(state_place_element(&root, 0, &element));
    assert_false(state_place_member(&place, "time", 4, &element));
    assert_true(state_place_member(&root, "flagsXXX", 5, &element));
    assert_int_equal(element.offset, 8);
    assert_false(state_place_member(&root, "flags", 4, &element));
}

static void test_malformed_paths_are_refused_at_their_place(void **unused)
{
    (void)unused;
    static const struct {
        const char *path;
        size_t error_at;
    } cases[] = {{"", 0},
                 {".", 0},
                 {".flags", 0},
                 {"[0]", 0},
                 {"a", 0},
                 {"a[", 0},
                 {"flags.", 6},
                 {"flags[0]", 5},
                 {"dyna.", 5},
                 {"dyna..rest", 5},
                 {"dyna.no", 5},
                 {"dyna[0]", 4},
                 {"dyna rest", 0},
                 {"timers[", 6},
                 {"timers[]", 6},
                 {"timers[1", 6},
                 {"timers[-1]", 6},
                 {"timers[+1]", 6},
                 {"timers[ 1]", 6},
                 {"timers[1.0]", 6},
                 {"timers[53]", 6},
                 {"timers[4294967297]", 6},
                 {"timers[99999999999999999999999999]", 6},
                 {"timers[0][0]", 9},
                 {"timers[0]x", 9},
                 {"timers[0].time", 10},
                 {"simulation_wheels[4]", 17},
                 {"simulation_wheels.steerable", 18},
                 {"dyna.current_state.rotation[3]", 27},
                 {"dyna.current_state.rotation[2][3]", 30},
                 {"Flags", 0},
                 {"flag", 0},
                 {"flagss", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct state_place place = {.offset = 4711};
        size_t error_at = 12345;
        if (game_state_find(cases[i].path, strlen(cases[i].path), &place, &error_at))
            fail_msg("%s was found", cases[i].path);
        if (error_at != cases[i].error_at)
            fail_msg("%s: wrong at %zu", cases[i].path, error_at);
        assert_int_equal(place.offset, 4711);
    }
}

static void test_very_long_paths_are_refused(void **unused)
{
    (void)unused;
    static char path[100000];
    const char fill[] = {'a', '.', '[', '1', ']'};
    for (size_t i = 0; i < sizeof fill; i++) {
        struct state_place place;
        size_t error_at = SIZE_MAX;
        memset(path, fill[i], sizeof path);
        assert_false(game_state_find(path, sizeof path, &place, &error_at));
        assert_true(error_at < sizeof path);
        memcpy(path, "timers[", 7);
        assert_false(game_state_find(path, sizeof path, &place, &error_at));
        assert_int_equal(error_at, 6);
    }
}

static void test_only_the_given_bytes_of_a_path_count(void **unused)
{
    (void)unused;
    struct state_place place;
    size_t error_at;
    assert_true(game_state_find("timers[1]garbage", 9, &place, &error_at));
    assert_int_equal(place.offset, 16);
    assert_true(game_state_find("flagship", 5, &place, &error_at));
    assert_false(game_state_find("timers[1]", 8, &place, &error_at));
}

static void test_zero_bytes_in_a_path_match_nothing(void **unused)
{
    (void)unused;
    struct state_place place;
    size_t error_at;
    static char path[4096]; /* "time" and zeros: no field or alias has such a name */
    static const char *const names[] = {"time", "flags", "position"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        memset(path, 0, sizeof path);
        memcpy(path, names[i], strlen(names[i]));
        assert_false(game_state_find(path, strlen(names[i]) + 1, &place, &error_at));
        assert_false(game_state_find(path, sizeof path, &place, &error_at));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_is_found_at_its_place),
        cmocka_unit_test(test_nothing_is_there_but_the_rows),
        cmocka_unit_test(test_aliases_mean_their_fields),
        cmocka_unit_test(test_elements_have_their_own_places),
        cmocka_unit_test(test_indices_out_of_range_are_refused),
        cmocka_unit_test(test_malformed_paths_are_refused_at_their_place),
        cmocka_unit_test(test_very_long_paths_are_refused),
        cmocka_unit_test(test_only_the_given_bytes_of_a_path_count),
        cmocka_unit_test(test_zero_bytes_in_a_path_match_nothing),
    };
    return cmocka_run_group_tests_name("game_state", tests, read_rows, NULL);
}
