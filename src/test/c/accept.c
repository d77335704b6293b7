/*
 * Loaded before the C library by LD_PRELOAD: the first calls of accept fail with the errors that the environment
 * variable ACCEPT_ERRORS names, one after the other, and leave the connection in the queue.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const struct {
    const char *name;
    int error;
} errors[] = {
    { "ECONNABORTED", ECONNABORTED },
    { "EMFILE", EMFILE },
    { "ENFILE", ENFILE },
    { "ENOBUFS", ENOBUFS },
    { "ENOMEM", ENOMEM },
    { "EPROTO", EPROTO },
};

/* Return the error of this call, 0 for none. */
static int next_error(void)
{
    static const char *left;
    if (left == NULL)
        left = getenv("ACCEPT_ERRORS");
    if (left == NULL || *left == '\0')
        return 0;
    size_t length = strcspn(left, " ");
    int error = EINVAL;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strlen(errors[i].name) == length && strncmp(errors[i].name, left, length) == 0)
            error = errors[i].error;
    left += length + strspn(left + length, " ");
    return error;
}

int accept(int fd, struct sockaddr *address, socklen_t *size)
{
    int (*real)(int, struct sockaddr *, socklen_t *) = dlsym(RTLD_NEXT, "accept");
    if ((errno = next_error()) != 0)
        return -1;
    return real(fd, address, size);
}

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
    int (*real)(int, struct sockaddr *, socklen_t *, int) = dlsym(RTLD_NEXT, "accept4");
    if ((errno = next_error()) != 0)
        return -1;
    return real(fd, address, size, flags);
}
