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
    struct texts shown; /* where the typed text stands depends on it */
    struct texts asked;
    int status_columns; /* of the status that is on the screen; -1: it is not */
    int column;         /* where output is to go on, in a row above if the prompt is drawn */
    int64_t drawn_ms, asked_ms;
    size_t collected_size;
    char collected[COLLECTED_SIZE_MAX];
} screen;

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
    return layout_line(screen.shown.prompt, el_wline(screen.edit), screen.columns, screen.rows);
}

/* Asks the owner; true if the answers are others than what is shown. */
static bool ask(void)
{
    const struct line_editor_handler *handler = screen.handler;
    screen.asking = true;
    const char *prompt = handler->prompt(screen.owner);
    utf8_to_plain(prompt != NULL ? prompt : "", screen.asked.prompt, TEXT_COUNT_MAX);
    const char *status = handler->status != NULL ? handler->status(screen.owner) : NULL;
    utf8_to_plain(status != NULL ? status : "", screen.asked.status, TEXT_COUNT_MAX);
    layout_cut(screen.asked.status, screen.columns);
    screen.asking = false;
    screen.asked_ms = clock_now_ms();
    return wcscmp(screen.asked.prompt, screen.shown.prompt) != 0 ||
           wcscmp(screen.asked.status, screen.shown.status) != 0;
}

/* Rows that the status takes now, with what has become of it in a terminal made narrower. */
static int status_rows(void)
{
    if (screen.status_columns < 0)
        return 0;
    int rows = (screen.status_columns + screen.columns - 1) / screen.columns;
    return rows > 0 ? rows : 1;
}

/* Everything below the output goes, and the cursor is where output goes on. */
static void erase(void)
{
    if (!screen.drawn)
        return;
    int up = layout().cursor_row + status_rows();
    fputc('\r', screen.terminal);
    if (up > 0)
        fprintf(screen.terminal, "\033[%dA", up);
    fputs("\033[J", screen.terminal);
    if (screen.column > 0)
        fprintf(screen.terminal, "\033[A\033[%dC", screen.column);
    screen.drawn = false;
    screen.status_columns = -1;
}

static void draw_status(void)
{
    screen.status_columns = -1;
    if (screen.shown.status[0] == 0 || screen.settled || layout().row + 2 > screen.rows)
        return;
    screen.status_columns = layout_cut(screen.shown.status, screen.columns);
    for (const wchar_t *at = screen.shown.status; *at != 0; at++) {
        char bytes[4];
        fwrite(bytes, 1, utf8_encode(*at, bytes), screen.terminal);
    }
    fputc('\n', screen.terminal);
}

/* All that stands above the text that libedit draws. */
static void draw_head(void)
{
    ask();
    screen.shown = screen.asked;
    if (screen.column > 0)
        fputc('\n', screen.terminal);
    if (screen.column >= screen.columns)
        screen.column = 0; /* the row is full: nothing can be added to it */
    draw_status();
    screen.drawn = true;
    screen.drawn_ms = clock_now_ms();
}

static void draw(void)
{
    draw_head();
    el_wset(screen.edit, EL_REFRESH);
    fflush(screen.terminal);
}

static void put(const char *text, size_t size)
{
    if (size == 0)
        return;
    fwrite(text, 1, size, screen.terminal);
    screen.column = layout_output(screen.column, text, size, screen.columns);
}

static void put_collected(void)
{
    put(screen.collected, screen.collected_size);
    screen.collected_size = 0;
}

void screen_print(const char *text, size_t size, bool at_once)
{
    bool fits = size <= sizeof screen.collected - screen.collected_size;
    bool early = clock_now_ms() - screen.drawn_ms < DRAW_INTERVAL_MS;
    if (screen.asking && !fits)
        return; /* so much by a function that makes a prompt */
    if (fits && (screen.asking || (screen.reading && early && !at_once))) {
        memcpy(screen.collected + screen.collected_size, text, size);
        screen.collected_size += size;
        return;
    }
    locale_enter();
    if (screen.reading)
        erase();
    put_collected();
    put(text, size);
    if (screen.reading && (!early || at_once))
        draw();
    else
        fflush(screen.terminal);
    locale_leave();
}

/* The terminal is taken to have wrapped again what it shows, as most of them do. */
static void resize(int columns, int rows)
{
    screen.columns = columns;
    screen.rows = rows;
    screen.column = 0;
    erase();
    el_resize(screen.edit);
    draw();
}

static void redraw(void)
{
    erase();
    put_collected();
    draw();
}

static bool output_is_due(void)
{
    return (screen.collected_size > 0 || !screen.drawn) &&
           clock_now_ms() - screen.drawn_ms >= DRAW_INTERVAL_MS;
}

void screen_tick(void)
{
    if (output_is_due())
        redraw();
    if (clock_now_ms() - screen.asked_ms < ASK_INTERVAL_MS)
        return;
    int columns, rows;
    measure(&columns, &rows);
    if (columns != screen.columns || rows != screen.rows) {
        resize(columns, rows);
    } else if (ask() || screen.settled) {
        screen.settled = false;
        redraw();
    }
}

void screen_open(EditLine *edit, FILE *terminal, const struct line_editor_handler *handler,
                 void *owner)
{
    screen.edit = edit;
    screen.terminal = terminal;
    screen.handler = handler;
    screen.owner = owner;
    screen.status_columns = -1;
    measure(&screen.columns, &screen.rows);
}

void screen_close(void)
{
    put_collected();
    fflush(screen.terminal);
    screen.reading = false;
}

wchar_t *screen_prompt(EditLine *edit)
{
    (void)edit;
    return screen.shown.prompt;
}

/*
 * What was typed while nobody read, or what another program has printed, may have left the cursor
 * within a row. A row of spaces begins a new one then, and otherwise not.
 */
static void begin_row(void)
{
    fprintf(screen.terminal, "%*s\r\033[K", screen.columns, "");
    screen.column = 0;
}

void screen_begin(bool unseen)
{
    measure(&screen.columns, &screen.rows);
    if (unseen)
        begin_row();
    screen.reading = true;
    screen.settled = false;
    draw_head();
    screen.column = 0;
}

void screen_settle(void)
{
    screen.settled = true;
    if (screen.collected_size > 0 || !screen.drawn || screen.status_columns >= 0)
        redraw();
}

void screen_leave(void)
{
    screen_settle();
    struct layout at = layout();
    if (at.row > at.cursor_row)
        fprintf(screen.terminal, "\033[%dB", at.row - at.cursor_row);
    fputs("\r\n", screen.terminal);
    fflush(screen.terminal);
    screen_end();
}

void screen_end(void)
{
    screen.reading = false;
    screen.drawn = false;
    screen.column = 0;
}

void screen_restart(void)
{
    screen.drawn = false;
    screen.status_columns = -1;
    screen.column = 0;
    draw();
}

void screen_clear(void)
{
    fputs("\033[H\033[2J", screen.terminal);
    screen_restart();
}
