#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "support/raw_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void raw_log_init(struct raw_log *log)
{
    pthread_condattr_t attributes;

    memset(log, 0, sizeof *log);
    pthread_mutex_init(&log->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&log->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

void raw_log_free(struct raw_log *log)
{
    size_t i;

    for (i = 0; i < log->count; i++) {
        free(log->entries[i]->bytes);
        free(log->entries[i]);
    }
    pthread_cond_destroy(&log->changed);
    pthread_mutex_destroy(&log->lock);
}

void raw_log_append(struct raw_log *log, struct raw_log_entry *entry)
{
    pthread_mutex_lock(&log->lock);
    if (log->count < RAW_LOG_MAX) {
        log->entries[log->count++] = entry;
    } else {
        log->overflow++;
        free(entry->bytes);
        free(entry);
    }
    pthread_cond_broadcast(&log->changed);
    pthread_mutex_unlock(&log->lock);
}

void raw_log_event(struct raw_log *log, enum raw_event event)
{
    pthread_mutex_lock(&log->lock);
    log->events[event]++;
    pthread_cond_broadcast(&log->changed);
    pthread_mutex_unlock(&log->lock);
}

static size_t count_locked(const struct raw_log *log, enum raw_message message)
{
    size_t i, count = 0;

    for (i = 0; i < log->count; i++)
        count += log->entries[i]->message == message;
    return count;
}

size_t raw_log_count(struct raw_log *log, enum raw_message message)
{
    size_t count;

    pthread_mutex_lock(&log->lock);
    count = count_locked(log, message);
    pthread_mutex_unlock(&log->lock);
    return count;
}

size_t raw_log_total(struct raw_log *log)
{
    size_t count;

    pthread_mutex_lock(&log->lock);
    count = log->count;
    pthread_mutex_unlock(&log->lock);
    return count;
}

const struct raw_log_entry *raw_log_get(struct raw_log *log, enum raw_message message, size_t nth)
{
    const struct raw_log_entry *found = NULL;
    size_t i;

    pthread_mutex_lock(&log->lock);
    for (i = 0; i < log->count && found == NULL; i++) {
        if (log->entries[i]->message == message && nth-- == 0)
            found = log->entries[i];
    }
    pthread_mutex_unlock(&log->lock);
    return found;
}

const struct raw_log_entry *raw_log_at(struct raw_log *log, size_t index)
{
    const struct raw_log_entry *found = NULL;

    pthread_mutex_lock(&log->lock);
    if (index < log->count)
        found = log->entries[index];
    pthread_mutex_unlock(&log->lock);
    return found;
}

static struct timespec moment_in_ms(int budget_ms)
{
    struct timespec moment;

    clock_gettime(CLOCK_MONOTONIC, &moment);
    moment.tv_sec += budget_ms / 1000;
    moment.tv_nsec += (long)(budget_ms % 1000) * 1000000;
    if (moment.tv_nsec >= 1000000000) {
        moment.tv_nsec -= 1000000000;
        moment.tv_sec++;
    }
    return moment;
}

bool raw_log_wait(struct raw_log *log, enum raw_message message, size_t count, int budget_ms)
{
    struct timespec end = moment_in_ms(budget_ms);
    bool in_time = true;
    size_t have;

    pthread_mutex_lock(&log->lock);
    while ((have = count_locked(log, message)) < count && in_time)
        in_time = pthread_cond_timedwait(&log->changed, &log->lock, &end) == 0;
    pthread_mutex_unlock(&log->lock);
    return have >= count;
}

size_t raw_log_events(struct raw_log *log, enum raw_event event)
{
    size_t count;

    pthread_mutex_lock(&log->lock);
    count = log->events[event];
    pthread_mutex_unlock(&log->lock);
    return count;
}

bool raw_log_wait_event(struct raw_log *log, enum raw_event event, size_t count, int budget_ms)
{
    struct timespec end = moment_in_ms(budget_ms);
    bool in_time = true;
    size_t have;

    pthread_mutex_lock(&log->lock);
    while ((have = log->events[event]) < count && in_time)
        in_time = pthread_cond_timedwait(&log->changed, &log->lock, &end) == 0;
    pthread_mutex_unlock(&log->lock);
    return have >= count;
}

const struct raw_log_entry *raw_log_first_dirty(struct raw_log *log)
{
    const struct raw_log_entry *found = NULL;
    size_t i;

    pthread_mutex_lock(&log->lock);
    for (i = 0; i < log->count && found == NULL; i++) {
        if (log->entries[i]->dirty_at != 0 || log->entries[i]->header_cleared_early)
            found = log->entries[i];
    }
    pthread_mutex_unlock(&log->lock);
    return found;
}

const char *raw_log_story(struct raw_log *log)
{
    static char story[2048];
    size_t used = 0, i;

    pthread_mutex_lock(&log->lock);
    story[0] = '\0';
    for (i = 0; i < log->count && used < sizeof story - 64; i++)
        used += (size_t)snprintf(story + used, sizeof story - used, "%s ",
                                 raw_message_name(log->entries[i]->message));
    pthread_mutex_unlock(&log->lock);
    return story;
}
