#include "bindings/draw.h"

#include "base/status.h"
#include "bindings/errors.h"
#include "bindings/image.h"
#include "bindings/image_file.h"
#include "bindings/state.h"
#include "sim/camera.h"
#include "sim/tracks_builtin.h"
#include "transport/game_files.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#define TRACK_KEY "tm.drawn_track"

enum {
    OPTIONS = 4 /* the argument */
};

/* The track that was drawn last. A file may have changed since: its text tells. */
struct drawn_track {
    struct track track;
    const char *text; /* a built-in track's, or `file`; null: there is no track */
    char *file;       /* to be freed, or null */
    size_t size;
};

static int l_drawn_track_close(lua_State *L)
{
    struct drawn_track *drawn = lua_touserdata(L, 1);
    free(drawn->file);
    *drawn = (struct drawn_track){.text = NULL};
    return 0;
}

static struct drawn_track *drawn_track(lua_State *L)
{
    if (lua_getfield(L, LUA_REGISTRYINDEX, TRACK_KEY) == LUA_TUSERDATA) {
        struct drawn_track *known = lua_touserdata(L, -1);
        lua_pop(L, 1);
        return known;
    }
    struct drawn_track *drawn = lua_newuserdatauv(L, sizeof *drawn, 0);
    *drawn = (struct drawn_track){.text = NULL};
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, l_drawn_track_close);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_setfield(L, LUA_REGISTRYINDEX, TRACK_KEY);
    lua_pop(L, 1);
    return drawn;
}

/* Parses the text unless it is that of the last track. Takes the file's memory over. */
static bool parse(struct drawn_track *drawn, const char *text, size_t size, char *file,
                  struct track_error *error)
{
    if (drawn->text != NULL && drawn->size == size && memcmp(drawn->text, text, size) == 0) {
        free(file);
        return true;
    }
    free(drawn->file);
    drawn->file = file;
    drawn->size = size;
    drawn->text = track_parse(text, size, &drawn->track, error) ? text : NULL;
    return drawn->text != NULL;
}

static const char *builtin_text(const char *name)
{
    for (const struct builtin_track *track = tracks_builtin; track->name != NULL; track++)
        if (strcmp(track->name, name) == 0)
            return track->text;
    return NULL;
}

/* 0, or the count of values that say why not. */
static int load_track(lua_State *L, struct drawn_track *drawn, const char *name)
{
    const char *text = builtin_text(name);
    char *file = NULL;
    size_t size = text != NULL ? strlen(text) : 0;
    if (text == NULL)
        text = file = game_files_read(name, TRACK_FILE_SIZE_MAX, &size);
    if (text == NULL && errno == ENOENT)
        return push_refusal(L, STATUS_SYSTEM, "no built-in track and no file is called %s", name);
    if (text == NULL)
        return push_refusal(L, STATUS_SYSTEM, "%s: %s", name, file_reason());
    struct track_error error;
    if (parse(drawn, text, size, file, &error))
        return 0;
    return push_refusal(L, STATUS_INVALID, "%s:%d:%d: %s", name, (int)error.line, (int)error.column,
                        error.message);
}

static int option_error(lua_State *L, const char *what, const char *problem)
{
    return luaL_argerror(L, OPTIONS, lua_pushfstring(L, "%s: %s", what, problem));
}

/* Only keys of the list, which ends with null: a misspelt one would do nothing, in silence. */
static void check_keys(lua_State *L, int index, const char *what, const char *const *known)
{
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        int i = 0;
        while (known[i] != NULL && strcmp(known[i], key) != 0)
            i++;
        if (known[i] == NULL)
            option_error(L, what, lua_pushfstring(L, "there is no '%s'", key));
    }
}

/* A list of numbers, or a vector of a state. If it is not there the numbers stay as they are. */
static void read_numbers(lua_State *L, int camera, const char *name, float *numbers, int count)
{
    int type = lua_getfield(L, camera, name);
    bool is_list =
        type == LUA_TTABLE || (type == LUA_TUSERDATA && luaL_getmetafield(L, -1, "__len"));
    if (type == LUA_TUSERDATA && is_list)
        lua_pop(L, 1);
    if (type != LUA_TNIL && (!is_list || luaL_len(L, -1) != count))
        option_error(L, name, lua_pushfstring(L, "%d numbers expected", count));
    for (int i = 0; i < count && type != LUA_TNIL; i++) {
        if (lua_geti(L, -1, i + 1) != LUA_TNUMBER)
            option_error(L, name, lua_pushfstring(L, "%d numbers expected", count));
        numbers[i] = (float)lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_camera(lua_State *L, struct camera *camera)
{
    static const char *const known[] = {"position", "rotation", "projection", NULL};
    int type = lua_getfield(L, OPTIONS, "camera");
    if (type != LUA_TNIL && type != LUA_TTABLE)
        option_error(L, "camera", "table expected");
    if (type == LUA_TTABLE) {
        int index = lua_gettop(L);
        check_keys(L, index, "camera", known);
        read_numbers(L, index, "position", camera->position, 3);
        read_numbers(L, index, "rotation", camera->rotation, 4);
        read_numbers(L, index, "projection", camera->projection, 16);
    }
    lua_pop(L, 1);
}

/* Pushes the name. */
static const char *push_track_name(lua_State *L)
{
    int type = lua_getfield(L, OPTIONS, "track");
    if (type == LUA_TNIL)
        return lua_pushliteral(L, "easy");
    if (type != LUA_TSTRING || strlen(lua_tostring(L, -1)) != lua_rawlen(L, -1))
        option_error(L, "track", "the name of a track or file expected");
    return lua_tostring(L, -1);
}

/* Pushes the image that was given, or a closed one. */
static struct image *push_target(lua_State *L, struct image_sides sides)
{
    if (lua_getfield(L, OPTIONS, "image") == LUA_TNIL)
        return push_image(L);
    struct image *image = luaL_testudata(L, -1, IMAGE_TYPE);
    if (image == NULL)
        option_error(L, "image", "image expected");
    else if (image->block.bytes == NULL)
        option_error(L, "image", "the image is closed");
    else if (image->pixels.sides.width != sides.width || image->pixels.sides.height != sides.height)
        option_error(L, "image", "the image has other sides");
    return image;
}

/* From here on nothing allocates in Lua but what makes room for an image. */
static enum status draw(lua_State *L, struct image *image, struct image_pool *pool,
                        struct image_sides sides, const struct camera *camera,
                        const struct drawn_track *drawn)
{
    bool is_new = image->block.bytes == NULL;
    if (is_new && !image_allocate(L, image, sides))
        return STATUS_OUT_OF_MEMORY;
    size_t depth_size = (size_t)sides.width * (size_t)sides.height * sizeof(float);
    struct image_block depth = image_block_take(pool, depth_size);
    if (depth.bytes == NULL)
        return STATUS_OUT_OF_MEMORY;
    const struct pixels *pixels = &image->pixels;
    bool top_first = pixels->stride > 0;
    struct camera_canvas canvas = {.pixels = pixels_row(pixels, top_first ? 0 : sides.height - 1),
                                   .depth = (float *)(void *)depth.bytes,
                                   .width = sides.width,
                                   .height = sides.height,
                                   .top_first = top_first};
    const struct state *state = check_state(L, 1);
    camera_draw(camera, &drawn->track, (const void *)state->bytes, &canvas);
    image_block_give(pool, &depth);
    return STATUS_OK;
}

int l_native_draw(lua_State *L)
{
    static const char *const known[] = {"track", "camera", "image", NULL};
    const struct state *state = check_state(L, 1);
    struct image_sides sides = check_sides(L, 2);
    lua_settop(L, OPTIONS);
    if (lua_isnil(L, OPTIONS)) {
        lua_newtable(L);
        lua_replace(L, OPTIONS);
    }
    luaL_checktype(L, OPTIONS, LUA_TTABLE);
    check_keys(L, OPTIONS, "options", known);
    struct camera camera;
    camera_chase(&camera, (const void *)state->bytes, (float)sides.width / (float)sides.height);
    read_camera(L, &camera);
    struct drawn_track *drawn = drawn_track(L);
    int refused = load_track(L, drawn, push_track_name(L));
    if (refused != 0)
        return refused;
    struct image_pool *pool = image_pool_of(L);
    struct image *image = push_target(L, sides);
    enum status status = draw(L, image, pool, sides, &camera, drawn);
    if (status != STATUS_OK)
        return push_refusal(L, status, "no memory for a picture of %d x %d", (int)sides.width,
                            (int)sides.height);
    return 1;
}
