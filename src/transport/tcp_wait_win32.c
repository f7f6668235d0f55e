#include "transport/clock.h"
#include "transport/tcp.h"
#include "transport/tcp_parts.h"

enum {
    MS_NS = 1000000
};

void tcp_survive_broken_pipes(void)
{
}

static void on_time(uv_timer_t *timer)
{
    (void)timer;
}

/*
 * libuv counts in milliseconds here. Who waits for less than one has more to do than to look at
 * sockets, as a game has between two messages in memory, and is not to be kept for longer.
 */
bool tcp_wait(struct tcp *tcp, int64_t duration_ns)
{
    if (duration_ns < MS_NS) {
        if (duration_ns > 0)
            clock_sleep_ns(duration_ns);
        return tcp_poll(tcp);
    }
    uv_update_time(&tcp->loop);
    uv_timer_start(&tcp->timer, on_time, (uint64_t)duration_ns / MS_NS, 0);
    tcp_begin_turn(tcp);
    uv_run(&tcp->loop, UV_RUN_ONCE);
    uv_timer_stop(&tcp->timer);
    return tcp->told;
}
