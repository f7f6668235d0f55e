#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "support/process.h"

#include "support/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct text {
    char *bytes;
    size_t size;
    size_t capacity;
};

struct process {
    struct process *next;
    pid_t pid;
    int exit_fd; /* pidfd: readable when the child has ended; -1 on old kernels */
    int stdin_fd;
    bool stdin_stays;
    int output_fd[2];
    struct text output[2];
    struct text input;
    size_t input_done;
    bool reaped;
    int wait_status;
};

static struct process *all_processes;

static void text_append(struct text *text, const char *bytes, size_t size)
{
    if (size >= text->capacity - text->size) {
        text->capacity = (text->size + size) * 2 + 256;
        text->bytes = realloc(text->bytes, text->capacity);
        if (text->bytes == NULL)
            abort();
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    text->bytes[text->size] = '\0';
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Runs in the child between fork and exec: async-signal-safe calls only. */
static void become_program(const struct process_options *options, char **env, const int fds[3],
                           pid_t parent)
{
    int i;

    /* A test that crashes must not leave its game running. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    for (i = 0; i < 3; i++)
        dup2(fds[i], i);
    signal(SIGPIPE, SIG_DFL);
    environ = env;
    execv(options->argv[0], (char *const *)options->argv);
    _exit(127);
}

/* Ours plus the additions; getenv takes the first match, so additions come first. */
static char **merged_environment(const char *const *additions)
{
    size_t added = 0, inherited = 0;
    char **merged;

    while (additions != NULL && additions[added] != NULL)
        added++;
    while (environ[inherited] != NULL)
        inherited++;
    merged = calloc(added + inherited + 1, sizeof *merged);
    if (merged == NULL)
        abort();
    if (added > 0)
        memcpy(merged, additions, added * sizeof *merged);
    memcpy(merged + added, environ, inherited * sizeof *merged);
    return merged;
}

static bool open_pipes(int pipes[3][2], bool with_stdin)
{
    int i;

    for (i = 0; i < 3; i++)
        pipes[i][0] = pipes[i][1] = -1;
    if (with_stdin && pipe2(pipes[0], O_CLOEXEC) != 0)
        return false;
    if (!with_stdin && (pipes[0][0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
        return false;
    return pipe2(pipes[1], O_CLOEXEC) == 0 && pipe2(pipes[2], O_CLOEXEC) == 0;
}

static void adopt_child(struct process *process, int pipes[3][2])
{
    int i;

    close_fd(&pipes[0][0]);
    close_fd(&pipes[1][1]);
    close_fd(&pipes[2][1]);
    process->stdin_fd = pipes[0][1];
    process->output_fd[0] = pipes[1][0];
    process->output_fd[1] = pipes[2][0];
    for (i = 0; i < 2; i++) {
        fcntl(process->output_fd[i], F_SETFL, O_NONBLOCK);
        text_append(&process->output[i], "", 0);
    }
    if (process->stdin_fd >= 0)
        fcntl(process->stdin_fd, F_SETFL, O_NONBLOCK);
    process->exit_fd = (int)syscall(SYS_pidfd_open, process->pid, 0);
    process->next = all_processes;
    all_processes = process;
}

struct process *process_spawn(const struct process_options *options)
{
    struct process *process = calloc(1, sizeof *process);
    char **env = merged_environment(options->env);
    pid_t parent = getpid();
    int pipes[3][2], i;

    /* A child that closes its stdin early must not kill the test. */
    signal(SIGPIPE, SIG_IGN);
    if (process == NULL)
        abort();
    process->pid = -1;
    if (open_pipes(pipes, options->stdin_mode != PROCESS_STDIN_NONE))
        process->pid = fork();
    if (process->pid == 0) {
        int child_fds[3] = {pipes[0][0], pipes[1][1], pipes[2][1]};

        become_program(options, env, child_fds, parent);
    }
    free(env);
    if (process->pid < 0) {
        for (i = 0; i < 6; i++)
            close_fd(&pipes[i / 2][i % 2]);
        free(process);
        return NULL;
    }
    adopt_child(process, pipes);
    process->stdin_stays = options->stdin_mode == PROCESS_STDIN_OPEN;
    if (options->stdin_text != NULL)
        process_write(process, options->stdin_text);
    return process;
}

struct process *process_run(const char *const *argv)
{
    struct process_options options = {argv, NULL, PROCESS_STDIN_NONE, NULL};

    return process_spawn(&options);
}

static void feed_stdin(struct process *process)
{
    size_t left = process->input.size - process->input_done;
    ssize_t written = 0;

    if (process->stdin_fd < 0)
        return;
    if (left > 0)
        written = write(process->stdin_fd, process->input.bytes + process->input_done, left);
    if (written > 0)
        process->input_done += (size_t)written;
    else if (written < 0 && errno != EAGAIN && errno != EINTR)
        close_fd(&process->stdin_fd);
    if (process->input_done == process->input.size && !process->stdin_stays)
        close_fd(&process->stdin_fd);
}

static void drain_output(struct process *process, int stream)
{
    char chunk[4096];
    ssize_t got;

    while (process->output_fd[stream] >= 0) {
        got = read(process->output_fd[stream], chunk, sizeof chunk);
        if (got > 0)
            text_append(&process->output[stream], chunk, (size_t)got);
        else if (got < 0 && errno == EINTR)
            continue;
        else if (got < 0 && errno == EAGAIN)
            break;
        else
            close_fd(&process->output_fd[stream]);
    }
}

static void try_reap(struct process *process)
{
    if (!process->reaped && waitpid(process->pid, &process->wait_status, WNOHANG) == process->pid)
        process->reaped = true;
    if (process->reaped) {
        /* Ended: what is in the pipes now is all there will be from it. */
        drain_output(process, 0);
        drain_output(process, 1);
    }
}

void process_pump(struct process *process, int budget_ms)
{
    bool feeding = process->stdin_fd >= 0 && process->input_done < process->input.size;
    struct pollfd fds[4] = {
        {process->output_fd[0], POLLIN, 0},
        {process->output_fd[1], POLLIN, 0},
        {feeding ? process->stdin_fd : -1, POLLOUT, 0},
        {process->reaped ? -1 : process->exit_fd, POLLIN, 0},
    };

    /* Without a pidfd the end of the child has no event; look for it every 5 ms. */
    if (process->exit_fd < 0 && budget_ms > 5)
        budget_ms = 5;
    if (!feeding)
        feed_stdin(process);
    poll(fds, 4, process->reaped ? 0 : budget_ms);
    if (feeding && fds[2].revents != 0)
        feed_stdin(process);
    drain_output(process, 0);
    drain_output(process, 1);
    try_reap(process);
}

bool process_wait_exit(struct process *process, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);

    try_reap(process);
    while (!process->reaped && !deadline_passed(deadline))
        process_pump(process, deadline_left_ms(deadline));
    return process->reaped;
}

bool process_wait_text(struct process *process, enum process_stream stream, const char *text,
                       int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);

    process_pump(process, 0);
    while (strstr(process->output[stream].bytes, text) == NULL) {
        if (process->reaped || deadline_passed(deadline))
            return false;
        process_pump(process, deadline_left_ms(deadline));
    }
    return true;
}

const char *process_text(const struct process *process, enum process_stream stream)
{
    return process->output[stream].bytes;
}

void process_write(struct process *process, const char *text)
{
    text_append(&process->input, text, strlen(text));
    feed_stdin(process);
}

void process_close_stdin(struct process *process)
{
    process->stdin_stays = false;
    feed_stdin(process);
}

bool process_signal(struct process *process, int signal_number)
{
    try_reap(process);
    /* Once reaped the pid may belong to a stranger. */
    return !process->reaped && kill(process->pid, signal_number) == 0;
}

bool process_is_running(struct process *process)
{
    try_reap(process);
    return !process->reaped;
}

pid_t process_pid(const struct process *process)
{
    return process->pid;
}

int process_exit_status(const struct process *process)
{
    if (!process->reaped || !WIFEXITED(process->wait_status))
        return -1;
    return WEXITSTATUS(process->wait_status);
}

int process_end_signal(const struct process *process)
{
    if (!process->reaped || !WIFSIGNALED(process->wait_status))
        return 0;
    return WTERMSIG(process->wait_status);
}

void process_close(struct process *process)
{
    struct process **link = &all_processes;
    int i;

    if (process == NULL)
        return;
    if (process_signal(process, SIGKILL)) {
        while (waitpid(process->pid, &process->wait_status, 0) < 0 && errno == EINTR)
            continue;
    }
    while (*link != NULL && *link != process)
        link = &(*link)->next;
    if (*link != NULL)
        *link = process->next;
    close_fd(&process->stdin_fd);
    close_fd(&process->exit_fd);
    for (i = 0; i < 2; i++) {
        close_fd(&process->output_fd[i]);
        free(process->output[i].bytes);
    }
    free(process->input.bytes);
    free(process);
}

void process_close_all(void)
{
    while (all_processes != NULL)
        process_close(all_processes);
}
