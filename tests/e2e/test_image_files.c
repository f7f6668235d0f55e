/*
 * Goal: the pictures that tmlua saves are what other programs take them for, and the other way
 * round. Method: tmlua and the C functions behind it save; netpbm's pngtopam and qoiconv, which
 * are not ours, read and write; what comes out is compared pixel by pixel.
 */
#include "bindings/image.h"
#include "support/raw_expect.h"
#include "support/scratch.h"

#include <lauxlib.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 40000,
    COMMAND_SIZE_MAX = 4096
};

/* What another program has read: red, green, blue, alpha of each pixel, the top row first. */
struct picture {
    int width, height;
    uint8_t *pixels;
};

static struct picture picture;

static void picture_free(void)
{
    free(picture.pixels);
    picture = (struct picture){.pixels = NULL};
}

static int end(void **state)
{
    (void)state;
    picture_free();
    process_close_all();
    scratch_end();
    return 0;
}

static void shell(const char *format, ...)
{
    char command[COMMAND_SIZE_MAX];
    const char *argv[] = {"/bin/sh", "-c", command, NULL};
    va_list arguments;
    va_start(arguments, format);
    int size = snprintf(command, sizeof command, "set -e; cd '%s'; ", scratch_folder());
    vsnprintf(command + size, sizeof command - (size_t)size, format, arguments);
    va_end(arguments);
    raw_expect_exit(process_run(argv), 0, SOON_MS);
}

/* The path of tmlua, from wherever it is called. */
static const char *tmlua(void)
{
    static char path[PATH_MAX];
    assert_non_null(realpath(process_tmlua(), path));
    return path;
}

/* Runs code with tmlua in the scratch folder. */
static void run_lua(const char *code)
{
    scratch_write("code.lua", code);
    shell("'%s' code.lua", tmlua());
}

static void run_pngtopam(const char *name)
{
    shell("/usr/bin/pngtopam -alphapam '%s' >read.pam", name);
}

/* The picture of read.pam. */
static void read_pam(void)
{
    char line[256];
    int depth = 0, most = 0;
    FILE *file = fopen(scratch_path("read.pam"), "rb");
    assert_non_null(file);
    picture_free();
    while (fgets(line, sizeof line, file) != NULL && strcmp(line, "ENDHDR\n") != 0) {
        sscanf(line, "WIDTH %d", &picture.width);
        sscanf(line, "HEIGHT %d", &picture.height);
        sscanf(line, "DEPTH %d", &depth);
        sscanf(line, "MAXVAL %d", &most);
    }
    assert_int_equal(depth, 4);
    assert_int_equal(most, 255);
    size_t size = (size_t)picture.width * (size_t)picture.height * 4;
    picture.pixels = malloc(size);
    assert_non_null(picture.pixels);
    assert_int_equal(fread(picture.pixels, 1, size, file), size);
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
}

static void expect_sides(int width, int height)
{
    assert_int_equal(picture.width, width);
    assert_int_equal(picture.height, height);
}

/* `colour`: 0xRRGGBBAA */
static void expect_pixel(int x, int y, uint32_t colour)
{
    const uint8_t *at = picture.pixels + 4 * ((ptrdiff_t)y * picture.width + x);
    uint32_t found = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    if (found != colour)
        fail_msg("pixel %d, %d: %08X instead of %08X", x, y, found, colour);
}

/* One red, one green, one blue and one half transparent; below it grey and white. */
#define HAND_MADE                                                                                  \
    "local tm = require 'tm' local image = tm.image(4, 2) image:fill(128, 128, 128)"               \
    " image:set_pixel(0, 0, 255, 0, 0) image:set_pixel(1, 0, 0, 255, 0)"                           \
    " image:set_pixel(2, 0, 0, 0, 255) image:set_pixel(3, 0, 10, 20, 30, 128)"                     \
    " image:set_pixel(3, 1, 255, 255, 255) "

static void expect_hand_made(void)
{
    expect_sides(4, 2);
    expect_pixel(0, 0, 0xFF0000FF);
    expect_pixel(1, 0, 0x00FF00FF);
    expect_pixel(2, 0, 0x0000FFFF);
    expect_pixel(3, 0, 0x0A141E80);
    expect_pixel(0, 1, 0x808080FF);
    expect_pixel(2, 1, 0x808080FF);
    expect_pixel(3, 1, 0xFFFFFFFF);
}

static void test_colours_and_places_are_those_of_the_image(void **state)
{
    (void)state;
    run_lua(HAND_MADE "assert(image:save 'hand.png') assert(image:save 'hand.qoi')");
    run_pngtopam("hand.png");
    read_pam();
    expect_hand_made();
    shell("/usr/bin/qoiconv hand.qoi from_qoi.png");
    run_pngtopam("from_qoi.png");
    read_pam();
    expect_hand_made();
}

static void test_an_opaque_picture_is_written_without_alpha(void **state)
{
    (void)state;
    run_lua(HAND_MADE "image:set_pixel(3, 0, 1, 2, 3) assert(image:save 'opaque.png')");
    /* The tenth byte of the header is the kind: 2 has no alpha, 6 has. */
    shell("test $(od -An -tu1 -j25 -N1 opaque.png) -eq 2");
    run_pngtopam("opaque.png");
    read_pam();
    expect_pixel(3, 0, 0x010203FF);
    expect_pixel(0, 0, 0xFF0000FF);
}

static void test_files_of_other_programs_are_read(void **state)
{
    (void)state;
    run_lua(HAND_MADE "assert(image:save 'hand.png')");
    shell("/usr/bin/qoiconv hand.png other.qoi; /usr/bin/qoiconv other.qoi stb.png;"
          "/usr/bin/pngtopam -alphapam hand.png | /usr/bin/pamtopng -interlace >netpbm.png;"
          "/usr/bin/pngtopam hand.png | /usr/bin/ppmtopgm | /usr/bin/pnmtopng >grey.png");
    run_lua(HAND_MADE "for _, name in ipairs { 'other.qoi', 'stb.png', 'netpbm.png' } do"
                      " if assert(tm.load_image(name)) ~= image then error(name) end end"
                      " local r, g, b, a = assert(tm.load_image 'grey.png'):pixel(3, 1)"
                      " assert(r == 255 and g == 255 and b == 255 and a == 255)");
}

static void expect_race(void)
{
    long sky = 0, ground = 0;
    expect_sides(160, 120);
    for (int x = 0; x < picture.width; x++) {
        const uint8_t *top = picture.pixels + 4 * x;
        const uint8_t *bottom = top + 4 * (ptrdiff_t)picture.width * (picture.height - 1);
        sky += top[2] > top[1] && top[1] > top[0];
        ground += bottom[2] < bottom[0] + 30; /* grass or road */
    }
    assert_int_equal(sky, picture.width);
    assert_int_equal(ground, picture.width);
}

static void test_a_drawn_race_has_the_sky_above(void **state)
{
    (void)state;
    run_lua("local tm = require 'tm' local game = assert(tm.attach 'sim:') game:step()"
            " local image = assert(tm.draw(game:get_simulation_state(), 160, 120)) game:close()"
            " assert(image:save 'race.png') assert(image:save 'race.qoi')");
    run_pngtopam("race.png");
    read_pam();
    expect_race();
    shell("/usr/bin/qoiconv race.qoi race_qoi.png");
    run_pngtopam("race_qoi.png");
    read_pam();
    expect_race();
}

/* Three rows of two pixels that are all different, the bottom row first, behind eight bytes. */
static struct image_block received(struct image_pool *pool)
{
    struct image_block block = image_block_take(pool, 8 + 24);
    assert_non_null(block.bytes);
    for (int i = 0; i < 8 + 24; i++)
        block.bytes[i] = (uint8_t)(i < 8 ? 0xEE : i * 5);
    for (int i = 0; i < 6; i++)
        block.bytes[8 + 4 * i + 3] = 255;
    return block;
}

static void save(lua_State *L, int image, const char *name)
{
    lua_getfield(L, image, "save");
    lua_pushvalue(L, image);
    lua_pushstring(L, scratch_path(name));
    assert_int_equal(lua_pcall(L, 2, 1, 0), LUA_OK);
    assert_true(lua_toboolean(L, -1));
    lua_pop(L, 1);
}

static void test_a_picture_that_arrived_bottom_first_is_upright(void **state)
{
    (void)state;
    uint8_t sent[24];
    struct image_sides sides = {2, 3};
    lua_State *L = luaL_newstate();
    assert_non_null(L);
    image_open_type(L);
    struct image_block block = received(image_pool_of(L));
    memcpy(sent, block.bytes + 8, sizeof sent);
    image_adopt(L, push_image(L), &block, 8, sides, true);
    assert_null(block.bytes);
    struct image *upright = push_image(L);
    assert_true(image_allocate(L, upright, sides));
    for (int row = 0; row < 3; row++)
        memcpy(pixels_row(&upright->pixels, row), sent + 8 * (2 - row), 8);
    assert_true(lua_compare(L, 1, 2, LUA_OPEQ));
    uint8_t written[24];
    image_write_bottom_first(check_image(L, 1), written);
    assert_memory_equal(written, sent, sizeof sent);
    image_write_bottom_first(upright, written);
    assert_memory_equal(written, sent, sizeof sent);
    save(L, 1, "turned.png");
    save(L, 1, "turned.raw");
    save(L, 2, "upright.raw");
    lua_close(L);
    shell("cmp turned.raw upright.raw");
    run_pngtopam("turned.png");
    read_pam();
    expect_sides(2, 3);
    for (int i = 0; i < 6; i++) {
        const uint8_t *pixel = sent + 8 * (2 - i / 2) + 4 * (i % 2);
        expect_pixel(i % 2, i / 2,
                     (uint32_t)pixel[2] << 24 | (uint32_t)pixel[1] << 16 | (uint32_t)pixel[0] << 8 |
                         255);
    }
}

/* In every build: the tests in Lua run with the sanitizer, which keeps what was freed. */
static void test_dropped_pictures_do_not_pile_up(void **state)
{
    (void)state;
    if (process_is_wine())
        return; /* the test asks Linux for the memory in use */
    char root[PATH_MAX];
    assert_non_null(realpath(process_root(), root));
    shell("'%s' '%s/tests/lua/test_image.lua' 'pile up'", tmlua(), root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_colours_and_places_are_those_of_the_image, end),
        cmocka_unit_test_teardown(test_an_opaque_picture_is_written_without_alpha, end),
        cmocka_unit_test_teardown(test_files_of_other_programs_are_read, end),
        cmocka_unit_test_teardown(test_a_drawn_race_has_the_sky_above, end),
        cmocka_unit_test_teardown(test_a_picture_that_arrived_bottom_first_is_upright, end),
        cmocka_unit_test_teardown(test_dropped_pictures_do_not_pile_up, end),
    };
    return cmocka_run_group_tests_name("image files", tests, NULL, NULL);
}
