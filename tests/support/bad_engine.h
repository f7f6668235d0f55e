/*
 * An engine that behaves badly, in one way at a time: a listening socket and a thread of the test
 * that serves one connection after the other. What it does not do wrong it does right: pings,
 * screenshots and commands are answered. It refuses to judge.
 *
 * Source: fact sheet "Remote editor TCP protocol".
 */
#ifndef TEST_SUPPORT_BAD_ENGINE_H
#define TEST_SUPPORT_BAD_ENGINE_H

enum bad_engine_manner {
    BAD_ENGINE_ABSENT, /* has a port at which nobody listens */
    BAD_ENGINE_SILENT,
    BAD_ENGINE_NEVER_READS,
    BAD_ENGINE_TRICKLES, /* one byte a second of whatever it has to say */
    /* At the first frame it hears: */
    BAD_ENGINE_CUTS_HEADERS,
    BAD_ENGINE_CUTS_BODIES,
    BAD_ENGINE_NEGATIVE_SIZE,
    BAD_ENGINE_OVER_CAP,
    /* As fast as it can: */
    BAD_ENGINE_GARBAGE,
    BAD_ENGINE_UNKNOWN_KINDS,
    BAD_ENGINE_LOGS,
    BAD_ENGINE_PINGS,
    BAD_ENGINE_PINGS_DEAF, /* and never reads the pongs */
    /* Of screenshots: */
    BAD_ENGINE_OTHER_SIZE,
    BAD_ENGINE_BARE,
    BAD_ENGINE_TWICE,
    BAD_ENGINE_UNASKED /* one before anything it says */
};

struct bad_engine;

/* Listens on 127.0.0.1; whatever cannot be started fails the test. */
struct bad_engine *bad_engine_start(enum bad_engine_manner manner);

int bad_engine_port(const struct bad_engine *engine);

/* Connections it has taken so far. */
unsigned bad_engine_count(const struct bad_engine *engine);

/* Ends and frees it. NULL is allowed. */
void bad_engine_stop(struct bad_engine *engine);

#endif
