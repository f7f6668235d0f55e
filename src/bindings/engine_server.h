/*
 * The Lua types `engine_server` and `engine_peer`: a script that stands in for an engine, and each
 * client it has. The conversation is peer/engine_server.h's. The files:
 *   engine_listen.c  the server, and what clients do
 *   engine_guest.c   a client, as the script knows it
 */
#ifndef BINDINGS_ENGINE_SERVER_H
#define BINDINGS_ENGINE_SERVER_H

#include "peer/engine_server.h"

#include <lua.h>

#define ENGINE_SERVER_TYPE "tm.engine_server"
#define ENGINE_PEER_TYPE "tm.engine_peer"

/* Makes the userdata of a client that has come; it is peer->data. */
void engine_peer_know(lua_State *L, struct engine_peer *peer);

/* Pushes it. */
void engine_peer_push(lua_State *L, const struct engine_peer *peer);

/* The client has gone: the script may keep the userdata. Twice is fine. */
void engine_peer_let_go(lua_State *L, struct engine_peer *peer);

/* tm.native.listen(host, port, bare) -> server, or nil, message, code */
int l_native_listen(lua_State *L);

/* Create the metatables, and leave the table of methods on the stack. */
void engine_server_open_type(lua_State *L);
void engine_peer_open_type(lua_State *L);

#endif
