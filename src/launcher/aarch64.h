/* What the launcher needs of arm64: system calls and its entries. Bun runs on all arm64 processors. */

enum { SYS_openat = 56, SYS_close = 57, SYS_write = 64, SYS_pread = 67, SYS_sendfile = 71, SYS_exit_group = 94 };
enum { SYS_mmap = 222, SYS_prlimit = 261, SYS_memfd_create = 279 };

static inline long system_call(long number, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;
	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}

static void check_processor(void (*fail)(const char *))
{
	(void)fail;
}

extern char start_program[];

/* x0 is what the dynamic linker has to run at exit; the kernel passes 0. */
__asm__(".globl _start\n"
	"_start:\n"
	"	mov x29, #0\n"
	"	sub sp, sp, #16\n"
	"	mov x0, sp\n"
	"	bl launch\n"
	"	mov x16, x0\n"
	"	mov x0, #0\n"
	"	br x16\n"
	"start_program:\n"
	"	mov x19, x0\n"
	"	bl finish\n"
	"	mov x16, x0\n"
	"	mov x0, x19\n"
	"	br x16\n");
