/*
 * `openloop N FILE` opens and closes FILE N times and prints the nanoseconds of one iteration, for
 * benchmarks. `openloop N FILE T` does so in T processes at once and prints their mean.
 */
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static double loop(long count, const char *file)
{
	double start = now();
	for (long i = 0; i < count; i++) {
		long fd = syscall(SYS_openat, AT_FDCWD, file, O_RDONLY, 0);
		if (fd >= 0)
			syscall(SYS_close, fd);
	}
	return (now() - start) / count;
}

int main(int argc, char **argv)
{
	must(argc == 3 || argc == 4, "N FILE [PROCESSES]");
	long count = atol(argv[1]);
	int processes = argc == 4 ? atoi(argv[3]) : 1;
	must(count > 0 && processes > 0, "N and PROCESSES are at least 1");
	double sum = 0;
	int results[2];
	must(pipe(results) == 0, "pipe");
	for (int i = 1; i < processes; i++)
		if (fork() == 0) {
			double mean = loop(count, argv[2]);
			_exit(write(results[1], &mean, sizeof mean) != sizeof mean);
		}
	sum = loop(count, argv[2]);
	for (int i = 1; i < processes; i++) {
		double mean;
		must(read(results[0], &mean, sizeof mean) == sizeof mean, "read");
		sum += mean;
	}
	while (wait(NULL) > 0)
		;
	printf("%.1f\n", sum / processes);
}
