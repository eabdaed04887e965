/*
 * `nonresident N` makes N opens whose name is in a page of a mapped file that the process never
 * touched, half of them not even in the page cache: reading the name too early fails. Prints the
 * truth (truth.h).
 */
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 1;
	int fd = memfd_create("names", 0);
	int disk = syscall(SYS_open, "names", O_RDWR | O_CREAT | O_TRUNC, 0600);
	must(fd >= 0 && disk >= 0, "files for the names");
	truth("names", O_RDWR | O_CREAT | O_TRUNC, 0600, disk, "open");
	for (int i = 0; i < count; i++) {
		char name[32];
		int holder = i % 2 ? fd : disk;
		int length = snprintf(name, sizeof name, "nonresident-%d", i) + 1;
		must(pwrite(holder, name, length, i * 4096L) == length, "pwrite");
		must(fdatasync(holder) == 0, "fdatasync");
		posix_fadvise(holder, 0, 0, POSIX_FADV_DONTNEED);
		char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, holder, i * 4096L);
		must(page != MAP_FAILED, "mmap");
		long result = kernel_result(syscall(SYS_openat, AT_FDCWD, page, O_RDONLY, 0));
		must(result == -ENOENT, "%s: %ld", name, result);
		truth(name, O_RDONLY, 0, result, "openat");
		munmap(page, 4096);
	}
}
