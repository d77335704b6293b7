/*
 * A bad network between two tun devices. What comes out of one goes into the other, but some packets are lost, some go
 * twice, and each is held up for a random time, so that they overtake each other.
 *
 *     relay SEED LOST TWICE DELAY FIRST SECOND
 *
 * LOST and TWICE are percentages, DELAY is the longest in milliseconds, FIRST and SECOND are the names of the devices.
 * Says "ready" when they are there, and ends, with the devices, when its standard input does.
 *
 * Resets are never lost: nothing repeats them, and a peer that misses one waits for ever.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define CAPACITY 65536
#define LARGEST_PACKET 65536

struct packet {
    int64_t due;
    int device;
    size_t size;
    unsigned char bytes[];
};

/* A heap: the packet that is due next comes first. */
static struct packet *waiting[CAPACITY];
static int count;

static uint64_t state;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* Xorshift: the same seed gives the same numbers everywhere. */
static unsigned below(unsigned bound)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned) ((state >> 11) % bound);
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int open_device(const char *name)
{
    struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
    int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    if (device < 0)
        fail("/dev/net/tun");
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
    if (ioctl(device, TUNSETIFF, &request) < 0)
        fail(name);
    return device;
}

static void swap(int a, int b)
{
    struct packet *other = waiting[a];
    waiting[a] = waiting[b];
    waiting[b] = other;
}

static void put(struct packet *packet)
{
    int i = count++;
    waiting[i] = packet;
    for (; i > 0 && waiting[i]->due < waiting[(i - 1) / 2]->due; i = (i - 1) / 2)
        swap(i, (i - 1) / 2);
}

static struct packet *take(void)
{
    struct packet *first = waiting[0];
    waiting[0] = waiting[--count];
    for (int i = 0, child; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && waiting[child + 1]->due < waiting[child]->due)
            child++;
        if (waiting[i]->due <= waiting[child]->due)
            break;
        swap(i, child);
    }
    return first;
}

static int is_reset(const unsigned char *bytes, size_t size)
{
    size_t header = (bytes[0] & 0x0f) * 4;
    return bytes[0] >> 4 == 4 && bytes[9] == 6 && header + 14 <= size && (bytes[header + 13] & 0x04);
}

static void hold(int device, const unsigned char *bytes, size_t size, unsigned lost, unsigned twice, unsigned delay)
{
    int is_lost = below(100) < lost && !is_reset(bytes, size);
    int copies = is_lost ? 0 : below(100) < twice ? 2 : 1;
    for (int i = 0; i < copies && count < CAPACITY; i++) {
        struct packet *packet = malloc(sizeof *packet + size);
        if (packet == NULL)
            fail("malloc");
        packet->due = now() + below(delay * 1000 + 1) * INT64_C(1000);
        packet->device = device;
        packet->size = size;
        memcpy(packet->bytes, bytes, size);
        put(packet);
    }
}

int main(int argc, char **argv)
{
    static unsigned char bytes[LARGEST_PACKET];
    if (argc != 7) {
        fprintf(stderr, "relay SEED LOST TWICE DELAY FIRST SECOND\n");
        return 2;
    }
    /* Xorshift never leaves 0, and begins alike for small seeds. */
    state = strtoull(argv[1], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) | 1;
    unsigned lost = strtoul(argv[2], NULL, 10);
    unsigned twice = strtoul(argv[3], NULL, 10);
    unsigned delay = strtoul(argv[4], NULL, 10);
    struct pollfd events[] = {
        { .fd = open_device(argv[5]), .events = POLLIN },
        { .fd = open_device(argv[6]), .events = POLLIN },
        { .fd = STDIN_FILENO },
    };
    puts("ready");
    fflush(stdout);
    while (events[2].revents == 0) {
        while (count > 0 && waiting[0]->due <= now()) {
            struct packet *packet = take();
            /* EIO: the device is down. */
            if (write(events[packet->device].fd, packet->bytes, packet->size) < 0 && errno != EIO && errno != EAGAIN)
                fail("write");
            free(packet);
        }
        int64_t left = (count > 0) ? waiting[0]->due - now() : 0;
        struct timespec timeout = { 0 };
        if (left > 0) {
            timeout.tv_sec = left / 1000000000;
            timeout.tv_nsec = left % 1000000000;
        }
        if (ppoll(events, 3, (count > 0) ? &timeout : NULL, NULL) < 0)
            fail("ppoll");
        for (int i = 0; i < 2; i++) {
            ssize_t size;
            while ((events[i].revents & POLLIN) && (size = read(events[i].fd, bytes, sizeof bytes)) > 0)
                hold(1 - i, bytes, size, lost, twice, delay);
        }
    }
    return 0;
}
