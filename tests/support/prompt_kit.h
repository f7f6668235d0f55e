/*
 * The prompt of tmlua as a person has it: in a terminal, attached to a tmsim of its own, with a
 * home that nobody else uses. It refuses to know how the prompt is made: what a test asks for is
 * typed, and what it expects stands on the screen.
 */
#ifndef TEST_SUPPORT_PROMPT_KIT_H
#define TEST_SUPPORT_PROMPT_KIT_H

#include "support/duo.h"
#include "support/screen.h"

/* The game. A test may begin others, and puts them away itself. */
extern struct duo prompt_duo;

/* For setups and teardowns. */
int prompt_begin(void **state);
int prompt_end(void **state);

/* `tmsim --mapped NAME` with these arguments, NULL-terminated or NULL. */
void prompt_start_game(const char *const *arguments);

/* `tmlua` with these arguments, NULL-terminated or NULL, in a terminal of 100 times 40; returns when the
 * prompt is about to be there. */
void prompt_run(const char *const *arguments);

/* `tmlua -a ADDRESS` of the game with these arguments; returns when the prompt knows the game. */
void prompt_attach(const char *const *arguments);

/* Both, and holds a new race of a game as fast as it goes at that race time in ms. */
void prompt_hold_at(int time_ms);

/* A line with its end. */
void prompt_enter(const char *line);

/* The same, and waits for the text to stand on the screen. It must not stand there before. */
void prompt_ask(const char *line, const char *answer);

/* Waits until all that was typed is done: a line of its own has been run. */
void prompt_settle(void);

/* The name of a file there, "tmlua/init.lua", for $XDG_CONFIG_HOME; and its text. */
void prompt_write_config(const char *name, const char *text);

/* The file of the history, as it is now; empty if there is none. Valid until the next call. */
const char *prompt_history(void);

/* Whether the text stands on the screen in time. */
bool prompt_appears(const char *text, int budget_ms);

/* How often the text stands on the screen or above it. */
int prompt_count(const char *text);

/* The program has left with that status. Enter starts it again. */
void prompt_expect_left(int status);

/* The game has let one client go, which took its leave. */
void prompt_expect_goodbye(void);

#endif
