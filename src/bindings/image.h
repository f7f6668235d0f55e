/*
 * The Lua type `image`: a picture whose pixels lie outside Lua's heap. The image owns them until it
 * is closed, by the script or by the collector. It does not encode (image_codec.h), and what is
 * done with pixels is in pixels.h.
 *
 * Lua's collector does not see that memory, so it is told: when images of IMAGE_HEADROOM_MIN or of
 * the size of the heap, whichever is more, have come since the last full collection, there is
 * another one. What is not in use is therefore never more than that, and the collector's work stays
 * in proportion to the bytes of the pictures. It is not done while a script has stopped it.
 *
 * Whatever allocates in Lua may run a script's finalizers, and they may close any image: a pointer
 * from check_image is good until then, and the image is to be checked again behind it.
 */
#ifndef BINDINGS_IMAGE_H
#define BINDINGS_IMAGE_H

#include "bindings/image_block.h"
#include "bindings/pixels.h"
#include "bindings/userdata.h"

#include <lua.h>

#define IMAGE_TYPE "tm.image"

struct image {
    const struct userdata_tag *tag;
    struct image_memory *memory; /* what all images of this Lua state share */
    struct image_block block;    /* no bytes: closed */
    struct pixels pixels;        /* somewhere in the block */
};

extern const struct userdata_tag image_tag;

/* Pushes a closed image, which can be given its pixels later. May raise an error. */
struct image *push_image(lua_State *L);

/*
 * Gives a closed image, which must be on the stack, its pixels: image_size bytes from `offset` on
 * in the block, which becomes the image's (a screenshot has its sides before the pixels). The sides
 * are valid ones. May run the collector; raises nothing.
 */
void image_adopt(lua_State *L, struct image *image, struct image_block *block, size_t offset,
                 struct image_sides sides, bool bottom_first);

/* The same with a block of its own, of which the top row is first. False: there is no memory. */
bool image_allocate(lua_State *L, struct image *image, struct image_sides sides);

/* The open image at that index, or an argument error. */
struct image *check_image(lua_State *L, int index);

/* The argument at `index` as a side, and the one behind it as the other; or an argument error. */
struct image_sides check_sides(lua_State *L, int index);

/* Writes the pixels as they are sent: image_size bytes, the bottom row first. */
static inline void image_write_bottom_first(const struct image *image, uint8_t *bytes)
{
    pixels_write(&image->pixels, bytes, true);
}

/* The pool of this Lua state's images, for image_block_take and _give. Lives as long as it. */
struct image_pool *image_pool_of(lua_State *L);

/* tm.native.image(width, height [, bytes]) -> image */
int l_native_image(lua_State *L);

/* Creates the metatable and what images share. Leaves nothing on the stack. */
void image_open_type(lua_State *L);

#endif
