/*
 * Executes a program in an unusual way: `execs HOW FILE [ARG…]`. The arguments of the program are
 * FILE and what follows.
 */
// cc: -pthread
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static char **arguments;

static void fail(const char *what)
{
	perror(what);
	_exit(127);
}

static void check(int ok, const char *what)
{
	if (!ok)
		fail(what);
}

static void exec_at(int dfd, const char *name, int flags)
{
	syscall(SYS_execveat, dfd, name, arguments, environ, flags);
	fail("execveat");
}

static int open_file(const char *file, int flags)
{
	int fd = open(file, flags);
	check(fd >= 0, file);
	return fd;
}

/* fexecve(3) of a program, and of a script, which needs an fd that stays open. */
static void by_fd(const char *file)
{
	exec_at(open_file(file, O_RDONLY | O_CLOEXEC), "", AT_EMPTY_PATH);
}

static void by_open_fd(const char *file)
{
	exec_at(open_file(file, O_RDONLY), "", AT_EMPTY_PATH);
}

/* The last component of the file in an fd of its directory. */
static void in_directory(const char *file)
{
	char directory[4096];
	snprintf(directory, sizeof directory, "%s", file);
	char *slash = strrchr(directory, '/');
	check(slash != NULL, "no directory");
	*slash = 0;
	exec_at(open_file(directory, O_PATH), file + (slash - directory) + 1, 0);
}

static void from_cwd(const char *file)
{
	exec_at(AT_FDCWD, file, 0);
}

/* A name that looks like that of a file given by its fd. */
static void named_like_fd(const char *file)
{
	char name[32];
	snprintf(name, sizeof name, "/dev/fd/%d", open_file(file, O_RDONLY));
	syscall(SYS_execve, name, arguments, environ);
	fail("execve");
}

static int memory_copy(const char *file, unsigned flags)
{
	int from = open_file(file, O_RDONLY | O_CLOEXEC);
	int to = memfd_create("a copy", flags);
	struct stat status;
	check(to >= 0 && fstat(from, &status) == 0, "memfd_create");
	check(sendfile(to, from, NULL, status.st_size) == status.st_size, "sendfile");
	return to;
}

static void from_memory(const char *file)
{
	exec_at(memory_copy(file, MFD_CLOEXEC), "", AT_EMPTY_PATH);
}

static void script_from_memory(const char *file)
{
	exec_at(memory_copy(file, 0), "", AT_EMPTY_PATH);
}

/* A file that is removed before it runs. */
static void removed(const char *file)
{
	int fd = open_file(file, O_RDONLY);
	check(unlink(file) == 0, "unlink");
	exec_at(fd, "", AT_EMPTY_PATH);
}

/* The file is named from the working directory as root directory. */
static void in_root(const char *file)
{
	check(chroot(".") == 0, "chroot");
	execve(file, arguments, environ);
	fail(file);
}

static void *exec_in_thread(void *file)
{
	execve(file, arguments, environ);
	fail(file);
	return NULL;
}

static void from_thread(const char *file)
{
	pthread_t thread;
	check(pthread_create(&thread, NULL, exec_in_thread, (void *)file) == 0, "pthread_create");
	for (;;)
		pause();
}

static void after_vfork(const char *file)
{
	int status;
	pid_t pid = vfork();
	if (pid == 0) {
		execve(file, arguments, environ);
		_exit(127);
	}
	check(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0, "child");
}

static const struct {
	const char *how;
	void (*run)(const char *file);
} ways[] = {
	{ "by-fd", by_fd },
	{ "by-open-fd", by_open_fd },
	{ "in-directory", in_directory },
	{ "from-cwd", from_cwd },
	{ "named-like-fd", named_like_fd },
	{ "from-memory", from_memory },
	{ "script-from-memory", script_from_memory },
	{ "removed", removed },
	{ "in-root", in_root },
	{ "from-thread", from_thread },
	{ "after-vfork", after_vfork },
};

int main(int argc, char **argv)
{
	check(argc > 2, "usage: execs HOW FILE [ARG...]");
	arguments = argv + 2;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (strcmp(ways[i].how, argv[1]) == 0)
			ways[i].run(argv[2]);
	return 0;
}
