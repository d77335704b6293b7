/*
 * A meter of the machine's own stalls: a thread on each given core asks to be woken each millisecond, and notes how
 * late it was. The threads have real-time priority, so that nothing but the kernel and the hypervisor holds them up;
 * without the right to it, this program ends with status 1.
 *
 * Another thread on each of these cores, of the lowest priority there is, spins: a hypervisor can take milliseconds to wake
 * a core that sleeps, which a server would be blamed for.
 *
 * It runs until its standard input ends, and then writes a line for each millisecond: by how many microseconds the
 * later one of the threads was late. Times are due at fixed intervals: a stall of 50 ms is 50 late lines.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define NANOS_PER_SECOND INT64_C(1000000000)

enum {
    TICK_NANOS = 1000 * 1000,
    /* Two minutes of ticks; a longer run keeps these last ones. */
    TICKS = 120 * 1000,
    CORES = 64,
};

struct watch {
    pthread_t thread, spinner;
    int core;
    int64_t ticks;
    uint32_t late_micros[TICKS]; /* a ring */
};

static int64_t begun_nanos;
static atomic_bool ended;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * NANOS_PER_SECOND + time.tv_nsec;
}

static void sleep_until(int64_t nanos) {
    struct timespec time = {nanos / NANOS_PER_SECOND, nanos % NANOS_PER_SECOND};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {
    }
}

static void *run(void *argument) {
    struct watch *watch = argument;
    while (!atomic_load_explicit(&ended, memory_order_relaxed)) {
        int64_t due = begun_nanos + (watch->ticks + 1) * TICK_NANOS;
        sleep_until(due);
        watch->late_micros[watch->ticks++ % TICKS] = (uint32_t) ((now() - due) / 1000);
    }
    return NULL;
}

static void *spin(void *ignored) {
    /* Its time counts as that of nice processes, which the system tells apart. */
    setpriority(PRIO_PROCESS, 0, 19);
    while (!atomic_load_explicit(&ended, memory_order_relaxed)) {
    }
    return ignored;
}

static pthread_t start(int core, int policy, void *(*run)(void *), void *argument) {
    pthread_t thread;
    pthread_attr_t attributes;
    struct sched_param priority = {.sched_priority = sched_get_priority_max(policy)};
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    pthread_attr_init(&attributes);
    pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
    pthread_attr_setschedpolicy(&attributes, policy);
    pthread_attr_setschedparam(&attributes, &priority);
    pthread_attr_setaffinity_np(&attributes, sizeof(cores), &cores);
    int error = pthread_create(&thread, &attributes, run, argument);
    if (error != 0) {
        errx(1, "no thread of the needed priority on core %d: %s", core, strerror(error));
    }
    return thread;
}

int main(int count, char **arguments) {
    int watches_count = count - 1;
    if (watches_count < 1 || watches_count > CORES) {
        errx(2, "usage: stall-meter CORE...");
    }
    struct watch *watches = calloc((size_t) watches_count, sizeof(*watches));
    if (watches == NULL) {
        err(1, "no memory");
    }
    begun_nanos = now();
    for (int i = 0; i < watches_count; i++) {
        watches[i].core = atoi(arguments[1 + i]);
        watches[i].thread = start(watches[i].core, SCHED_FIFO, run, &watches[i]);
        watches[i].spinner = start(watches[i].core, SCHED_IDLE, spin, NULL);
    }
    char ignored;
    while (read(STDIN_FILENO, &ignored, 1) > 0) {
    }
    atomic_store(&ended, true);
    int64_t ticks = INT64_MAX;
    for (int i = 0; i < watches_count; i++) {
        pthread_join(watches[i].thread, NULL);
        pthread_join(watches[i].spinner, NULL);
        ticks = watches[i].ticks < ticks ? watches[i].ticks : ticks;
    }
    for (int64_t tick = ticks > TICKS - 1000 ? ticks - (TICKS - 1000) : 0; tick < ticks; tick++) {
        uint32_t latest = 0;
        for (int i = 0; i < watches_count; i++) {
            uint32_t late = watches[i].late_micros[tick % TICKS];
            latest = late > latest ? late : latest;
        }
        printf("%u\n", latest);
    }
    return 0;
}
