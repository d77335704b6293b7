/*
 * The limit of what is possible: an echo server of one thread on non-blocking epoll.
 *
 *     echo-server PORT eof|line
 *
 * eof: the client's FIN ends the one message, the reply is the same bytes, then FIN.
 * line: every line that ends in LF is answered in order, as many at once as have arrived.
 * It has no limits and no deadlines, and exits when it runs out of memory or descriptors.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BACKLOG = 1024, EVENTS_PER_WAIT = 256, FIRST_CAPACITY_BYTES = 16 * 1024 };

/* All positions are bytes in the buffer: sent <= ready <= received <= capacity. */
struct connection {
    char *buffer;
    size_t capacity, received, ready, sent;
    bool peer_finished, waits_for_space;
};

static bool by_line;
static int epoll_fd;

/* Indexed by descriptor. A buffer outlives its connection, so that a later one need not allocate. */
static struct connection *connections;

static void watch(int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};

    if (epoll_ctl(epoll_fd, operation, fd, &event) != 0)
        err(1, "epoll_ctl");
}

static void grow(struct connection *connection)
{
    connection->capacity = connection->capacity ? 2 * connection->capacity : FIRST_CAPACITY_BYTES;
    connection->buffer = realloc(connection->buffer, connection->capacity);
    if (connection->buffer == NULL)
        errx(1, "no memory for %zu bytes", connection->capacity);
}

static void mark_ready_lines(struct connection *connection, size_t fresh_bytes)
{
    char *fresh = connection->buffer + connection->received - fresh_bytes;
    char *last_end = memrchr(fresh, '\n', fresh_bytes);

    if (last_end != NULL)
        connection->ready = (size_t)(last_end - connection->buffer) + 1;
}

/* Reads what there is; false: the connection is lost. */
static bool receive(int fd, struct connection *connection)
{
    while (!connection->peer_finished) {
        if (connection->received == connection->capacity)
            grow(connection);
        size_t space_bytes = connection->capacity - connection->received;
        ssize_t count = recv(fd, connection->buffer + connection->received, space_bytes, 0);
        if (count < 0)
            return errno == EAGAIN;
        connection->received += (size_t)count;
        connection->peer_finished = count == 0;
        if (by_line) {
            mark_ready_lines(connection, (size_t)count);
            if ((size_t)count < space_bytes)
                return true;
        }
    }
    if (!by_line)
        connection->ready = connection->received;
    return true;
}

/* Sends what is ready, and keeps an unfinished line for later; false: the connection is lost. */
static bool reply(int fd, struct connection *connection)
{
    connection->waits_for_space = false;
    while (connection->sent < connection->ready) {
        ssize_t count = send(fd, connection->buffer + connection->sent, connection->ready - connection->sent,
                             MSG_NOSIGNAL);
        if (count < 0) {
            connection->waits_for_space = errno == EAGAIN;
            return errno == EAGAIN;
        }
        connection->sent += (size_t)count;
    }
    if (connection->sent == 0)
        return true;
    connection->received -= connection->sent;
    memmove(connection->buffer, connection->buffer + connection->sent, connection->received);
    connection->ready = connection->sent = 0;
    return true;
}

static void finish(int fd, struct connection *connection, bool complete)
{
    struct linger reset = {.l_onoff = 1, .l_linger = 0};

    if (!complete)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
    connection->received = connection->ready = connection->sent = 0;
    connection->peer_finished = connection->waits_for_space = false;
}

/* Does all that can be done now; false: the connection has ended. */
static bool serve(int fd, struct connection *connection)
{
    bool alive = (connection->waits_for_space || receive(fd, connection)) && reply(fd, connection);

    if (alive && (connection->waits_for_space || !connection->peer_finished))
        return true;
    finish(fd, connection, alive && connection->received == 0);
    return false;
}

static void accept_all(int listener)
{
    const int on = 1;
    int fd;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (by_line)
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        /* Often the whole message is here already: then epoll never needs to know the connection. */
        if (serve(fd, &connections[fd]))
            watch(EPOLL_CTL_ADD, fd, connections[fd].waits_for_space ? EPOLLOUT : EPOLLIN);
    }
    if (errno != EAGAIN && errno != ECONNABORTED)
        err(1, "accept");
}

static void serve_event(int fd)
{
    struct connection *connection = &connections[fd];
    bool waited_for_space = connection->waits_for_space;

    if (serve(fd, connection) && connection->waits_for_space != waited_for_space)
        watch(EPOLL_CTL_MOD, fd, connection->waits_for_space ? EPOLLOUT : EPOLLIN);
}

static int listen_on(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = INADDR_ANY};
    const int on = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, BACKLOG) != 0)
        err(1, "port %u", port);
    return listener;
}

int main(int argument_count, char **arguments)
{
    struct epoll_event events[EVENTS_PER_WAIT];
    struct rlimit descriptors;

    if (argument_count != 3 || (strcmp(arguments[2], "eof") != 0 && strcmp(arguments[2], "line") != 0))
        errx(2, "usage: echo-server PORT eof|line");
    by_line = strcmp(arguments[2], "line") == 0;

    getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);
    connections = calloc(descriptors.rlim_max, sizeof *connections);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (connections == NULL || epoll_fd < 0)
        err(1, "start");

    int listener = listen_on((uint16_t)atoi(arguments[1]));
    watch(EPOLL_CTL_ADD, listener, EPOLLIN);
    printf("echo-server listens on port %s, framing %s\n", arguments[1], arguments[2]);
    fflush(stdout);

    for (;;) {
        int count = epoll_wait(epoll_fd, events, EVENTS_PER_WAIT, -1);
        if (count < 0 && errno != EINTR)
            err(1, "epoll_wait");
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == listener)
                accept_all(listener);
            else
                serve_event(events[i].data.fd);
        }
    }
}
