/*
 * Replacements for the libc functions that Debian's static libraries would take from a glibc newer
 * than 2.17, the version that Bun requires. They bind inside native.so only; build.sh fails if one
 * is missing. Written from the man pages of the functions.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The functions are not declared in a header, because libc's headers rename some of them to the
 * names defined here.
 */
#define HIDDEN __attribute__((visibility("hidden")))

/*
 * GLIBC_2.33. Earlier versions have inline wrappers of __xstat. On 64-bit machines the kernel's
 * struct stat is libc's.
 */
HIDDEN int stat(const char *restrict path, struct stat *restrict st)
{
	return syscall(SYS_newfstatat, AT_FDCWD, path, st, 0);
}

HIDDEN int lstat(const char *restrict path, struct stat *restrict st)
{
	return syscall(SYS_newfstatat, AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}

HIDDEN int fstat(int fd, struct stat *st)
{
	return syscall(SYS_fstat, fd, st);
}

HIDDEN int fstatat(int dirfd, const char *restrict path, struct stat *restrict st, int flags)
{
	return syscall(SYS_newfstatat, dirfd, path, st, flags);
}

/* GLIBC_2.28. The argument is a long or a pointer, both passed alike. */
HIDDEN int fcntl64(int fd, int command, ...)
{
	va_list args;
	va_start(args, command);
	void *argument = va_arg(args, void *);
	va_end(args);
	return syscall(SYS_fcntl, fd, command, argument);
}

/* GLIBC_2.22 changed it. libbpf calls it only for a kconfig string, which trace does not use. */
HIDDEN FILE *fmemopen(void *buffer, size_t size, const char *mode)
{
	(void)buffer, (void)size, (void)mode;
	errno = ENOSYS;
	return NULL;
}

/*
 * GLIBC_2.38. The headers redirect to these names, which also accept "0b101". libbpf's numbers are
 * decimal or hexadecimal, so the old functions suffice.
 */
#define OLD(type, name) extern type old_##name(const char *, char **, int) __asm__(#name);
#define ISOC23(type, name)                                                                    \
	OLD(type, name)                                                                       \
	HIDDEN type __isoc23_##name(const char *restrict text, char **restrict end, int base) \
	{                                                                                     \
		return old_##name(text, end, base);                                           \
	}
ISOC23(long, strtol)
ISOC23(unsigned long, strtoul)
ISOC23(long long, strtoll)
ISOC23(unsigned long long, strtoull)

extern int old_vsscanf(const char *, const char *, va_list) __asm__("__isoc99_vsscanf");
extern int old_vfscanf(FILE *, const char *, va_list) __asm__("__isoc99_vfscanf");

HIDDEN int __isoc23_sscanf(const char *restrict text, const char *restrict format, ...)
{
	va_list args;
	va_start(args, format);
	int matched = old_vsscanf(text, format, args);
	va_end(args);
	return matched;
}

HIDDEN int __isoc23_fscanf(FILE *restrict from, const char *restrict format, ...)
{
	va_list args;
	va_start(args, format);
	int matched = old_vfscanf(from, format, args);
	va_end(args);
	return matched;
}
