#include "sim/track_draft.h"

#include "sim/planar.h"

#include <string.h>

enum {
    WORDS_PER_LINE_MAX = 4
};

static const int32_t width_default_mm = 16000;
static const int32_t coordinate_max_mm = 100 * 1000 * 1000; /* 100 km */
static const int32_t width_max_mm = 1000 * 1000;
static const int32_t radius_max_mm = 10 * 1000 * 1000;

struct word {
    const char *text;
    size_t size;
    int32_t column;
};

struct parser {
    struct track_draft draft;
    struct track *track;
    struct track_error *error;
    int32_t line;
    struct word words[WORDS_PER_LINE_MAX];
    int32_t word_count;
    int32_t column_end; /* behind the last word */
    float half_width;   /* of the next point */
    int32_t surface;
    bool has_start, has_finish;
};

static bool complain_at(struct parser *parser, int32_t column, const char *message)
{
    *parser->error = (struct track_error){parser->line, column, message};
    return false;
}

static bool complain(struct parser *parser, int32_t word, const char *message)
{
    int32_t column = word < parser->word_count ? parser->words[word].column : parser->column_end;
    return complain_at(parser, column, message);
}

static bool word_is(const struct word *word, const char *text)
{
    return strlen(text) == word->size && memcmp(word->text, text, word->size) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number with at most three decimals, in thousandths. False: it is not one. */
static bool thousandths(const struct word *word, int32_t *value)
{
    size_t at = word->text[0] == '-' ? 1 : 0, decimals = 0;
    int64_t number = 0;
    bool in_fraction = false, digits = false;
    for (; at < word->size; at++) {
        char c = word->text[at];
        if (c == '.' && digits && !in_fraction) {
            in_fraction = true;
            digits = false;
            continue;
        }
        if (!is_digit(c) || decimals == 3 || number > INT32_MAX)
            return false;
        digits = true;
        decimals += in_fraction;
        number = number * 10 + (c - '0');
    }
    for (; decimals < 3; decimals++)
        number *= 10;
    if (!digits || number > INT32_MAX)
        return false;
    *value = (int32_t)(word->text[0] == '-' ? -number : number);
    return true;
}

/* The number in that word, complaining when it is missing or out of min .. max (thousandths). */
static bool take_thousandths(struct parser *parser, int32_t word, int32_t min, int32_t max,
                             int32_t *value)
{
    if (word >= parser->word_count)
        return complain(parser, word, "a number is missing");
    if (!thousandths(&parser->words[word], value))
        return complain(parser, word, "not a number with at most three decimals");
    if (*value < min || *value > max)
        return complain(parser, word, "the number is out of range");
    return true;
}

static bool take_metres(struct parser *parser, int32_t word, int32_t min, int32_t max, float *value)
{
    int32_t number;
    if (!take_thousandths(parser, word, min, max, &number))
        return false;
    *value = (float)number / 1000.0f;
    return true;
}

/* Half of a width that may be left out, then 0. */
static bool take_half_width(struct parser *parser, int32_t word, float *half_width)
{
    float width = 0.0f;
    if (word < parser->word_count && !take_metres(parser, word, 1000, width_max_mm, &width))
        return false;
    *half_width = width / 2.0f;
    return true;
}

static bool parse_name(struct parser *parser)
{
    const struct word *name = &parser->words[1];
    if (parser->word_count < 2)
        return complain(parser, 1, "the name is missing");
    if (name->size >= TRACK_NAME_SIZE_MAX)
        return complain(parser, 1, "the name is too long");
    memset(parser->track->name, 0, sizeof parser->track->name);
    memcpy(parser->track->name, name->text, name->size);
    return true;
}

static bool parse_laps(struct parser *parser)
{
    int32_t laps;
    if (!take_thousandths(parser, 1, 1000, TRACK_LAP_COUNT_MAX * 1000, &laps))
        return false;
    if (laps % 1000 != 0)
        return complain(parser, 1, "not a whole number");
    parser->track->laps = laps / 1000;
    return true;
}

static bool parse_closed(struct parser *parser)
{
    parser->track->closed = true;
    return true;
}

static bool parse_start(struct parser *parser)
{
    struct track_gate *start = &parser->track->start;
    int32_t heading;
    if (!take_metres(parser, 1, -coordinate_max_mm, coordinate_max_mm, &start->x) ||
        !take_metres(parser, 2, -coordinate_max_mm, coordinate_max_mm, &start->z) ||
        !take_thousandths(parser, 3, -360 * 1000, 360 * 1000, &heading))
        return false;
    planar_heading(heading, &start->forward_x, &start->forward_z);
    parser->has_start = true;
    return true;
}

static bool parse_width(struct parser *parser)
{
    if (parser->word_count < 2)
        return complain(parser, 1, "a number is missing");
    return take_half_width(parser, 1, &parser->half_width);
}

static bool parse_surface(struct parser *parser)
{
    static const struct {
        const char *name;
        int32_t surface;
    } surfaces[] = {{"asphalt", SURFACE_ASPHALT},
                    {"dirt", SURFACE_DIRT},
                    {"grass", SURFACE_GRASS},
                    {"ice", SURFACE_ICE}};
    for (size_t i = 0; parser->word_count > 1 && i < sizeof surfaces / sizeof surfaces[0]; i++)
        if (word_is(&parser->words[1], surfaces[i].name)) {
            parser->surface = surfaces[i].surface;
            return true;
        }
    return complain(parser, 1, "a surface is asphalt, dirt, grass or ice");
}

static bool parse_point(struct parser *parser)
{
    struct draft_point point = {
        .half_width = parser->half_width, .surface = parser->surface, .line = parser->line};
    if (parser->draft.point_count == TRACK_POINT_COUNT_MAX)
        return complain(parser, 0, "too many points");
    if (!take_metres(parser, 1, -coordinate_max_mm, coordinate_max_mm, &point.x) ||
        !take_metres(parser, 2, -coordinate_max_mm, coordinate_max_mm, &point.z))
        return false;
    if (parser->word_count > 3 && !take_metres(parser, 3, 0, radius_max_mm, &point.radius))
        return false;
    parser->draft.points[parser->draft.point_count++] = point;
    return true;
}

static bool parse_gate(struct parser *parser, struct draft_gate *gate)
{
    gate->point = parser->draft.point_count - 1;
    if (gate->point < 0)
        return complain(parser, 0, "a gate stands on the point before it, and there is none");
    return take_half_width(parser, 1, &gate->half_width);
}

static bool parse_checkpoint(struct parser *parser)
{
    struct track_draft *draft = &parser->draft;
    if (draft->gate_count == TRACK_CHECKPOINT_COUNT_MAX)
        return complain(parser, 0, "too many checkpoints");
    if (!parse_gate(parser, &draft->gates[draft->gate_count]))
        return false;
    draft->gate_count++;
    return true;
}

static bool parse_finish(struct parser *parser)
{
    if (parser->has_finish)
        return complain(parser, 0, "a second finish");
    parser->has_finish = true;
    return parse_gate(parser, &parser->draft.finish);
}

static bool parse_statement(struct parser *parser)
{
    static const struct {
        const char *name;
        int32_t word_count_max;
        bool (*parse)(struct parser *parser);
    } statements[] = {{"name", 2, parse_name},     {"laps", 2, parse_laps},
                      {"closed", 1, parse_closed}, {"start", 4, parse_start},
                      {"width", 2, parse_width},   {"surface", 2, parse_surface},
                      {"point", 4, parse_point},   {"checkpoint", 2, parse_checkpoint},
                      {"finish", 2, parse_finish}};
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        if (!word_is(&parser->words[0], statements[i].name))
            continue;
        if (parser->word_count > statements[i].word_count_max)
            return complain(parser, statements[i].word_count_max, "one word too many");
        return statements[i].parse(parser);
    }
    return complain(parser, 0, "no statement begins with this word");
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Splits a line into words and reads it. */
static bool parse_line(struct parser *parser, const char *line, size_t size)
{
    parser->word_count = 0;
    parser->column_end = 1;
    for (size_t at = 0; at < size && line[at] != '#';) {
        if (is_blank(line[at])) {
            at++;
            continue;
        }
        size_t end = at;
        while (end < size && line[end] > ' ' && line[end] < 0x7F && line[end] != '#')
            end++;
        if (end == at)
            return complain_at(parser, (int32_t)at + 1, "not a printable ASCII character");
        if (parser->word_count == WORDS_PER_LINE_MAX)
            return complain_at(parser, (int32_t)at + 1, "one word too many");
        parser->words[parser->word_count++] = (struct word){line + at, end - at, (int32_t)at + 1};
        parser->column_end = (int32_t)end + 1;
        at = end;
    }
    return parser->word_count == 0 || parse_statement(parser);
}

static bool parse_lines(struct parser *parser, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t line_size = end != NULL ? (size_t)(end - text) - at : size - at;
        parser->line++;
        if (!parse_line(parser, text + at, line_size))
            return false;
        at += line_size + 1;
    }
    return true;
}

/* What can only be seen when the whole text has been read; complaints name its last line. */
static bool check_whole(struct parser *parser)
{
    const struct track_draft *draft = &parser->draft;
    const struct track *track = parser->track;
    parser->line += parser->line == 0;
    if (track->name[0] == '\0')
        return complain_at(parser, 1, "the track has no name");
    if (draft->point_count < (track->closed ? 3 : 2))
        return complain_at(parser, 1, "the track has too few points");
    if (!parser->has_finish)
        return complain_at(parser, 1, "the track has no finish");
    if (track->closed && draft->gate_count == 0)
        return complain_at(parser, 1, "a closed track needs a checkpoint");
    if (!track->closed && track->laps > 1)
        return complain_at(parser, 1, "only a closed track has laps");
    for (int32_t i = 0; !track->closed && i < draft->gate_count; i++)
        if (draft->gates[i].point >= draft->finish.point)
            return complain_at(parser, 1, "a checkpoint comes after the finish");
    if (track->laps * (draft->gate_count + 1) > CHECKPOINT_COUNT_MAX)
        return complain_at(parser, 1, "too many checkpoints over all laps");
    return true;
}

bool track_parse(const char *text, size_t size, struct track *track, struct track_error *error)
{
    struct parser parser = {.track = track,
                            .error = error,
                            .half_width = (float)width_default_mm / 2000.0f,
                            .surface = SURFACE_ASPHALT};
    memset(track, 0, sizeof *track);
    track->laps = 1;
    if (size > TRACK_FILE_SIZE_MAX)
        return complain_at(&parser, 1, "the text is too long");
    if (!parse_lines(&parser, text, size) || !check_whole(&parser) ||
        !track_draw(&parser.draft, track, error))
        return false;
    if (!parser.has_start) {
        const struct track_segment *first = &track->segments[0];
        track->start = (struct track_gate){.x = first->x,
                                           .z = first->z,
                                           .forward_x = first->forward_x,
                                           .forward_z = first->forward_z};
    }
    return true;
}
