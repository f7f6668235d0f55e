#include "transport/wine_games.h"

#include "transport/proc_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    PAGE_SIZE = 4096,
    PROCESS_COUNT_MAX = 512, /* of Wine */
    SERVER_COUNT_MAX = 32,
    PART_COUNT_MAX = 16, /* shared by one process */
    MESSAGE_NUMBER_MAX = 64
};

/* Programs that serve TMInterface's protocol, or that TMInterface is loaded into. */
static const char *const game_programs[] = {"TmForever.exe", "TmNations*.exe", "tmsim.exe"};

/* Its library; the program TMInterface.exe of early versions only loads it into the game. */
static const char game_library[] = "tminterface*.dll";

/* What Wine's temporary files are called: of newer, present and older versions. */
static const char *const wine_files[] = {"/memfd:wine-mapping (deleted)", "*/tmpmap-* (deleted)",
                                         "*/anonmap.* (deleted)"};

/* A part of a process's memory that could be the slot. */
struct part {
    ino_t inode;
    size_t size;
    long server;
    char path[64]; /* of the server's descriptor */
    enum status status;
};

struct search {
    struct wine_game *games;
    int count;
    size_t expected_size;
    long wanted; /* this process is a game whatever its name; 0: none */
    long processes[PROCESS_COUNT_MAX], servers[SERVER_COUNT_MAX];
    int process_count, server_count;
};

static bool matches_any(const char *text, const char *const *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fnmatch(patterns[i], text, FNM_CASEFOLD) == 0)
            return true;
    return false;
}

#define MATCHES(text, list) matches_any(text, list, sizeof list / sizeof list[0])

static size_t whole_pages(size_t size)
{
    return (size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
}

static bool has_game_library(long pid)
{
    struct proc_mapping mapping;
    FILE *maps = proc_is_part_of_wine(pid) ? NULL : proc_maps_open(pid);
    bool found = false;
    while (maps != NULL && !found && proc_maps_next(maps, &mapping)) {
        const char *name = strrchr(mapping.file.path, '/') + 1;
        found = fnmatch(game_library, name, FNM_CASEFOLD) == 0;
    }
    if (maps != NULL)
        fclose(maps);
    return found;
}

/* A slot begins with a message or with zeros (fact sheet section 2). */
static bool begins_like_slot(int descriptor)
{
    uint8_t word[4];
    return pread(descriptor, word, sizeof word, 0) == (ssize_t)sizeof word &&
           word[0] <= MESSAGE_NUMBER_MAX && (word[1] == 0 || word[1] == 0xFF) && word[2] == 0 &&
           word[3] == 0;
}

/* Looks into the file behind part->path, by reading; false when it is no slot. */
static bool examine(struct part *part)
{
    struct stat info;
    int descriptor = open(part->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return errno == EACCES || errno == EPERM;
    bool is_slot = fstat(descriptor, &info) == 0 &&
                   whole_pages((size_t)info.st_size) == part->size && begins_like_slot(descriptor);
    close(descriptor);
    part->status = STATUS_OK;
    return is_slot;
}

/* Makes a part of a mapping that is a whole file of Wine's, written by all who share it. */
static bool make_part(const struct search *search, const struct proc_mapping *mapping,
                      struct part *part)
{
    if (!mapping->is_shared || !mapping->is_writable || mapping->size > SLOT_SIZE_MAX ||
        !MATCHES(mapping->file.path, wine_files))
        return false;
    *part =
        (struct part){.inode = mapping->file.inode, .size = mapping->size, .status = STATUS_DENIED};
    for (int i = 0; i < search->server_count; i++)
        if (proc_find_descriptor(search->servers[i], &mapping->file, part->path,
                                 sizeof part->path)) {
            part->server = search->servers[i];
            return examine(part);
        }
    return true; /* its wineserver cannot be seen from here */
}

static int find_parts(const struct search *search, long pid, struct part parts[PART_COUNT_MAX])
{
    struct proc_mapping mapping;
    FILE *maps = proc_maps_open(pid);
    int count = 0;
    while (maps != NULL && count < PART_COUNT_MAX && proc_maps_next(maps, &mapping)) {
        bool is_known = false; /* a file may be mapped twice */
        for (int i = 0; i < count; i++)
            is_known = is_known || parts[i].inode == mapping.file.inode;
        if (!is_known && make_part(search, &mapping, &parts[count]))
            count++;
    }
    if (maps != NULL)
        fclose(maps);
    return count;
}

/* The status of the game that shares these parts, and which of them is its slot. */
static enum status choose_part(const struct search *search, const struct part *parts, int count,
                               const struct part **chosen)
{
    const size_t any = 0;
    size_t sizes[] = {whole_pages(search->expected_size), whole_pages(SLOT_SIZE_V1),
                      whole_pages(SLOT_SIZE_PUBLIC), any};
    for (size_t i = search->expected_size == 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        int fitting = 0;
        for (int k = 0; k < count; k++)
            if (parts[k].status == STATUS_OK && (sizes[i] == any || parts[k].size == sizes[i])) {
                *chosen = &parts[k];
                fitting++;
            }
        if (fitting > 0)
            return fitting == 1 ? STATUS_OK : STATUS_SIZE_MISMATCH;
    }
    *chosen = &parts[0];
    return STATUS_DENIED;
}

/* With no server to tell the prefix by, the games of one user are taken together. */
static void add_game(struct search *search, struct wine_game *game, long server)
{
    uid_t owner;
    if (search->count == WINE_GAME_COUNT_MAX || !proc_start(game->pid, &game->started, &owner))
        return;
    game->group = server > 0 ? server : -1 - (int64_t)owner;
    search->games[search->count++] = *game;
}

static void look_at_process(struct search *search, long pid)
{
    struct wine_game game = {.pid = pid};
    struct part parts[PART_COUNT_MAX];
    const struct part *part;
    proc_program(pid, game.program, sizeof game.program);
    if (pid != search->wanted && !MATCHES(game.program, game_programs) && !has_game_library(pid))
        return;
    int count = find_parts(search, pid, parts);
    if (count == 0)
        return;
    game.status = choose_part(search, parts, count, &part);
    if (game.status == STATUS_OK) {
        game.size = part->size;
        game.inode = part->inode;
        memcpy(game.path, part->path, sizeof game.path);
    }
    add_game(search, &game, part->server);
}

/* Only the name of another user's process can be seen. */
static void look_at_hidden(struct search *search, long pid)
{
    struct wine_game game = {.pid = pid, .status = STATUS_DENIED};
    proc_program(pid, game.program, sizeof game.program);
    if (pid == search->wanted || MATCHES(game.program, game_programs))
        add_game(search, &game, 0);
}

/* Sorts the processes: those of Wine are looked at when all wineservers are known. */
static void walk(struct search *search)
{
    DIR *folder = opendir("/proc");
    long pid;
    while ((pid = proc_next(folder)) != 0) {
        enum proc_kind kind = proc_kind(pid);
        if (kind == PROC_WINE && search->process_count < PROCESS_COUNT_MAX)
            search->processes[search->process_count++] = pid;
        else if (kind == PROC_WINESERVER && search->server_count < SERVER_COUNT_MAX)
            search->servers[search->server_count++] = pid;
        else if (kind == PROC_HIDDEN)
            look_at_hidden(search, pid);
    }
    if (folder != NULL)
        closedir(folder);
    for (int i = 0; i < search->process_count; i++)
        look_at_process(search, search->processes[i]);
}

/* Each game of a prefix took the first name that was free: most likely that of its turn. */
static void number_games(struct wine_game *games, int count)
{
    for (int i = 0; i < count; i++)
        for (int k = 0; k < count; k++)
            if (games[k].group == games[i].group &&
                (games[k].started < games[i].started ||
                 (games[k].started == games[i].started && games[k].pid < games[i].pid)))
                games[i].index++;
}

static int find(struct wine_game *games, size_t expected_size, long wanted)
{
    struct search search = {.games = games, .expected_size = expected_size, .wanted = wanted};
    walk(&search);
    number_games(games, search.count);
    return search.count;
}

int wine_games_find(struct wine_game games[WINE_GAME_COUNT_MAX], size_t expected_size)
{
    return find(games, expected_size, 0);
}

enum status wine_game_find(struct wine_game *game, long pid, size_t expected_size)
{
    struct wine_game games[WINE_GAME_COUNT_MAX];
    int count = find(games, expected_size, pid);
    for (int i = 0; i < count; i++)
        if (games[i].pid == pid) {
            *game = games[i];
            return game->status;
        }
    return STATUS_NO_GAME;
}

enum wine_view wine_games_view(void)
{
    /* The number of the first PID namespace is fixed (PROC_PID_INIT_INO in Linux's proc_ns.h). */
    static const char first[] = "pid:[4026531836]";
    char link[64] = "";
    ssize_t size = readlink("/proc/self/ns/pid", link, sizeof link - 1);
    return size < 0 || strcmp(link, first) == 0 ? WINE_VIEW_ALL : WINE_VIEW_CONTAINER;
}

/*
 * Whether the game maps the file that was opened. Its pid may be another process's by now, and
 * the descriptor another file's. The pidfd came first: what is seen here was seen of its process.
 */
static bool is_of_game(int descriptor, const struct wine_game *game, int process)
{
    struct proc_file file;
    struct pollfd ended = {.fd = process, .events = POLLIN};
    return proc_own_file(descriptor, &file) && file.inode == game->inode &&
           proc_maps_file(game->pid, &file) && poll(&ended, 1, 0) == 0;
}

static enum status map(struct shared_memory *shared, int descriptor, const struct wine_game *game)
{
    int process = (int)syscall(SYS_pidfd_open, (pid_t)game->pid, 0);
    if (process < 0)
        return errno == ESRCH ? STATUS_NO_GAME : STATUS_SYSTEM;
    enum status status = STATUS_NO_GAME;
    if (is_of_game(descriptor, game, process)) {
        void *memory = mmap(NULL, game->size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        status = memory != MAP_FAILED ? STATUS_OK : STATUS_OUT_OF_MEMORY;
        if (status == STATUS_OK)
            shared->memory = memory;
    }
    if (status != STATUS_OK)
        close(process);
    shared->game_handle = process;
    return status;
}

enum status shared_memory_open_wine(struct shared_memory *shared, const struct wine_game *game)
{
    *shared = (struct shared_memory){.handle = -1};
    if (game->status != STATUS_OK)
        return game->status;
    int descriptor = open(game->path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return errno == ENOENT ? STATUS_NO_GAME : STATUS_DENIED;
    enum status status = map(shared, descriptor, game);
    if (status != STATUS_OK) {
        close(descriptor);
        return status;
    }
    shared->handle = descriptor;
    shared->size = game->size;
    shared->game_pid = game->pid;
    snprintf(shared->name, sizeof shared->name, "TMInterface%d", game->index);
    return STATUS_OK;
}
