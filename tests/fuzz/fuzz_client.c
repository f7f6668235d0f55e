/*
 * A client against a game that writes anything at any time: its messages are read as far as they
 * go and no further, and whatever it says the client is waiting, heard something, or has ended
 * for a reason.
 *
 * The first two bytes choose dialect and slot; then each byte chooses what happens next.
 */
#include "fuzz/fuzz_slot.h"
#include "peer/game_client.h"

struct scene {
    struct fuzz_input input;
    struct slot slot;
    struct game_client client;
    int64_t now_ms;
};

static void check_ended(const struct game_client *client)
{
    if (client->phase != CLIENT_ENDED)
        return;
    assert(client->end != STATUS_OK && client->end != STATUS_WAITING);
    assert(client->call_number == 0 && client->request_number == 0);
    assert(memchr(client->reason, '\0', sizeof client->reason) != NULL);
}

static void check_message(const struct scene *scene, const struct game_message *message)
{
    assert(message->size <= slot_capacity(&scene->slot));
    assert((message->data == NULL) == (message->size == 0));
    fuzz_touch(message->data, message->size);
    if (message->is_response)
        assert(scene->client.request_number == 0);
    else
        assert(scene->client.call_number == message->number && message->number != 0);
}

static void poll_once(struct scene *scene)
{
    struct game_message message = {0};
    enum status status = game_client_poll(&scene->client, &message);
    assert((status == STATUS_OK || status == STATUS_WAITING) ==
           (scene->client.phase != CLIENT_ENDED));
    if (status != STATUS_OK)
        return;
    check_message(scene, &message);
    if (message.is_response)
        game_client_release(&scene->client);
}

static void request(struct scene *scene, enum message what)
{
    struct game_client *client = &scene->client;
    size_t taken;
    if (game_client_can_request(client, what) != STATUS_OK)
        return;
    uint8_t *data = game_client_compose(client, what);
    const uint8_t *bytes = fuzz_take(&scene->input, fuzz_choice(&scene->input, 16), &taken);
    if (taken > 0)
        memcpy(data, bytes, taken);
    game_client_send(client, taken);
}

static void request_number(struct scene *scene, uint8_t number)
{
    if (number == 0 ||
        game_client_can_request(&scene->client, MESSAGE_C_GET_CONTEXT_MODE) != STATUS_OK)
        return;
    game_client_compose_number(&scene->client, number);
    game_client_send(&scene->client, 0);
}

static void answer(struct scene *scene)
{
    uint8_t extra[8] = {fuzz_byte(&scene->input)};
    if (scene->client.call_number != 0 && scene->client.request_number == 0)
        game_client_answer(&scene->client, extra, fuzz_choice(&scene->input, 2) * sizeof extra);
}

static void game_says(struct scene *scene)
{
    fuzz_put_message(&scene->input, &scene->slot, fuzz_byte(&scene->input));
}

static void step(struct scene *scene)
{
    struct fuzz_input *input = &scene->input;
    switch (fuzz_choice(input, 8)) {
    case 0:
        game_says(scene);
        break;
    case 1:
        fuzz_disturb(input, &scene->slot);
        break;
    case 2:
        request(scene, (enum message)fuzz_choice(input, MESSAGE_COUNT));
        break;
    case 3:
        request_number(scene, fuzz_byte(input));
        break;
    case 4:
        answer(scene);
        break;
    case 5:
        scene->now_ms += fuzz_u16(input);
        game_client_check(&scene->client, scene->now_ms);
        break;
    case 6: /* a response to whatever was asked */
        fuzz_put_message(input, &scene->slot, 1);
        break;
    default:
        break;
    }
    poll_once(scene);
    check_ended(&scene->client);
}

/* The game goes on as before while the client leaves. */
static bool game_moves(void *context)
{
    struct scene *scene = context;
    if (!fuzz_more(&scene->input))
        return false;
    if (fuzz_choice(&scene->input, 2) == 0)
        game_says(scene);
    else
        fuzz_disturb(&scene->input, &scene->slot);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum {
        STEP_COUNT_MAX = 100
    };
    struct scene scene = {.input = {.bytes = data, .size = size}, .now_ms = 1000};
    const struct dialect *dialect = fuzz_dialect(&scene.input);
    fuzz_slot_open(&scene.slot, fuzz_slot_size(&scene.input, dialect));
    game_client_open(&scene.client, &scene.slot, dialect);
    game_client_register(&scene.client);
    poll_once(&scene);
    for (int i = 0; i < STEP_COUNT_MAX && fuzz_more(&scene.input); i++)
        step(&scene);
    scene.slot.run_other_end = game_moves;
    scene.slot.context = &scene;
    game_client_close(&scene.client, STATUS_CLOSED, 0);
    assert(scene.client.phase == CLIENT_ENDED);
    check_ended(&scene.client);
    fuzz_slot_free(&scene.slot);
    return 0;
}
