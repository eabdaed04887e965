/*
 * Makes the system calls of tables, for test/root/decode.test.ts, which compares how strace and
 * trace print them. The fds are fixed: 3 is a directory, 4 a file, 5 and 6 a socket pair, 7 and 8 a
 * pipe.
 */
// cc: -w
#define _GNU_SOURCE
#include "decode.h"
#include "decode-tasks.h"
#include "decode-children.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void make(const row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const long *r = rows[i];
		syscall(r[0], r[1], r[2], r[3], r[4], r[5], r[6]);
	}
}

static void prepare(void)
{
	int fd = openat(AT_FDCWD, "dir", O_RDONLY | O_DIRECTORY), pair[2], ends[2];
	dup2(fd, 3);
	fd = openat(AT_FDCWD, "file", O_RDWR | O_CREAT, 0600);
	dup2(fd, 4);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	dup2(pair[0], 25), dup2(pair[1], 26);
	pipe(ends);
	dup2(ends[0], 27), dup2(ends[1], 28);
	for (fd = 5; fd < 25; fd++)
		close(fd);
	dup2(25, 5), dup2(26, 6), dup2(27, 7), dup2(28, 8);
	for (fd = 25; fd < 40; fd++)
		close(fd);
}

/* Marks the calls that the test compares. */
static void mark(void)
{
	write(2, "MARK", 4);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	mkdir("dir", 0700);
	prepare();
	mark();
#define SECTION(name)                                                                              \
	if (!strcmp(argv[1], #name))                                                               \
		make(name##_rows, sizeof name##_rows / sizeof *name##_rows);
	SECTION(files)
	SECTION(descriptors)
	SECTION(sockets)
	SECTION(tasks)
	SECTION(signals)
	SECTION(times)
	SECTION(memory)
	SECTION(ipc)
	SECTION(events)
	SECTION(system)
	if (!strcmp(argv[1], "children"))
		children();
	mark();
}
