/*
 * The one list of outcomes. Every function below `host` that can fail for a reason that is not
 * a bug returns one of these; the word is what a Lua script gets as third result
 * (`nil, message, code`). Nothing here prints or exits.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/* X(NAME, code word, sentence) */
#define STATUS_LIST(X)                                                                             \
    X(OK, "ok", "no error")                                                                        \
    X(MORE, "more", "more bytes are needed")                                                       \
    X(WAITING, "waiting", "nothing has arrived yet")                                               \
    X(TIMEOUT, "timeout", "no answer within the time allowed")                                     \
    X(LOST, "lost", "the game is gone")                                                            \
    X(SHUTDOWN, "shutdown", "the game has shut down")                                              \
    X(CLOSED, "closed", "the connection is closed")                                                \
    X(NO_GAME, "no_game", "no running game was found")                                             \
    X(NO_CALL, "no_call", "no call of the game is open")                                           \
    X(BUSY, "busy", "an exchange is already under way")                                            \
    X(SIZE_MISMATCH, "size_mismatch", "the mapping has another size than expected")                \
    X(DIALECT_MISMATCH, "dialect_mismatch", "the other side numbers its messages differently")     \
    X(PROTOCOL, "protocol", "the other side broke the protocol")                                   \
    X(UNSUPPORTED, "unsupported", "this dialect has no such message")                              \
    X(WRONG_CONTEXT, "wrong_context", "this is for a race, or for a simulation, and not now")      \
    X(TOO_LONG, "too_long", "the message does not fit in the buffer")                              \
    X(INVALID, "invalid", "a value is out of its range")                                           \
    X(REFUSED, "refused", "the other side says no")                                                \
    X(DENIED, "denied", "permission denied")                                                       \
    X(NO_SLOT, "no_slot", "no slot is free")                                                       \
    X(SYSTEM, "system", "the operating system refused")                                            \
    X(OUT_OF_MEMORY, "out_of_memory", "out of memory")                                             \
    X(RESPONSE_TOO_LONG, "response_too_long", "the reply was cut at the end of the buffer")        \
    X(ALREADY_REGISTERED, "already_registered", "another client is registered with the game")      \
    X(NO_EVENT_BUFFER, "no_event_buffer", "there is no event buffer now")                          \
    X(NO_PLAYER_INFO, "no_player_info", "there is no player now")                                  \
    X(INVALID_EVENT_BUFFER_SIZE, "invalid_event_buffer_size",                                      \
      "the event buffer has another number of events than the game's")                             \
    X(COMMAND_ALREADY_REGISTERED, "command_already_registered",                                    \
      "a command of that name is already registered")                                              \
    X(UNKNOWN_ERROR, "unknown_error", "the game answered with an error code nobody knows")

enum status {
#define X(name, word, sentence) STATUS_##name,
    STATUS_LIST(X)
#undef X
    STATUS_COUNT
};

/* The code word of a status: a static string, never null. */
const char *status_word(enum status status);

/* The status as half a sentence: a static string, never null. */
const char *status_sentence(enum status status);

#endif
