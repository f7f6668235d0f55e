/*
 * The console as far as a race needs it: the commands that a client has registered. They are
 * queued, and reach the client in the next tick (fact sheet, C_EXECUTE_COMMAND).
 */
#include "sim/game_requests.h"

#include <stdio.h>
#include <string.h>

static bool is_registered(const struct sim_game *game, const char *name, size_t size)
{
    for (size_t i = 0; i < game->command_count; i++)
        if (strlen(game->commands[i]) == size && memcmp(game->commands[i], name, size) == 0)
            return true;
    return false;
}

/*
 * The next argument of a line, or null at its end. Blanks separate; a quoted argument is one,
 * blanks and all.
 */
static const char *next_argument(const char **line, size_t *size)
{
    const char *at = *line + strspn(*line, " ");
    if (*at == '\0')
        return NULL;
    const char *closing = *at == '"' ? strchr(at + 1, '"') : NULL;
    const char *start = closing != NULL ? at + 1 : at;
    *size = closing != NULL ? (size_t)(closing - start) : strcspn(start, " ");
    *line = closing != NULL ? closing + 1 : start + *size;
    return start;
}

static void put_text(struct bytes_writer *writer, const char *text, size_t size)
{
    bytes_put_i32(writer, (int32_t)size);
    bytes_put(writer, text, size);
}

/* Data of S_ON_CUSTOM_COMMAND: no times, the count, the name, the arguments. */
static bool queue_command(struct sim_game *game, const char *name, size_t name_size,
                          const char *line)
{
    enum {
        COUNT_OFFSET = 8
    };
    struct sim_call *call = &game->due[game->due_count];
    size_t capacity = slot_capacity(game->server.slot);
    struct bytes_writer writer =
        bytes_writer(call->data, capacity < sizeof call->data ? capacity : sizeof call->data);
    int32_t count = 0;
    bytes_put_i32(&writer, -1);
    bytes_put_i32(&writer, -1);
    bytes_put_i32(&writer, 0);
    put_text(&writer, name, name_size);
    size_t size;
    for (const char *text; (text = next_argument(&line, &size)) != NULL; count++)
        put_text(&writer, text, size);
    if (writer.failed)
        return false;
    game->due_count++;
    store_i32(call->data + COUNT_OFFSET, count);
    call->message = MESSAGE_S_ON_CUSTOM_COMMAND;
    call->size = writer.position;
    return true;
}

void sim_console_execute(struct sim_game *game, const char *line)
{
    const char *rest = line;
    size_t size = 0;
    const char *name = next_argument(&rest, &size);
    if (name == NULL)
        return;
    char text[160];
    if (!is_registered(game, name, size))
        snprintf(text, sizeof text, "console: unknown command: %.100s", line);
    else if (game->due_count == SIM_COMMANDS_DUE_MAX)
        snprintf(text, sizeof text, "console: too many commands at once: %.100s", line);
    else if (queue_command(game, name, size, rest))
        return;
    else
        snprintf(text, sizeof text, "console: too many arguments: %.100s", line);
    if (game->note != NULL)
        game->note(game->note_context, text);
}
