/*
 * How the raw server answers (fact sheet, section 7), truthfully or as scripted.
 */
#include "support/raw_server.h"

#include <string.h>

size_t raw_server_state(const struct raw_server *server, int32_t race_time, unsigned char *bytes)
{
    return raw_state_fill(server->options.dialect, bytes, race_time, RAW_SERVER_CHECKPOINTS,
                          RAW_SERVER_PASSES);
}

/* Section 2, overflow: what does not fit is cut at the end of the buffer, code 1. */
static void answer(struct raw_server *server, int32_t code, const void *data, size_t size)
{
    size_t room = server->slot.size - RAW_SLOT_HEADER;

    if (size > room) {
        size = room;
        code = RAW_RESPONSE_TOO_LONG;
    }
    server->accepted = code == RAW_OK;
    /* The server clears before it answers (section 3, "Who clears what"). */
    raw_slot_clear_header_last(&server->slot);
    raw_slot_publish(&server->slot, raw_number(server->options.dialect, RAW_S_RESPONSE), code, data,
                     size);
}

/* v1 reads n, states, m, times behind one reserved word; `public` behind two counters. */
static size_t checkpoint_state(struct raw_server *server, unsigned char *bytes)
{
    size_t at = raw_state_count_offset(server->options.dialect);
    size_t lead = server->options.dialect == RAW_PUBLIC ? 8 : 4;
    size_t size = raw_server_state(server, server->time, bytes);

    memmove(bytes, bytes + at - lead, size - at + lead);
    return size - at + lead;
}

static int32_t name_index(const struct raw_server *server, size_t action)
{
    if (server->options.names != NULL)
        return server->options.names[action];
    return action == 0 ? 9 : -1;
}

/* By default one race-running event at 100000 with index 9, as in the captured state (10.6). */
static size_t event_buffer(const struct raw_server *server, unsigned char *bytes)
{
    static const char running[] = "\xA0\x86\x01\x00\x01\x00\x00\x09";
    const char *events = server->options.events;
    size_t count = events != NULL ? server->options.event_count : 1, at = 0, i;
    size_t name_count = (size_t)raw_index_count(server->options.dialect);

    for (i = 0; i < name_count; i++, at += 4)
        raw_store(bytes, at, name_index(server, i));
    raw_store(bytes, at, 29690);
    raw_store(bytes, at + 4, (int32_t)count);
    memcpy(bytes + at + 8, events != NULL ? events : running, 8 * count);
    return at + 8 + 8 * count;
}

/* Section 7: of the ten actions all but gas and horn. */
static size_t control_names(const struct raw_server *server, unsigned char *bytes)
{
    static const size_t told[] = {0, 1, 2, 3, 4, 5, 6, 8};
    size_t i;

    for (i = 0; i < sizeof told / sizeof told[0]; i++)
        raw_store(bytes, 4 * i, name_index(server, told[i]));
    return 4 * i;
}

/* What nobody knows is answered with what nobody knows: two words, the second of them 0. */
static size_t mystery(unsigned char *bytes)
{
    raw_store(bytes, 0, 0x44332211);
    raw_store(bytes, 4, 0);
    return 8;
}

static size_t build_data(struct raw_server *server, enum raw_message message, unsigned char *data)
{
    switch (message) {
    case RAW_C_GET_STATE:
        return raw_server_state(server, server->time, data);
    case RAW_C_GET_CONTEXT_MODE:
        raw_store(data, 0, server->options.simulates ? 0 : 1);
        return 4;
    case RAW_C_GET_CONTROL_NAMES:
        return control_names(server, data);
    case RAW_UNKNOWN:
        return mystery(data);
    case RAW_C_GET_CHECKPOINT_STATE:
        return checkpoint_state(server, data);
    case RAW_C_GET_EVENT_BUFFER:
        return event_buffer(server, data);
    default:
        return 0;
    }
}

static size_t garbage(unsigned char *data, uint32_t seed)
{
    size_t i;

    for (i = 0; i < 8392; i++) {
        seed = seed * 1664525u + 1013904223u;
        data[i] = (unsigned char)(seed >> 24);
    }
    return 8392;
}

static size_t hostile_counts(struct raw_server *server, const struct raw_fault *fault,
                             unsigned char *data)
{
    size_t at = raw_state_count_offset(server->options.dialect);
    size_t size = raw_server_state(server, server->time, data);

    raw_store(data, at, fault->value);
    if (fault->value == RAW_SERVER_CHECKPOINTS)
        raw_store(data, at + 4 + 4 * RAW_SERVER_CHECKPOINTS, fault->other);
    return size;
}

static void answer_with_word(struct raw_server *server, const struct raw_fault *fault,
                             const unsigned char *data, size_t size)
{
    raw_slot_clear_header_last(&server->slot);
    raw_slot_put_bytes(&server->slot, RAW_SLOT_HEADER, data, size);
    server->not_a_message = (uint32_t)fault->value;
    raw_slot_put(&server->slot, 0, fault->value);
    if (fault->other != 0 && raw_server_hold(server, fault->other))
        answer(server, RAW_OK, data, size);
}

static void misbehave(struct raw_server *server, const struct raw_fault *fault, unsigned char *data,
                      size_t size)
{
    switch (fault->misdeed) {
    case RAW_SAY_NOTHING:
        server->not_a_message = fault->value == 0 ? 0 : raw_slot_word(&server->slot);
        if (fault->value == 0)
            raw_slot_clear_header_last(&server->slot);
        break;
    case RAW_ANSWER_CODE:
        answer(server, fault->value, NULL, 0);
        break;
    case RAW_ANSWER_CUT:
        answer(server, RAW_RESPONSE_TOO_LONG, data, (size_t)fault->value);
        break;
    case RAW_ANSWER_COUNTS:
        answer(server, RAW_OK, data, hostile_counts(server, fault, data));
        break;
    case RAW_ANSWER_WORD:
        answer_with_word(server, fault, data, size);
        break;
    case RAW_ANSWER_GARBAGE:
        answer(server, RAW_OK, data, garbage(data, (uint32_t)fault->value));
        break;
    case RAW_DIE:
        server->dead = true;
        break;
    default:
        answer(server, RAW_OK, data, size);
        break;
    }
    raw_log_event(&server->log, RAW_EVENT_FAULT);
}

void raw_server_reply(struct raw_server *server, enum raw_message message)
{
    const struct raw_fault *fault = raw_server_fault(server, message);
    unsigned char *data = server->work;
    size_t size;

    server->accepted = false;
    if (message == RAW_C_SET_TIMEOUT)
        server->timeout_ms = raw_load(server->work, 8);
    size = build_data(server, message, data);
    if (fault != NULL)
        misbehave(server, fault, data, size);
    else
        answer(server, RAW_OK, data, size);
}
