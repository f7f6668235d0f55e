#include "transport/watchdog.h"

enum {
    INTERVAL_MIN_MS = 5,
    INTERVAL_MAX_MS = 100
};

static int32_t limit_ms(const struct watchdog *watchdog)
{
    return atomic_load(&watchdog->watch->limit_ms);
}

int32_t watchdog_interval_ms(const struct watchdog *watchdog)
{
    int32_t limit = limit_ms(watchdog);
    int32_t interval = limit > 0 ? limit / 10 : INTERVAL_MAX_MS;
    return interval < INTERVAL_MIN_MS   ? INTERVAL_MIN_MS
           : interval > INTERVAL_MAX_MS ? INTERVAL_MAX_MS
                                        : interval;
}

bool watchdog_look(struct watchdog *watchdog, int64_t now_ms)
{
    uint32_t serial = atomic_load(&watchdog->watch->serial);
    int32_t limit = limit_ms(watchdog);
    if (serial != watchdog->last || (serial & 1) == 0 || limit <= 0) {
        watchdog->last = serial;
        watchdog->since_ms = now_ms;
        return false;
    }
    if (now_ms - watchdog->since_ms < limit)
        return false;
    watchdog->since_ms = now_ms - limit + limit / 10;
    return true;
}
