/* What the launcher needs of x86-64: system calls, its entries, and the instruction sets of Bun. */
#include <cpuid.h>

enum { SYS_write = 1, SYS_close = 3, SYS_mmap = 9, SYS_pread = 17, SYS_sendfile = 40, SYS_exit_group = 231 };
enum { SYS_openat = 257, SYS_prlimit = 302, SYS_memfd_create = 319 };

static inline long system_call(long number, long a, long b, long c, long d, long e, long f)
{
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* Bun's baseline is Nehalem: without these, it dies of SIGILL. */
static void check_processor(void (*fail)(const char *))
{
	unsigned a, b, c, d;
	__cpuid(1, a, b, c, d);
	if (!(c & bit_SSE4_2))
		fail("this processor lacks SSE4.2, which trace needs (x86-64-v2)");
	if (!(c & bit_POPCNT))
		fail("this processor lacks POPCNT, which trace needs (x86-64-v2)");
	if (!(c & bit_SSSE3) || !(c & bit_SSE4_1) || !(c & bit_CMPXCHG16B))
		fail("this processor lacks instructions that trace needs (x86-64-v2)");
}

extern char start_program[];

/* rdx is what the dynamic linker has to run at exit; the kernel passes 0. */
__asm__(".globl _start\n"
	"_start:\n"
	"	xor %ebp, %ebp\n"
	"	sub $16, %rsp\n"
	"	mov %rsp, %rdi\n"
	"	mov %rsp, %rbx\n"
	"	and $-16, %rsp\n"
	"	call launch\n"
	"	mov %rbx, %rsp\n"
	"	xor %edx, %edx\n"
	"	jmp *%rax\n"
	"start_program:\n"
	"	mov %rsp, %rbx\n"
	"	mov %rdx, %r12\n"
	"	and $-16, %rsp\n"
	"	call finish\n"
	"	mov %rbx, %rsp\n"
	"	mov %r12, %rdx\n"
	"	jmp *%rax\n");
