/*
 * Opens files without a name in the current directory and names some of them. Each argument is a way:
 * self, thread, pid, dev: by their name in /proc or /dev/fd; empty: by AT_EMPTY_PATH; reopen: named
 * after it was opened a second time; drop: never. The file is called as the way.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void must(int holds, const char *what)
{
	if (!holds) {
		perror(what);
		exit(1);
	}
}

static void name_file(int fd, const char *way)
{
	char name[64] = "";
	if (!strcmp(way, "pid"))
		snprintf(name, sizeof name, "/proc/%d/fd/%d", getpid(), fd);
	else if (!strcmp(way, "thread"))
		snprintf(name, sizeof name, "/proc/thread-self/fd/%d", fd);
	else if (!strcmp(way, "dev") && !access("/dev/fd", F_OK)) /* which udev makes */
		snprintf(name, sizeof name, "/dev/fd/%d", fd);
	else if (strcmp(way, "empty"))
		snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	if (!strcmp(way, "reopen"))
		must(open(name, O_RDONLY) >= 0, "reopen");
	if (*name)
		must(linkat(AT_FDCWD, name, AT_FDCWD, way, AT_SYMLINK_FOLLOW) == 0, way);
	else
		must(linkat(fd, "", AT_FDCWD, way, AT_EMPTY_PATH) == 0, way);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		int fd = open(".", O_TMPFILE | O_RDWR, 0600);
		must(fd >= 0 && write(fd, "text", 4) == 4, "O_TMPFILE");
		must(fchmod(fd, 0640) == 0 && ftruncate(fd, 2) == 0, "fchmod");
		if (strcmp(argv[i], "drop"))
			name_file(fd, argv[i]);
	}
}
