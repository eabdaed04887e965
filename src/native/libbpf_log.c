/* What libbpf has to say, kept for the error message instead of printed. */
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

static char *text;
static size_t room;

static int keep(enum libbpf_print_level level, const char *format, va_list arguments)
{
	if (level != LIBBPF_WARN || room < 2)
		return 0;
	int length = vsnprintf(text, room, format, arguments);
	if (length > 0) {
		size_t kept = (size_t)length < room ? (size_t)length : room - 1;
		text += kept;
		room -= kept;
	}
	return length;
}

/* Appends warnings to a buffer of the caller's, always ended by NUL; what no longer fits is cut. */
void trace_log_to(char *buffer, size_t size)
{
	text = buffer;
	room = size;
	libbpf_set_print(keep);
}
