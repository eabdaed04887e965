/*
 * Makes system calls, each in a child of its own: `syscalls ABI CALL…`, where ABI is `native`,
 * `compat` (int 0x80) or `x32`, and a CALL is its number and arguments, separated by commas:
 *
 *     nN      a number                   sTEXT   a string
 *     b       memory full of zeros       x       an address that cannot be read
 *     hF:M    a struct open_how with flags and mode
 *     uTEXT   a struct sockaddr_un       iPORT   a struct sockaddr_in of 127.0.0.1
 *
 * The fd 3 is the directory `dir`, 4 is the file `a`, and 5 is a socket. A child's child exits with
 * 5.
 */
#define _GNU_SOURCE
#include "truth.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

enum { ARGUMENTS = 6, X32_BIT = 0x40000000, SIZE = 1 << 20 };
enum abi { NATIVE, COMPAT, X32 };

/* Memory below 4 GiB, where 32-bit calls find it. */
static char *low;
static size_t used;

static void *room(size_t size)
{
	void *at = low + used;
	used += (size + 15) & ~15;
	must(used <= SIZE, "too many arguments");
	return at;
}

static uint64_t argument(char *text, enum abi abi)
{
	char *rest = text + 1;
	switch (*text) {
	case 'n':
		return strtoll(rest, NULL, 0);
	case 's':
		return (uintptr_t)strcpy(room(strlen(rest) + 1), rest);
	case 'b':
		return (uintptr_t)room(4096);
	case 'x':
		return abi == COMPAT ? 0xfffff000 : 0xdead000000000000;
	case 'h': {
		uint64_t *how = room(24);
		how[0] = strtoull(rest, &rest, 0);
		how[1] = strtoull(rest + 1, NULL, 0);
		return (uintptr_t)how;
	}
	case 'u': {
		struct sockaddr_un *local = room(sizeof *local);
		local->sun_family = AF_UNIX;
		strcpy(local->sun_path, rest);
		return (uintptr_t)local;
	}
	case 'i': {
		struct sockaddr_in *inet = room(sizeof *inet);
		inet->sin_family = AF_INET;
		inet->sin_port = htons(atoi(rest));
		inet->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return (uintptr_t)inet;
	}
	}
	must(0, "what is %s?", text);
	return 0;
}

/* Macros, as nothing may return in a child of vfork(2). */
#ifdef __aarch64__
#define MAP_32BIT 0
#define SYSCALL(number, a)                                                                   \
	({                                                                                   \
		register long x8 __asm__("x8") = (number), x0 __asm__("x0") = (a)[0],        \
				  x1 __asm__("x1") = (a)[1], x2 __asm__("x2") = (a)[2],      \
				  x3 __asm__("x3") = (a)[3], x4 __asm__("x4") = (a)[4],      \
				  x5 __asm__("x5") = (a)[5];                                 \
		__asm__ volatile("svc #0"                                                    \
				 : "+r"(x0)                                                  \
				 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)      \
				 : "memory");                                                \
		x0;                                                                          \
	})
#define INT80(number, a) must(0, "no 32-bit calls")
#else
#define SYSCALL(number, a)                                                                   \
	({                                                                                   \
		long result;                                                                 \
		register long r10 __asm__("r10") = (a)[3], r8 __asm__("r8") = (a)[4],         \
				  r9 __asm__("r9") = (a)[5];                                 \
		__asm__ volatile("syscall"                                                   \
				 : "=a"(result)                                              \
				 : "0"(number), "D"((a)[0]), "S"((a)[1]), "d"((a)[2]), "r"(r10), \
				   "r"(r8), "r"(r9)                                          \
				 : "rcx", "r11", "memory");                                  \
		result;                                                                      \
	})
#define INT80(number, a)                                                                     \
	({                                                                                   \
		long result;                                                                 \
		__asm__ volatile("int $0x80"                                                 \
				 : "=a"(result)                                              \
				 : "0"(number), "b"((a)[0]), "c"((a)[1]), "d"((a)[2]),       \
				   "S"((a)[3]), "D"((a)[4])                                  \
				 : "memory", "r8", "r9", "r10", "r11");                      \
		result;                                                                      \
	})
#endif

static void make_call(char *text, enum abi abi)
{
	long arguments[ARGUMENTS] = { 0 };
	long exit_group[ARGUMENTS] = { 5 };
	long number = strtol(strsep(&text, ","), NULL, 10);
	for (int i = 0; text; i++)
		arguments[i] = argument(strsep(&text, ","), abi);

	pid_t self = getpid();
	if (abi == COMPAT)
		INT80(number, arguments);
	else
		SYSCALL(abi == X32 ? X32_BIT | number : number, arguments);
	if (SYSCALL(SYS_getpid, arguments) != self)
		SYSCALL(SYS_exit_group, exit_group);
	while (wait(NULL) > 0)
		;
	_exit(0);
}

int main(int argc, char **argv)
{
	must(argc > 2, "syscalls ABI CALL...");
	enum abi abi = strcmp(argv[1], "compat") == 0 ? COMPAT :
		       strcmp(argv[1], "x32") == 0    ? X32 : NATIVE;
	low = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	must(low != MAP_FAILED, "mmap below 4 GiB");
	must(mkdir("dir", 0755) == 0 && open("dir", O_RDONLY) == 3, "dir");
	must(open("a", O_RDWR | O_CREAT, 0644) == 4, "a");
	must(socket(AF_UNIX, SOCK_STREAM, 0) == 5, "socket");
	for (int i = 2; i < argc; i++) {
		pid_t child = fork();
		must(child >= 0, "fork");
		if (child == 0)
			make_call(argv[i], abi);
		must(waitpid(child, NULL, 0) == child, "waitpid");
	}
}
