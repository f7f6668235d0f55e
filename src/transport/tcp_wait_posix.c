#include "transport/tcp.h"
#include "transport/tcp_parts.h"

#include <poll.h>
#include <signal.h>
#include <time.h>

/* Unless somebody wants to know, a write to somebody who has left is no reason to die. */
void tcp_survive_broken_pipes(void)
{
    struct sigaction action;
    if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL)
        signal(SIGPIPE, SIG_IGN);
}

/* Everything that can happen without waiting, until what has begun is being waited for. */
static bool settle(struct tcp *tcp)
{
    bool told;
    do {
        tcp->begun = false;
        told = tcp_poll(tcp);
    } while (!told && tcp->begun);
    return told;
}

/* What libuv has put off to its next turn. A loop without anything says the same, but wrongly. */
static bool is_due(const struct tcp *tcp)
{
    return uv_loop_alive(&tcp->loop) && uv_backend_timeout(&tcp->loop) == 0;
}

/* By the descriptor that libuv itself waits on, which knows nanoseconds; libuv knows only ms. */
bool tcp_wait(struct tcp *tcp, int64_t duration_ns)
{
    bool told = settle(tcp);
    if (told || duration_ns <= 0)
        return told;
    struct pollfd descriptor = {.fd = uv_backend_fd(&tcp->loop), .events = POLLIN};
    struct timespec duration = {.tv_sec = duration_ns / 1000000000,
                                .tv_nsec = duration_ns % 1000000000};
    if (!is_due(tcp))
        ppoll(&descriptor, 1, &duration, NULL);
    return settle(tcp);
}
