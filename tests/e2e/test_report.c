/*
 * Goal: a page of tas.report is what a person expects of it, in a real browser. Method: tmlua
 * drives two races and writes the page; headless Chromium shows it, light and dark, in a wide and
 * in a narrow window, with a script of ours added that measures what is seen and moves the pointer.
 * What the console says is a failure, and so is a page with a fault that is not found.
 */
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
    SOON_MS = 50000,
    ARGUMENT_SIZE_MAX = 1024,
    FRAMED_MAX = 600,
    PAGE_SIZE_MAX = 1 << 20, /* what a page of two runs of a minute may have at most */
    SHOT_SIZE_MIN = 20000    /* bytes of a picture with something on it */
};

/* How Chromium numbers the schemes that a user may prefer. */
enum scheme {
    DARK,
    LIGHT
};

struct view {
    enum scheme scheme;
    int width; /* below FRAMED_MAX: of a frame in a window, as windows are not that narrow */
    const char *background;
};

static const struct view views[] = {
    {LIGHT, 1100, "rgb(243, 244, 246)"},
    {DARK, 1100, "rgb(16, 19, 23)"},
    {LIGHT, 360, "rgb(243, 244, 246)"},
    {DARK, 360, "rgb(16, 19, 23)"},
};

enum {
    VIEW_COUNT = sizeof views / sizeof views[0]
};

/* Says what it finds wrong, and what it has seen, in an element of its own. */
static const char probe[] =
    "<script>\n"
    "const faults = [];\n"
    "window.addEventListener('error', (e) => faults.push('error: ' + e.message));\n"
    "const seen = (one) => one.getBoundingClientRect().width > 0;\n"
    "const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 &&\n"
    "  a.top >= b.top - 1 && a.bottom <= b.bottom + 1;\n"
    "const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 &&\n"
    "  a.top < b.bottom - 2 && b.top < a.bottom - 2;\n"
    "function check_words(id, svg) {\n"
    "  const box = svg.getBoundingClientRect();\n"
    "  const all = [...svg.querySelectorAll('text')].map((one) =>\n"
    "    [one.textContent, one.getBoundingClientRect()]);\n"
    "  all.forEach(([words, at], i) => {\n"
    "    if (!inside(at, box)) faults.push(id + ': ' + words + ' is cut off');\n"
    "    if (at.height < 8) faults.push(id + ': ' + words + ' is too small to read');\n"
    "    for (const [other, there] of all.slice(i + 1))\n"
    "      if (meet(at, there)) faults.push(id + ': ' + words + ' lies on ' + other);\n"
    "  });\n"
    "}\n"
    "function check_figure(figure) {\n"
    "  const box = figure.getBoundingClientRect();\n"
    "  if (box.width < 300 || box.height < 100) faults.push(figure.id + ' is too small');\n"
    "  if (box.right > innerWidth) faults.push(figure.id + ' is too wide');\n"
    "  const svgs = [...figure.querySelectorAll('svg[role=img]')].filter(seen);\n"
    "  if (svgs.length === 0 && figure.id !== 'splits') faults.push(figure.id + ': no picture');\n"
    "  for (const svg of svgs) {\n"
    "    if (svg.getBoundingClientRect().height < 100) faults.push(figure.id + ' is flat');\n"
    "    check_words(figure.id, svg);\n"
    "  }\n"
    "  return figure.id + ':' + svgs.length;\n"
    "}\n"
    "function point() {\n"
    "  const svg = [...document.querySelectorAll('#speed svg[data-t]')].filter(seen)[0];\n"
    "  const box = svg.getBoundingClientRect();\n"
    "  svg.dispatchEvent(new PointerEvent('pointermove', {\n"
    "    clientX: box.left + box.width / 2, clientY: box.top + 50 }));\n"
    "  const dots = [...document.querySelectorAll('.dot.on')].filter(seen).length;\n"
    "  const out = document.getElementById('readout');\n"
    "  const words = seen(out) ? out.textContent.replace(/\\n/g, ' | ') : 'nothing';\n"
    "  svg.dispatchEvent(new PointerEvent('pointerleave'));\n"
    "  if (seen(out)) faults.push('the readout stays');\n"
    "  return dots + ' dots, ' + words;\n"
    "}\n"
    "window.addEventListener('load', () => {\n"
    "  const figures = [...document.querySelectorAll('figure')].map(check_figure).join(' ');\n"
    "  if (document.documentElement.scrollWidth > innerWidth) faults.push('it scrolls aside');\n"
    "  const pointed = point();\n"
    "  const made = document.createElement('pre');\n"
    "  made.textContent = 'PROBE width ' + innerWidth + ', ' +\n"
    "    getComputedStyle(document.body).backgroundColor + '\\nfigures ' + figures +\n"
    "    '\\nfaults ' + (faults.join('; ') || 'none') + '\\npointed ' + pointed + '\\nEND';\n"
    "  window.parent.document.body.append(made);\n"
    "});\n"
    "</script>\n";

static int end(void **state)
{
    (void)state;
    process_close_all();
    scratch_end();
    return 0;
}

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *bytes = calloc(1, PAGE_SIZE_MAX + 1);

    if (file == NULL)
        fail_msg("there is no %s", path);
    *size = fread(bytes, 1, PAGE_SIZE_MAX, file);
    assert_true(feof(file) || fgetc(file) == EOF);
    fclose(file);
    return bytes;
}

/* The page of two drives, for the caller to free. */
static char *make_page(size_t *size)
{
    char script[ARGUMENT_SIZE_MAX];
    const char *path = scratch_path("report.html");
    const char *argv[] = {process_tmlua(), script, path, NULL};

    snprintf(script, sizeof script, "%.900s/tests/tools/report_page.lua", process_root());
    raw_expect_exit(process_run(argv), 0, SOON_MS);
    return read_file(path, size);
}

/* Writes the page with the probe behind its first "<head>", and some words in front of "</main>". */
static const char *write_probed(const char *page, const char *words)
{
    size_t size = strlen(page) + sizeof probe + strlen(words) + 1;
    const char *head = strstr(page, "<head>\n"), *foot = strstr(page, "</main>");
    char *probed = malloc(size);
    const char *path;

    assert_non_null(head);
    assert_non_null(foot);
    head += strlen("<head>\n");
    snprintf(probed, size, "%.*s%s%.*s%s%s", (int)(head - page), page, probe, (int)(foot - head),
             head, words, foot);
    path = scratch_write("probed.html", probed);
    free(probed);
    return path;
}

/* Writes a page with that text as a frame, and returns its path. */
static const char *write_framed(const char *text, int width)
{
    char *framed = malloc(strlen(text) * 6 + 256), *to = framed;

    to += sprintf(to, "<!DOCTYPE html><iframe width=\"%d\" height=\"2900\" srcdoc=\"", width);
    for (; *text != '\0'; text++) {
        const char *entity = *text == '&' ? "&amp;" : *text == '"' ? "&quot;" : NULL;

        if (entity != NULL)
            to += sprintf(to, "%s", entity);
        else
            *to++ = *text;
    }
    sprintf(to, "\"></iframe>");
    text = scratch_write("framed.html", framed);
    free(framed);
    return text;
}

/* Chromium, when it has ended, with the page shown in that way. */
static struct process *show(const char *path, const struct view *view, const char *action)
{
    char url[ARGUMENT_SIZE_MAX], window[64], scheme[64], user[ARGUMENT_SIZE_MAX];
    const char *argv[] = {"/usr/bin/chromium",
                          "--headless",
                          "--no-sandbox",
                          "--disable-gpu",
                          "--no-first-run",
                          "--disable-background-networking",
                          "--disable-dev-shm-usage",
                          "--hide-scrollbars",
                          "--enable-logging=stderr",
                          "--v=0",
                          user,
                          window,
                          scheme,
                          action,
                          url,
                          NULL};
    struct process *browser;

    snprintf(url, sizeof url, "file://%.900s", path);
    snprintf(user, sizeof user, "--user-data-dir=%.900s", scratch_path("user"));
    snprintf(window, sizeof window, "--window-size=%d,3000",
             view->width < FRAMED_MAX ? FRAMED_MAX : view->width);
    snprintf(scheme, sizeof scheme, "--blink-settings=preferredColorScheme=%d", view->scheme);
    browser = process_run(argv);
    raw_expect_exit(browser, 0, SOON_MS);
    return browser;
}

static bool says(struct process *process, enum process_stream stream, const char *text)
{
    return strstr(process_text(process, stream), text) != NULL;
}

static void expect_all(struct process *browser, const struct view *view)
{
    const char *probed = strstr(process_text(browser, PROCESS_STDOUT), "<pre>PROBE");
    char expected[256];

    snprintf(expected, sizeof expected,
             "<pre>PROBE width %d, %s\n"
             "figures track:1 speed:2 inputs:1 splits:0 history:1\n"
             "faults none\n"
             "pointed 2 dots, ",
             view->width, view->background);
    if (probed == NULL || strncmp(probed, expected, strlen(expected)) != 0)
        fail_msg("expected: %s\nprobed: %s", expected, probed == NULL ? "nothing" : probed);
    assert_non_null(strstr(probed, " s | rough &amp; ready: "));
    assert_non_null(strstr(probed, " km/h, steer "));
}

static void test_a_page_shows_all_it_has_everywhere(void **state)
{
    size_t size;
    char *page = make_page(&size), *probed;
    const char *path = write_probed(page, "");
    int i;

    (void)state;
    free(page);
    probed = read_file(path, &size);
    for (i = 0; i < VIEW_COUNT; i++) {
        bool is_framed = views[i].width < FRAMED_MAX;
        const char *shown = is_framed ? write_framed(probed, views[i].width) : path;
        struct process *browser = show(shown, &views[i], "--dump-dom");

        expect_all(browser, &views[i]);
        if (says(browser, PROCESS_STDERR, "CONSOLE"))
            fail_msg("%s", process_text(browser, PROCESS_STDERR));
        process_close(browser);
    }
    free(probed);
}

/* Otherwise the test above might see nothing at all. */
static void test_faults_of_a_page_are_seen(void **state)
{
    size_t size;
    char *page = make_page(&size);
    const char *path = write_probed(
        page, "<figure id=\"bad\" style=\"width:2000px\"><svg role=\"img\" viewBox=\"0 0 900 200\">"
              "<text x=\"50\" y=\"50\">one</text><text x=\"52\" y=\"50\">two</text>"
              "<text x=\"890\" y=\"90\">three</text></svg></figure>"
              "<script>missing.thing()</script><img src=\"http://127.0.0.1:9/x.png\">");
    struct process *browser = show(path, &views[0], "--dump-dom");

    (void)state;
    free(page);
    raw_expect_said(browser, PROCESS_STDOUT, "error: Uncaught ReferenceError");
    raw_expect_said(browser, PROCESS_STDOUT, "bad: one lies on two");
    raw_expect_said(browser, PROCESS_STDOUT, "bad: three is cut off");
    raw_expect_said(browser, PROCESS_STDOUT, "bad is too wide");
    raw_expect_said(browser, PROCESS_STDOUT, "it scrolls aside");
    raw_expect_said(browser, PROCESS_STDERR, "missing is not defined");
    raw_expect_said(browser, PROCESS_STDERR, "Content Security Policy"); /* no network */
}

static void test_a_page_can_be_photographed(void **state)
{
    size_t size;
    char *page = make_page(&size), *shots[2];
    size_t sizes[2];
    int i;

    (void)state;
    assert_in_range(size, 50000, PAGE_SIZE_MAX);
    free(page);
    for (i = 0; i < 2; i++) {
        char action[ARGUMENT_SIZE_MAX];
        const char *name = views[i].scheme == DARK ? "dark.png" : "light.png";

        snprintf(action, sizeof action, "--screenshot=%.900s", scratch_path(name));
        process_close(show(scratch_path("report.html"), &views[i], action));
        shots[i] = read_file(scratch_path(name), &sizes[i]);
        assert_in_range(sizes[i], SHOT_SIZE_MIN, PAGE_SIZE_MAX);
        assert_memory_equal(shots[i], "\x89PNG\r\n", 6);
    }
    assert_false(sizes[0] == sizes[1] && memcmp(shots[0], shots[1], sizes[0]) == 0);
    free(shots[0]);
    free(shots[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define REPORT_TEST(name) cmocka_unit_test_teardown(name, end)
        REPORT_TEST(test_a_page_shows_all_it_has_everywhere),
        REPORT_TEST(test_faults_of_a_page_are_seen),
        REPORT_TEST(test_a_page_can_be_photographed),
    };

    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
