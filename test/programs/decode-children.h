/*
 * Calls that create children and wait for them, or that a signal precedes. This is a function, as a
 * table cannot tell the child from the parent. The children only exit.
 */
#include <linux/mempolicy.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int child_id, parent_id;

static void ignore(int number)
{
	(void)number;
}

/* Ends the child of a call; the parent waits for it. */
static void end_child(long result)
{
	if (result == 0)
		syscall(SYS_exit_group, 0);
	struct rusage usage;
	if (result > 0)
		syscall(SYS_wait4, -1, 0, 0, &usage);
}

static void clone_old(long flags, int *parent)
{
	end_child(syscall(SYS_clone, flags, 0, parent, &child_id, 0));
}

static void clone_new(uint64_t flags, size_t size)
{
	struct clone_args args = {
		.flags = flags,
		.pidfd = (uintptr_t)&parent_id,
		.child_tid = (uintptr_t)&child_id,
		.parent_tid = (uintptr_t)&parent_id,
		.exit_signal = SIGCHLD,
	};
	end_child(syscall(SYS_clone3, &args, size));
}

static void clones(void)
{
	clone_old(SIGCHLD, 0);
	clone_old(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, 0);
	clone_old(CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, &parent_id);
	clone_old(CLONE_PARENT_SETTID | SIGCHLD, 0);
	clone_old(CLONE_PIDFD | SIGCHLD, &parent_id);
	clone_old(CLONE_PARENT_SETTID | CLONE_THREAD, &parent_id);
	clone_new(0, 64);
	clone_new(CLONE_PARENT_SETTID, 64);
	clone_new(CLONE_PIDFD, 88);
	clone_new(CLONE_PIDFD | CLONE_THREAD, 88);
	siginfo_t info;
	struct rusage usage;
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		syscall(SYS_exit_group, 3);
	syscall(SYS_waitid, P_ALL, 0, &info, WEXITED, &usage);
	syscall(SYS_getrusage, RUSAGE_CHILDREN, &usage);
}

static void policies(void)
{
	unsigned long nodes[4] = {1, 0, 5, 0};
	int policy;
	syscall(SYS_set_mempolicy, MPOL_DEFAULT, nodes, 8);
	syscall(SYS_set_mempolicy, MPOL_DEFAULT, nodes, 65);
	syscall(SYS_set_mempolicy, MPOL_DEFAULT, nodes, 256);
	syscall(SYS_get_mempolicy, &policy, nodes, 256, 0, 0);
	syscall(SYS_get_mempolicy, &policy, 0, 0, 0, 0);
	syscall(SYS_migrate_pages, 0, 129, nodes, nodes);
}

static void signals_sent(void)
{
	struct { void *handler; unsigned long flags; void *restorer; unsigned long mask; } action = {
		ignore, 0xffffffff84000000, 0, 0,
	};
	syscall(SYS_rt_sigaction, SIGUSR1, &action, 0, 8);
	signal(SIGUSR2, ignore);
	raise(SIGUSR2);
	union sigval value = {.sival_int = 5};
	sigqueue(getpid(), SIGUSR2, value);
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2, .sigev_value = value};
	struct itimerspec soon = {.it_value = {.tv_nsec = 1000}};
	uint64_t blocked = 1UL << (SIGUSR2 - 1), none = 0;
	timer_t timer;
	syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &blocked, 0, 8);
	syscall(SYS_timer_settime, timer, 0, &soon, 0);
	syscall(SYS_rt_sigsuspend, &none, 8);
}

static void children(void)
{
	clones();
	policies();
	signals_sent();
	int terminal = open("/dev/ptmx", O_RDWR), number = 0;
	ioctl(terminal, TIOCGPTN, &number);
	ioctl(terminal, TIOCSPTLCK, &number);
	ioctl(terminal, TIOCSCTTY, 1);
	struct stat status;
	chmod("dir", 07711);
	stat("dir", &status);
	fcntl(3, F_GETFL);
	syscall(SYS_getgroups, 0, 0);
}
