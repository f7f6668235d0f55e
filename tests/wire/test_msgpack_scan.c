/*
 * Where MessagePack objects end, against the formats of the specification, and against msgpack-c;
 * and objects that lie.
 */
#include "support/slot_kit.h"
#include "wire/msgpack_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <msgpack.h>

#define SIZE_OF(array) (sizeof(array) / sizeof(array)[0])

enum {
    SIZE_MAX_HERE = 4096
};

/* Scans a heap copy of just that size. */
static struct msgpack_extent scan(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size);
    assert_true(copy != NULL || size == 0);
    if (size > 0)
        memcpy(copy, bytes, size);
    struct msgpack_extent extent = msgpack_scan(copy, size, 0);
    free(copy);
    return extent;
}

static struct msgpack_extent scan_hex(const char *hex)
{
    uint8_t bytes[SIZE_MAX_HERE];
    return scan(bytes, kit_read_hex(hex, bytes, sizeof bytes));
}

static void expect(const char *hex, enum msgpack_problem problem, size_t position, uint64_t missing)
{
    struct msgpack_extent extent = scan_hex(hex);
    if (extent.problem != problem || extent.position != position || extent.missing != missing)
        fail_msg("%s: %s at %zu, %llu missing", hex, msgpack_problem_sentence(extent.problem),
                 extent.position, (unsigned long long)extent.missing);
}

/* What msgpack-c says of the same bytes; 0: it does not take them. */
static size_t end_by_msgpack(const uint8_t *bytes, size_t size)
{
    msgpack_unpacked unpacked;
    size_t end = 0;
    msgpack_unpacked_init(&unpacked);
    bool ok =
        msgpack_unpack_next(&unpacked, (const char *)bytes, size, &end) == MSGPACK_UNPACK_SUCCESS;
    msgpack_unpacked_destroy(&unpacked);
    return ok ? end : 0;
}

/* One object of each format, and some of several. */
static const char *const objects[] = {
    "C0",
    "C2",
    "C3",
    "00",
    "7F",
    "E0",
    "FF",
    "CC 80",
    "CD 01 00",
    "CE 00 01 00 00",
    "CF FF FF FF FF FF FF FF FF",
    "D0 80",
    "D1 80 00",
    "D2 80 00 00 00",
    "D3 80 00 00 00 00 00 00 00",
    "CA 3F C0 00 00",
    "CB 3F F8 00 00 00 00 00 00",
    "A0",
    "A3 61 62 63",
    "D9 02 61 62",
    "DA 00 02 61 62",
    "DB 00 00 00 02 61 62",
    "C4 00",
    "C4 02 61 62",
    "C5 00 02 61 62",
    "C6 00 00 00 02 61 62",
    "90",
    "93 01 02 03",
    "DC 00 02 C0 C0",
    "DD 00 00 00 01 90",
    "80",
    "82 A1 61 01 A1 62 90",
    "DE 00 01 C0 C0",
    "DF 00 00 00 01 80 80",
    "D4 05 01",
    "D5 05 01 02",
    "D6 FF 00 00 00 00",
    "D7 05 01 02 03 04 05 06 07 08",
    "D8 05 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10",
    "C7 00 05",
    "C7 03 05 01 02 03",
    "C8 00 01 05 01",
    "C9 00 00 00 01 05 01",
    /* updateCamera's arguments in small, and maps in arrays in maps */
    "93 93 CB 00 00 00 00 00 00 00 00 01 02 94 00 00 00 01 90",
    "81 A1 6B 92 81 01 91 C0 81 C4 01 FF D4 00 00",
};

static void test_every_format_has_its_end(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIZE_OF(objects); i++) {
        uint8_t bytes[64];
        size_t size = kit_read_hex(objects[i], bytes, sizeof bytes);
        expect(objects[i], MSGPACK_PROBLEM_NONE, size, 0);
        assert_int_equal(end_by_msgpack(bytes, size), size);
        memset(bytes + size, 0xC1, sizeof bytes - size); /* what is behind does not matter */
        assert_int_equal(scan(bytes, sizeof bytes).position, size);
    }
}

static void test_an_object_may_begin_anywhere(void **unused)
{
    (void)unused;
    static const uint8_t bytes[] = {0xC1, 0x92, 0x01, 0xA1, 0x61, 0xC3};
    struct msgpack_extent extent = msgpack_scan(bytes, sizeof bytes, 1);
    assert_int_equal(extent.problem, MSGPACK_PROBLEM_NONE);
    assert_int_equal(extent.position, 5);
    extent = msgpack_scan(bytes, sizeof bytes, sizeof bytes);
    assert_int_equal(extent.problem, MSGPACK_PROBLEM_CUT);
    assert_int_equal(extent.position, sizeof bytes);
    assert_int_equal(extent.missing, 1);
}

static void test_every_truncation_is_told(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIZE_OF(objects); i++) {
        uint8_t bytes[64];
        size_t size = kit_read_hex(objects[i], bytes, sizeof bytes);
        for (size_t cut = 0; cut < size; cut++) {
            struct msgpack_extent extent = scan(bytes, cut);
            assert_int_equal(extent.problem, MSGPACK_PROBLEM_CUT);
            assert_true(extent.position <= cut);
            assert_true(extent.missing >= 1 && extent.missing <= size - cut);
        }
    }
}

/*
 * Whether msgpack-c may be asked about bytes that are refused: it asks the system for whatever
 * memory an array or a map announces, and is wrong about the largest size of an ext.
 */
static bool may_be_asked(const uint8_t *bytes, size_t size)
{
    return memchr(bytes, 0xDD, size) == NULL && memchr(bytes, 0xDF, size) == NULL &&
           memchr(bytes, 0xC9, size) == NULL;
}

/* The scanner and msgpack-c agree on every object with any one byte replaced by any other. */
static void test_every_byte_may_be_any_other(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIZE_OF(objects); i++) {
        uint8_t bytes[64];
        size_t size = kit_read_hex(objects[i], bytes, sizeof bytes);
        for (size_t at = 0; at < size; at++) {
            uint8_t kept = bytes[at];
            for (unsigned value = 0; value < 256; value++) {
                bytes[at] = (uint8_t)value;
                struct msgpack_extent extent = scan(bytes, size);
                bool ok = extent.problem == MSGPACK_PROBLEM_NONE;
                if (ok || may_be_asked(bytes, size))
                    assert_int_equal(end_by_msgpack(bytes, size), ok ? extent.position : 0);
            }
            bytes[at] = kept;
        }
    }
}

static void test_the_byte_never_used_is_refused_where_it_is(void **unused)
{
    (void)unused;
    expect("C1", MSGPACK_PROBLEM_NEVER_USED, 0, 0);
    expect("92 01 C1", MSGPACK_PROBLEM_NEVER_USED, 2, 0);
    expect("81 C1 01", MSGPACK_PROBLEM_NEVER_USED, 1, 0);
    expect("A1 C1", MSGPACK_PROBLEM_NONE, 2, 0);
}

/* Whatever is announced and cannot be there is refused where it is announced. */
static void test_huge_announcements_are_refused(void **unused)
{
    (void)unused;
    expect("DD FF FF FF FF", MSGPACK_PROBLEM_CUT, 0, 0xFFFFFFFF);
    expect("DF FF FF FF FF", MSGPACK_PROBLEM_CUT, 0, UINT64_C(0x1FFFFFFFE));
    expect("DB FF FF FF FF 61", MSGPACK_PROBLEM_CUT, 0, 0xFFFFFFFE);
    expect("C6 FF FF FF FF 61", MSGPACK_PROBLEM_CUT, 0, 0xFFFFFFFE);
    expect("C9 FF FF FF FF 05 61", MSGPACK_PROBLEM_CUT, 0, 0xFFFFFFFE);
    expect("C9 FF FF FF FF", MSGPACK_PROBLEM_CUT, 0, UINT64_C(0x100000000));
    expect("DC FF FF 00", MSGPACK_PROBLEM_CUT, 0, 0xFFFE);
    expect("DE FF FF 00", MSGPACK_PROBLEM_CUT, 0, 0x1FFFD);
    expect("DA FF FF 00", MSGPACK_PROBLEM_CUT, 0, 0xFFFE);
    expect("C5 FF FF 00", MSGPACK_PROBLEM_CUT, 0, 0xFFFE);
    expect("C8 FF FF 00", MSGPACK_PROBLEM_CUT, 0, 0xFFFF);
    expect("D9 FF 00", MSGPACK_PROBLEM_CUT, 0, 0xFE);
    expect("C4 FF 00", MSGPACK_PROBLEM_CUT, 0, 0xFE);
    expect("C7 FF 00", MSGPACK_PROBLEM_CUT, 0, 0xFF);
    expect("9F", MSGPACK_PROBLEM_CUT, 0, 15);
    expect("8F", MSGPACK_PROBLEM_CUT, 0, 30);
    expect("BF", MSGPACK_PROBLEM_CUT, 0, 31);
    expect("D8", MSGPACK_PROBLEM_CUT, 0, 17);
}

/* Each array is possible alone, but not with what is still to come behind it. */
static void test_announcements_of_all_levels_are_added(void **unused)
{
    (void)unused;
    expect("94 94 01 02 03 04 01 02", MSGPACK_PROBLEM_CUT, 1, 1);
    expect("92 DC 00 03 01 02 03", MSGPACK_PROBLEM_CUT, 1, 1);
    expect("92 DC 00 03 01 02 03 04", MSGPACK_PROBLEM_NONE, 8, 0);
    expect("82 01 82 01 02 03", MSGPACK_PROBLEM_CUT, 2, 3);
    expect("92 A2 61 62", MSGPACK_PROBLEM_CUT, 1, 1);
}

static size_t nest(uint8_t *bytes, uint8_t opening, size_t depth, const char *inside)
{
    size_t size = 0;
    for (size_t i = 0; i < depth; i++) {
        bytes[size++] = opening;
        if (opening == 0x81)
            bytes[size++] = 0xC0; /* a key */
    }
    return size + kit_read_hex(inside, bytes + size, SIZE_MAX_HERE - size);
}

static void test_the_depth_has_the_limit_of_msgpack(void **unused)
{
    (void)unused;
    static uint8_t bytes[SIZE_MAX_HERE];
    static const uint8_t openings[] = {0x91, 0x81};
    for (size_t i = 0; i < SIZE_OF(openings); i++) {
        size_t size = nest(bytes, openings[i], MSGPACK_DEPTH_MAX, "01");
        assert_int_equal(scan(bytes, size).problem, MSGPACK_PROBLEM_NONE);
        assert_int_equal(end_by_msgpack(bytes, size), size);
        size = nest(bytes, openings[i], MSGPACK_DEPTH_MAX - 1, "90");
        assert_int_equal(scan(bytes, size).problem, MSGPACK_PROBLEM_NONE);
        assert_int_equal(end_by_msgpack(bytes, size), size);
        size = nest(bytes, openings[i], MSGPACK_DEPTH_MAX, "90");
        assert_int_equal(scan(bytes, size).problem, MSGPACK_PROBLEM_TOO_DEEP);
        assert_int_equal(scan(bytes, size).position, size - 1);
        assert_int_equal(end_by_msgpack(bytes, size), 0);
        size = nest(bytes, openings[i], SIZE_MAX_HERE / 2, "");
        assert_int_equal(scan(bytes, size).problem, MSGPACK_PROBLEM_TOO_DEEP);
    }
}

/* Levels that have been left count no longer. */
static void test_depth_is_not_number(void **unused)
{
    (void)unused;
    static uint8_t bytes[SIZE_MAX_HERE];
    bytes[0] = 0xDC;
    bytes[1] = 0x00;
    bytes[2] = 100;
    size_t size = 3;
    for (int i = 0; i < 100; i++) {
        for (int k = 0; k < MSGPACK_DEPTH_MAX - 2; k++)
            bytes[size++] = 0x91;
        bytes[size++] = 0x80;
    }
    struct msgpack_extent extent = scan(bytes, size);
    assert_int_equal(extent.problem, MSGPACK_PROBLEM_NONE);
    assert_int_equal(extent.position, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_format_has_its_end),
        cmocka_unit_test(test_an_object_may_begin_anywhere),
        cmocka_unit_test(test_every_truncation_is_told),
        cmocka_unit_test(test_every_byte_may_be_any_other),
        cmocka_unit_test(test_the_byte_never_used_is_refused_where_it_is),
        cmocka_unit_test(test_huge_announcements_are_refused),
        cmocka_unit_test(test_announcements_of_all_levels_are_added),
        cmocka_unit_test(test_the_depth_has_the_limit_of_msgpack),
        cmocka_unit_test(test_depth_is_not_number),
    };
    return cmocka_run_group_tests_name("msgpack scan", tests, NULL, NULL);
}
