/*
 * Fails one system call of the start of a command: `failcall N TRACE ARGUMENTS…` runs a tracer whose
 * command pauses, and fails call number N with EPERM. Call 1 is the clone3(2) that makes the command;
 * those of the tracer's first thread up to the command's pause and of the child up to its exec are
 * counted, without those of a language's runtime. Then ends a tracer that has not failed with SIGTERM. Prints the number of calls,
 * the failed call and the tracer's wait status. Exit status: 0; 3 a process was left; 4 the tracer hung.
 * seccomp_unotify(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_RUN_MS 20000
#define MAX_LEFT_MS 2000

static pid_t tracer;
static int listener;
static int wanted, counted, failed_call = -1;
static int begun, executed, paused;

static long now_ms(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Whether a call makes the command: pthread_create(3) uses clone3 too. */
static int makes_command(const struct seccomp_data *data, pid_t tid)
{
	unsigned long flags = 0;
	struct iovec local = { &flags, sizeof(flags) };
	struct iovec remote = { (void *)data->args[0], sizeof(flags) };
	if (data->nr != SYS_clone3 || tid != tracer)
		return 0;
	return process_vm_readv(tid, &local, 1, &remote, 1, 0) > 0 && (flags & CLONE_PIDFD);
}

static int is_of_runtime(const struct seccomp_data *data)
{
	switch (data->nr) {
	case SYS_wait4:
	case SYS_futex:
	case SYS_mmap:
	case SYS_munmap:
	case SYS_mprotect:
	case SYS_madvise:
	case SYS_brk:
	case SYS_sched_yield:
	case SYS_exit:
	case SYS_exit_group:
	case SYS_rt_sigreturn:
	case SYS_rt_sigaction:
	case SYS_rt_sigprocmask: /* cannot fail, and would keep SIGTERM from the tracer */
		return 1;
	}
	return 0;
}

/* Whether a thread is one of the tracer's. */
static int is_thread(pid_t tid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/task/%d", tracer, tid);
	return !access(path, F_OK);
}

static int to_fail(const struct seccomp_data *data, pid_t tid)
{
	begun |= makes_command(data, tid);
	int of_command = tid != tracer && begun && !is_thread(tid);
#ifdef SYS_pause
	paused |= of_command && data->nr == SYS_pause;
#endif
	paused |= of_command && data->nr == SYS_ppoll;
	if (!begun || paused || is_of_runtime(data) || !(tid == tracer || (of_command && !executed)))
		return 0;
	executed |= of_command && data->nr == SYS_execve;
	if (++counted != wanted)
		return 0;
	failed_call = data->nr;
	return 1;
}

static void answer(void)
{
	struct pollfd ready = { listener, POLLIN, 0 };
	struct seccomp_notif request;
	if (poll(&ready, 1, 10) <= 0 || !(ready.revents & POLLIN))
		return;
	memset(&request, 0, sizeof(request));
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request))
		return;
	struct seccomp_notif_resp response = { .id = request.id };
	if (to_fail(&request.data, request.pid))
		response.error = -EPERM;
	else
		response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

/* Makes a filter that asks us about every call, and returns its fd in the parent. */
static int start_tracer(char **argv)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
	};
	struct sock_fprog program = { 1, filter };
	int shared;
	tracer = fork();
	if (!tracer) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
			_exit(125);
		int fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
				 SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		execv(argv[0], argv);
		_exit(125);
	}
	/* The child's next call waits for us, so its fd is there to be taken. */
	int pidfd = syscall(SYS_pidfd_open, tracer, 0);
	for (int tries = 0; tries < 1000; tries++) {
		shared = syscall(SYS_pidfd_getfd, pidfd, 3, 0);
		if (shared >= 0)
			break;
		usleep(1000);
	}
	return shared;
}

/* Waits until every process has ended. Returns whether one was left. */
static int wait_for_all(void)
{
	long end = now_ms() + MAX_LEFT_MS;
	while (waitpid(-1, 0, WNOHANG | __WALL) >= 0) {
		if (now_ms() > end) {
			/* Processes of ours only: they are children, or were adopted. */
			char path[64], line[4096];
			snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
			FILE *children = fopen(path, "r");
			if (children && fgets(line, sizeof(line), children))
				for (char *at = line; *at > ' ';)
					kill(strtol(at, &at, 10), SIGKILL), at += *at == ' ';
			return 1;
		}
		answer();
	}
	return 0;
}

int main(int argc, char **argv)
{
	int status = 0, terminated = 0;
	if (argc < 3)
		return 2;
	wanted = atoi(argv[1]);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	listener = start_tracer(argv + 2);
	if (listener < 0)
		return 2;
	long end = now_ms() + MAX_RUN_MS;
	while (waitpid(tracer, &status, WNOHANG) == 0) {
		answer();
		if (paused && !terminated) {
			terminated = 1;
			kill(tracer, SIGTERM);
		}
		if (now_ms() > end) {
			printf("%d %d hung\n", counted, failed_call);
			kill(tracer, SIGKILL);
			wait_for_all();
			return 4;
		}
	}
	printf("%d %d %d\n", counted, failed_call, status);
	return wait_for_all() ? 3 : 0;
}
