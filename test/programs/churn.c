/*
 * churn DIR FILES PROCESSES SECONDS: creates, renames and removes files with the same hundred names
 * in DIR, FILES operations a second, each file a new inode, and executes PROCESSES processes a second.
 * Prints what it did: "files N processes N". SIGTERM ends it early.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NAMES 100
#define OPERATIONS 3 /* of one file: create, rename, unlink */

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void churn_file(long n)
{
	char name[32], other[32];
	snprintf(name, sizeof(name), "file-%ld", n % NAMES);
	snprintf(other, sizeof(other), "renamed-%ld", n % NAMES);
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);
	if (fd < 0)
		fail(name);
	if (write(fd, name, strlen(name)) < 0)
		fail("write");
	close(fd);
	if (rename(name, other) < 0)
		fail("rename");
	if (unlink(other) < 0)
		fail("unlink");
}

static void churn_process(char *self)
{
	char *argv[] = {self, "exit", NULL};
	pid_t pid = vfork();
	if (pid == 0) {
		execv("/proc/self/exe", argv);
		_exit(127);
	}
	int status;
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		fail("vfork");
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "exit") == 0)
		return 0;
	if (argc != 5 || chdir(argv[1]) < 0)
		fail("usage: churn DIR FILES PROCESSES SECONDS");
	double files_per_second = atof(argv[2]) / OPERATIONS;
	double processes_per_second = atof(argv[3]);
	double seconds = atof(argv[4]);
	long files = 0, processes = 0;
	struct sigaction action = {.sa_handler = stop};
	sigaction(SIGTERM, &action, NULL);
	double start = now();
	for (double passed = 0; passed < seconds && !stopped; passed = now() - start) {
		while (files < passed * files_per_second)
			churn_file(files++);
		while (processes < passed * processes_per_second)
			churn_process(argv[0]), processes++;
		usleep(5000);
	}
	printf("files %ld processes %ld\n", files, processes);
	return 0;
}
