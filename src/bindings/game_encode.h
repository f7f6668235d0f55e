/*
 * Between Lua values and the data of requests and replies; part of bindings/game_verbs. Encoders
 * find the arguments of the method from index 2 on, raise argument errors, and touch no slot.
 */
#ifndef BINDINGS_GAME_ENCODE_H
#define BINDINGS_GAME_ENCODE_H

#include "bindings/game.h"

#include <lua.h>
#include <stddef.h>
#include <stdint.h>

/* Data of a request: a head built here, then bytes that a Lua value on the stack owns. */
struct request {
    uint8_t bytes[64];
    size_t size;
    const void *tail;
    size_t tail_size;
};

void encode_nothing(lua_State *L, struct game *game, struct request *request);
void encode_reserved(lua_State *L, struct game *game, struct request *request);
void encode_timeout(lua_State *L, struct game *game, struct request *request);
void encode_speed(lua_State *L, struct game *game, struct request *request);
void encode_time_limit(lua_State *L, struct game *game, struct request *request);
void encode_input_state(lua_State *L, struct game *game, struct request *request);
void encode_command(lua_State *L, struct game *game, struct request *request);
void encode_log(lua_State *L, struct game *game, struct request *request);
void encode_switch(lua_State *L, struct game *game, struct request *request);
void encode_state(lua_State *L, struct game *game, struct request *request);
void encode_state_target(lua_State *L, struct game *game, struct request *request);
void encode_checkpoints(lua_State *L, struct game *game, struct request *request);

/* Each pushes its values and returns their count; or an error, to be raised, and returns -1. */
int decode_nothing(lua_State *L, struct game *game, const struct game_message *response);
int decode_state(lua_State *L, struct game *game, const struct game_message *response);
int decode_context_mode(lua_State *L, struct game *game, const struct game_message *response);
int decode_checkpoints(lua_State *L, struct game *game, const struct game_message *response);

#endif
