/*
 * The memory of pictures. It lies outside Lua's heap; a picture of 1920 x 1080 is 8 MB, which an
 * allocator would give back to the system each time and fetch anew, page by page. The pool keeps
 * the last few blocks instead: two of any size, for who closes pictures, and of a usual size as
 * many as the collector closes at once for who does not (image.h). It knows nothing of what is in
 * them and clears nothing.
 */
#ifndef BINDINGS_IMAGE_BLOCK_H
#define BINDINGS_IMAGE_BLOCK_H

#include <stddef.h>
#include <stdint.h>

enum {
    IMAGE_POOL_BLOCK_COUNT = 6,
    IMAGE_POOL_BLOCK_COUNT_MIN = 2 /* above that, the size of all of them is limited */
};

/* Memory of malloc, and so may end in free; no bytes: no block. */
struct image_block {
    uint8_t *bytes;
    size_t size; /* at least what was asked for */
};

/* All zero at first. */
struct image_pool {
    struct image_block blocks[IMAGE_POOL_BLOCK_COUNT]; /* not in use; the newest first */
};

/* A block for at least `size` bytes, and not for much more; the caller's. No bytes: no memory. */
struct image_block image_block_take(struct image_pool *pool, size_t size);

/* Takes a block back, which is none after that; one that is none already is fine. */
void image_block_give(struct image_pool *pool, struct image_block *block);

/* Frees what the pool has. It may be used again. */
void image_pool_clear(struct image_pool *pool);

#endif
