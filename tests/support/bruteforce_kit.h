/* A client of the brute force that lets it go on, and what it needs to look at the results. */
#ifndef SUPPORT_BRUTEFORCE_KIT_H
#define SUPPORT_BRUTEFORCE_KIT_H

#include "support/sim_kit.h"

/* Accelerates half a second late on `straight`; only that time can be changed. */
#define LATE                                                                                       \
    "500 press up; set controller bruteforce; set bf_modify_prob 1;"                               \
    "set bf_max_time_diff 100; set bf_max_steer_diff 0;"

enum {
    STRAIGHT_MS = 9990, /* accelerating from 0 finishes `straight` then */
    LATE_MS = STRAIGHT_MS + 500
};

extern int evaluations; /* questions that came in go_on_to */

/* Answers every call, evaluations with CONTINUE, until the next of that kind is open. */
void go_on_to(enum message what);

/* The same, until the evaluation of that time in that phase is open. */
void go_on_to_time(enum bruteforce_phase phase, int32_t time);

/* Goes on to the next evaluation: its time. */
int32_t next_evaluation(void);

/* The result file; the next simulation would clear it. */
const char *copy_result(void);

/* The time of a checkpoint on `straight` when the inputs of the result file are simulated. */
int32_t resimulate(int32_t pass);

#endif
