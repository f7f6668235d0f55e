/* Addresses of connections as people write them. */
#include "transport/tcp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SIZE_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct tcp_address before = {.host = "before", .port = 7};

static void test_what_is_missing_stays(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *host;
        uint16_t port;
    } rows[] = {
        {"example.org:80", "example.org", 80},
        {"example.org", "example.org", 7},
        {":80", "before", 80},
        {"80", "before", 80},
        {"0", "before", 0},
        {"65535", "before", 65535},
        {"00080", "before", 80},
        {"127.0.0.1", "127.0.0.1", 7},
        {"127.0.0.1:4242", "127.0.0.1", 4242},
        {"[::1]:80", "::1", 80},
        {"[::1]", "::1", 7},
        {"[fe80::1%eth0]:1", "fe80::1%eth0", 1},
        {"3com.com", "3com.com", 7},
    };
    for (size_t i = 0; i < SIZE_OF(rows); i++) {
        struct tcp_address address = before;
        if (!tcp_address_read(&address, rows[i].text))
            fail_msg("\"%s\" was refused", rows[i].text);
        assert_string_equal(address.host, rows[i].host);
        assert_int_equal(address.port, rows[i].port);
    }
}

static void test_what_is_no_address_changes_nothing(void **unused)
{
    (void)unused;
    static const char *const rows[] = {
        "",        ":",        "host:",    "host:x",     "host:65536", "host:-1", "host: 80",
        "host:+1", "65536",    "99999999", "4294967376", "::1",        "a:1:2",   "[]:80",
        "[::1",    "[::1]80",  "[::1]:",   "[::1]:x",    "a b:1",      " ",       "a\tb",
        "a\nb:1",  "[a b]:80", "a]b:1",    "[[::1]]:80", "host :80",   "80 ",     "\x7F:1",
    };
    for (size_t i = 0; i < SIZE_OF(rows); i++) {
        struct tcp_address address = before;
        if (tcp_address_read(&address, rows[i]))
            fail_msg("\"%s\" was taken for %s and %u", rows[i], address.host, address.port);
        assert_memory_equal(&address, &before, sizeof before);
    }
}

static void test_hosts_have_a_longest(void **unused)
{
    (void)unused;
    char text[TCP_HOST_SIZE_MAX + 8];
    memset(text, 'a', sizeof text);
    for (size_t size = TCP_HOST_SIZE_MAX - 2; size <= TCP_HOST_SIZE_MAX + 1; size++) {
        struct tcp_address address = before;
        memcpy(text + size, ":9", 3);
        assert_int_equal(tcp_address_read(&address, text), size < TCP_HOST_SIZE_MAX);
        assert_int_equal(strlen(address.host), size < TCP_HOST_SIZE_MAX ? size : 6);
        text[size] = '\0';
        address = before;
        assert_int_equal(tcp_address_read(&address, text), size < TCP_HOST_SIZE_MAX);
        memset(text, 'a', sizeof text);
    }
}

static void test_what_is_written_is_read(void **unused)
{
    (void)unused;
    static const char *const rows[] = {"127.0.0.1:4242", "[::1]:4242", "localhost:0",
                                       "[fe80::1%lo]:65535"};
    for (size_t i = 0; i < SIZE_OF(rows); i++) {
        struct tcp_address address = before;
        char text[TCP_ADDRESS_TEXT_SIZE];
        assert_true(tcp_address_read(&address, rows[i]));
        tcp_address_write(&address, text);
        assert_string_equal(text, rows[i]);
    }
}

static void test_the_longest_is_written_whole(void **unused)
{
    (void)unused;
    struct tcp_address address = {.port = 65535};
    char text[TCP_ADDRESS_TEXT_SIZE];
    memset(address.host, ':', TCP_HOST_SIZE_MAX - 1);
    tcp_address_write(&address, text);
    assert_int_equal(strlen(text), TCP_HOST_SIZE_MAX - 1 + strlen("[]:65535"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_missing_stays),
        cmocka_unit_test(test_what_is_no_address_changes_nothing),
        cmocka_unit_test(test_hosts_have_a_longest),
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_the_longest_is_written_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
