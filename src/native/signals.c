/*
 * Signals as records in a pipe. A handler can run at any time, so it only writes the signal and its
 * sender; the event loop reads them (src/core/event-loop.ts).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <unistd.h>

/* Parsed by src/kernel/signal.ts. */
struct trace_signal {
	uint32_t number;
	int32_t code; /* si_code: SI_USER from kill(2), SI_KERNEL from the terminal */
	int32_t pid;
	uint32_t uid;
};

/* How long a signal that did not interrupt its call can wait. */
#define RETRY_USEC 20000

static int pipe_fd = -1;
static int interrupts;
static volatile int32_t signal_count;

/* Has SIGALRM interrupt calls periodically; 0 for no longer. */
static void retry_every(long usec)
{
	struct itimerval timer = { { 0, usec }, { 0, usec } };
	setitimer(ITIMER_REAL, &timer, 0);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (interrupts && number == SIGALRM && info->si_code == SI_KERNEL)
		return;
	int saved_errno = errno;
	/* A call that begins right now is not interrupted by this signal. */
	if (interrupts)
		retry_every(RETRY_USEC);
	signal_count++;
	struct trace_signal signal = { number, info->si_code, info->si_pid, info->si_uid };
	if (write(pipe_fd, &signal, sizeof(signal)) < 0) {
		/* the pipe is full of unread signals: another one can be dropped */
	}
	errno = saved_errno;
}

/* Returns the address of the signal counter, a way to poll the pipe without a system call. */
const volatile int32_t *trace_signal_count(void)
{
	return &signal_count;
}

/* Ends the interruptions: call it before the pipe is read. */
void trace_signals_taken(void)
{
	retry_every(0);
}

/*
 * Catches the signals, except for ignored ones, which stay ignored for the command too. flags:
 * SA_RESTART, or 0 if signals are to interrupt system calls; SIGALRM is caught too then.
 */
int trace_catch_signals(int fd, const int32_t *signals, int count, int flags)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | flags };
	struct sigaction old;

	pipe_fd = fd;
	interrupts = !(flags & SA_RESTART);
	if (interrupts && !sigaction(SIGALRM, 0, &old) && old.sa_handler != SIG_IGN)
		sigaction(SIGALRM, &action, 0);
	for (int i = 0; i < count; i++) {
		if (sigaction(signals[i], 0, &old) || old.sa_handler == SIG_IGN)
			continue;
		if (sigaction(signals[i], &action, 0))
			return -1;
	}
	return 0;
}
