/* The Lua type `engine_peer`: a client of a script that stands in for an engine. */
#include "bindings/engine_server.h"

#include "bindings/errors.h"
#include "bindings/image.h"
#include "bindings/userdata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct userdata_tag peer_tag = {ENGINE_PEER_TYPE};

/* A client, which the script may know longer than it is there. */
struct peer {
    const struct userdata_tag *tag;
    struct engine_peer *peer; /* null: gone */
    int anchor;               /* registry reference while it is there */
    uint32_t number;
    char address[TCP_ADDRESS_TEXT_SIZE];
};

static struct peer *check_peer(lua_State *L)
{
    return check_tagged(L, 1, &peer_tag);
}

void engine_peer_push(lua_State *L, const struct engine_peer *peer)
{
    const struct peer *known = peer->data;
    lua_rawgeti(L, LUA_REGISTRYINDEX, known->anchor);
}

void engine_peer_know(lua_State *L, struct engine_peer *peer)
{
    struct peer *known = lua_newuserdatauv(L, sizeof *known, 0);
    *known = (struct peer){.tag = &peer_tag, .peer = peer, .number = peer->number};
    snprintf(known->address, sizeof known->address, "%s", peer->address);
    luaL_setmetatable(L, ENGINE_PEER_TYPE);
    known->anchor = luaL_ref(L, LUA_REGISTRYINDEX);
    peer->data = known;
}

void engine_peer_let_go(lua_State *L, struct engine_peer *peer)
{
    struct peer *known = peer->data;
    if (known == NULL)
        return;
    peer->data = NULL;
    known->peer = NULL;
    luaL_unref(L, LUA_REGISTRYINDEX, known->anchor);
}

static int push_sent(lua_State *L, const struct peer *peer, enum status status)
{
    if (status == STATUS_OK) {
        lua_pushboolean(L, true);
        return 1;
    }
    return push_refusal(L, status, "client %s: %s", peer->address,
                        status == STATUS_BUSY ? "too much waits to be sent already"
                                              : status_sentence(status));
}

static enum engine_log_level check_level(lua_State *L, int index)
{
    static const char *const words[] = {
#define X(name, letter, word) word,
        ENGINE_LOG_LEVEL_LIST(X)
#undef X
            NULL};
    return (enum engine_log_level)luaL_checkoption(L, index, NULL, words);
}

/* peer:log(level, text [, id]) -> true, or nil, message, code */
static int l_peer_log(lua_State *L)
{
    struct peer *peer = check_peer(L);
    enum engine_log_level level = check_level(L, 2);
    size_t size;
    const char *text = luaL_checklstring(L, 3, &size);
    int32_t id = (int32_t)luaL_optinteger(L, 4, ENGINE_LOG_NO_ID);
    if (peer->peer == NULL)
        return push_sent(L, peer, STATUS_CLOSED);
    return push_sent(L, peer, engine_peer_log(peer->peer, id, level, text, size));
}

/* peer:send(kind, body) -> true, or nil, message, code */
static int l_peer_send(lua_State *L)
{
    struct peer *peer = check_peer(L);
    lua_Integer kind = luaL_checkinteger(L, 2);
    size_t size;
    const char *body = luaL_checklstring(L, 3, &size);
    luaL_argcheck(L, kind >= 0 && kind <= UINT8_MAX, 2, "0 to 255");
    if (peer->peer == NULL)
        return push_sent(L, peer, STATUS_CLOSED);
    return push_sent(L, peer, engine_link_send_body(&peer->peer->link, (uint8_t)kind, body, size));
}

/* peer:screenshot(image) -> true, or nil, message, code: answers the one that was asked for */
static int l_peer_screenshot(lua_State *L)
{
    struct peer *peer = check_peer(L);
    const struct image *image = check_image(L, 2);
    struct image_sides sides = image->pixels.sides;
    if (peer->peer == NULL)
        return push_sent(L, peer, STATUS_CLOSED);
    if (peer->peer->asked_count == 0)
        return push_refusal(L, STATUS_INVALID, "client %s: no screenshot is being waited for",
                            peer->address);
    uint8_t *block = malloc(ENGINE_SCREENSHOT_MARGIN + image_size(sides));
    if (block == NULL)
        return push_sent(L, peer, STATUS_OUT_OF_MEMORY);
    image_write_bottom_first(image, block + ENGINE_SCREENSHOT_MARGIN);
    return push_sent(L, peer, engine_peer_send_screenshot(peer->peer, sides, block));
}

/* peer:refuse_screenshot(text): says that there is none */
static int l_peer_refuse_screenshot(lua_State *L)
{
    struct peer *peer = check_peer(L);
    const char *text = luaL_checkstring(L, 2);
    if (peer->peer != NULL && peer->peer->asked_count > 0)
        engine_peer_refuse_screenshot(peer->peer, text);
    return 0;
}

/* peer:close() */
static int l_peer_close(lua_State *L)
{
    struct peer *peer = check_peer(L);
    if (peer->peer != NULL)
        engine_peer_close(peer->peer, "closed by us");
    return 0;
}

static int l_peer_tostring(lua_State *L)
{
    const struct peer *peer = check_peer(L);
    lua_pushfstring(L, "client %d at %s", (int)peer->number, peer->address);
    return 1;
}

static int l_peer_index(lua_State *L)
{
    const struct peer *peer = check_peer(L);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (strcmp(name, "address") == 0)
        lua_pushstring(L, peer->address);
    else if (strcmp(name, "number") == 0)
        lua_pushinteger(L, peer->number);
    else if (strcmp(name, "state") == 0)
        lua_pushstring(L, peer->peer != NULL ? "connected" : "closed");
    else if (strcmp(name, "asked") == 0)
        lua_pushinteger(L, peer->peer != NULL ? peer->peer->asked_count : 0);
    else if (strcmp(name, "queued") == 0)
        lua_pushinteger(
            L, peer->peer != NULL ? (lua_Integer)engine_link_queued_size(&peer->peer->link) : 0);
    else
        return 0;
    return 1;
}

void engine_peer_open_type(lua_State *L)
{
    static const luaL_Reg methods[] = {{"log", l_peer_log},
                                       {"send", l_peer_send},
                                       {"screenshot", l_peer_screenshot},
                                       {"refuse_screenshot", l_peer_refuse_screenshot},
                                       {"close", l_peer_close},
                                       {NULL, NULL}};
    luaL_newmetatable(L, ENGINE_PEER_TYPE);
    lua_pushcfunction(L, l_peer_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, ENGINE_PEER_TYPE);
    lua_setfield(L, -2, "__metatable");
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, l_peer_index, 1);
    lua_setfield(L, -3, "__index");
    lua_remove(L, -2);
}
