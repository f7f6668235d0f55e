#include "transport/tcp.h"
#include "transport/tcp_parts.h"

void tcp_survive_broken_pipes(void)
{
}

static void on_time(uv_timer_t *timer)
{
    (void)timer;
}

bool tcp_wait(struct tcp *tcp, int64_t duration_ns)
{
    if (duration_ns <= 0)
        return tcp_poll(tcp);
    uv_update_time(&tcp->loop);
    uv_timer_start(&tcp->timer, on_time, (uint64_t)((duration_ns - 1) / 1000000 + 1), 0);
    tcp->told = false;
    uv_run(&tcp->loop, UV_RUN_ONCE);
    uv_timer_stop(&tcp->timer);
    return tcp->told;
}
