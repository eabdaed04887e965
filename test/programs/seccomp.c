/*
 * Opens a file under a seccomp filter that stops openat(2): `seccomp trap` handles the signal,
 * `seccomp kill` dies of it. Prints what the handler saw. `seccomp deny COMMAND` runs a command under a
 * filter that fails openat(2) of flags with O_EXCL; `seccomp open` makes such a call. `seccomp noinfo
 * COMMAND` refuses PTRACE_GET_SYSCALL_INFO. seccomp(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile sig_atomic_t handled;

static void on_sigsys(int signal)
{
	(void)signal;
	handled++;
}

#define DENIED_FLAGS (O_WRONLY | O_CREAT | O_EXCL)

/* Runs a command under a filter that fails a call if one of its arguments has a value. */
static int deny(char **command, int call, int argument, unsigned int value, int error)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args) + argument * sizeof(__u64)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 1;
	execvp(command[0], command);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "deny"))
		return deny(argv + 2, SYS_openat, 2, DENIED_FLAGS, EDQUOT);
	if (argc > 2 && !strcmp(argv[1], "noinfo"))
		return deny(argv + 2, SYS_ptrace, 0, PTRACE_GET_SYSCALL_INFO, EIO);
	if (argc > 1 && !strcmp(argv[1], "open"))
		return syscall(SYS_openat, AT_FDCWD, "stopped", DENIED_FLAGS, 0600) >= 0;
	int kill = argc > 1 && !strcmp(argv[1], "kill");
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, kill ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };

	signal(SIGSYS, on_sigsys);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 1;
	syscall(SYS_openat, AT_FDCWD, "stopped", O_WRONLY | O_CREAT, 0600);
	printf("handled %d\n", handled);
	return 0;
}
