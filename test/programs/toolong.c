/*
 * Opens names longer than the kernel accepts (PATH_MAX): ENAMETOOLONG. Prints the truth (truth.h)
 * with the whole name, of which a tracer can read the first 4095 bytes.
 */
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>

int main(void)
{
	static char name[3 * PATH_MAX];
	size_t lengths[] = { PATH_MAX, PATH_MAX + 1, 2 * PATH_MAX };
	for (int i = 0; i < 3; i++) {
		memset(name, 'a' + i, lengths[i]);
		long result = kernel_result(syscall(SYS_openat, AT_FDCWD, name, O_RDONLY, 0));
		must(result == -ENAMETOOLONG, "%zu bytes: %ld", lengths[i], result);
		truth(name, O_RDONLY, 0, result, "openat");
	}
}
