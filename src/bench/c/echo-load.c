/*
 * A load generator of one thread on epoll, for servers that echo; see usage() for its options.
 *
 * eof: each slot connects, sends its message, half-closes, reads to FIN, and begins anew.
 * line: each slot keeps its connection open, with one line at a time in flight. All are open before the time begins. With
 * --reconnect a connection has one line only.
 *
 * Every byte of every reply is compared. Nothing is allocated once the load runs. An exchange counts where it ends:
 * before the measured time it is warm-up, after it the exchanges in flight are completed but not counted.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

#define NANOS_PER_SECOND INT64_C(1000000000)

enum {
    EVENTS_PER_WAIT = 256,
    RECEIVE_BYTES = 256 * 1024,
    /* A reply up to this size fits into any receive buffer, so that one wake-up, at its FIN, is enough. */
    WHOLE_REPLY_BYTES = 32 * 1024,
    /* Successive messages differ, so that a server that mixes up connections is found out. A prime. */
    MESSAGE_VARIANTS = 61,
    /* 28,000 ports each: enough although the kernel keeps every closed connection's port for a while. */
    SOURCE_ADDRESSES = 64,
    SWEEP_MILLIS = 50,
    EXCHANGE_TIMEOUT_SECONDS = 10,
    /* A bucket is 1/64 of a power of two: a reported latency is at most 1.6 % too high. */
    BUCKETS_PER_OCTAVE = 64,
    OCTAVE_BITS = 6,
    OCTAVES = 36,
};

enum outcome { OK, REFUSED, RESET, SHORT, DIFFERING, TIMED_OUT, OTHER, OUTCOMES };

static const char *const outcome_names[OUTCOMES] = {"ok", "refused", "reset", "short", "differing", "timeout", "other"};

struct slot {
    int fd; /* -1: no connection */
    SSL *tls; /* NULL: no connection, or one without TLS */
    bool in_flight, header_sent;
    uint32_t watched_events; /* 0: epoll does not know the connection yet */
    const char *message;
    size_t sent_bytes, received_bytes;
    int64_t started_nanos;
};

static struct {
    struct sockaddr_in server;
    bool by_line, tls, proxy, reconnect, paced;
    size_t size_bytes;    /* without the LF */
    size_t message_bytes; /* with it */
    size_t connections, idle_connections;
    double seconds, warmup_seconds;
    unsigned long exchange_limit; /* 0: none */
    int server_pid; /* 0: not known */
} options = {
    .server = {.sin_family = AF_INET},
    .connections = 32,
};

/* What a client behind a balancer has before its first byte. */
static const char proxy_header[] = "PROXY TCP4 192.0.2.7 192.0.2.1 49152 7\r\n";

static int epoll_fd;
static SSL_CTX *tls_context;
static struct slot *slots;
static int *idle_fds;
static char *messages;
static size_t message_stride_bytes;
static int64_t window_begin_nanos, window_end_nanos;
static size_t in_flight;
static size_t next_variant, next_source;
static unsigned long counted_exchanges, all_exchanges, warmup_errors, outcomes[OUTCOMES];
static unsigned long histogram[OCTAVES * BUCKETS_PER_OCTAVE];
static int64_t longest_nanos;

static int64_t now_nanos(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NANOS_PER_SECOND + now.tv_nsec;
}

/* Latencies. */

static size_t bucket_of(int64_t nanos)
{
    if (nanos < BUCKETS_PER_OCTAVE)
        return (size_t)nanos;
    int octave = 63 - __builtin_clzll((unsigned long long)nanos) - OCTAVE_BITS;
    return (size_t)octave * BUCKETS_PER_OCTAVE + (size_t)(nanos >> octave);
}

static int64_t upper_edge_nanos(size_t bucket)
{
    size_t octave = bucket < 2 * BUCKETS_PER_OCTAVE ? 0 : bucket / BUCKETS_PER_OCTAVE - 1;

    return (int64_t)((bucket - octave * BUCKETS_PER_OCTAVE + 1) << octave) - 1;
}

static double percentile_micros(double share)
{
    unsigned long left = (unsigned long)(share * (double)counted_exchanges);

    for (size_t bucket = 0; bucket < sizeof histogram / sizeof *histogram; bucket++) {
        if (left < histogram[bucket]) {
            int64_t nanos = upper_edge_nanos(bucket);
            return (double)(nanos < longest_nanos ? nanos : longest_nanos) / 1e3;
        }
        left -= histogram[bucket];
    }
    return (double)longest_nanos / 1e3;
}

static void count_latency(int64_t nanos)
{
    histogram[bucket_of(nanos)]++;
    if (nanos > longest_nanos)
        longest_nanos = nanos;
}

/* Messages: random bytes; those of eof overlap, so that they take little more memory than one. */

static void make_messages(void)
{
    uint64_t random = UINT64_C(0x9e3779b97f4a7c15);

    message_stride_bytes = options.by_line ? options.message_bytes : 67;
    size_t total_bytes = (MESSAGE_VARIANTS - 1) * message_stride_bytes + options.message_bytes;
    messages = malloc(total_bytes);
    if (messages == NULL)
        errx(1, "no memory for %zu bytes of messages", total_bytes);
    for (size_t i = 0; i < total_bytes; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        messages[i] = (char)(random >> 32);
        if (options.by_line && messages[i] == '\n')
            messages[i] = ' ';
    }
    for (size_t i = 1; options.by_line && i <= MESSAGE_VARIANTS; i++)
        messages[i * options.message_bytes - 1] = '\n';
}

/* Connections. */

static int open_connection(int flags)
{
    struct sockaddr_in source = {.sin_family = AF_INET};
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

    if (fd < 0)
        err(1, "socket");
    if (ntohl(options.server.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET) {
        source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(next_source++ % SOURCE_ADDRESSES));
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        if (bind(fd, (struct sockaddr *)&source, sizeof source) != 0)
            err(1, "bind");
    }
    if (options.by_line)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, (struct sockaddr *)&options.server, sizeof options.server) != 0 && errno != EINPROGRESS) {
        int cause = errno;
        close(fd);
        errno = cause;
        return -1;
    }
    return fd;
}

static void open_idle_connections(void)
{
    for (size_t i = 0; i < options.idle_connections; i++) {
        idle_fds[i] = open_connection(0);
        if (idle_fds[i] < 0)
            err(1, "idle connection %zu", i + 1);
    }
}

static void make_tls_context(void)
{
    tls_context = SSL_CTX_new(TLS_client_method());
    if (tls_context == NULL || SSL_CTX_set_min_proto_version(tls_context, TLS1_3_VERSION) != 1)
        errx(1, "no TLS 1.3");
    SSL_CTX_set_session_cache_mode(tls_context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(tls_context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static void add_tls(struct slot *slot)
{
    slot->tls = SSL_new(tls_context);
    if (slot->tls == NULL || SSL_set_fd(slot->tls, slot->fd) != 1)
        errx(1, "SSL_new");
    SSL_set_connect_state(slot->tls);
}

/* Waits for each connect, so that a long row of them cannot overflow the server's accept queue. */
static void open_kept_connections(void)
{
    for (size_t i = 0; i < options.connections; i++) {
        struct slot *slot = &slots[i];
        slot->fd = open_connection(0);
        if (slot->fd < 0)
            err(1, "connection %zu", i + 1);
        if (options.tls) {
            add_tls(slot);
            if (SSL_do_handshake(slot->tls) != 1)
                errx(1, "connection %zu: no handshake", i + 1);
        }
        if (fcntl(slot->fd, F_SETFL, O_NONBLOCK) != 0)
            err(1, "connection %zu", i + 1);
    }
}

static void close_connection(struct slot *slot)
{
    if (slot->tls != NULL) {
        SSL_shutdown(slot->tls);
        SSL_free(slot->tls);
        ERR_clear_error();
        slot->tls = NULL;
    }
    close(slot->fd);
    slot->fd = -1;
    slot->watched_events = 0;
}

/* Sets errno to what send() and recv() would say. */
static ssize_t tls_result(struct slot *slot, int result, bool *wants_write)
{
    if (result > 0)
        return result;
    int error = SSL_get_error(slot->tls, result);
    ERR_clear_error();
    *wants_write = error == SSL_ERROR_WANT_WRITE;
    if (error == SSL_ERROR_ZERO_RETURN)
        return 0;
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
        errno = EAGAIN;
    else if (error != SSL_ERROR_SYSCALL || errno == 0)
        errno = EPROTO;
    return -1;
}

static size_t count_silent_connections(void)
{
    size_t silent = 0;
    char byte;

    for (size_t i = 0; i < options.idle_connections; i++)
        silent += recv(idle_fds[i], &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
    return silent;
}

static void watch(struct slot *slot, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = slot};

    if (events == slot->watched_events)
        return;
    if (epoll_ctl(epoll_fd, slot->watched_events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, slot->fd, &event) != 0)
        err(1, "epoll_ctl");
    slot->watched_events = events;
}

/* Exchanges. A slot that failed rests until the next sweep, lest a refusing server be hammered. */

static enum outcome outcome_of(int cause)
{
    switch (cause) {
    case ECONNREFUSED:
        return REFUSED;
    case ECONNRESET:
    case EPIPE:
        return RESET;
    case ETIMEDOUT:
        return TIMED_OUT;
    default:
        if (outcomes[OTHER] == 0)
            warnx("exchange: %s", strerror(cause));
        return OTHER;
    }
}

static bool is_over(int64_t now)
{
    return now >= window_end_nanos;
}

static void end_exchange(struct slot *slot, enum outcome outcome, int64_t now)
{
    slot->in_flight = false;
    in_flight--;
    all_exchanges++;
    if (now < window_begin_nanos) {
        warmup_errors += outcome != OK;
    } else if (outcome != OK) {
        outcomes[outcome]++;
    } else if (!is_over(now)) {
        count_latency(now - slot->started_nanos);
        if (++counted_exchanges == options.exchange_limit)
            window_end_nanos = now;
    }
    if (slot->fd >= 0 && (outcome != OK || !options.by_line || options.reconnect || is_over(now)))
        close_connection(slot);
}

static ssize_t send_some(struct slot *slot, bool *wants_write)
{
    const char *rest = slot->message + slot->sent_bytes;
    size_t rest_bytes = options.message_bytes - slot->sent_bytes;

    *wants_write = true;
    if (slot->tls != NULL)
        return tls_result(slot, SSL_write(slot->tls, rest, (int)rest_bytes), wants_write);
    if (options.proxy && !slot->header_sent) {
        /* The header fits into the empty buffer of a new connection. MSG_MORE: it leaves with the message. */
        if (send(slot->fd, proxy_header, sizeof proxy_header - 1, MSG_NOSIGNAL | MSG_MORE) < 0)
            return -1;
        slot->header_sent = true;
    }
    return send(slot->fd, rest, rest_bytes, MSG_NOSIGNAL);
}

/* Sends what the socket takes; false: the exchange has ended. */
static bool send_rest(struct slot *slot)
{
    while (slot->sent_bytes < options.message_bytes) {
        bool wants_write;
        ssize_t count = send_some(slot, &wants_write);
        if (count < 0) {
            if (errno != EAGAIN) {
                end_exchange(slot, outcome_of(errno), now_nanos());
                return false;
            }
            watch(slot, wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN);
            return true;
        }
        slot->sent_bytes += (size_t)count;
    }
    if (!options.by_line)
        shutdown(slot->fd, SHUT_WR);
    if (!options.by_line && options.message_bytes <= WHOLE_REPLY_BYTES)
        watch(slot, EPOLLRDHUP);
    else
        watch(slot, EPOLLIN | EPOLLRDHUP);
    return true;
}

/* False: the exchange has ended. */
static bool begin_exchange(struct slot *slot, int64_t now)
{
    slot->in_flight = true;
    in_flight++;
    slot->message = messages + next_variant++ % MESSAGE_VARIANTS * message_stride_bytes;
    slot->sent_bytes = slot->received_bytes = 0;
    slot->started_nanos = now;
    if (slot->fd < 0) {
        slot->fd = open_connection(SOCK_NONBLOCK);
        if (slot->fd < 0) {
            end_exchange(slot, outcome_of(errno), now);
            return false;
        }
        slot->header_sent = false;
        if (options.tls)
            add_tls(slot);
    }
    /* On loopback the connection is there before connect() returns; elsewhere send() says EAGAIN. */
    return send_rest(slot);
}

static void succeed(struct slot *slot)
{
    int64_t now = now_nanos();

    end_exchange(slot, OK, now);
    if (!is_over(now) && !options.paced)
        begin_exchange(slot, now);
}

/* Reads what there is. With the FIN seen already, a read that leaves room has reached it: none of 0 bytes is needed. */
static void receive(struct slot *slot, bool fin_seen)
{
    static char buffer[RECEIVE_BYTES];

    for (;;) {
        bool wants_write;
        ssize_t count = slot->tls == NULL ? recv(slot->fd, buffer, sizeof buffer, 0)
            : tls_result(slot, SSL_read(slot->tls, buffer, sizeof buffer), &wants_write);
        if (count < 0) {
            if (errno != EAGAIN)
                end_exchange(slot, outcome_of(errno), now_nanos());
            return;
        }
        size_t count_bytes = (size_t)count;
        if (count_bytes > options.message_bytes - slot->received_bytes
            || memcmp(buffer, slot->message + slot->received_bytes, count_bytes) != 0) {
            end_exchange(slot, DIFFERING, now_nanos());
            return;
        }
        slot->received_bytes += count_bytes;
        bool complete = slot->received_bytes == options.message_bytes;
        bool at_fin = count == 0 || (fin_seen && count_bytes < sizeof buffer);
        if (at_fin && (!complete || options.by_line)) {
            end_exchange(slot, SHORT, now_nanos());
            return;
        }
        if (at_fin || (options.by_line && complete)) {
            succeed(slot);
            return;
        }
        if (slot->tls == NULL && count_bytes < sizeof buffer)
            return;
    }
}

static void handle_event(struct slot *slot, uint32_t events)
{
    /* A handshake goes on with the write that waits for it. */
    if (slot->sent_bytes < options.message_bytes
        && (slot->tls != NULL || events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) && !send_rest(slot))
        return;
    if (slot->tls != NULL && slot->sent_bytes < options.message_bytes)
        return;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP))
        receive(slot, events & EPOLLRDHUP && !(events & EPOLLERR));
}

static void sweep(int64_t now)
{
    for (size_t i = 0; i < options.connections; i++) {
        struct slot *slot = &slots[i];
        if (slot->in_flight && now - slot->started_nanos > EXCHANGE_TIMEOUT_SECONDS * NANOS_PER_SECOND)
            end_exchange(slot, TIMED_OUT, now);
        else if (!slot->in_flight && !is_over(now))
            begin_exchange(slot, now);
    }
}

static void run(void)
{
    struct epoll_event events[EVENTS_PER_WAIT];
    int64_t next_sweep_nanos = 0;

    window_begin_nanos = now_nanos() + (int64_t)(options.warmup_seconds * 1e9);
    window_end_nanos = window_begin_nanos + (int64_t)(options.seconds * 1e9);
    for (;;) {
        int64_t now = now_nanos();
        if (now >= next_sweep_nanos) {
            sweep(now);
            next_sweep_nanos = now + SWEEP_MILLIS * INT64_C(1000000);
        }
        if (is_over(now) && in_flight == 0)
            return;
        int count = epoll_wait(epoll_fd, events, EVENTS_PER_WAIT, SWEEP_MILLIS);
        for (int i = 0; i < count; i++)
            handle_event(events[i].data.ptr, events[i].events);
    }
}

/* The command line and the report. */

static double self_cpu_seconds(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* User and system time of all the server's threads; 0 if its process is not known. */
static double server_cpu_seconds(void)
{
    char path[64], stat[1024] = "";
    unsigned long user_ticks, system_ticks;

    if (options.server_pid == 0)
        return 0;
    snprintf(path, sizeof path, "/proc/%d/stat", options.server_pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        err(1, "%s", path);
    size_t length = fread(stat, 1, sizeof stat - 1, file);
    fclose(file);
    char *name_end = memrchr(stat, ')', length);
    if (name_end == NULL
        || sscanf(name_end, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user_ticks, &system_ticks) != 2)
        errx(1, "%s: not understood", path);
    return (double)(user_ticks + system_ticks) / (double)sysconf(_SC_CLK_TCK);
}

static double micros_per_exchange(double seconds)
{
    return all_exchanges ? seconds * 1e6 / (double)all_exchanges : 0;
}

static void report(double self_seconds, double server_seconds)
{
    double seconds = (double)(window_end_nanos - window_begin_nanos) / 1e9;
    double rate = (double)counted_exchanges / seconds;

    printf("{\"framing\": \"%s\", \"size\": %zu, \"connections\": %zu, \"seconds\": %.3f, \"exchanges\": %lu, "
           "\"rate\": %.1f, \"megabytesPerSecond\": %.3f, \"errors\": {",
           options.by_line ? "line" : "eof", options.size_bytes, options.connections, seconds, counted_exchanges, rate,
           rate * (double)options.size_bytes / 1e6);
    for (int outcome = REFUSED; outcome < OUTCOMES; outcome++)
        printf("%s\"%s\": %lu", outcome == REFUSED ? "" : ", ", outcome_names[outcome], outcomes[outcome]);
    printf("}, \"latencyMicros\": {\"p50\": %.1f, \"p90\": %.1f, \"p99\": %.1f, \"p999\": %.1f, \"max\": %.1f}, "
           "\"latencyPrecisionPercent\": 1.6, \"warmupErrors\": %lu, \"exchangesInAll\": %lu, "
           "\"loadCpuMicrosPerExchange\": %.2f",
           percentile_micros(0.5), percentile_micros(0.9), percentile_micros(0.99), percentile_micros(0.999),
           (double)longest_nanos / 1e3, warmup_errors, all_exchanges, micros_per_exchange(self_seconds));
    if (options.server_pid != 0)
        printf(", \"serverCpuMicrosPerExchange\": %.2f", micros_per_exchange(server_seconds));
    if (options.idle_connections > 0)
        printf(", \"idle\": {\"opened\": %zu, \"stillOpen\": %zu}", options.idle_connections,
               count_silent_connections());
    printf("}\n");
}

static void usage(void)
{
    fputs("usage: echo-load --port PORT --framing eof|line --size BYTES [option ...]\n"
          "  --address IPV4     the server's, default 127.0.0.1\n"
          "  --size BYTES       of a message; in line without its LF; 0 with eof only on loopback\n"
          "  --connections N    exchanges in flight, default 32\n"
          "  --seconds S        measured time, default 10; with --exchanges at most that, default 60\n"
          "  --warmup S         time before it that is not counted, default 0\n"
          "  --exchanges N      stop after N complete ones\n"
          "  --tls              speak TLS 1.3, with a full handshake for each connection; only with line\n"
          "  --proxy            send a PROXY header of version 1 first; only with eof\n"
          "  --reconnect        with line: a connection for each exchange\n"
          "  --paced            begin at most 20 exchanges a second on each connection\n"
          "  --idle N           open N silent connections first and keep them, default 0\n"
          "  --server-pid PID   report this process's CPU time for each exchange, too\n"
          "An exchange is given up as a timeout after 10 s. Prints one JSON object.\n",
          stderr);
    exit(2);
}

static double number(const char *text, double least)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end != '\0' || !(value >= least && value <= 1e12))
        errx(2, "not a number of at least %g: %s", least, text);
    return value;
}

static void read_options(int argument_count, char **arguments)
{
    enum { ADDRESS, PORT, FRAMING, SIZE, CONNECTIONS, SECONDS, WARMUP, EXCHANGES, IDLE, SERVER_PID, TLS, PROXY, RECONNECT, PACED };
    static const struct option known[] = {
        {"address", required_argument, NULL, ADDRESS}, {"port", required_argument, NULL, PORT},
        {"framing", required_argument, NULL, FRAMING}, {"size", required_argument, NULL, SIZE},
        {"connections", required_argument, NULL, CONNECTIONS}, {"seconds", required_argument, NULL, SECONDS},
        {"warmup", required_argument, NULL, WARMUP}, {"exchanges", required_argument, NULL, EXCHANGES},
        {"idle", required_argument, NULL, IDLE}, {"server-pid", required_argument, NULL, SERVER_PID},
        {"tls", no_argument, NULL, TLS}, {"proxy", no_argument, NULL, PROXY},
        {"reconnect", no_argument, NULL, RECONNECT}, {"paced", no_argument, NULL, PACED},
        {NULL, 0, NULL, 0},
    };
    const char *address = "127.0.0.1", *framing = "";
    double size_bytes = -1;
    int option;

    while ((option = getopt_long(argument_count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case ADDRESS: address = optarg; break;
        case PORT: options.server.sin_port = htons((uint16_t)number(optarg, 1)); break;
        case FRAMING: framing = optarg; break;
        case SIZE: size_bytes = number(optarg, 0); break;
        case CONNECTIONS: options.connections = (size_t)number(optarg, 1); break;
        case SECONDS: options.seconds = number(optarg, 0.001); break;
        case WARMUP: options.warmup_seconds = number(optarg, 0); break;
        case EXCHANGES: options.exchange_limit = (unsigned long)number(optarg, 1); break;
        case IDLE: options.idle_connections = (size_t)number(optarg, 0); break;
        case SERVER_PID: options.server_pid = (int)number(optarg, 1); break;
        case TLS: options.tls = true; break;
        case PROXY: options.proxy = true; break;
        case RECONNECT: options.reconnect = true; break;
        case PACED: options.paced = true; break;
        default: usage();
        }
    }
    options.by_line = strcmp(framing, "line") == 0;
    if (optind != argument_count || options.server.sin_port == 0 || (!options.by_line && strcmp(framing, "eof") != 0)
        || (options.tls && !options.by_line) || (options.proxy && options.by_line)
        || (options.reconnect && !options.by_line) || size_bytes < 0 || inet_pton(AF_INET, address, &options.server.sin_addr) != 1)
        usage();
    if (options.seconds == 0)
        options.seconds = options.exchange_limit ? 60 : 10;
    options.size_bytes = (size_t)size_bytes;
    options.message_bytes = options.size_bytes + options.by_line;
}

int main(int argument_count, char **arguments)
{
    struct rlimit descriptors;

    read_options(argument_count, arguments);
    signal(SIGPIPE, SIG_IGN); /* SSL_write has no MSG_NOSIGNAL */
    getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);
    slots = calloc(options.connections, sizeof *slots);
    idle_fds = calloc(options.idle_connections + 1, sizeof *idle_fds);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (slots == NULL || idle_fds == NULL || epoll_fd < 0)
        err(1, "start");
    for (size_t i = 0; i < options.connections; i++)
        slots[i].fd = -1;
    make_messages();
    if (options.tls)
        make_tls_context();
    open_idle_connections();
    if (options.by_line && !options.reconnect)
        open_kept_connections();

    double self_before_seconds = self_cpu_seconds(), server_before_seconds = server_cpu_seconds();
    run();
    report(self_cpu_seconds() - self_before_seconds, server_cpu_seconds() - server_before_seconds);
    return 0;
}
