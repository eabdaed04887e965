/**
 * Groups of system calls: the classes of strace's -e trace=%CLASS, and one category per call. The
 * members of the classes were determined by running strace 6.1 (strace(1)); newer calls are in the
 * classes of similar calls.
 */

/** Calls by class. */
const CLASSES = {
  file: `
    access acct chdir chmod chown chown32 chroot creat execve execveat faccessat faccessat2
    fanotify_mark fchmodat fchmodat2 fchownat file_getattr file_setattr fsconfig fspick
    fstatat64 futimesat getcwd getxattr getxattrat inotify_add_watch lchown lchown32 lgetxattr
    link linkat listxattr listxattrat llistxattr lremovexattr lsetxattr lstat lstat64 mkdir
    mkdirat mknod mknodat mount mount_setattr move_mount name_to_handle_at newfstatat oldlstat
    oldstat open open_tree open_tree_attr openat openat2 pivot_root quotactl readlink readlinkat
    removexattr removexattrat rename renameat renameat2 rmdir setxattr setxattrat stat stat64
    statfs statfs64 statx swapoff swapon symlink symlinkat truncate truncate64 umount umount2
    unlink unlinkat uselib utime utimensat utimensat_time64 utimes
  `,
  desc: `
    _llseek _newselect arm_fadvise64_64 arm_sync_file_range bpf cachestat close copy_file_range
    creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait
    eventfd eventfd2 execveat faccessat faccessat2 fadvise64 fadvise64_64 fallocate
    fanotify_init fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat
    fchroot fcntl fcntl64 fdatasync fgetxattr file_getattr file_setattr finit_module flistxattr
    flock fremovexattr fsconfig fsetxattr fsmount fsopen fspick fstat fstat64 fstatat64 fstatfs
    fstatfs64 fsync ftruncate ftruncate64 futimesat getdents getdents64 getxattrat
    inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_uring_enter
    io_uring_register io_uring_setup ioctl kexec_file_load landlock_add_rule
    landlock_create_ruleset landlock_restrict_self linkat listxattrat lseek memfd_create
    memfd_secret mkdirat mknodat mmap mmap2 mount_setattr move_mount mq_getsetattr mq_notify
    mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64
    name_to_handle_at newfstatat oldfstat open open_by_handle_at open_tree open_tree_attr openat
    openat2 perf_event_open pidfd_getfd pidfd_open pidfd_send_signal pipe pipe2 poll ppoll
    ppoll_time64 pread64 preadv preadv2 process_madvise process_mrelease pselect6
    pselect6_time64 pwrite64 pwritev pwritev2 quotactl_fd read readahead readdir readlinkat
    readv removexattrat renameat renameat2 select sendfile sendfile64 setns setxattrat signalfd
    signalfd4 socketcall splice statx symlinkat sync_file_range syncfs tee timerfd_create
    timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 unlinkat userfaultfd
    utimensat utimensat_time64 vmsplice write writev
  `,
  process: `
    clone clone3 execve execveat exit exit_group fork kill pidfd_send_signal rt_sigqueueinfo
    rt_tgsigqueueinfo tgkill tkill vfork wait4 waitid waitpid
  `,
  network: `
    accept accept4 bind connect getpeername getpmsg getsockname getsockopt listen putpmsg recv
    recvfrom recvmmsg recvmmsg_time64 recvmsg send sendfile sendfile64 sendmmsg sendmsg sendto
    setsockopt shutdown socket socketcall socketpair
  `,
  memory: `
    break brk get_mempolicy io_destroy io_setup io_uring_register madvise map_shadow_stack mbind
    migrate_pages mincore mlock mlock2 mlockall mmap mmap2 move_pages mprotect mremap mseal
    msync munlock munlockall munmap pkey_mprotect remap_file_pages set_mempolicy
    set_mempolicy_home_node shmat shmdt
  `,
  signal: `
    io_uring_enter kill pause pidfd_send_signal rt_sigaction rt_sigpending rt_sigprocmask
    rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64
    rt_tgsigqueueinfo sgetmask sigaction sigaltstack signal signalfd signalfd4 sigpending
    sigprocmask sigreturn sigsuspend ssetmask tgkill tkill
  `,
  ipc: `
    ipc msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 shmat
    shmctl shmdt shmget
  `,
  creds: `
    capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32
    getresgid getresgid32 getresuid getresuid32 getuid getuid32 prctl setfsgid setfsgid32
    setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setregid setregid32 setresgid
    setresgid32 setresuid setresuid32 setreuid setreuid32 setuid setuid32
  `,
  clock: `
    adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
    clock_gettime64 clock_settime clock_settime64 gettimeofday settimeofday time
  `,
  pure: `
    getegid getegid32 geteuid geteuid32 getgid getgid32 getpgrp getpid getppid gettid getuid
    getuid32
  `,
  stat: `
    oldstat stat stat64
  `,
  lstat: `
    lstat lstat64 oldlstat
  `,
  fstat: `
    fstat fstat64 fstatat64 newfstatat oldfstat statx
  `,
  statfs: `
    statfs statfs64
  `,
  fstatfs: `
    fstatfs fstatfs64
  `,
};

/** Classes by the name after "%" in -e trace=%file; some are composed of others. */
const CLASSES_BY_NAME: ReadonlyMap<string, string> = new Map([
  ...Object.entries(CLASSES),
  ["net", CLASSES.network],
  ["%stat", CLASSES.stat + CLASSES.lstat + CLASSES.fstat],
  ["%statfs", `${CLASSES.statfs} ${CLASSES.fstatfs} ustat`],
]);

/** "file", "desc", "%stat", …, for messages. */
export const CLASS_NAMES: readonly string[] = [...CLASSES_BY_NAME.keys()];

const splitWords = (text: string) => text.trim().split(/\s+/);
const classCache = new Map<string, ReadonlySet<string>>();

/**
 * Returns the calls of a class.
 * @param name the name after "%": "file", or "%stat" of -e trace=%%stat
 * @returns undefined if there is no such class
 */
export function syscallsInClass(name: string): ReadonlySet<string> | undefined {
  const text = CLASSES_BY_NAME.get(name);
  if (text === undefined) return undefined;
  let set = classCache.get(name);
  if (!set) {
    set = new Set(splitWords(text));
    classCache.set(name, set);
  }
  return set;
}

/** The subject of a call. */
export type Category =
  | "file"
  | "desc"
  | "process"
  | "network"
  | "memory"
  | "signal"
  | "ipc"
  | "time"
  | "credentials"
  | "system";

/**
 * Calls whose category is not that of their first class in CATEGORY_BY_CLASS: calls without a class,
 * and calls of several classes.
 */
const MANUAL_CATEGORIES: Readonly<Record<Category, string>> = {
  file: "readdir sync umask ustat",
  desc: `
    close_range epoll_ctl_old epoll_wait_old gtty io_cancel io_destroy io_getevents io_pgetevents
    io_pgetevents_time64 io_setup io_submit io_uring_enter io_uring_register sendfile sendfile64
    stty
  `,
  process: `
    arch_prctl execve execveat futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake
    get_robust_list get_thread_area get_tls getcpu getpgid getpgrp getpid getppid getpriority
    getrlimit getrusage getsid gettid ioprio_get ioprio_set kcmp listns membarrier modify_ldt nice
    personality pidfd_getfd pidfd_open prctl prlimit64 process_vm_readv process_vm_writev ptrace
    rseq rseq_slice_yield sched_get_priority_max sched_get_priority_min sched_getaffinity
    sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
    sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam
    sched_setscheduler sched_yield set_robust_list set_thread_area set_tid_address set_tls setns
    setpgid setpriority setrlimit setsid ugetrlimit ulimit unshare vm86 vm86old
  `,
  network: "",
  memory: `
    cacheflush memfd_create memfd_secret pkey_alloc pkey_free process_madvise process_mrelease
    userfaultfd
  `,
  signal: "restart_syscall",
  ipc: `
    mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend
    mq_timedsend_time64 mq_unlink
  `,
  time: `
    alarm clock_nanosleep clock_nanosleep_time64 ftime getitimer nanosleep setitimer stime
    timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime
    timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime
    timerfd_settime64 times
  `,
  credentials: `
    add_key keyctl landlock_add_rule landlock_create_ruleset landlock_restrict_self
    lsm_get_self_attr lsm_list_modules lsm_set_self_attr request_key seccomp
  `,
  system: `
    _sysctl acct afs_syscall bdflush bpf break breakpoint create_module delete_module
    finit_module get_kernel_syms getrandom idle init_module ioperm iopl kexec_file_load
    kexec_load listmount lock lookup_dcookie mpx nfsservctl oldolduname olduname
    pciconfig_iobase pciconfig_read pciconfig_write perf_event_open prof profil query_module
    reboot security setdomainname sethostname statmount swapoff swapon sysfs sysinfo syslog
    tuxcall uname uprobe uretprobe usr26 usr32 vhangup vserver
  `,
};

/** A call has the category of the first class that contains it. */
const CATEGORY_BY_CLASS: readonly (readonly [name: string, category: Category])[] = [
  ["creds", "credentials"],
  ["clock", "time"],
  ["ipc", "ipc"],
  ["signal", "signal"],
  ["memory", "memory"],
  ["network", "network"],
  ["process", "process"],
  ["file", "file"],
  ["desc", "desc"],
];

let manualCategories: ReadonlyMap<string, Category> | undefined;

/**
 * Returns the category of a call.
 * @param name "openat"
 * @returns undefined if no table has the name
 */
export function categoryOf(name: string): Category | undefined {
  manualCategories ??= new Map(
    Object.entries(MANUAL_CATEGORIES).flatMap(([category, names]) =>
      splitWords(names).map((each): [string, Category] => [each, category as Category]),
    ),
  );
  const found = CATEGORY_BY_CLASS.find(([part]) => syscallsInClass(part)!.has(name));
  return manualCategories.get(name) ?? found?.[1];
}
