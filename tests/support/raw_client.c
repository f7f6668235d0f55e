#include "support/raw_client.h"

#include "support/deadline.h"

#include <stdlib.h>
#include <string.h>

bool raw_client_open(struct raw_client *client, const char *name, enum raw_dialect dialect,
                     int budget_ms)
{
    memset(client, 0, sizeof *client);
    client->dialect = dialect;
    if (!raw_slot_open_wait(&client->slot, name, budget_ms))
        return false;
    client->copy = calloc(1, client->slot.size);
    return client->copy != NULL;
}

void raw_client_close(struct raw_client *client)
{
    raw_slot_close(&client->slot);
    free(client->copy);
    client->copy = NULL;
}

void raw_client_send(struct raw_client *client, enum raw_message message, const void *data,
                     size_t size)
{
    raw_slot_publish(&client->slot, raw_number(client->dialect, message), 0, data, size);
}

static void take_copy(struct raw_client *client)
{
    memcpy(client->copy, client->slot.bytes, client->slot.size);
    client->code = raw_load(client->copy, 4);
}

bool raw_client_await_reply(struct raw_client *client, int budget_ms)
{
    if (!raw_slot_wait_word(&client->slot, RAW_RESPONSE_WORD, budget_ms))
        return false;
    take_copy(client);
    return true;
}

bool raw_client_request(struct raw_client *client, enum raw_message message, const void *data,
                        size_t size, int budget_ms)
{
    raw_client_send(client, message, data, size);
    if (!raw_client_await_reply(client, budget_ms))
        return false;
    raw_slot_clear_forward(&client->slot);
    return true;
}

bool raw_client_request_int(struct raw_client *client, enum raw_message message, int32_t value,
                            int budget_ms)
{
    return raw_client_request(client, message, &value, sizeof value, budget_ms);
}

bool raw_client_register(struct raw_client *client, int budget_ms)
{
    return raw_client_request(client, RAW_C_REGISTER, NULL, 0, budget_ms);
}

bool raw_client_wait_call(struct raw_client *client, struct raw_call *call, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);
    enum raw_message message;
    unsigned round = 0;
    uint32_t word;

    for (;;) {
        word = raw_slot_word(&client->slot);
        message = raw_message_of(client->dialect, (uint8_t)(word & 0xFF));
        /* Ready means bits 8..15 are not zero (section 2). */
        if ((word & 0xFF00) != 0 && raw_is_server_call(message))
            break;
        if (deadline_passed(deadline))
            return false;
        deadline_poll_pause(&round);
    }
    take_copy(client);
    call->message = message;
    call->number = (uint8_t)(word & 0xFF);
    call->value = raw_load(client->copy, 8);
    call->second = raw_load(client->copy, 12);
    return true;
}

void raw_client_processed(struct raw_client *client, const struct raw_call *call)
{
    int32_t which = call->number;

    raw_client_send(client, RAW_C_PROCESSED_CALL, &which, sizeof which);
}

bool raw_client_next(struct raw_client *client, struct raw_call *call, enum raw_message message,
                     int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);

    do {
        if (call->message != RAW_UNKNOWN)
            raw_client_processed(client, call);
        call->message = RAW_UNKNOWN;
        if (!raw_client_wait_call(client, call, deadline_left_ms(deadline)))
            return false;
    } while (call->message != message);
    return true;
}

bool raw_client_run_to(struct raw_client *client, struct raw_call *call, int32_t time,
                       int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);

    do {
        if (!raw_client_next(client, call, RAW_S_ON_RUN_STEP, deadline_left_ms(deadline)))
            return false;
    } while (call->value < time);
    return true;
}

void raw_client_deregister(struct raw_client *client)
{
    int32_t zero = 0;

    raw_client_send(client, RAW_C_DEREGISTER, &zero, sizeof zero);
    if (raw_answers_deregister(client->dialect) && raw_client_await_reply(client, 2000))
        raw_slot_clear_forward(&client->slot);
}

bool raw_client_input(struct raw_client *client, const struct raw_input *input, int budget_ms)
{
    return raw_client_request(client, RAW_C_SET_INPUT_STATES, input, sizeof *input, budget_ms);
}

bool raw_client_text(struct raw_client *client, enum raw_message message, int32_t lead,
                     const char *text, int budget_ms)
{
    unsigned char data[8 + 512];
    size_t length = strlen(text);

    if (length > 512)
        length = 512;
    raw_store(data, 0, lead);
    raw_store(data, 4, (int32_t)length);
    memcpy(data + 8, text, length);
    return raw_client_request(client, message, data, 8 + length, budget_ms);
}
