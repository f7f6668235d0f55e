/*
 * Assertions of the protocol tests, on top of cmocka: bytes against the hex of the fact sheet,
 * logs against what must be in them. A failure shows both sides.
 */
#ifndef TEST_SUPPORT_RAW_EXPECT_H
#define TEST_SUPPORT_RAW_EXPECT_H

#include "support/process.h"
#include "support/raw_log.h"

/* Bytes equal the hex text ("0C FF 00 ..."), neither more nor fewer. */
void raw_expect_hex(const unsigned char *bytes, size_t size, const char *hex);

/* The nth message of its kind was exactly this. */
void raw_expect_logged(struct raw_log *log, enum raw_message message, size_t nth, const char *hex);

/* No message carried bytes of an earlier exchange, and no header was cleared before its data. */
void raw_expect_clean(struct raw_log *log);

/* It ends in time, by itself, with this status. Shows its stderr otherwise. */
void raw_expect_exit(struct process *process, int status, int budget_ms);

/* It ends in time by an exit and not by a signal; returns the status. */
int raw_expect_any_exit(struct process *process, int budget_ms);

/* Its stdout or stderr (after its end, or so far) contains the text. */
void raw_expect_said(struct process *process, enum process_stream stream, const char *text);

#endif
