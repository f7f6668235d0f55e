/* On Windows, and so inside Wine too, a game's mapping has a name that can simply be opened. */
#include "transport/wine_games.h"

enum wine_view wine_games_view(void)
{
    return WINE_VIEW_NONE;
}

int wine_games_find(struct wine_game games[WINE_GAME_COUNT_MAX], size_t expected_size)
{
    (void)games;
    (void)expected_size;
    return 0;
}

enum status wine_game_find(struct wine_game *game, long pid, size_t expected_size)
{
    (void)game;
    (void)pid;
    (void)expected_size;
    return STATUS_NO_GAME;
}

enum status shared_memory_open_wine(struct shared_memory *shared, const struct wine_game *game)
{
    (void)game;
    *shared = (struct shared_memory){0};
    return STATUS_NO_GAME;
}
