/*
 * tm.msgpack, called from Lua, against msgpack-c driven from C: a typical call of the engine
 * protocol, and a long array of integers, floats and short strings in no order. The C program
 * packs what it has in its memory into a buffer that it uses again, and looks at every value it
 * has unpacked; Lua makes a string, and tables.
 */
#include "bench/bench_kit.h"
#include "bindings/msgpack.h"

#include <lauxlib.h>
#include <lualib.h>
#include <msgpack.h>
#include <string.h>

enum {
    ROUND_COUNT = 15,
    CALL_COUNT = 20000, /* of a round */
    ARRAY_COUNT = 40,
    ELEMENT_COUNT = 10000,
    TEXT_SIZE_MAX_HERE = 16
};

struct element {
    enum {
        INTEGER,
        FLOAT,
        TEXT
    } kind;
    int64_t integer;
    double number;
    char text[TEXT_SIZE_MAX_HERE];
    size_t text_size;
};

static struct element elements[ELEMENT_COUNT];
static const double camera[3][16] = {
    {12.5, -3.25, 100.125},
    {0.1, 0.2, 0.3, 0.92736},
    {1.8, 0, 0, 0, 0, 2.4, 0, 0, 0, 0, -1.002, -1, 0, 0, -0.2002, 0.5},
};
static const size_t camera_counts[] = {3, 4, 16};
static msgpack_sbuffer buffer;
static msgpack_unpacked unpacked;
static double sum; /* of what was looked at */
static lua_State *L;

static void pack_call(msgpack_packer *packer)
{
    msgpack_pack_str_with_body(packer, "updateCamera", 12);
    msgpack_pack_array(packer, 3);
    for (size_t i = 0; i < 3; i++) {
        msgpack_pack_array(packer, camera_counts[i]);
        for (size_t k = 0; k < camera_counts[i]; k++)
            msgpack_pack_double(packer, camera[i][k]);
    }
}

static void pack_elements(msgpack_packer *packer)
{
    msgpack_pack_array(packer, ELEMENT_COUNT);
    for (size_t i = 0; i < ELEMENT_COUNT; i++) {
        const struct element *element = &elements[i];
        if (element->kind == INTEGER)
            msgpack_pack_int64(packer, element->integer);
        else if (element->kind == FLOAT)
            msgpack_pack_double(packer, element->number);
        else
            msgpack_pack_str_with_body(packer, element->text, element->text_size);
    }
}

static void walk(const msgpack_object *object)
{
    if (object->type == MSGPACK_OBJECT_ARRAY) {
        for (uint32_t i = 0; i < object->via.array.size; i++)
            walk(&object->via.array.ptr[i]);
    } else if (object->type == MSGPACK_OBJECT_STR) {
        sum += object->via.str.size + (double)object->via.str.ptr[0];
    } else if (object->type == MSGPACK_OBJECT_FLOAT64) {
        sum += object->via.f64;
    } else {
        sum += (double)object->via.i64;
    }
}

/* Nanoseconds of one. */
static double time_packing(void (*pack)(msgpack_packer *), int count)
{
    msgpack_packer packer;
    msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
    int64_t before = bench_now_ns();
    for (int i = 0; i < count; i++) {
        msgpack_sbuffer_clear(&buffer);
        pack(&packer);
        sum += (double)buffer.size;
    }
    return (double)(bench_now_ns() - before) / count;
}

/* Of all objects in the buffer. */
static double time_unpacking(int count)
{
    int64_t before = bench_now_ns();
    for (int i = 0; i < count; i++)
        for (size_t at = 0; msgpack_unpack_next(&unpacked, buffer.data, buffer.size, &at) ==
                            MSGPACK_UNPACK_SUCCESS;)
            walk(&unpacked.data);
    return (double)(bench_now_ns() - before) / count;
}

/* The same by a Lua function: name(count, bytes) */
static double time_lua(const char *name, int count)
{
    lua_getglobal(L, name);
    lua_pushinteger(L, count);
    lua_pushlstring(L, buffer.data, buffer.size);
    int64_t before = bench_now_ns();
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        fprintf(stderr, "bench: %s\n", lua_tostring(L, -1));
        exit(1);
    }
    return (double)(bench_now_ns() - before) / count;
}

/* What is encoded is what was decoded at first. */
static const char program[] = "local encode, decode = msgpack.encode, msgpack.decode\n"
                              "local method, arguments, array\n"
                              "function learn_call(_, bytes)\n"
                              "  local position\n"
                              "  method, position = decode(bytes)\n"
                              "  arguments = decode(bytes, position)\n"
                              "  assert(encode(method, arguments) == bytes)\n"
                              "end\n"
                              "function learn_array(_, bytes)\n"
                              "  array = decode(bytes)\n"
                              "  assert(encode(array) == bytes and #array == 10000)\n"
                              "end\n"
                              "function encode_call(count)\n"
                              "  for _ = 1, count do local _ = encode(method, arguments) end\n"
                              "end\n"
                              "function encode_array(count)\n"
                              "  for _ = 1, count do local _ = encode(array) end\n"
                              "end\n"
                              "function decode_call(count, bytes)\n"
                              "  for _ = 1, count do\n"
                              "    local _, position = decode(bytes)\n"
                              "    local _ = decode(bytes, position)\n"
                              "  end\n"
                              "end\n"
                              "function decode_array(count, bytes)\n"
                              "  for _ = 1, count do local _ = decode(bytes) end\n"
                              "end\n";

static uint32_t next_random(void)
{
    static uint32_t state = 12345;
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
}

static void fill_elements(void)
{
    for (size_t i = 0; i < ELEMENT_COUNT; i++) {
        struct element *element = &elements[i];
        uint32_t random = next_random();
        element->kind = random % 3;
        element->integer = (int32_t)next_random() >> (random >> 8) % 32;
        element->number = (double)random / 1024;
        element->text_size = (size_t)snprintf(element->text, sizeof element->text, "name_%u",
                                              (unsigned)(next_random() >> (random >> 8) % 32));
    }
}

static void open_lua(void)
{
    L = luaL_newstate();
    luaL_openlibs(L);
    msgpack_open(L);
    lua_setglobal(L, "msgpack");
    if (luaL_dostring(L, program) != LUA_OK) {
        fprintf(stderr, "bench: %s\n", lua_tostring(L, -1));
        exit(1);
    }
}

struct rows {
    struct series encode[2], decode[2]; /* msgpack-c, tm.msgpack */
};

static void measure(struct rows *rows, void (*pack)(msgpack_packer *), const char *encode,
                    const char *decode, int count)
{
    series_add(&rows->encode[0], time_packing(pack, count) / 1000);
    series_add(&rows->encode[1], time_lua(encode, count) / 1000);
    series_add(&rows->decode[0], time_unpacking(count) / 1000);
    series_add(&rows->decode[1], time_lua(decode, count) / 1000);
}

static void print_pair(const char *what, const struct series series[2])
{
    printf("%s\n", what);
    report("msgpack-c", "us", &series[0]);
    report("tm.msgpack", "us", &series[1]);
    struct series ratio = series_ratio(&series[1], &series[0]);
    report_at_most("  to that of msgpack-c", "times", &ratio, 2);
}

int main(void)
{
    struct rows call = {0}, array = {0};
    fill_elements();
    open_lua();
    msgpack_unpacked_init(&unpacked);
    time_packing(pack_call, 1);
    time_lua("learn_call", 1);
    time_packing(pack_elements, 1);
    time_lua("learn_array", 1);
    for (int i = 0; i < ROUND_COUNT; i++) {
        measure(&call, pack_call, "encode_call", "decode_call", CALL_COUNT);
        measure(&array, pack_elements, "encode_array", "decode_array", ARRAY_COUNT);
    }
    report_heading("MessagePack", ROUND_COUNT);
    print_pair("updateCamera(3, 4 and 16 floats), encoded", call.encode);
    print_pair("the same, decoded", call.decode);
    print_pair("array of 10,000 integers, floats and strings, encoded", array.encode);
    print_pair("the same, decoded", array.decode);
    lua_close(L);
    msgpack_unpacked_destroy(&unpacked);
    msgpack_sbuffer_destroy(&buffer);
    return sum != 0 ? 0 : 1;
}
