#include "transport/clock.h"

enum {
    YIELD_COUNT = 600,    /* after spinning, about as long again, letting others run */
    CHECK_INTERVAL = 256, /* polls between two looks at the deadlines */
    SLEEP_FIRST_NS = 50000,
    SLEEP_LAST_NS = 1000000,
    SLEEP_LONG_NS = 4000000, /* in a long silence: 250 polls a second, well under 1 % */
    SLEEP_LONG_AFTER_MS = 200
};

static int64_t sleep_duration(struct pause *pause, int64_t wake_ns)
{
    int64_t now = clock_now_ns();
    if (pause->since_ns == 0)
        pause->since_ns = now;
    /* A tenth of the silence so far: waiting costs at most a tenth more than it must. */
    int64_t duration = (now - pause->since_ns) / 10;
    if (now - pause->since_ns > (int64_t)SLEEP_LONG_AFTER_MS * 1000000)
        duration = SLEEP_LONG_NS;
    else if (duration < SLEEP_FIRST_NS)
        duration = SLEEP_FIRST_NS;
    else if (duration > SLEEP_LAST_NS)
        duration = SLEEP_LAST_NS;
    return duration < wake_ns - now ? duration : wake_ns - now;
}

bool pause_once(struct pause *pause, int64_t wake_ns)
{
    uint32_t count = pause->count;
    uint32_t spins = pause_spin_count(pause);
    if (count < spins + YIELD_COUNT) {
        pause->count++;
        if (count < spins)
            pause_spin();
        else
            clock_yield();
        return count % CHECK_INTERVAL == CHECK_INTERVAL - 1;
    }
    int64_t duration = sleep_duration(pause, wake_ns);
    if (duration > 0)
        clock_sleep_ns(duration);
    return true;
}
