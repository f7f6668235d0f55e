/*
 * A running tmlua attached to a raw server: what every end-to-end test of the mapped client
 * starts from. It refuses to judge: tests read the server's log and the program's words.
 */
#ifndef TEST_SUPPORT_RAW_HOST_H
#define TEST_SUPPORT_RAW_HOST_H

#include "support/process.h"
#include "support/raw_server.h"

struct raw_host_options {
    const char *wait_s; /* --wait; NULL: "5" */
    const char *code;   /* Lua, after the prologue; NULL: nothing is run */
    bool no_prologue;   /* the code is the whole script */
    bool as_file;       /* from a temporary file instead of -e */
    bool as_stdin;      /* from standard input */
    const char *query;  /* added to the address, such as "?dialect=public" */
};

struct raw_host {
    char name[PROCESS_SLOT_NAME_SIZE];
    char script[64]; /* path of the temporary file, "" when there is none */
    struct raw_server server;
    bool serving;
    struct process *process;
};

/* Gives the host its slot name and starts a server under it. */
void raw_host_serve(struct raw_host *host, struct raw_server_options options);

/*
 * Starts tmlua on that name (with no server: on nothing). The prologue is
 * `local tm = require "tm" local game = assert(tm.attach())` on one line, so that line numbers
 * in error messages start at 1.
 */
void raw_host_run(struct raw_host *host, struct raw_host_options options);

/* Both at once, a well-behaved v1 server: the usual case. */
void raw_host_script(struct raw_host *host, const char *code);

/* For teardowns: everything stopped, freed and removed. */
void raw_host_end(struct raw_host *host);

#endif
