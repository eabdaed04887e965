/*
 * Prints the state in which a program starts, one `name<TAB>value` per line, so that two runs can
 * be compared: under trace, `state` must print the same as without. `state ARG…` prints its
 * arguments too. Only pid differs between two runs by itself, and ppid if the parents differ.
 *
 * execve(2), getrlimit(2), prctl(2), signal(7), proc(5)
 */
#define _GNU_SOURCE
#include "truth.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

extern char **environ;

static void text(const char *name, const char *value)
{
	printf("%s\t", name);
	print_name(value, strlen(value));
	putchar('\n');
}

static void number(const char *name, long long value)
{
	printf("%s\t%lld\n", name, value);
}

static void link_target(const char *name, const char *path)
{
	char target[4096];
	ssize_t length = readlink(path, target, sizeof target - 1);
	target[length < 0 ? 0 : length] = 0;
	text(name, target);
}

static void descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	must(directory != NULL, "/proc/self/fd");
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		int fd = atoi(entry->d_name);
		if (*entry->d_name == '.' || fd == dirfd(directory))
			continue;
		char name[64], path[300];
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		snprintf(name, sizeof name, "fd %d", fd);
		link_target(name, path);
		printf("fd %d flags\t%#o\n", fd, fcntl(fd, F_GETFL));
		printf("fd %d position\t%lld\n", fd, (long long)lseek(fd, 0, SEEK_CUR));
		printf("fd %d tty\t%d\n", fd, isatty(fd));
	}
	closedir(directory);
}

static void limits(void)
{
	for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
		struct rlimit limit;
		must(getrlimit(resource, &limit) == 0, "getrlimit");
		printf("rlimit %02d\t%lld %lld\n", resource, (long long)limit.rlim_cur,
		       (long long)limit.rlim_max);
	}
}

static void signals(void)
{
	sigset_t blocked, pending;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	sigpending(&pending);
	for (int signal = 1; signal < 65; signal++) {
		struct sigaction action;
		if (sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			printf("signal %02d\tignored\n", signal);
		if (sigismember(&blocked, signal) == 1)
			printf("signal %02d\tblocked\n", signal);
		if (sigismember(&pending, signal) == 1)
			printf("signal %02d\tpending\n", signal);
	}
}

/* Prints the lines of a file in /proc with the given names, "" for all. */
static void proc_lines(const char *path, const char *const *wanted)
{
	char line[4096];
	FILE *file = fopen(path, "r");
	if (!file)
		return text(path, "absent");
	while (fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = 0;
		for (const char *const *name = wanted; *name; name++)
			if (strncmp(line, *name, strlen(*name)) == 0)
				text(path, line);
	}
	fclose(file);
}

static void credentials(void)
{
	uid_t r, e, s;
	getresuid(&r, &e, &s);
	printf("uid\t%d %d %d\n", r, e, s);
	gid_t gr, ge, gs;
	getresgid(&gr, &ge, &gs);
	printf("gid\t%d %d %d\n", gr, ge, gs);
	gid_t groups[1024];
	int count = getgroups(1024, groups);
	printf("groups\t");
	for (int i = 0; i < count; i++)
		printf("%d ", groups[i]);
	putchar('\n');
	number("securebits", prctl(PR_GET_SECUREBITS));
	number("no_new_privs", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	number("dumpable", prctl(PR_GET_DUMPABLE));
	number("keepcaps", prctl(PR_GET_KEEPCAPS));
	number("AT_SECURE", getauxval(AT_SECURE));
}

static void scheduling(void)
{
	cpu_set_t cpus;
	CPU_ZERO(&cpus);
	must(sched_getaffinity(0, sizeof cpus, &cpus) == 0, "sched_getaffinity");
	printf("affinity\t");
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &cpus))
			printf("%d ", cpu);
	putchar('\n');
	number("nice", getpriority(PRIO_PROCESS, 0));
	number("scheduler", sched_getscheduler(0));
	number("ioprio", syscall(SYS_ioprio_get, 1, 0));
	number("timer slack", prctl(PR_GET_TIMERSLACK));
	number("thp disabled", prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
}

static void process(void)
{
	int signal = -1, subreaper = -1;
	prctl(PR_GET_PDEATHSIG, &signal);
	prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
	number("parent death signal", signal);
	number("child subreaper", subreaper);
	number("pid", getpid());
	number("ppid", getppid());
	number("pgrp", getpgrp());
	number("sid", getsid(0));
	int tty = open("/dev/tty", O_RDWR);
	number("controlling tty", tty >= 0);
	number("foreground pgrp", tty >= 0 ? tcgetpgrp(tty) : -1);
	if (tty >= 0)
		close(tty);
	printf("personality\t%#x\n", personality(0xffffffff));
	mode_t mask = umask(0);
	printf("umask\t%#o\n", mask);
	struct itimerval timer;
	getitimer(ITIMER_REAL, &timer);
	number("alarm", timer.it_value.tv_sec || timer.it_value.tv_usec);
	number("children", waitpid(-1, NULL, WNOHANG) >= 0);
}

static void places(void)
{
	link_target("cwd", "/proc/self/cwd");
	link_target("root", "/proc/self/root");
	link_target("exe", "/proc/self/exe");
	static const char *const spaces[] = { "cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts" };
	for (unsigned i = 0; i < sizeof spaces / sizeof *spaces; i++) {
		char name[32], path[64];
		sprintf(name, "namespace %s", spaces[i]);
		sprintf(path, "/proc/self/ns/%s", spaces[i]);
		link_target(name, path);
	}
}

int main(int argc, char **argv)
{
	static const char *const all[] = { "", NULL };
	static const char *const status[] = { "Cap", "Seccomp", "CoreDumping", NULL };
	for (int i = 0; i < argc; i++) {
		char name[32];
		sprintf(name, "argument %03d", i);
		text(name, argv[i]);
	}
	for (char **variable = environ; *variable; variable++)
		text("environment", *variable);
	descriptors();
	limits();
	signals();
	credentials();
	scheduling();
	process();
	places();
	proc_lines("/proc/self/status", status);
	proc_lines("/proc/self/oom_score_adj", all);
	proc_lines("/proc/self/coredump_filter", all);
	proc_lines("/proc/self/loginuid", all);
	proc_lines("/proc/self/autogroup", all);
	proc_lines("/proc/self/cgroup", all);
	fflush(stdout);
}
