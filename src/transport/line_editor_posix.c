/*
 * The line editor on libedit. libedit reads a line in one call, and asks for characters one at a
 * time; whoever gives them out is the place where the program goes on meanwhile.
 */
#include "transport/line_editor_posix.h"

#include "transport/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TURN_INTERVAL_MS = 10, /* as often at least, although there are keys: a paste may be long */
    END_OF_TEXT = 4        /* Ctrl-D */
};

static struct {
    EditLine *edit;
    FILE *input, *terminal, *nowhere;
    const struct line_editor_handler *handler;
    void *owner;
    bool given_up;
    int64_t turned_ms;
    char *line;
    size_t line_capacity;
} editor;

/* A search shows itself below the line, as a part of its text. */
static bool is_searching(void)
{
    const LineInfoW *line = el_wline(editor.edit);
    const wchar_t *at = line->lastchar;
    while (at > line->buffer && at[-1] != L'\n')
        at--;
    return at > line->buffer && line->lastchar - at >= 4 &&
           (wcsncmp(at, L"bck", 3) == 0 || wcsncmp(at, L"fwd", 3) == 0) &&
           (at[3] == L':' || at[3] == L'?');
}

static void resume(void)
{
    el_wset(editor.edit, EL_PREP_TERM, 0); /* the shell may have set the terminal's modes */
    el_wset(editor.edit, EL_PREP_TERM, 1);
    modes_editing(false);
    modes_editing(true);
    view_restart();
}

static bool turn(void)
{
    if (modes_resumed())
        resume();
    view_tick();
    locale_leave();
    bool goes_on = editor.handler->turn(editor.owner);
    locale_enter();
    editor.turned_ms = clock_now_ms();
    return goes_on;
}

/* What libedit does to end its call must not be seen: the cursor is not where it believes. */
static int give_up(void)
{
    editor.given_up = true;
    keys_forget();
    view_leave();
    el_wset(editor.edit, EL_SETFP, 1, editor.nowhere);
    return -1;
}

static int next_character(EditLine *unused, wchar_t *character)
{
    (void)unused;
    for (;;) {
        if (clock_now_ms() - editor.turned_ms >= TURN_INTERVAL_MS && !turn())
            return give_up();
        switch (keys_next(character, is_searching())) {
        case KEY_CHARACTER:
            view_before_key();
            if (*character == L'\n' || *character == L'\r' || *character == END_OF_TEXT)
                view_settle();
            return 1;
        case KEY_END:
            return 0;
        case KEY_NONE:
            break;
        }
        if (!turn())
            return give_up();
    }
}

static unsigned char on_tab(EditLine *edit, int unused)
{
    (void)unused;
    return completion_run(edit, editor.handler, editor.owner);
}

static unsigned char on_clear(EditLine *unused, int unused_too)
{
    (void)unused;
    (void)unused_too;
    view_clear();
    return CC_NORM;
}

static void bind_keys(EditLine *edit)
{
    static const char *const bindings[][2] = {
        {"^R", "em-inc-search-prev"},
        {"^S", "em-inc-search-next"},
        {"^W", "ed-delete-prev-word"},
        {"^U", "em-kill-line"},
        {"^I", "tm-complete"},
        {"^L", "tm-clear"},
        {"\\e[H", "ed-move-to-beg"},
        {"\\eOH", "ed-move-to-beg"},
        {"\\e[1~", "ed-move-to-beg"},
        {"\\e[7~", "ed-move-to-beg"},
        {"\\e[F", "ed-move-to-end"},
        {"\\eOF", "ed-move-to-end"},
        {"\\e[4~", "ed-move-to-end"},
        {"\\e[8~", "ed-move-to-end"},
        {"\\e[3~", "ed-delete-next-char"},
        {"\\e[1;5C", "em-next-word"},
        {"\\e[1;5D", "ed-prev-word"},
        {"\\e[1;3C", "em-next-word"},
        {"\\e[1;3D", "ed-prev-word"},
        {"\\e[5C", "em-next-word"},
        {"\\e[5D", "ed-prev-word"},
        {"\\eOc", "em-next-word"},
        {"\\eOd", "ed-prev-word"},
        {"\\e[A", "ed-prev-history"},
        {"\\e[B", "ed-next-history"},
        {"\\e[C", "ed-next-char"},
        {"\\e[D", "ed-prev-char"},
        {"\\eOA", "ed-prev-history"},
        {"\\eOB", "ed-next-history"},
        {"\\eOC", "ed-next-char"},
        {"\\eOD", "ed-prev-char"},
    };
    /* Wide, because libedit never frees what it would make of others. */
    el_wset(edit, EL_ADDFN, L"tm-complete", L"Completes the word", on_tab);
    el_wset(edit, EL_ADDFN, L"tm-clear", L"Clears the screen", on_clear);
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++)
        el_set(edit, EL_BIND, bindings[i][0], bindings[i][1], NULL);
}

static FILE *stream_of(int descriptor, const char *mode)
{
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    FILE *stream = copy >= 0 ? fdopen(copy, mode) : NULL;
    if (stream == NULL && copy >= 0)
        close(copy);
    return stream;
}

static void close_stream(FILE **stream)
{
    if (*stream != NULL)
        fclose(*stream);
    *stream = NULL;
}

static bool make_editor(void)
{
    editor.input = stream_of(STDIN_FILENO, "r");
    editor.terminal = stream_of(STDOUT_FILENO, "w");
    editor.nowhere = fopen("/dev/null", "we");
    if (editor.input == NULL || editor.terminal == NULL || editor.nowhere == NULL)
        return false;
    setvbuf(editor.terminal, NULL, _IOFBF, 64 * 1024);
    editor.edit = el_init("tmlua", editor.input, editor.terminal, editor.terminal);
    if (editor.edit == NULL)
        return false;
    el_set(editor.edit, EL_SIGNAL, 0);
    el_set(editor.edit, EL_EDITOR, "emacs");
    el_set(editor.edit, EL_SETTY, "-d", "-ixon", NULL); /* Ctrl-S searches */
    el_wset(editor.edit, EL_PROMPT, view_prompt);
    el_wset(editor.edit, EL_GETCFN, next_character);
    bind_keys(editor.edit);
    el_source(editor.edit, NULL); /* ~/.editrc: the person knows best */
    return history_attach(editor.edit);
}

static void destroy_editor(void)
{
    history_detach();
    if (editor.edit != NULL)
        el_end(editor.edit);
    editor.edit = NULL;
    close_stream(&editor.input);
    close_stream(&editor.terminal);
    close_stream(&editor.nowhere);
    free(editor.line);
    editor.line = NULL;
    editor.line_capacity = 0;
}

static bool is_capable(void)
{
    const char *type = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && type != NULL && type[0] != 0 &&
           strcmp(type, "dumb") != 0;
}

bool line_editor_open(const struct line_editor_handler *handler, void *owner)
{
    static bool registered;
    if (editor.edit != NULL || !is_capable())
        return false;
    if (!registered)
        registered = atexit(line_editor_close) == 0;
    modes_open();
    locale_enter();
    bool made = make_editor() && streams_take();
    locale_leave();
    if (!made) {
        destroy_editor();
        modes_close();
        return false;
    }
    editor.handler = handler;
    editor.owner = owner;
    view_open(editor.edit, editor.terminal, handler, owner);
    return true;
}

void line_editor_close(void)
{
    if (editor.edit == NULL)
        return;
    streams_give_back();
    view_close();
    modes_editing(false);
    destroy_editor();
    modes_close();
}

void line_editor_print(const char *text, size_t size)
{
    if (editor.edit != NULL) {
        view_print(text, size, false);
        return;
    }
    while (size > 0) { /* a stream that Lua has kept from when the editor was open */
        ssize_t written = write(STDOUT_FILENO, text, size);
        if (written < 0 && errno != EINTR)
            return;
        text += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
}

/* The line as UTF-8 without its end; false: no memory. */
static bool take_line(const wchar_t *wide, size_t count, const char **line, size_t *size)
{
    if (editor.line_capacity < count * 4 + 1) {
        char *larger = realloc(editor.line, count * 4 + 1);
        if (larger == NULL)
            return false;
        editor.line = larger;
        editor.line_capacity = count * 4 + 1;
    }
    *size = 0;
    for (size_t i = 0; i < count; i++)
        *size += utf8_encode(wide[i], editor.line + *size);
    editor.line[*size] = 0;
    *line = editor.line;
    return true;
}

/*
 * Between two lines the terminal is as it was found, for what the line may start. If the next
 * line is there already it is not: the terminal would show it now, and once more when it is read.
 */
static void after_reading(void)
{
    bool waits = keys_line_waits();
    if (waits)
        el_wset(editor.edit, EL_PREP_TERM, 1);
    modes_editing(waits);
}

enum line_editor_result line_editor_read(const char **line, size_t *size)
{
    int count = 0;
    enum line_editor_result result = LINE_EDITOR_LINE;
    if (editor.edit == NULL)
        return LINE_EDITOR_END;
    fflush(stdout);
    fflush(stderr);
    locale_enter();
    editor.given_up = false;
    el_wset(editor.edit, EL_PREP_TERM, 1); /* from here on the terminal shows no key by itself */
    bool afresh = !modes_editing(true);
    if (afresh)
        keys_begin();
    view_begin(afresh);
    const wchar_t *wide = el_wgets(editor.edit, &count);
    if (editor.given_up) {
        el_wset(editor.edit, EL_SETFP, 1, editor.terminal);
        result = LINE_EDITOR_GIVEN_UP;
    } else if (wide == NULL || count <= 0) {
        view_leave();
        result = LINE_EDITOR_END;
    } else {
        view_end();
        if (!take_line(wide, (size_t)count - 1, line, size))
            result = LINE_EDITOR_END;
    }
    after_reading();
    locale_leave();
    return result;
}
