/*
 * A game that simulates a script, its client (support/game_kit), and the files that the game
 * thinks it has, all in memory.
 */
#ifndef SUPPORT_SIM_KIT_H
#define SUPPORT_SIM_KIT_H

#include "support/game_kit.h"

extern struct simulation simulation;

/* The file that the game wrote last: its path and its text; empty when there is none. */
extern char stored_path[200];
extern char stored_text[1 << 20];
extern int stored_count; /* files written since open_simulation or open_files */

/* Gives the open game files, of which there are those of `put_file`. */
void open_files(void);
void put_file(const char *path, const char *text);

/* A game on a built-in track that simulates the script; nobody is attached. */
void open_simulation(const char *track, const struct dialect *dialect, const char *script);

/* open_simulation in v1, with a client that is inside S_ON_SIM_BEGIN. */
void simulate(const char *track, const char *script);

/* Waits for a client's first simulation to begin: inside S_ON_SIM_BEGIN. */
void attach_to_simulation(void);

/* Answers the open call, if there is one, and waits for the next. */
enum message next_any(void);

/* Answers every call until that step of this simulation is open; `time` is race time. */
void answer_until_step(int32_t time);

/* Answers every call until S_ON_SIM_END is open: its result. */
int32_t answer_until_end(void);

/* Answers S_ON_BRUTEFORCE_EVALUATE. */
void decide(uint32_t decision, int32_t rewind_time);

/* Data of the requests with a text: a word, the size, the bytes. */
enum status request_text(enum message what, int32_t word, const char *text);

/* C_EXECUTE_COMMAND. */
void execute(const char *command);

/* An event as v1 writes it. */
struct input_event event_at(int32_t input_time, enum action action, int32_t value);

/* C_SIM_SET_EVENT_BUFFER and its getter: events in the order of the buffer, at most `room`. */
enum status send_events(const struct input_event *events, size_t count);
size_t take_events(struct input_event *events, size_t room);

/* C_SIM_GET_STATE into `state`; its size. C_SIM_REWIND_TO_STATE. */
size_t take_state(uint8_t state[STATE_SIZE_MAX]);
enum status send_state(const uint8_t *state, size_t size);

/* C_SET_INPUT_STATES. */
enum status send_inputs(int32_t left, int32_t right, int32_t accelerate, int32_t brake,
                        int32_t steer, int32_t gas);

#endif
