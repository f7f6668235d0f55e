/*
 * The Lua type `engine`: a script's connection to an engine. The files:
 *   engine.c          opening, closing, properties, what the engine sends by itself
 *   engine_request.c  what is asked of it, by tasks that wait for the answer
 */
#ifndef BINDINGS_ENGINE_H
#define BINDINGS_ENGINE_H

#include "bindings/network.h"
#include "peer/engine_client.h"

#define ENGINE_TYPE "tm.engine"

extern const struct userdata_tag engine_tag;

struct script_engine {
    struct endpoint endpoint;
    struct engine_client client;
    double timeout_s; /* for an answer, unless a request says otherwise */
    char address[TCP_ADDRESS_TEXT_SIZE];
};

/* The engine at that index, whatever its state. */
struct script_engine *check_engine(lua_State *L, int index);

/* Pushes nil, message, code. */
int push_engine_refusal(lua_State *L, const struct script_engine *engine, enum status status,
                        const char *reason);

/* Gives the client room for a picture that will come. */
void engine_expect_picture(void *engine, size_t body_size);

/* Adds the functions of the other file to the method table on top of the stack. */
void engine_add_requests(lua_State *L);

/* tm.native.connect(host, port, timeout_s, stays_closed, body_size_max) -> engine */
int l_native_connect(lua_State *L);

/* Creates the metatables; leaves the table of methods on the stack. */
void engine_open_types(lua_State *L);

#endif
