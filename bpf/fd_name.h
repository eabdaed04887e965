/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Names that stand for an fd, /proc/self/fd/3: besides an empty name with AT_EMPTY_PATH, they are how
 * linkat(2) gives a name to a file that was opened with O_TMPFILE.
 */
#ifndef TRACE_FD_NAME_H
#define TRACE_FD_NAME_H

#include "path.h"

/* Length of the longest name of an fd in /proc: /proc/thread-self/fd/2147483647. */
#define FD_NAME_BYTES 32

static __always_inline int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads a number in the first name and moves behind it. Returns -1 if there is none. */
static __always_inline int read_number(struct record *record, u32 *at)
{
	u64 number = 0;
	u32 i = *at;
	for (int digits = 0; digits < 10; digits++) {
		BOUND(i);
		if (i >= record->event.name_len || i >= DATA_BYTES || !is_digit(record->data[i]))
			break;
		number = number * 10 + record->data[i++] - '0';
	}
	if (i == *at || number > 0x7fffffff)
		return -1;
	*at = i;
	return number;
}

/* Returns whether the data at an offset has a text, and moves behind it. */
#define SKIP(record, at, text) skip_text(record, at, text, sizeof(text) - 1)
static __always_inline int skip_text(struct record *record, u32 *at, const char *text, u32 length)
{
	u32 start = *at;
	BOUND(start);
	if (start > DATA_BYTES)
		return 0;
	for (u32 i = 0; i < length; i++)
		if (record->data[start + i] != text[i])
			return 0;
	*at = start + length;
	return 1;
}

/*
 * Returns the fd that the first name stands for: one of the process in /proc, or /dev/fd/N. Returns
 * -1 for other names.
 */
__attribute__((noinline)) int fd_of_name(u32 slot)
{
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	u32 at = 0;
	if (!record || record->event.name_len > FD_NAME_BYTES)
		return -1;
	if (SKIP(record, &at, "/proc/")) {
		if (!SKIP(record, &at, "self/") && !SKIP(record, &at, "thread-self/") &&
		    (read_number(record, &at) != (int)tgid_in_self_ns() || !SKIP(record, &at, "/")))
			return -1;
		if (!SKIP(record, &at, "fd/"))
			return -1;
	} else if (!SKIP(record, &at, "/dev/fd/")) {
		return -1;
	}
	int fd = read_number(record, &at);
	return at == record->event.name_len ? fd : -1;
}

/* Returns whether a link, by its flags, may be to the file of an fd. */
static __always_inline int follows_fd(struct event *event)
{
	return (config.want & WANT_INODE) && event->flags & (AT_SYMLINK_FOLLOW | AT_EMPTY_PATH);
}

/* Adds the inode of the file that a new link leads to, if its name or its fd stands for one. */
static __always_inline void add_linked_inode(struct event *event, u32 slot)
{
	int fd = event->name_len ? fd_of_name(slot) : event->dfd;
	struct file *file = fd_to_file(fd);
	if (file)
		fill_inode(event, file);
}

#endif
