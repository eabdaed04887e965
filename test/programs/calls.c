/*
 * Makes one call of each shape that a record can have, for test/fixtures/capture.ts: two names, a
 * name and a text, an address, a file by its fd, a long name, bytes that are not UTF-8. Prints the
 * truth (truth.h) about each. Its child exits with status 7.
 */
#define _GNU_SOURCE
#include "truth.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

static long at(long nr, const char *name, int flags, int mode)
{
	return kernel_result(syscall(nr, AT_FDCWD, name, flags, mode));
}

int main(void)
{
	struct open_how how = {.flags = O_RDWR | O_CREAT | O_EXCL, .mode = 0640};
	struct sockaddr_in inet = {.sin_family = AF_INET, .sin_port = htons(9)};
	struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "socket"};
	int udp = socket(AF_INET, SOCK_DGRAM, 0), bound = socket(AF_UNIX, SOCK_DGRAM, 0);
	char name[4096];

	inet_pton(AF_INET, "127.0.0.1", &inet.sin_addr);
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = 0;

	long file = kernel_result(syscall(SYS_open, "open", O_RDWR | O_CREAT, 0600));
	truth("open", O_RDWR | O_CREAT, 0600, file, "open");
	truth("openat", O_WRONLY | O_CREAT | O_TRUNC, 0644,
	      at(SYS_openat, "openat", O_WRONLY | O_CREAT | O_TRUNC, 0644), "openat");
	truth("openat2", how.flags, how.mode,
	      kernel_result(syscall(SYS_openat2, AT_FDCWD, "openat2", &how, sizeof how)), "openat2");
	truth("creat", O_WRONLY | O_CREAT | O_TRUNC, 0604, kernel_result(syscall(SYS_creat, "creat", 0604)),
	      "creat");
	truth(name, O_RDONLY, 0, at(SYS_openat, name, O_RDONLY, 0), "openat");
	truth("\xff\xfe caf\xe9", O_WRONLY | O_CREAT, 0600,
	      at(SYS_openat, "\xff\xfe caf\xe9", O_WRONLY | O_CREAT, 0600), "openat");
	truth("creat", 1, 0,
	      kernel_result(syscall(SYS_renameat2, AT_FDCWD, "creat", AT_FDCWD, "renamed", RENAME_NOREPLACE)),
	      "renameat2");
	truth("a text, no path", 0, 0,
	      kernel_result(syscall(SYS_symlinkat, "a text, no path", AT_FDCWD, "link")), "symlinkat");
	truth("absent", 0, 0, kernel_result(syscall(SYS_getxattr, "absent", "user.name", 0, 0)), "getxattr");
	truth("", 0, 0, kernel_result(syscall(SYS_ftruncate, file, 0)), "ftruncate");
	truth("127.0.0.1:9", 0, 0, kernel_result(connect(udp, (void *)&inet, sizeof inet)), "connect");
	truth("socket", 0, 0, kernel_result(bind(bound, (void *)&local, sizeof local)), "bind");
	fflush(stdout);

	int child = syscall(SYS_fork);
	must(child >= 0, "fork");
	if (!child)
		_exit(7);
	truth("", 0, 0, child, "fork");
	must(waitpid(child, 0, 0) == child, "waitpid");
}
