/*
 * How a test program prints its own opens: one line each,
 *
 *     name <TAB> flags <TAB> mode <TAB> return <TAB> kind
 *
 * which is the truth that trace's rows are compared with. Bytes of a name other than printable
 * ASCII, and the backslash, are written \xHH. A `?` means that the program cannot know the value.
 */
#ifndef TRUTH_H
#define TRUTH_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ends the program as failed: the workload, not trace, is wrong. */
__attribute__((format(printf, 2, 3), unused)) static void must(int holds, const char *format, ...)
{
	if (holds)
		return;
	va_list arguments;
	va_start(arguments, format);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, format, arguments);
	fprintf(stderr, " (errno %d)\n", errno);
	exit(1);
}

__attribute__((unused)) static void print_name(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = name[i];
		if (byte > 0x1f && byte < 0x7f && byte != '\\')
			putchar(byte);
		else
			printf("\\x%02x", byte);
	}
}

/* `result` is a file descriptor or -errno. */
__attribute__((unused)) static void truth(const char *name, unsigned long long flags,
					  unsigned long long mode, long result, const char *kind)
{
	print_name(name, strlen(name));
	printf("\t%llu\t%llu\t%ld\t%s\n", flags, mode, result, kind);
}

/* Returns the result of syscall() as the kernel returned it. */
__attribute__((unused)) static long kernel_result(long result)
{
	return result < 0 ? -errno : result;
}

#endif
