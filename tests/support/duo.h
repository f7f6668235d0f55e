/*
 * tmsim and tmlua as a user starts them: two processes on one slot of shared memory, under a
 * name that no other run uses; and assertions about what they say. It refuses to know the
 * protocol. Whatever cannot be started fails the test.
 */
#ifndef TEST_SUPPORT_DUO_H
#define TEST_SUPPORT_DUO_H

#include "support/process.h"

struct duo {
    char name[PROCESS_SLOT_NAME_SIZE];
    char address[PROCESS_SLOT_NAME_SIZE + 64]; /* "mapped:NAME" */
    struct process *game;
    struct process *host;
};

/* NULL-terminated list of further arguments, as a literal: ARGS("--speed", "max"). */
#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Programs with arguments and no standard input; `arguments` may be NULL. */
struct process *duo_run_tmlua(const char *const *arguments);
struct process *duo_run_tmsim(const char *const *arguments);

/* A fresh name; nothing runs yet. */
void duo_begin(struct duo *duo);

/*
 * Whether it has ended before it began, because Wine's server closed its connection, as happens to
 * about one start in some hundreds. It is to be started again then, so often at most.
 */
enum {
    DUO_WINE_START_COUNT_MAX = 3
};
bool duo_wine_has_failed(struct process *process);

/* `tmsim --mapped NAME` and what is given; returns when it serves. */
void duo_start_game(struct duo *duo, const char *const *arguments);

/*
 * `tmlua -a mapped:NAME -w 10 -e CODE`, kept in duo->host; an earlier one is closed. Before the
 * code stands, on one line: `local tm = require "tm" io.stdout:setvbuf "no" local game =
 * assert(tm.attach())`.
 */
void duo_start_host(struct duo *duo, const char *code);

/* A further one, of which the caller is the owner. `query` ("?size=100") may be NULL. */
struct process *duo_another_host(struct duo *duo, const char *query, const char *wait_s,
                                 const char *code);

/* Kills what runs and removes the object. For teardowns. */
void duo_end(struct duo *duo);

/* Waits until the program has said it; fails with all it said otherwise. */
void duo_expect_soon(struct process *process, enum process_stream stream, const char *text,
                     int budget_ms);

/* It has not said that so far. */
void duo_expect_not_said(struct process *process, enum process_stream stream, const char *text);

/* How often the text stands in what it has said so far. */
int duo_count_said(struct process *process, enum process_stream stream, const char *text);

/* Milliseconds until it ends with this status; fails when it does not within the budget. */
int duo_time_exit(struct process *process, int status, int budget_ms);

/* What the game says of a client that let a call wait too long. */
extern const char duo_dropped_text[];

/* The game runs, and takes a new client. */
void duo_expect_game_goes_on(struct duo *duo);

/* The last client took its leave and was not dropped, and the game goes on. */
void duo_expect_goodbye(struct duo *duo);

#endif
