/*
 * Signals as bytes in a pipe: a handler runs at any moment, so it only writes down which signal came
 * from whom, and the event loop reads that (src/loop.ts).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

/* Read back by src/kernel/signal.ts. */
struct trace_signal {
	uint32_t number;
	int32_t code; /* si_code: SI_USER from kill(2), SI_KERNEL from the terminal */
	int32_t pid;
	uint32_t uid;
};

static int pipe_fd = -1;
static volatile int32_t signal_count;

static void on_signal(int number, siginfo_t *info, void *context)
{
	(void)context;
	int saved_errno = errno;
	signal_count++;
	struct trace_signal signal = { number, info->si_code, info->si_pid, info->si_uid };
	if (write(pipe_fd, &signal, sizeof(signal)) < 0) {
		/* the pipe is full of signals that nobody has read: one more tells nothing new */
	}
	errno = saved_errno;
}

/* Where the number of signals so far stands: whether there is something in the pipe, without a call. */
const volatile int32_t *trace_signal_count(void)
{
	return &signal_count;
}

/* Catches each of the signals that is not ignored; an ignored one stays so, for the command too.
 * flags: SA_RESTART, or 0 where the call that waits is to come back. */
int trace_catch_signals(int fd, const int32_t *signals, int count, int flags)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | flags };
	struct sigaction old;

	pipe_fd = fd;
	for (int i = 0; i < count; i++) {
		if (sigaction(signals[i], 0, &old) || old.sa_handler == SIG_IGN)
			continue;
		if (sigaction(signals[i], &action, 0))
			return -1;
	}
	return 0;
}
