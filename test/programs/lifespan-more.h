/* Further ways in which the processes of lifespan.c begin, stop and end. */

static void say_info(const char *what, const siginfo_t *info, pid_t pid)
{
	say("%s %s code %d status %d", what, info->si_pid == pid ? "child" : "another", info->si_code,
	    info->si_status);
}

/* A failed exec leaves the child of a vfork with its parent's memory. */
static void vfork_fails(void)
{
	static volatile int written;
	int status = below(100);
	written = 0;
	pid_t pid = vfork();
	if (!pid) {
		execl("/absent", "absent", (char *)0);
		written = errno;
		_exit(status);
	}
	await("vfork", pid, 0);
	say("vfork errno %d", written);
}

static void clone_vfork(void)
{
	static const unsigned long flags[] = { 0, CLONE_UNTRACED, CLONE_PTRACE, CLONE_FILES };
	struct clone_args args = { .flags = CLONE_VFORK | flags[below(4)], .exit_signal = SIGCHLD };
	int status = below(100);
	pid_t pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid) {
		touch();
		_exit(status);
	}
	await("clone vfork", pid, 0);
}

static void spawned(void)
{
	uint64_t seed = child_seed();
	char text[3][280];
	char *argv[] = { "lifespan", text[0], text[1], text[2], 0 };
	pid_t pid = 0;
	snprintf(text[0], 32, "%llu", (unsigned long long)seed);
	snprintf(text[1], 32, "%d", depth + 1);
	snprintf(text[2], 280, "%s.%d", name, children);
	int error = posix_spawn(&pid, below(4) ? self : "/absent", 0, 0, argv, environ);
	if (error)
		say("spawn errno %d", error);
	else
		await("spawn", pid, 0);
}

/* A child that its grandparent waits for. */
static void clone_parent(void)
{
	int status = below(100), go[2];
	pid_t sibling;
	if (pipe(go))
		return;
	pid_t pid = fork();
	if (!pid) {
		struct clone_args args = { .flags = CLONE_PARENT };
		sibling = syscall(SYS_clone3, &args, sizeof(args));
		if (!sibling)
			_exit(status);
		_exit(write(go[1], &sibling, sizeof(sibling)) != sizeof(sibling));
	}
	await("child", pid, 0);
	if (read(go[0], &sibling, sizeof(sibling)) == sizeof(sibling))
		await("sibling", sibling, 0);
	close(go[0]);
	close(go[1]);
}

/* A child whose end is reported by another signal, or by none. */
static void exit_signal(void)
{
	static const int signals[] = { 0, SIGUSR2, SIGALRM };
	struct clone_args args = { .exit_signal = signals[below(3)] };
	siginfo_t info = { 0 };
	handle(0);
	pid_t pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		_exit(6);
	if (waitid(P_PID, pid, &info, WEXITED | WNOWAIT) < 0)
		say("not waited for: errno %d", errno);
	while (waitid(P_PID, pid, &info, WEXITED | __WALL) < 0 && errno == EINTR)
		;
	say_info("exit signal", &info, pid);
}

static void reaped_by_kernel(void)
{
	signal(SIGCHLD, SIG_IGN);
	pid_t pid = fork();
	if (!pid)
		_exit(1);
	await("reaped", pid, 0);
	signal(SIGCHLD, SIG_DFL);
}

static void subreaper(void)
{
	int status = below(100), go[2];
	pid_t orphan;
	if (pipe(go))
		return;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t pid = fork();
	if (!pid) {
		orphan = fork();
		if (!orphan) {
			pause_ms(3);
			_exit(status);
		}
		_exit(write(go[1], &orphan, sizeof(orphan)) != sizeof(orphan));
	}
	await("child", pid, 0);
	if (read(go[0], &orphan, sizeof(orphan)) == sizeof(orphan))
		await("orphan", orphan, 0);
	close(go[0]);
	close(go[1]);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static void dies_with_parent(void)
{
	int signal = below(2) ? SIGTERM : SIGKILL, go[2];
	char byte;
	if (pipe(go))
		return;
	pid_t pid = fork();
	if (!pid) {
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, signal);
			if (write(go[1], "!", 1) == 1)
				for (;;)
					pause();
		}
		_exit(read(go[0], &byte, 1) != 1);
	}
	close(go[1]);
	await("parent", pid, 0);
	/* The pipe ends with its last writer. */
	say("the child %s", read(go[0], &byte, 1) == 0 ? "died too" : "lives");
	close(go[0]);
}

/* Stops a whole process group as a shell does. */
static void group_stops(void)
{
	int ready[2], signal = below(2) ? SIGSTOP : SIGTSTP;
	char byte;
	siginfo_t info = { 0 };
	if (pipe(ready))
		return;
	pid_t pid = fork();
	if (!pid) {
		setpgid(0, 0);
		int isParent = fork() > 0;
		if (!isParent)
			start(sleep_on, 0);
		if (write(ready[1], "!", 1) != 1)
			_exit(97);
		for (;;)
			pause_ms(5);
	}
	for (int i = 0; i < 2; i++)
		if (read(ready[0], &byte, 1) != 1)
			break;
	close(ready[0]);
	close(ready[1]);
	/* SIGTSTP does nothing by default in an orphaned group; this one has its parent in the session. */
	kill(-pid, signal);
	waitid(P_PID, pid, &info, WSTOPPED);
	say_info("group", &info, pid);
	kill(-pid, SIGCONT);
	waitid(P_PID, pid, &info, WCONTINUED);
	say_info("group", &info, pid);
	kill(-pid, SIGKILL);
	waitid(P_PID, pid, &info, WEXITED);
	say_info("group", &info, pid);
}

/* A stop, then death, without SIGCONT. */
static void dies_while_stopped(void)
{
	pid_t pid = fork();
	if (!pid) {
		if (below(2))
			start(sleep_on, 0);
		raise(SIGSTOP);
		_exit(1);
	}
	await("stopped", pid, WUNTRACED);
	kill(pid, SIGTERM);
	pause_ms(3);
	kill(pid, SIGKILL);
	await("stopped", pid, 0);
}

static void queued(void)
{
	sigset_t set, old;
	siginfo_t info;
	int count = 1 + below(5), sum = 0, codes = 0;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 1);
	sigprocmask(SIG_BLOCK, &set, &old);
	for (int i = 0; i < count; i++)
		sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ .sival_int = i + 1 });
	for (int i = 0; i < count; i++)
		if (sigwaitinfo(&set, &info) > 0 && info.si_pid == getpid())
			sum = sum * 7 + info.si_value.sival_int, codes += info.si_code;
	sigprocmask(SIG_SETMASK, &old, 0);
	say("queued %d sum %d codes %d", count, sum, codes);
}

static volatile siginfo_t last_info;
static void keep_info(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)context;
	last_info = *info;
	caught++;
}

static void informed(void)
{
	struct sigaction action = { .sa_sigaction = keep_info, .sa_flags = SA_SIGINFO };
	int value = below(1000);
	sigaction(SIGRTMIN + 2, &action, 0);
	caught = 0;
	sigqueue(getpid(), SIGRTMIN + 2, (union sigval){ .sival_int = value });
	say("informed %d code %d value %d self %d", (int)caught, last_info.si_code,
	    last_info.si_value.sival_int, last_info.si_pid == getpid());
}

static void *await_signal(void *to)
{
	int signal = 0;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigwait(&set, &signal);
	*(int *)to = signal;
	return 0;
}

static void to_thread(void)
{
	pthread_t thread;
	sigset_t set, old;
	int got = 0;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	pthread_create(&thread, 0, await_signal, &got);
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, 0);
	pthread_sigmask(SIG_SETMASK, &old, 0);
	say("to a thread %d", got);
}

/* A blocked signal stays pending through an exec. */
static void pending_at_exec(void)
{
	pid_t pid = fork();
	if (!pid) {
		sigset_t set;
		sigemptyset(&set);
		sigaddset(&set, SIGUSR1);
		sigprocmask(SIG_BLOCK, &set, 0);
		raise(SIGUSR1);
		execl(self, "lifespan", "pending", (char *)0);
		_exit(95);
	}
	await("pending", pid, 0);
}

/* The pending child: dies by the signal once it is not blocked. */
static void unblock(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, 0);
	_exit(94);
}

static void by_pidfd(void)
{
	siginfo_t info = { 0 };
	pid_t pid = fork();
	if (!pid)
		for (;;)
			pause();
	int fd = syscall(SYS_pidfd_open, pid, 0);
	syscall(SYS_pidfd_send_signal, fd, SIGTERM, 0, 0);
	waitid(P_PIDFD, fd, &info, WEXITED);
	say_info("pidfd", &info, pid);
	close(fd);
}

static void strict(void)
{
	int how = below(2);
	pid_t pid = fork();
	if (!pid) {
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
		if (how)
			syscall(SYS_getppid);
		syscall(SYS_exit, 11);
	}
	await("strict", pid, 0);
}
