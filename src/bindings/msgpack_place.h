/* Where in the arguments of encode a value is, for what is said of it when it cannot be encoded. */
#ifndef BINDINGS_MSGPACK_PLACE_H
#define BINDINGS_MSGPACK_PLACE_H

#include <lua.h>

enum {
    MSGPACK_PATH_SIZE_MAX = 200 /* bytes with the final zero; what has no room is left out */
};

/* A value that is being encoded. Each is on the C stack while it is, and so are those around it. */
struct msgpack_place {
    const struct msgpack_place *outer;
    int depth;         /* containers around it */
    int key_index;     /* of the stack; 0: it is in an array */
    lua_Integer index; /* in an array */
    int argument;      /* from 1, of the outermost; 0 if it has no number */
};

/* `value #1[2]["name"]` */
void msgpack_place_text(lua_State *L, const struct msgpack_place *place,
                        char text[MSGPACK_PATH_SIZE_MAX]);

#endif
