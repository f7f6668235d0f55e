#include "transport/interrupt.h"

#include "transport/clock.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

static volatile sig_atomic_t caught;
static void (*notify_host)(void);

static void on_signal(int number)
{
    caught = number == SIGINT ? INTERRUPT_BREAK : INTERRUPT_TERMINATE;
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL); /* the second one ends a program that is stuck */
    if (notify_host != NULL)
        notify_host();
}

void interrupt_catch(void (*notify)(void))
{
    notify_host = notify;
    caught = INTERRUPT_NONE;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

enum interrupt interrupt_caught(void)
{
    return (enum interrupt)caught;
}

int interrupt_exit_status(enum interrupt interrupt)
{
    return 128 + (interrupt == INTERRUPT_BREAK ? SIGINT : SIGTERM);
}

static struct {
    pthread_t thread;
    pthread_t watched;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool running;
    bool stop;
    struct watch *watch;
    void (*expired)(void);
} watchdog = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void on_watchdog_signal(int number)
{
    (void)number;
    watchdog.expired();
}

/* Sleeps for the duration; true when the watchdog has to stop. */
static bool watchdog_sleep(int64_t duration_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(duration_ms / 1000);
    until.tv_nsec += (long)(duration_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&watchdog.mutex);
    int result = 0;
    while (!watchdog.stop && result == 0)
        result = pthread_cond_timedwait(&watchdog.changed, &watchdog.mutex, &until);
    bool stop = watchdog.stop;
    pthread_mutex_unlock(&watchdog.mutex);
    return stop;
}

static int64_t watchdog_interval(int32_t limit_ms)
{
    int64_t interval = limit_ms > 0 ? limit_ms / 10 : 100;
    return interval < 5 ? 5 : interval > 100 ? 100 : interval;
}

static void *watchdog_run(void *unused)
{
    (void)unused;
    uint32_t last = 0;
    int64_t since = clock_now_ms();
    for (;;) {
        int32_t limit = atomic_load(&watchdog.watch->limit_ms);
        if (watchdog_sleep(watchdog_interval(limit)))
            return NULL;
        uint32_t serial = atomic_load(&watchdog.watch->serial);
        int64_t now = clock_now_ms();
        if (serial != last || (serial & 1) == 0 || limit <= 0) {
            last = serial;
            since = now;
        } else if (now - since >= limit) {
            pthread_kill(watchdog.watched, SIGURG);
            since = now - limit + limit / 10;
        }
    }
}

bool watchdog_start(struct watch *watch, void (*expired)(void))
{
    if (watchdog.running)
        return true;
    watchdog.watch = watch;
    watchdog.expired = expired;
    watchdog.watched = pthread_self();
    watchdog.stop = false;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&watchdog.changed, &attributes);
    pthread_condattr_destroy(&attributes);
    /* SIGURG: ignored by default, so that a late one can never end the process. */
    struct sigaction action = {.sa_handler = on_watchdog_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGURG, &action, NULL);
    /* Signals for the process are the main thread's: it is Lua's thread they must stop. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    watchdog.running = pthread_create(&watchdog.thread, NULL, watchdog_run, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return watchdog.running;
}

void watchdog_stop(void)
{
    if (!watchdog.running)
        return;
    pthread_mutex_lock(&watchdog.mutex);
    watchdog.stop = true;
    pthread_cond_signal(&watchdog.changed);
    pthread_mutex_unlock(&watchdog.mutex);
    pthread_join(watchdog.thread, NULL);
    watchdog.running = false;
    signal(SIGURG, SIG_IGN);
}
