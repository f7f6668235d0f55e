#include "transport/child_process.h"

#include "base/limits.h"

#include <stdint.h>
#include <stdlib.h>
#include <uv.h>

struct child_processes {
    uv_loop_t loop;
    struct child_process *first;
    int running_count;
};

struct child_process {
    uv_process_t handle;
    struct child_processes *all;
    struct child_process *next, **link;
    int pid;
    int exit_status;
    bool is_over;        /* and so is its number: another process may have it by now */
    bool handle_is_open; /* libuv still needs the memory */
    bool is_forgotten;   /* nobody else does */
};

struct child_processes *child_processes_open(void)
{
    child_process_prepare();
    struct child_processes *children = calloc(1, sizeof *children);
    if (children != NULL && uv_loop_init(&children->loop) != 0) {
        free(children);
        return NULL;
    }
    return children;
}

static void free_if_over(struct child_process *child)
{
    if (child->handle_is_open || !child->is_forgotten)
        return;
    *child->link = child->next;
    if (child->next != NULL)
        child->next->link = child->link;
    free(child);
}

static void on_closed(uv_handle_t *handle)
{
    struct child_process *child = handle->data;
    child->handle_is_open = false;
    free_if_over(child);
}

static void on_exit_of(uv_process_t *handle, int64_t exit_status, int signal_number)
{
    enum {
        SIGNALLED = 128
    };
    struct child_process *child = handle->data;
    child->is_over = true;
    child->exit_status = signal_number != 0 ? SIGNALLED + signal_number : (int)exit_status;
    child->all->running_count--;
    uv_close((uv_handle_t *)handle, on_closed);
}

void child_processes_poll(struct child_processes *children)
{
    uv_run(&children->loop, UV_RUN_NOWAIT);
}

int child_processes_count(const struct child_processes *children)
{
    return children->running_count;
}

/* What the system could not end is left to it. */
static void abandon_all(struct child_processes *children)
{
    for (struct child_process *child = children->first; child != NULL; child = child->next)
        if (!uv_is_closing((uv_handle_t *)&child->handle))
            uv_close((uv_handle_t *)&child->handle, on_closed);
}

void child_processes_close(struct child_processes *children)
{
    enum {
        PATIENCE_MS = 5000
    };
    if (children == NULL)
        return;
    for (struct child_process *child = children->first, *next; child != NULL; child = next) {
        next = child->next;
        child_process_close(child);
    }
    for (int i = 0; i < PATIENCE_MS && uv_run(&children->loop, UV_RUN_NOWAIT) != 0; i++)
        uv_sleep(1);
    abandon_all(children);
    uv_run(&children->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&children->loop) == 0)
        free(children);
}

static enum status status_of(int failure)
{
    switch (failure) {
    case UV_EACCES:
    case UV_EPERM:
        return STATUS_DENIED;
    case UV_ENOMEM:
        return STATUS_OUT_OF_MEMORY;
    default:
        return STATUS_SYSTEM;
    }
}

static int spawn(struct child_process *child, const char *const arguments[])
{
    uv_stdio_container_t streams[] = {
        {.flags = UV_IGNORE},
        {.flags = UV_INHERIT_FD, .data.fd = 1},
        {.flags = UV_INHERIT_FD, .data.fd = 2},
    };
    uv_process_options_t options = {
        .file = arguments[0],
        .args = (char **)(uintptr_t)arguments, /* libuv only reads them */
        .exit_cb = on_exit_of,
        .stdio = streams,
        .stdio_count = sizeof streams / sizeof streams[0],
    };
    return uv_spawn(&child->all->loop, &child->handle, &options);
}

enum status child_process_start(struct child_processes *children, const char *const arguments[],
                                struct child_process **child, const char **reason)
{
    *child = NULL;
    child_processes_poll(children); /* those that have ended make room */
    if (children->running_count >= CHILD_COUNT_MAX) {
        *reason = "too many programs run already";
        return STATUS_NO_SLOT;
    }
    struct child_process *started = calloc(1, sizeof *started);
    if (started == NULL) {
        *reason = status_sentence(STATUS_OUT_OF_MEMORY);
        return STATUS_OUT_OF_MEMORY;
    }
    started->handle.data = started;
    started->all = children;
    started->handle_is_open = true;
    started->next = children->first;
    started->link = &children->first;
    if (started->next != NULL)
        started->next->link = &started->next;
    children->first = started;
    int failure = spawn(started, arguments);
    if (failure != 0) { /* the handle is libuv's all the same */
        *reason = uv_strerror(failure);
        started->is_over = started->is_forgotten = true;
        uv_close((uv_handle_t *)&started->handle, on_closed);
        child_processes_poll(children);
        return status_of(failure);
    }
    started->pid = (int)uv_process_get_pid(&started->handle);
    children->running_count++;
    *child = started;
    return STATUS_OK;
}

int child_process_pid(const struct child_process *child)
{
    return child->pid;
}

bool child_process_is_over(const struct child_process *child, int *exit_status)
{
    *exit_status = child->exit_status;
    return child->is_over;
}

void child_process_kill(struct child_process *child)
{
    if (!child->is_over)
        uv_process_kill(&child->handle, SIGKILL);
}

void child_process_close(struct child_process *child)
{
    child_process_kill(child);
    child->is_forgotten = true;
    free_if_over(child);
}

bool child_process_own_program(char *path, size_t size)
{
    size_t length = size;
    return uv_exepath(path, &length) == 0 && length + 1 < size;
}

int child_process_processor_count(void)
{
    return (int)uv_available_parallelism();
}
