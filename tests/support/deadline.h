/*
 * Points in monotonic time that a test may not pass. Every wait of the test opponents takes a
 * budget in milliseconds and turns it into one of these; nothing here sleeps to let "something"
 * happen. It refuses to know the wall clock.
 */
#ifndef TEST_SUPPORT_DEADLINE_H
#define TEST_SUPPORT_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
    int64_t at_us;
};

/* Microseconds of the monotonic clock. */
int64_t deadline_now_us(void);

struct deadline deadline_in_ms(int budget_ms);
struct deadline deadline_in_us(int64_t budget_us);
bool deadline_passed(struct deadline deadline);

/* What is left in whole milliseconds, rounded up, 0 once it has passed: fit for poll(). */
int deadline_left_ms(struct deadline deadline);

/*
 * One pause of a polling loop on shared memory, which offers no event to wait for (fact sheet,
 * section 1: "none; both sides poll"). Round counts the pauses taken so far: the first ones only
 * yield, as the Python client does, later ones give the processor away for 50 microseconds.
 */
void deadline_poll_pause(unsigned *round);

#endif
