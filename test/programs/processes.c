// cc: -pthread
/*
 * Does one thing that the kernel's process connector reports: `processes WHAT [ARG…]`. Prints it,
 * one line per event:
 *
 *     event <TAB> pid <TAB> tgid <TAB> the event's own fields
 *
 * The fields are those of struct proc_event (linux/cn_proc.h) in their order. Its own exec and
 * ordinary exits are not printed.
 */
#define _GNU_SOURCE
#include "truth.h"

#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static pid_t tid(void)
{
	return syscall(SYS_gettid);
}

static void did(const char *event, pid_t pid, pid_t tgid)
{
	printf("%s\t%d\t%d", event, pid, tgid);
}

static void end_line(void)
{
	putchar('\n');
	fflush(stdout);
}

static int status_of(pid_t child)
{
	int status;
	must(waitpid(child, &status, __WALL) == child, "waitpid %d", child);
	return status;
}

static void do_fork(void)
{
	pid_t child = fork();
	must(child >= 0, "fork");
	if (child == 0)
		_exit(0);
	status_of(child);
	did("fork", child, child);
	printf("\t%d\t%d", tid(), getpid());
	end_line();
}

/* Starts `count` children, one after the other, each of which executes a program that ends. */
static void do_bomb(int count)
{
	char file[4096] = "";
	must(readlink("/proc/self/exe", file, sizeof(file) - 1) > 0, "readlink");
	for (int i = 0; i < count; i++) {
		char *argv[] = { "nothing", "nothing", NULL };
		pid_t child;
		must(posix_spawn(&child, file, NULL, NULL, argv, NULL) == 0, "posix_spawn");
		did("fork", child, child);
		printf("\t%d\t%d\n", tid(), getpid());
		status_of(child);
	}
	did("bomb", getpid(), getpid());
	printf("\t%d", count);
	end_line();
}

static void do_id(const char *which, unsigned id)
{
	did(which, tid(), getpid());
	printf("\t%u\t%u", id, id + 1);
	end_line();
	/* For this thread only: the C library's functions would change all threads. */
	int number = which[0] == 'u' ? SYS_setresuid : SYS_setresgid;
	must(syscall(number, id, id + 1, id) == 0, "%s", which);
}

static void do_sid(void)
{
	pid_t child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		must(setsid() == getpid(), "setsid");
		_exit(0);
	}
	status_of(child);
	did("sid", child, child);
	end_line();
}

static void do_comm(const char *name)
{
	must(prctl(PR_SET_NAME, name) == 0, "prctl");
	char kept[17] = "";
	prctl(PR_GET_NAME, kept);
	did("comm", tid(), getpid());
	putchar('\t');
	print_name(kept, strlen(kept));
	end_line();
}

static void do_ptrace(void)
{
	pid_t child = fork();
	must(child >= 0, "fork");
	if (child == 0)
		for (;;)
			pause();
	must(ptrace(PTRACE_ATTACH, child, 0, 0) == 0, "PTRACE_ATTACH");
	must(WIFSTOPPED(status_of(child)), "stopped");
	did("ptrace", child, child);
	printf("\t%d\t%d", tid(), getpid());
	end_line();
	must(ptrace(PTRACE_DETACH, child, 0, 0) == 0, "PTRACE_DETACH");
	did("ptrace", child, child);
	printf("\t0\t0");
	end_line();
	kill(child, SIGKILL);
	int status = status_of(child);
	did("exit", child, child);
	printf("\t%d\t%d\t%d\t%d", status, SIGCHLD, tid(), getpid());
	end_line();
}

/* Ends a child as the argument describes: "code N", "signal N", "core". */
static void do_end(const char *how, int number)
{
	pid_t child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		if (strcmp(how, "code") == 0)
			_exit(number);
		if (strcmp(how, "core") == 0)
			setrlimit(RLIMIT_CORE, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY });
		signal(number, SIG_DFL);
		kill(getpid(), number);
		for (;;)
			pause();
	}
	int status = status_of(child);
	if (strcmp(how, "core") == 0) {
		did("coredump", child, child);
		printf("\t%d\t%d", tid(), getpid());
		end_line();
	}
	did("exit", child, child);
	printf("\t%d\t%d\t%d\t%d", status, SIGCHLD, tid(), getpid());
	end_line();
}

static pid_t thread_id;

static void *name_itself(void *name)
{
	thread_id = tid();
	must(prctl(PR_SET_NAME, name) == 0, "prctl");
	return NULL;
}

static void do_thread(void)
{
	pthread_t thread;
	must(pthread_create(&thread, NULL, name_itself, "worker") == 0, "pthread_create");
	must(pthread_join(thread, NULL) == 0, "pthread_join");
	did("fork", thread_id, getpid());
	printf("\t%d\t%d", getppid(), getppid());
	end_line();
	did("comm", thread_id, getpid());
	printf("\tworker");
	end_line();
	did("exit", thread_id, getpid());
	printf("\t0\t-1\t0\t0"); /* the kernel detaches before it sends the event */
	end_line();
}

static void *end_late(void *unused)
{
	(void)unused;
	usleep(50 * 1000);
	_exit(3);
}

static volatile int ready;

/* Two threads of a process come here, and leave at the same time. */
static void *end_together(void *unused)
{
	(void)unused;
	__sync_fetch_and_add(&ready, 1);
	while (ready < 2)
		;
	syscall(SYS_exit, 0);
	return NULL;
}

/* Starts `count` children, one after the other, whose two threads end at once. */
static void do_together(int count)
{
	for (int i = 0; i < count; i++) {
		pid_t child = fork();
		must(child >= 0, "fork");
		if (child == 0) {
			pthread_t thread;
			must(pthread_create(&thread, NULL, end_together, NULL) == 0, "pthread_create");
			end_together(NULL);
		}
		status_of(child);
	}
}

/* The first thread ends long before the process. */
static void do_leader(void)
{
	pthread_t thread;
	must(pthread_create(&thread, NULL, end_late, NULL) == 0, "pthread_create");
	syscall(SYS_exit, 0);
}

static pthread_t first;

/* Waits until the first thread has ended in the kernel too: it is a zombie then. */
static void outlive_first(void)
{
	char path[64], state = 0;
	must(pthread_join(first, NULL) == 0, "pthread_join");
	sprintf(path, "/proc/self/task/%d/stat", getpid());
	while (state != 'Z') {
		FILE *stat = fopen(path, "r");
		must(stat && fscanf(stat, "%*d (%*[^)]) %c", &state) == 1, "%s", path);
		fclose(stat);
	}
}

static void *stay(void *unused)
{
	outlive_first();
	did("headless", tid(), getpid());
	end_line();
	for (;;)
		pause();
	return unused;
}

/* The first thread ends, another one remains until it is killed. */
static void do_headless(void)
{
	pthread_t thread;
	first = pthread_self();
	must(pthread_create(&thread, NULL, stay, NULL) == 0, "pthread_create");
	pthread_exit(NULL);
}

static long long cpu_time(clockid_t clock)
{
	struct timespec time;
	must(clock_gettime(clock, &time) == 0, "clock_gettime");
	return time.tv_sec * 1000000000ll + time.tv_nsec;
}

#define WORK_NS 100000000ll

/* Keeps a CPU busy. */
static void *work(void *unused)
{
	while (cpu_time(CLOCK_THREAD_CPUTIME_ID) < WORK_NS)
		;
	return unused;
}

static void end_after_work(void)
{
	did("work", tid(), getpid());
	printf("\t%lld", cpu_time(CLOCK_PROCESS_CPUTIME_ID));
	end_line();
	_exit(0);
}

static void *work_last(void *unused)
{
	outlive_first();
	work(NULL);
	end_after_work();
	return unused;
}

/*
 * Threads that work for the same time, one after the other: one that ends early, the first one, and
 * one that ends the process if the first is not the last.
 */
static void do_work(const char *last)
{
	pthread_t thread;
	first = pthread_self();
	must(pthread_create(&thread, NULL, work, NULL) == 0, "pthread_create");
	must(pthread_join(thread, NULL) == 0, "pthread_join");
	work(NULL);
	if (strcmp(last, "first") == 0)
		end_after_work();
	must(pthread_create(&thread, NULL, work_last, NULL) == 0, "pthread_create");
	pthread_exit(NULL);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const char *argument = argc > 2 ? argv[2] : "0";
	int number = argc > 3 ? atoi(argv[3]) : atoi(argument);
	if (strcmp(what, "nothing") == 0)
		return 0;
	else if (strcmp(what, "fork") == 0)
		do_fork();
	else if (strcmp(what, "bomb") == 0)
		do_bomb(number);
	else if (strcmp(what, "uid") == 0 || strcmp(what, "gid") == 0)
		do_id(what, number);
	else if (strcmp(what, "sid") == 0)
		do_sid();
	else if (strcmp(what, "comm") == 0)
		do_comm(argument);
	else if (strcmp(what, "ptrace") == 0)
		do_ptrace();
	else if (strcmp(what, "end") == 0)
		do_end(argument, number);
	else if (strcmp(what, "thread") == 0)
		do_thread();
	else if (strcmp(what, "together") == 0)
		do_together(number);
	else if (strcmp(what, "leader") == 0)
		do_leader();
	else if (strcmp(what, "headless") == 0)
		do_headless();
	else if (strcmp(what, "work") == 0)
		do_work(argument);
	else
		must(0, "%s: not known", what);
	return 0;
}
