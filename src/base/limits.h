/*
 * Every maximum of the project, with its unit. A limit is here even when only one file uses it,
 * so that one look tells what the program refuses.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    /* Mapped memory, fact sheet section 1. */
    SLOT_COUNT = 16,          /* TMInterface0 .. TMInterface15 */
    SLOT_SIZE_V1 = 65535,     /* bytes, v1 default */
    SLOT_SIZE_2021 = 65536,   /* bytes, clients from June 2021 to February 2022 */
    SLOT_SIZE_PUBLIC = 16384, /* bytes, BUF_SIZE of Shared.h */
    SLOT_SIZE_MIN = 256,      /* bytes; smaller holds no useful message */
    SLOT_SIZE_MAX = 16 * 1024 * 1024,
    SLOT_NAME_SIZE_MAX = 64,  /* bytes with the final zero */
    WINE_GAME_COUNT_MAX = 32, /* games in Wine that are looked at */

    /* Conversation, fact sheet section 3. */
    CALL_TIMEOUT_DEFAULT_MS = 2000,
    GOODBYE_TIMEOUT_MS = 250,   /* how long a leaving client waits for its goodbye to be taken */
    RESPONSE_TIMEOUT_MS = 2000, /* how long a client waits for S_RESPONSE */

    /* Values inside messages. */
    CHECKPOINT_COUNT_MAX = 4096, /* elements of either checkpoint array */
    TEXT_SIZE_MAX = 60000,       /* bytes of one string in a message */

    /* Commands of the console and of input scripts. */
    CONSOLE_ARGUMENT_COUNT_MAX = 16, /* arguments of one command kept apart, its name included */

    /* The framed protocol of engines. */
    FRAME_BODY_SIZE_MAX = 64 * 1024 * 1024 + 8, /* bytes by default: an image of 4096 x 4096 */
    FRAME_PLACE_SIZE_MIN = 64 * 1024,         /* bytes first asked for when a body comes in parts */
    IMAGE_SIDE_MAX = 16384,                   /* pixels */
    IMAGE_PIXEL_COUNT_MAX = 32 * 1024 * 1024, /* of a picture that is drawn: more than 8K */
    IMAGE_FILE_SIZE_MAX = 192 * 1024 * 1024,  /* bytes: such a picture, badly packed as QOI */
    IMAGE_BLOCK_KEPT_SIZE_MAX = 64 * 1024 * 1024, /* bytes of a block that is kept for the next */
    IMAGE_POOL_SIZE_MAX = 48 * 1024 * 1024,       /* bytes of blocks that are kept beside two */
    LOG_ENTRY_COUNT_MAX = 255,                    /* entries of one frame */
    LOG_TEXT_SIZE_MAX = 64 * 1024, /* bytes of one entry that we send; longer ones are cut */
    MSGPACK_DEPTH_MAX = 32, /* arrays and maps inside each other: all that msgpack-c follows */

    /* Programs that are started. */
    CHILD_COUNT_MAX = 256,           /* that run at the same time */
    CHILD_ARGUMENT_COUNT_MAX = 4096, /* the name of the program included */
    PROGRAM_PATH_SIZE_MAX = 4096,    /* bytes with the final zero */

    /* Connections. */
    TCP_HOST_SIZE_MAX = 256,                        /* bytes of a name with the final zero */
    ENGINE_TIMEOUT_DEFAULT_MS = 5000,               /* for an answer */
    ENGINE_CONNECT_TIMEOUT_MS = 3000,               /* for one attempt to connect */
    ENGINE_RETRY_FIRST_MS = 100,                    /* until the next attempt; doubles each time, */
    ENGINE_RETRY_LAST_MS = 2000,                    /* up to this */
    ENGINE_QUEUE_SIZE_MAX = 8 * 1024 * 1024,        /* bytes a client may have waiting to be sent */
    ENGINE_REQUEST_COUNT_MAX = 1024,                /* requests of a client without an answer */
    ENGINE_PEER_QUEUE_SIZE_MAX = 256 * 1024 * 1024, /* bytes waiting for one client */
    ENGINE_LOG_QUEUE_SIZE_MAX = 1024 * 1024,      /* bytes; with more waiting, logs are left out */
    ENGINE_PEER_COUNT_MAX = 64,                   /* clients of one server */
    ENGINE_ASK_COUNT_MAX = 16,                    /* screenshots a client may wait for */
    ENGINE_COMMAND_SIZE_MAX = 64 * 1024,          /* bytes of a command that tmsim runs */
    ENGINE_PICTURES_SIZE_MAX = 512 * 1024 * 1024, /* bytes waiting for all clients of tmsim */

    /* The embedded game. */
    GAME_FILE_SIZE_MAX = 16 * 1024 * 1024, /* bytes of a script it loads */
    TRACK_POINT_COUNT_MAX = 512,
    TRACK_CHECKPOINT_COUNT_MAX = 64,
    TRACK_LAP_COUNT_MAX = 100,
    TRACK_NAME_SIZE_MAX = 64, /* bytes with the final zero */
    TRACK_FILE_SIZE_MAX = 256 * 1024
};

#endif
