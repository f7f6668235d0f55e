#include "transport/tcp.h"
#include "transport/tcp_parts.h"

#include <poll.h>
#include <time.h>

/* By the descriptor that libuv itself waits on, which knows nanoseconds; libuv knows only ms. */
bool tcp_wait(struct tcp *tcp, int64_t duration_ns)
{
    bool told = tcp_poll(tcp); /* and what is new is being waited for */
    if (told || duration_ns <= 0 || uv_backend_timeout(&tcp->loop) == 0)
        return told;
    struct pollfd descriptor = {.fd = uv_backend_fd(&tcp->loop), .events = POLLIN};
    struct timespec duration = {.tv_sec = duration_ns / 1000000000,
                                .tv_nsec = duration_ns % 1000000000};
    return ppoll(&descriptor, 1, &duration, NULL) > 0 && tcp_poll(tcp);
}
