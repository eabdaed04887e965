/*
 * Starts the traced command: clone3(2) directly into its cgroup, and the steps between clone and
 * exec that JavaScript cannot do. The child shares our memory until it executes (CLONE_VM,
 * CLONE_VFORK), so it may only call async-signal-safe functions and must not return.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The child's progress: trace_spawn_request.stage. */
enum stage {
	STAGE_CLONE,
	STAGE_TRACING,
	STAGE_LIMITS,
	STAGE_FDS,
	STAGE_GROUPS,
	STAGE_GID,
	STAGE_UID,
	STAGE_EXEC,
};

#define SPAWN_SET_USER	     1
#define SPAWN_IGNORE_SIGPIPE 2
#define SPAWN_IGNORE_SIGXFSZ 4
#define SPAWN_ORPHAN	     8
#define SPAWN_OWN_GROUP	     16
#define SPAWN_OWN_SESSION    32

/* Mirrored by src/process/child.ts. */
struct trace_spawn_request {
	const char *file; /* path to execute; argv[0] may differ */
	char **argv;
	char **envp;
	const uint32_t *groups;
	const int32_t *inherit; /* fds to keep open across exec */
	uint64_t nofile_soft; /* RLIMIT_NOFILE */
	uint64_t nofile_hard;
	uint64_t memlock_soft;
	uint64_t memlock_hard;
	int32_t cgroup_fd; /* -1: the caller's */
	uint32_t uid;
	uint32_t gid;
	int32_t group_count;
	int32_t inherit_count;
	uint32_t flags;
	/* out */
	volatile int32_t pidfd;
	volatile int32_t stage;
	volatile int32_t error;
	/* in: for a command traced by ptrace(2) */
	int32_t child_end; /* the child waits for a byte from this socket; -1: none */
	const struct sock_fprog *filter; /* for any command: seccomp(2) filter; NULL: none */
	int32_t tracer_end; /* the other end, which only the tracer may keep open */
	int32_t padding;
};
_Static_assert(sizeof(struct trace_spawn_request) == 128, "struct trace_spawn_request");

/*
 * Restores the signal dispositions that trace was started with: Bun catches some signals and
 * ignores two. Caught ones are reset here, not by exec, because our handlers must not run in the
 * child.
 */
static void reset_signals(uint32_t flags)
{
	struct sigaction default_action = { .sa_handler = SIG_DFL };
	struct sigaction ignore_action = { .sa_handler = SIG_IGN };
	struct sigaction action;

	for (int signal = 1; signal < NSIG; signal++) {
		if (sigaction(signal, 0, &action))
			continue;
		if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN)
			sigaction(signal, &default_action, 0);
	}
	sigaction(SIGPIPE, flags & SPAWN_IGNORE_SIGPIPE ? &ignore_action : &default_action, 0);
	sigaction(SIGXFSZ, flags & SPAWN_IGNORE_SIGXFSZ ? &ignore_action : &default_action, 0);
}

static int restore_limits(const struct trace_spawn_request *request)
{
	struct rlimit files = { request->nofile_soft, request->nofile_hard };
	struct rlimit memlock = { request->memlock_soft, request->memlock_hard };
	return setrlimit(RLIMIT_NOFILE, &files) || setrlimit(RLIMIT_MEMLOCK, &memlock);
}

static int inherit_fds(const struct trace_spawn_request *request)
{
	for (int i = 0; i < request->inherit_count; i++)
		if (fcntl(request->inherit[i], F_SETFD, 0) && errno != EBADF)
			return -1;
	return 0;
}

/* Waits for the tracer. The end of the tracer ends the wait. */
static int wait_for_tracer(struct trace_spawn_request *request)
{
	char byte;
	close(request->tracer_end);
	request->tracer_end = -1;
	return read(request->child_end, &byte, 1) != 1;
}

/* Sets the filter, which may send events to the tracer, so that must be attached. */
static int set_filter(const struct sock_fprog *filter)
{
	if (!filter || !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter))
		return 0;
	/* Without CAP_SYS_ADMIN a filter requires no_new_privs. */
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter);
}

/* Continues in a child, whose parent ends: init or a subreaper adopts it. */
static int leave_parent(uint32_t flags)
{
	long pid = syscall(SYS_clone, (long)SIGCHLD, 0L, 0L, 0L, 0L);
	if (pid < 0)
		return -1;
	if (pid > 0)
		syscall(SYS_exit_group, 0);
	if (flags & SPAWN_OWN_SESSION)
		return setsid() < 0;
	return flags & SPAWN_OWN_GROUP ? setpgid(0, 0) : 0;
}

/* The status of a process that cannot execute the command, as in shells; 125: trace has failed. */
static int failure_status(const struct trace_spawn_request *request)
{
	if (request->stage != STAGE_EXEC)
		return 125;
	return request->error == ENOENT ? 127 : 126;
}

static void __attribute__((noreturn)) run_child(struct trace_spawn_request *request,
						const sigset_t *old_mask)
{
	reset_signals(request->flags);
	if (request->flags & SPAWN_ORPHAN && leave_parent(request->flags))
		goto fail;
	request->stage = STAGE_TRACING;
	if (request->tracer_end >= 0 && wait_for_tracer(request))
		goto fail;
	if (set_filter(request->filter))
		goto fail;
	request->stage = STAGE_LIMITS;
	if (restore_limits(request))
		goto fail;
	request->stage = STAGE_FDS;
	if (inherit_fds(request))
		goto fail;
	if (request->flags & SPAWN_SET_USER) {
		/* Raw system calls: the C library's functions would affect all of our threads. */
		request->stage = STAGE_GROUPS;
		if (syscall(SYS_setgroups, (long)request->group_count, request->groups))
			goto fail;
		request->stage = STAGE_GID;
		if (syscall(SYS_setresgid, request->gid, request->gid, request->gid))
			goto fail;
		request->stage = STAGE_UID;
		if (syscall(SYS_setresuid, request->uid, request->uid, request->uid))
			goto fail;
	}
	request->stage = STAGE_EXEC;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, old_mask, 0, 8);
	execve(request->file, request->argv, request->envp);
fail:
	request->error = errno;
	if (request->child_end >= 0) { /* our memory is a copy */
		int32_t failure[2] = { request->stage, request->error };
		if (write(request->child_end, failure, sizeof(failure)) < 0) {
			/* the tracer has gone */
		}
	}
	syscall(SYS_exit_group, failure_status(request));
	__builtin_unreachable();
}

/* Inlined into the caller's frame, because the child returns on the same stack. */
static inline __attribute__((always_inline)) long clone3(struct clone_args *args)
{
	long result;
#if defined(__x86_64__)
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(SYS_clone3), "D"(args), "S"(sizeof(*args))
			 : "rcx", "r11", "memory");
#elif defined(__aarch64__)
	register long number __asm__("x8") = SYS_clone3;
	register long first __asm__("x0") = (long)args;
	register long second __asm__("x1") = sizeof(*args);
	__asm__ volatile("svc 0" : "+r"(first) : "r"(number), "r"(second) : "memory");
	result = first;
#else
#error "clone3 is implemented for x86-64 and arm64 only"
#endif
	return result;
}

/*
 * Returns the child's pid, or -errno if clone failed. If the child could not execute the command,
 * error is set and stage is the step that failed; the exited child must still be waited for.
 */
__attribute__((noinline)) int trace_spawn(struct trace_spawn_request *request)
{
	sigset_t all, old_mask;
	int pidfd = -1;
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD,
		.pidfd = (uint64_t)(uintptr_t)&pidfd,
		.exit_signal = SIGCHLD,
	};
	if (request->child_end >= 0) /* the child waits for us, so it cannot share our stack */
		args.flags = CLONE_PIDFD;
	if (request->cgroup_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = request->cgroup_fd;
	}
	request->error = 0;
	request->stage = STAGE_CLONE;
	sigfillset(&all);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &old_mask, 8);
	long pid = clone3(&args);
	if (pid == 0)
		run_child(request, &old_mask);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &old_mask, 0, 8);
	request->pidfd = pidfd;
	return pid;
}

/*
 * Executes the command in this process, once a process that is not its parent traces it. Does not
 * return: a failure is reported to the tracer, and this process ends.
 */
void trace_become(struct trace_spawn_request *request)
{
	sigset_t all, old_mask;

	sigfillset(&all);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &old_mask, 8);
	/* Yama lets only ancestors trace; without Yama the call fails, which does not matter. */
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	request->stage = STAGE_TRACING;
	if (write(request->child_end, "", 1) != 1 || wait_for_tracer(request))
		syscall(SYS_exit_group, 125);
	prctl(PR_SET_PTRACER, 0, 0, 0, 0);
	run_child(request, &old_mask);
}
