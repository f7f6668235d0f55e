#include "bindings/network.h"

#include "transport/clock.h"

#include <lauxlib.h>
#include <stdlib.h>

static const char *const event_names[NETWORK_EVENT_COUNT + 1] = {
#define X(name) #name,
    NETWORK_EVENT_LIST(X)
#undef X
        NULL};

struct network *check_network(lua_State *L)
{
    struct runtime *runtime = runtime_of(L);
    if (runtime->network != NULL)
        return runtime->network;
    struct network *network = malloc(sizeof *network);
    if (network != NULL)
        *network = (struct network){.tcp = tcp_open()};
    if (network == NULL || network->tcp == NULL) {
        free(network);
        luaL_error(L, "the system has no memory or descriptors for connections");
    }
    runtime->network = network;
    return network;
}

void endpoint_list(lua_State *L, struct endpoint *endpoint)
{
    struct runtime *runtime = runtime_of(L);
    struct network *network = check_network(L);
    lua_pushvalue(L, -1);
    endpoint->anchor = luaL_ref(L, LUA_REGISTRYINDEX);
    endpoint->runtime = runtime;
    endpoint->run = runtime->acting_run;
    endpoint->is_open = true;
    endpoint->next = network->endpoints;
    network->endpoints = endpoint;
}

void endpoint_unlist(struct endpoint *endpoint)
{
    endpoint->is_open = false;
    endpoint->runtime->network->is_dirty = true;
    if (endpoint_is_hooked(endpoint, NETWORK_EVENT_closed))
        endpoint_emit(endpoint, NETWORK_EVENT_closed, 0);
}

/* Only outside of all that happens: what happens to an endpoint may close it, or others. */
static void sweep(struct runtime *runtime)
{
    struct network *network = runtime->network;
    network->is_dirty = false;
    struct endpoint **place = &network->endpoints;
    while (*place != NULL) {
        struct endpoint *endpoint = *place;
        if (endpoint->is_open) {
            place = &endpoint->next;
            continue;
        }
        *place = endpoint->next;
        luaL_unref(runtime->L, LUA_REGISTRYINDEX, endpoint->anchor);
    }
}

/* Each hook is a task: one that waits or fails is no matter of the others. */
void endpoint_emit(struct endpoint *endpoint, enum network_event event, int argument_count)
{
    struct runtime *runtime = endpoint->runtime;
    lua_State *L = runtime->L;
    uint32_t acting_run = runtime->acting_run;
    int first = lua_gettop(L) - argument_count + 1;
    luaL_checkstack(L, argument_count + 12, NULL);
    lua_rawgeti(L, LUA_REGISTRYINDEX, endpoint->anchor);
    int self = lua_gettop(L);
    lua_getiuservalue(L, self, 1);
    int list = LUA_TNIL;
    if (lua_istable(L, -1))
        list = lua_getfield(L, -1, event_names[event]);
    for (lua_Integer i = 1; list == LUA_TTABLE; i += 2) {
        lua_rawgeti(L, self + 2, i + 1);
        uint32_t run = (uint32_t)lua_tointeger(L, -1);
        lua_pop(L, 1);
        if (lua_rawgeti(L, self + 2, i) != LUA_TFUNCTION)
            break;
        if (run_is_over(runtime, run)) {
            lua_pop(L, 1);
            continue;
        }
        lua_pushvalue(L, self);
        for (int j = 0; j < argument_count; j++)
            lua_pushvalue(L, first + j);
        runtime->acting_run = run;
        task_start(L, argument_count + 1);
        runtime->acting_run = acting_run;
        lua_pop(L, 1);
    }
    lua_settop(L, first - 1);
}

int l_endpoint_set_hooks(lua_State *L)
{
    struct endpoint *endpoint = lua_touserdata(L, 1);
    int event = luaL_checkoption(L, 2, NULL, event_names);
    bool has_list = lua_istable(L, 3);
    endpoint->hooked &= ~(1u << event);
    endpoint->hooked |= (unsigned)has_list << event;
    endpoint->keeps_alive = lua_toboolean(L, 4);
    if (lua_getiuservalue(L, 1, 1) != LUA_TTABLE) {
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, 1, 1);
    }
    lua_pushvalue(L, 3);
    lua_setfield(L, -2, event_names[event]);
    return 0;
}

int l_native_network_events(lua_State *L)
{
    lua_createtable(L, NETWORK_EVENT_COUNT, 0);
    for (int event = 0; event < NETWORK_EVENT_COUNT; event++) {
        lua_pushstring(L, event_names[event]);
        lua_rawseti(L, -2, event + 1);
    }
    return 1;
}

int l_native_tcp_address(lua_State *L)
{
    struct tcp_address address = {.host = "127.0.0.1", .port = 4242};
    char text[TCP_ADDRESS_TEXT_SIZE];
    if (!tcp_address_read(&address, luaL_checkstring(L, 1)))
        return 0;
    tcp_address_write(&address, text);
    lua_pushstring(L, address.host);
    lua_pushinteger(L, address.port);
    lua_pushstring(L, text);
    return 3;
}

bool network_poll(struct runtime *runtime)
{
    struct network *network = runtime->network;
    if (network == NULL)
        return false;
    if (network->is_dirty)
        sweep(runtime);
    return tcp_is_in_use(network->tcp) && tcp_poll(network->tcp);
}

void network_check(struct runtime *runtime, int64_t now_ns)
{
    if (runtime->network == NULL)
        return;
    struct endpoint *next;
    for (struct endpoint *endpoint = runtime->network->endpoints; endpoint != NULL;
         endpoint = next) {
        next = endpoint->next;
        if (endpoint->is_open)
            endpoint->type->check(endpoint, now_ns / 1000000);
    }
}

bool network_is_in_use(const struct runtime *runtime)
{
    return runtime->network != NULL && tcp_is_in_use(runtime->network->tcp);
}

bool network_wait(struct runtime *runtime, int64_t duration_ns)
{
    if (runtime->network != NULL && runtime->network->is_dirty)
        sweep(runtime);
    if (network_is_in_use(runtime))
        return tcp_wait(runtime->network->tcp, duration_ns);
    if (duration_ns > 0)
        clock_sleep_ns(duration_ns);
    return false;
}

int64_t network_wake_ns(const struct runtime *runtime)
{
    int64_t wake_ms = INT64_MAX;
    if (runtime->network == NULL)
        return CLOCK_NEVER;
    for (const struct endpoint *endpoint = runtime->network->endpoints; endpoint != NULL;
         endpoint = endpoint->next) {
        int64_t its_ms = endpoint->is_open ? endpoint->type->wake_ms(endpoint) : INT64_MAX;
        wake_ms = its_ms < wake_ms ? its_ms : wake_ms;
    }
    return wake_ms < CLOCK_NEVER / 1000000 ? wake_ms * 1000000 : CLOCK_NEVER;
}

bool network_keeps_alive(const struct runtime *runtime)
{
    const struct endpoint *endpoint = runtime->network != NULL ? runtime->network->endpoints : NULL;
    while (endpoint != NULL && !(endpoint->is_open && endpoint->keeps_alive))
        endpoint = endpoint->next;
    return endpoint != NULL;
}

bool network_delays_exit(const struct runtime *runtime)
{
    return runtime->network != NULL && tcp_awaits_name(runtime->network->tcp);
}

void network_end_run(struct runtime *runtime, uint32_t run)
{
    struct endpoint *endpoint = runtime->network != NULL ? runtime->network->endpoints : NULL;
    for (; endpoint != NULL; endpoint = endpoint->next)
        if (endpoint->is_open && endpoint->run == run)
            endpoint->type->close(endpoint);
}

bool network_close(struct runtime *runtime)
{
    struct network *network = runtime->network;
    if (network == NULL)
        return true;
    for (struct endpoint *endpoint = network->endpoints; endpoint != NULL;
         endpoint = endpoint->next)
        if (endpoint->is_open)
            endpoint->type->close(endpoint);
    sweep(runtime);
    bool is_done = tcp_close(network->tcp);
    free(network);
    runtime->network = NULL;
    return is_done;
}
