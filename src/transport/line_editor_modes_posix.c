/*
 * The terminal's modes, as far as somebody else than libedit has to set them back: a signal that
 * ends or stops the program. What runs in a handler here is safe there: tcsetattr, write, raise.
 */
#include "transport/line_editor_posix.h"

#include "transport/interrupt.h"

#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int ends[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};

enum {
    END_COUNT = sizeof ends / sizeof ends[0]
};

static struct {
    struct termios found;
    struct sigaction end_before[END_COUNT];
    struct sigaction stop_before, resume_before;
    volatile sig_atomic_t editing, resumed;
} modes;

static void say(const char *text)
{
    ssize_t written = write(STDOUT_FILENO, text, strlen(text));
    (void)written;
}

/* Safe in a signal handler. */
static void set_back(void)
{
    if (!modes.editing)
        return;
    say("\033[?2004l\r\n");
    tcsetattr(STDIN_FILENO, TCSANOW, &modes.found);
}

static void on_end(int number)
{
    set_back();
    signal(number, SIG_DFL);
    raise(number); /* delivered as this returns */
}

static void on_stop(int number)
{
    struct sigaction ours;
    set_back();
    sigaction(number, NULL, &ours);
    signal(number, SIG_DFL);
    raise(number);
    sigset_t only, before;
    sigemptyset(&only);
    sigaddset(&only, number);
    sigprocmask(SIG_UNBLOCK, &only, &before); /* stops here, and goes on here */
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(number, &ours, NULL);
}

static void on_resume(int number)
{
    (void)number;
    modes.resumed = 1;
}

static void catch_signal(int number, void (*handler)(int), struct sigaction *before)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(number, NULL, before);
    if (before->sa_handler == SIG_DFL) /* else somebody knows better what to do */
        sigaction(number, &action, NULL);
}

void modes_open(void)
{
    tcgetattr(STDIN_FILENO, &modes.found);
    for (int i = 0; i < END_COUNT; i++)
        catch_signal(ends[i], on_end, &modes.end_before[i]);
    catch_signal(SIGTSTP, on_stop, &modes.stop_before);
    catch_signal(SIGCONT, on_resume, &modes.resume_before);
    interrupt_before_end(set_back);
}

static void release(int number, void (*handler)(int), const struct sigaction *before)
{
    struct sigaction now;
    sigaction(number, NULL, &now);
    if (now.sa_handler == handler)
        sigaction(number, before, NULL);
}

void modes_close(void)
{
    modes.editing = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &modes.found);
    interrupt_before_end(NULL);
    for (int i = 0; i < END_COUNT; i++)
        release(ends[i], on_end, &modes.end_before[i]);
    release(SIGTSTP, on_stop, &modes.stop_before);
    release(SIGCONT, on_resume, &modes.resume_before);
}

bool modes_editing(bool editing)
{
    bool before = modes.editing != 0;
    modes.editing = editing;
    if (editing != before)
        say(editing ? "\033[?2004h" : "\033[?2004l"); /* bracketed paste */
    return before;
}

bool modes_resumed(void)
{
    bool resumed = modes.resumed != 0;
    modes.resumed = 0;
    return resumed;
}
