/*
 * Opens by `int $0x80` in a 64-bit program: the kernel uses the 32-bit table and only the low
 * halves of the registers. Prints the truth (truth.h) about each.
 *
 * arch/x86/entry/syscalls/syscall_32.tbl
 */
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>

enum { OPEN_32 = 5, CREAT_32 = 8, OPENAT_32 = 295, OPENAT2_32 = 437 };

static long call(int number, long a, long b, long c, long d)
{
	long result;
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(number), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
}

/* Memory below 4 GiB. */
static char *low;

static long name_of(const char *name)
{
	return (long)strcpy(low, name);
}

int main(void)
{
	low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	must(low != MAP_FAILED, "mmap below 4 GiB");
	uint64_t *how = memcpy(low + 1024, (uint64_t[]){ O_RDWR, 0, 0 }, 24);

	const char *name = "/dev/null";
	truth(name, O_RDWR, 0, call(OPEN_32, name_of(name), O_RDWR, 0, 0), "open");
	name = "made80";
	truth(name, O_WRONLY | O_CREAT, 0640,
	      call(OPENAT_32, AT_FDCWD, name_of(name), O_WRONLY | O_CREAT, 0640), "openat");
	truth(name, O_RDWR, 0, call(OPENAT2_32, AT_FDCWD, name_of(name), (long)how, 24), "openat2");
	name = "created80";
	truth(name, O_WRONLY | O_CREAT | O_TRUNC, 0600, call(CREAT_32, name_of(name), 0600, 0, 0),
	      "creat");
	name = "absent";
	truth(name, O_RDONLY, 0, call(OPEN_32, name_of(name), O_RDONLY, 0, 0), "open");
}
