/* Notes every write, truncation and flush of a store, and every byte sent to a socket, in the order in which they
 * happen. LD_PRELOAD it; WRITES_OF names the store, WRITES_LOG the log. A record: kind, file (0 store, 1 its -wal),
 * offset (of a send: the descriptor), length, and the bytes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST 4096
static signed char file_of[MOST]; /* 0: not ours, 1: the store, 2: its -wal */
static int log_fd = -1;
static const char *store;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

static void note(char kind, int file, uint64_t offset, const void *bytes, uint32_t length) {
    char head[14];
    head[0] = kind;
    head[1] = (char)file;
    memcpy(head + 2, &offset, 8);
    memcpy(head + 10, &length, 4);
    syscall(SYS_write, log_fd, head, sizeof head);
    if (length && bytes) syscall(SYS_write, log_fd, bytes, length);
}

__attribute__((constructor)) static void begin(void) {
    store = getenv("WRITES_OF");
    const char *log = getenv("WRITES_LOG");
    if (store && log) log_fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
}

static void opened(int fd, const char *path) {
    if (fd < 0 || fd >= MOST || log_fd < 0) return;
    size_t length = strlen(store);
    file_of[fd] = strcmp(path, store) == 0                                                     ? 1
                  : strncmp(path, store, length) == 0 && strcmp(path + length, "-wal") == 0 ? 2
                                                                                               : 0;
}

static int ours(int fd) { return fd >= 0 && fd < MOST ? file_of[fd] : 0; }

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define OPEN(name)                                          \
    int name(const char *path, int flags, ...) {            \
        va_list rest;                                       \
        va_start(rest, flags);                              \
        int fd = REAL(name)(path, flags, va_arg(rest, int)); \
        va_end(rest);                                       \
        opened(fd, path);                                   \
        return fd;                                          \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    if (fd >= 0 && fd < MOST) file_of[fd] = 0;
    return REAL(close)(fd);
}

#define WRITE(name, offset_type)                                                                          \
    ssize_t name(int fd, const void *bytes, size_t length, offset_type offset) {                          \
        if (!ours(fd)) return REAL(name)(fd, bytes, length, offset);                                      \
        pthread_mutex_lock(&order);                                                                       \
        ssize_t done = REAL(name)(fd, bytes, length, offset);                                             \
        if (done > 0) note('w', ours(fd) - 1, (uint64_t)offset, bytes, (uint32_t)done);                   \
        pthread_mutex_unlock(&order);                                                                     \
        return done;                                                                                      \
    }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *bytes, size_t length) {
    if (!ours(fd)) return REAL(write)(fd, bytes, length);
    pthread_mutex_lock(&order);
    off_t offset = lseek(fd, 0, SEEK_CUR);
    ssize_t done = REAL(write)(fd, bytes, length);
    if (done > 0) note('w', ours(fd) - 1, (uint64_t)offset, bytes, (uint32_t)done);
    pthread_mutex_unlock(&order);
    return done;
}

#define TRUNCATE(name, length_type)                                                 \
    int name(int fd, length_type length) {                                          \
        int done = REAL(name)(fd, length);                                          \
        if (ours(fd) && done == 0) note('t', ours(fd) - 1, (uint64_t)length, 0, 0); \
        return done;                                                                \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define FLUSH(name)                                                 \
    int name(int fd) {                                              \
        int done = REAL(name)(fd);                                  \
        if (ours(fd) && done == 0) note('f', ours(fd) - 1, 0, 0, 0); \
        return done;                                                \
    }
FLUSH(fsync)
FLUSH(fdatasync)

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
    if (log_fd >= 0) {
        pthread_mutex_lock(&order);
        note('s', 0, (uint64_t)fd, bytes, (uint32_t)length);
        pthread_mutex_unlock(&order);
    }
    return REAL(send)(fd, bytes, length, flags);
}
