/*
 * A client over the slot of slot_kit.h, a clock that stands still unless a test moves it, and
 * the few moves that every test of the client makes. The game's side is played in raw bytes.
 */
#ifndef SUPPORT_CLIENT_KIT_H
#define SUPPORT_CLIENT_KIT_H

#include "peer/game_client.h"
#include "support/slot_kit.h"

extern struct game_client client;
extern struct game_message message; /* what poll_client saw last */
extern int64_t now_ms;

/* A new client over zero memory of that dialect's size; it has done nothing yet. */
void start_client(const struct dialect *dialect);

/* The same in memory of another size. */
void start_client_in(const struct dialect *dialect, size_t size);

enum status poll_client(void);

/* Moves the clock, then lets the client look at it. */
enum status pass_ms(int64_t duration_ms);

/* C_REGISTER is written and not yet taken. */
void ask_to_register(const struct dialect *dialect);

/* Registered, idle, and the memory is zero. */
void start_registered(const struct dialect *dialect);

/* Registered, inside the run step call 04 of v1 with time 1000. */
void start_in_call(void);

/* In that call, with a request in flight that has no data and zero memory under it. */
void start_in_request(enum message request);

#endif
