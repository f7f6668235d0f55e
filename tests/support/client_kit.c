#include "support/client_kit.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct game_client client;
struct game_message message;
int64_t now_ms;

void start_client_in(const struct dialect *dialect, size_t size)
{
    kit_open(size);
    game_client_open(&client, &kit_slot, dialect);
    now_ms = 1000;
}

void start_client(const struct dialect *dialect)
{
    start_client_in(dialect, dialect->slot_size);
}

enum status poll_client(void)
{
    memset(&message, 0x55, sizeof message);
    return game_client_poll(&client, &message);
}

enum status pass_ms(int64_t duration_ms)
{
    now_ms += duration_ms;
    return game_client_check(&client, now_ms);
}

void ask_to_register(const struct dialect *dialect)
{
    start_client(dialect);
    game_client_register(&client);
    assert_int_equal(poll_client(), STATUS_WAITING);
    assert_int_equal(client.phase, CLIENT_REGISTERING);
}

void start_registered(const struct dialect *dialect)
{
    ask_to_register(dialect);
    kit_zero();
    kit_put(1, 0, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK);
    game_client_release(&client);
    assert_int_equal(client.phase, CLIENT_REGISTERED);
    assert_true(kit_is_zero());
}

void start_in_call(void)
{
    start_registered(&dialect_v1);
    kit_put(4, 0, KIT_WORDS(1000));
    assert_int_equal(poll_client(), STATUS_OK);
    assert_int_equal(client.call, MESSAGE_S_ON_RUN_STEP);
}

void start_in_request(enum message request)
{
    start_in_call();
    kit_zero();
    game_client_compose(&client, request);
    game_client_send(&client, 0);
}
