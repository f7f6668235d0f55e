/*
 * A running tmsim with a raw client on it: what every end-to-end test of the mapped server
 * starts from. Failures are cmocka failures that show the program's stderr. It refuses to hide
 * the protocol: tests talk through the client it holds.
 */
#ifndef TEST_SUPPORT_RAW_GAME_H
#define TEST_SUPPORT_RAW_GAME_H

#include "support/process.h"
#include "support/raw_client.h"

enum {
    RAW_SOON_MS = 5000
};

struct raw_game_options {
    const char *track; /* NULL: easy */
    enum raw_dialect dialect;
    const char *buffer_size; /* NULL: the program's own default */
    const char *name;        /* NULL: a fresh one */
};

struct raw_game {
    char name[PROCESS_SLOT_NAME_SIZE];
    enum raw_dialect dialect;
    struct process *process;
    struct raw_client client;
};

/* Starts `tmsim --mapped NAME --track T --speed max` and maps its object. */
void raw_game_start(struct raw_game *game, struct raw_game_options options);

/* Only the process: for tests of how the object appears. */
void raw_game_spawn(struct raw_game *game, struct raw_game_options options);

/* Kills and unmaps whatever is there; removes the object. For teardowns. */
void raw_game_end(struct raw_game *game);

/* Registers and returns with the first server call open. */
struct raw_call raw_game_join(struct raw_game *game);

/*
 * Registers against a server that may not be listening yet, or still counts a client that went
 * silent (section 16, item 3): again and again until accepted or the budget is spent.
 */
struct raw_call raw_game_join_patiently(struct raw_game *game, int budget_ms);

/* join, C_GIVE_UP, and on to the run step of -2600 (v1: `public` cannot give up). */
struct raw_call raw_game_join_at_start(struct raw_game *game);

/* On to the first run step at this time or later; every answer in between is empty. */
void raw_game_run_to(struct raw_game *game, struct raw_call *call, int32_t time);

/* On to the next run step. */
void raw_game_step(struct raw_game *game, struct raw_call *call);

/* A request that must be answered with error code 0; the reply is in game->client.copy. */
void raw_game_ask(struct raw_game *game, enum raw_message message, const void *data, size_t size);
void raw_game_ask_int(struct raw_game *game, enum raw_message message, int32_t value);

/* C_SIM_GET_STATE: the state's bytes into `state` (16 KiB), its size. */
enum {
    RAW_GAME_STATE_ROOM = 16384
};
size_t raw_game_state(struct raw_game *game, unsigned char *state);

/* Holds accelerate, steering untouched. */
void raw_game_accelerate(struct raw_game *game);

/* The last received message has nothing but zeros from this offset on. */
void raw_game_expect_nothing_behind(const struct raw_game *game, size_t offset);

/* The program is alive and a newcomer can register within the budget: it survived. */
void raw_game_expect_usable(struct raw_game *game, int budget_ms);

#endif
