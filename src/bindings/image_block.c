#include "bindings/image_block.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* Smaller ones, any allocator keeps by itself. */
static const size_t kept_size_min = 64 * 1024;

static void remove_block(struct image_pool *pool, size_t place)
{
    struct image_block *at = &pool->blocks[place];
    memmove(at, at + 1, (IMAGE_POOL_BLOCK_COUNT - 1 - place) * sizeof *at);
    pool->blocks[IMAGE_POOL_BLOCK_COUNT - 1] = (struct image_block){.bytes = NULL};
}

struct image_block image_block_take(struct image_pool *pool, size_t size)
{
    for (size_t i = 0; i < IMAGE_POOL_BLOCK_COUNT; i++) {
        struct image_block block = pool->blocks[i];
        if (block.bytes == NULL || block.size < size || block.size / 2 > size)
            continue;
        remove_block(pool, i);
        return block;
    }
    struct image_block block = {.bytes = malloc(size), .size = size};
    if (block.bytes == NULL) {
        image_pool_clear(pool);
        block.bytes = malloc(size);
    }
    return block;
}

/* The oldest go: sizes that are no longer asked for do not stay. */
static void drop_oldest(struct image_pool *pool)
{
    size_t size = 0;
    for (size_t i = 0; i < IMAGE_POOL_BLOCK_COUNT; i++) {
        struct image_block *block = &pool->blocks[i];
        size += block->size;
        if (i < IMAGE_POOL_BLOCK_COUNT_MIN || size <= IMAGE_POOL_SIZE_MAX)
            continue;
        free(block->bytes);
        *block = (struct image_block){.bytes = NULL};
    }
}

void image_block_give(struct image_pool *pool, struct image_block *block)
{
    struct image_block given = *block;
    *block = (struct image_block){.bytes = NULL};
    if (given.bytes == NULL)
        return;
    if (given.size < kept_size_min || given.size > IMAGE_BLOCK_KEPT_SIZE_MAX) {
        free(given.bytes);
        return;
    }
    free(pool->blocks[IMAGE_POOL_BLOCK_COUNT - 1].bytes);
    remove_block(pool, IMAGE_POOL_BLOCK_COUNT - 1);
    memmove(&pool->blocks[1], &pool->blocks[0], (IMAGE_POOL_BLOCK_COUNT - 1) * sizeof given);
    pool->blocks[0] = given;
    drop_oldest(pool);
}

void image_pool_clear(struct image_pool *pool)
{
    for (size_t i = 0; i < IMAGE_POOL_BLOCK_COUNT; i++) {
        free(pool->blocks[i].bytes);
        pool->blocks[i] = (struct image_block){.bytes = NULL};
    }
}
