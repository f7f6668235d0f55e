#include "transport/clock.h"

#include <stddef.h>
#include <windows.h>

#ifndef CREATE_WAITABLE_TIMER_HIGH_RESOLUTION /* missing from older headers of mingw-w64 */
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x00000002
#endif

int64_t clock_now_ns(void)
{
    static LARGE_INTEGER frequency; /* ticks a second; constant while the system runs */
    LARGE_INTEGER now;
    if (frequency.QuadPart == 0)
        QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&now);
    int64_t seconds = now.QuadPart / frequency.QuadPart;
    int64_t rest = now.QuadPart % frequency.QuadPart;
    return seconds * 1000000000 + rest * 1000000000 / frequency.QuadPart;
}

void clock_yield(void)
{
    SwitchToThread();
}

/*
 * Sleep() rounds up to the system's timer, which is 15.6 ms unless somebody asks for better. A
 * timer of high resolution (Windows 10, version 1803) is good to half a millisecond and does not
 * make the whole system wake more often; before that, asking is the only way.
 */
static HANDLE sleep_timer(void)
{
    static HANDLE timer;
    static bool tried;
    if (tried)
        return timer;
    tried = true;
    timer = CreateWaitableTimerExW(NULL, NULL, CREATE_WAITABLE_TIMER_HIGH_RESOLUTION,
                                   TIMER_MODIFY_STATE | SYNCHRONIZE);
    if (timer == NULL)
        timeBeginPeriod(1);
    return timer;
}

void clock_sleep_ns(int64_t duration_ns)
{
    HANDLE timer = sleep_timer();
    LARGE_INTEGER due = {.QuadPart = -(duration_ns / 100)}; /* negative: from now, in 100 ns */
    if (timer != NULL && SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE))
        WaitForSingleObject(timer, INFINITE);
    else
        Sleep((DWORD)((duration_ns + 999999) / 1000000));
}
