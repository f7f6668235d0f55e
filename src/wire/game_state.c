#include "wire/game_state.h"

#include "base/bytes.h"

#include <string.h>

#define TYPE_float32 STATE_FLOAT32
#define TYPE_int32 STATE_INT32
#define TYPE_uint32 STATE_UINT32
#define TYPE_bool32 STATE_BOOL32
#define FIELD(name, type, rows, columns, is_array, structure)                                      \
    {#name, type, offsetof(OWNER, name), rows, columns, is_array, structure},
#define N(type, name) FIELD(name, TYPE_##type, 1, 1, false, NULL)
#define V(type, name, count) FIELD(name, TYPE_##type, 1, count, true, NULL)
#define M(type, name, rows, columns) FIELD(name, TYPE_##type, rows, columns, true, NULL)
#define S(kind, name) FIELD(name, STATE_STRUCT, 1, 1, false, &kind##_struct)
#define R(kind, name, count) FIELD(name, STATE_STRUCT, 1, count, true, &kind##_struct)
#define B(name, size) FIELD(name, STATE_BYTES, 1, size, false, NULL)
#define G(offset, size)

#define STRUCT(kind)                                                                               \
    static const struct state_struct kind##_struct = {#kind, sizeof(struct kind), kind##_fields,   \
                                                      sizeof kind##_fields /                       \
                                                          sizeof kind##_fields[0]};

#define OWNER struct dyna_state
static const struct state_field dyna_state_fields[] = {LAYOUT_dyna_state(N, V, M, S, R, B, G)};
STRUCT(dyna_state)
#undef OWNER
#define OWNER struct dyna
static const struct state_field dyna_fields[] = {LAYOUT_dyna(N, V, M, S, R, B, G)};
STRUCT(dyna)
#undef OWNER
#define OWNER struct vehicle_state
static const struct state_field vehicle_state_fields[] = {
    LAYOUT_vehicle_state(N, V, M, S, R, B, G)};
STRUCT(vehicle_state)
#undef OWNER
#define OWNER struct engine
static const struct state_field engine_fields[] = {LAYOUT_engine(N, V, M, S, R, B, G)};
STRUCT(engine)
#undef OWNER
#define OWNER struct scene_mobil
static const struct state_field scene_mobil_fields[] = {LAYOUT_scene_mobil(N, V, M, S, R, B, G)};
STRUCT(scene_mobil)
#undef OWNER
#define OWNER struct surface_handler
static const struct state_field surface_handler_fields[] = {
    LAYOUT_surface_handler(N, V, M, S, R, B, G)};
STRUCT(surface_handler)
#undef OWNER
#define OWNER struct real_time_state
static const struct state_field real_time_state_fields[] = {
    LAYOUT_real_time_state(N, V, M, S, R, B, G)};
STRUCT(real_time_state)
#undef OWNER
#define OWNER struct wheel_state
static const struct state_field wheel_state_fields[] = {LAYOUT_wheel_state(N, V, M, S, R, B, G)};
STRUCT(wheel_state)
#undef OWNER
#define OWNER struct simulation_wheel
static const struct state_field simulation_wheel_fields[] = {
    LAYOUT_simulation_wheel(N, V, M, S, R, B, G)};
STRUCT(simulation_wheel)
#undef OWNER
#define OWNER struct player_info
static const struct state_field player_info_fields[] = {LAYOUT_player_info(N, V, M, S, R, B, G)};
STRUCT(player_info)
#undef OWNER
#define OWNER struct input_event
static const struct state_field input_event_fields[] = {LAYOUT_input_event(N, V, M, S, R, B, G)};
STRUCT(input_event)
#undef OWNER
#define OWNER struct cached_input
static const struct state_field cached_input_fields[] = {LAYOUT_cached_input(N, V, M, S, R, B, G)};
STRUCT(cached_input)
#undef OWNER
#define OWNER struct game_state
static const struct state_field game_state_fields[] = {LAYOUT_game_state(N, V, M, S, R, B, G)};
#undef OWNER

const struct state_struct game_state_struct = {
    "game_state", sizeof(struct game_state), game_state_fields,
    sizeof game_state_fields / sizeof game_state_fields[0]};

static const struct {
    const char *name;
    const char *path;
} aliases[] = {
#define X(alias, path) {#alias, path},
    LAYOUT_ALIASES(X)
#undef X
};

struct state_place game_state_root(void)
{
    return (struct state_place){
        .type = STATE_STRUCT, .rows = 1, .columns = 1, .structure = &game_state_struct};
}

static bool name_equals(const char *name, const char *text, size_t text_size)
{
    return strlen(name) == text_size && memcmp(name, text, text_size) == 0;
}

bool state_place_member(const struct state_place *place, const char *name, size_t name_size,
                        struct state_place *member)
{
    if (place->type != STATE_STRUCT || place->is_array)
        return false;
    for (size_t i = 0; i < place->structure->field_count; i++) {
        const struct state_field *field = &place->structure->fields[i];
        if (!name_equals(field->name, name, name_size))
            continue;
        *member = (struct state_place){.type = field->type,
                                       .offset = place->offset + field->offset,
                                       .rows = field->rows,
                                       .columns = field->columns,
                                       .is_array = field->is_array,
                                       .structure = field->structure};
        return true;
    }
    return false;
}

size_t state_place_count(const struct state_place *place)
{
    if (!place->is_array)
        return 0;
    return place->rows > 1 ? place->rows : place->columns;
}

/* Bytes of one number, byte or struct of the place. */
static size_t unit_size(const struct state_place *place)
{
    switch (place->type) {
    case STATE_BYTES:
        return 1;
    case STATE_STRUCT:
        return place->structure->size;
    default:
        return 4;
    }
}

size_t state_place_size(const struct state_place *place)
{
    return (size_t)place->rows * place->columns * unit_size(place);
}

bool state_place_element(const struct state_place *place, size_t index, struct state_place *element)
{
    if (index >= state_place_count(place))
        return false;
    bool is_matrix = place->rows > 1;
    struct state_place found = *place;
    found.rows = 1;
    found.columns = is_matrix ? place->columns : 1;
    found.is_array = is_matrix;
    found.offset += index * state_place_size(&found);
    *element = found;
    return true;
}

/* "[12]" at the start of the text: its value and its size, or false. */
static bool index_read(const char *text, size_t size, size_t *index, size_t *used)
{
    size_t at = 1;
    *index = 0;
    while (at < size && text[at] >= '0' && text[at] <= '9' && *index < 100000)
        *index = *index * 10 + (size_t)(text[at++] - '0');
    if (at == 1 || at >= size || text[at] != ']')
        return false;
    *used = at + 1;
    return true;
}

static bool path_walk(const char *path, size_t size, struct state_place *place, size_t *at)
{
    while (*at < size) {
        if (path[*at] == '[') {
            size_t index, used;
            if (!index_read(path + *at, size - *at, &index, &used) ||
                !state_place_element(place, index, place))
                return false;
            *at += used;
            continue;
        }
        if (*at > 0) {
            if (path[*at] != '.')
                return false;
            ++*at;
        }
        size_t name_size = 0;
        while (*at + name_size < size && path[*at + name_size] != '.' &&
               path[*at + name_size] != '[')
            name_size++;
        if (name_size == 0 || !state_place_member(place, path + *at, name_size, place))
            return false;
        *at += name_size;
    }
    return size > 0;
}

bool game_state_find(const char *path, size_t path_size, struct state_place *place,
                     size_t *error_at)
{
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        if (name_equals(aliases[i].name, path, path_size))
            return game_state_find(aliases[i].path, strlen(aliases[i].path), place, error_at);
    struct state_place found = game_state_root();
    *error_at = 0;
    if (!path_walk(path, path_size, &found, error_at))
        return false;
    *place = found;
    return true;
}

double state_place_number(const struct state_place *place, const uint8_t *state)
{
    const uint8_t *at = state + place->offset;
    switch (place->type) {
    case STATE_FLOAT32:
        return load_f32(at);
    case STATE_INT32:
        return load_i32(at);
    case STATE_BYTES:
        return *at;
    default:
        return load_u32(at);
    }
}

enum status state_place_store(const struct state_place *place, uint8_t *state, double number)
{
    uint8_t *at = state + place->offset;
    switch (place->type) {
    case STATE_FLOAT32:
        store_f32(at, (float)number);
        return STATUS_OK;
    case STATE_INT32:
        if (!(number >= INT32_MIN && number <= INT32_MAX))
            return STATUS_INVALID;
        store_i32(at, (int32_t)number);
        return STATUS_OK;
    default:
        if (!(number >= 0 && number <= UINT32_MAX))
            return STATUS_INVALID;
        store_u32(at, (uint32_t)number);
        return STATUS_OK;
    }
}

enum status checkpoint_view_read(const uint8_t *bytes, size_t size, size_t head_size,
                                 struct checkpoint_view *view)
{
    struct bytes_reader reader = bytes_reader(bytes, size);
    bytes_take(&reader, head_size);
    view->state_count = bytes_take_i32(&reader);
    if (view->state_count < 0 || view->state_count > CHECKPOINT_COUNT_MAX)
        return STATUS_PROTOCOL;
    view->states_offset = reader.position;
    bytes_take(&reader, 4 * (size_t)view->state_count);
    view->time_count = bytes_take_i32(&reader);
    if (view->time_count < 0 || view->time_count > CHECKPOINT_COUNT_MAX)
        return STATUS_PROTOCOL;
    view->times_offset = reader.position;
    bytes_take(&reader, 8 * (size_t)view->time_count);
    view->size = reader.position;
    return reader.failed ? STATUS_MORE : STATUS_OK;
}
