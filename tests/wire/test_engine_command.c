/*
 * The bodies of commands, against the seed and the fact sheet "Remote editor TCP protocol",
 * sections 4 and 8; and bodies that lie.
 */
#include "support/slot_kit.h"
#include "wire/engine_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE_OF(array) (sizeof(array) / sizeof(array)[0])

static char description[256];

static void describe(const struct engine_command *command, const uint8_t *body, size_t size)
{
    if (command->problem != ENGINE_COMMAND_PROBLEM_NONE) {
        assert_true(command->position <= size);
        snprintf(description, sizeof description, "%s at %zu",
                 engine_command_problem_sentence(command->problem), command->position);
        return;
    }
    assert_ptr_equal(command->arguments, body + command->position);
    assert_int_equal(command->position + command->arguments_size, size);
    assert_true((const uint8_t *)command->method > body);
    assert_true((const uint8_t *)command->method + command->method_size <= command->arguments);
    snprintf(description, sizeof description, "%.*s/%u at %zu", (int)command->method_size,
             command->method, command->argument_count, command->position);
}

/* What a body says, read from a heap copy of just its size. */
static const char *command_of(const uint8_t *bytes, size_t size)
{
    uint8_t *body = malloc(size);
    assert_true(body != NULL || size == 0);
    if (size > 0)
        memcpy(body, bytes, size);
    struct engine_command command = engine_read_command(body, size);
    describe(&command, body, size);
    free(body);
    return description;
}

static const char *command_of_hex(const char *hex)
{
    uint8_t bytes[256];
    size_t size = kit_read_hex(hex, bytes, sizeof bytes);
    return command_of(bytes, size);
}

static void test_two_objects_are_a_command(void **unused)
{
    (void)unused;
    assert_string_equal(command_of_hex("A4 70 69 6E 67 90"), "ping/0 at 5");
    assert_string_equal(command_of_hex("D9 01 61 DC 00 02 01 91 02"), "a/2 at 3");
    assert_string_equal(command_of_hex("A0 DD 00 00 00 01 C0"), "/1 at 1");
    assert_string_equal(
        command_of_hex("AC 75 70 64 61 74 65 43 61 6D 65 72 61 93 93 01 02 03 94 00 00 00 01 90"),
        "updateCamera/3 at 13");
}

static void test_one_array_of_both_is_a_command(void **unused)
{
    (void)unused;
    assert_string_equal(command_of_hex("92 A4 70 69 6E 67 90"), "ping/0 at 6");
    assert_string_equal(command_of_hex("DC 00 02 A1 61 91 01"), "a/1 at 5");
    assert_string_equal(command_of_hex("DD 00 00 00 02 A1 61 91 01"), "a/1 at 7");
}

static void test_what_is_no_command_is_refused(void **unused)
{
    (void)unused;
    assert_string_equal(command_of_hex(""),
                        "an object that is longer than the bytes there are at 0");
    assert_string_equal(command_of_hex("C0 90"), "a method that is not a string at 0");
    assert_string_equal(command_of_hex("C4 01 61 90"), "a method that is not a string at 0");
    assert_string_equal(command_of_hex("92 01 90"), "a method that is not a string at 1");
    assert_string_equal(command_of_hex("A1 61 80"), "arguments that are not an array at 2");
    assert_string_equal(command_of_hex("92 A1 61 C0"), "arguments that are not an array at 3");
    assert_string_equal(command_of_hex("90"),
                        "an array that is not a method and its arguments at 0");
    assert_string_equal(command_of_hex("93 A1 61 90 90"),
                        "an array that is not a method and its arguments at 0");
    assert_string_equal(command_of_hex("A1 61 90 00"),
                        "a command with bytes behind its arguments at 3");
    assert_string_equal(command_of_hex("92 A1 61 90 00"),
                        "a command with bytes behind its arguments at 4");
    assert_string_equal(command_of_hex("A1 61 91 C1"),
                        "the byte C1, which MessagePack never uses at 3");
    assert_string_equal(command_of_hex("C1 90"), "the byte C1, which MessagePack never uses at 0");
    assert_string_equal(command_of_hex("A1 61 DD FF FF FF FF"),
                        "an object that is longer than the bytes there are at 2");
    assert_string_equal(command_of_hex("DD FF FF FF FF A1 61 90"),
                        "an array that is not a method and its arguments at 0");
}

static void test_arguments_are_as_deep_in_both_forms(void **unused)
{
    (void)unused;
    for (size_t head = 0; head < 2; head++) {
        uint8_t body[64] = {0x92, 0xA0};
        size_t start = head == 1 ? 0 : 1;
        memset(body + 2, 0x91, MSGPACK_DEPTH_MAX);
        body[2 + MSGPACK_DEPTH_MAX] = 0xC0;
        struct engine_command command =
            engine_read_command(body + start, 3 + MSGPACK_DEPTH_MAX - start);
        assert_int_equal(command.problem, ENGINE_COMMAND_PROBLEM_NONE);
        body[2 + MSGPACK_DEPTH_MAX] = 0x90;
        command = engine_read_command(body + start, 3 + MSGPACK_DEPTH_MAX - start);
        assert_int_equal(command.problem, ENGINE_COMMAND_PROBLEM_TOO_DEEP);
        assert_int_equal(command.position, 2 + MSGPACK_DEPTH_MAX - start);
    }
}

static const char *const bodies[] = {
    "A4 70 69 6E 67 93 01 A2 68 69 81 A1 6B CB 00 00 00 00 00 00 00 00",
    "92 D9 02 69 6E 92 91 90 C7 01 05 00",
};

static void test_every_truncation_is_told(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIZE_OF(bodies); i++) {
        uint8_t body[64];
        size_t size = kit_read_hex(bodies[i], body, sizeof body);
        for (size_t cut = 0; cut < size; cut++)
            assert_non_null(strstr(command_of(body, cut), "longer than the bytes there are"));
    }
}

static void test_every_byte_may_be_any_other(void **unused)
{
    (void)unused;
    size_t commands = 0;
    for (size_t i = 0; i < SIZE_OF(bodies); i++) {
        uint8_t body[64];
        size_t size = kit_read_hex(bodies[i], body, sizeof body);
        for (size_t at = 0; at < size; at++) {
            uint8_t kept = body[at];
            for (unsigned value = 0; value < 256; value++) {
                body[at] = (uint8_t)value;
                commands += strchr(command_of(body, size), '/') != NULL;
            }
            body[at] = kept;
        }
    }
    assert_true(commands > 256); /* letters of names, parts of numbers */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_objects_are_a_command),
        cmocka_unit_test(test_one_array_of_both_is_a_command),
        cmocka_unit_test(test_what_is_no_command_is_refused),
        cmocka_unit_test(test_arguments_are_as_deep_in_both_forms),
        cmocka_unit_test(test_every_truncation_is_told),
        cmocka_unit_test(test_every_byte_may_be_any_other),
    };
    return cmocka_run_group_tests_name("engine command", tests, NULL, NULL);
}
