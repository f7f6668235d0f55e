#include "support/tas_kit.h"

#include "support/raw_expect.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    PATH_SIZE = 600,
    TEXT_SIZE = 2000
};

static struct process *process;

struct process *tas_run(const struct tas_run *expected)
{
    process_close(process);
    process = duo_run_tmlua(expected->arguments);
    raw_expect_exit(process, expected->status, TAS_SOON_MS);
    if (expected->out != NULL)
        assert_string_equal(process_text(process, PROCESS_STDOUT), expected->out);
    if (expected->err != NULL)
        assert_string_equal(process_text(process, PROCESS_STDERR), expected->err);
    return process;
}

const char *tas_text(const char *format, ...)
{
    static char text[TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_in_range(size, 0, sizeof text - 1);
    return text;
}

const char *tas_inputs(const char *track)
{
    static char path[PATH_SIZE];
    snprintf(path, sizeof path, "%.400s/scripts/inputs/%s.txt", process_root(), track);
    return path;
}

static char *read_all(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    bytes[*size] = '\0';
    fclose(file);
    return bytes;
}

char *tas_read_file(const char *path)
{
    size_t size;
    return read_all(path, &size);
}

bool tas_is_there(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file != NULL)
        fclose(file);
    return file != NULL;
}

void tas_expect_same_files(const char *path, const char *other)
{
    size_t size, other_size;
    char *bytes = read_all(path, &size);
    char *other_bytes = read_all(other, &other_size);
    bool same = size == other_size && memcmp(bytes, other_bytes, size) == 0;
    free(bytes);
    free(other_bytes);
    if (!same)
        fail_msg("%s and %s differ", path, other);
}

int tas_end(void **state)
{
    (void)state;
    process_close_all();
    process = NULL;
    scratch_end();
    return 0;
}
