/* Collects libbpf's warnings for error messages instead of printing them. */
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

static char *next;
static size_t space;

static int append_warning(enum libbpf_print_level level, const char *format, va_list arguments)
{
	if (level != LIBBPF_WARN || space < 2)
		return 0;
	int length = vsnprintf(next, space, format, arguments);
	if (length > 0) {
		size_t written = (size_t)length < space ? (size_t)length : space - 1;
		next += written;
		space -= written;
	}
	return length;
}

/* Appends warnings to the caller's buffer, truncated to its size and always NUL-terminated. */
void trace_set_log_buffer(char *buffer, size_t size)
{
	next = buffer;
	space = size;
	libbpf_set_print(append_warning);
}
