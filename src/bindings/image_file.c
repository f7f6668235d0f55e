#include "bindings/image_file.h"

#include "base/limits.h"
#include "base/status.h"
#include "base/text_sink.h"
#include "bindings/errors.h"
#include "bindings/image.h"
#include "bindings/image_codec.h"
#include "transport/game_files.h"

#include <ctype.h>
#include <errno.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

struct format {
    const char *extension;
    uint8_t *(*encode)(const struct pixels *pixels, size_t *size); /* null: the bare pixels */
};

static const struct format formats[] = {
    {".png", image_encode_png}, {".qoi", image_encode_qoi}, {".raw", NULL}, {".bgra", NULL}};

const char *check_file_path(lua_State *L, int index)
{
    size_t size;
    const char *path = luaL_checklstring(L, index, &size);
    luaL_argcheck(L, strlen(path) == size, index, "a path has no zeros");
    return path;
}

const char *file_reason(void)
{
    if (errno == 0)
        return "it cannot be read";
    return errno == EINVAL ? "it is no plain file" : strerror(errno);
}

/* Upper case counts as lower case, as it is on Windows. */
static bool ends_with(const char *path, const char *extension)
{
    size_t size = strlen(path), extension_size = strlen(extension);
    if (size < extension_size)
        return false;
    for (size_t i = 0; i < extension_size; i++)
        if (tolower((unsigned char)path[size - extension_size + i]) != extension[i])
            return false;
    return true;
}

static const struct format *find_format(const char *path)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (ends_with(path, formats[i].extension))
            return &formats[i];
    return NULL;
}

struct encoded {
    const char *bytes;
    size_t size;
};

static void put_encoded(void *context, const struct text_sink *sink)
{
    const struct encoded *encoded = context;
    sink->put(sink->context, encoded->bytes, encoded->size);
}

static void put_rows(void *context, const struct text_sink *sink)
{
    const struct pixels *pixels = context;
    for (int32_t y = 0; y < pixels->sides.height; y++)
        sink->put(sink->context, (const char *)pixels_row(pixels, y), pixels_row_size(pixels));
}

/* Encoded first, so that there is nothing to undo on disk if that cannot be done. */
static enum status store(const char *path, const struct format *format, struct pixels *pixels)
{
    if (format->encode == NULL)
        return game_files_store(NULL, path, put_rows, pixels) ? STATUS_OK : STATUS_SYSTEM;
    struct encoded encoded;
    uint8_t *bytes = format->encode(pixels, &encoded.size);
    if (bytes == NULL)
        return STATUS_OUT_OF_MEMORY;
    encoded.bytes = (const char *)bytes;
    bool stored = game_files_store(NULL, path, put_encoded, &encoded);
    int reason = errno;
    free(bytes);
    errno = reason;
    return stored ? STATUS_OK : STATUS_SYSTEM;
}

int l_image_save(lua_State *L)
{
    struct image *image = check_image(L, 1);
    const char *path = check_file_path(L, 2);
    const struct format *format = find_format(path);
    if (format == NULL)
        return push_refusal(L, STATUS_UNSUPPORTED,
                            "%s: images are saved as .png, .qoi, .raw or .bgra", path);
    enum status status = store(path, format, &image->pixels);
    if (status != STATUS_OK)
        return push_refusal(L, status, "%s: %s", path,
                            status == STATUS_SYSTEM ? strerror(errno) : status_sentence(status));
    lua_pushboolean(L, true);
    return 1;
}

int l_native_load_image(lua_State *L)
{
    const char *path = check_file_path(L, 1);
    struct image *image = push_image(L);
    struct image_pool *pool = image_pool_of(L); /* first: it may raise an error, and leave memory */
    struct image_sides sides;
    struct image_block block;
    size_t size;
    char *file = game_files_read(path, IMAGE_FILE_SIZE_MAX, &size);
    if (file == NULL)
        return push_refusal(L, STATUS_SYSTEM, "%s: %s", path, file_reason());
    const char *why = NULL;
    enum status status = image_decode((const uint8_t *)file, size, pool, &block, &sides, &why);
    free(file);
    if (status != STATUS_OK)
        return push_refusal(L, status, "%s: %s", path, why);
    image_adopt(L, image, &block, 0, sides, false);
    return 1;
}
