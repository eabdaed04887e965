// cc: -pthread
/*
 * Opens files under a seccomp filter of its own: `filtered ACTION`. ACTION is what the filter does with
 * openat(2): errno, trap, kill, trace, which fails without a tracer, or notify, whose supervisor lets the
 * call continue. The thread `early` gets the filter by SECCOMP_FILTER_FLAG_TSYNC. Prints the name and the
 * result of each open. `filtered strict` and `filtered strict-thread` make a forbidden call in strict mode.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t trapped;
static sem_t is_filtered;

static void on_sigsys(int signal)
{
	(void)signal;
	trapped = 1;
}

static void open_file(const char *name)
{
	trapped = 0;
	long result = syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT, 0600);
	if (trapped)
		printf("%s trapped\n", name);
	else
		printf("%s %ld\n", name, result < 0 ? -errno : result);
	fflush(stdout);
	if (result >= 0)
		close(result);
}

static void *early(void *unused)
{
	sem_wait(&is_filtered);
	open_file("early");
	return unused;
}

static void *late(void *unused)
{
	open_file("late");
	return unused;
}

/* Lets the calls of the other processes continue. */
static void supervise(int listener)
{
	struct seccomp_notif request;
	for (;;) {
		memset(&request, 0, sizeof(request));
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request))
			continue;
		struct seccomp_notif_resp response = { request.id, 0, 0,
						       SECCOMP_USER_NOTIF_FLAG_CONTINUE };
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
	}
}

static unsigned int action_of(const char *name)
{
	if (!strcmp(name, "errno"))
		return SECCOMP_RET_ERRNO | EDQUOT;
	if (!strcmp(name, "trap"))
		return SECCOMP_RET_TRAP;
	if (!strcmp(name, "trace"))
		return SECCOMP_RET_TRACE | 1;
	return !strcmp(name, "kill") ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_USER_NOTIF;
}

/* Only the thread that makes the forbidden call ends. */
static void *be_strict(void *unused)
{
	long failed = prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	const char *said = failed ? "not strict\n" : "strict\n";
	if (write(1, said, strlen(said)) > 0)
		syscall(SYS_getppid);
	return unused;
}

static int be_strict_in_thread(void)
{
	pthread_t thread;
	pthread_create(&thread, 0, be_strict, 0);
	/* The C library does not notice the end: the kernel clears the tid that it waits for. */
	pthread_join(thread, 0);
	open_file("after");
	return 5;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "strict"))
		be_strict(0);
	if (argc > 1 && !strcmp(argv[1], "strict-thread"))
		return be_strict_in_thread();
	unsigned int action = action_of(argc > 1 ? argv[1] : "");
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };
	int notifies = action == SECCOMP_RET_USER_NOTIF;
	pthread_t threads[2];

	signal(SIGSYS, on_sigsys);
	open_file("before");
	sem_init(&is_filtered, 0, 0);
	pthread_create(&threads[0], 0, early, 0);
	/* A listener cannot be combined with TSYNC without TSYNC_ESRCH. */
	int flags = notifies ? SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC |
				       SECCOMP_FILTER_FLAG_TSYNC_ESRCH
			     : SECCOMP_FILTER_FLAG_TSYNC;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	int listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	if (listener < 0)
		return 2;
	pid_t supervisor = notifies ? fork() : 0;
	if (notifies && !supervisor)
		supervise(listener);
	if (notifies)
		close(listener);
	sem_post(&is_filtered);
	pthread_join(threads[0], 0);
	pthread_create(&threads[1], 0, late, 0);
	pthread_join(threads[1], 0);
	open_file("after");
	pid_t child = fork();
	if (!child) {
		open_file("child");
		_exit(0);
	}
	waitpid(child, 0, 0);
	if (supervisor) {
		kill(supervisor, SIGKILL);
		waitpid(supervisor, 0, 0);
	}
	return 0;
}
