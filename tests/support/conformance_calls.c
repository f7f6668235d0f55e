/* Section 6 of the fact sheet: what the game says; and its response, section 2. */
#include "support/conformance.h"

#define HEADER " FF 00*6 "

/* Nobody but the game says it: a server that finds it wipes it, unless it is its own open call. */
#define CALL_CELLS .server = "WWWWW", .client = "..C...E"

const struct conformance_row conformance_calls[] = {
    {.message = RAW_S_RESPONSE,
     .bytes = {"01" HEADER, "01" HEADER, NULL},
     .server = ".....",
     .client = ".R..R.E"},
    {.message = RAW_S_ON_REGISTERED, .bytes = {"~02" HEADER, NULL, NULL}, CALL_CELLS},
    {.message = RAW_S_SHUTDOWN, .bytes = {"~03" HEADER, NULL, NULL}, CALL_CELLS},
    {.message = RAW_S_ON_RUN_STEP,
     .bytes = {"~04" HEADER "E8 03 00 00", "02" HEADER "E8 03 00 00", NULL},
     .server = "WWW.W",
     .client = "..C...E"},
    {.message = RAW_S_ON_SIM_BEGIN, .bytes = {"~05" HEADER, "03" HEADER, NULL}, CALL_CELLS},
    {.message = RAW_S_ON_SIM_STEP,
     .bytes = {"~06" HEADER "F6 FF FF FF", "04" HEADER "32 0A 00 00", NULL},
     CALL_CELLS},
    {.message = RAW_S_ON_SIM_END,
     .bytes = {"~07" HEADER "02 00*3", "05" HEADER "02 00*3", NULL},
     CALL_CELLS},
    {.message = RAW_S_ON_CHECKPOINT,
     .bytes = {"~08" HEADER "01 00*3 0C 00*3", "06" HEADER "01 00*3 0C 00*3", NULL},
     CALL_CELLS},
    {.message = RAW_S_ON_LAPS,
     .bytes = {"~09" HEADER "02 00*3", "07" HEADER "02 00*3", NULL},
     CALL_CELLS},
    {.message = RAW_S_ON_CUSTOM_COMMAND,
     .bytes = {"~0A" HEADER "FF*4 E8 03 00 00 #02 00*3 #03 00*3 63 6D 64 #01 00*3 61 #00 00*3",
               NULL, NULL},
     CALL_CELLS},
    {.message = RAW_S_ON_BRUTEFORCE,
     .bytes = {"~0B" HEADER "01 00*3 02 00*3 E8 03 00 00 04 00*3 00*4 10 27 00 00 00 00 01 00 "
               "64 00*3 D0 07 00 00 01 00*3 00*4",
               NULL, NULL},
     CALL_CELLS},
};

const size_t conformance_call_count = sizeof conformance_calls / sizeof conformance_calls[0];
