/*
 * Performs a file operation for each line on standard input, each in a process of its own, whose
 * pid it prints when that has ended: `create F`, `write F`, `rename F G`, `link F G`, `unlink F`,
 * `mkdir D`, `rmdir D`. The words are separated by tabs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int closed(int fd)
{
	return fd < 0 ? -1 : close(fd);
}

static int append(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND);
	if (fd < 0 || write(fd, "x", 1) != 1)
		return -1;
	return close(fd);
}

static int do_one(const char *what, const char *path, const char *other)
{
	if (!strcmp(what, "create"))
		return closed(open(path, O_WRONLY | O_CREAT | O_EXCL, 0644));
	if (!strcmp(what, "write"))
		return append(path);
	if (!strcmp(what, "rename"))
		return rename(path, other);
	if (!strcmp(what, "link"))
		return link(path, other);
	if (!strcmp(what, "unlink"))
		return unlink(path);
	if (!strcmp(what, "mkdir"))
		return mkdir(path, 0755);
	if (!strcmp(what, "rmdir"))
		return rmdir(path);
	errno = EINVAL;
	return -1;
}

int main(void)
{
	static char line[16384];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		char *what = strtok(line, "\t");
		char *path = strtok(NULL, "\t");
		char *other = strtok(NULL, "\t");
		pid_t pid = fork();
		if (pid == 0) {
			if (do_one(what, path, other) == 0)
				_exit(0);
			fprintf(stderr, "%s %s %s: %s\n", what, path, other ? other : "",
				strerror(errno));
			_exit(1);
		}
		int status;
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
			return 1;
		printf("%d\n", pid);
		fflush(stdout);
	}
	return 0;
}
