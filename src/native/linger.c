/*
 * Detaching a tracepoint takes the kernel tens of milliseconds, and the process that closes the last
 * fd of it waits. So that trace can end with its command, a process of its own, with nothing but
 * those fds open, outlives it and closes them.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

/* Closes all fds but those kept, which are sorted. */
static void close_others(const int32_t *kept, int count)
{
	unsigned int first = 0;
	for (int i = 0; i < count; i++) {
		if ((unsigned int)kept[i] > first)
			syscall(SYS_close_range, first, kept[i] - 1, 0);
		first = kept[i] + 1;
	}
	syscall(SYS_close_range, first, ~0U, 0);
}

/*
 * fds: sorted, the first is the read end of a pipe whose write end the caller holds until it ends.
 * Returns the process's pid, or -1 with errno.
 */
int trace_linger(const int32_t *fds, int count)
{
	/* Not fork(): its handlers in the C library and in Bun are not for this child. */
	long pid = syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (pid)
		return pid;
	char byte;
	close_others(fds, count);
	syscall(SYS_setsid);
	while (syscall(SYS_read, fds[0], &byte, 1) > 0)
		;
	syscall(SYS_exit_group, 0);
	__builtin_unreachable();
}
