#include "transport/interrupt.h"

#include "transport/clock.h"
#include "transport/watchdog.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

static volatile sig_atomic_t caught, count;
static volatile sig_atomic_t count_max = 1;
static void (*notify_host)(void);
static void (*before_end)(void);

static void on_last_signal(int number)
{
    if (before_end != NULL)
        before_end();
    signal(number, SIG_DFL);
    raise(number); /* delivered as this returns */
}

static void on_signal(int number)
{
    if (caught == INTERRUPT_NONE || number == SIGTERM)
        caught = number == SIGINT ? INTERRUPT_BREAK : INTERRUPT_TERMINATE;
    if (++count >= count_max || number == SIGTERM) {
        signal(SIGINT, on_last_signal);
        signal(SIGTERM, on_last_signal); /* the next one ends a program that is stuck */
    }
    if (notify_host != NULL)
        notify_host();
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void interrupt_catch(void (*notify)(void))
{
    notify_host = notify;
    caught = INTERRUPT_NONE;
    count = 0;
    catch_signals();
    signal(SIGPIPE, SIG_IGN);
}

void interrupt_forget(void)
{
    count_max = 2;
    count = 0;
    caught = INTERRUPT_NONE;
    catch_signals();
}

int interrupt_count(void)
{
    return count;
}

void interrupt_before_end(void (*set_back)(void))
{
    before_end = set_back;
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
    struct watchdog watchdog;
    void (*expired)(void);
} watcher = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void on_watchdog_signal(int number)
{
    (void)number;
    watcher.expired();
}

/* Sleeps for the duration; true when the watchdog has to stop. */
static bool watcher_sleep(int64_t duration_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(duration_ms / 1000);
    until.tv_nsec += (long)(duration_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&watcher.mutex);
    int result = 0;
    while (!watcher.stop && result == 0)
        result = pthread_cond_timedwait(&watcher.changed, &watcher.mutex, &until);
    bool stop = watcher.stop;
    pthread_mutex_unlock(&watcher.mutex);
    return stop;
}

static void *watcher_run(void *unused)
{
    (void)unused;
    for (;;) {
        if (watcher_sleep(watchdog_interval_ms(&watcher.watchdog)))
            return NULL;
        if (watchdog_look(&watcher.watchdog, clock_now_ms()))
            pthread_kill(watcher.watched, SIGURG);
    }
}

bool watchdog_start(struct watch *watch, void (*expired)(void))
{
    if (watcher.running)
        return true;
    watcher.watchdog = (struct watchdog){.watch = watch, .since_ms = clock_now_ms()};
    watcher.expired = expired;
    watcher.watched = pthread_self();
    watcher.stop = false;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&watcher.changed, &attributes);
    pthread_condattr_destroy(&attributes);
    /* SIGURG: ignored by default, so that a late one can never end the process. */
    struct sigaction action = {.sa_handler = on_watchdog_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGURG, &action, NULL);
    /* Signals for the process are the main thread's: it is Lua's thread they must stop. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    watcher.running = pthread_create(&watcher.thread, NULL, watcher_run, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return watcher.running;
}

void watchdog_stop(void)
{
    if (!watcher.running)
        return;
    pthread_mutex_lock(&watcher.mutex);
    watcher.stop = true;
    pthread_cond_signal(&watcher.changed);
    pthread_mutex_unlock(&watcher.mutex);
    pthread_join(watcher.thread, NULL);
    watcher.running = false;
    signal(SIGURG, SIG_IGN);
}
