#include "host/interactive.h"

#include "bindings/errors.h"
#include "bindings/runtime.h"
#include "host/event_loop.h"
#include "transport/clock.h"
#include "transport/folders.h"
#include "transport/interrupt.h"
#include "transport/line_editor.h"
#include "transport/line_input.h"
#include "transport/terminal.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

enum {
    TURN_NS = 5000000, /* between two looks at the keyboard */
    TEXT_SIZE = 4096,
    HISTORY_COUNT_MAX = 10000,
    EXIT_STATUS_BREAK = 130
};

static struct {
    struct runtime *runtime;
    int repl; /* registry reference of the module tm.repl */
    bool has_editor;
    bool was_stopped;          /* the line, by an error; it may have caught it */
    bool leaves;               /* Ctrl-C has been said to leave when it comes again */
    struct task *_Atomic line; /* the line that runs; null: none */
    _Atomic bool line_begins;  /* it runs, and is not there yet */
    _Atomic bool was_for_line; /* the last Ctrl-C */
    char prompt[TEXT_SIZE], status[TEXT_SIZE], candidate[TEXT_SIZE];
} prompt;

/* The module's functions. They run outside of tasks and must not wait. */

/* Pushes the results of repl.NAME with the `argument_count` values on top; false: it failed. */
static bool call(const char *name, int argument_count, int result_count)
{
    lua_State *L = prompt.runtime->L;
    luaL_checkstack(L, 8, NULL);
    lua_rawgeti(L, LUA_REGISTRYINDEX, prompt.repl);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
    lua_insert(L, -argument_count - 1);
    if (lua_pcall(L, argument_count, result_count, 0) == LUA_OK)
        return true;
    prompt.runtime->report(lua_tostring(L, -1));
    lua_pop(L, 1);
    return false;
}

/* The text that a function gives, in that buffer; null: none. */
static const char *call_text(const char *name, char text[TEXT_SIZE])
{
    lua_State *L = prompt.runtime->L;
    if (!call(name, 0, 1))
        return NULL;
    const char *result = lua_tostring(L, -1);
    if (result != NULL)
        snprintf(text, TEXT_SIZE, "%s", result);
    lua_pop(L, 1);
    return result != NULL ? text : NULL;
}

/* What the line editor asks for. */

static bool on_turn(void *owner)
{
    (void)owner;
    event_loop_run_until(prompt.runtime, clock_now_ns() + TURN_NS);
    return interrupt_caught() == INTERRUPT_NONE && !prompt.runtime->quitting;
}

static const char *on_prompt(void *owner)
{
    (void)owner;
    const char *text = call_text("prompt", prompt.prompt);
    return text != NULL ? text : "> ";
}

static const char *on_status(void *owner)
{
    (void)owner;
    return call_text("status", prompt.status);
}

/* Leaves the list of candidates on the stack of the main thread, until they are asked for anew. */
static size_t on_complete(void *owner, const char *text, size_t size, size_t *start)
{
    (void)owner;
    lua_State *L = prompt.runtime->L;
    lua_pushlstring(L, text, size);
    if (!call("complete", 1, 2))
        return 0;
    lua_Integer first = lua_tointeger(L, -2);
    size_t count = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
    lua_setfield(L, LUA_REGISTRYINDEX, "tmlua.candidates");
    lua_pop(L, 1);
    if (first < 1 || (size_t)first > size + 1)
        return 0;
    *start = (size_t)first - 1;
    return count;
}

static const char *on_candidate(void *owner, size_t index)
{
    (void)owner;
    lua_State *L = prompt.runtime->L;
    lua_getfield(L, LUA_REGISTRYINDEX, "tmlua.candidates");
    lua_rawgeti(L, -1, (lua_Integer)index + 1);
    const char *text = lua_tostring(L, -1);
    snprintf(prompt.candidate, sizeof prompt.candidate, "%s", text != NULL ? text : "");
    lua_pop(L, 2);
    return prompt.candidate;
}

static const struct line_editor_handler handler = {.turn = on_turn,
                                                   .prompt = on_prompt,
                                                   .status = on_status,
                                                   .complete = on_complete,
                                                   .candidate = on_candidate};

/* Interruptions. */

void interactive_interrupt(struct runtime *runtime)
{
    struct task *line = atomic_load(&prompt.line);
    bool begins = atomic_load(&prompt.line_begins);
    atomic_store(&prompt.was_for_line, begins || line != NULL);
    /* A hook that happens to run is left alone, unless it does not come to an end. */
    bool runs = begins || (line != NULL && atomic_load(&runtime->slice) == line);
    if (!runs && interrupt_count() < 2)
        return;
    atomic_store(&runtime->interrupted, true);
    runtime_interrupt(runtime);
}

/* By an error; if it has caught one, and waits again, it is ended where it is. */
static void stop_waiting_line(struct task *line)
{
    if (!prompt.was_stopped) {
        task_fail(line, "interrupted!");
        prompt.was_stopped = true;
        return;
    }
    task_close(line);
    fputs("interrupted!\n", stderr);
}

/* A Ctrl-C has come. False: it was the second, and we leave. */
static bool see_to_break(void)
{
    struct task *line = atomic_load(&prompt.line);
    bool was_for_line = atomic_load(&prompt.was_for_line);
    interrupt_forget();
    atomic_store(&prompt.runtime->interrupted, false);
    if (line != NULL && line->wait != WAIT_NONE)
        stop_waiting_line(line);
    if (was_for_line)
        return true;
    if (prompt.leaves)
        return false;
    prompt.leaves = true;
    call("give_up", 0, 0);
    fputs("(Ctrl-C again or Ctrl-D to leave)\n", stderr);
    return true;
}

static bool must_end(void)
{
    return prompt.runtime->quitting || interrupt_caught() == INTERRUPT_TERMINATE;
}

/* Lines. */

/* Runs repl.NAME with the value on top of the stack as a task, to its end. False: we leave. */
static bool run_as_line(const char *name)
{
    lua_State *L = prompt.runtime->L;
    luaL_checkstack(L, 8, NULL);
    lua_rawgeti(L, LUA_REGISTRYINDEX, prompt.repl);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
    lua_insert(L, -2);
    prompt.was_stopped = false;
    atomic_store(&prompt.line_begins, true);
    struct task *task = task_start(L, 1); /* the userdata stays on the stack for as long */
    atomic_store(&prompt.line, task->finished ? NULL : task);
    atomic_store(&prompt.line_begins, false);
    bool goes_on = true;
    while (goes_on && !task->finished && !must_end()) {
        event_loop_run_until(prompt.runtime, clock_now_ns() + TURN_NS);
        if (interrupt_caught() == INTERRUPT_BREAK)
            goes_on = see_to_break();
    }
    atomic_store(&prompt.line, NULL);
    lua_pop(L, 1);
    return goes_on && !must_end();
}

static void remember(const char *line, size_t size)
{
    lua_State *L = prompt.runtime->L;
    if (!prompt.has_editor || size == 0)
        return;
    lua_pushlstring(L, line, size);
    if (!call("remembers", 1, 1))
        return;
    if (lua_toboolean(L, -1))
        line_editor_remember(line);
    lua_pop(L, 1);
}

static bool take_line(const char *line, size_t size)
{
    prompt.leaves = false;
    remember(line, size);
    lua_pushlstring(prompt.runtime->L, line, size);
    return run_as_line("read");
}

/* From a pipe: prompts are written as `lua -i` writes them, and nothing is edited. */
static enum line_editor_result read_plain(const char **line, size_t *size)
{
    enum line_input input;
    fputs(on_prompt(NULL), stdout);
    fflush(stdout);
    while ((input = line_input_poll(line, size)) == LINE_INPUT_NONE)
        if (!on_turn(NULL))
            return LINE_EDITOR_GIVEN_UP;
    if (input == LINE_INPUT_LINE)
        return LINE_EDITOR_LINE;
    putchar('\n');
    return LINE_EDITOR_END;
}

static int read_lines(void)
{
    const char *line;
    size_t size;
    for (;;) {
        enum line_editor_result result =
            prompt.has_editor ? line_editor_read(&line, &size) : read_plain(&line, &size);
        if (must_end() || result == LINE_EDITOR_END)
            return 0;
        if (result == LINE_EDITOR_LINE && !take_line(line, size))
            return must_end() ? 0 : EXIT_STATUS_BREAK;
        if (interrupt_caught() == INTERRUPT_BREAK && !see_to_break())
            return EXIT_STATUS_BREAK;
    }
}

static bool open_module(struct runtime *runtime)
{
    lua_State *L = runtime->L;
    lua_getglobal(L, "require");
    lua_pushliteral(L, "tm.repl");
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
        runtime->report(lua_tostring(L, -1));
        lua_pop(L, 1);
        return false;
    }
    prompt.repl = luaL_ref(L, LUA_REGISTRYINDEX);
    return true;
}

void interactive_open(void)
{
    prompt.has_editor = terminal_has_person() && line_editor_open(&handler, NULL);
}

static void open_history(void)
{
    char text[TEXT_SIZE];
    const char *path = call_text("history", text);
    if (path != NULL)
        folder_make_for(path);
    if (!line_editor_history(path, HISTORY_COUNT_MAX))
        fprintf(stderr, "tmlua: the history cannot be kept in %s\n", path);
}

int interactive_run(struct runtime *runtime, bool has_script)
{
    lua_State *L = runtime->L;
    prompt.runtime = runtime;
    if (!open_module(runtime))
        return 1;
    interrupt_forget();
    if (prompt.has_editor)
        open_history();
    lua_createtable(L, 0, 1);
    lua_pushboolean(L, has_script);
    lua_setfield(L, -2, "script");
    int status = run_as_line("start") ? read_lines() : EXIT_STATUS_BREAK;
    call("finish", 0, 0);
    if (prompt.has_editor)
        line_editor_close();
    return status;
}
