/*
 * What the files of engine_client.h share: nobody else includes it.
 *   engine_client.c    the connection, what comes in, time
 *   engine_requests.c  requests from asking to their ends
 */
#ifndef PEER_ENGINE_CLIENT_PARTS_H
#define PEER_ENGINE_CLIENT_PARTS_H

#include "peer/engine_client.h"

/* Takes a request off the list and tells its owner, who may ask or cancel others, or close. */
void engine_request_finish(struct engine_client *client, struct engine_request *request,
                           const struct engine_answer *answer);
void engine_request_fail(struct engine_client *client, struct engine_request *request,
                         enum status status, const char *reason);

/* Fails all that are there now, or those of them that have been sent. */
void engine_requests_fail(struct engine_client *client, bool only_sent, enum status status,
                          const char *reason);

/* The first that has been sent, of that kind and (but for screenshots) id; or null. */
struct engine_request *engine_requests_find_sent(const struct engine_client *client,
                                                 enum engine_request_kind kind, int32_t id);

/* Sends what can be sent now, in the order it came in; the rest when `sent` is told. */
void engine_requests_send(struct engine_client *client);

enum status engine_client_send_ping(struct engine_client *client, struct engine_ping ping);

/* Ends the connection from our side; it will be tried anew. */
void engine_client_drop(struct engine_client *client, enum status status, const char *reason);

#endif
