/*
 * Stands in for the objects of Debian's libbpf.a and libelf.a that cannot be linked into a shared
 * object (they were compiled for executables: TLS at a fixed offset, libc's data by a fixed
 * distance) and for one that would pull in libzstd. The linker takes a symbol from here first, and
 * then never looks at the archive's member. Follows elfutils' libelf/elf_error.c and elf_compress.c
 * and libbpf's str_error.c.
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
 * libelf's own texts are in the member replaced. The only ELF file that trace opens is the one it
 * was built with, so a number that can be looked up in libelfP.h will do. libbpf always passes -1,
 * the last error.
 */
const char *elf_errmsg(int error)
{
	static __thread char text[32];
	snprintf(text, sizeof text, "libelf error %d", error == -1 ? elf_error : error);
	return text;
}

/* No section of the embedded object is compressed. */
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
 * Since elfutils 0.192 libelf.a asks for these two, which Debian ships in no archive. They prepare a
 * tree of chunks that elf_getdata_rawchunk(3) fills, which neither libbpf nor trace calls.
 */
void eu_search_tree_init(void *tree)
{
	(void)tree;
}
void eu_search_tree_fini(void *tree, void (*free_node)(void *))
{
	(void)tree, (void)free_node;
}
