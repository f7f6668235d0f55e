/*
 * A game server of the mapped-memory protocol in a thread of the test, as the fact sheet
 * describes the real one: it creates the object, waits for C_REGISTER, calls S_ON_REGISTERED
 * (v1) and then S_ON_RUN_STEP from -2600 in steps of 10, or a list of other calls, answers nested
 * calls, drops a silent client. On request it misbehaves at a chosen point. It refuses to simulate
 * anything: the state it hands out is a pattern.
 */
#ifndef TEST_SUPPORT_RAW_SERVER_H
#define TEST_SUPPORT_RAW_SERVER_H

#include "support/raw_log.h"
#include "support/raw_slot.h"

#include <stdatomic.h>

enum raw_misdeed {
    RAW_FAULT_NONE,
    /* --- in place of the reply to `on` (a client message) --- */
    RAW_SAY_NOTHING,    /* cleared, never answered; value 1: not even cleared */
    RAW_ANSWER_CODE,    /* S_RESPONSE with error code `value` and no data */
    RAW_ANSWER_CUT,     /* RESPONSE_TOO_LONG, data cut to `value` bytes (section 2) */
    RAW_ANSWER_COUNTS,  /* state with n = value, m = other (m stands right after n's array
                               when n fits, else it is not written) */
    RAW_ANSWER_WORD,    /* first word `value` instead of S_RESPONSE; after `other` ms the
                               true reply follows, never when `other` is 0 */
    RAW_ANSWER_GARBAGE, /* S_RESPONSE whose data is 8392 pseudo-random bytes, seed `value` */
    /* --- before the nth call of `on` (a server call) --- */
    RAW_CALL_NUMBER,   /* make the call with number `value` instead of its own */
    RAW_SWEEP_FOREIGN, /* words a client must ignore: type 0, its own and unknown types */
    RAW_SWEEP_ALL,     /* every type byte, every ready byte */
    RAW_PUT_WORD,      /* first word `value` stays for `other` ms, then it is cleared */
    RAW_SHUT_DOWN,     /* S_SHUTDOWN; afterwards only listens */
    /* --- at either --- */
    RAW_DIE /* stops looking at the region for ever; the object stays */
};

struct raw_fault {
    enum raw_misdeed misdeed;
    enum raw_message on;
    int nth; /* 1-based occurrence, 0 for every one */
    int32_t value;
    int32_t other;
};

/* What a server does with a message other than C_REGISTER while nobody is registered. */
enum raw_stranger {
    RAW_STRANGER_IGNORED,  /* left in the buffer */
    RAW_STRANGER_ANSWERED, /* empty S_RESPONSE, but not registered */
    RAW_STRANGER_WELCOME   /* any message registers: the sloppiest server there can be */
};

/* One call of a list that is made in place of run steps. */
struct raw_scripted_call {
    enum raw_message message;
    uint8_t number;  /* in place of the message's own, for numbers no dialect has; 0: its own */
    const char *hex; /* its data, "E8 03 00 00"; NULL: none */
};

enum {
    RAW_FAULT_MAX = 8,
    RAW_SERVER_CHECKPOINTS = 3,
    RAW_SERVER_PASSES = 3
};

struct raw_server_options {
    const char *name;
    size_t size; /* 0: that of the dialect */
    enum raw_dialect dialect;
    enum raw_stranger stranger;
    int32_t timeout_ms; /* 0: 2000, the default of section 3 */
    int max_steps;      /* after so many steps only listens; 0: no end */
    struct raw_fault faults[RAW_FAULT_MAX];
    const struct raw_scripted_call *calls; /* made in turn, then it only listens; NULL: run steps */
    size_t call_count;
    bool simulates;       /* what C_GET_CONTEXT_MODE is told */
    const int32_t *names; /* ten name indices; NULL: race running 9, and no others */
    const char *events;   /* event buffer as stored, 8 bytes each; NULL: race running alone */
    size_t event_count;
};

struct raw_server {
    struct raw_server_options options;
    struct raw_slot slot;
    struct raw_log log;
    pthread_t thread;
    atomic_bool stopping;
    atomic_bool shutdown_wanted;
    /* The rest belongs to the thread. */
    int seen[RAW_MESSAGE_COUNT]; /* occurrences, for raw_fault.nth */
    enum raw_message during;
    int32_t time;
    int32_t next_time;
    int32_t timeout_ms;
    size_t uncleared; /* bytes of the last call that may still lie in the region */
    bool header_cleared_early;
    bool accepted;          /* the last message got a response without an error code */
    uint32_t not_a_message; /* garbage of our own making, 0 when there is none */
    bool dead;
    unsigned char *work; /* a copy of the message, and where replies are built */
};

/* Creates the object and starts serving; false when the name is taken. */
bool raw_server_start(struct raw_server *server, const struct raw_server_options *options);

/* From the next step on: S_SHUTDOWN. */
void raw_server_request_shutdown(struct raw_server *server);

/* Stops the thread; the log stays readable. The object is removed. */
void raw_server_stop(struct raw_server *server);

/* After raw_server_stop: releases the log and everything in it. */
void raw_server_free(struct raw_server *server);

/* The state this server hands out at this race time, into 8392 bytes or more; its size. */
size_t raw_server_state(const struct raw_server *server, int32_t race_time, unsigned char *bytes);

/* --- for raw_server_reply.c --- */

/* The fault scripted for this occurrence, NULL when it shall behave. Counts the occurrence. */
const struct raw_fault *raw_server_fault(struct raw_server *server, enum raw_message message);

/* Answers the message in server->work, of which the region still holds the bytes. */
void raw_server_reply(struct raw_server *server, enum raw_message message);

/* Holds on for a scripted span; false when the server is being stopped. */
bool raw_server_hold(struct raw_server *server, int span_ms);

#endif
