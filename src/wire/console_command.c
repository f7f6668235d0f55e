#include "wire/console_command.h"

#include <string.h>

static bool is_white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_word(struct console_span span, const char *word)
{
    if (strlen(word) != span.size)
        return false;
    for (size_t i = 0; i < span.size; i++)
        if (lower(span.at[i]) != word[i])
            return false;
    return true;
}

/* The first byte of this value in the span, or its end. */
static const char *find(struct console_span span, char c)
{
    const char *found = memchr(span.at, c, span.size);
    return found != NULL ? found : span.at + span.size;
}

static const char *skip_spaces(const char *at, const char *end)
{
    while (at < end && *at == ' ')
        at++;
    return at;
}

static struct console_span between(const char *start, const char *end)
{
    return (struct console_span){start, (size_t)(end - start)};
}

static struct console_span without_first(struct console_span span)
{
    return (struct console_span){span.at + 1, span.size - 1};
}

static struct console_span trim_spaces(struct console_span span)
{
    const char *end = span.at + span.size;
    struct console_span trimmed = between(skip_spaces(span.at, end), end);
    while (trimmed.size > 0 && trimmed.at[trimmed.size - 1] == ' ')
        trimmed.size--;
    return trimmed;
}

static struct console_span trim_white(struct console_span span)
{
    while (span.size > 0 && is_white(span.at[0]))
        span = without_first(span);
    while (span.size > 0 && is_white(span.at[span.size - 1]))
        span.size--;
    return span;
}

/* Takes the part before the first `c` off the span, and `c` too. False if there is no `c`. */
static bool take_before(struct console_span *span, char c, struct console_span *part)
{
    const char *end = span->at + span->size;
    const char *found = find(*span, c);
    if (found == end)
        return false;
    *part = between(span->at, found);
    *span = between(found + 1, end);
    return true;
}

enum {
    NO_NUMBER = -1
};

/* Digits and nothing else, at least one, saturated at INT32_MAX. NO_NUMBER if not so. */
static int64_t read_digits(struct console_span span)
{
    int64_t value = 0;
    for (size_t i = 0; i < span.size; i++) {
        if (span.at[i] < '0' || span.at[i] > '9')
            return NO_NUMBER;
        value = value * 10 + (span.at[i] - '0');
        if (value > INT32_MAX)
            value = INT32_MAX;
    }
    return span.size > 0 ? value : NO_NUMBER;
}

/* The same with white space around it and an optional plus. */
static int64_t read_number(struct console_span span)
{
    span = trim_white(span);
    return read_digits(span.size > 0 && span.at[0] == '+' ? without_first(span) : span);
}

/*
 * `S.f`. Of the fraction only two characters are ever looked at, which are then read like any
 * other number: `12.55a` and `12.55.5` are times, and `12.5 ` is five hundredths.
 */
static int64_t read_seconds(struct console_span span)
{
    struct console_span whole;
    if (!take_before(&span, '.', &whole) || span.size == 0)
        return CONSOLE_NO_TIME;
    const char digits[2] = {span.at[0], span.size > 1 ? span.at[1] : '0'};
    int64_t seconds = read_number(whole);
    int64_t hundredths = read_number((struct console_span){digits, sizeof digits});
    if (seconds < 0 || hundredths < 0)
        return CONSOLE_NO_TIME;
    return seconds * 1000 + hundredths * 10;
}

/* One time in any of its forms, not yet saturated, or CONSOLE_NO_TIME. Section 3. */
static int64_t read_time(struct console_span span)
{
    if (find(span, '.') == span.at + span.size)
        return read_number(span);
    struct console_span part;
    int64_t minutes = 0; /* after two parts: hours and minutes */
    for (int i = 0; i < 2 && take_before(&span, ':', &part); i++) {
        int64_t number = read_number(part);
        if (number < 0)
            return CONSOLE_NO_TIME;
        minutes = minutes * 60 + number;
    }
    int64_t seconds_ms = read_seconds(span);
    return seconds_ms < 0 ? CONSOLE_NO_TIME : minutes * 60000 + seconds_ms;
}

static int32_t saturate(int64_t value, int32_t minimum, int32_t maximum)
{
    return value < minimum ? minimum : value > maximum ? maximum : (int32_t)value;
}

/* A time or a range, into the command. False if the argument is neither. Section 3, Ranges. */
static bool read_times(struct console_span span, struct console_command *command)
{
    struct console_span first;
    bool is_range = take_before(&span, '-', &first);
    int64_t to = read_time(span);
    int64_t from = is_range ? read_time(first) : to;
    if (from < 0 || to < 0)
        return false;
    command->is_range = is_range;
    command->from_ms = saturate(from < to ? from : to, 0, CONSOLE_TIME_MAX_MS);
    if (is_range)
        command->to_ms = saturate(from < to ? to : from, 0, CONSOLE_TIME_MAX_MS);
    return true;
}

/*
 * Each character is looked at once, or twice in quotes: the search for a closing quote fails only
 * at the last quote of all, so unbalanced ones cost no more than others.
 */
bool console_argument_next(struct console_span *rest, struct console_span *argument)
{
    if (rest->size == 0)
        return false;
    const char *end = rest->at + rest->size;
    const char *start = skip_spaces(rest->at, end);
    const char *at = start;
    while (at < end && *at != ' ') {
        const char *closing = *at == '"' ? find(between(at + 1, end), '"') : NULL;
        if (closing == NULL) {
            at++;
        } else if (closing == end) { /* the character behind this quote separates nothing */
            at = end - at > 2 ? at + 2 : end;
        } else if (closing == at + 1) { /* no argument, and what is glued before is dropped */
            at = start = skip_spaces(closing + 1, end);
        } else {
            *argument = between(at + 1, closing);
            *rest = between(closing + 1, end);
            return true;
        }
    }
    if (start == end)
        return false;
    *argument = between(start, at);
    *rest = between(at, end);
    return true;
}

struct console_reader console_reader(const char *text, size_t size)
{
    return (struct console_reader){.text = text, .size = size};
}

/* Finds the commands of the next line. False if there is none. Section 1. */
static bool enter_line(struct console_reader *reader)
{
    if (reader->next_line == reader->size)
        return false;
    const char *start = reader->text + reader->next_line;
    const char *text_end = reader->text + reader->size;
    const char *line_feed = find(between(start, text_end), '\n');
    const char *comment = find(between(start, line_feed), '#');
    struct console_span commands = trim_white(between(start, comment));
    reader->line_start = reader->next_line;
    reader->position = (size_t)(commands.at - reader->text);
    reader->line_end = reader->position + commands.size;
    reader->next_line = (size_t)(line_feed - reader->text) + (line_feed < text_end ? 1 : 0);
    reader->line++;
    return true;
}

/* Takes the text up to the next `;` outside of quotes off the line. */
static struct console_span take_piece(struct console_reader *reader)
{
    const char *start = reader->text + reader->position;
    const char *end = reader->text + reader->line_end;
    const char *at = start;
    for (bool in_quotes = false; at < end && (in_quotes || *at != ';'); at++)
        in_quotes ^= *at == '"';
    reader->position = (size_t)(at - reader->text) + (at < end ? 1 : 0);
    return between(start, at);
}

/* Splits a piece, which has no spaces around it. False if there is nothing in it. Section 2. */
static bool read_command(struct console_span piece, struct console_command *command)
{
    struct console_span rest = piece, argument;
    if (!console_argument_next(&rest, &argument))
        return false;
    *command = (struct console_command){
        .from_ms = CONSOLE_NO_TIME, .to_ms = CONSOLE_NO_TIME, .text = piece};
    if (read_times(argument, command))
        command->text = trim_spaces(rest);
    rest = command->text;
    while (!command->cut && console_argument_next(&rest, &argument)) {
        if (command->argument_count < CONSOLE_ARGUMENT_COUNT_MAX)
            command->arguments[command->argument_count++] = argument;
        else
            command->cut = true;
    }
    return true;
}

bool console_reader_next(struct console_reader *reader, struct console_command *command)
{
    struct console_span piece;
    do {
        while (reader->position == reader->line_end)
            if (!enter_line(reader))
                return false;
        piece = trim_spaces(take_piece(reader));
    } while (!read_command(piece, command));
    command->line = reader->line;
    command->column = (size_t)(piece.at - reader->text) - reader->line_start + 1;
    return true;
}

/* An integer with an optional sign, white space around it; saturated. Section 4. */
static bool read_analog(struct console_span span, int32_t *value)
{
    span = trim_white(span);
    bool negative = span.size > 0 && span.at[0] == '-';
    int64_t size = negative ? read_digits(without_first(span)) : read_number(span);
    if (size < 0)
        return false;
    *value = saturate(negative ? -size : size, CONSOLE_ANALOG_MIN, CONSOLE_ANALOG_MAX);
    return true;
}

static void set_action(struct console_span word, struct console_input *input)
{
    input->kind = is_word(word, "delete") ? CONSOLE_INPUT_RESTART : CONSOLE_INPUT_UNKNOWN;
    input->action = ACTION_COUNT;
    for (int i = 0; i < ACTION_COUNT; i++) {
        if (actions[i].word[0] != '\0' && is_word(word, actions[i].word)) {
            input->kind = CONSOLE_INPUT_ACTION;
            input->action = (enum action)i;
        }
    }
}

bool console_command_input(const struct console_command *command, struct console_input *input)
{
    if (command->argument_count < 2)
        return false;
    struct console_span name = command->arguments[0], argument = command->arguments[1];
    bool press = is_word(name, "press");
    bool analog = is_word(name, "steer") || is_word(name, "gas");
    if (!press && !analog && !is_word(name, "rel"))
        return false;
    struct console_input found = {.at_start = true, .at_end = command->is_range};
    found.start_value = press;
    if (analog)
        found.at_start = read_analog(argument, &found.start_value);
    if (!found.at_start && !found.at_end)
        return false;
    set_action(analog ? name : argument, &found);
    *input = found;
    return true;
}
