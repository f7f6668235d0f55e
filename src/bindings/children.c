#include "bindings/children.h"

#include "base/limits.h"
#include "bindings/errors.h"
#include "bindings/runtime.h"
#include "bindings/userdata.h"
#include "transport/child_process.h"

#include <lauxlib.h>
#include <string.h>

/* A userdata in the registry, under this address; made when the first child is started. */
static const char children_key;

struct children {
    struct child_processes *processes; /* null: closed */
    struct child *first;               /* the open ones */
};

#define CHILD_TYPE "tm.child"

static const struct userdata_tag child_tag = {CHILD_TYPE};

struct child {
    const struct userdata_tag *tag;
    struct child_process *process; /* null: closed */
    struct child_processes *processes;
    struct child *next, **link; /* in the list of the open ones */
    uint32_t run;
    int pid;
    int exit_status;
    bool is_over; /* exit_status says how */
};

static struct child *check_child(lua_State *L)
{
    return check_tagged(L, 1, &child_tag);
}

/* Also at the end of those that were closed before. */
static void look(struct child *child)
{
    if (child->process == NULL)
        return;
    child_processes_poll(child->processes);
    child->is_over = child_process_is_over(child->process, &child->exit_status);
}

/* One that still ran has then been killed: its status says so, since nobody will look again. */
static void close_child(struct child *child)
{
    enum {
        KILLED_STATUS = 128 + 9
    };
    if (child->process == NULL)
        return;
    look(child);
    child_process_close(child->process);
    child->process = NULL;
    if (!child->is_over)
        child->exit_status = KILLED_STATUS;
    child->is_over = true;
    *child->link = child->next;
    if (child->next != NULL)
        child->next->link = child->link;
}

static int l_close(lua_State *L)
{
    close_child(check_child(L));
    return 0;
}

static int l_kill(lua_State *L)
{
    struct child *child = check_child(L);
    look(child);
    if (child->process != NULL)
        child_process_kill(child->process);
    return 0;
}

static int l_index(lua_State *L)
{
    struct child *child = check_child(L);
    const char *name = luaL_checkstring(L, 2);
    if (strcmp(name, "pid") == 0) {
        lua_pushinteger(L, child->pid);
    } else if (strcmp(name, "status") == 0) {
        look(child);
        if (child->is_over)
            lua_pushinteger(L, child->exit_status);
        else
            lua_pushnil(L);
    } else {
        lua_getmetatable(L, 1);
        lua_getfield(L, -1, name);
    }
    return 1;
}

static int l_tostring(lua_State *L)
{
    struct child *child = check_child(L);
    look(child);
    if (child->is_over)
        lua_pushfstring(L, "child %d: ended with %d", child->pid, child->exit_status);
    else
        lua_pushfstring(L, "child %d: runs", child->pid);
    return 1;
}

void children_open_type(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"kill", l_kill},     {"close", l_close},         {"__close", l_close}, {"__gc", l_close},
        {"__index", l_index}, {"__tostring", l_tostring}, {NULL, NULL}};
    luaL_newmetatable(L, CHILD_TYPE);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}

static struct children *find_children(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &children_key);
    struct children *children = lua_touserdata(L, -1); /* which the registry holds */
    lua_pop(L, 1);
    return children;
}

static void close_all(struct children *children)
{
    while (children->first != NULL)
        close_child(children->first);
    child_processes_close(children->processes);
    children->processes = NULL;
}

static int l_children_gc(lua_State *L)
{
    close_all(lua_touserdata(L, 1));
    return 0;
}

/* Those of the program; raises an error if there can be none. */
static struct children *check_children(lua_State *L)
{
    struct children *children = find_children(L);
    if (children == NULL) {
        children = lua_newuserdatauv(L, sizeof *children, 0);
        *children = (struct children){NULL, NULL};
        lua_createtable(L, 0, 1);
        lua_pushcfunction(L, l_children_gc);
        lua_setfield(L, -2, "__gc");
        lua_setmetatable(L, -2);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &children_key);
    }
    if (children->processes == NULL)
        children->processes = child_processes_open();
    if (children->processes == NULL)
        luaL_error(L, "no programs can be started: out of memory or of descriptors");
    return children;
}

/* Pushes the arguments as C has them; they live as long as the table and this block do. */
static const char **push_arguments(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer count = (lua_Integer)lua_rawlen(L, 1);
    luaL_argcheck(L, count >= 1 && count <= CHILD_ARGUMENT_COUNT_MAX, 1,
                  "a program and its arguments expected");
    const char **arguments = lua_newuserdatauv(L, ((size_t)count + 1) * sizeof *arguments, 0);
    for (lua_Integer i = 1; i <= count; i++) {
        size_t size = 0;
        bool is_text = lua_rawgeti(L, 1, i) == LUA_TSTRING;
        const char *text = is_text ? lua_tolstring(L, -1, &size) : "";
        luaL_argcheck(L, is_text && strlen(text) == size, 1, "texts without zeros expected");
        arguments[i - 1] = text;
        lua_pop(L, 1);
    }
    arguments[count] = NULL;
    return arguments;
}

static struct child *push_child(lua_State *L)
{
    struct child *child = lua_newuserdatauv(L, sizeof *child, 0);
    memset(child, 0, sizeof *child);
    child->tag = &child_tag;
    luaL_setmetatable(L, CHILD_TYPE);
    return child;
}

int l_native_start_child(lua_State *L)
{
    const char **arguments = push_arguments(L);
    struct child *child = push_child(L);
    struct children *children = check_children(L);
    const char *reason = "";
    enum status status =
        child_process_start(children->processes, arguments, &child->process, &reason);
    if (status != STATUS_OK)
        return push_refusal(L, status, "%s: %s", arguments[0], reason);
    child->processes = children->processes;
    child->pid = child_process_pid(child->process);
    child->run = runtime_of(L)->acting_run;
    child->next = children->first;
    child->link = &children->first;
    if (child->next != NULL)
        child->next->link = &child->next;
    children->first = child;
    return 1;
}

int l_native_processors(lua_State *L)
{
    lua_pushinteger(L, child_process_processor_count());
    return 1;
}

void children_push_program(lua_State *L)
{
    char path[PROGRAM_PATH_SIZE_MAX];
    if (child_process_own_program(path, sizeof path))
        lua_pushstring(L, path);
    else
        lua_pushnil(L);
}

void children_end_run(lua_State *L, uint32_t run)
{
    struct children *children = find_children(L);
    struct child *next;
    for (struct child *child = children != NULL ? children->first : NULL; child != NULL;
         child = next) {
        next = child->next;
        if (child->run == run)
            close_child(child);
    }
}

void children_close(lua_State *L)
{
    struct children *children = find_children(L);
    if (children != NULL)
        close_all(children);
}
