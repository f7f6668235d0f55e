/* The end of a conversation: who waits is told, hooks hear of it, and the user reads why. */
#include "bindings/game.h"

#include <stdio.h>

/* Everybody who waits for the game is told: their continuations look at its state. */
static void release_waiters(struct game *game)
{
    struct task **lists[] = {&game->woken, &game->waiters, &game->turn_first, &game->requester,
                             &game->registrar};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        while (*lists[i] != NULL) {
            struct task *task = *lists[i];
            bool is_list = i < 3;
            *lists[i] = is_list ? task->next : NULL;
            lua_pop(task->co, task->result_count);
            task->result_count = 0;
            task_make_ready(task);
        }
    game->turn_last = NULL;
}

/*
 * Lets go of a game's memory: while we hold it, Windows keeps its name from the game that starts
 * next. The slot stays valid, over the copy of its last message: who is in the middle of a poll
 * may still look at it.
 */
static void release_mapping(struct game *game)
{
    if (game->shared.memory == NULL)
        return;
    slot_open_trusted(&game->slot, game->memory, game->slot.size);
    shared_memory_close(&game->shared);
}

void game_ended(struct game *game)
{
    struct runtime *runtime = game->runtime;
    enum status why = game->client.end;
    if (game->state == GAME_LOST || game->state == GAME_SHUT_DOWN || game->state == GAME_CLOSED)
        return;
    bool was_attached = game->state == GAME_ATTACHED;
    bool orderly = why == STATUS_SHUTDOWN || why == STATUS_CLOSED;
    game->state = why == STATUS_SHUTDOWN ? GAME_SHUT_DOWN
                  : why == STATUS_CLOSED ? GAME_CLOSED
                                         : GAME_LOST;
    game->event = GAME_EVENT_NONE;
    release_waiters(game);
    game_leave_all(game);
    release_mapping(game);
    if (!was_attached)
        return;
    runtime->mapped_count -= game->sim == NULL;
    games_set_watch(runtime);
    if (!orderly) {
        char text[600];
        runtime->game_lost = true;
        snprintf(text, sizeof text, "%s: game lost: %s", game->address, game->client.reason);
        if (game->hook_count[GAME_EVENT_deregistered] == 0 && !runtime->interactive)
            runtime->report(text);
    }
    lua_pushstring(runtime->L, status_word(why));
    game_emit(game, GAME_EVENT_deregistered, runtime->L, 1);
}

void game_forget_waiter(struct task *task)
{
    struct game *game = task->game;
    task_list_remove(&game->waiters, task);
    task_list_remove(&game->woken, task);
    task_list_remove(&game->turn_first, task);
    game->turn_last = game->turn_first;
    while (game->turn_last != NULL && game->turn_last->next != NULL)
        game->turn_last = game->turn_last->next;
    if (game->requester == task)
        game->requester = NULL;
    if (game->registrar == task)
        game->registrar = NULL;
}
