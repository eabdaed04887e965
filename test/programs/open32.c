/*
 * Opens as a 32-bit program: open, openat, openat2 and creat by `int $0x80`, without a libc, so
 * that no 32-bit headers are needed. Prints the truth (truth.h) about each.
 *
 * arch/x86/entry/syscalls/syscall_32.tbl
 */
// cc: -m32 -nostdlib -ffreestanding -fno-stack-protector -fno-pic -no-pie
#include <stddef.h>

enum { EXIT = 1, WRITE = 4, OPEN = 5, CREAT = 8, OPENAT = 295, OPENAT2 = 437 };
enum { O_WRONLY = 01, O_RDWR = 02, O_CREAT = 0100, O_LARGEFILE = 0100000, O_CLOEXEC = 02000000 };
enum { AT_FDCWD = -100 };

static long call(long number, long a, long b, long c, long d)
{
	long result;
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(number), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory");
	return result;
}

static char line[256];
static size_t used;

static void put(const char *text)
{
	while (*text)
		line[used++] = *text++;
}

static void put_number(long number)
{
	char digits[16];
	int count = 0;
	unsigned long rest = number < 0 ? -number : number;
	if (number < 0)
		put("-");
	do
		digits[count++] = '0' + rest % 10;
	while (rest /= 10);
	while (count > 0)
		line[used++] = digits[--count];
	line[used] = 0;
}

static void truth(const char *name, long flags, long mode, long result, const char *kind)
{
	used = 0;
	put(name);
	put("\t");
	put_number(flags);
	put("\t");
	put_number(mode);
	put("\t");
	put_number(result);
	put("\t");
	put(kind);
	put("\n");
	call(WRITE, 1, (long)line, used, 0);
}

static void open_(const char *name, long flags, long mode)
{
	truth(name, flags, mode, call(OPEN, (long)name, flags, mode, 0), "open");
}

static void openat(const char *name, long flags, long mode)
{
	truth(name, flags, mode, call(OPENAT, AT_FDCWD, (long)name, flags, mode), "openat");
}

static void openat2(const char *name, long flags, long mode)
{
	unsigned long long how[3] = { flags, mode, 0 };
	long result = call(OPENAT2, AT_FDCWD, (long)name, (long)how, sizeof how);
	truth(name, flags, mode, result, "openat2");
}

static void creat(const char *name, long mode)
{
	/* creat(2) is an open with these flags. */
	truth(name, 01101, mode, call(CREAT, (long)name, mode, 0, 0), "creat");
}

void _start(void)
{
	open_("/dev/null", O_RDWR, 0);
	open_("made32", O_WRONLY | O_CREAT, 0640);
	open_("absent", O_LARGEFILE, 0);
	openat("made32", O_CLOEXEC, 0);
	openat("absent", O_RDWR, 0);
	openat2("made32", O_RDWR, 0);
	openat2("made32too", O_WRONLY | O_CREAT, 0600);
	creat("created32", 0644);
	creat("/absent/created32", 0600);
	call(EXIT, 0, 0, 0, 0);
	__builtin_unreachable();
}
