#include "host/tmsim_engine_arguments.h"

#include "base/printf_like.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool refuse(struct tmsim_engine_arguments *arguments, const char *format, ...)
    PRINTF_LIKE(2, 3);

static bool refuse(struct tmsim_engine_arguments *arguments, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(arguments->problem, sizeof arguments->problem, format, list);
    va_end(list);
    return false;
}

/* The options: a map behind the last argument. */

static bool is_key(const msgpack_object *key, const char *name)
{
    return key->type == MSGPACK_OBJECT_STR && key->via.str.size == strlen(name) &&
           memcmp(key->via.str.ptr, name, key->via.str.size) == 0;
}

static bool read_id(const msgpack_object *object, int32_t *id)
{
    bool is_integer = object->type == MSGPACK_OBJECT_NEGATIVE_INTEGER ||
                      object->type == MSGPACK_OBJECT_POSITIVE_INTEGER;
    bool is_negative = object->type == MSGPACK_OBJECT_NEGATIVE_INTEGER;
    if (!is_integer || (is_negative ? object->via.i64 < INT32_MIN : object->via.u64 > INT32_MAX))
        return false;
    *id = (int32_t)object->via.i64;
    return true;
}

static bool read_options(struct tmsim_engine_arguments *arguments, const msgpack_object_map *map)
{
    for (uint32_t i = 0; i < map->size; i++) {
        if (!is_key(&map->ptr[i].key, "id"))
            return refuse(arguments, "an option that is not id");
        if (!read_id(&map->ptr[i].val, &arguments->id))
            return refuse(arguments, "id is to be a whole number of 32 bits");
    }
    return true;
}

bool tmsim_engine_arguments_open(struct tmsim_engine_arguments *arguments,
                                 const struct engine_command *command)
{
    size_t offset = 0;
    *arguments = (struct tmsim_engine_arguments){.count = 0};
    msgpack_unpacked_init(&arguments->unpacked);
    if (msgpack_unpack_next(&arguments->unpacked, (const char *)command->arguments,
                            command->arguments_size, &offset) != MSGPACK_UNPACK_SUCCESS)
        return refuse(arguments, "out of memory");
    const msgpack_object_array *array = &arguments->unpacked.data.via.array;
    arguments->count = array->size;
    if (array->size == 0 || array->ptr[array->size - 1].type != MSGPACK_OBJECT_MAP)
        return true;
    arguments->count--;
    return read_options(arguments, &array->ptr[array->size - 1].via.map);
}

/* Values. */

/* What does not fit a float, or is none, is nowhere. */
static bool read_number(const msgpack_object *object, double *number)
{
    switch (object->type) {
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
        *number = (double)object->via.u64;
        return true;
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        *number = (double)object->via.i64;
        return true;
    case MSGPACK_OBJECT_FLOAT32:
    case MSGPACK_OBJECT_FLOAT64:
        *number = object->via.f64;
        return fabs(*number) <= (double)FLT_MAX;
    default:
        return false;
    }
}

static bool read_array(const msgpack_object *object, uint32_t count, double *numbers)
{
    bool ok = object->type == MSGPACK_OBJECT_ARRAY && object->via.array.size == count;
    for (uint32_t i = 0; ok && i < count; i++)
        ok = read_number(&object->via.array.ptr[i], &numbers[i]);
    return ok;
}

static bool read_text(struct tmsim_engine_arguments *arguments, const msgpack_object *object)
{
    if (object->type != MSGPACK_OBJECT_STR)
        return false;
    arguments->text = object->via.str.ptr;
    arguments->text_size = object->via.str.size;
    return true;
}

/* The value of one argument; *number moves behind those that were read. */
static bool read_value(struct tmsim_engine_arguments *arguments, const msgpack_object *object,
                       int8_t form, double **number)
{
    if (form == ARGUMENT_TEXT)
        return read_text(arguments, object);
    uint32_t count = form > 0 ? (uint32_t)form : 1;
    bool ok = form > 0 ? read_array(object, count, *number) : read_number(object, *number);
    *number += count;
    return ok;
}

static bool refuse_value(struct tmsim_engine_arguments *arguments, uint32_t index, int8_t form)
{
    unsigned place = index + 1;
    if (form > 0)
        return refuse(arguments, "argument %u is to be an array of %d finite numbers", place, form);
    return refuse(arguments, "argument %u is to be a %s", place,
                  form == ARGUMENT_TEXT ? "string" : "finite number");
}

bool tmsim_engine_arguments_read(struct tmsim_engine_arguments *arguments, const int8_t *form)
{
    const msgpack_object *objects = arguments->unpacked.data.via.array.ptr;
    double *number = arguments->numbers;
    uint32_t count = 0;
    while (form[count] != ARGUMENT_END)
        count++;
    if (arguments->count != count)
        return refuse(arguments, "%u arguments are needed, not %u", (unsigned)count,
                      (unsigned)arguments->count);
    for (uint32_t i = 0; i < count; i++)
        if (!read_value(arguments, &objects[i], form[i], &number))
            return refuse_value(arguments, i, form[i]);
    return true;
}

void tmsim_engine_arguments_free(struct tmsim_engine_arguments *arguments)
{
    msgpack_unpacked_destroy(&arguments->unpacked);
}
