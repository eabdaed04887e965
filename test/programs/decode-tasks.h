/* More tables of test/programs/decode.c: sockets, processes, signals, time, memory, the rest. */
static struct sockaddr_in inet = {AF_INET, 0x0900, {0x0100007f}};
static struct sockaddr_in6 inet6 = {AF_INET6, 0x0900, 7, {{{[15] = 1}}}, 3};
static struct sockaddr_un local = {AF_UNIX, "socket"}, abstract = {AF_UNIX, "\0abstract"};
static struct sockaddr_nl netlink = {.nl_family = AF_NETLINK, .nl_groups = 3};
static unsigned room = 4, wide = 12, short_room = 2;
static char odd_address[] = {99, 0, 1, 2, 3, 4, 5, 6};
static struct linger linger = {1, 5};
static struct timeval second = {1, 0};
static struct {struct cmsghdr header; int fds[2];} rights = {{CMSG_LEN(8), SOL_SOCKET, SCM_RIGHTS}, {4, 3}};
static struct msghdr plain = {.msg_iov = written, .msg_iovlen = 3};
static struct msghdr with_fds = {0, 0, written, 1, &rights, sizeof rights, 0};
static struct msghdr named = {&inet, sizeof inet, written, 1};
static char control[128];
static struct msghdr taken = {0, 0, readv_to, 2, control, sizeof control, 0};
static struct mmsghdr several[2] = {{{.msg_iov = written, .msg_iovlen = 1}}, {{.msg_iov = written, .msg_iovlen = 2}}};

static row sockets_rows[] = {
	{SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0}, /* 9 */
	{SYS_socket, AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, IPPROTO_UDP}, /* 10 */
	{SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE}, /* 11 */
	{SYS_socket, AF_UNIX, SOCK_DGRAM, 0}, /* 12 */
	{SYS_socket, AF_INET, SOCK_DGRAM, IPPROTO_IP}, /* 13 */
	{SYS_socket, 99, 15, 3},
	{SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, P(buffer)}, /* 14, 15 */
	{SYS_socketpair, AF_INET, SOCK_STREAM, 0, P(buffer)},
	{SYS_bind, 12, P(&abstract), 11},
	{SYS_bind, 12, P(&local), sizeof local},
	{SYS_bind, 11, P(&netlink), sizeof netlink},
	{SYS_bind, 9, BAD, 16},
	{SYS_connect, 9, P(&inet), sizeof inet},
	{SYS_connect, 10, P(&inet6), sizeof inet6},
	{SYS_connect, 12, P(&local), 9},
	{SYS_connect, 12, P(odd_address), 8},
	{SYS_connect, 99, P(&inet), 4},
	{SYS_listen, 9, 5},
	{SYS_accept4, 13, P(0), P(0), SOCK_CLOEXEC},
	{SYS_accept, 99, P(buffer), P(&size)},
	{SYS_getsockname, 9, P(buffer), P(&size)},
	{SYS_getsockname, 5, P(buffer), P(&four)},
	{SYS_getpeername, 10, P(buffer), P(&size)},
	{SYS_getpeername, 13, P(buffer), P(&size)},
	{SYS_sendto, 13, P("a datagram"), 10, MSG_DONTWAIT | MSG_NOSIGNAL, P(&inet), sizeof inet},
	{SYS_sendto, 5, P("stream"), 6, 0, P(0), 0},
	{SYS_recvfrom, 6, P(buffer), 3, MSG_PEEK, P(0), P(0)},
	{SYS_recvfrom, 6, P(buffer), 100, 0, P(other), P(&size)},
	{SYS_recvfrom, 6, P(buffer), 100, MSG_DONTWAIT, P(0), P(0)},
	{SYS_sendmsg, 5, P(&plain), MSG_NOSIGNAL},
	{SYS_sendmsg, 5, P(&with_fds), 0},
	{SYS_sendmsg, 13, P(&named), 0},
	{SYS_sendmsg, 99, BAD, 0},
	{SYS_recvmsg, 6, P(&taken), 0},
	{SYS_recvmsg, 6, P(&taken), MSG_DONTWAIT | MSG_CMSG_CLOEXEC},
	{SYS_recvmsg, 6, P(&taken), MSG_DONTWAIT},
	{SYS_sendmmsg, 5, P(several), 2, 0},
	{SYS_setsockopt, 9, SOL_SOCKET, SO_REUSEADDR, P(&one), 4},
	{SYS_setsockopt, 9, SOL_SOCKET, SO_LINGER, P(&linger), sizeof linger},
	{SYS_setsockopt, 9, SOL_SOCKET, SO_RCVTIMEO, P(&second), sizeof second},
	{SYS_setsockopt, 9, SOL_TCP, TCP_NODELAY, P(&one), 4},
	{SYS_setsockopt, 9, SOL_IP, IP_TTL, P(&four), 4},
	{SYS_setsockopt, 10, SOL_IPV6, IPV6_V6ONLY, P(&one), 4},
	{SYS_setsockopt, 9, 77, 88, P("abcd"), 4},
	{SYS_getsockopt, 9, SOL_SOCKET, SO_ERROR, P(buffer), P(&room)},
	{SYS_getsockopt, 9, SOL_SOCKET, SO_TYPE, P(buffer), P(&room)},
	{SYS_getsockopt, 5, SOL_SOCKET, SO_PEERCRED, P(buffer), P(&wide)},
	{SYS_getsockopt, 9, SOL_TCP, TCP_MAXSEG, P(buffer), P(&room)},
	{SYS_getsockopt, 99, SOL_SOCKET, SO_SNDBUF, P(buffer), P(&room)},
	{SYS_shutdown, 9, SHUT_RDWR},
	{SYS_shutdown, 5, SHUT_WR},
	{SYS_shutdown, 5, 9},
};

static struct rlimit limit = {100, RLIM_INFINITY}, sizes = {8192 * 1024, 8192 * 1024};
static struct sched_param param = {5};
static struct {unsigned size, policy; unsigned long flags; int nice; unsigned priority; unsigned long more[3];} attr = {48, SCHED_BATCH, 1, 3};
static struct __user_cap_header_struct cap = {_LINUX_CAPABILITY_VERSION_3, 0};
static struct clone_args clone3_args = {.flags = 0xff00000000000000, .exit_signal = SIGCHLD};
static gid_t groups[] = {5, 6};

static row tasks_rows[] = {
	{SYS_getpid}, {SYS_gettid}, {SYS_getuid}, {SYS_geteuid}, {SYS_getgid}, {SYS_getegid},
	{SYS_getpgid, 99999998},
	{SYS_getpgid, 0}, {SYS_getsid, 0}, {SYS_getpgid, 99999999},
	{SYS_setpgid, 0, -5}, {SYS_setsid},
	{SYS_getpriority, PRIO_PROCESS, 0}, {SYS_setpriority, PRIO_PROCESS, 0, 3}, {SYS_getpriority, 9, 0},
	{SYS_getgroups, 0, P(0)}, {SYS_setgroups, 2, P(groups)}, {SYS_getgroups, 10, P(buffer)},
	{SYS_setregid, -1, -1}, {SYS_setreuid, -1, 0}, {SYS_setresuid, -1, 0, -1},
	{SYS_getresuid, P(buffer), P(buffer + 4), P(buffer + 8)},
	{SYS_getresgid, P(buffer), P(buffer + 4), BAD},
	{SYS_setfsuid, 0}, {SYS_setuid, 0}, {SYS_setgid, 0},
	{SYS_getrlimit, RLIMIT_NOFILE, P(buffer)},
	{SYS_setrlimit, RLIMIT_CORE, P(&limit)},
	{SYS_prlimit64, 0, RLIMIT_STACK, P(&sizes), P(buffer)},
	{SYS_prlimit64, 0, 99, P(0), P(0)},
	{SYS_getrusage, 77, P(buffer)},
	{SYS_wait4, -1, P(buffer), WNOHANG | __WALL, P(0)},
	{SYS_waitid, P_ALL, 0, P(buffer), WEXITED | WNOHANG, P(0)},
	{SYS_waitid, P_PID, 99999999, P(0), 0, P(0)},
	{SYS_sched_yield},
	{SYS_sched_getscheduler, 0}, {SYS_sched_setscheduler, 0, SCHED_BATCH, P(&zero)},
	{SYS_sched_setscheduler, 0, SCHED_FIFO | SCHED_RESET_ON_FORK, P(&param)},
	{SYS_sched_getparam, 0, P(buffer)}, {SYS_sched_setparam, 0, P(&zero)},
	{SYS_sched_get_priority_max, SCHED_RR}, {SYS_sched_get_priority_min, SCHED_BATCH},
	{SYS_sched_rr_get_interval, 99999999, P(buffer)},
	{SYS_sched_getaffinity, 0, 128, P(buffer)}, {SYS_sched_setaffinity, 0, 8, P(&big)},
	{SYS_sched_setattr, 0, P(&attr), 0}, {SYS_sched_getattr, 0, P(buffer), 48, 0},
	{SYS_prctl, PR_SET_NAME, P("a new name")}, {SYS_prctl, PR_GET_NAME, P(buffer)},
	{SYS_prctl, PR_SET_PDEATHSIG, SIGTERM}, {SYS_prctl, PR_GET_PDEATHSIG, P(buffer)},
	{SYS_prctl, PR_SET_DUMPABLE, 1}, {SYS_prctl, PR_GET_DUMPABLE},
	{SYS_prctl, PR_CAPBSET_READ, CAP_SYS_ADMIN}, {SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0},
	{SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0}, {SYS_prctl, PR_SET_KEEPCAPS, 0},
	{SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0},
	{SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0}, {SYS_prctl, PR_CAP_AMBIENT, 9, 1, 0, 0},
	{SYS_prctl, PR_GET_SECUREBITS}, {SYS_prctl, PR_SET_SECUREBITS, 5}, {SYS_prctl, PR_SET_TIMERSLACK, 100},
	{SYS_prctl, PR_GET_TIMERSLACK}, {SYS_prctl, PR_GET_SECCOMP}, {SYS_prctl, PR_GET_TIMING},
	{SYS_prctl, PR_SET_CHILD_SUBREAPER, 1}, {SYS_prctl, PR_SET_SECCOMP, 99}, {SYS_prctl, 99999, 1, 2, 3, 4},
	{SYS_capget, P(&cap), P(buffer)}, {SYS_capget, P(&cap), P(0)}, {SYS_capset, BAD, P(0)},
	{SYS_execve, P("absent"), P(((char *[]){"one", "two \n", 0})), P(((char *[]){"A=1", 0}))},
	{SYS_execve, P("absent"), P(0), P(0)},
	{SYS_execveat, 3, P("absent"), P(((char *[]){"one", 0})), P(((char *[]){0})), AT_SYMLINK_NOFOLLOW},
	{SYS_clone, CLONE_THREAD, 0}, {SYS_clone3, P(&clone3_args), sizeof clone3_args},
	{SYS_unshare, 0}, {SYS_unshare, CLONE_VM | CLONE_THREAD}, {SYS_setns, 4, CLONE_NEWNS},
	{SYS_futex, P(&zero), FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1},
	{SYS_futex, P(&zero), FUTEX_WAIT, 7, P(&short_time)},
	{SYS_futex, P(&one), FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 1, P(&past), 0, -1},
	{SYS_futex, P(&zero), FUTEX_REQUEUE | FUTEX_PRIVATE_FLAG, 1, 2, P(&one)},
	{SYS_futex, P(&zero), FUTEX_CMP_REQUEUE, 1, 2, P(&one), 3},
	{SYS_futex, P(&zero), 77, 1, 0, 0, 0},
	{SYS_set_tid_address, P(&four)}, {SYS_set_robust_list, P(buffer), 3}, {SYS_get_robust_list, 0, P(buffer), P(other)},
	{SYS_arch_prctl, 0x1003, P(buffer)}, {SYS_arch_prctl, 0x9999, 0},
	{SYS_personality, 0xffffffff}, {SYS_personality, 0x40000},
	{SYS_pidfd_open, 99999999, 0}, {SYS_pidfd_send_signal, 4, SIGTERM, P(0), 0}, {SYS_pidfd_getfd, 4, 1, 0},
	{SYS_kcmp, 1, 99999999, 0, 1, 2}, {SYS_ioprio_get, 1, 0}, {SYS_ioprio_set, 1, 0, 0x4004},
	{SYS_process_vm_readv, 99999999, P(readv_to), 1, P(written), 1, 0},
	{SYS_seccomp, SECCOMP_SET_MODE_STRICT, 5, P(0)}, {SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, P(&zero)},
	{SYS_ptrace, 99, 0, 0, 0}, {SYS_membarrier, 0, 0}, {SYS_getcpu, P(buffer), P(0), P(0)},
};

static struct {long handler; unsigned long flags; long restorer; unsigned long mask;} action = {SIG_IGN, SA_RESTART | SA_SIGINFO, 0, 1UL << 1 | 1UL << 33}, usual;
static unsigned long sets[] = {1UL << 9 | 1UL << 11, ~0UL, 0, ~0UL << 34};
static stack_t stack = {buffer, 0, 4096};
static siginfo_t queued = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};

static row signals_rows[] = {
	{SYS_rt_sigaction, SIGUSR1, P(&action), P(&usual), 8}, {SYS_rt_sigaction, SIGUSR1, P(0), P(&usual), 8},
	{SYS_rt_sigaction, SIGKILL, P(&action), P(0), 8}, {SYS_rt_sigaction, 33, P(&action), P(0), 7},
	{SYS_rt_sigprocmask, SIG_BLOCK, P(&sets[0]), P(buffer), 8}, {SYS_rt_sigprocmask, SIG_SETMASK, P(&sets[1]), P(buffer), 8},
	{SYS_rt_sigprocmask, SIG_UNBLOCK, P(&sets[3]), P(0), 8}, {SYS_rt_sigprocmask, 9, P(&sets[2]), P(buffer), 8},
	{SYS_rt_sigprocmask, SIG_BLOCK, P(0), P(buffer), 8}, {SYS_rt_sigprocmask, SIG_BLOCK, BAD, P(0), 8},
	{SYS_rt_sigprocmask, SIG_SETMASK, P(&sets[2]), P(0), 8},
	{SYS_rt_sigpending, P(buffer), 8}, {SYS_sigaltstack, P(&stack), P(buffer)}, {SYS_sigaltstack, P(0), P(buffer)},
	{SYS_rt_sigtimedwait, P(&sets[0]), P(buffer), P(&short_time), 8},
	{SYS_rt_sigqueueinfo, 99999999, SIGUSR1, P(&queued)},
	{SYS_kill, 99999999, SIGTERM}, {SYS_kill, 99999999, 0}, {SYS_kill, 99999999, 34}, {SYS_kill, 99999999, 99},
	{SYS_tkill, 99999999, SIGUSR2}, {SYS_tgkill, 99999999, 99999999, SIGCHLD},
	{SYS_signalfd4, -1, P(&sets[0]), 8, SFD_CLOEXEC | SFD_NONBLOCK}, {SYS_signalfd, 4, P(&sets[0]), 8},
	{SYS_alarm, 0}, {SYS_rt_sigsuspend, P(&sets[0]), 7},
};

static struct timex timex_ = {0};

static row times_rows[] = {
	{SYS_nanosleep, P(&short_time), P(buffer)}, {SYS_nanosleep, P(&wrong_time), P(0)}, {SYS_nanosleep, BAD, P(0)},
	{SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, P(&short_time), P(0)},
	{SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, P(&past), P(buffer)}, {SYS_clock_nanosleep, 99, 2, P(&past), P(0)},
	{SYS_clock_getres, CLOCK_REALTIME, P(buffer)}, {SYS_clock_getres, -6, P(0)}, {SYS_clock_gettime, 77, P(buffer)},
	{SYS_clock_settime, CLOCK_BOOTTIME, P(&past)}, {SYS_clock_adjtime, 99, P(buffer)}, {SYS_adjtimex, BAD},
	{SYS_getitimer, ITIMER_VIRTUAL, P(buffer)}, {SYS_setitimer, ITIMER_PROF, P(&value), P(buffer)}, {SYS_setitimer, 9, P(0), P(0)},
	{SYS_timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK}, /* 9 */
	{SYS_timerfd_settime, 9, TFD_TIMER_ABSTIME, P(&spec), P(buffer)}, {SYS_timerfd_settime, 4, 0, P(&spec), P(0)},
	{SYS_timerfd_gettime, 4, P(buffer)},
	{SYS_timer_create, CLOCK_REALTIME, P(0), P(buffer)}, {SYS_timer_create, 99, P(&(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1}), P(buffer)},
	{SYS_timer_settime, 99, 0, P(&spec), P(0)}, {SYS_timer_gettime, 99, P(buffer)}, {SYS_timer_delete, 99}, {SYS_timer_getoverrun, 99},
	{SYS_settimeofday, P(&second), BAD},
};

static unsigned long nodes = 1;

static row memory_rows[] = {
	{SYS_mmap, 0x10000000, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0},
	{SYS_mmap, 0, 4096, PROT_NONE, MAP_SHARED, 3, 0x1000}, {SYS_mmap, 0, 0, 0x40, 0x80000000, 99, -1},
	{SYS_mprotect, 0x10000000, 4096, PROT_READ | PROT_EXEC}, {SYS_mprotect, 0x10000001, 1, PROT_NONE},
	{SYS_madvise, 0x10000000, 4096, MADV_DONTNEED}, {SYS_madvise, 0x10000000, 4096, 999},
	{SYS_mremap, 0x10001000, 4096, 8192, MREMAP_MAYMOVE | MREMAP_FIXED, 0x20000000}, {SYS_mremap, 0x20000000, 4096, 4096, 0},
	{SYS_msync, 0x10000000, 4096, MS_SYNC}, {SYS_mincore, 0x10000000, 4096, P(buffer)}, {SYS_mincore, 1, 4096, P(buffer)},
	{SYS_mlock, 0x10000000, 4096}, {SYS_mlock2, 0x10000000, 4096, 1}, {SYS_munlock, 0x10000000, 4096}, {SYS_mlockall, 99}, {SYS_munlockall},
	{SYS_brk, 0}, {SYS_brk, 1}, {SYS_remap_file_pages, 1, 2, 0, 3, 0},
	{SYS_mbind, 0x10000000, 4096, 99, P(&nodes), 3, 1}, {SYS_set_mempolicy, 99, P(&nodes), 3}, {SYS_pkey_alloc, 1, 0}, {SYS_pkey_free, 99}, {SYS_pkey_mprotect, 1, 4096, PROT_READ, -1},
	{SYS_munmap, 0x10000000, 4096}, {SYS_munmap, 1, 0}, {SYS_memfd_create, P("a memory"), MFD_CLOEXEC | MFD_ALLOW_SEALING}, {SYS_memfd_secret, 1}, {SYS_userfaultfd, 0x10},
};

static struct sembuf operations[] = {{0, 1, SEM_UNDO}, {0, -1, IPC_NOWAIT}};
static struct {long type; char text[16];} text = {7, "a message"};

static row ipc_rows[] = {
	{SYS_shmget, 0x1234567, 4096, 0600}, {SYS_shmget, IPC_PRIVATE, 0, IPC_CREAT | IPC_EXCL | 0600 | 0x10000000},
	{SYS_shmat, 99999999, 0, SHM_RDONLY}, {SYS_shmdt, 0x1000}, {SYS_shmctl, 99999999, IPC_RMID, P(0)}, {SYS_shmctl, 99999999, IPC_STAT, P(buffer)},
	{SYS_semget, 0x1234567, 1, 0600}, {SYS_semget, IPC_PRIVATE, 0, IPC_CREAT | 0600}, {SYS_semop, 99999999, P(operations), 2},
	{SYS_semtimedop, 99999999, P(operations), 1, P(&short_time)}, {SYS_semctl, 99999999, 0, GETVAL}, {SYS_semctl, 99999999, 0, IPC_RMID},
	{SYS_msgget, 0x1234567, 0600}, {SYS_msgsnd, 99999999, P(&text), 9, IPC_NOWAIT}, {SYS_msgrcv, 99999999, P(&text), 9, 7, MSG_NOERROR},
	{SYS_msgctl, 99999999, IPC_STAT, P(buffer)}, {SYS_mq_open, P("absent"), O_RDWR, 0, 0}, {SYS_mq_unlink, P("absent")},
};

static row events_rows[] = {
	{SYS_epoll_create, 5}, /* 9 */ {SYS_epoll_create1, EPOLL_CLOEXEC}, /* 10 */
	{SYS_epoll_ctl, 9, EPOLL_CTL_ADD, 8, P(&wanted)}, {SYS_epoll_ctl, 9, EPOLL_CTL_MOD, 99, P(&wanted)}, {SYS_epoll_ctl, 9, EPOLL_CTL_DEL, 7, P(0)}, {SYS_epoll_ctl, 9, 9, 7, BAD},
	{SYS_epoll_ctl, 9, EPOLL_CTL_MOD, 8, P(&(struct epoll_event){EPOLLOUT | EPOLLONESHOT | EPOLLRDHUP, {.u64 = 8}})},
	{SYS_epoll_wait, 9, P(events), 4, 0}, {SYS_epoll_wait, 9, P(events), 4, 1}, {SYS_epoll_wait, 99, P(events), 4, -1}, {SYS_epoll_pwait, 10, P(events), 4, 0, P(sets), 8},
	{SYS_eventfd, 3}, /* 11 */ {SYS_eventfd2, 3, EFD_CLOEXEC | EFD_SEMAPHORE}, {SYS_inotify_init}, /* 13 */ {SYS_inotify_init1, IN_NONBLOCK | IN_CLOEXEC},
	{SYS_inotify_add_watch, 13, P("dir"), IN_CREATE | IN_MOVED_TO | IN_ONLYDIR}, {SYS_inotify_rm_watch, 13, 99},
	{SYS_fanotify_init, 0x10000000, O_RDONLY}, {SYS_fanotify_mark, 99, 1, 0x20, AT_FDCWD, P("dir")},
	{SYS_io_uring_setup, 0, P(buffer)}, {SYS_io_uring_enter, 99, 1, 2, 1, P(0), 0}, {SYS_io_uring_register, 99, 1, P(0), 0},
	{SYS_io_setup, 0, P(BAD)}, {SYS_io_destroy, 1}, {SYS_bpf, 999, P(buffer), 16}, {SYS_perf_event_open, BAD, 0, -1, -1, 8},
};

static struct landlock_ruleset_attr rules = {.handled_access_fs = 5};

static row system_rows[] = {
	{SYS_uname, P(buffer)}, {SYS_uname, BAD}, {SYS_sysinfo, BAD}, {SYS_sethostname, P("x"), -1}, {SYS_setdomainname, P("x"), 100},
	{SYS_syslog, 99, P(0), 0}, {SYS_reboot, 1, 2, 3, P(0)}, {SYS_getrandom, P(buffer), 0, GRND_NONBLOCK}, {SYS_getrandom, BAD, 4, GRND_RANDOM | 8},
	{SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 0}, {SYS_add_key, P("nokey"), P("desc"), P("data"), 4, KEY_SPEC_SESSION_KEYRING}, {SYS_request_key, P("nokey"), P("desc"), P(0), 0},
	{SYS_landlock_create_ruleset, P(0), 0, 1}, {SYS_landlock_create_ruleset, P(&rules), 3, 0}, {SYS_landlock_restrict_self, 99, 0},
	{SYS_init_module, P(0), 0, P("args")}, {SYS_finit_module, 99, P(""), 1}, {SYS_delete_module, P("absent"), O_NONBLOCK}, {SYS_kexec_load, 0, 99, P(0), 0},
	{SYS_ustat, 0x9999, P(buffer)}, {SYS_sysfs, 3}, {SYS_ioperm, 0x10000, 1, 1}, {SYS_iopl, 9}, {SYS_modify_ldt, 99, P(0), 0},
	{SYS_vhangup + 1000}, {UNUSED_NR, 1, 2, 3, 4, 5, 6}, {SYS_lookup_dcookie, 0, P(buffer), 10},
};
