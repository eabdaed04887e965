/*
 * Opens by descendants: `tree KIND [N]` creates N descendants (1 by default) one after the other,
 * each of which first opens a name of its own. Prints the truth (truth.h); the names that count all
 * start with "tree-", and none exists.
 */
// cc: -pthread
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern char **environ;
static const char *kind;

static const char *name_of(int i)
{
	static __thread char name[64];
	snprintf(name, sizeof name, "tree-%s-%d", kind, i);
	return name;
}

static void open_name(const char *name)
{
	must(syscall(SYS_openat, AT_FDCWD, name, O_RDONLY, 0) == -1 && errno == ENOENT, "%s", name);
}

static void opened(const char *name)
{
	truth(name, O_RDONLY, 0, -ENOENT, "openat");
}

static void wait_for(pid_t pid)
{
	int status;
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0, "child %d", pid);
}

/* The child opens before it does anything else. */
static void fork_(int i)
{
	const char *name = name_of(i);
#ifdef SYS_fork
	pid_t pid = syscall(SYS_fork);
#else
	pid_t pid = fork();
#endif
	if (pid == 0) {
		open_name(name);
		_exit(0);
	}
	wait_for(pid);
	opened(name);
}

/* `tree open NAME` is what the children execute. */
static void vfork_(int i)
{
	char *arguments[] = { "tree", "open", (char *)name_of(i), NULL };
	pid_t pid = vfork();
	if (pid == 0) {
		execv("/proc/self/exe", arguments);
		_exit(1);
	}
	wait_for(pid);
	opened(name_of(i));
}

static void spawn(int i)
{
	char *arguments[] = { "tree", "open", (char *)name_of(i), NULL };
	pid_t pid;
	must(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, arguments, environ) == 0, "spawn");
	wait_for(pid);
	opened(name_of(i));
}

static void *open_in_thread(void *name)
{
	open_name(name);
	return NULL;
}

static void thread(int i)
{
	pthread_t id;
	must(pthread_create(&id, NULL, open_in_thread, (void *)name_of(i)) == 0, "pthread_create");
	pthread_join(id, NULL);
	opened(name_of(i));
}

/* A thread other than the first one executes: the process id remains, the thread ids don't. */
static void *execute_in_thread(void *name)
{
	execl("/proc/self/exe", "tree", "open", name, NULL);
	_exit(1);
}

static void threadexec(int i)
{
	pid_t pid = fork();
	if (pid == 0) {
		pthread_t id;
		pthread_create(&id, NULL, execute_in_thread, (void *)name_of(i));
		for (;;)
			pause();
	}
	wait_for(pid);
	opened(name_of(i));
}

static void *open_after_leader(void *leader)
{
	must(pthread_join(*(pthread_t *)leader, NULL) == 0, "pthread_join");
	/* The first thread is a zombie only after its exit in the kernel, which join doesn't wait for. */
	usleep(20000);
	open_name(name_of(0));
	_exit(0);
}

/* The first thread ends, the process continues in another one. */
static void leader(int i)
{
	pid_t pid = fork();
	if (pid == 0) {
		static pthread_t self;
		self = pthread_self();
		pthread_t id;
		pthread_create(&id, NULL, open_after_leader, &self);
		pthread_exit(NULL);
	}
	wait_for(pid);
	(void)i;
	opened(name_of(0));
}

/* A daemon by double fork: it opens after its parent has ended and init has adopted it. */
static void daemon_(int i)
{
	const char *name = name_of(i);
	int done[2];
	must(pipe(done) == 0, "pipe");
	pid_t pid = fork();
	if (pid == 0) {
		pid_t parent = getpid();
		setsid();
		if (fork() == 0) {
			while (getppid() == parent)
				usleep(1000);
			open_name(name);
			must(write(done[1], "", 1) == 1, "write");
		}
		_exit(0);
	}
	wait_for(pid);
	close(done[1]);
	char byte;
	must(read(done[0], &byte, 1) == 1, "the daemon did not signal");
	close(done[0]);
	opened(name);
}

/* Each generation opens, then makes the next. */
static void chain(int generations)
{
	for (int i = 0; i < generations; i++) {
		pid_t pid = fork();
		if (pid > 0) {
			int status;
			waitpid(pid, &status, 0);
			if (i > 0)
				_exit(status != 0);
			must(status == 0, "a generation failed");
			for (int n = 0; n < generations; n++)
				opened(name_of(n));
			return;
		}
		open_name(name_of(i));
	}
	_exit(0);
}

/* The directory of this process's cgroup v2. */
static void own_cgroup(char *path, size_t size)
{
	char line[4096], mount[4096] = "";
	FILE *file = fopen("/proc/self/mountinfo", "r");
	must(file != NULL, "mountinfo");
	while (fgets(line, sizeof line, file)) {
		char root[1024], at[1024];
		if (strstr(line, " - cgroup2 ") && !*mount &&
		    sscanf(line, "%*s %*s %*s %1023s %1023s", root, at) == 2)
			strcpy(mount, at);
	}
	fclose(file);
	must(*mount, "no cgroup2 mount");
	file = fopen("/proc/self/cgroup", "r");
	must(file != NULL, "/proc/self/cgroup");
	*path = 0;
	while (fgets(line, sizeof line, file))
		if (strncmp(line, "0::", 3) == 0) {
			line[strcspn(line, "\n")] = 0;
			snprintf(path, size, "%.2000s%.2000s", mount, line + 3);
		}
	fclose(file);
	must(*path, "no cgroup v2");
}

/* The child opens in a cgroup below this one. */
static void nested(int i)
{
	char path[8192], procs[8300];
	own_cgroup(path, sizeof path);
	sprintf(path + strlen(path), "/tree-test-%d-%d", getpid(), i);
	must(mkdir(path, 0755) == 0, "mkdir %s", path);
	sprintf(procs, "%s/cgroup.procs", path);
	pid_t pid = fork();
	if (pid == 0) {
		int fd = open(procs, O_WRONLY);
		must(fd >= 0 && write(fd, "0", 1) == 1, "%s", procs);
		open_name(name_of(i));
		_exit(0);
	}
	wait_for(pid);
	must(rmdir(path) == 0, "rmdir %s", path);
	opened(name_of(i));
}

int main(int argc, char **argv)
{
	must(argc > 1, "which kind?");
	kind = argv[1];
	if (strcmp(kind, "open") == 0) {
		open_name(argv[2]);
		return 0;
	}
	int count = argc > 2 ? atoi(argv[2]) : 1;
	open_name("tree-parent");
	opened("tree-parent");
	if (strcmp(kind, "chain") == 0) {
		fflush(stdout);
		chain(count);
		return 0;
	}
	for (int i = 0; i < count; i++) {
		fflush(stdout);
		if (strcmp(kind, "fork") == 0)
			fork_(i);
		else if (strcmp(kind, "vfork") == 0)
			vfork_(i);
		else if (strcmp(kind, "spawn") == 0)
			spawn(i);
		else if (strcmp(kind, "thread") == 0)
			thread(i);
		else if (strcmp(kind, "threadexec") == 0)
			threadexec(i);
		else if (strcmp(kind, "leader") == 0)
			leader(i);
		else if (strcmp(kind, "daemon") == 0)
			daemon_(i);
		else if (strcmp(kind, "nested") == 0)
			nested(i);
		else
			must(0, "no kind %s", kind);
	}
}
