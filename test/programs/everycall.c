/*
 * Makes every system call by number, with zeros, for strace to name them. A seccomp filter allows
 * only exit_group, so the others have no effect; a tracer sees them before the filter.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LAST 480
/* The kernel sends SIGILL for uretprobe and uprobe unless they come from its own trampoline. */
#define IS_TRAP(nr) (sizeof(long) == 8 && ((nr) == 335 || (nr) == 336))

int main(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	};
	struct sock_fprog program = {sizeof(filter) / sizeof(*filter), filter};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, 2, &program))
		return 1;
	for (long nr = 0; nr <= LAST; nr++)
		if (nr != SYS_exit_group && !IS_TRAP(nr))
			syscall(nr, 0, 0, 0, 0, 0, 0);
	return 0;
}
