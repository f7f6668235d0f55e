/*
 * Real processes for end-to-end tests: start one, read what it says without ever blocking it,
 * wait for its words or its end with a deadline, and never leave it behind. It refuses to guess:
 * no shell, no search for processes by name, signals only to the pid it started.
 */
#ifndef TEST_SUPPORT_PROCESS_H
#define TEST_SUPPORT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum process_stream {
    PROCESS_STDOUT,
    PROCESS_STDERR
};

enum process_stdin {
    PROCESS_STDIN_NONE, /* /dev/null */
    PROCESS_STDIN_TEXT, /* the text, then end of file */
    PROCESS_STDIN_OPEN  /* the text if any; stays open for process_write */
};

struct process_options {
    const char *const *argv; /* NULL-terminated; argv[0] is the program's path */
    const char *const *env;  /* "NAME=VALUE" added to ours, NULL-terminated, or NULL */
    enum process_stdin stdin_mode;
    const char *stdin_text; /* borrowed for the call */
};

struct process;

/* NULL when it could not be started (errno tells). The caller owns the handle: process_close. */
struct process *process_spawn(const struct process_options *options);

/* The usual case: no stdin, our own environment. */
struct process *process_run(const char *const *argv);

/* Kills it if it still runs, reaps it, frees the handle. NULL is allowed. */
void process_close(struct process *process);

/* Closes whatever is still open: for a teardown after a failed assertion. */
void process_close_all(void);

pid_t process_pid(const struct process *process);

/* Moves bytes for at most this long or until something happened. For tests busy elsewhere. */
void process_pump(struct process *process, int budget_ms);

/* True when it has ended in time; its last words are then all captured. */
bool process_wait_exit(struct process *process, int budget_ms);

/* True when the stream contains the text in time; false at once when it ended without it. */
bool process_wait_text(struct process *process, enum process_stream stream, const char *text,
                       int budget_ms);

/* Everything captured so far, terminated; valid until the next call on this process. */
const char *process_text(const struct process *process, enum process_stream stream);

/* Queues bytes for its stdin (PROCESS_STDIN_OPEN); they move whenever the process is waited on. */
void process_write(struct process *process, const char *text);
void process_close_stdin(struct process *process);

/* To exactly this pid, and only while it has not been reaped. */
bool process_signal(struct process *process, int signal_number);

bool process_is_running(struct process *process);
int process_exit_status(const struct process *process); /* -1: still running, or a signal */
int process_end_signal(const struct process *process);  /* 0: still running, or an exit */

/* Of a running child, from /proc; -1 when it is gone. */
long process_cpu_ms(const struct process *process);
long process_resident_kib(const struct process *process);
long process_descriptor_count(const struct process *process);

/* Whether it has at most that many in time: one that is being closed just now is no leak. */
bool process_descriptors_fall_to(struct process *process, long count, int budget_ms);

/* Paths of what is under test: TMLUA_BIN, TMSIM_BIN, TMLUA_ROOT or the places in the tree. */
const char *process_tmlua(void);
const char *process_tmsim(void);
const char *process_root(void);

/* Whether what is under test are the Windows programs, run by Wine: TMLUA_WINE is set. */
bool process_is_wine(void);

/*
 * The signal that asks the program under test to end, which it answers with exit status 128 + n
 * or, as a game, with 0. SIGTERM; under Wine SIGINT, which arrives as Ctrl-C, because Wine ends a
 * process at a SIGTERM without asking it.
 */
int process_end_request(void);

/* A slot name no other run on this machine uses; the buffer holds at least 48 bytes. */
enum {
    PROCESS_SLOT_NAME_SIZE = 48
};
const char *process_slot_name(char *buffer);

#endif
