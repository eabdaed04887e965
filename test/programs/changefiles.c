/*
 * Changes files at every moment after it has opened them for reading, in every way.
 *
 * changefiles run DIR COUNT SEED MAX_US: eight processes open DIR/f0 to f(COUNT-1) for reading, and
 *   change each after a random time of up to MAX_US microseconds.
 * changefiles hold DIR FROM TO SEED: maps DIR/fFROM to f(TO-1) for writing, closes them, says "ready",
 *   and changes them through the mappings until standard input ends.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES 8

static uint64_t state;

static uint64_t random64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void wait_us(uint64_t us)
{
	struct timespec time = { us / 1000000, us % 1000000 * 1000 };

	nanosleep(&time, NULL);
}

static void rewrite(int fd, off_t size)
{
	off_t at = size > 0 ? (off_t)(random64() % (uint64_t)size) : 0;

	if (pwrite(fd, "changed", 7, at) < 0)
		err(1, "pwrite");
}

static void change_mapped(const char *path, off_t size)
{
	int fd = open(path, O_RDWR);
	char *map;

	if (fd < 0 || size == 0)
		return;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		err(1, "mmap");
	close(fd);
	map[random64() % (uint64_t)size] ^= 0x55;
	if (random64() % 2)
		wait_us(random64() % 20000);
	map[random64() % (uint64_t)size] ^= 0x33;
	munmap(map, size);
}

/* Changes a file and gives it its old times. */
static void change_secretly(const char *path, const struct stat *st)
{
	int fd = open(path, O_WRONLY);
	struct timespec times[2] = { st->st_atim, st->st_mtim };

	if (fd < 0)
		return;
	rewrite(fd, st->st_size);
	futimens(fd, times);
	close(fd);
}

static void replace(const char *path)
{
	char other[4096 + 8];
	int fd;

	snprintf(other, sizeof(other), "%s.new", path);
	fd = open(other, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (fd < 0 || write(fd, "replaced", 8) != 8)
		err(1, "%s", other);
	close(fd);
	rename(other, path);
}

static void change(const char *path, int input)
{
	struct stat st;
	char other[4096 + 8];
	int fd;

	fstat(input, &st);
	switch (random64() % 14) {
	case 0:
		return;
	case 1:
		change_mapped(path, st.st_size);
		return;
	case 2:
		change_secretly(path, &st);
		return;
	case 3:
		replace(path);
		return;
	case 4:
		unlink(path);
		return;
	case 5:
		chmod(path, 0640);
		return;
	case 6:
		snprintf(other, sizeof(other), "%s.link", path);
		if (link(path, other) < 0)
			err(1, "link");
		return;
	case 7:
		if (truncate(path, st.st_size / 2) < 0)
			err(1, "truncate");
		return;
	case 8:
		snprintf(other, sizeof(other), "%s.moved", path);
		rename(path, other);
		return;
	}
	fd = open(path, random64() % 2 ? O_WRONLY : O_RDWR);
	if (fd < 0)
		err(1, "%s", path);
	/* The descriptor is open for a while before it changes the file, or after. */
	if (random64() % 2)
		wait_us(random64() % 5000);
	switch (random64() % 4) {
	case 0:
		fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, st.st_size / 2 + 1);
		break;
	case 1:
		if (ftruncate(fd, 0) < 0 || write(fd, "short", 5) != 5)
			err(1, "write");
		break;
	default:
		rewrite(fd, st.st_size);
	}
	if (random64() % 2)
		wait_us(random64() % 5000);
	if (random64() % 2)
		rewrite(fd, st.st_size);
	close(fd);
}

static void run(const char *dir, long from, long count, uint64_t max_us)
{
	char path[4096];

	for (long i = from; i < count; i += PROCESSES) {
		int fd;

		snprintf(path, sizeof(path), "%s/f%ld", dir, i);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			err(1, "%s", path);
		if (max_us > 0)
			wait_us(random64() % max_us >> random64() % 5);
		change(path, fd);
		close(fd);
	}
}

static int hold(const char *dir, long from, long to)
{
	char path[4096];
	char **maps = calloc(to, sizeof(*maps));
	off_t *sizes = calloc(to, sizeof(*sizes));

	for (long i = from; i < to; i++) {
		struct stat st;
		int fd;

		snprintf(path, sizeof(path), "%s/f%ld", dir, i);
		fd = open(path, O_RDWR);
		if (fd < 0 || fstat(fd, &st) < 0)
			err(1, "%s", path);
		sizes[i] = st.st_size;
		maps[i] = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (maps[i] == MAP_FAILED)
			err(1, "mmap");
		/* All pages are written: later writes change no times. */
		for (off_t at = 0; at < st.st_size; at += 4096)
			*(volatile char *)(maps[i] + at) = maps[i][at];
		close(fd);
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct pollfd in = { 0, POLLIN, 0 };

		for (int n = 0; n < 100; n++) {
			long i = from + (long)(random64() % (uint64_t)(to - from));

			maps[i][random64() % (uint64_t)sizes[i]] ^= 1;
		}
		if (poll(&in, 1, 1) != 0)
			return 0;
	}
}

int main(int argc, char **argv)
{
	if (argc != 6)
		errx(2, "usage: changefiles run|hold DIR …");
	if (strcmp(argv[1], "hold") == 0) {
		state = strtoull(argv[5], NULL, 10) * 0x9e3779b97f4a7c15 + 1;
		return hold(argv[2], atol(argv[3]), atol(argv[4]));
	}
	for (int i = 0; i < PROCESSES; i++) {
		if (fork() == 0) {
			state = (strtoull(argv[4], NULL, 10) * PROCESSES + i) * 0x9e3779b97f4a7c15 + 1;
			run(argv[2], i, atol(argv[3]), strtoull(argv[5], NULL, 10));
			return 0;
		}
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
