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

/* Lets others run, and says what comes of it. */
static enum pause_step yield_once(struct pause *pause, int64_t wake_ns)
{
    clock_yield();
    int64_t now = clock_now_ns();
    bool is_long = now - pause->since_ns > YIELD_NS;
    if (is_long)
        pause->count = pause_spin_count(pause) + YIELD_COUNT; /* from now on it sleeps */
    bool checks = is_long || now >= wake_ns || pause->count % CHECK_INTERVAL == 0;
    return checks ? PAUSE_CHECK : PAUSE_POLL;
}

enum pause_step pause_step(struct pause *pause, int64_t wake_ns, int64_t *duration_ns)
{
    uint32_t spins = pause_spin_count(pause);
    if (pause->count < spins) {
        pause->count++;
        pause_spin();
        return pause->count % CHECK_INTERVAL == 0 ? PAUSE_CHECK : PAUSE_POLL;
    }
    if (pause->since_ns == 0)
        pause->since_ns = clock_now_ns();
    if (pause->count < spins + YIELD_COUNT) {
        pause->count++;
        return yield_once(pause, wake_ns);
    }
    *duration_ns = sleep_duration(pause, wake_ns);
    return PAUSE_SLEEP;
}

bool pause_once(struct pause *pause, int64_t wake_ns)
{
    int64_t duration_ns;
    enum pause_step step = pause_step(pause, wake_ns, &duration_ns);
    if (step == PAUSE_SLEEP && duration_ns > 0)
        clock_sleep_ns(duration_ns);
    return step != PAUSE_POLL;
}
