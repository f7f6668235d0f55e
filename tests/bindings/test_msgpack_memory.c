/*
 * MessagePack when memory is short: wherever an allocation of Lua fails, the error goes to the
 * caller, nothing leaks (the sanitizer looks), and the next call works as if nothing had been.
 */
#include "bindings/msgpack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lualib.h>

static long allowed = -1; /* allocations until one fails; negative: none does */

static void *allocate(void *unused, void *block, size_t old_size, size_t size)
{
    (void)unused;
    bool grows = size > (block != NULL ? old_size : 0);
    if (size == 0) {
        free(block);
        return NULL;
    }
    if (grows && allowed == 0)
        return NULL;
    allowed -= grows && allowed > 0;
    return realloc(block, size);
}

static const char program[] = "local text, long = ...\n"
                              "local list = { 1, 2.5, 'abc', { k = { true, msgpack.null } } }\n"
                              "local bytes = msgpack.encode('method', list)\n"
                              "local method, position = msgpack.decode(bytes)\n"
                              "local again = msgpack.decode(bytes, position, { bin = true })\n"
                              "assert(again[4].k[2] == msgpack.null and again[3] == 'abc')\n"
                              "local value = assert(msgpack.decode(text, 1, { bin = true }))\n"
                              "assert(#msgpack.encode(value, long) > 3000)\n"
                              "assert(not msgpack.decode(text:sub(1, -2)))\n";

static const char text[] = "\x97\xC7\x01\x05x\xC4\x01y\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                           "\x80\xD9\x03xyz\x92\xC0\xCA\x3F\xC0\x00\x00\xC0";

static const char zeros[4000];

static int run(lua_State *L)
{
    if (luaL_loadstring(L, program) != LUA_OK)
        return LUA_ERRSYNTAX;
    lua_pushlstring(L, text, sizeof text - 1);
    lua_pushlstring(L, zeros, sizeof zeros); /* more than the buffer has at first */
    return lua_pcall(L, 2, 0, 0);
}

static int l_run(lua_State *L)
{
    if (run(L) != LUA_OK)
        return lua_error(L);
    return 0;
}

static int run_protected(lua_State *L)
{
    lua_pushcfunction(L, l_run);
    int status = lua_pcall(L, 0, 0, 0);
    if (status != LUA_OK)
        assert_non_null(strstr(lua_tostring(L, -1), "not enough memory"));
    lua_settop(L, 0);
    return status;
}

static lua_State *open_state(void)
{
    allowed = -1;
    lua_State *L = lua_newstate(allocate, NULL);
    assert_non_null(L);
    luaL_openlibs(L);
    msgpack_open(L);
    lua_setglobal(L, "msgpack");
    return L;
}

static void test_every_allocation_may_fail(void **unused)
{
    (void)unused;
    int status = LUA_ERRMEM;
    long count = 0;
    for (; status != LUA_OK; count++) {
        lua_State *L = open_state();
        allowed = count;
        status = run_protected(L);
        allowed = -1;
        assert_int_equal(run_protected(L), LUA_OK);
        lua_close(L);
    }
    assert_in_range(count, 50, 5000);
}

static void test_one_state_lives_through_all_of_them(void **unused)
{
    (void)unused;
    lua_State *L = open_state();
    for (long count = 0; count < 300; count++) {
        allowed = count;
        run_protected(L);
        allowed = -1;
        assert_int_equal(run_protected(L), LUA_OK);
    }
    lua_close(L);
}

static void test_the_body_of_a_command(void **unused)
{
    (void)unused;
    lua_State *L = open_state();
    lua_pushinteger(L, 7);
    lua_pushliteral(L, "a");
    msgpack_push_command(L, "ping", 4, 1, 2, 100);
    assert_int_equal(lua_gettop(L), 3);
    assert_string_equal(lua_tostring(L, 3), "\xA4ping\x92\x07\xA1"
                                            "a");
    msgpack_push_command(L, "ping", 4, 1, 0, 100);
    assert_string_equal(lua_tostring(L, 4), "\xA4ping\x90");
    lua_close(L);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_may_fail),
        cmocka_unit_test(test_one_state_lives_through_all_of_them),
        cmocka_unit_test(test_the_body_of_a_command),
    };
    return cmocka_run_group_tests_name("msgpack memory", tests, NULL, NULL);
}
