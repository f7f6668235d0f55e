/*
 * Both sides of the mapped-memory protocol in as few instructions as its rules allow: the limit
 * that the project is measured against, and the game that its clients are measured with. Not a
 * line of the project runs in it, and it checks nothing: for benchmarks only.
 *
 * Order (fact sheet "TMInterface mapped-memory protocol", sections 2 and 3): the data first, the
 * word with the ready byte last, with release; clearing is the other way round, header last.
 */
#ifndef BENCH_SLOT_H
#define BENCH_SLOT_H

#include "bench/bench_kit.h"

#include <stdatomic.h>
#include <string.h>

/* The v1 numbers in use, as ready words. */
enum {
    WORD_RESPONSE = 0xFF01,
    WORD_REGISTERED = 0xFF02,
    WORD_SHUTDOWN = 0xFF03,
    WORD_RUN_STEP = 0xFF04,
    WORD_REGISTER = 0xFF0C,
    WORD_DEREGISTER = 0xFF0D,
    WORD_ANSWER = 0xFF0E,
    WORD_SET_INPUTS = 0xFF0F,
    WORD_GET_STATE = 0xFF14
};

enum {
    BENCH_SLOT_SIZE = 65535,
    HEADER_SIZE = 8,
    STATE_SIZE = 8392, /* 8344, and the checkpoint data of three checkpoints */
    INPUTS_SIZE = 24,
    PATIENCE_MS = 5000,       /* until a side that says nothing is given up */
    YIELD_INTERVAL = 1 << 10, /* polls after which both sides might share a processor */
    SPIN_COUNT = 1 << 20      /* polls between two looks at the clock */
};

static inline uint32_t slot_load(unsigned char *slot)
{
    return atomic_load_explicit((_Atomic uint32_t *)(void *)slot, memory_order_acquire);
}

static inline void slot_ready(unsigned char *slot, uint32_t word)
{
    atomic_store_explicit((_Atomic uint32_t *)(void *)slot, word, memory_order_release);
}

/* A message of one int32, or of any bytes. */
static inline void slot_send(unsigned char *slot, uint32_t word, const void *data, size_t size)
{
    memset(slot + 4, 0, 4);
    memcpy(slot + HEADER_SIZE, data, size);
    slot_ready(slot, word);
}

/* Zeroes the message and `size` bytes of data. */
static inline void slot_wipe(unsigned char *slot, size_t size)
{
    memset(slot + HEADER_SIZE, 0, size);
    atomic_store_explicit((_Atomic uint64_t *)(void *)slot, 0, memory_order_release);
}

static inline void slot_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

/* Spins until one of our partner's messages is there. False: the partner says nothing. */
static inline bool slot_await(unsigned char *slot, uint32_t ours, uint32_t *word)
{
    int64_t deadline_ns = 0;
    for (uint32_t spins = 0;; spins++) {
        *word = slot_load(slot);
        if (*word != ours && (*word & 0xFF00) != 0)
            return true;
        if (spins % YIELD_INTERVAL == YIELD_INTERVAL - 1)
            sched_yield();
        if (spins == SPIN_COUNT) {
            int64_t now_ns = bench_now_ns();
            if (deadline_ns == 0)
                deadline_ns = now_ns + (int64_t)PATIENCE_MS * 1000000;
            if (now_ns > deadline_ns || bench_stopped)
                return false;
            spins = 0;
        }
        slot_pause();
    }
}

/* A valid state of three checkpoints, otherwise zero. */
static inline const unsigned char *bench_state(void)
{
    static unsigned char state[STATE_SIZE];
    int32_t count = 3;
    memcpy(state + 8348, &count, 4);
    memcpy(state + 8364, &count, 4);
    return state;
}

/* Serves the client's requests until it answers the call that is open. */
static inline bool server_await_answer(unsigned char *slot, uint32_t call)
{
    uint32_t ours = call, word;
    while (slot_await(slot, ours, &word)) {
        switch (word) {
        case WORD_ANSWER:
        case WORD_DEREGISTER: /* not answered in v1 */
            slot_wipe(slot, 4);
            return true;
        case WORD_GET_STATE:
            slot_send(slot, WORD_RESPONSE, bench_state(), STATE_SIZE);
            break;
        default:
            slot_wipe(slot, INPUTS_SIZE);
            slot_send(slot, WORD_RESPONSE, "", 0);
        }
        ours = WORD_RESPONSE;
    }
    return false;
}

/* One call with one int32, from the first byte written to the last one cleared. */
static inline bool server_call(unsigned char *slot, uint32_t call, int32_t value)
{
    slot_send(slot, call, &value, sizeof value);
    return server_await_answer(slot, call);
}

/* Takes the next client in, up to the answer to its first call. */
static inline bool server_accept(unsigned char *slot)
{
    uint32_t word;
    if (!slot_await(slot, WORD_RESPONSE, &word) || word != WORD_REGISTER)
        return false;
    slot_send(slot, WORD_RESPONSE, "", 0);
    int64_t deadline_ns = bench_now_ns() + (int64_t)PATIENCE_MS * 1000000;
    while (slot_load(slot) != 0 && bench_now_ns() < deadline_ns)
        slot_pause();
    struct timespec settle = {.tv_nsec = 2000000};
    nanosleep(&settle, NULL);
    return server_call(slot, WORD_REGISTERED, 0);
}

/* Asks for something and zeroes the answer; what came is in `copy`. */
static inline bool client_ask(unsigned char *slot, uint32_t request, size_t size,
                              unsigned char *copy, size_t copy_size)
{
    static const unsigned char inputs[INPUTS_SIZE];
    uint32_t word;
    slot_send(slot, request, inputs, size);
    if (!slot_await(slot, request, &word))
        return false;
    memcpy(copy, slot + HEADER_SIZE, copy_size);
    slot_wipe(slot, copy_size);
    return true;
}

/* Answers calls until the shutdown call is answered. With `reads`, as a hook that reads would. */
static inline void client_serve(unsigned char *slot, bool reads)
{
    static unsigned char copy[STATE_SIZE];
    uint32_t word, ours = WORD_ANSWER;
    while (slot_await(slot, ours, &word)) {
        int32_t time, which = (int32_t)(word & 0xFF);
        memcpy(&time, slot + HEADER_SIZE, sizeof time);
        if (reads && word == WORD_RUN_STEP)
            reads = client_ask(slot, WORD_GET_STATE, 0, copy, STATE_SIZE) &&
                    client_ask(slot, WORD_SET_INPUTS, INPUTS_SIZE, copy, 0);
        slot_send(slot, WORD_ANSWER, &which, sizeof which);
        if (word == WORD_SHUTDOWN)
            return;
    }
}

#endif
