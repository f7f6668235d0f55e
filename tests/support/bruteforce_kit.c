#include "support/bruteforce_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

int evaluations;

void go_on_to(enum message what)
{
    do {
        if (driver.call_number != 0 && call.message == MESSAGE_S_ON_BRUTEFORCE_EVALUATE)
            decide(BRUTEFORCE_CONTINUE, -1);
        evaluations += next_any() == MESSAGE_S_ON_BRUTEFORCE_EVALUATE;
    } while (call.message != what);
}

void go_on_to_time(enum bruteforce_phase phase, int32_t time)
{
    do
        go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    while (call_word(0) != (int32_t)phase || call_word(2) != time);
}

int32_t next_evaluation(void)
{
    go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    return call_word(2);
}

const char *copy_result(void)
{
    static char text[1 << 16];
    assert_true(strlen(stored_text) < sizeof text);
    return strcpy(text, stored_text);
}

int32_t resimulate(int32_t pass)
{
    simulate("straight", copy_result());
    answer_until_end();
    return race_checkpoint_time(&game.race, pass);
}
