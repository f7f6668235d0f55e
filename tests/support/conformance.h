/*
 * The conformance table: every message of the mapped-memory protocol, byte by byte as the fact
 * sheet has it, and what each side does when it finds it in the slot, in every state of the
 * conversation. It shares no line with the programs under test, and decides nothing: the tests
 * that walk it fail where a cell is missing.
 */
#ifndef TEST_SUPPORT_CONFORMANCE_H
#define TEST_SUPPORT_CONFORMANCE_H

#include "support/raw_facts.h"

#include <stddef.h>
#include <stdint.h>

/*
 * A whole message as text. `0E` is a byte and `00*3` three of them; `#` stands before a count or a
 * size of four bytes; `~0C` is the number that the message 0C of v1 has in the dialect at hand.
 * The dialects between v1 and public have the bytes of v1 under their own numbers, those with
 * nine name indices the bytes of `nine`, where given. Null: not in that dialect.
 */
struct conformance_text {
    const char *v1, *public, *nine;
};

/* The states of the two sides: the columns of the table, in the order of its letters. */
enum conformance_server_state {
    SERVER_IS_FREE,
    SERVER_IS_SETTLING,
    SERVER_IS_READY,
    SERVER_IS_CALLING,  /* S_ON_RUN_STEP */
    SERVER_HAS_DROPPED, /* a client that let a call wait too long */
    SERVER_STATE_COUNT
};
enum conformance_client_state {
    CLIENT_IS_NEW,
    CLIENT_IS_REGISTERING,
    CLIENT_IS_IDLE,    /* registered, between calls */
    CLIENT_IS_CALLED,  /* S_ON_RUN_STEP */
    CLIENT_IS_ASKING,  /* in that call, with a request under way */
    CLIENT_IS_LEAVING, /* S_SHUTDOWN; where the dialect has none, a second call */
    CLIENT_HAS_ENDED,
    CLIENT_STATE_COUNT
};

struct conformance_row {
    enum raw_message message;
    struct conformance_text bytes;
    struct conformance_text reply; /* of a request whose reply has data; {0}: empty */
    /*
     * What a server does with it, a letter for each state:
     *   .  leaves it alone: its own words    R  registers, empty response   N  response: code 2
     *   H  hears the request, empty response A  hears the answer, clears    G  hears the goodbye
     *   W  wipes it with a line for the log  Q  wipes it without            empty: never there
     */
    const char *server;
    /*
     * What a client does with it:
     *   .  waits, touches nothing    C  hears the call    U  hears a call of an unknown number
     *   R  hears the response        E  has ended: touches nothing
     */
    const char *client;
    const char *verb; /* what a script says to send it, or null */
    bool simulates;   /* which it may only in a simulation */
};

extern const struct conformance_row conformance_calls[], conformance_requests[];
extern const size_t conformance_call_count, conformance_request_count;

/* Numbers that a dialect lacks, and the number 0. */
extern const struct conformance_row conformance_stranger, conformance_nothing;

/* The row of a number in a dialect; null: a hole in the table. */
const struct conformance_row *conformance_find(enum raw_dialect dialect, unsigned number);

enum {
    CONFORMANCE_SIZE_MAX = 9000,
    CONFORMANCE_COUNTS_MAX = 8
};

struct conformance_bytes {
    uint8_t bytes[CONFORMANCE_SIZE_MAX];
    size_t size;
    size_t count_at[CONFORMANCE_COUNTS_MAX]; /* where the counts are */
    size_t count_count;
};

/* The bytes of a text in a dialect; false when the dialect does not have it. */
bool conformance_read(const struct conformance_text *text, enum raw_dialect dialect,
                      struct conformance_bytes *bytes);

#endif
