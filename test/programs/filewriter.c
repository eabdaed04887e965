/*
 * `filewriter N DIRECTORY` creates N files of one byte each and deletes them again, with at most a
 * hundred at a time: 3 N operations.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MOST 100

static void make(int number)
{
	char name[32];
	snprintf(name, sizeof(name), "f%d", number);
	int fd = open(name, O_CREAT | O_WRONLY, 0644);
	if (fd < 0 || write(fd, "x", 1) != 1 || close(fd))
		err(1, "%s", name);
}

static void delete(int number)
{
	char name[32];
	snprintf(name, sizeof(name), "f%d", number);
	if (unlink(name))
		err(1, "%s", name);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: filewriter N DIRECTORY");
	int count = atoi(argv[1]);
	if (chdir(argv[2]))
		err(1, "%s", argv[2]);
	for (int i = 0; i < count + MOST; i++) {
		if (i < count)
			make(i);
		if (i >= MOST)
			delete(i - MOST);
	}
	return 0;
}
