#include "transport/tcp.h"
#include "transport/tcp_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_port(const char *text, uint16_t *port)
{
    unsigned value = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + (unsigned)(*text - '0');
        if (value > UINT16_MAX)
            return false;
    }
    *port = (uint16_t)value;
    return true;
}

/* No name has blanks or control characters in it, nor brackets. */
static bool is_in_hosts(char c)
{
    return (unsigned char)c > ' ' && c != 0x7F && c != '[' && c != ']';
}

static bool set_host(struct tcp_address *address, const char *host, size_t size)
{
    if (size >= sizeof address->host)
        return false;
    for (size_t i = 0; i < size; i++)
        if (!is_in_hosts(host[i]))
            return false;
    if (size == 0)
        return true;
    memcpy(address->host, host, size);
    address->host[size] = '\0';
    return true;
}

bool tcp_address_read(struct tcp_address *address, const char *text)
{
    struct tcp_address read = *address;
    const char *colon = strrchr(text, ':');
    bool ok;
    if (text[0] == '[') {
        const char *end = strchr(text, ']');
        ok = end != NULL && end > text + 1 && set_host(&read, text + 1, (size_t)(end - text - 1)) &&
             (end[1] == '\0' || (end[1] == ':' && read_port(end + 2, &read.port)));
    } else if (colon != NULL) {
        ok = strchr(text, ':') == colon && set_host(&read, text, (size_t)(colon - text)) &&
             read_port(colon + 1, &read.port);
    } else {
        /* A number that is no port is no host either, though resolvers make addresses of them. */
        bool is_number = strspn(text, "0123456789") == strlen(text);
        ok = is_number ? read_port(text, &read.port) : set_host(&read, text, strlen(text));
    }
    if (ok)
        *address = read;
    return ok;
}

void tcp_address_write(const struct tcp_address *address, char text[TCP_ADDRESS_TEXT_SIZE])
{
    bool is_v6 = strchr(address->host, ':') != NULL;
    snprintf(text, TCP_ADDRESS_TEXT_SIZE, is_v6 ? "[%s]:%u" : "%s:%u", address->host,
             address->port);
}

bool tcp_numeric(const struct tcp_address *address, struct sockaddr_storage *numeric)
{
    *numeric = (struct sockaddr_storage){0};
    return uv_ip4_addr(address->host, address->port, (struct sockaddr_in *)numeric) == 0 ||
           uv_ip6_addr(address->host, address->port, (struct sockaddr_in6 *)numeric) == 0;
}

static void read_socket_address(const struct sockaddr_storage *from, struct tcp_address *address)
{
    *address = (struct tcp_address){0};
    if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
        uv_ip6_name(v6, address->host, sizeof address->host);
        address->port = ntohs(v6->sin6_port);
    } else if (from->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
        uv_ip4_name(v4, address->host, sizeof address->host);
        address->port = ntohs(v4->sin_port);
    }
}

void tcp_peer_address(const struct tcp_stream *stream, char text[TCP_ADDRESS_TEXT_SIZE])
{
    struct sockaddr_storage at = {0};
    struct tcp_address address;
    int size = sizeof at;
    uv_tcp_getpeername(&stream->handle, (struct sockaddr *)&at, &size);
    read_socket_address(&at, &address);
    tcp_address_write(&address, text);
}

void tcp_listener_address(const struct tcp_listener *listener, struct tcp_address *address)
{
    struct sockaddr_storage at = {0};
    int size = sizeof at;
    uv_tcp_getsockname(&listener->handle, (struct sockaddr *)&at, &size);
    read_socket_address(&at, address);
}
