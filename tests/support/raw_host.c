#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "support/raw_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char prologue[] = "local tm = require \"tm\" local game = assert(tm.attach()) ";

void raw_host_serve(struct raw_host *host, struct raw_server_options options)
{
    memset(host, 0, sizeof *host);
    options.name = process_slot_name(host->name);
    assert_true(raw_server_start(&host->server, &options));
    host->serving = true;
}

static void write_script(struct raw_host *host, const char *text)
{
    const char *folder = getenv("TMPDIR");
    size_t size = strlen(text);
    int fd;

    snprintf(host->script, sizeof host->script, "%.40s/tmlua_test_XXXXXX",
             folder != NULL && strlen(folder) < 40 ? folder : "/tmp");
    fd = mkstemp(host->script);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, size), (ssize_t)size);
    close(fd);
}

void raw_host_run(struct raw_host *host, struct raw_host_options options)
{
    char address[128], text[4096];
    const char *argv[12];
    struct process_options process = {argv, NULL, PROCESS_STDIN_NONE, NULL};
    int count = 0;

    if (host->name[0] == '\0')
        process_slot_name(host->name);
    snprintf(address, sizeof address, "mapped:%s%s", host->name,
             options.query != NULL ? options.query : "");
    assert_true((size_t)snprintf(text, sizeof text, "%s%s", options.no_prologue ? "" : prologue,
                                 options.code) < sizeof text);
    argv[count++] = process_tmlua();
    argv[count++] = "-a";
    argv[count++] = address;
    argv[count++] = "-w";
    argv[count++] = options.wait_s != NULL ? options.wait_s : "5";
    if (options.as_file) {
        write_script(host, text);
        argv[count++] = host->script;
    } else if (options.as_stdin) {
        process.stdin_mode = PROCESS_STDIN_TEXT;
        process.stdin_text = text;
        argv[count++] = "-";
    } else {
        argv[count++] = "-e";
        argv[count++] = text;
    }
    argv[count] = NULL;
    host->process = process_spawn(&process);
    if (host->process == NULL)
        fail_msg("tmlua does not start: %s", process_tmlua());
}

void raw_host_script(struct raw_host *host, const char *code)
{
    raw_host_serve(host, (struct raw_server_options){.dialect = RAW_V1});
    raw_host_run(host, (struct raw_host_options){.code = code});
}

void raw_host_end(struct raw_host *host)
{
    process_close(host->process);
    if (host->serving)
        raw_server_free(&host->server);
    if (host->script[0] != '\0')
        unlink(host->script);
    memset(host, 0, sizeof *host);
}
