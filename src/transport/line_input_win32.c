/*
 * Windows can wait for a console or for a pipe, but not look at either in one way, so a thread
 * reads and hands over one line at a time. It ends with the process.
 */
#include "transport/line_input.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

static struct {
    char bytes[LINE_INPUT_SIZE_MAX];
    size_t size;
    HANDLE taken;      /* event: the thread may read the next line */
    _Atomic int state; /* enum line_input: what the thread has for us */
    bool started;
} input;

static DWORD WINAPI read_lines(void *unused)
{
    (void)unused;
    while (fgets(input.bytes, sizeof input.bytes, stdin) != NULL) {
        input.size = strcspn(input.bytes, "\r\n");
        atomic_store(&input.state, LINE_INPUT_LINE);
        WaitForSingleObject(input.taken, INFINITE);
    }
    atomic_store(&input.state, LINE_INPUT_END);
    return 0;
}

static void start(void)
{
    input.started = true;
    input.taken = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE thread = input.taken != NULL ? CreateThread(NULL, 0, read_lines, NULL, 0, NULL) : NULL;
    if (thread == NULL)
        atomic_store(&input.state, LINE_INPUT_END);
    else
        CloseHandle(thread);
}

enum line_input line_input_poll(const char **line, size_t *size)
{
    static char copy[LINE_INPUT_SIZE_MAX];
    if (!input.started)
        start();
    enum line_input state = (enum line_input)atomic_load(&input.state);
    if (state != LINE_INPUT_LINE)
        return state;
    *line = copy;
    *size = input.size;
    memcpy(copy, input.bytes, input.size);
    atomic_store(&input.state, LINE_INPUT_NONE);
    SetEvent(input.taken);
    return LINE_INPUT_LINE;
}
