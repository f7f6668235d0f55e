/*
 * Windows runs its console handlers, and we our watchdog, on threads of their own. To be "on the
 * main thread, between two of its instructions" all the same, they stop that thread while they
 * run the host's function, which may therefore do no more than in a signal handler.
 */
#include "transport/interrupt.h"

#include "transport/clock.h"
#include "transport/watchdog.h"

#include <windows.h>

enum {
    /* The system ends a process whose console was closed as soon as the handler returns. */
    LAST_WORDS_MS = 4500,
    EXIT_STATUS_BREAK = 130, /* as on POSIX: 128 + SIGINT */
    EXIT_STATUS_TERMINATE = 143
};

static _Atomic int caught, count;
static _Atomic int count_max = 1;
static void (*notify_host)(void);
static HANDLE main_thread;

static HANDLE this_thread(void)
{
    HANDLE process = GetCurrentProcess(), thread = NULL;
    DuplicateHandle(process, GetCurrentThread(), process, &thread, 0, FALSE, DUPLICATE_SAME_ACCESS);
    return thread;
}

static void run_between_instructions(HANDLE thread, void (*function)(void))
{
    CONTEXT context = {.ContextFlags = CONTEXT_CONTROL};
    if (SuspendThread(thread) == (DWORD)-1)
        return;
    GetThreadContext(thread, &context); /* SuspendThread only asks; this waits until it stands */
    function();
    ResumeThread(thread);
}

static BOOL WINAPI on_console_event(DWORD event)
{
    bool is_break = event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
    if (atomic_fetch_add(&count, 1) >= atomic_load(&count_max))
        return FALSE; /* too many end a program that is stuck */
    atomic_store(&caught, is_break ? INTERRUPT_BREAK : INTERRUPT_TERMINATE);
    if (notify_host != NULL)
        run_between_instructions(main_thread, notify_host);
    if (!is_break)
        Sleep(LAST_WORDS_MS);
    return TRUE;
}

void interrupt_catch(void (*notify)(void))
{
    notify_host = notify;
    atomic_store(&caught, INTERRUPT_NONE);
    if (main_thread == NULL) {
        main_thread = this_thread();
        SetConsoleCtrlHandler(on_console_event, TRUE);
    }
}

void interrupt_before_end(void (*set_back)(void))
{
    (void)set_back; /* the console sets itself back */
}

enum interrupt interrupt_caught(void)
{
    return (enum interrupt)atomic_load_explicit(&caught, memory_order_relaxed);
}

void interrupt_forget(void)
{
    atomic_store(&count_max, 2);
    atomic_store(&count, 0);
    atomic_store(&caught, INTERRUPT_NONE);
}

int interrupt_count(void)
{
    return atomic_load(&count);
}

int interrupt_exit_status(enum interrupt interrupt)
{
    return interrupt == INTERRUPT_BREAK ? EXIT_STATUS_BREAK : EXIT_STATUS_TERMINATE;
}

static struct {
    HANDLE thread;
    HANDLE watched;
    HANDLE stop;
    struct watchdog watchdog;
    void (*expired)(void);
} watcher;

static DWORD WINAPI watcher_run(void *unused)
{
    (void)unused;
    for (;;) {
        DWORD wait_ms = (DWORD)watchdog_interval_ms(&watcher.watchdog);
        if (WaitForSingleObject(watcher.stop, wait_ms) != WAIT_TIMEOUT)
            return 0;
        if (watchdog_look(&watcher.watchdog, clock_now_ms()))
            run_between_instructions(watcher.watched, watcher.expired);
    }
}

bool watchdog_start(struct watch *watch, void (*expired)(void))
{
    if (watcher.thread != NULL)
        return true;
    watcher.watchdog = (struct watchdog){.watch = watch, .since_ms = clock_now_ms()};
    watcher.expired = expired;
    watcher.watched = this_thread();
    watcher.stop = CreateEventA(NULL, TRUE, FALSE, NULL);
    if (watcher.watched != NULL && watcher.stop != NULL)
        watcher.thread = CreateThread(NULL, 0, watcher_run, NULL, 0, NULL);
    return watcher.thread != NULL;
}

void watchdog_stop(void)
{
    if (watcher.thread == NULL)
        return;
    SetEvent(watcher.stop);
    WaitForSingleObject(watcher.thread, INFINITE);
    CloseHandle(watcher.thread);
    CloseHandle(watcher.watched);
    CloseHandle(watcher.stop);
    watcher.thread = NULL;
}
