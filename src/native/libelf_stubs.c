/*
 * Replaces members of Debian's libbpf.a and libelf.a that cannot be linked into a shared object
 * (compiled as PIE: TLS at a fixed offset, libc's data relative to the code) and one that requires
 * libzstd. The linker finds these symbols first and skips the archive members. See
 * libelf/elf_error.c and elf_compress.c of elfutils, and str_error.c of libbpf.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* build.sh renames `stderr` in the archives to this. */
__attribute__((visibility("hidden"))) FILE *trace_archive_stderr;

__attribute__((constructor)) static void set_archive_stderr(void)
{
	trace_archive_stderr = stderr;
}

static __thread int elf_error;

void __libelf_seterrno(int error)
{
	elf_error = error;
}

int elf_errno(void)
{
	int error = elf_error;
	elf_error = 0;
	return error;
}

/*
 * libelf's messages are in the replaced member. trace opens no ELF file except the embedded one, so
 * a number to look up in libelfP.h suffices. libbpf always passes -1, the last error.
 */
const char *elf_errmsg(int error)
{
	static __thread char text[32];
	snprintf(text, sizeof text, "libelf error %d", error == -1 ? elf_error : error);
	return text;
}

/* The embedded object has no compressed sections. */
void *__libelf_decompress_elf(void *section, size_t *size, size_t *alignment)
{
	(void)section, (void)size, (void)alignment;
	return NULL;
}

extern int posix_strerror_r(int, char *, size_t) __asm__("__xpg_strerror_r");

char *libbpf_strerror_r(int error, char *text, int size)
{
	if (posix_strerror_r(error < 0 ? -error : error, text, size))
		snprintf(text, size, "unknown error (%d)", error);
	return text;
}

/* Since libbpf 1.6. */
const char *libbpf_errstr(int error)
{
	static __thread char text[128];
	return libbpf_strerror_r(error, text, sizeof text);
}

/*
 * libelf.a requires these since elfutils 0.192, but Debian's archives lack them. They manage the
 * chunks of elf_getdata_rawchunk(3), which neither libbpf nor trace calls.
 */
void eu_search_tree_init(void *tree)
{
	(void)tree;
}
void eu_search_tree_fini(void *tree, void (*free_node)(void *))
{
	(void)tree, (void)free_node;
}
