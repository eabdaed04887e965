/**
 * The sets of constants that arguments and struct fields consist of, from the man pages. The sets
 * are in generated/flags.ts.
 *
 * Excluded are arguments that depend on another one or need code: fcntl's arg, prctl's arg2,
 * quotactl's cmd (two numbers in one), ioprio (a class and a level), the huge page size in mmap's flags.
 */

import type { NumberNotation } from "./value.ts";

/** The parts of a number. */
export interface NumberParts {
  /** A set of mutually exclusive values, within `mask`. */
  readonly value?: string;
  /** The bits of `value`; by default all bits. */
  readonly mask?: number;
  /** Sets of bits that can be combined. */
  readonly bits?: readonly string[];
  /** Bits to show in octal: permissions. */
  readonly octal?: number;
  /** Of the whole number, where it is shown. */
  readonly notation?: NumberNotation;
  /** strace comments on an unknown value and on unknown bits separately. */
  readonly apart?: boolean;
}

const value = (set: string, mask?: number): NumberParts =>
  mask === undefined ? { value: set } : { value: set, mask };
const bits = (...sets: string[]): NumberParts => ({ bits: sets });
const octal: NumberParts = { octal: 0o7777 };
const dirfd: NumberParts = { value: "dirfd", notation: "decimal" };
const signal: NumberParts = { value: "signal", notation: "decimal" };

type SetRow = readonly [argument: string, parts: NumberParts, calls: string];

/** An argument, its parts, and the calls that have it. */
const ARGUMENT_ROWS: readonly SetRow[] = [
  // Files and paths.
  ["flags", { ...value("open_access", 3), ...bits("open") }, "open openat open_by_handle_at"],
  ["oflag", { ...value("open_access", 3), ...bits("open") }, "mq_open"],
  ["event_f_flags", { ...value("open_access", 3), ...bits("open") }, "fanotify_init"],
  ["flags", bits("open"), "dup3 pipe2"],
  ["flags", bits("close_on_exec"), "memfd_secret"],
  ["mode", octal, "open openat creat mkdir mkdirat chmod fchmod fchmodat fchmodat2 mq_open"],
  ["mode", { ...value("file_type", 0o170000), ...octal }, "mknod mknodat"],
  ["mask", octal, "umask"],
  ["mode", bits("access"), "access faccessat faccessat2"],
  [
    "dfd",
    dirfd,
    "openat openat2 mkdirat mknodat unlinkat fchownat futimesat newfstatat fstatat64 readlinkat " +
      "fchmodat fchmodat2 faccessat faccessat2 utimensat utimensat_time64 statx " +
      "name_to_handle_at setxattrat getxattrat listxattrat removexattrat file_getattr " +
      "file_setattr open_tree open_tree_attr fspick mount_setattr fanotify_mark",
  ],
  ["fd", dirfd, "execveat"],
  ["olddfd", dirfd, "renameat renameat2 linkat"],
  ["newdfd", dirfd, "renameat renameat2 linkat symlinkat"],
  ["from_dfd", dirfd, "move_mount"],
  ["to_dfd", dirfd, "move_mount"],
  ["mountdirfd", dirfd, "open_by_handle_at"],
  ["flags", bits("rename"), "renameat2"],
  ["flags", bits("at"), "linkat fchmodat2 utimensat utimensat_time64"],
  ["flag", bits("at"), "unlinkat fchownat newfstatat fstatat64"],
  ["flag", bits("at_handle"), "name_to_handle_at"],
  ["flags", bits("at_statx", "at"), "statx"],
  ["mask", bits("statx"), "statx"],
  ["flags", bits("at_access"), "faccessat2"],
  ["flags", bits("at_exec"), "execveat"],
  ["at_flags", bits("at"), "setxattrat getxattrat listxattrat removexattrat"],
  ["at_flags", bits("at"), "file_getattr file_setattr"],
  ["flags", bits("xattr"), "setxattr lsetxattr fsetxattr"],
  ["whence", value("seek"), "lseek _llseek"],
  ["cmd", value("fcntl"), "fcntl fcntl64"],
  ["cmd", bits("flock"), "flock"],
  ["cmd", value("ioctl"), "ioctl"],
  ["mode", bits("fallocate"), "fallocate"],
  ["advice", value("fadvise"), "fadvise64 fadvise64_64 arm_fadvise64_64"],
  ["flags", bits("sync_file_range"), "sync_file_range arm_sync_file_range"],
  ["flags", bits("rwf"), "preadv2 pwritev2"],
  ["flags", bits("splice"), "splice tee vmsplice"],
  ["flags", bits("close_range"), "close_range"],
  ["flags", bits("memfd"), "memfd_create"],
  ["flags", bits("inotify_init"), "inotify_init1"],
  ["mask", bits("inotify"), "inotify_add_watch"],
  [
    "flags",
    { ...value("fanotify_class", 0xc), ...bits("fanotify_init"), apart: true },
    "fanotify_init",
  ],
  ["flags", bits("fanotify_mark"), "fanotify_mark"],
  ["mask", bits("fanotify"), "fanotify_mark"],

  // Mounts.
  ["flags", bits("mount"), "mount"],
  ["flags", bits("umount"), "umount2"],
  ["flags", bits("open_tree", "at"), "open_tree open_tree_attr"],
  ["flags", bits("at_mount"), "mount_setattr"],
  ["flags", bits("move_mount"), "move_mount"],
  ["flags", bits("fsopen"), "fsopen"],
  ["flags", bits("fspick"), "fspick"],
  ["cmd", value("fsconfig"), "fsconfig"],
  ["flags", bits("fsmount"), "fsmount"],
  ["attr_flags", bits("mount_attr"), "fsmount"],
  ["flags", bits("statmount"), "statmount"],
  ["flags", bits("listmount"), "listmount"],
  ["swap_flags", bits("swap"), "swapon"],

  // Memory.
  ["prot", bits("prot"), "mmap mmap2 mprotect pkey_mprotect remap_file_pages"],
  ["flags", { ...value("map_type", 0xf), ...bits("map") }, "mmap mmap2"],
  ["flags", bits("map"), "remap_file_pages"],
  ["flags", bits("mremap"), "mremap"],
  ["flags", bits("msync"), "msync"],
  ["flags", bits("mlockall"), "mlockall"],
  ["flags", bits("mlock2"), "mlock2"],
  ["behavior", value("madvise"), "madvise process_madvise"],
  ["init_val", bits("pkey"), "pkey_alloc"],
  ["mode", { ...value("mempolicy", 0x1fff), ...bits("mempolicy_flags") }, "mbind set_mempolicy"],
  ["flags", bits("mbind"), "mbind"],
  ["flags", bits("move_pages"), "move_pages"],
  ["flags", bits("get_mempolicy"), "get_mempolicy"],
  ["cmd", value("membarrier"), "membarrier"],
  ["flags", bits("membarrier_flags"), "membarrier"],
  ["flags", bits("userfaultfd"), "userfaultfd"],
  ["flags", bits("shadow_stack"), "map_shadow_stack"],

  // Processes.
  ["clone_flags", { ...value("signal", 0xff), ...bits("clone") }, "clone"],
  ["unshare_flags", bits("unshare"), "unshare"],
  ["flags", bits("namespaces"), "setns"],
  ["options", bits("wait"), "wait4 waitpid"],
  ["which", value("wait_for"), "waitid"],
  ["options", bits("wait"), "waitid"],
  ["resource", value("rlimit"), "getrlimit setrlimit prlimit64 ugetrlimit"],
  ["who", value("rusage"), "getrusage"],
  ["which", value("priority"), "getpriority setpriority"],
  ["which", value("ioprio_who"), "ioprio_get ioprio_set"],
  [
    "policy",
    { ...value("scheduler", 0x3fffffff), ...bits("scheduler_reset") },
    "sched_setscheduler",
  ],
  ["policy", value("scheduler"), "sched_get_priority_max sched_get_priority_min"],
  ["option", value("prctl"), "prctl"],
  ["option", value("arch_prctl"), "arch_prctl"],
  ["personality", { ...value("personality", 0xff), ...bits("personality_flags") }, "personality"],
  ["op", value("seccomp"), "seccomp"],
  ["flags", bits("seccomp_flags"), "seccomp"],
  ["request", value("ptrace"), "ptrace"],
  ["type", value("kcmp"), "kcmp"],
  ["flags", bits("pidfd_open"), "pidfd_open"],
  ["flags", bits("pidfd_signal"), "pidfd_send_signal"],
  ["flags", bits("rseq"), "rseq"],
  ["flags", bits("landlock_ruleset"), "landlock_create_ruleset"],
  ["flags", bits("landlock_add"), "landlock_add_rule"],
  ["rule_type", value("landlock_rule"), "landlock_add_rule"],
  ["flags", bits("landlock_restrict"), "landlock_restrict_self"],
  ["attr", value("lsm_attr"), "lsm_get_self_attr lsm_set_self_attr"],
  ["flags", bits("lsm_flags"), "lsm_get_self_attr"],

  // Signals and time.
  [
    "sig",
    signal,
    "kill tkill tgkill rt_sigaction sigaction signal rt_sigqueueinfo rt_tgsigqueueinfo " +
      "pidfd_send_signal",
  ],
  ["how", value("sigprocmask"), "rt_sigprocmask sigprocmask"],
  ["handler", value("handler"), "signal"],
  ["flags", bits("signalfd"), "signalfd4"],
  [
    "which_clock",
    value("clock"),
    "clock_gettime clock_settime clock_getres clock_nanosleep clock_adjtime timer_create " +
      "clock_gettime64 clock_settime64 clock_getres_time64 clock_nanosleep_time64 clock_adjtime64",
  ],
  ["clockid", value("clock"), "timerfd_create futex_wait futex_waitv"],
  ["flags", bits("timer"), "clock_nanosleep clock_nanosleep_time64 timer_settime timer_settime64"],
  ["flags", bits("timerfd_create"), "timerfd_create"],
  ["flags", bits("timerfd"), "timerfd_settime timerfd_settime64"],
  ["which", value("itimer"), "getitimer setitimer"],

  // Sockets.
  ["family", value("family"), "socket socketpair"],
  ["type", { ...value("socket", 0xf), ...bits("socket_flags") }, "socket socketpair"],
  ["protocol", value("protocol"), "socket socketpair"],
  ["flags", bits("socket_flags"), "accept4"],
  [
    "flags",
    bits("message"),
    "send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64",
  ],
  ["how", value("shutdown"), "shutdown"],
  ["level", value("socket_level"), "getsockopt setsockopt"],
  ["optname", value("socket_option"), "getsockopt setsockopt"],
  ["call", value("socketcall"), "socketcall"],

  // Waiting.
  ["op", { ...value("futex", 0x7f), ...bits("futex_flags") }, "futex futex_time64"],
  ["flags", { ...value("futex2_size", 3), ...bits("futex2") }, "futex_wake futex_wait"],
  ["flags", bits("epoll_create"), "epoll_create1"],
  ["op", value("epoll_ctl"), "epoll_ctl epoll_ctl_old"],
  ["flags", bits("eventfd"), "eventfd2"],
  ["flags", bits("io_uring_enter"), "io_uring_enter"],
  [
    "opcode",
    { ...value("io_uring_register", 0x7fffffff), ...bits("io_uring_register_flags") },
    "io_uring_register",
  ],

  // System V IPC.
  ["key", value("ipc_key"), "shmget semget msgget"],
  ["shmflg", { ...bits("shmget"), octal: 0o777 }, "shmget"],
  ["semflg", { ...bits("ipc_get"), octal: 0o777 }, "semget"],
  ["msgflg", { ...bits("ipc_get"), octal: 0o777 }, "msgget"],
  ["shmflg", bits("shmat"), "shmat"],
  ["msgflg", bits("msgsnd"), "msgsnd"],
  ["msgflg", bits("msgrcv"), "msgrcv"],
  ["cmd", { ...value("shmctl", 0xff), ...bits("ipc_version") }, "shmctl"],
  ["cmd", { ...value("semctl", 0xff), ...bits("ipc_version") }, "semctl"],
  ["cmd", { ...value("msgctl", 0xff), ...bits("ipc_version") }, "msgctl"],
  ["call", value("ipc_call", 0xffff), "ipc"],

  // The kernel.
  ["cmd", value("bpf"), "bpf"],
  ["option", value("keyctl"), "keyctl"],
  ["ringid", value("keyring"), "add_key"],
  ["destringid", value("keyring"), "request_key"],
  ["flags", bits("perf_open"), "perf_event_open"],
  ["flags", bits("module"), "finit_module"],
  ["flags", bits("module_delete"), "delete_module"],
  ["flags", { ...value("kexec_arch", 0xffff0000), ...bits("kexec"), apart: true }, "kexec_load"],
  ["flags", bits("kexec_file"), "kexec_file_load"],
  ["magic1", value("reboot_magic"), "reboot"],
  ["magic2", value("reboot_magic2"), "reboot"],
  ["cmd", value("reboot"), "reboot"],
  ["type", value("syslog"), "syslog"],
  ["option", value("sysfs"), "sysfs"],
  ["flags", bits("random"), "getrandom"],
];

/** A field, its parts, and the structs that have it. */
const FIELD_ROWS: readonly SetRow[] = [
  ["flags", { ...value("open_access", 3), ...bits("open") }, "open_how"],
  ["mode", octal, "open_how"],
  ["resolve", bits("resolve"), "open_how"],
  [
    "st_mode",
    { ...value("file_type", 0o170000), ...octal },
    "stat compat_stat stat64 __old_kernel_stat",
  ],
  ["stx_mode", { ...value("file_type", 0o170000), ...octal }, "statx"],
  ["stx_mask", bits("statx"), "statx"],
  ["stx_attributes", bits("statx_attributes"), "statx"],
  ["stx_attributes_mask", bits("statx_attributes"), "statx"],
  ["f_type", value("filesystem"), "statfs compat_statfs compat_statfs64"],
  ["d_type", value("dirent_type"), "linux_dirent64"],
  ["fa_xflags", bits("xflags"), "file_attr"],
  ["fsx_xflags", bits("xflags"), "fsxattr"],
  ["l_type", value("lock_type"), "flock compat_flock compat_flock64"],
  ["l_whence", value("seek"), "flock compat_flock compat_flock64"],
  ["type", value("owner_type"), "f_owner_ex"],
  ["mask", bits("inotify"), "inotify_event"],
  ["mask", bits("fanotify"), "fanotify_event_metadata"],
  ["response", value("fanotify_response"), "fanotify_response"],
  ["attr_set", bits("mount_attr"), "mount_attr"],
  ["attr_clr", bits("mount_attr"), "mount_attr"],
  ["propagation", bits("mount"), "mount_attr"],
  ["mask", bits("statmount_mask"), "statmount"],

  ["flags", bits("clone"), "clone_args"],
  ["exit_signal", value("signal"), "clone_args"],
  ["sched_policy", value("scheduler"), "sched_attr"],
  ["sched_flags", bits("scheduler_flags"), "sched_attr"],
  ["version", value("capability_version"), "__user_cap_header_struct"],
  ["handled_access_fs", bits("landlock_fs"), "landlock_ruleset_attr"],
  ["handled_access_net", bits("landlock_net"), "landlock_ruleset_attr"],
  ["scoped", bits("landlock_scope"), "landlock_ruleset_attr"],
  ["allowed_access", bits("landlock_fs"), "landlock_path_beneath_attr"],
  ["allowed_access", bits("landlock_net"), "landlock_net_port_attr"],
  ["id", value("lsm_attr"), "lsm_ctx"],

  ["sa_flags", bits("sigaction"), "sigaction compat_sigaction compat_old_sigaction"],
  ["ss_flags", bits("sigaltstack"), "sigaltstack compat_sigaltstack"],
  ["si_signo", value("signal"), "siginfo compat_siginfo"],
  ["si_code", value("si_code"), "siginfo compat_siginfo"],
  ["sigev_notify", value("sigev"), "sigevent compat_sigevent"],
  ["sigev_signo", value("signal"), "sigevent compat_sigevent"],
  ["ssi_signo", value("signal"), "signalfd_siginfo"],
  ["modes", bits("adjtimex"), "__kernel_timex old_timex32"],
  ["status", bits("adjtimex_status"), "__kernel_timex old_timex32"],

  ["sa_family", value("family"), "sockaddr"],
  ["sin_family", value("family"), "sockaddr_in"],
  ["sin6_family", value("family"), "sockaddr_in6"],
  ["sun_family", value("family"), "sockaddr_un"],
  ["nl_family", value("family"), "sockaddr_nl"],
  ["sll_family", value("family"), "sockaddr_ll"],
  ["sll_pkttype", value("packet_type"), "sockaddr_ll"],
  ["svm_family", value("family"), "sockaddr_vm"],
  ["salg_family", value("family"), "sockaddr_alg"],
  ["sxdp_family", value("family"), "sockaddr_xdp"],
  ["msg_flags", bits("message"), "user_msghdr compat_msghdr"],
  ["cmsg_level", value("socket_level"), "cmsghdr"],
  ["nlmsg_flags", bits("netlink_flags"), "nlmsghdr"],
  ["nlmsg_type", value("netlink_type"), "nlmsghdr"],

  ["events", bits("epoll"), "epoll_event"],
  ["events", bits("poll"), "pollfd"],
  ["revents", bits("poll"), "pollfd"],
  ["flags", { ...value("futex2_size", 3), ...bits("futex2") }, "futex_waitv"],
  ["flags", bits("io_uring_setup"), "io_uring_params"],
  ["features", bits("io_uring_features"), "io_uring_params"],
  ["opcode", value("io_uring_op"), "io_uring_sqe"],
  ["flags", bits("io_uring_sqe"), "io_uring_sqe"],
  ["aio_lio_opcode", value("iocb"), "iocb"],
  ["aio_rw_flags", bits("rwf"), "iocb"],

  ["sem_flg", bits("semop"), "sembuf"],
  ["mode", octal, "ipc64_perm compat_ipc64_perm"],
  ["mq_flags", bits("open"), "mq_attr compat_mq_attr"],

  ["type", value("perf_type"), "perf_event_attr"],
  ["sample_type", bits("perf_sample"), "perf_event_attr"],
  ["read_format", bits("perf_read"), "perf_event_attr"],
  ["c_iflag", bits("c_iflag"), "termios termios2 termio"],
  ["c_oflag", bits("c_oflag"), "termios termios2 termio"],
  ["c_cflag", { ...value("baud", 0x100f), ...bits("c_cflag") }, "termios termios2 termio"],
  ["c_lflag", bits("c_lflag"), "termios termios2 termio"],
];

/** setsockopt(2), getsockopt(2): the set of options of each level. */
export const OPTIONS_BY_LEVEL: Readonly<Record<number, string>> = {
  0: "ip_option",
  1: "socket_option",
  6: "tcp_option",
  17: "udp_option",
  40: "vsock_option", // AF_VSOCK
  41: "IPV6_OPTION",
  255: "RAW_OPTION",
  263: "packet_option",
  270: "netlink_option",
  279: "alg_option",
};

/** sigaction(2): the set of si_code values that the kernel sets, by signal. */
export const CODES_BY_SIGNAL: Readonly<Record<number, string>> = {
  4: "si_code_ill",
  5: "si_code_trap",
  7: "si_code_bus",
  8: "si_code_fpe",
  11: "si_code_segv",
  17: "si_code_chld",
  29: "si_code_poll",
  31: "si_code_sys",
};

function expandRows(rows: readonly SetRow[]): ReadonlyMap<string, NumberParts> {
  return new Map(
    rows.flatMap(([member, parts, owners]) =>
      owners.split(" ").map((owner): [string, NumberParts] => [`${owner} ${member}`, parts]),
    ),
  );
}

/** Keys are "call argument". */
export const ARGUMENT_SETS = expandRows(ARGUMENT_ROWS);
/** Keys are "struct field". */
export const FIELD_SETS = expandRows(FIELD_ROWS);
