#include "support/sim_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    FILE_COUNT_MAX = 8,
    CALL_COUNT_MAX = 400000,
    ROUND_COUNT_MAX = 100000
};

struct simulation simulation;
char stored_path[200];
char stored_text[1 << 20];
int stored_count;

static struct {
    const char *path;
    const char *text;
} kept_files[FILE_COUNT_MAX];
static size_t kept_file_count;

void put_file(const char *path, const char *text)
{
    assert_true(kept_file_count < FILE_COUNT_MAX);
    kept_files[kept_file_count].path = path;
    kept_files[kept_file_count++].text = text;
}

static bool load(void *context, const char *path,
                 void (*take)(void *taker, const char *text, size_t size), void *taker)
{
    (void)context;
    for (size_t i = 0; i < kept_file_count; i++)
        if (strcmp(path, kept_files[i].path) == 0) {
            take(taker, kept_files[i].text, strlen(kept_files[i].text));
            return true;
        }
    return false;
}

static void put(void *context, const char *text, size_t size)
{
    (void)context;
    size_t used = strlen(stored_text);
    assert_true(used + size < sizeof stored_text);
    memcpy(stored_text + used, text, size);
    stored_text[used + size] = '\0';
}

static bool store(void *context, const char *path,
                  void (*write)(void *writer, const struct text_sink *sink), void *writer)
{
    const struct text_sink sink = {NULL, put};
    (void)context;
    if (strcmp(path, "refused") == 0)
        return false;
    stored_count++;
    snprintf(stored_path, sizeof stored_path, "%s", path);
    stored_text[0] = '\0';
    write(writer, &sink);
    return true;
}

void open_files(void)
{
    static const struct sim_files files = {.load = load, .store = store};
    stored_path[0] = stored_text[0] = '\0';
    stored_count = 0;
    kept_file_count = 0;
    game.files = &files;
}

void open_simulation(const char *track, const struct dialect *dialect, const char *script)
{
    open_game(track, dialect, 0, -1);
    open_files();
    assert_true(sim_game_simulate(&game, &simulation, script, strlen(script)));
}

void attach_to_simulation(void)
{
    attach_driver();
    if (dialect_number(game.server.dialect, MESSAGE_S_ON_REGISTERED) != 0) {
        next_call(MESSAGE_S_ON_REGISTERED);
        answer();
    }
    next_call(MESSAGE_S_ON_SIM_BEGIN);
}

void simulate(const char *track, const char *script)
{
    open_simulation(track, &dialect_v1, script);
    attach_to_simulation();
}

enum message next_any(void)
{
    if (driver.call_number != 0)
        answer();
    for (int i = 0; i < ROUND_COUNT_MAX; i++) {
        if (game_client_poll(&driver, &call) == STATUS_OK) {
            assert_false(call.is_response);
            return call.message;
        }
        sim_game_run(&game);
    }
    fail_msg("the game says nothing");
    return MESSAGE_UNKNOWN;
}

void answer_until_step(int32_t time)
{
    int32_t word = time + game.server.dialect->sim_time_zero;
    for (int i = 0; i < CALL_COUNT_MAX && next_any() != MESSAGE_S_ON_SIM_END; i++)
        if (call.message == MESSAGE_S_ON_SIM_STEP && call_word(0) == word)
            return;
    fail_msg("the step %d does not come", time);
}

int32_t answer_until_end(void)
{
    for (int i = 0; i < CALL_COUNT_MAX; i++)
        if (next_any() == MESSAGE_S_ON_SIM_END)
            return call_word(0);
    fail_msg("the simulation does not end");
    return -1;
}

void decide(uint32_t decision, int32_t rewind_time)
{
    uint8_t extra[8];
    assert_int_equal(call.message, MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    store_u32(extra, decision);
    store_i32(extra + 4, rewind_time);
    game_client_answer(&driver, extra, sizeof extra);
}

enum status request_text(enum message what, int32_t word, const char *text)
{
    static uint8_t data[SLOT_SIZE_V1];
    size_t size = strlen(text);
    assert_true(size + 8 <= sizeof data);
    store_i32(data, word);
    store_i32(data + 4, (int32_t)size);
    memcpy(data + 8, text, size);
    return request(what, data, 8 + size);
}

void execute(const char *command)
{
    assert_int_equal(request_text(MESSAGE_C_EXECUTE_COMMAND, 0, command), STATUS_OK);
}

struct input_event event_at(int32_t input_time, enum action action, int32_t value)
{
    unsigned name = (unsigned)action_name_index[action];
    return (struct input_event){event_stored_time(input_time),
                                actions[action].is_analog ? event_data_analog(name, value)
                                                          : event_data_binary(name, value != 0)};
}

enum status send_events(const struct input_event *events, size_t count)
{
    static uint8_t data[8 * INPUT_RECORD_COUNT_MAX + 100];
    size_t head = 4 * game.server.dialect->event_index_count;
    memset(data, 0xFF, head);
    store_i32(data + head, 0);
    store_u32(data + head + 4, (uint32_t)count);
    memcpy(data + head + 8, events, 8 * count);
    return request(MESSAGE_C_SIM_SET_EVENT_BUFFER, data, head + 8 + 8 * count);
}

size_t take_events(struct input_event *events, size_t room)
{
    size_t head = 4 * game.server.dialect->event_index_count;
    assert_int_equal(request(MESSAGE_C_SIM_GET_EVENT_BUFFER, NULL, 0), STATUS_OK);
    size_t count = load_u32(reply + head + 4);
    assert_int_equal(reply_size, head + 8 + 8 * count);
    assert_true(count <= room);
    memcpy(events, reply + head + 8, 8 * count);
    return count;
}

size_t take_state(uint8_t state[STATE_SIZE_MAX])
{
    assert_int_equal(request(MESSAGE_C_SIM_GET_STATE, NULL, 0), STATUS_OK);
    memcpy(state, reply, reply_size);
    return reply_size;
}

enum status send_state(const uint8_t *state, size_t size)
{
    return request(MESSAGE_C_SIM_REWIND_TO_STATE, state, size);
}

enum status send_inputs(int32_t left, int32_t right, int32_t accelerate, int32_t brake,
                        int32_t steer, int32_t gas)
{
    return request(MESSAGE_C_SET_INPUT_STATES,
                   KIT_WORDS(left, right, accelerate, brake, steer, gas));
}
