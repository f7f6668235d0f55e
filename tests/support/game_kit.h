/*
 * The embedded game and a client in one process and on one slot, without any real time: the game
 * runs whenever the client has nothing to read. The client is the real one, peer/game_client.
 */
#ifndef SUPPORT_GAME_KIT_H
#define SUPPORT_GAME_KIT_H

#include "peer/game_client.h"
#include "sim/game.h"
#include "support/slot_kit.h"

extern struct sim_game game;
extern struct game_client driver;
extern struct game_message call;    /* the open call */
extern char notes[4096];            /* what the game noted, a line each */
extern uint8_t reply[SLOT_SIZE_V1]; /* data of the last reply */
extern size_t reply_size;

/* A game on a built-in track that has not run yet; nobody is attached. */
void open_game(const char *track, const struct dialect *dialect, double speed,
               double speed_without_client);

/* The same on a slot of that size. */
void open_game_in(size_t slot_size, const char *track, const struct dialect *dialect, double speed,
                  double speed_without_client);

/* A client registers: the response is taken, no call is open yet. */
void attach_driver(void);

/* open_game at full speed, standing still without a client, and attach_driver, in v1. */
void drive(const char *track);

/* Runs the game until it makes the next call. */
void next_call(enum message expected);

/* Lets the game run on from the open call. */
void answer(void);

/* Answers the open call, and every one after it, until the run step of that time is open. */
void answer_until(int32_t time);

/* The int32 at that index of the open call's data. */
int32_t call_word(size_t index);

/* Makes a request inside the open call and takes its reply. */
enum status request(enum message what, const void *data, size_t size);

#endif
