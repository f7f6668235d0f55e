#include "bindings/engine.h"

#include "bindings/errors.h"
#include "transport/clock.h"

#include <stdio.h>
#include <string.h>

const struct userdata_tag engine_tag = {ENGINE_TYPE};

struct script_engine *check_engine(lua_State *L, int index)
{
    return check_tagged(L, index, &engine_tag);
}

int push_engine_refusal(lua_State *L, const struct script_engine *engine, enum status status,
                        const char *reason)
{
    return push_refusal(L, status, "engine %s: %s", engine->address,
                        reason != NULL ? reason : status_sentence(status));
}

/* What the engine sends by itself. */

static void on_connected(void *owner)
{
    struct script_engine *engine = owner;
    if (endpoint_is_hooked(&engine->endpoint, NETWORK_EVENT_connected))
        endpoint_emit(&engine->endpoint, NETWORK_EVENT_connected, 0);
}

static void emit_text(struct script_engine *engine, enum network_event event, const char *text)
{
    if (!endpoint_is_hooked(&engine->endpoint, event))
        return;
    lua_pushstring(engine->endpoint.runtime->L, text);
    endpoint_emit(&engine->endpoint, event, 1);
}

static void on_disconnected(void *owner, const char *reason)
{
    emit_text(owner, NETWORK_EVENT_disconnected, reason);
}

static void on_warning(void *owner, const char *text)
{
    emit_text(owner, NETWORK_EVENT_warning, text);
}

static void on_log(void *owner, struct engine_log_reader reader)
{
    struct script_engine *engine = owner;
    lua_State *L = engine->endpoint.runtime->L;
    struct engine_log_entry entry;
    if (!endpoint_is_hooked(&engine->endpoint, NETWORK_EVENT_log))
        return;
    while (engine->endpoint.is_open && engine_log_next(&reader, &entry)) {
        lua_pushstring(L, engine_log_level_word(entry.level));
        lua_pushlstring(L, entry.text, entry.size);
        if (reader.id != ENGINE_LOG_NO_ID)
            lua_pushinteger(L, reader.id);
        else
            lua_pushnil(L);
        endpoint_emit(&engine->endpoint, NETWORK_EVENT_log, 3);
    }
    if (reader.problem == ENGINE_LOG_PROBLEM_NONE)
        return;
    char text[100];
    snprintf(text, sizeof text, "%s (at byte %zu of it)",
             engine_log_problem_sentence(reader.problem), reader.position);
    on_warning(engine, text);
}

static void on_frame(void *owner, const struct frame *frame)
{
    struct script_engine *engine = owner;
    lua_State *L = engine->endpoint.runtime->L;
    if (!endpoint_is_hooked(&engine->endpoint, NETWORK_EVENT_frame))
        return;
    lua_pushinteger(L, frame->kind);
    lua_pushlstring(L, (const char *)frame->body, frame->size);
    endpoint_emit(&engine->endpoint, NETWORK_EVENT_frame, 2);
}

static void on_sent(void *owner)
{
    struct script_engine *engine = owner;
    if (endpoint_is_hooked(&engine->endpoint, NETWORK_EVENT_sent))
        endpoint_emit(&engine->endpoint, NETWORK_EVENT_sent, 0);
}

static const struct engine_client_handler handler = {.connected = on_connected,
                                                     .disconnected = on_disconnected,
                                                     .log = on_log,
                                                     .expects = engine_expect_picture,
                                                     .frame = on_frame,
                                                     .warning = on_warning,
                                                     .sent = on_sent};

/* What the loop wants of it. */

static void check(struct endpoint *endpoint, int64_t now_ms)
{
    struct script_engine *engine = (struct script_engine *)endpoint;
    engine_client_check(&engine->client, now_ms);
    if (engine->client.state == ENGINE_CLIENT_CLOSED && endpoint->is_open)
        endpoint_unlist(endpoint); /* one that stays closed */
}

static int64_t wake_ms(const struct endpoint *endpoint)
{
    return engine_client_wake_ms(&((const struct script_engine *)endpoint)->client);
}

static void close_engine(struct endpoint *endpoint)
{
    struct script_engine *engine = (struct script_engine *)endpoint;
    engine_client_close(&engine->client); /* runs hooks, which may close it again */
    if (endpoint->is_open)
        endpoint_unlist(endpoint);
}

static const struct endpoint_type type = {
    .check = check, .wake_ms = wake_ms, .close = close_engine};

int l_native_connect(lua_State *L)
{
    struct engine_client_options options = engine_client_options();
    struct network *network = check_network(L);
    snprintf(options.address.host, sizeof options.address.host, "%s", luaL_checkstring(L, 1));
    options.address.port = (uint16_t)luaL_checkinteger(L, 2);
    options.stays_closed = lua_toboolean(L, 4);
    options.cap = (int32_t)luaL_optinteger(L, 5, options.cap);
    luaL_argcheck(L, options.cap >= 0, 5, "must not be negative");
    struct script_engine *engine = lua_newuserdatauv(L, sizeof *engine, 1);
    memset(engine, 0, sizeof *engine);
    engine->endpoint.tag = &engine_tag;
    engine->endpoint.type = &type;
    engine->timeout_s = luaL_optnumber(L, 3, ENGINE_TIMEOUT_DEFAULT_MS / 1000.0);
    tcp_address_write(&options.address, engine->address);
    luaL_setmetatable(L, ENGINE_TYPE);
    endpoint_list(L, &engine->endpoint);
    engine_client_open(&engine->client, network->tcp, &options, &handler, engine, clock_now_ms());
    return 1;
}

/* Methods. */

/* engine:close() */
static int l_engine_close(lua_State *L)
{
    struct script_engine *engine = check_engine(L, 1);
    if (engine->endpoint.is_open)
        close_engine(&engine->endpoint);
    return 0;
}

static int l_engine_gc(lua_State *L)
{
    struct script_engine *engine = check_engine(L, 1);
    if (engine->endpoint.is_open)
        close_engine(&engine->endpoint);
    engine_link_free(&engine->client.link);
    return 0;
}

static int l_engine_tostring(lua_State *L)
{
    lua_pushfstring(L, "engine %s", check_engine(L, 1)->address);
    return 1;
}

static bool push_property(lua_State *L, const struct script_engine *engine, const char *name)
{
    static const char *const states[] = {"closed", "waiting", "connecting", "connected"};
    const struct engine_client *client = &engine->client;
    if (strcmp(name, "state") == 0)
        lua_pushstring(L, states[client->state]);
    else if (strcmp(name, "address") == 0)
        lua_pushstring(L, engine->address);
    else if (strcmp(name, "reason") == 0)
        lua_pushstring(L, client->reason[0] != '\0' ? client->reason : NULL);
    else if (strcmp(name, "queued") == 0)
        lua_pushinteger(L, (lua_Integer)engine_link_queued_size(&client->link));
    else
        return false;
    return true;
}

static int l_engine_index(lua_State *L)
{
    const struct script_engine *engine = check_engine(L, 1);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (lua_type(L, 2) == LUA_TSTRING && push_property(L, engine, lua_tostring(L, 2)))
        return 1;
    return 0;
}

void engine_open_types(lua_State *L)
{
    static const luaL_Reg metamethods[] = {{"__gc", l_engine_gc},
                                           {"__close", l_engine_close},
                                           {"__tostring", l_engine_tostring},
                                           {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"close", l_engine_close}, {"_set_hooks", l_endpoint_set_hooks}, {NULL, NULL}};
    luaL_newmetatable(L, ENGINE_TYPE);
    luaL_setfuncs(L, metamethods, 0);
    lua_pushliteral(L, ENGINE_TYPE);
    lua_setfield(L, -2, "__metatable");
    lua_newtable(L); /* metatable methods */
    luaL_setfuncs(L, methods, 0);
    engine_add_requests(L);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, l_engine_index, 1);
    lua_setfield(L, -3, "__index");
    lua_remove(L, -2); /* methods: Lua adds its own */
}
