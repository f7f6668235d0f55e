#include "bindings/engine_server.h"

#include "bindings/errors.h"
#include "bindings/image.h"
#include "bindings/msgpack.h"
#include "bindings/network.h"
#include "peer/engine_server.h"
#include "wire/engine_command.h"

#include <stdio.h>
#include <string.h>

static const struct userdata_tag server_tag = {ENGINE_SERVER_TYPE};

struct server {
    struct endpoint endpoint;
    struct engine_server server;
    char address[TCP_ADDRESS_TEXT_SIZE];
    int port;
};

static struct server *check_server(lua_State *L)
{
    return check_tagged(L, 1, &server_tag);
}

/* What clients do. */

static void emit_peer(struct server *server, enum network_event event, struct engine_peer *peer)
{
    if (!endpoint_is_hooked(&server->endpoint, event))
        return;
    engine_peer_push(server->endpoint.runtime->L, peer);
    endpoint_emit(&server->endpoint, event, 1);
}

static void on_joined(void *owner, struct engine_peer *peer)
{
    struct server *server = owner;
    engine_peer_know(server->endpoint.runtime->L, peer);
    emit_peer(server, NETWORK_EVENT_connected, peer);
}

static void emit_text(struct server *server, enum network_event event, struct engine_peer *peer,
                      const char *text)
{
    lua_State *L = server->endpoint.runtime->L;
    if (!endpoint_is_hooked(&server->endpoint, event) || peer->data == NULL)
        return;
    engine_peer_push(L, peer);
    lua_pushstring(L, text);
    endpoint_emit(&server->endpoint, event, 2);
}

static void on_left(void *owner, struct engine_peer *peer, const char *reason)
{
    struct server *server = owner;
    emit_text(server, NETWORK_EVENT_disconnected, peer, reason);
    engine_peer_let_go(server->endpoint.runtime->L, peer);
}

static void on_warning(void *owner, struct engine_peer *peer, const char *text)
{
    emit_text(owner, NETWORK_EVENT_warning, peer, text);
}

static void on_asked(void *owner, struct engine_peer *peer, struct image_sides sides)
{
    struct server *server = owner;
    lua_State *L = server->endpoint.runtime->L;
    if (!endpoint_is_hooked(&server->endpoint, NETWORK_EVENT_screenshot)) {
        engine_peer_refuse_screenshot(peer, "there are no screenshots here");
        return;
    }
    engine_peer_push(L, peer);
    lua_pushinteger(L, sides.width);
    lua_pushinteger(L, sides.height);
    endpoint_emit(&server->endpoint, NETWORK_EVENT_screenshot, 3);
}

static void complain(struct engine_peer *peer, const char *text)
{
    engine_peer_tell(peer, ENGINE_LOG_ERROR, text, strlen(text));
}

/* Pushes the arguments of a command; returns how many, or -1 with a message on the stack. */
static int push_arguments(lua_State *L, const struct engine_command *command)
{
    size_t position = 0;
    if (msgpack_push_value(L, command->arguments, command->arguments_size, &position,
                           &msgpack_decoding_default) != STATUS_OK)
        return -1;
    int list = lua_gettop(L);
    int count = (int)command->argument_count;
    if (!lua_checkstack(L, count + 8)) {
        lua_pushliteral(L, "a command with too many arguments");
        return -1;
    }
    for (int i = 1; i <= count; i++)
        lua_rawgeti(L, list, i);
    lua_remove(L, list);
    return count;
}

static void on_command(void *owner, struct engine_peer *peer, const struct frame *frame)
{
    struct server *server = owner;
    lua_State *L = server->endpoint.runtime->L;
    int top = lua_gettop(L);
    struct engine_command command = engine_read_command(frame->body, frame->size);
    char text[200];
    if (!endpoint_is_hooked(&server->endpoint, NETWORK_EVENT_command)) {
        complain(peer, "there are no commands here");
    } else if (command.problem != ENGINE_COMMAND_PROBLEM_NONE) {
        snprintf(text, sizeof text, "a command that cannot be read: %s (at byte %zu of it)",
                 engine_command_problem_sentence(command.problem), command.position);
        complain(peer, text);
    } else {
        engine_peer_push(L, peer);
        lua_pushlstring(L, command.method, command.method_size);
        int count = push_arguments(L, &command);
        if (count >= 0)
            endpoint_emit(&server->endpoint, NETWORK_EVENT_command, count + 2);
        else
            complain(peer, lua_tostring(L, -1));
    }
    lua_settop(L, top);
}

static void on_frame(void *owner, struct engine_peer *peer, const struct frame *frame)
{
    struct server *server = owner;
    lua_State *L = server->endpoint.runtime->L;
    char text[100];
    if (!endpoint_is_hooked(&server->endpoint, NETWORK_EVENT_frame)) {
        snprintf(text, sizeof text, "nothing is done here with kind %d (%s)", frame->kind,
                 frame_kind_name(frame->kind));
        complain(peer, text);
        return;
    }
    engine_peer_push(L, peer);
    lua_pushinteger(L, frame->kind);
    lua_pushlstring(L, (const char *)frame->body, frame->size);
    endpoint_emit(&server->endpoint, NETWORK_EVENT_frame, 3);
}

static void on_sent(void *owner, struct engine_peer *peer)
{
    emit_peer(owner, NETWORK_EVENT_sent, peer);
}

static const struct engine_server_handler handler = {.joined = on_joined,
                                                     .left = on_left,
                                                     .asked = on_asked,
                                                     .command = on_command,
                                                     .frame = on_frame,
                                                     .warning = on_warning,
                                                     .sent = on_sent};

/* What the loop wants of it. */

static void check(struct endpoint *endpoint, int64_t now_ms)
{
    (void)now_ms;
    engine_server_check(&((struct server *)endpoint)->server);
}

static int64_t wake_ms(const struct endpoint *endpoint)
{
    (void)endpoint;
    return INT64_MAX;
}

static void close_server(struct endpoint *endpoint)
{
    struct server *server = (struct server *)endpoint;
    if (!endpoint->is_open)
        return;
    endpoint->is_open = false; /* first: what is told now runs hooks, which may close it again */
    for (struct engine_peer *peer = server->server.peers; peer != NULL; peer = peer->next)
        engine_peer_close(peer, "the server is closed");
    tcp_listener_close(server->server.listener);
    server->server.listener = NULL;
    endpoint_unlist(endpoint);
}

static const struct endpoint_type type = {
    .check = check, .wake_ms = wake_ms, .close = close_server};

int l_native_listen(lua_State *L)
{
    struct tcp_address address = {.host = ""};
    struct network *network = check_network(L);
    const char *reason;
    snprintf(address.host, sizeof address.host, "%s", luaL_checkstring(L, 1));
    address.port = (uint16_t)luaL_checkinteger(L, 2);
    struct server *server = lua_newuserdatauv(L, sizeof *server, 1);
    memset(server, 0, sizeof *server);
    server->endpoint.tag = &server_tag;
    server->endpoint.type = &type;
    tcp_address_write(&address, server->address);
    luaL_setmetatable(L, ENGINE_SERVER_TYPE);
    enum status status =
        engine_server_open(&server->server, network->tcp, &address, &handler, server, &reason);
    if (status != STATUS_OK)
        return push_refusal(L, status, "cannot listen on %s: %s", server->address, reason);
    server->server.variant = lua_toboolean(L, 3) ? SCREENSHOT_BARE : SCREENSHOT_WITH_SIDES;
    tcp_listener_address(server->server.listener, &address);
    tcp_address_write(&address, server->address);
    server->port = address.port;
    endpoint_list(L, &server->endpoint);
    return 1;
}

/* Methods of the server. */

/* server:close() */
static int l_server_close(lua_State *L)
{
    close_server(&check_server(L)->endpoint);
    return 0;
}

static int l_server_gc(lua_State *L)
{
    struct server *server = check_server(L);
    close_server(&server->endpoint);
    engine_server_close(&server->server);
    return 0;
}

static int l_server_tostring(lua_State *L)
{
    lua_pushfstring(L, "engine server %s", check_server(L)->address);
    return 1;
}

/* A list of the clients that are there. */
static void push_peers(lua_State *L, const struct server *server)
{
    lua_Integer count = 0;
    lua_newtable(L);
    for (const struct engine_peer *peer = server->server.peers; peer != NULL; peer = peer->next) {
        if (peer->is_gone || peer->data == NULL)
            continue;
        engine_peer_push(L, peer);
        lua_rawseti(L, -2, ++count);
    }
}

static int l_server_index(lua_State *L)
{
    const struct server *server = check_server(L);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (strcmp(name, "address") == 0)
        lua_pushstring(L, server->address);
    else if (strcmp(name, "port") == 0)
        lua_pushinteger(L, server->port);
    else if (strcmp(name, "state") == 0)
        lua_pushstring(L, server->endpoint.is_open ? "open" : "closed");
    else if (strcmp(name, "peers") == 0)
        push_peers(L, server);
    else
        return 0;
    return 1;
}

void engine_server_open_type(lua_State *L)
{
    static const luaL_Reg metamethods[] = {{"__gc", l_server_gc},
                                           {"__close", l_server_close},
                                           {"__tostring", l_server_tostring},
                                           {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"close", l_server_close}, {"_set_hooks", l_endpoint_set_hooks}, {NULL, NULL}};
    luaL_newmetatable(L, ENGINE_SERVER_TYPE);
    luaL_setfuncs(L, metamethods, 0);
    lua_pushliteral(L, ENGINE_SERVER_TYPE);
    lua_setfield(L, -2, "__metatable");
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, l_server_index, 1);
    lua_setfield(L, -3, "__index");
    lua_remove(L, -2); /* methods: Lua adds its own */
}
