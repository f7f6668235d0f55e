/*
 * The embedded game against a client that writes anything at any time, in a race or a simulation:
 * it never reads outside a message, always comes back to calling or to being free, and its race
 * can be told as a state.
 *
 * The first three bytes choose dialect, slot and context; then each byte chooses what happens.
 */
#include "fuzz/fuzz_slot.h"
#include "sim/game.h"
#include "sim/tracks_builtin.h"

struct scene {
    struct fuzz_input input;
    struct slot slot;
    int64_t now_ns;
    uint8_t *state; /* a reply that was kept, to be sent back */
    size_t state_size;
};

static struct sim_game game;
static struct simulation simulation;
static struct track track;
static size_t note_size; /* so that every note is read */

static void on_note(void *context, const char *text)
{
    (void)context;
    note_size += strlen(text);
}

static void open_game(struct scene *scene)
{
    static const char inputs[] = "0 press up\n500 steer 30000\n900-1500 press left\n";
    const struct dialect *dialect = fuzz_dialect(&scene->input);
    size_t size = fuzz_slot_size(&scene->input, dialect);
    fuzz_slot_open(&scene->slot, size);
    sim_game_open(&game, &track, 0, &scene->slot, dialect, fuzz_memory(size), 0, -1);
    game.note = on_note;
    if (fuzz_choice(&scene->input, 2) != 0)
        sim_game_simulate(&game, &simulation, inputs, sizeof inputs - 1);
}

static void let_time_pass(struct scene *scene, int64_t ms)
{
    scene->now_ns += ms * 1000000;
    sim_game_check(&game, scene->now_ns);
}

static void run(unsigned rounds)
{
    for (unsigned i = 0; i < rounds && !game.quits; i++)
        if (sim_game_run(&game) != SIM_MOVED)
            return;
}

static uint8_t number_of(enum message message)
{
    return dialect_number(game.server.dialect, message);
}

static void join(struct scene *scene)
{
    fuzz_put_word(&scene->slot, number_of(MESSAGE_C_REGISTER) | (uint32_t)SLOT_READY);
    run(1);
    memset(scene->slot.memory, 0, scene->slot.size);
    let_time_pass(scene, 0);
    let_time_pass(scene, 5);
    run(2);
}

/* A request of the dialect: zeros, then a few bytes of the input over them. */
static void request(struct scene *scene, enum message what)
{
    memset(scene->slot.memory, 0, scene->slot.size);
    fuzz_put_message(&scene->input, &scene->slot, number_of(what));
}

static void answer(struct scene *scene)
{
    uint8_t *data = scene->slot.memory + SLOT_HEADER_SIZE;
    memset(scene->slot.memory, 0, scene->slot.size);
    store_i32(data, number_of(game.server.call));
    if (game.server.call == MESSAGE_S_ON_BRUTEFORCE_EVALUATE) { /* a decision, and where to go */
        store_u32(data + 4, fuzz_choice(&scene->input, 8));
        store_i32(data + 8, 10 * fuzz_byte(&scene->input) - 10);
    }
    fuzz_put_word(&scene->slot, number_of(MESSAGE_C_PROCESSED_CALL) | (uint32_t)SLOT_READY);
}

static void keep_reply(struct scene *scene)
{
    scene->state_size = slot_capacity(&scene->slot);
    memcpy(scene->state, scene->slot.memory + SLOT_HEADER_SIZE, scene->state_size);
}

/* What the game said of itself goes back, changed here and there. */
static void send_back(struct scene *scene, enum message what)
{
    memset(scene->slot.memory, 0, scene->slot.size);
    fuzz_patch(&scene->input, scene->state, scene->state_size);
    fuzz_put_bytes(&scene->slot, SLOT_HEADER_SIZE, scene->state, scene->state_size);
    fuzz_put_word(&scene->slot, number_of(what) | (uint32_t)SLOT_READY);
}

static void step(struct scene *scene)
{
    static const enum message kept[] = {MESSAGE_C_SIM_REWIND_TO_STATE,
                                        MESSAGE_C_SET_CHECKPOINT_STATE,
                                        MESSAGE_C_SIM_SET_EVENT_BUFFER};
    struct fuzz_input *input = &scene->input;
    switch (fuzz_choice(input, 8)) {
    case 0:
        fuzz_put_message(input, &scene->slot, fuzz_byte(input));
        break;
    case 1:
        fuzz_disturb(input, &scene->slot);
        break;
    case 2:
        request(scene, (enum message)fuzz_choice(input, MESSAGE_COUNT));
        break;
    case 3:
        let_time_pass(scene, fuzz_u16(input));
        break;
    case 4:
        send_back(scene, kept[fuzz_choice(input, 3)]);
        break;
    case 5:
        keep_reply(scene);
        break;
    case 6:
        join(scene);
        break;
    default: /* the usual: some steps of the race */
        for (unsigned left = 1u << fuzz_choice(input, 8); left > 0; left--) {
            answer(scene);
            run(4);
        }
    }
    run(4);
}

static void check_game(const struct scene *scene)
{
    const struct game_server *server = &game.server;
    static uint8_t state[STATE_SIZE_MAX];
    assert((server->phase == SERVER_CALLING) == (server->call != MESSAGE_UNKNOWN));
    assert(!server->replied && server->reply_size == 0 && !server->reply_cut);
    assert(server->call_size <= slot_capacity(&scene->slot));
    assert(race_state_size(&game.race) <= sizeof state);
    race_state_copy(&game.race, state);
    assert(game.command_count <= SIM_COMMAND_COUNT_MAX && game.queue_at <= game.queue_count);
}

/*
 * Whatever it has seen, a game whose client falls silent gives it up, unless it is to wait for
 * ever, or stands still because that is how fast the client made it.
 */
static void check_end(struct scene *scene)
{
    enum {
        PATIENCE_MAX_MS = 10000
    };
    for (int i = 0; i < 100 && game_server_has_client(&game.server); i++) {
        let_time_pass(scene, 480);
        let_time_pass(scene, 20); /* a game that was held for long does not catch up */
        run(4);
        if (game.quits || game.server.timeout_ms < 0 || game.server.timeout_ms > PATIENCE_MAX_MS)
            return;
    }
    assert(game.server.phase == SERVER_FREE || game.server.phase == SERVER_READY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum {
        STEP_COUNT_MAX = 60
    };
    struct scene scene = {.input = {.bytes = data, .size = size}, .now_ns = 1000000000};
    if (track.segment_count == 0)
        assert(track_load_builtin("laps", &track));
    open_game(&scene);
    scene.state = fuzz_memory(slot_capacity(&scene.slot));
    join(&scene);
    for (int i = 0; i < STEP_COUNT_MAX && fuzz_more(&scene.input) && !game.quits; i++) {
        step(&scene);
        check_game(&scene);
    }
    check_end(&scene);
    free(scene.state);
    free(game.server.call_data);
    fuzz_slot_free(&scene.slot);
    return 0;
}
