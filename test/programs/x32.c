/*
 * Opens by the x32 numbers (0x40000000 + n) in a 64-bit program, which needs no x32 libc. Prints
 * the truth (truth.h) about each: -ENOSYS on a kernel without CONFIG_X86_X32_ABI.
 *
 * arch/x86/entry/syscalls/syscall_64.tbl
 */
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>

#define X32(number) (0x40000000L | (number))

int main(void)
{
	uint64_t how[3] = { O_RDWR, 0, 0 };
	truth("/dev/null", O_RDWR, 0,
	      kernel_result(syscall(X32(SYS_open), "/dev/null", O_RDWR, 0)), "open");
	truth("madex32", O_WRONLY | O_CREAT, 0640,
	      kernel_result(syscall(X32(SYS_openat), AT_FDCWD, "madex32", O_WRONLY | O_CREAT, 0640)),
	      "openat");
	truth("/dev/zero", O_RDWR, 0,
	      kernel_result(syscall(X32(SYS_openat2), AT_FDCWD, "/dev/zero", how, sizeof how)),
	      "openat2");
	truth("createdx32", O_WRONLY | O_CREAT | O_TRUNC, 0600,
	      kernel_result(syscall(X32(SYS_creat), "createdx32", 0600)), "creat");
}
