/* Every outcome has a word for scripts and a sentence for people. */
#include "base/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_every_status_has_a_word_of_its_own(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < STATUS_COUNT; i++) {
        const char *word = status_word((enum status)i);
        assert_true(word[0] != '\0');
        assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz_"), strlen(word));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(word, status_word((enum status)j));
    }
}

static void test_every_status_has_half_a_sentence(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < STATUS_COUNT; i++) {
        const char *sentence = status_sentence((enum status)i);
        assert_true(strlen(sentence) > 3);
        assert_true(sentence[strlen(sentence) - 1] != '.');
    }
}

static void test_words_that_scripts_compare_with(void **unused)
{
    (void)unused;
    assert_int_equal(STATUS_OK, 0);
    assert_string_equal(status_word(STATUS_OK), "ok");
    assert_string_equal(status_word(STATUS_TIMEOUT), "timeout");
    assert_string_equal(status_word(STATUS_ALREADY_REGISTERED), "already_registered");
    assert_string_equal(status_word(STATUS_RESPONSE_TOO_LONG), "response_too_long");
}

static void test_numbers_that_are_no_status_are_unknown(void **unused)
{
    (void)unused;
    const int strangers[] = {STATUS_COUNT, STATUS_COUNT + 1, -1, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        assert_string_equal(status_word((enum status)strangers[i]), "unknown");
        assert_string_equal(status_sentence((enum status)strangers[i]), "unknown status");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_status_has_a_word_of_its_own),
        cmocka_unit_test(test_every_status_has_half_a_sentence),
        cmocka_unit_test(test_words_that_scripts_compare_with),
        cmocka_unit_test(test_numbers_that_are_no_status_are_unknown),
    };
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
