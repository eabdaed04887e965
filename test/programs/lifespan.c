// cc: -pthread
/*
 * A random program of processes and threads that begin, stop and end: `lifespan SEED`. What it does and
 * what it prints depend on the seed alone, but for the order of the lines. With seed 0 it does everything
 * once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_DEPTH 3
#define MAX_THREADS 6

static char self[] = "/proc/self/exe";
static uint64_t state;
static int depth;
/* "0.2.1": the second child of the third child of the program. */
static char name[256] = "0";
static int children;

static unsigned int below(unsigned int limit)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(state >> 33) % limit;
}

/* Writes a line at once: processes write at the same time. */
static void say(const char *format, ...)
{
	char line[512];
	va_list arguments;
	int length = snprintf(line, sizeof(line), "%s ", name);
	va_start(arguments, format);
	length += vsnprintf(line + length, sizeof(line) - length - 1, format, arguments);
	va_end(arguments);
	line[length++] = '\n';
	if (write(1, line, length) != length)
		_exit(99);
}

static void pause_ms(int ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000L };
	while (nanosleep(&time, &time) < 0 && errno == EINTR)
		;
}

static void say_status(const char *what, pid_t got, pid_t pid, int status)
{
	const char *same = got == pid ? what : "another child";
	if (got < 0)
		say("%s: errno %d", what, errno);
	else if (WIFEXITED(status))
		say("%s exited %d", same, WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		say("%s killed %d", same, WTERMSIG(status));
	else if (WIFSTOPPED(status))
		say("%s stopped %d", same, WSTOPSIG(status));
	else
		say("%s continued", same);
}

static void await(const char *what, pid_t pid, int options)
{
	int status = 0;
	pid_t got;
	do
		got = waitpid(pid, &status, options | __WALL);
	while (got < 0 && errno == EINTR);
	say_status(what, got, pid, status);
}

static void become_child(uint64_t seed)
{
	size_t length = strlen(name);
	snprintf(name + length, sizeof(name) - length, ".%d", children);
	state = seed;
	children = 0;
	depth++;
}

static uint64_t child_seed(void)
{
	children++;
	return ((uint64_t)below(1u << 30) << 30) | below(1u << 30);
}

static void live(void);

/* Executes this program anew with the state of a process. */
static int execute(uint64_t seed)
{
	char text[3][32];
	snprintf(text[0], 32, "%llu", (unsigned long long)seed);
	snprintf(text[1], 32, "%d", depth);
	return execl(self, "lifespan", text[0], text[1], name, (char *)0);
}

static void touch(void)
{
	int fd = open("touched", O_WRONLY | O_CREAT, 0600);
	if (fd >= 0)
		close(fd);
}

/* ---- threads ---- */

static void *work(void *count)
{
	for (int i = 0; i < (int)(intptr_t)count; i++) {
		touch();
		syscall(SYS_getppid);
	}
	return count;
}

static void *sleep_on(void *unused)
{
	for (;;)
		pause_ms(1);
	return unused;
}

static void *exit_group(void *status)
{
	pause_ms(3);
	exit((int)(intptr_t)status);
}

static void *execute_in_thread(void *seed)
{
	execute((uint64_t)(uintptr_t)seed);
	return 0;
}

static void *kill_all(void *signal)
{
	pause_ms(2);
	kill(getpid(), (int)(intptr_t)signal);
	return sleep_on(0);
}

static void start(void *(*run)(void *), intptr_t argument)
{
	pthread_t thread;
	pthread_create(&thread, 0, run, (void *)argument);
	pthread_detach(thread);
}

static void threads(void)
{
	pthread_t all[MAX_THREADS];
	int count = 1 + below(MAX_THREADS), sum = 0;
	for (int i = 0; i < count; i++)
		pthread_create(&all[i], 0, work, (void *)(intptr_t)(1 + below(9)));
	for (int i = 0; i < count; i++) {
		void *result;
		pthread_join(all[i], &result);
		sum += (intptr_t)result;
	}
	say("%d threads %d", count, sum);
}

/* ---- processes ---- */

static void fork_one(void)
{
	uint64_t seed = child_seed();
	pid_t pid = fork();
	if (!pid) {
		become_child(seed);
		live();
	}
	await("fork", pid, 0);
}

static void fork_many(void)
{
	pid_t pids[4];
	int count = 2 + below(3);
	for (int i = 0; i < count; i++) {
		uint64_t seed = child_seed();
		pids[i] = fork();
		if (!pids[i]) {
			become_child(seed);
			live();
		}
	}
	for (int i = 0; i < count; i++)
		await("one of many", pids[i], 0);
}

static void vfork_one(void)
{
	uint64_t seed = child_seed();
	int executes = below(2), status = below(200);
	char text[3][280];
	snprintf(text[0], 32, "%llu", (unsigned long long)seed);
	snprintf(text[1], 32, "%d", depth + 1);
	snprintf(text[2], 280, "%s.%d", name, children);
	pid_t pid = vfork();
	if (!pid) {
		if (executes)
			execl(self, "lifespan", text[0], text[1], text[2], (char *)0);
		_exit(status);
	}
	await("vfork", pid, 0);
}

static void clone_one(void)
{
	static const unsigned long flags[] = { 0, CLONE_FS, CLONE_FILES, CLONE_UNTRACED, CLONE_PTRACE };
	struct clone_args args = { .flags = flags[below(5)], .exit_signal = SIGCHLD };
	uint64_t seed = child_seed();
	pid_t pid = below(2) ? syscall(SYS_clone3, &args, sizeof(args))
			     : syscall(SYS_clone, args.flags | SIGCHLD, 0, 0, 0, 0);
	if (!pid) {
		become_child(seed);
		touch();
		execute(seed);
		_exit(98);
	}
	await("clone", pid, 0);
}

/* A child whose threads end in one of the ways that there are. */
static void process_of_threads(void)
{
	uint64_t seed = child_seed();
	int how = below(5), status = below(250), sleepers = below(4);
	pid_t pid = fork();
	if (pid) {
		await("process of threads", pid, 0);
		return;
	}
	become_child(seed);
	while (sleepers--)
		start(sleep_on, 0);
	if (how == 0)
		exit(status);
	if (how == 1)
		start(execute_in_thread, (intptr_t)(seed & 0xffffffff));
	if (how == 2)
		start(kill_all, status % 2 ? SIGKILL : SIGTERM);
	if (how >= 3)
		start(exit_group, status);
	if (how == 3)
		pthread_exit(0);
	sleep_on(0);
}

static void stops(void)
{
	int status = below(100), threaded = below(2), go[2];
	char byte;
	if (pipe(go))
		return;
	pid_t pid = fork();
	if (!pid) {
		if (threaded)
			start(sleep_on, 0);
		for (int i = 0; i < 2; i++) {
			raise(SIGSTOP);
			if (read(go[0], &byte, 1) != 1)
				_exit(96);
		}
		_exit(status);
	}
	for (int i = 0; i < 2; i++) {
		await("stop", pid, WUNTRACED);
		kill(pid, SIGCONT);
		await("stop", pid, WCONTINUED);
		if (write(go[1], "!", 1) != 1)
			say("the child has gone");
	}
	close(go[0]);
	close(go[1]);
	await("stop", pid, 0);
}

static void killed(void)
{
	static const int signals[] = { SIGKILL, SIGTERM, SIGUSR1, SIGABRT, SIGALRM, SIGSEGV };
	int signal = signals[below(6)], itself = below(2);
	pid_t pid = fork();
	if (!pid) {
		if (itself)
			kill(getpid(), signal);
		for (;;)
			pause();
	}
	if (!itself)
		kill(pid, signal);
	await("victim", pid, 0);
}

static void group_dies(void)
{
	int ready[2], count = 1 + below(4);
	char byte;
	if (pipe(ready))
		return;
	pid_t pid = fork();
	if (!pid) {
		setpgid(0, 0);
		for (int i = 0; i < count; i++)
			if (!fork())
				break;
		if (write(ready[1], "!", 1) != 1)
			_exit(97);
		for (;;)
			pause_ms(5);
	}
	for (int i = 0; i <= count; i++)
		if (read(ready[0], &byte, 1) != 1)
			break;
	close(ready[0]);
	close(ready[1]);
	kill(-pid, below(2) ? SIGKILL : SIGTERM);
	await("group", pid, 0);
}

static void orphan(void)
{
	uint64_t seed = child_seed();
	int status = below(100);
	pid_t pid = fork();
	if (!pid) {
		become_child(seed);
		setsid();
		if (!fork()) {
			pause_ms(5);
			say("an orphan");
			_exit(0);
		}
		_exit(status);
	}
	await("parent of an orphan", pid, 0);
}

/* ---- signals ---- */

static volatile sig_atomic_t caught;
/* Shared with a child. */
static volatile int *is_caught;

static void on_signal(int signal)
{
	(void)signal;
	caught++;
	if (is_caught)
		*is_caught = 1;
}

/* Waits until a process sleeps: it is not stopped by a tracer then. */
static void wait_for_sleep(pid_t pid)
{
	char path[32], stat[512] = "";
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	for (;;) {
		int fd = open(path, O_RDONLY);
		ssize_t length = read(fd, stat, sizeof(stat) - 1);
		close(fd);
		const char *end = length > 0 ? strrchr(stat, ')') : 0;
		if (end && end[2] == 'S')
			return;
		pause_ms(1);
	}
}

static void handle(int flags)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = flags };
	sigaction(SIGUSR2, &action, 0);
	sigaction(SIGALRM, &action, 0);
	caught = 0;
}

static void handled(void)
{
	int count = 1 + below(5);
	handle(0);
	for (int i = 0; i < count; i++)
		raise(SIGUSR2);
	say("handled %d", (int)caught);
}

static void interrupted(void)
{
	int restarts = below(2), status;
	handle(restarts ? SA_RESTART : 0);
	is_caught = mmap(0, sizeof(*is_caught), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t parent = getpid(), pid = fork();
	if (!pid) {
		wait_for_sleep(parent);
		kill(parent, SIGUSR2);
		while (!*is_caught)
			pause_ms(1);
		_exit(3);
	}
	pid_t got = waitpid(pid, &status, 0);
	say("interrupted %d errno %d caught %d", got == pid, got < 0 ? errno : 0, (int)caught);
	if (got < 0)
		await("interrupter", pid, 0);
}

static void timed(void)
{
	struct itimerval timer = { { 0, 0 }, { 0, 3000 } };
	handle(0);
	setitimer(ITIMER_REAL, &timer, 0);
	while (!caught)
		pause_ms(1);
	say("timed %d", (int)caught);
}

static void awaited(void)
{
	sigset_t set, old;
	int signal = 0;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	raise(SIGUSR1);
	sigwait(&set, &signal);
	sigprocmask(SIG_SETMASK, &old, 0);
	say("awaited %d", signal);
}

/* ---- others ---- */

static void failed_exec(void)
{
	execl("/absent", "absent", (char *)0);
	say("exec errno %d", errno);
}

static void filtered(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDQUOT),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };
	pid_t pid = fork();
	if (!pid) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
		_exit(syscall(SYS_openat, AT_FDCWD, "filtered", O_RDONLY) < 0 ? errno : 0);
	}
	await("filtered", pid, 0);
}

#include "lifespan-more.h"

static void (*const actions[])(void) = {
	threads, threads, fork_one, fork_one, fork_many, vfork_one, vfork_one, clone_one,
	clone_one, process_of_threads, process_of_threads, process_of_threads, stops, killed,
	group_dies, orphan, handled, interrupted, timed, awaited, failed_exec, filtered,
	vfork_fails, clone_vfork, spawned, clone_parent, exit_signal, reaped_by_kernel, subreaper,
	dies_with_parent, group_stops, dies_while_stopped, queued, informed, to_thread, pending_at_exec,
	by_pidfd, strict,
};
#define ACTIONS (sizeof(actions) / sizeof(*actions))

static void live(void)
{
	int count = 1 + below(4);
	for (int i = 0; i < count; i++) {
		void (*action)(void) = actions[below(ACTIONS)];
		int makes_processes = action == fork_one || action == fork_many ||
				      action == vfork_one || action == clone_one ||
				      action == spawned ||
				      action == process_of_threads;
		if (depth < MAX_DEPTH || !makes_processes)
			action();
	}
	int end = below(10);
	if (end == 0)
		kill(getpid(), SIGKILL);
	if (end == 1)
		abort();
	if (end == 2 && depth < MAX_DEPTH)
		depth++, start(execute_in_thread, (intptr_t)below(1u << 30)), sleep_on(0);
	exit(below(256));
}

static void everything(void)
{
	depth = MAX_DEPTH - 1;
	for (unsigned int i = 0; i < ACTIONS; i++)
		if (i == 0 || actions[i] != actions[i - 1])
			actions[i]();
	exit(0);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "pending"))
		unblock();
	state = argc > 1 ? strtoull(argv[1], 0, 10) : 1;
	if (argc > 3) {
		depth = atoi(argv[2]);
		snprintf(name, sizeof(name), "%s", argv[3]);
	}
	for (int i = 0; i < 5; i++)
		below(2);
	if (argc == 2 && !strcmp(argv[1], "0"))
		everything();
	live();
}
