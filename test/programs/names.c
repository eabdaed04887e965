/*
 * Opens of unusual names: control characters, separators, bytes that are not UTF-8, maximum
 * lengths, no name at all. Prints the truth (truth.h) about each; if the kernel cannot read the
 * name, the truth has an empty one.
 */
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static void openat_(const char *name, int flags, int mode)
{
	long result = kernel_result(syscall(SYS_openat, AT_FDCWD, name, flags, mode));
	truth(result == -EFAULT ? "" : name, flags, mode, result, "openat");
	if (result >= 0)
		close(result);
}

static void create(const char *name)
{
	openat_(name, O_WRONLY | O_CREAT, 0600);
}

/* Builds a path of `length` bytes: directories of 255 bytes, which are created, then a file. */
static void deep(char *path, size_t length)
{
	size_t at = 0;
	while (length - at > 255) {
		memset(path + at, 'd', 255);
		path[at += 255] = 0;
		must(mkdir(path, 0700) == 0 || errno == EEXIST, "mkdir of %zu bytes", at);
		path[at++] = '/';
	}
	memset(path + at, 'f', length - at);
	path[length] = 0;
}

int main(void)
{
	create("plain");
	create("with space");
	create("quote\"quote");
	create("\"quoted\"");
	create("comma,comma");
	create("\",\"");
	create("new\nline");
	create("carriage\rreturn\r\n");
	create("tab\ttab");
	create("back\\slash\\n");
	create("escape\x1b[31m");
	create("bell\a and delete\x7f");
	create("\xc3\xa9t\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x8e");
	create("separators \xe2\x80\xa8 and \xe2\x80\xa9 and C1 \xc2\x85");
	create("\xff\xfe not UTF-8 \xc3");
	create("surrogate \xed\xb3\xbf overlong \xc0\xaf cut \xe2\x82");
	create("=formula()");
	create("{\"json\": [1, null]}");
	create(" ");
	create("'");

	char name[6000];
	memset(name, 'n', sizeof name);
	name[255] = 0;
	create(name);
	memset(name, '"', 255);
	create(name);
	memset(name, '\xff', 255);
	create(name);
	memset(name, 'n', 256);
	name[256] = 0;
	create(name); /* ENAMETOOLONG: one component has too many bytes */

	deep(name, PATH_MAX - 1);
	create(name);

	openat_("", O_RDONLY, 0);
	openat_(NULL, O_RDONLY, 0);
	openat_((char *)8, O_RDONLY, 0);
	openat_((char *)-4096, O_RDONLY, 0);

	/* A name whose NUL is the last byte that is mapped, and one whose NUL would be the next. */
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(pages != MAP_FAILED && munmap(pages + 4096, 4096) == 0, "mmap");
	create(strcpy(pages + 4096 - sizeof "at the end", "at the end"));
	openat_(memcpy(pages + 4096 - 6, "no end", 6), O_RDONLY, 0);
}
