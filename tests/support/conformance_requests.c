/* Section 7 of the fact sheet, its golden messages among them; section 8 and 10 for the data. */
#include "support/conformance.h"

#define HEADER " FF 00*6 "
#define RESPONSE "01 FF 00*6 "

/* Its own kind a client leaves alone; a request is heard from whoever is registered. */
#define CLIENT_CELLS .client = "......E"
#define REQUEST_CELLS .server = "WHHHW", CLIENT_CELLS

/* Two states, two times: passed after 100 ms, and not passed. */
#define CHECKPOINTS "#02 00*3 01 00*3 00*4 #02 00*3 64 00*3 00*4 FF*4 00*4"

/* The golden events of section 8. */
#define EVENTS "#02 00*3 AA 86 01 00 00 00 01 06 A0 86 01 00 01 00 00 09"

/* 8344 and 7584 bytes, of which a few say something; then the arrays. */
#define STATE_V1 "01 00*3 01 00*3 9F 00*3 00*8332 00*4 " CHECKPOINTS
#define STATE_PUBLIC "01 00*3 9F 00*3 00*7576 01 00*3 00*4 " CHECKPOINTS

/* As the captured state has them: race running 9, accelerate 4. */
#define NAMES_NINE "09 00*3 FF*4 04 00*3 FF*24 "

const struct conformance_row conformance_requests[] = {
    {.message = RAW_C_REGISTER,
     .bytes = {"~0C" HEADER, "08" HEADER, NULL},
     .server = "RNNNR",
     CLIENT_CELLS},
    {.message = RAW_C_DEREGISTER,
     .bytes = {"~0D" HEADER "00*4", "09" HEADER "00*4", NULL},
     .server = "QGGGQ",
     CLIENT_CELLS},
    {.message = RAW_C_PROCESSED_CALL,
     .bytes = {"~0E" HEADER "~04 00*3", "0A" HEADER "02 00*3", NULL},
     .server = "QQQAQ",
     CLIENT_CELLS},
    {.message = RAW_C_SET_INPUT_STATES,
     .bytes = {"~0F" HEADER "FF*4 FF*4 01 00*3 FF*4 00 00 FF FF FF FF FF 7F",
               "0B" HEADER "FF*4 FF*4 01 00*3 FF*4 00 00 FF FF FF FF FF 7F", NULL},
     .verb = "set_input_state{accelerate = true, steer = -65536}",
     REQUEST_CELLS},
    {.message = RAW_C_RESPAWN,
     .bytes = {"~10" HEADER "00*4", "0C" HEADER "00*4", NULL},
     .verb = "respawn()",
     REQUEST_CELLS},
    {.message = RAW_C_GIVE_UP,
     .bytes = {"~11" HEADER "00*4", NULL, NULL},
     .verb = "give_up()",
     REQUEST_CELLS},
    {.message = RAW_C_HORN,
     .bytes = {"~12" HEADER "00*4", NULL, NULL},
     .verb = "horn()",
     REQUEST_CELLS},
    {.message = RAW_C_REWIND_TO_STATE,
     .bytes = {"~13" HEADER STATE_V1, "0D" HEADER STATE_PUBLIC, NULL},
     REQUEST_CELLS},
    {.message = RAW_C_GET_STATE,
     .bytes = {"~14" HEADER, "0E" HEADER, NULL},
     .reply = {RESPONSE STATE_V1, RESPONSE STATE_PUBLIC, NULL},
     .verb = "get_simulation_state()",
     REQUEST_CELLS},
    {.message = RAW_C_GET_EVENT_BUFFER,
     .bytes = {"~15" HEADER, "0F" HEADER, NULL},
     .reply = {RESPONSE NAMES_NINE "FF*4 10 27 00 00 " EVENTS, RESPONSE "10 27 00 00 " EVENTS,
               RESPONSE NAMES_NINE "10 27 00 00 " EVENTS},
     .verb = "get_event_buffer()",
     REQUEST_CELLS},
    {.message = RAW_C_GET_CONTEXT_MODE,
     .bytes = {"~16" HEADER, "11" HEADER, NULL},
     .reply = {RESPONSE "01 00*3", RESPONSE "01 00*3", NULL},
     .verb = "get_context_mode()",
     REQUEST_CELLS},
    {.message = RAW_C_SET_EVENT_BUFFER,
     .bytes = {"~17" HEADER "FF*40 00*4 " EVENTS, "12" HEADER "00*4 " EVENTS,
               "~17" HEADER "FF*36 00*4 " EVENTS},
     REQUEST_CELLS},
    {.message = RAW_C_SET_TIME_LIMIT,
     .bytes = {"~18" HEADER "FF*4", NULL, NULL},
     .verb = "set_simulation_time_limit(-1)",
     .simulates = true,
     REQUEST_CELLS},
    {.message = RAW_C_GET_CHECKPOINT_STATE,
     .bytes = {"~19" HEADER, "13" HEADER, NULL},
     .reply = {RESPONSE "00*4 " CHECKPOINTS, RESPONSE "01 00*3 00*4 " CHECKPOINTS, NULL},
     .verb = "get_checkpoint_state()",
     REQUEST_CELLS},
    {.message = RAW_C_SET_CHECKPOINT_STATE,
     .bytes = {"~1A" HEADER "00*4 " CHECKPOINTS, "14" HEADER "00*8 " CHECKPOINTS, NULL},
     .verb = "set_checkpoint_state{cp_states = {true, false}, cp_times = "
             "{{time = 100, stunts_score = 0}, {time = -1, stunts_score = 0}}}",
     REQUEST_CELLS},
    {.message = RAW_C_SET_GAME_SPEED,
     .bytes = {"~1B" HEADER "00*6 F0 3F", "15" HEADER "00*6 F0 3F", NULL},
     .verb = "set_speed(1)",
     REQUEST_CELLS},
    {.message = RAW_C_EXECUTE_COMMAND,
     .bytes = {"~1C" HEADER "00*4 #07 00*3 6D 61 70 20 41 30 31",
               "16" HEADER "00*4 #07 00*3 6D 61 70 20 41 30 31", NULL},
     .verb = "execute_command 'map A01'",
     REQUEST_CELLS},
    {.message = RAW_C_SET_EXECUTE_COMMANDS,
     .bytes = {"~1D" HEADER "01 00*3", "17" HEADER "01 00*3", NULL},
     REQUEST_CELLS},
    {.message = RAW_C_SET_TIMEOUT,
     .bytes = {"~1E" HEADER "FF*4", "18" HEADER "FF*4", NULL},
     .verb = "set_timeout(-1)",
     REQUEST_CELLS},
    {.message = RAW_C_REMOVE_STATE_VALIDATION,
     .bytes = {"~1F" HEADER "00*4", NULL, NULL},
     .verb = "remove_state_validation()",
     .simulates = true,
     REQUEST_CELLS},
    {.message = RAW_C_PREVENT_FINISH,
     .bytes = {"~20" HEADER "00*4", NULL, NULL},
     .verb = "prevent_simulation_finish()",
     .simulates = true,
     REQUEST_CELLS},
    {.message = RAW_C_REGISTER_CUSTOM_COMMAND,
     .bytes = {"~21" HEADER "00*4 #02 00*3 67 6F", NULL, NULL},
     .verb = "register_custom_command 'go'",
     REQUEST_CELLS},
    {.message = RAW_C_LOG,
     .bytes = {"~22" HEADER "03 00*3 #02 00*3 68 69", NULL, NULL},
     .verb = "log('hi', 'error')",
     REQUEST_CELLS},
    {.message = RAW_C_GET_CONTROL_NAMES,
     .bytes = {NULL, "10" HEADER, NULL},
     .reply = {NULL, RESPONSE "09 00*3 FF*4 04 00*3 05 00*3 06 00*3 07 00*3 02 00*3 03 00*3", NULL},
     REQUEST_CELLS},
};

const size_t conformance_request_count =
    sizeof conformance_requests / sizeof conformance_requests[0];
