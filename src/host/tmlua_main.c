/* tmlua: runs Lua scripts that drive games. */
#include "base/version.h"
#include "host/lua_host.h"
#include "host/options.h"
#include "transport/terminal.h"

#include <lua.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    struct options options;
    terminal_prepare();
    if (!options_read(&options, argc, argv)) {
        fprintf(stderr, "tmlua: %s (see tmlua --help)\n", options.error);
        return 1;
    }
    if (options.help) {
        fputs(options_help, stdout);
        return 0;
    }
    if (options.version)
        printf("tmlua %s  %s\n", TMLUA_VERSION, LUA_RELEASE);
    bool has_work = options.list || options.script_index != 0 || options.chunk_count > 0;
    if (!has_work && !options.version && terminal_has_person())
        options.interactive = true;
    return lua_host_run(&options, argc, argv);
}
