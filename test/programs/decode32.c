/*
 * Calls of a 32-bit program whose form differs from other ABIs: 64-bit numbers in two registers,
 * 32-bit times and limits, socketcall(2). For test/root/decode.test.ts.
 */
// cc: -m32 -w
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static void mark(void)
{
	write(2, "MARK", 4);
}

/* The register order: the low half comes first. */
#define WIDE(value) (long)(uint32_t)(value), (long)((uint64_t)(value) >> 32)

static void files(void)
{
	uint64_t end = 1ULL << 33, found;
	char buffer[256];
	int fd = open("file", O_RDWR | O_CREAT, 0600);
	syscall(SYS_ftruncate64, fd, WIDE(end));
	syscall(SYS_truncate64, "file", WIDE(end + 1));
	syscall(SYS_pwrite64, fd, "x", 1, WIDE(end - 1));
	syscall(SYS_pread64, fd, buffer, 1, WIDE(end - 1));
	syscall(SYS__llseek, fd, (long)(end >> 32), 5, &found, SEEK_SET);
	syscall(SYS_readahead, fd, WIDE(end), 4096);
	syscall(SYS_fadvise64, fd, WIDE(end), 4096, POSIX_FADV_WILLNEED);
	syscall(SYS_fadvise64_64, fd, WIDE(end), WIDE(end), POSIX_FADV_DONTNEED);
	syscall(SYS_fallocate, fd, FALLOC_FL_KEEP_SIZE, WIDE(0), WIDE(4096));
	syscall(SYS_sync_file_range, fd, WIDE(end), WIDE(end), SYNC_FILE_RANGE_WRITE);
	syscall(SYS_stat64, "file", buffer);
	syscall(SYS_lstat64, "/dev/null", buffer);
	syscall(SYS_fstat64, fd, buffer);
	syscall(SYS_fstatat64, AT_FDCWD, "absent", buffer, 0);
	struct iovec parts[] = {{"one ", 4}, {"two", 3}};
	writev(fd, parts, 2);
	syscall(SYS_fcntl64, fd, F_GETFL);
	syscall(SYS_fcntl64, fd, F_SETFD, FD_CLOEXEC);
	syscall(SYS_mmap2, 0, 4096, 1, 2, fd, 2);
}

static void times(void)
{
	int32_t soon[2] = {0, 1000}, limit[2], file_times[4] = {1000000000, 5, 1100000000, 7};
	int64_t later[2] = {0, 1000};
	struct pollfd end = {0, POLLIN, 0};
	syscall(SYS_nanosleep, soon, 0);
	syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, soon, 0);
	syscall(SYS_clock_nanosleep_time64, CLOCK_MONOTONIC, 0, later, 0);
	syscall(SYS_clock_getres, CLOCK_MONOTONIC, soon);
	syscall(SYS_clock_getres_time64, CLOCK_MONOTONIC, later);
	syscall(SYS__newselect, 0, 0, 0, 0, soon);
	syscall(SYS_ppoll_time64, &end, 0, later, 0, 8);
	syscall(SYS_utimensat, AT_FDCWD, "file", file_times, 0);
	syscall(SYS_ugetrlimit, RLIMIT_STACK, limit);
	syscall(SYS_ugetrlimit, RLIMIT_CORE, limit);
	syscall(SYS_prlimit64, 0, RLIMIT_STACK, 0, later);
}

static void sockets(void)
{
	int ends[2];
	long list[6] = {AF_UNIX, SOCK_STREAM, 0, (long)ends};
	syscall(SYS_socketcall, 8, list);
	long sent[4] = {ends[0], (long)"hello", 5, 0};
	syscall(SYS_socketcall, 9, sent);
	char buffer[8];
	long received[4] = {ends[1], (long)buffer, 8, MSG_DONTWAIT};
	syscall(SYS_socketcall, 10, received);
	long stopped[2] = {ends[0], SHUT_WR};
	syscall(SYS_socketcall, 13, stopped);
	syscall(SYS_socketcall, 3, 0);
}

static void ignore(int number)
{
	(void)number;
}

int main(void)
{
	mark();
	files();
	times();
	sockets();
	struct { void *handler; long flags; void *restorer; uint64_t mask; } action = {ignore, SA_RESTART, 0, 5};
	syscall(SYS_rt_sigaction, SIGUSR1, &action, 0, 8);
	syscall(SYS_rt_sigaction, SIGUSR1, 0, &action, 8);
	mark();
}
