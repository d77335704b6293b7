/*
 * Clients of 127.0.0.1, one after the other, whose whole message and FIN leave in one segment. The kernel keeps the
 * message back for more that is to come (MSG_MORE); what comes is FIN, which it puts into the segment that waits.
 *
 *     together PORT SIZE COUNT SEED
 *
 * Goes on until the counters of the kernel have shown COUNT times that there was just one segment ("together"). They can
 * not where the reply was faster than the look at them: its acknowledgements are counted, too. Says of all how many got
 * their bytes back and then FIN ("echoed"), how many got no byte but a reset ("reset") and how many saw anything else
 * ("other").
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* Less than the segment size of loopback. */
#define LARGEST_MESSAGE 32768

#define PATIENCE_IN_SECONDS 20

/* So many for each that is to be shown, at most. */
#define TRIES 10

static uint64_t state;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* Xorshift: the same seed gives the same bytes everywhere. */
static void fill(unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes[i] = state >> 11;
    }
}

static struct tcp_info counters(int client)
{
    struct tcp_info info = { 0 };
    socklen_t size = sizeof info;
    if (getsockopt(client, IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
        fail("TCP_INFO");
    return info;
}

static int connected(uint16_t port)
{
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(port) };
    struct timeval patience = { .tv_sec = PATIENCE_IN_SECONDS };
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (client < 0 || setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0)
        fail("socket");
    if (connect(client, (struct sockaddr *) &server, sizeof server) < 0)
        fail("connect");
    return client;
}

/* Send a message with its FIN and return whether the counters show that both left in one segment. */
static int send_together(int client, const unsigned char *message, size_t size)
{
    struct tcp_info before = counters(client);
    if (send(client, message, size, MSG_MORE) != (ssize_t) size)
        fail("send");
    if (shutdown(client, SHUT_WR) < 0)
        fail("shutdown");
    struct tcp_info after = counters(client);
    return after.tcpi_data_segs_out == 1 && after.tcpi_segs_out == before.tcpi_segs_out + 1;
}

/* Return the number of bytes before FIN, -1 for a reset without any, or -2 for anything else. */
static ssize_t read_to_end(int client, unsigned char *reply, size_t size)
{
    size_t length = 0;
    ssize_t count;
    while ((count = read(client, reply + length, size - length)) > 0)
        length += count;
    return count == 0 ? (ssize_t) length : length == 0 && errno == ECONNRESET ? -1 : -2;
}

int main(int argc, char **argv)
{
    static unsigned char message[LARGEST_MESSAGE], reply[LARGEST_MESSAGE + 1];
    int echoed = 0, reset = 0, other = 0, together = 0;
    if (argc != 5 || atoi(argv[2]) < 1 || atoi(argv[2]) > LARGEST_MESSAGE) {
        fprintf(stderr, "together PORT SIZE COUNT SEED\n");
        return 2;
    }
    size_t size = atoi(argv[2]);
    /* Xorshift never leaves 0, and begins alike for small seeds. */
    state = strtoull(argv[4], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) | 1;
    int count = atoi(argv[3]);
    for (int i = 0; i < TRIES * count && together < count; i++) {
        fill(message, size);
        int client = connected(atoi(argv[1]));
        together += send_together(client, message, size);
        ssize_t length = read_to_end(client, reply, sizeof reply);
        if (length == (ssize_t) size && memcmp(message, reply, size) == 0)
            echoed++;
        else if (length == -1)
            reset++;
        else
            other++;
        close(client);
    }
    printf("echoed %d, reset %d, other %d, together %d\n", echoed, reset, other, together);
    return 0;
}
