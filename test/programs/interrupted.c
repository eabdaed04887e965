/*
 * Opens of a FIFO that a signal interrupts: `fifo-eintr` fails with EINTR, since its handler was
 * set without SA_RESTART; `fifo-restart` is restarted by the kernel and then succeeds. Prints the
 * truth (truth.h) as the program sees it: one open each.
 *
 * signal(7), "Interruption of system calls and library functions by signal handlers"
 */
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

static void nothing(int signal)
{
	(void)signal;
}

static long open_with_alarm(const char *name, int sa_flags)
{
	struct sigaction action = { .sa_handler = nothing, .sa_flags = sa_flags };
	struct itimerval timer = { .it_value.tv_usec = 50000 };
	must(mkfifo(name, 0600) == 0 || errno == EEXIST, "mkfifo");
	must(sigaction(SIGALRM, &action, NULL) == 0, "sigaction");
	must(setitimer(ITIMER_REAL, &timer, NULL) == 0, "setitimer");
	long result = kernel_result(syscall(SYS_openat, AT_FDCWD, name, O_RDONLY, 0));
	truth(name, O_RDONLY, 0, result, "openat");
	return result;
}

int main(void)
{
	must(open_with_alarm("fifo-eintr", 0) == -EINTR, "not interrupted");
	fflush(stdout);

	must(mkfifo("fifo-restart", 0600) == 0 || errno == EEXIST, "mkfifo");
	pid_t writer = fork();
	if (writer == 0) {
		usleep(200000); /* the signal comes after 50 ms */
		int fd = syscall(SYS_openat, AT_FDCWD, "fifo-restart", O_WRONLY, 0);
		truth("fifo-restart", O_WRONLY, 0, fd, "openat");
		fflush(stdout);
		_exit(fd < 0);
	}
	must(open_with_alarm("fifo-restart", SA_RESTART) >= 0, "not restarted");
	int status;
	must(waitpid(writer, &status, 0) == writer && status == 0, "the writer failed");
}
