#include "support/raw_expect.h"

#include "support/raw_slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static size_t parse_hex(const char *hex, unsigned char *bytes, size_t capacity)
{
    size_t count = 0;
    unsigned value;
    int used;

    while (count < capacity && sscanf(hex, " %2x%n", &value, &used) == 1) {
        bytes[count++] = (unsigned char)value;
        hex += used;
    }
    return count;
}

void raw_expect_hex(const unsigned char *bytes, size_t size, const char *hex)
{
    unsigned char expected[256];
    size_t count = parse_hex(hex, expected, sizeof expected);

    if (size != count || memcmp(bytes, expected, count) != 0) {
        fail_msg("expected %zu bytes: %s\n     got %zu bytes: %s", count, hex, size,
                 raw_slot_hex(bytes, size));
    }
}

void raw_expect_logged(struct raw_log *log, enum raw_message message, size_t nth, const char *hex)
{
    const struct raw_log_entry *entry = raw_log_get(log, message, nth);

    if (entry == NULL) {
        fail_msg("no %s number %zu among: %s", raw_message_name(message), nth, raw_log_story(log));
        return;
    }
    raw_expect_hex(entry->bytes, entry->size, hex);
}

void raw_expect_clean(struct raw_log *log)
{
    const struct raw_log_entry *entry = raw_log_first_dirty(log);

    if (entry == NULL)
        return;
    if (entry->dirty_at != 0) {
        fail_msg("%s of %zu bytes at time %d: byte %zu is left from an earlier exchange",
                 raw_message_name(entry->message), entry->size, (int)entry->time, entry->dirty_at);
    }
    fail_msg("before %s at time %d: header cleared before the data",
             raw_message_name(entry->message), (int)entry->time);
}

int raw_expect_any_exit(struct process *process, int budget_ms)
{
    assert_non_null(process);
    if (!process_wait_exit(process, budget_ms)) {
        fail_msg("still running after %d ms\nstdout: %s\nstderr: %s", budget_ms,
                 process_text(process, PROCESS_STDOUT), process_text(process, PROCESS_STDERR));
    }
    if (process_exit_status(process) < 0) {
        fail_msg("ended by signal %d\nstderr: %s", process_end_signal(process),
                 process_text(process, PROCESS_STDERR));
    }
    return process_exit_status(process);
}

void raw_expect_exit(struct process *process, int status, int budget_ms)
{
    int got = raw_expect_any_exit(process, budget_ms);

    if (got != status) {
        fail_msg("exit status %d, expected %d\nstdout: %s\nstderr: %s", got, status,
                 process_text(process, PROCESS_STDOUT), process_text(process, PROCESS_STDERR));
    }
}

void raw_expect_said(struct process *process, enum process_stream stream, const char *text)
{
    if (strstr(process_text(process, stream), text) == NULL) {
        fail_msg("\"%s\" not said\nstdout: %s\nstderr: %s", text,
                 process_text(process, PROCESS_STDOUT), process_text(process, PROCESS_STDERR));
    }
}
