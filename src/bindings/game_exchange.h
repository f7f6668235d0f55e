/*
 * One request of a script, from its arguments to its result: it waits for an open call, for its
 * turn, and for the response. Part of bindings/game; what a request says is game_verbs.c's and
 * game_encode.c's matter.
 */
#ifndef BINDINGS_GAME_EXCHANGE_H
#define BINDINGS_GAME_EXCHANGE_H

#include "bindings/game.h"
#include "bindings/game_encode.h"

/* Where a request has a meaning; elsewhere some games would take it and do nothing. */
enum verb_place {
    ANYWHERE,
    IN_RACES,
    IN_SIMULATIONS
};

struct verb {
    const char *name;
    enum message message;
    /* Finds the arguments from index 2 on, and raises errors for wrong ones. */
    void (*encode)(lua_State *L, struct game *game, struct request *request);
    /* Pushes its values and returns their count; -1: what it pushed is an error to be raised. */
    int (*decode)(lua_State *L, struct game *game, const struct game_message *response);
    enum verb_place place;
    bool takes_errors; /* decode wants to see responses with an error code too */
    /*
     * Of a verb that adds to the event buffer of a simulation: the same verb without that, and
     * whether its arguments say that the buffer is to be emptied before.
     */
    const struct verb *without_clearing;
    bool (*clears)(lua_State *L);
    /* In place of `message`, a number that the arguments tell; 0: the dialect has none. */
    uint8_t (*number)(lua_State *L, struct game *game);
};

/* The fields that every verb has, for its row in a table. */
#define VERB(word, kind, encoder, decoder)                                                         \
    .name = word, .message = MESSAGE_##kind, .encode = encode_##encoder, .decode = decode_##decoder

/* Makes the request for the game at index 1; to be called as `return game_request(…)`. */
int game_request(lua_State *L, const struct verb *verb);

/* A method that makes the request of the verb in its upvalue. */
void game_add_verb(lua_State *L, const struct verb *verb);

#endif
