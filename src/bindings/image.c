#include "bindings/image.h"

#include "base/bytes.h"
#include "bindings/image_file.h"

#include <assert.h>
#include <lauxlib.h>
#include <string.h>

#define MEMORY_KEY "tm.image_memory"

enum {
    IMAGE_HEADROOM_MIN = 32 * 1024 * 1024 /* bytes */
};

struct image_memory {
    struct image_pool pool;
    size_t used;  /* bytes of all open images */
    size_t limit; /* of `used`, from where on the collector looks for images to close */
};

const struct userdata_tag image_tag = {IMAGE_TYPE};

static struct image_memory *image_memory(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, MEMORY_KEY);
    struct image_memory *memory = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return memory;
}

struct image_pool *image_pool_of(lua_State *L)
{
    return &image_memory(L)->pool;
}

/* Before `wanted` bytes are added. Inside a finalizer lua_gc says -1 and does nothing. */
static void collect(lua_State *L, struct image_memory *memory, size_t wanted)
{
    if (lua_gc(L, LUA_GCISRUNNING) <= 0)
        return;
    lua_gc(L, LUA_GCCOLLECT);
    size_t headroom = (size_t)lua_gc(L, LUA_GCCOUNT) * 1024;
    headroom = headroom > IMAGE_HEADROOM_MIN ? headroom : IMAGE_HEADROOM_MIN;
    memory->limit = memory->used + wanted + headroom;
}

static void collect_if_due(lua_State *L, struct image_memory *memory, size_t wanted)
{
    if (memory->used + wanted > memory->limit)
        collect(L, memory, wanted);
}

struct image *push_image(lua_State *L)
{
    struct image_memory *memory = image_memory(L);
    struct image *image = lua_newuserdatauv(L, sizeof *image, 0);
    *image = (struct image){.tag = &image_tag, .memory = memory};
    luaL_setmetatable(L, IMAGE_TYPE);
    return image;
}

void image_adopt(lua_State *L, struct image *image, struct image_block *block, size_t offset,
                 struct image_sides sides, bool bottom_first)
{
    struct image_memory *memory = image->memory;
    assert(image->block.bytes == NULL && offset <= block->size);
    assert(image_size(sides) <= block->size - offset);
    collect_if_due(L, memory, block->size);
    memory->used += block->size;
    image->block = *block;
    image->pixels = pixels_over(block->bytes + offset, sides, bottom_first);
    *block = (struct image_block){.bytes = NULL};
}

bool image_allocate(lua_State *L, struct image *image, struct image_sides sides)
{
    struct image_memory *memory = image->memory;
    size_t size = image_size(sides);
    collect_if_due(L, memory, size); /* first: it may give back the very block that is wanted */
    struct image_block block = image_block_take(&memory->pool, size);
    if (block.bytes == NULL) {
        collect(L, memory, size);
        block = image_block_take(&memory->pool, size);
    }
    if (block.bytes == NULL)
        return false;
    image_adopt(L, image, &block, 0, sides, false);
    return true;
}

/* An image that is open, with whatever was in its memory. */
static struct image *push_open_image(lua_State *L, struct image_sides sides)
{
    struct image *image = push_image(L);
    if (!image_allocate(L, image, sides))
        luaL_error(L, "not enough memory for an image of %d x %d", (int)sides.width,
                   (int)sides.height);
    return image;
}

struct image *check_image(lua_State *L, int index)
{
    struct image *image = check_tagged(L, index, &image_tag);
    if (image->block.bytes == NULL)
        luaL_argerror(L, index, "the image is closed");
    return image;
}

struct image_sides check_sides(lua_State *L, int index)
{
    lua_Integer width = luaL_checkinteger(L, index), height = luaL_checkinteger(L, index + 1);
    luaL_argcheck(L, pixels_fit(width, 1), index, "no image is that wide");
    luaL_argcheck(L, pixels_fit(1, height), index + 1, "no image is that high");
    luaL_argcheck(L, pixels_fit(width, height), index + 1, "an image cannot have so many pixels");
    return (struct image_sides){.width = (int32_t)width, .height = (int32_t)height};
}

/* image:close(), and of the collector */
static int l_image_close(lua_State *L)
{
    struct image *image = check_tagged(L, 1, &image_tag);
    if (image->block.bytes == NULL)
        return 0;
    image->memory->used -= image->block.size;
    image_block_give(&image->memory->pool, &image->block);
    return 0;
}

static int l_memory_close(lua_State *L)
{
    struct image_memory *memory = lua_touserdata(L, 1);
    image_pool_clear(&memory->pool);
    return 0;
}

static lua_Integer check_channel(lua_State *L, int index)
{
    lua_Integer value = luaL_checkinteger(L, index);
    luaL_argcheck(L, value >= 0 && value <= UINT8_MAX, index, "0 to 255 expected");
    return value;
}

/* red, green, blue [, alpha] from `index` on. */
static uint32_t check_colour(lua_State *L, int index)
{
    lua_Integer red = check_channel(L, index), green = check_channel(L, index + 1);
    lua_Integer blue = check_channel(L, index + 2);
    lua_Integer alpha = lua_isnoneornil(L, index + 3) ? UINT8_MAX : check_channel(L, index + 3);
    return PIXELS_COLOUR(red, green, blue, alpha);
}

/* The pixel at x, y: the arguments 2 and 3. */
static uint8_t *check_pixel(lua_State *L, const struct image *image)
{
    lua_Integer x = luaL_checkinteger(L, 2), y = luaL_checkinteger(L, 3);
    luaL_argcheck(L, x >= 0 && x < image->pixels.sides.width, 2, "outside of the image");
    luaL_argcheck(L, y >= 0 && y < image->pixels.sides.height, 3, "outside of the image");
    return pixels_row(&image->pixels, (int32_t)y) + x * PIXEL_SIZE_IN_BYTES;
}

/* image:pixel(x, y) -> red, green, blue, alpha */
static int l_image_pixel(lua_State *L)
{
    const uint8_t *pixel = check_pixel(L, check_image(L, 1));
    lua_pushinteger(L, pixel[2]);
    lua_pushinteger(L, pixel[1]);
    lua_pushinteger(L, pixel[0]);
    lua_pushinteger(L, pixel[3]);
    return 4;
}

/* image:set_pixel(x, y, red, green, blue [, alpha]) */
static int l_image_set_pixel(lua_State *L)
{
    uint8_t *pixel = check_pixel(L, check_image(L, 1));
    store_u32(pixel, check_colour(L, 4));
    return 0;
}

/* image:fill(red, green, blue [, alpha]) */
static int l_image_fill(lua_State *L)
{
    const struct image *image = check_image(L, 1);
    pixels_fill(&image->pixels, check_colour(L, 2));
    return 0;
}

/* image:paste(other, x, y) */
static int l_image_paste(lua_State *L)
{
    const struct image *image = check_image(L, 1), *other = check_image(L, 2);
    pixels_paste(&image->pixels, &other->pixels, luaL_checkinteger(L, 3), luaL_checkinteger(L, 4));
    return 0;
}

/* image:scaled(width, height) -> image */
static int l_image_scaled(lua_State *L)
{
    check_image(L, 1);
    const struct image *scaled = push_open_image(L, check_sides(L, 2));
    pixels_scale(&scaled->pixels, &check_image(L, 1)->pixels);
    return 1;
}

/* image:copy() -> image */
static int l_image_copy(lua_State *L)
{
    const struct image *copy = push_open_image(L, check_image(L, 1)->pixels.sides);
    pixels_paste(&copy->pixels, &check_image(L, 1)->pixels, 0, 0);
    return 1;
}

/* image:bytes() -> string */
static int l_image_bytes(lua_State *L)
{
    luaL_Buffer buffer;
    size_t size = image_size(check_image(L, 1)->pixels.sides);
    uint8_t *bytes = (uint8_t *)luaL_buffinitsize(L, &buffer, size);
    pixels_write(&check_image(L, 1)->pixels, bytes, false);
    luaL_pushresultsize(&buffer, size);
    return 1;
}

static bool push_property(lua_State *L, const struct image *image, const char *name)
{
    if (strcmp(name, "width") == 0)
        lua_pushinteger(L, image->pixels.sides.width);
    else if (strcmp(name, "height") == 0)
        lua_pushinteger(L, image->pixels.sides.height);
    else
        return false;
    return true;
}

/* Upvalue: methods. */
static int l_image_index(lua_State *L)
{
    check_tagged(L, 1, &image_tag);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    const char *name = luaL_checkstring(L, 2);
    if (!push_property(L, check_image(L, 1), name))
        return luaL_error(L, "image has no field '%s'", name);
    return 1;
}

static int l_image_eq(lua_State *L)
{
    const struct image *a = check_tagged(L, 1, &image_tag), *b = check_tagged(L, 2, &image_tag);
    bool both = a->block.bytes != NULL && b->block.bytes != NULL;
    lua_pushboolean(L, both && pixels_equal(&a->pixels, &b->pixels));
    return 1;
}

static int l_image_tostring(lua_State *L)
{
    const struct image *image = check_tagged(L, 1, &image_tag);
    if (image->block.bytes == NULL)
        lua_pushliteral(L, "image (closed)");
    else
        lua_pushfstring(L, "image %dx%d", (int)image->pixels.sides.width,
                        (int)image->pixels.sides.height);
    return 1;
}

int l_native_image(lua_State *L)
{
    struct image_sides sides = check_sides(L, 1);
    size_t size = image_size(sides), given = size;
    const char *bytes = luaL_optlstring(L, 3, NULL, &given);
    if (bytes != NULL && given != size)
        return luaL_error(L, "bad argument #3 to 'image' (%d bytes expected, got %d)", (int)size,
                          (int)given);
    struct image *image = push_open_image(L, sides);
    if (bytes != NULL)
        memcpy(image->pixels.first_row, bytes, size);
    else
        pixels_fill(&image->pixels, PIXELS_COLOUR(0, 0, 0, UINT8_MAX));
    return 1;
}

static void create_memory(lua_State *L)
{
    struct image_memory *memory = lua_newuserdatauv(L, sizeof *memory, 0);
    *memory = (struct image_memory){.limit = IMAGE_HEADROOM_MIN};
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, l_memory_close);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_setfield(L, LUA_REGISTRYINDEX, MEMORY_KEY);
}

void image_open_type(lua_State *L)
{
    static const luaL_Reg methods[] = {{"pixel", l_image_pixel},   {"set_pixel", l_image_set_pixel},
                                       {"fill", l_image_fill},     {"paste", l_image_paste},
                                       {"scaled", l_image_scaled}, {"copy", l_image_copy},
                                       {"bytes", l_image_bytes},   {"save", l_image_save},
                                       {"close", l_image_close},   {NULL, NULL}};
    static const luaL_Reg metamethods[] = {{"__gc", l_image_close},
                                           {"__close", l_image_close},
                                           {"__eq", l_image_eq},
                                           {"__tostring", l_image_tostring},
                                           {NULL, NULL}};
    create_memory(L); /* before any image, and so finalized behind all of them */
    luaL_newmetatable(L, IMAGE_TYPE);
    luaL_setfuncs(L, metamethods, 0);
    luaL_newlib(L, methods);
    lua_pushcclosure(L, l_image_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, IMAGE_TYPE);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
