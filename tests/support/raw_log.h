/*
 * What a raw server has seen, in order and byte for byte, shared between its thread and the test
 * that asserts on it. Entries never move or change once appended. It refuses to judge: it keeps
 * the bytes, the test says what they should have been.
 */
#ifndef TEST_SUPPORT_RAW_LOG_H
#define TEST_SUPPORT_RAW_LOG_H

#include "support/raw_facts.h"

#include <pthread.h>

struct raw_log_entry {
    enum raw_message message; /* RAW_UNKNOWN for a number the dialect lacks */
    uint8_t number;           /* first byte as it was on the wire */
    uint32_t word;            /* whole first word */
    enum raw_message during;  /* the server call that was pending, RAW_UNKNOWN outside calls */
    int32_t time;             /* of the latest step made before it */
    size_t size;              /* header and data, from the message's own contents */
    unsigned char *bytes;
    /*
     * Offset of a byte that should have been zero behind the message: something from an earlier
     * exchange nobody cleared. 0 when clean. Bytes of a server call the client has not cleared
     * are no fault (section 2: "old bytes beyond the end of a shorter message stay").
     */
    size_t dirty_at;
    /* The reply before it lost its header before its data: not header-last (3, Advice). */
    bool header_cleared_early;
};

enum raw_event {
    RAW_EVENT_REGISTERED,
    RAW_EVENT_DEREGISTERED,
    RAW_EVENT_DROPPED, /* the client was silent for longer than its timeout */
    RAW_EVENT_STEP,    /* a step call was answered */
    RAW_EVENT_FAULT,   /* a scripted fault took place */
    RAW_EVENT_IDLE,    /* no more calls will come */
    RAW_EVENT_ENDED,   /* the server thread has finished */
    RAW_EVENT_COUNT
};

enum {
    RAW_LOG_MAX = 4096
};

struct raw_log {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct raw_log_entry *entries[RAW_LOG_MAX];
    size_t count;
    size_t overflow;
    size_t events[RAW_EVENT_COUNT];
};

void raw_log_init(struct raw_log *log);
void raw_log_free(struct raw_log *log);

/* Takes the entry over, bytes included. */
void raw_log_append(struct raw_log *log, struct raw_log_entry *entry);
void raw_log_event(struct raw_log *log, enum raw_event event);

size_t raw_log_count(struct raw_log *log, enum raw_message message);
size_t raw_log_total(struct raw_log *log);

/* The nth (from 0) of its kind, or of all; NULL when there are fewer. Valid until freed. */
const struct raw_log_entry *raw_log_get(struct raw_log *log, enum raw_message message, size_t nth);
const struct raw_log_entry *raw_log_at(struct raw_log *log, size_t index);

bool raw_log_wait(struct raw_log *log, enum raw_message message, size_t count, int budget_ms);
size_t raw_log_events(struct raw_log *log, enum raw_event event);
bool raw_log_wait_event(struct raw_log *log, enum raw_event event, size_t count, int budget_ms);

/* First entry that is not clean (dirty or header cleared early), NULL when all are. */
const struct raw_log_entry *raw_log_first_dirty(struct raw_log *log);

/* The order of all messages as names, for failure messages; static buffer. */
const char *raw_log_story(struct raw_log *log);

#endif
