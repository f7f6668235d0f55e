/*
 * The line editor on Windows: the console edits by itself, and keeps its own history. A thread
 * reads the lines, so that the program goes on meanwhile; what is typed cannot be seen from here,
 * so output goes where the cursor is, and the prompt is printed again after it.
 */
#include "transport/line_editor.h"

#include "transport/clock.h"
#include "transport/line_input.h"

#include <stdio.h>
#include <string.h>
#include <windows.h>

enum {
    ASK_INTERVAL_MS = 100,
    TEXT_SIZE_MAX = 512
};

static struct {
    const struct line_editor_handler *handler;
    void *owner;
    bool open;
    bool reading;
    bool prompted;    /* the prompt is the last thing that was written */
    bool within_line; /* the last output has no end */
    int64_t asked_ms;
    char title[TEXT_SIZE_MAX];
    char title_before[TEXT_SIZE_MAX];
} editor;

/* For a person alone: from a pipe lines are read without a word. */
static bool has_console(void)
{
    DWORD mode;
    return GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) &&
           GetConsoleMode(GetStdHandle(STD_OUTPUT_HANDLE), &mode);
}

bool line_editor_open(const struct line_editor_handler *handler, void *owner)
{
    if (editor.open || !has_console())
        return false;
    editor.handler = handler;
    editor.owner = owner;
    editor.open = true;
    GetConsoleTitleA(editor.title_before, sizeof editor.title_before);
    return true;
}

void line_editor_close(void)
{
    if (!editor.open)
        return;
    editor.open = false;
    fflush(stdout);
    fflush(stderr);
    if (editor.title[0] != 0)
        SetConsoleTitleA(editor.title_before);
    editor.title[0] = 0;
}

static void show_prompt(void)
{
    const char *prompt = editor.handler->prompt(editor.owner);
    if (editor.within_line)
        fputc('\n', stdout);
    editor.within_line = false;
    fputs(prompt != NULL ? prompt : "", stdout);
    fflush(stdout);
    editor.prompted = true;
}

/* The status has no place among the lines; the title of the window has one for it. */
static void show_status(void)
{
    const char *status = editor.handler->status != NULL ? editor.handler->status(editor.owner) : "";
    editor.asked_ms = clock_now_ms();
    if (status == NULL || strncmp(status, editor.title, sizeof editor.title - 1) == 0)
        return;
    snprintf(editor.title, sizeof editor.title, "%s", status);
    SetConsoleTitleA(editor.title);
}

static bool take_turn(void)
{
    if (!editor.prompted)
        show_prompt();
    if (clock_now_ms() - editor.asked_ms >= ASK_INTERVAL_MS)
        show_status();
    bool goes_on = editor.handler->turn(editor.owner);
    fflush(stdout);
    return goes_on;
}

static enum line_editor_result read_line(const char **line, size_t *size)
{
    for (;;) {
        switch (line_input_poll(line, size)) {
        case LINE_INPUT_LINE:
            return LINE_EDITOR_LINE;
        case LINE_INPUT_END:
            return LINE_EDITOR_END;
        case LINE_INPUT_NONE:
            break;
        }
        if (!take_turn())
            return LINE_EDITOR_GIVEN_UP;
    }
}

enum line_editor_result line_editor_read(const char **line, size_t *size)
{
    if (!editor.open)
        return LINE_EDITOR_END;
    editor.reading = true;
    show_prompt();
    enum line_editor_result result = read_line(line, size);
    editor.reading = false;
    if (result != LINE_EDITOR_LINE)
        fputc('\n', stdout);
    return result;
}

void line_editor_print(const char *text, size_t size)
{
    if (size == 0)
        return;
    if (editor.reading && editor.prompted)
        fputc('\n', stdout);
    fwrite(text, 1, size, stdout);
    fflush(stdout);
    editor.prompted = false;
    editor.within_line = text[size - 1] != '\n';
}

int line_editor_columns(void)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (!GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &info))
        return 80;
    return info.srWindow.Right - info.srWindow.Left + 1;
}

/* The console has one of its own. */
bool line_editor_history(const char *path, size_t count_max)
{
    (void)path;
    (void)count_max;
    return true;
}

void line_editor_remember(const char *text)
{
    (void)text;
}
