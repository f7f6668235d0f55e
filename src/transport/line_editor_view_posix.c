/*
 * What is on the screen while a line is read: output above, then the status, the prompt and the
 * typed text. The text is drawn by libedit, which takes the cursor to be at the beginning of an
 * empty row when it is told to draw everything. Everything goes through one buffered stream and
 * leaves it in one piece, so that nothing flickers.
 */
#include "transport/clock.h"
#include "transport/line_editor_layout_posix.h"
#include "transport/line_editor_posix.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    DRAW_INTERVAL_MS = 15, /* output that comes faster is collected for so long */
    ASK_INTERVAL_MS = 100, /* for a prompt and a status that have changed, and the size */
    COLLECTED_SIZE_MAX = 64 * 1024,
    TEXT_COUNT_MAX = 512
};

struct texts {
    wchar_t prompt[TEXT_COUNT_MAX];
    wchar_t status[TEXT_COUNT_MAX]; /* cut to the columns there are */
};

static struct {
    EditLine *edit;
    FILE *terminal;
    const struct line_editor_handler *handler;
    void *owner;
    int columns, rows;
    bool reading;
    bool drawn;         /* prompt and text are on the screen */
    bool asking;        /* what is printed meanwhile is collected */
    bool settled;       /* the status is to stay away */
    bool resized;       /* and libedit does not know it yet */
    struct texts shown; /* where the typed text stands depends on it */
    struct texts asked;
    int status_columns; /* of the status that is on the screen; -1: it is not */
    int column;         /* where output is to go on, in a row above if the prompt is drawn */
    int64_t drawn_ms, asked_ms;
    size_t collected_size;
    char collected[COLLECTED_SIZE_MAX];
} view;

static void measure(int *columns, int *rows)
{
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    *columns = known && size.ws_col > 1 ? size.ws_col : 80;
    *rows = known && size.ws_row > 1 ? size.ws_row : 24;
}

int line_editor_columns(void)
{
    int columns, rows;
    measure(&columns, &rows);
    return columns;
}

static struct layout layout(void)
{
    return layout_line(view.shown.prompt, el_wline(view.edit), view.columns, view.rows);
}

/* Asks the owner; true if the answers are others than what is shown. */
static bool ask(void)
{
    const struct line_editor_handler *handler = view.handler;
    view.asking = true;
    const char *prompt = handler->prompt(view.owner);
    utf8_to_plain(prompt != NULL ? prompt : "", view.asked.prompt, TEXT_COUNT_MAX);
    const char *status = handler->status != NULL ? handler->status(view.owner) : NULL;
    utf8_to_plain(status != NULL ? status : "", view.asked.status, TEXT_COUNT_MAX);
    layout_cut(view.asked.status, view.columns);
    view.asking = false;
    view.asked_ms = clock_now_ms();
    return wcscmp(view.asked.prompt, view.shown.prompt) != 0 ||
           wcscmp(view.asked.status, view.shown.status) != 0;
}

/* Rows that the status takes now, with what has become of it in a terminal made narrower. */
static int status_rows(void)
{
    if (view.status_columns < 0)
        return 0;
    int rows = (view.status_columns + view.columns - 1) / view.columns;
    return rows > 0 ? rows : 1;
}

/*
 * Takes note of the size. The terminal is taken to have wrapped again what it shows when that
 * changed, as most of them do, so what is shown must not be touched before.
 */
static bool has_new_size(void)
{
    int columns, rows;
    measure(&columns, &rows);
    if (columns == view.columns && rows == view.rows)
        return false;
    view.columns = columns;
    view.rows = rows;
    view.column = 0;
    view.resized = true;
    return true;
}

/* Everything below the output goes, and the cursor is where output goes on. */
static void erase(void)
{
    has_new_size();
    if (!view.drawn)
        return;
    int up = layout().cursor_row + status_rows();
    fputc('\r', view.terminal);
    if (up > 0)
        fprintf(view.terminal, "\033[%dA", up);
    fputs("\033[J", view.terminal);
    if (view.column > 0)
        fprintf(view.terminal, "\033[A\033[%dC", view.column);
    view.drawn = false;
    view.status_columns = -1;
}

static void draw_status(void)
{
    view.status_columns = -1;
    if (view.shown.status[0] == 0 || view.settled || layout().row + 2 > view.rows)
        return;
    view.status_columns = layout_cut(view.shown.status, view.columns);
    for (const wchar_t *at = view.shown.status; *at != 0; at++) {
        char bytes[4];
        fwrite(bytes, 1, utf8_encode(*at, bytes), view.terminal);
    }
    fputc('\n', view.terminal);
}

/* All that stands above the text that libedit draws. */
static void draw_head(void)
{
    ask();
    view.shown = view.asked;
    if (view.column > 0)
        fputc('\n', view.terminal);
    if (view.column >= view.columns)
        view.column = 0; /* the row is full: nothing can be added to it */
    draw_status();
    view.drawn = true;
    view.drawn_ms = clock_now_ms();
}

static void draw(void)
{
    draw_head();
    if (view.resized)
        el_resize(view.edit);
    view.resized = false;
    el_wset(view.edit, EL_REFRESH);
    fflush(view.terminal);
}

static void put(const char *text, size_t size)
{
    if (size == 0)
        return;
    fwrite(text, 1, size, view.terminal);
    view.column = layout_output(view.column, text, size, view.columns);
}

static void put_collected(void)
{
    put(view.collected, view.collected_size);
    view.collected_size = 0;
}

void view_print(const char *text, size_t size, bool at_once)
{
    bool fits = size <= sizeof view.collected - view.collected_size;
    bool early = clock_now_ms() - view.drawn_ms < DRAW_INTERVAL_MS;
    if (view.asking && !fits)
        return; /* so much by a function that makes a prompt */
    if (fits && (view.asking || (view.reading && early && !at_once))) {
        memcpy(view.collected + view.collected_size, text, size);
        view.collected_size += size;
        return;
    }
    locale_enter();
    if (view.reading)
        erase();
    put_collected();
    put(text, size);
    if (view.reading && (!early || at_once))
        draw();
    else
        fflush(view.terminal);
    locale_leave();
}

static void redraw(void)
{
    erase();
    put_collected();
    draw();
}

static bool output_is_due(void)
{
    return (view.collected_size > 0 || !view.drawn) &&
           clock_now_ms() - view.drawn_ms >= DRAW_INTERVAL_MS;
}

void view_tick(void)
{
    if (output_is_due() || has_new_size())
        redraw();
    if (clock_now_ms() - view.asked_ms >= ASK_INTERVAL_MS && (ask() || view.settled)) {
        view.settled = false;
        redraw();
    }
}

void view_before_key(void)
{
    if (!view.drawn || has_new_size())
        redraw();
}

void view_open(EditLine *edit, FILE *terminal, const struct line_editor_handler *handler,
               void *owner)
{
    view.edit = edit;
    view.terminal = terminal;
    view.handler = handler;
    view.owner = owner;
    view.status_columns = -1;
    measure(&view.columns, &view.rows);
}

void view_close(void)
{
    put_collected();
    fflush(view.terminal);
    view.reading = false;
}

wchar_t *view_prompt(EditLine *edit)
{
    (void)edit;
    return view.shown.prompt;
}

/*
 * What was typed while nobody read, or what another program has printed, may have left the cursor
 * within a row. A row of spaces begins a new one then, and otherwise not.
 */
static void begin_row(void)
{
    fprintf(view.terminal, "%*s\r\033[K", view.columns, "");
    view.column = 0;
}

void view_begin(bool unseen)
{
    measure(&view.columns, &view.rows);
    if (unseen)
        begin_row();
    view.reading = true;
    view.settled = false;
    draw_head();
    view.column = 0;
}

void view_settle(void)
{
    view.settled = true;
    if (view.collected_size > 0 || !view.drawn || view.status_columns >= 0)
        redraw();
}

void view_leave(void)
{
    view_settle();
    struct layout at = layout();
    if (at.row > at.cursor_row)
        fprintf(view.terminal, "\033[%dB", at.row - at.cursor_row);
    fputs("\r\n", view.terminal);
    fflush(view.terminal);
    view_end();
}

void view_end(void)
{
    view.reading = false;
    view.drawn = false;
    view.column = 0;
}

void view_restart(void)
{
    view.drawn = false;
    view.status_columns = -1;
    view.column = 0;
    draw();
}

void view_clear(void)
{
    fputs("\033[H\033[2J", view.terminal);
    view_restart();
}
