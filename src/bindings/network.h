/*
 * Connections of scripts: what the clients of engines and the servers that stand in for engines
 * have in common. They are polled by the host's loop; what happens to them runs hooks, each as a
 * task of its own. The hooks themselves are kept by lua/tm/hooks.lua.
 */
#ifndef BINDINGS_NETWORK_H
#define BINDINGS_NETWORK_H

#include "bindings/runtime.h"
#include "bindings/userdata.h"
#include "transport/tcp.h"

/* What a script can hook of either. */
#define NETWORK_EVENT_LIST(X)                                                                      \
    X(connected)                                                                                   \
    X(disconnected)                                                                                \
    X(closed)                                                                                      \
    X(log)                                                                                         \
    X(frame)                                                                                       \
    X(warning)                                                                                     \
    X(sent)                                                                                        \
    X(screenshot)                                                                                  \
    X(command)

enum network_event {
#define X(name) NETWORK_EVENT_##name,
    NETWORK_EVENT_LIST(X)
#undef X
    NETWORK_EVENT_COUNT
};

struct endpoint;

struct endpoint_type {
    void (*check)(struct endpoint *endpoint, int64_t now_ms); /* deadlines */
    int64_t (*wake_ms)(const struct endpoint *endpoint);      /* the next one; INT64_MAX: none */
    void (*close)(struct endpoint *endpoint);
};

/* The beginning of the userdata of either. Its first user value is for the hooks. */
struct endpoint {
    const struct userdata_tag *tag;
    const struct endpoint_type *type;
    struct runtime *runtime;
    struct endpoint *next; /* in the list of all, until it is swept */
    int anchor;            /* registry reference of the userdata, as long as it is listed */
    uint32_t run;          /* that has made it */
    bool is_open;
    bool keeps_alive; /* it has hooks of the script */
    unsigned hooked;  /* events that have hooks, a bit each */
};

struct network {
    struct tcp *tcp;
    struct endpoint *endpoints;
    bool is_dirty; /* closed ones are to be taken off the list */
};

/* The network of L's runtime, made at the first use; raises an error if that is impossible. */
struct network *check_network(lua_State *L);

/* Lists the userdata on top of L's stack, an open endpoint from now on. */
void endpoint_list(lua_State *L, struct endpoint *endpoint);

/* It is closed: tells that, and it will be taken off the list. */
void endpoint_unlist(struct endpoint *endpoint);

static inline bool endpoint_is_hooked(const struct endpoint *endpoint, enum network_event event)
{
    return (endpoint->hooked >> event & 1) != 0;
}

/*
 * Runs the hooks of an event with the endpoint and the values on top of the stack of runtime->L,
 * which it pops.
 */
void endpoint_emit(struct endpoint *endpoint, enum network_event event, int argument_count);

/*
 * endpoint:_set_hooks(event, list or nil, keeps_alive). The list has each function and, behind it,
 * the number of its run.
 */
int l_endpoint_set_hooks(lua_State *L);

/* tm.native.network_events() -> list of their names */
int l_native_network_events(lua_State *L);

/* tm.native.tcp_address(text) -> host, port, "host:port"; or nil */
int l_native_tcp_address(lua_State *L);

/* For the host's loop: lets happen what can; whether anything did. */
bool network_poll(struct runtime *runtime);

/* Deadlines. */
void network_check(struct runtime *runtime, int64_t now_ns);

/* Sleeps that long, or until something happens; then as network_poll. */
bool network_wait(struct runtime *runtime, int64_t duration_ns);

/* Whether there is anything to wait for in the world of sockets. */
bool network_is_in_use(const struct runtime *runtime);

/* When there is next something to do, on the clock; CLOCK_NEVER. */
int64_t network_wake_ns(const struct runtime *runtime);

/* Whether any connection is reason enough for the host to go on. */
bool network_keeps_alive(const struct runtime *runtime);

/* Whether an end of the program other than by _Exit could take long, see tcp_awaits_name. */
bool network_delays_exit(const struct runtime *runtime);
/* Closes those that a run has made; the run is over already, and its hooks do not hear of it. */
void network_end_run(struct runtime *runtime, uint32_t run);

/* Closes all, as at the end of the program. False: it should end by _Exit, see tcp_close. */
bool network_close(struct runtime *runtime);

#endif
