#include "transport/clock.h"

enum {
    YIELD_COUNT = 600,    /* after spinning, letting others run: so often, */
    YIELD_NS = 150000,    /* and so long at most: where others do run, a yield takes long */
    CHECK_INTERVAL = 256, /* polls between two looks at the deadlines */
    SLEEP_FIRST_NS = 50000,
    SLEEP_LAST_NS = 1000000,
    SLEEP_LONG_NS = 4000000, /* in a long silence: 250 polls a second, well under 1 % */
    SLEEP_LONG_AFTER_MS = 200
};

static int64_t sleep_duration(struct pause *pause, int64_t wake_ns)
{
    int64_t now = clock_now_ns();
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

/* Lets others run; true when it is time to look at the deadlines. */
static bool yield_once(struct pause *pause, int64_t wake_ns)
{
    clock_yield();
    int64_t now = clock_now_ns();
    if (now - pause->since_ns > YIELD_NS)
        pause->count = pause_spin_count(pause) + YIELD_COUNT; /* from now on it sleeps */
    return pause->count % CHECK_INTERVAL == 0 || now - pause->since_ns > YIELD_NS || now >= wake_ns;
}

bool pause_once(struct pause *pause, int64_t wake_ns)
{
    uint32_t spins = pause_spin_count(pause);
    if (pause->count < spins) {
        pause->count++;
        pause_spin();
        return pause->count % CHECK_INTERVAL == 0;
    }
    if (pause->since_ns == 0)
        pause->since_ns = clock_now_ns();
    if (pause->count < spins + YIELD_COUNT) {
        pause->count++;
        return yield_once(pause, wake_ns);
    }
    int64_t duration = sleep_duration(pause, wake_ns);
    if (duration > 0)
        clock_sleep_ns(duration);
    return true;
}
