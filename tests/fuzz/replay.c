/*
 * Runs a fuzz target over files that were kept, without libFuzzer: fuzz_NAME FILE|FOLDER... It
 * refuses to make anything up, and to be content with nothing to run.
 */
#include "fuzz/fuzz_input.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

static size_t replayed;

static bool complain(const char *path)
{
    perror(path);
    return false;
}

static bool replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return complain(path);
    uint8_t *bytes = malloc(size); /* of just that size, for the sanitizer */
    bool read = fread(bytes, 1, size, file) == size;
    fclose(file);
    if (!read)
        return complain(path);
    printf("%s\n", path);
    fflush(stdout); /* the last line names the file that ends the program */
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    replayed++;
    return true;
}

static bool replay(const char *path);

static bool replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    bool ok = folder != NULL || complain(path);
    for (struct dirent *entry; ok && (entry = readdir(folder)) != NULL;) {
        char name[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        ok = replay(name);
    }
    if (folder != NULL)
        closedir(folder);
    return ok;
}

static bool replay(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return complain(path);
    return S_ISDIR(status.st_mode) ? replay_folder(path)
                                   : replay_file(path, (size_t)status.st_size);
}

int main(int argc, char **argv)
{
    bool ok = true;
    for (int i = 1; i < argc; i++)
        ok = replay(argv[i]) && ok;
    printf("%zu inputs replayed\n", replayed);
    return ok && replayed > 0 ? 0 : 1;
}
