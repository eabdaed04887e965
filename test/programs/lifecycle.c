// cc: -pthread -Wno-unused-parameter -Wno-return-type
/*
 * Processes and threads that begin, stop and end in unusual ways: `lifecycle WHAT`. Prints what it
 * observes of its own processes, which a tracer must not change.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *self;

static void pause_ms(int ms)
{
	struct timespec time = {0, ms * 1000000L};
	while (nanosleep(&time, &time) < 0 && errno == EINTR)
		;
}

static void report(pid_t pid, int options)
{
	int status;
	pid_t got = waitpid(pid, &status, options);
	if (WIFEXITED(status))
		printf("%d exited %d\n", got == pid, WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		printf("%d killed %d\n", got == pid, WTERMSIG(status));
	else if (WIFSTOPPED(status))
		printf("%d stopped %d\n", got == pid, WSTOPSIG(status));
	else if (WIFCONTINUED(status))
		printf("%d continued\n", got == pid);
	fflush(stdout);
}

static void *sleeper(void *unused)
{
	for (;;)
		pause_ms(1);
}

static void *quitter(void *unused)
{
	return NULL;
}

static void *executor(void *unused)
{
	execl(self, self, "say", "executed by a thread", NULL);
	return NULL;
}

static void *exiter(void *unused)
{
	exit(7);
}

static void threads(int count, void *(*run)(void *), int join)
{
	pthread_t all[64];
	for (int i = 0; i < count; i++)
		pthread_create(&all[i], NULL, run, NULL);
	for (int i = 0; join && i < count; i++)
		pthread_join(all[i], NULL);
}

static void stops(void)
{
	pid_t pid = fork();
	if (!pid) {
		raise(SIGSTOP);
		pause_ms(50);
		raise(SIGSTOP);
		pause_ms(50);
		_exit(3);
	}
	for (int i = 0; i < 2; i++) {
		report(pid, WUNTRACED);
		kill(pid, SIGCONT);
		report(pid, WCONTINUED);
	}
	report(pid, 0);
}

static void stopped_threads(void)
{
	pid_t pid = fork();
	if (!pid) {
		threads(5, sleeper, 0);
		sleeper(NULL);
	}
	pause_ms(30);
	kill(pid, SIGSTOP);
	report(pid, WUNTRACED);
	pause_ms(20);
	kill(pid, SIGCONT);
	report(pid, WCONTINUED);
	kill(pid, SIGTERM);
	report(pid, 0);
}

static volatile sig_atomic_t caught;
static void catch(int signal)
{
	caught++;
}

static void interrupted(int flags)
{
	struct sigaction action = {.sa_handler = catch, .sa_flags = flags};
	sigaction(SIGUSR1, &action, NULL);
	pid_t parent = getpid(), pid = fork();
	if (!pid) {
		pause_ms(30);
		kill(parent, SIGUSR1);
		pause_ms(30);
		_exit(0);
	}
	int status;
	pid_t got = waitpid(pid, &status, 0);
	printf("waitpid %d errno %d caught %d\n", got == pid, got < 0 ? errno : 0, caught);
	if (got < 0)
		report(pid, 0);
}

static void daemon_(void)
{
	if (fork())
		exit(5);
	setsid();
	if (fork())
		_exit(0);
	pause_ms(50);
	printf("the daemon is done\n");
}

/* Whether the flags are unchanged in both processes, and whether the child can open a file. */
static void child_with(unsigned long flag, int by_clone3)
{
	struct clone_args args = {.flags = flag, .exit_signal = SIGCHLD};
	unsigned long flags = flag | SIGCHLD;
	pid_t pid = by_clone3 ? syscall(SYS_clone3, &args, sizeof(args))
			      : syscall(SYS_clone, flags, 0, 0, 0, 0);
	if (!pid) {
		int fd = open("opened by a child", O_WRONLY | O_CREAT, 0600);
		printf("fd %d flags %d\n", fd, args.flags == flag);
		pause_ms(10);
		_exit(3);
	}
	report(pid, 0);
	printf("flags %d\n", args.flags == flag);
}

int main(int argc, char **argv)
{
	const char *what = argv[1];
	self = argv[0];
	setvbuf(stdout, NULL, _IOLBF, 0);
#define CASE(name) else if (!strcmp(what, name))
	if (!strcmp(what, "say"))
		printf("%s\n", argv[2]);
	CASE("fork") for (int i = 0; i < 20; i++) {
		pid_t pid = fork();
		if (!pid)
			_exit(i);
		report(pid, 0);
	}
	CASE("vfork") {
		pid_t pid = vfork();
		if (!pid) {
			execl(self, self, "say", "by vfork", NULL);
			_exit(1);
		}
		report(pid, 0);
	}
	CASE("threads") for (int i = 0; i < 5; i++) threads(20, quitter, 1);
	CASE("exec from a thread") {
		threads(3, sleeper, 0);
		threads(1, executor, 1);
	}
	CASE("exit from a thread") {
		threads(3, sleeper, 0);
		threads(1, exiter, 1);
	}
	CASE("the first thread ends first") {
		threads(3, sleeper, 0);
		pthread_t one;
		pthread_create(&one, NULL, exiter, NULL);
		pthread_exit(NULL);
	}
	CASE("killed") {
		pid_t pid = fork();
		if (!pid)
			sleeper(NULL);
		kill(pid, SIGKILL);
		report(pid, 0);
		kill(getpid(), SIGKILL);
	}
	CASE("killed with threads") {
		pid_t pid = fork();
		if (!pid) {
			threads(20, sleeper, 0);
			sleeper(NULL);
		}
		pause_ms(20);
		kill(pid, SIGKILL);
		report(pid, 0);
	}
	CASE("killed at birth") for (int i = 0; i < 30; i++) {
		pid_t pid = fork();
		if (!pid)
			pause();
		kill(pid, SIGKILL);
		report(pid, 0);
	}
	CASE("stops") stops();
	CASE("threads that stop") stopped_threads();
	CASE("interrupted") interrupted(0);
	CASE("restarted") interrupted(SA_RESTART);
	CASE("daemon") daemon_();
	CASE("a fault") *(volatile int *)0 = 1;
	CASE("a bad exec") {
		execl("/absent", "absent", NULL);
		printf("errno %d\n", errno);
	}
	CASE("no call") printf("%ld %d\n", syscall(99999), errno);
	CASE("a child by CLONE_PTRACE") child_with(CLONE_PTRACE, 0);
	CASE("a child by CLONE_UNTRACED") child_with(CLONE_UNTRACED, 0);
	CASE("a child by CLONE_UNTRACED of clone3") child_with(CLONE_UNTRACED, 1);
	CASE("closes its streams") {
		close(0);
		close(1);
		pause_ms(900);
		pause_ms(900);
		pause_ms(900);
	}
	CASE("ids") printf("%d %d\n", (int)getuid(), (int)geteuid());
	CASE("sleep") for (;;) pause();
	else return 99;
	return 0;
}
