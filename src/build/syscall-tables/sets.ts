/**
 * Defines the sets of constants: those of an argument, a field or an option. A set is defined by the
 * headers of its constants and a pattern of their names. The first of two names for one value is used,
 * so `not` excludes aliases.
 */

export interface SetDefinition {
  readonly name: string;
  /** Bits that can be combined, or mutually exclusive values. */
  readonly kind: "bits" | "values";
  /** Suffixes of header names, or the tag of an enum: "enum bpf_cmd". */
  readonly from: readonly string[];
  /** Matches the whole name. */
  readonly match: RegExp;
  readonly not?: RegExp;
}

/**
 * The order in which strace names bits, where it is not ascending: constants named here come before
 * all others. Composite constants come before their parts.
 */
export const ORDERS: Readonly<Record<string, string>> = {
  open: `
    O_CREAT O_EXCL O_NOCTTY O_TRUNC O_APPEND O_NONBLOCK O_SYNC __O_SYNC O_DSYNC O_DIRECT O_LARGEFILE
    O_NOFOLLOW O_NOATIME O_CLOEXEC O_PATH O_TMPFILE __O_TMPFILE O_DIRECTORY FASYNC
  `,
  access: "R_OK W_OK X_OK",
  flock: "LOCK_SH LOCK_EX LOCK_NB LOCK_UN LOCK_MAND LOCK_RW",
  clone: `
    CLONE_VM CLONE_FS CLONE_FILES CLONE_SIGHAND CLONE_PIDFD CLONE_PTRACE CLONE_VFORK CLONE_PARENT
    CLONE_THREAD CLONE_NEWNS CLONE_SYSVSEM CLONE_SETTLS CLONE_PARENT_SETTID CLONE_CHILD_CLEARTID
    CLONE_UNTRACED CLONE_CHILD_SETTID CLONE_NEWCGROUP CLONE_NEWUTS CLONE_NEWIPC CLONE_NEWUSER
    CLONE_NEWPID CLONE_NEWNET CLONE_IO CLONE_NEWTIME
  `,
  sigaction: `
    SA_RESTORER SA_ONSTACK SA_RESTART SA_NODEFER SA_RESETHAND SA_SIGINFO SA_NOCLDSTOP SA_NOCLDWAIT
  `,
  xfeature_mask: `
    XFEATURE_MASK_FPSSE XFEATURE_MASK_FP XFEATURE_MASK_SSE XFEATURE_MASK_YMM XFEATURE_MASK_BNDREGS
    XFEATURE_MASK_BNDCSR XFEATURE_MASK_AVX512 XFEATURE_MASK_OPMASK XFEATURE_MASK_ZMM_Hi256
    XFEATURE_MASK_Hi16_ZMM XFEATURE_MASK_PT XFEATURE_MASK_PKRU XFEATURE_MASK_PASID
    XFEATURE_MASK_LBR XFEATURE_MASK_XTILE XFEATURE_MASK_XTILE_CFG XFEATURE_MASK_XTILE_DATA
  `,
  semop: "SEM_UNDO",
  key_permission: `
    KEY_POS_VIEW KEY_POS_READ KEY_POS_WRITE KEY_POS_SEARCH KEY_POS_LINK KEY_POS_SETATTR
    KEY_USR_VIEW KEY_USR_READ KEY_USR_WRITE KEY_USR_SEARCH KEY_USR_LINK KEY_USR_SETATTR
    KEY_GRP_VIEW KEY_GRP_READ KEY_GRP_WRITE KEY_GRP_SEARCH KEY_GRP_LINK KEY_GRP_SETATTR
  `,
  c_lflag: `
    ISIG ICANON XCASE ECHO ECHOE ECHOK ECHONL NOFLSH IEXTEN ECHOCTL ECHOPRT ECHOKE FLUSHO PENDIN
    TOSTOP
  `,
  map: `
    MAP_FIXED MAP_ANONYMOUS MAP_32BIT MAP_NORESERVE MAP_POPULATE MAP_NONBLOCK MAP_GROWSDOWN
    MAP_DENYWRITE MAP_EXECUTABLE MAP_LOCKED MAP_STACK MAP_HUGETLB MAP_SYNC MAP_FIXED_NOREPLACE
  `,
  msync: "MS_SYNC",
  mempolicy_flags: "MPOL_F_STATIC_NODES MPOL_F_RELATIVE_NODES",
  wait: "WNOHANG WEXITED WSTOPPED WCONTINUED WNOWAIT __WCLONE __WALL __WNOTHREAD",
  pidfd_open: "PIDFD_NONBLOCK",
  signalfd: "SFD_CLOEXEC",
  timerfd_create: "TFD_CLOEXEC",
  socket_flags: "SOCK_CLOEXEC",
  eventfd: "EFD_SEMAPHORE EFD_CLOEXEC",
  msgrcv: "MSG_NOERROR MSG_EXCEPT MSG_COPY",
  module_delete: "O_NONBLOCK",
  fanotify: `
    FAN_ACCESS FAN_MODIFY FAN_ATTRIB FAN_CLOSE_WRITE FAN_CLOSE_NOWRITE FAN_OPEN FAN_MOVED_FROM
    FAN_MOVED_TO FAN_CREATE FAN_DELETE FAN_DELETE_SELF FAN_MOVE_SELF FAN_OPEN_EXEC FAN_Q_OVERFLOW
    FAN_FS_ERROR FAN_OPEN_PERM FAN_ACCESS_PERM FAN_OPEN_EXEC_PERM FAN_ONDIR FAN_EVENT_ON_CHILD
    FAN_RENAME
  `,
};

/** Matches any of these names as a whole. */
const exactly = (pattern: string) => new RegExp(`^(?:${pattern})$`);

function definition(kind: "bits" | "values") {
  return (name: string, from: string, match: string, not?: string): SetDefinition => ({
    ...{ name, kind, from: from.split(/, /), match: exactly(match) },
    ...(not === undefined ? {} : { not: exactly(not) }),
  });
}

const bits = definition("bits");
const values = definition("values");

/** Files and paths. */
const FILES = [
  values("open_access", "fcntl.h", "O_(RDONLY|WRONLY|RDWR|ACCMODE)"),
  bits("open", "fcntl.h", "(__)?O_\\w+|FASYNC", "O_(RDONLY|WRONLY|RDWR|ACCMODE|NDELAY)"),
  bits("resolve", "linux/openat2.h", "RESOLVE_.*"),
  values("dirfd", "linux/fcntl.h", "AT_FDCWD"),
  bits(
    "at",
    "linux/fcntl.h",
    "AT_(SYMLINK_NOFOLLOW|REMOVEDIR|SYMLINK_FOLLOW|NO_AUTOMOUNT|EMPTY_PATH|RECURSIVE)",
  ),
  bits("at_access", "linux/fcntl.h", "AT_(SYMLINK_NOFOLLOW|EACCESS|EMPTY_PATH)"),
  bits("at_statx", "linux/fcntl.h", "AT_STATX_.*", "AT_STATX_SYNC_TYPE"),
  bits("at_exec", "linux/fcntl.h", "AT_(SYMLINK_NOFOLLOW|EMPTY_PATH|EXECVE_CHECK)"),
  bits("at_handle", "linux/fcntl.h", "AT_(SYMLINK_FOLLOW|EMPTY_PATH)|AT_HANDLE_.*"),
  bits("at_mount", "linux/fcntl.h", "AT_(SYMLINK_NOFOLLOW|NO_AUTOMOUNT|EMPTY_PATH|RECURSIVE)"),
  bits("close_on_exec", "fcntl.h", "O_CLOEXEC"),
  bits("rename", "linux/fs.h", "RENAME_.*"),
  bits("access", "manual", "._OK"),
  values("file_type", "linux/stat.h", "S_IF.*", "S_IFMT"),
  bits("file_mode", "linux/stat.h", "S_IS(UID|GID|VTX)"),
  bits("statx", "linux/stat.h", "STATX_.*", "STATX_ATTR_.*|STATX__RESERVED"),
  bits("statx_attributes", "linux/stat.h", "STATX_ATTR_.*"),
  values("dirent_type", "manual", "DT_.*"),
  values("seek", "linux/fs.h", "SEEK_.*", "SEEK_MAX"),
  bits("rwf", "linux/fs.h", "RWF_.*", "RWF_SUPPORTED"),
  bits("sync_file_range", "linux/fs.h", "SYNC_FILE_RANGE_.*", "SYNC_FILE_RANGE_WRITE_AND_WAIT"),
  bits("fallocate", "linux/falloc.h", "FALLOC_FL_.*", "FALLOC_FL_ALLOCATE_RANGE"),
  values("fadvise", "linux/fadvise.h", "POSIX_FADV_.*"),
  bits("splice", "linux/splice.h, manual", "SPLICE_F_.*"),
  bits("close_range", "linux/close_range.h", "CLOSE_RANGE_.*"),
  bits("xattr", "linux/xattr.h", "XATTR_(CREATE|REPLACE)"),
  bits("flock", "fcntl.h", "LOCK_.*"),
  values("fcntl", "fcntl.h", "F_.*", "F_((RD|WR|UN|EX|SH)LCK|OWNER_.*|SEAL_.*|LINUX_.*)"),
  bits("fd_flags", "fcntl.h", "FD_CLOEXEC"),
  values("lock_type", "fcntl.h", "F_(RD|WR|UN)LCK"),
  values("owner_type", "fcntl.h", "F_OWNER_.*"),
  bits("seals", "linux/fcntl.h", "F_SEAL_.*"),
  bits("notify", "linux/fcntl.h", "DN_.*"),
  values("rw_hint", "linux/fcntl.h", "RWH_.*"),
  bits("memfd", "linux/memfd.h", "MFD_.*", "MFD_HUGE_.*"),
  bits("inode_flags", "linux/fs.h", "FS_.*_FL", "FS_BTREE_FL"),
  bits("xflags", "linux/fs.h", "FS_XFLAG_.*"),
  values(
    "filesystem",
    "linux/magic.h",
    ".*_MAGIC(_NUMBER|2)?|.*_SUPER_MAGIC.*",
    "EXT[34]_.*|.*_STRING",
  ),
];

const MOUNTS = [
  bits("mount", "linux/mount.h", "MS_.*", "MS_(VERBOSE|RMT_MASK|MGC_.*)"),
  values("propagation", "linux/mount.h", "MS_(UNBINDABLE|PRIVATE|SLAVE|SHARED)"),
  bits("umount", "kernel/linux/fs.h", "MNT_(FORCE|DETACH|EXPIRE)|UMOUNT_NOFOLLOW"),
  bits("open_tree", "linux/mount.h", "OPEN_TREE_.*"),
  bits("move_mount", "linux/mount.h", "MOVE_MOUNT_.*", "MOVE_MOUNT__MASK"),
  bits("fsopen", "linux/mount.h", "FSOPEN_.*"),
  bits("fspick", "linux/mount.h", "FSPICK_.*"),
  bits("fsmount", "linux/mount.h", "FSMOUNT_.*"),
  values("fsconfig", "enum fsconfig_command", "FSCONFIG_.*"),
  bits("mount_attr", "linux/mount.h", "MOUNT_ATTR_.*", "MOUNT_ATTR_(_ATIME|SIZE_.*|RELATIME)"),
  bits("statmount_mask", "linux/mount.h", "STATMOUNT_.*", "STATMOUNT_BY_FD"),
  bits("statmount", "linux/mount.h", "STATMOUNT_BY_FD"),
  bits("listmount", "linux/mount.h", "LISTMOUNT_.*"),
  bits("swap", "kernel/linux/swap.h", "SWAP_FLAG_(PREFER|DISCARD.*)"),
  values("quota", "linux/quota.h, linux/dqblk_xfs.h", "Q_.*"),
  values("quota_type", "linux/quota.h", "(USR|GRP|PRJ)QUOTA"),
  bits("quota_valid", "linux/quota.h", "QIF_(BLIMITS|SPACE|ILIMITS|INODES|BTIME|ITIME)"),
  bits("quota_info_flags", "linux/quota.h, manual", "DQF_(ROOT_SQUASH|SYS_FILE)"),
  bits("quota_info_valid", "linux/quota.h", "IIF_.*", "IIF_ALL"),
  bits("xfs_quota_flags", "linux/dqblk_xfs.h", "FS_(USER|PROJ|GROUP)_QUOTA"),
  bits("xfs_quota_state", "linux/dqblk_xfs.h", "FS_QUOTA_.DQ_.*"),
  values("quota_format", "linux/quota.h", "QFMT_.*"),
];

const MEMORY = [
  bits("prot", "mman-common.h, asm/mman.h", "PROT_.*"),
  values(
    "map_type",
    "linux/mman.h, mman-common.h",
    "MAP_(FILE|SHARED|PRIVATE|SHARED_VALIDATE|DROPPABLE)",
  ),
  bits(
    ...["map", "mman.h, mman-common.h", "MAP_.*"],
    "MAP_(TYPE|FILE|SHARED|PRIVATE|SHARED_VALIDATE|DROPPABLE|UNINITIALIZED|HUGE_.*)",
  ),
  values("madvise", "mman-common.h", "MADV_.*"),
  bits("mremap", "linux/mman.h", "MREMAP_.*"),
  bits("msync", "mman-common.h", "MS_(ASYNC|INVALIDATE|SYNC)"),
  bits("mlockall", "asm-generic/mman.h", "MCL_.*"),
  bits("mlock2", "mman-common.h", "MLOCK_ONFAULT"),
  bits("pkey", "mman-common.h, manual", "PKEY_DISABLE_.*"),
  values("mempolicy", "enum mempolicy_mode", "MPOL_.*", "MPOL_MAX"),
  bits(
    "mempolicy_flags",
    "linux/mempolicy.h",
    "MPOL_F_(STATIC_NODES|RELATIVE_NODES|NUMA_BALANCING)",
  ),
  bits("get_mempolicy", "linux/mempolicy.h", "MPOL_F_(NODE|ADDR|MEMS_ALLOWED)"),
  bits("move_pages", "linux/mempolicy.h", "MPOL_MF_(MOVE|MOVE_ALL)"),
  bits("mbind", "linux/mempolicy.h", "MPOL_MF_(STRICT|MOVE|MOVE_ALL|LAZY)"),
  values("membarrier", "enum membarrier_cmd", "MEMBARRIER_CMD_.*", "MEMBARRIER_CMD_SHARED"),
  bits("membarrier_flags", "enum membarrier_cmd_flag", "MEMBARRIER_CMD_FLAG_.*"),
  bits("userfaultfd", "linux/userfaultfd.h, fcntl.h", "UFFD_USER_MODE_ONLY|O_(CLOEXEC|NONBLOCK)"),
  bits("userfaultfd_features", "linux/userfaultfd.h", "UFFD_FEATURE_.*"),
  bits("shadow_stack", "mman.h", "SHADOW_STACK_SET_.*"),
];

const PROCESSES = [
  bits("clone", "linux/sched.h", "CLONE_.*", "CLONE_(ARGS_.*|DETACHED)"),
  bits("unshare", "linux/sched.h", "CLONE_(NEW.*|VM|FS|FILES|SIGHAND|THREAD|SYSVSEM)"),
  bits("namespaces", "linux/sched.h", "CLONE_NEW.*"),
  bits("wait", "linux/wait.h", "W[A-Z]+|__W[A-Z]+", "WUNTRACED"),
  values("wait_for", "linux/wait.h", "P_.*"),
  values("rlimit", "asm-generic/resource.h, asm/resource.h", "RLIMIT_.*"),
  values("rlimit_value", "resource.h", "RLIM_INFINITY"),
  values("rusage", "linux/resource.h", "RUSAGE_.*", "RUSAGE_BOTH"),
  values("priority", "linux/resource.h", "PRIO_(PROCESS|PGRP|USER)"),
  values("scheduler", "linux/sched.h, manual", "SCHED_(OTHER|FIFO|RR|BATCH|IDLE|DEADLINE|EXT)"),
  bits("scheduler_reset", "linux/sched.h", "SCHED_RESET_ON_FORK"),
  bits("scheduler_flags", "linux/sched.h", "SCHED_FLAG_.*", "SCHED_FLAG_(KEEP_ALL|UTIL_CLAMP|ALL)"),
  values("ioprio_who", "linux/ioprio.h", "IOPRIO_WHO_.*"),
  values("ioprio_class", "linux/ioprio.h", "IOPRIO_CLASS_.*", "IOPRIO_CLASS_(MASK|SHIFT)"),
  values(
    ...["prctl", "linux/prctl.h", PRCTL_OPTIONS()],
    "PR_SET_MM_.*|PR_SET_PTRACER_ANY|PR_SET_VMA_ANON_NAME",
  ),
  values("prctl_mm", "linux/prctl.h", "PR_SET_MM_.*"),
  values("prctl_ambient", "linux/prctl.h", "PR_CAP_AMBIENT_.*"),
  values("prctl_speculation", "linux/prctl.h", "PR_SPEC_(STORE_BYPASS|INDIRECT_BRANCH|L1D_FLUSH)"),
  bits(
    ...["prctl_speculation_flags", "linux/prctl.h", "PR_SPEC_.*"],
    "PR_SPEC_(STORE_BYPASS|INDIRECT_BRANCH|L1D_FLUSH|NOT_AFFECTED)",
  ),
  values("prctl_core", "linux/prctl.h", "PR_SCHED_CORE_(GET|CREATE|SHARE_.*)"),
  values("prctl_mce", "linux/prctl.h", "PR_MCE_KILL_(CLEAR|SET)"),
  values("prctl_mce_policy", "linux/prctl.h", "PR_MCE_KILL_(LATE|EARLY|DEFAULT)"),
  values("prctl_tsc", "linux/prctl.h", "PR_TSC_.*"),
  bits("prctl_unalign", "linux/prctl.h", "PR_UNALIGN_.*"),
  bits("prctl_fp_mode", "linux/prctl.h", "PR_FP_MODE_.*"),
  bits("prctl_pac", "linux/prctl.h", "PR_PAC_AP.*KEY"),
  bits("prctl_pac_enabled", "linux/prctl.h", "PR_PAC_AP[ID].KEY"),
  values("prctl_dispatch", "linux/prctl.h", "PR_SYS_DISPATCH_.*", "PR_SYS_DISPATCH_EXCLUSIVE_ON"),
  values("prctl_vma", "linux/prctl.h", "PR_SET_VMA_ANON_NAME"),
  bits("prctl_sve", "linux/prctl.h", "PR_SVE_(SET_VL_ONEXEC|VL_INHERIT)"),
  bits("prctl_sme", "linux/prctl.h", "PR_SME_(SET_VL_ONEXEC|VL_INHERIT)"),
  values("pid_type", "manual", "PIDTYPE_.*"),
  values("suid_dump", "manual", "SUID_DUMP_.*"),
  values("prctl_speculation_control", "linux/prctl.h", "PR_SPEC_(EN|DIS|FORCE_DIS)ABLE.*"),
  bits("xfeature_mask", "manual", "XFEATURE_MASK_.*"),
  values("xfeature", "manual", "XFEATURE_(?!MASK_).*"),
  values("arch_prctl", "asm/prctl.h", "ARCH_.*", "ARCH_SHSTK_(SHSTK|WRSS)|ARCH_XCOMP_.*"),
  values("capability", "linux/capability.h", "CAP_.*", "CAP_LAST_CAP"),
  values("capability_version", "linux/capability.h", "_LINUX_CAPABILITY_VERSION_.*"),
  bits("securebits", "linux/securebits.h", "SECBIT_.*"),
  values(
    "personality",
    "linux/personality.h",
    "PER_.*",
    "PER_(MASK|CLEAR_ON_SETID|LINUX_.*|SUNOS|LINUX32_3GB)",
  ),
  bits("personality_flags", "linux/personality.h", "[A-Z]{3,}\\w*", "PER_.*|_.*"),
  values("seccomp", "linux/seccomp.h", "SECCOMP_(SET_MODE|GET)_.*"),
  bits("seccomp_flags", "linux/seccomp.h", "SECCOMP_FILTER_FLAG_.*"),
  values("seccomp_mode", "linux/seccomp.h", "SECCOMP_MODE_.*"),
  values(
    ...["seccomp_action", "linux/seccomp.h", "SECCOMP_RET_.*"],
    "SECCOMP_RET_(KILL|ACTION|ACTION_FULL|DATA)",
  ),
  values(
    ...["ptrace", "linux/ptrace.h, asm/ptrace.h, asm/ptrace-abi.h, manual", "PTRACE_.*"],
    "PTRACE_(....USR|O_.*|EVENT.*|SYSCALL_INFO_.*|PEEKSIGINFO_SHARED)",
  ),
  bits("ptrace_options", "linux/ptrace.h", "PTRACE_O_.*", "PTRACE_O_MASK"),
  values("ptrace_event", "linux/ptrace.h", "PTRACE_EVENT_.*"),
  bits("ptrace_peek", "linux/ptrace.h", "PTRACE_PEEKSIGINFO_SHARED"),
  values("ptrace_info", "linux/ptrace.h", "PTRACE_SYSCALL_INFO_.*"),
  values("regset", "linux/elf.h, manual", "NT_.*", "NT_(GNU_.*|VERSION|PRFPREG)"),
  values("audit_arch", "linux/audit.h", "AUDIT_ARCH_.*", "AUDIT_ARCH_ARMEB"),
  values("kcmp", "enum kcmp_type", "KCMP_.*", "KCMP_TYPES"),
  bits("pidfd_open", "linux/pidfd.h", "PIDFD_(NONBLOCK|THREAD)"),
  bits("pidfd_signal", "linux/pidfd.h", "PIDFD_SIGNAL_.*"),
  bits("rseq", "enum rseq_flags", "RSEQ_FLAG_.*"),
  bits("landlock_ruleset", "linux/landlock.h", "LANDLOCK_CREATE_RULESET_.*"),
  bits("landlock_restrict", "linux/landlock.h", "LANDLOCK_RESTRICT_SELF_.*"),
  bits("landlock_add", "linux/landlock.h", "LANDLOCK_ADD_.*"),
  values("landlock_rule", "enum landlock_rule_type", "LANDLOCK_RULE_.*"),
  bits("landlock_fs", "linux/landlock.h", "LANDLOCK_ACCESS_FS_.*"),
  bits("landlock_net", "linux/landlock.h", "LANDLOCK_ACCESS_NET_.*"),
  bits("landlock_scope", "linux/landlock.h", "LANDLOCK_SCOPE_.*"),
  values("lsm_attr", "linux/lsm.h", "LSM_ATTR_.*", "LSM_ATTR_UNDEF"),
  bits("lsm_flags", "linux/lsm.h", "LSM_FLAG_.*"),
];

/** The options of prctl(2), as opposed to the PR_* constants of their arguments. */
function PRCTL_OPTIONS(): string {
  return [
    "PR_[GS]ET_[A-Z_0-9]+|PR_CAPBSET_.*|PR_TASK_PERF_EVENTS_.*|PR_MCE_KILL(_GET)?|PR_CAP_AMBIENT",
    "PR_MPX_.*|PR_SVE_[GS]ET_VL|PR_SME_[GS]ET_VL|PR_PAC_(RESET_KEYS|[GS]ET_ENABLED_KEYS)",
    "PR_SCHED_CORE|PR_RISCV_V_[GS]ET_CONTROL|PR_RISCV_SET_ICACHE_FLUSH_CTX|PR_PPC_[GS]ET_DEXCR",
    "PR_LOCK_SHADOW_STACK_STATUS|PR_TIMER_CREATE_RESTORE_IDS|PR_FUTEX_HASH|PR_RSEQ_SLICE_EXTENSION",
  ].join("|");
}

const SIGNALS = [
  values(
    "signal",
    "asm/signal.h, asm-generic/signal.h",
    "SIG[A-Z0-9]+",
    "SIG(IOT|POLL|UNUSED|LOST|RTM.*|STKSZ)",
  ),
  values("sigprocmask", "signal-defs.h", "SIG_(BLOCK|UNBLOCK|SETMASK)"),
  values("handler", "signal-defs.h", "SIG_(DFL|IGN)"),
  bits(
    "sigaction",
    "signal-defs.h, asm/signal.h, asm-generic/signal.h",
    "SA_.*",
    "SA_(NOMASK|ONESHOT)",
  ),
  bits("sigaltstack", "linux/signal.h, asm-generic/signal-defs.h, manual", "SS_.*"),
  values("si_code", "siginfo.h", "SI_[A-Z]+"),
  values("si_code_chld", "siginfo.h", "CLD_.*"),
  values("si_code_segv", "siginfo.h", "SEGV_.*"),
  values("si_code_bus", "siginfo.h", "BUS_.*"),
  values("si_code_fpe", "siginfo.h", "FPE_.*"),
  values("si_code_ill", "siginfo.h", "ILL_.*"),
  values("si_code_trap", "siginfo.h", "TRAP_.*", "TRAP_PERF_FLAG_.*"),
  values("si_code_poll", "siginfo.h", "POLL_.*"),
  values("si_code_sys", "siginfo.h", "SYS_.*"),
  values("sigev", "siginfo.h", "SIGEV_.*", "SIGEV_(MAX|PAD)_SIZE"),
  bits("signalfd", "linux/signalfd.h", "SFD_.*"),
];

const TIME = [
  values("clock", "linux/time.h", "CLOCK_.*", "CLOCK_(AUX_LAST|SGI_CYCLE)"),
  values("itimer", "linux/time.h", "ITIMER_.*"),
  bits("timer", "linux/time.h", "TIMER_ABSTIME"),
  bits("timerfd_create", "linux/timerfd.h", "TFD_(CLOEXEC|NONBLOCK)"),
  bits("timerfd", "linux/timerfd.h", "TFD_TIMER_.*"),
  bits("adjtimex", "linux/timex.h", "ADJ_.*", "ADJ_OFFSET_.*"),
  bits("adjtimex_status", "linux/timex.h", "STA_.*", "STA_RONLY"),
  values("adjtimex_result", "linux/timex.h", "TIME_.*", "TIME_BAD"),
  values("utime", "manual", "UTIME_.*"),
];

const NETWORK = [
  values("family", "kernel/linux/socket.h", "AF_.*", "AF_(LOCAL|ROUTE|MAX)"),
  values("socket", "kernel/linux/net.h", "SOCK_(STREAM|DGRAM|RAW|RDM|SEQPACKET|DCCP|PACKET)"),
  bits("socket_flags", "manual", "SOCK_(CLOEXEC|NONBLOCK)"),
  values("protocol", "linux/in.h", "IPPROTO_.*", "IPPROTO_MAX"),
  values("protocol_ipv6", "linux/in6.h", "IPPROTO_.*"),
  values("protocol_ethernet", "linux/if_ether.h", "ETH_P_.*", "ETH_P_802_3_MIN"),
  values("protocol_netlink", "linux/netlink.h", NETLINK_PROTOCOLS()),
  bits(
    ...["message", "kernel/linux/socket.h", "MSG_.*"],
    "MSG_(TRYHARD|EOF|SENDPAGE.*|NO_SHARED_FRAGS|SPLICE_PAGES|CMSG_COMPAT|INTERNAL.*)",
  ),
  values("shutdown", "kernel/linux/net.h", "SHUT_.*"),
  values("socket_level", "kernel/linux/socket.h, socket.h", "SOL_.*"),
  values(
    ...["socket_option", "asm-generic/socket.h, asm/socket.h", "SO_.*"],
    "SO_(GET_FILTER|DETACH_BPF|TIMESTAMP|TIMESTAMPNS|TIMESTAMPING|[RS]..TIMEO)",
  ),
  values(
    ...["ip_option", "linux/in.h", "IP_.*|MCAST_.*"],
    "IP_(PMTUDISC_.*|DEFAULT_.*|RECVRETOPTS|RECVORIGDSTADDR)|MCAST_(EX|IN)CLUDE",
  ),
  values(
    ...["ipv6_option", "linux/in6.h", "IPV6_.*"],
    "IPV6_(FL_.*|FLOWINFO_.*|FLOWLABEL|PRIORITY_.*|TLV_.*|PMTUDISC_.*|PREFER_.*|JOIN_.*|LEAVE_.*|2292.*SRCRT)",
  ),
  values(
    ...["tcp_option", "linux/tcp.h", "TCP_[A-Z0-9_]+"],
    "TCP_(FLAG_.*|NLA_.*|CA_.*|MSS_.*|CM_.*|REPAIR_O.*|MD5SIG_.*|AO_(KEYF|MAXKEY).*|NO_QUEUE|(RECV|SEND)_QUEUE|QUEUES_NR|DATA_.*|RESERVED_.*|RECEIVE_.*|ACCECN_.*)",
  ),
  values("udp_option", "linux/udp.h", "UDP_.*", "UDP_ENCAP_.+"),
  values(
    "packet_option",
    "linux/if_packet.h",
    "PACKET_.*",
    "PACKET_(HOST|BROADCAST|MULTICAST|OTHERHOST|OUTGOING|LOOPBACK|USER|KERNEL|FASTROUTE|FANOUT_.*|MR_.*|[A-Z]+_TP_STATUS.*)",
  ),
  values(
    "packet_type",
    "linux/if_packet.h",
    "PACKET_(HOST|BROADCAST|MULTICAST|OTHERHOST|OUTGOING|LOOPBACK|USER|KERNEL)",
  ),
  values(
    "netlink_option",
    "linux/netlink.h",
    "NETLINK_(\\w+_MEMBERSHIPS?|PKTINFO|BROADCAST_ERROR|NO_ENOBUFS|[RT]X_RING|LISTEN_ALL_NSID|CAP_ACK|EXT_ACK|GET_STRICT_CHK)",
  ),
  bits(
    ...["netlink_flags", "linux/netlink.h", "NLM_F_.*"],
    "NLM_F_(NONREC|BULK|CAPPED|ACK_TLVS|REPLACE|EXCL|CREATE|APPEND)",
  ),
  values("netlink_type", "linux/netlink.h", "NLMSG_.*", "NLMSG_(MIN_TYPE|ALIGNTO|HDRLEN)"),
  values("route_type", "linux/rtnetlink.h", "RTM_(NEW|DEL|GET|SET).*"),
  values("vsock_option", "linux/vm_sockets.h", "SO_VM_.*", "SO_VM_SOCKETS_CONNECT_TIMEOUT"),
  values("alg_option", "linux/if_alg.h", "ALG_SET_.*"),
  values("control_message", "kernel/linux/socket.h", "SCM_.*"),
  values(
    "control_socket",
    "socket.h",
    "SO_TIMESTAMP\\w*|SCM_.*",
    "SCM_(TXTIME|TSTAMP.*|RIGHTS|CREDENTIALS|SECURITY|PIDFD)",
  ),
  values("socketcall", "linux/net.h", "SYS_.*"),
  bits("interface", "linux/if.h", "IFF_.*", "IFF_VOLATILE"),
];

/** The protocols in linux/netlink.h, whose names look like those of its options. */
function NETLINK_PROTOCOLS(): string {
  return `NETLINK_(ROUTE|UNUSED|USERSOCK|FIREWALL|SOCK_DIAG|NFLOG|XFRM|SELINUX|ISCSI|AUDIT|FIB_LOOKUP|CONNECTOR|NETFILTER|IP6_FW|DNRTMSG|KOBJECT_UEVENT|GENERIC|SCSITRANSPORT|ECRYPTFS|RDMA|CRYPTO|SMC)`;
}

/** Waiting for file descriptors. */
const EVENTS = [
  values(
    "futex",
    "linux/futex.h",
    "FUTEX_[A-Z_0-9]+",
    "FUTEX_(.*_PRIVATE|PRIVATE_FLAG|CLOCK_.*|CMD_MASK|OP_.*|ROBUST_.*|.*_LIST(32|64)|32|NO_NODE|WAITV_MAX|WAITERS|OWNER_DIED|TID_MASK|BITSET_.*)",
  ),
  bits("futex_flags", "linux/futex.h", "FUTEX_(PRIVATE_FLAG|CLOCK_REALTIME)"),
  values("futex2_size", "linux/futex.h", "FUTEX2_SIZE_U.*"),
  bits("futex2", "linux/futex.h", "FUTEX2_(NUMA|MPOL|PRIVATE)"),
  values("futex_wake_op", "linux/futex.h", "FUTEX_OP_(SET|ADD|OR|ANDN|XOR)"),
  values("futex_wake_cmp", "linux/futex.h", "FUTEX_OP_CMP_.*"),
  bits("epoll_create", "linux/eventpoll.h", "EPOLL_CLOEXEC"),
  values("epoll_ctl", "linux/eventpoll.h", "EPOLL_CTL_.*"),
  bits("epoll", "linux/eventpoll.h", "EPOLL[A-Z]+"),
  bits("poll", "poll.h", "POLL[A-Z]+", "POLL(_BUSY_LOOP|FREE)"),
  bits("eventfd", "linux/eventfd.h", "EFD_.*"),
  bits("inotify_init", "linux/inotify.h", "IN_(CLOEXEC|NONBLOCK)"),
  bits("inotify", "linux/inotify.h", "IN_.*", "IN_(CLOEXEC|NONBLOCK|CLOSE|MOVE|ALL_EVENTS)"),
  values("fanotify_class", "linux/fanotify.h", "FAN_CLASS_.*"),
  bits(
    ...["fanotify_init", "linux/fanotify.h"],
    "FAN_(CLOEXEC|NONBLOCK|UNLIMITED_.*|ENABLE_AUDIT|REPORT_.*)",
    "FAN_REPORT_DFID_NAME.*",
  ),
  bits("fanotify_mark", "linux/fanotify.h", "FAN_MARK_.*", "FAN_MARK_(INODE|IGNORE_SURV|MNTNS)"),
  bits(
    ...["fanotify", "linux/fanotify.h", "FAN_[A-Z_]+"],
    "FAN_(CLOEXEC|NONBLOCK|UNLIMITED_.*|ENABLE_AUDIT|REPORT_.*|CLASS_.*|MARK_.*|ALL_.*|EVENT_(INFO|METADATA).*|RESPONSE_.*|ALLOW|DENY|AUDIT|INFO|NO.*FD|EPIDFD|ERRNO.*|CLOSE|MOVE)",
  ),
  values("fanotify_response", "linux/fanotify.h", "FAN_(ALLOW|DENY)"),
  values("iocb", "linux/aio_abi.h", "IOCB_CMD_.*"),
  bits("iocb_flags", "linux/aio_abi.h", "IOCB_FLAG_.*"),
  values("io_uring_op", "enum io_uring_op", "IORING_OP_.*", "IORING_OP_LAST"),
  bits("io_uring_setup", "linux/io_uring.h", "IORING_SETUP_.*"),
  bits("io_uring_enter", "linux/io_uring.h", "IORING_ENTER_.*"),
  bits("io_uring_features", "linux/io_uring.h", "IORING_FEAT_.*"),
  values(
    ...["io_uring_register", "enum io_uring_register_op", "IORING_.*"],
    "IORING_REGISTER_(LAST|USE_REGISTERED_RING)",
  ),
  bits(
    "io_uring_register_flags",
    "enum io_uring_register_op",
    "IORING_REGISTER_USE_REGISTERED_RING",
  ),
  bits("io_uring_op_flags", "linux/io_uring.h", "IO_URING_OP_SUPPORTED"),
  values(
    "io_uring_restriction",
    "enum io_uring_register_restriction_op",
    "IORING_RESTRICTION_.*",
    "IORING_RESTRICTION_LAST",
  ),
  bits("io_uring_sqe", "linux/io_uring.h", "IOSQE_.*", "IOSQE_.*_BIT"),
];

/** System V IPC and POSIX message queues. */
const IPC = [
  values("ipc_key", "linux/ipc.h", "IPC_PRIVATE"),
  bits("ipc_get", "linux/ipc.h", "IPC_(CREAT|EXCL|NOWAIT)"),
  bits("shmget", "linux/ipc.h, linux/shm.h", "IPC_(CREAT|EXCL)|SHM_(HUGETLB|NORESERVE)"),
  bits("shmat", "linux/shm.h", "SHM_(RDONLY|RND|REMAP|EXEC)"),
  values(
    "shmctl",
    "linux/ipc.h, linux/shm.h",
    "IPC_(RMID|SET|STAT|INFO)|SHM_(LOCK|UNLOCK|STAT|INFO|STAT_ANY)",
  ),
  values(
    "semctl",
    "linux/ipc.h, linux/sem.h",
    "IPC_(RMID|SET|STAT|INFO)|SEM_(STAT|INFO|STAT_ANY)|[GS]ET(PID|VAL|ALL|NCNT|ZCNT)",
  ),
  values("msgctl", "linux/ipc.h, linux/msg.h", "IPC_(RMID|SET|STAT|INFO)|MSG_(STAT|INFO|STAT_ANY)"),
  bits("semop", "linux/ipc.h, linux/sem.h", "IPC_NOWAIT|SEM_UNDO"),
  bits("mq_flags", "fcntl.h", "O_NONBLOCK"),
  bits("msgsnd", "linux/ipc.h", "IPC_NOWAIT"),
  bits("msgrcv", "linux/ipc.h, linux/msg.h", "IPC_NOWAIT|MSG_(NOERROR|EXCEPT|COPY)"),
  values("ipc_call", "linux/ipc.h", "(SEM|MSG|SHM)(OP|GET|CTL|TIMEDOP|SND|RCV|AT|DT)"),
  bits("ipc_version", "linux/ipc.h", "IPC_64"),
];

const KERNEL = [
  values("bpf", "enum bpf_cmd", "BPF_.*", "BPF_PROG_RUN|__.*"),
  values(
    "bpf_map_type",
    "enum bpf_map_type",
    "BPF_MAP_TYPE_.*",
    ".*_DEPRECATED|BPF_MAP_TYPE_CGRP_STORAGE_.*",
  ),
  values("bpf_prog_type", "enum bpf_prog_type", "BPF_PROG_TYPE_.*"),
  values("bpf_attach_type", "enum bpf_attach_type", "BPF_.*"),
  values("bpf_link_type", "enum bpf_link_type", "BPF_LINK_TYPE_.*"),
  bits(
    "bpf_map_flags",
    "linux/bpf.h",
    "BPF_F_(NO_PREALLOC|NO_COMMON_LRU|NUMA_NODE|RDONLY|WRONLY|STACK_BUILD_ID|ZERO_SEED|RDONLY_PROG|WRONLY_PROG|CLONE|MMAPABLE|PRESERVE_ELEMS|INNER_MAP|LINK|PATH_FD|VTYPE_BTF_OBJ_FD|TOKEN_FD|SEGV_ON_FAULT|NO_USER_CONV)",
  ),
  values("bpf_element", "linux/bpf.h", "BPF_(ANY|NOEXIST|EXIST|F_LOCK)"),
  bits(
    "bpf_prog_flags",
    "linux/bpf.h",
    "BPF_F_(STRICT_ALIGNMENT|ANY_ALIGNMENT|TEST_RND_HI32|TEST_STATE_FREQ|SLEEPABLE|XDP_HAS_FRAGS|XDP_DEV_BOUND_ONLY|TEST_REG_INVARIANTS)",
  ),
  bits("bpf_file_flags", "linux/bpf.h", "BPF_F_(RDONLY|WRONLY|PATH_FD)"),
  bits(
    "bpf_attach_flags",
    "linux/bpf.h",
    "BPF_F_(ALLOW_OVERRIDE|ALLOW_MULTI|REPLACE|BEFORE|AFTER|ID|PREORDER)",
  ),
  bits("bpf_query_flags", "linux/bpf.h", "BPF_F_QUERY_EFFECTIVE"),
  bits("bpf_test_flags", "linux/bpf.h", "BPF_F_TEST_(RUN_ON_CPU|XDP_.*|SKB_.*)"),
  values("bpf_stats", "enum bpf_stats_type", "BPF_STATS_.*"),
  values("ebpf_class", "linux/bpf_common.h, linux/bpf.h", "BPF_(LDX?|STX?|ALU|JMP|JMP32|ALU64)"),
  values("ebpf_size", "linux/bpf_common.h, linux/bpf.h", "BPF_(W|H|B|DW)"),
  values("ebpf_mode", "linux/bpf_common.h, linux/bpf.h", "BPF_(IMM|ABS|IND|MEM|MEMSX|ATOMIC)"),
  values(
    "ebpf_op",
    "linux/bpf_common.h, linux/bpf.h",
    "BPF_(ADD|SUB|MUL|DIV|OR|AND|LSH|RSH|NEG|MOD|XOR|MOV|ARSH|END)",
  ),
  values(
    "ebpf_jump",
    "linux/bpf_common.h, linux/bpf.h",
    "BPF_(JA|JEQ|JGT|JGE|JSET|JNE|JLT|JLE|JSGT|JSGE|JSLT|JSLE|CALL|EXIT|JCOND)",
  ),
  values("ebpf_register", "linux/bpf.h", "BPF_REG_\\d+"),
  values("filter_class", "linux/bpf_common.h", "BPF_(LD|LDX|ST|STX|ALU|JMP|RET|MISC)"),
  values("filter_size", "linux/bpf_common.h", "BPF_[WHB]"),
  values("filter_mode", "linux/bpf_common.h", "BPF_(IMM|ABS|IND|MEM|LEN|MSH)"),
  values("filter_op", "linux/bpf_common.h", "BPF_(ADD|SUB|MUL|DIV|OR|AND|LSH|RSH|NEG|MOD|XOR)"),
  values("filter_jump", "linux/bpf_common.h", "BPF_(JA|JEQ|JGT|JGE|JSET)"),
  values("filter_source", "linux/bpf_common.h", "BPF_[KX]"),
  values("filter_result", "linux/bpf_common.h, linux/filter.h", "BPF_[KXA]"),
  values("filter_misc", "linux/filter.h", "BPF_T(AX|XA)"),
  values("filter_ancillary", "linux/filter.h", "SKF_AD_.*", "SKF_AD_(OFF|MAX)"),
  values("keyctl", "linux/keyctl.h", "KEYCTL_.*", "KEYCTL_(CAPS.*|SUPPORTS_.*|MOVE_EXCL)"),
  bits("keyctl_move", "linux/keyctl.h", "KEYCTL_MOVE_EXCL"),
  bits("keyctl_caps0", "linux/keyctl.h", "KEYCTL_CAPS0_.*"),
  bits("keyctl_caps1", "linux/keyctl.h", "KEYCTL_CAPS1_.*"),
  bits("key_permission", "kernel/linux/key.h", "KEY_(POS|USR|GRP|OTH)_.*", "KEY_..._ALL"),
  values("keyring", "linux/keyctl.h", "KEY_SPEC_.*"),
  values("keyctl_default", "linux/keyctl.h", "KEY_REQKEY_DEFL_.*"),
  values("perf_type", "enum perf_type_id", "PERF_TYPE_.*", "PERF_TYPE_MAX"),
  bits("perf_open", "linux/perf_event.h", "PERF_FLAG_.*"),
  bits("perf_sample", "enum perf_event_sample_format", "PERF_SAMPLE_.*", "PERF_SAMPLE_MAX"),
  bits("perf_read", "enum perf_event_read_format", "PERF_FORMAT_.*", "PERF_FORMAT_MAX"),
  values("perf_hardware", "enum perf_hw_id", "PERF_COUNT_.*", "PERF_COUNT_HW_MAX"),
  values("perf_software", "enum perf_sw_ids", "PERF_COUNT_.*", "PERF_COUNT_SW_MAX"),
  values("perf_cache", "enum perf_hw_cache_id", "PERF_COUNT_.*", "PERF_COUNT_HW_CACHE_MAX"),
  values("perf_cache_op", "enum perf_hw_cache_op_id", "PERF_COUNT_.*", ".*_MAX"),
  values("perf_cache_result", "enum perf_hw_cache_op_result_id", "PERF_COUNT_.*", ".*_MAX"),
  bits("perf_branch", "enum perf_branch_sample_type", "PERF_SAMPLE_BRANCH_.*", ".*_MAX"),
  values("perf_size", "linux/perf_event.h", "PERF_ATTR_SIZE_VER\\d+"),
  values("breakpoint", "linux/hw_breakpoint.h", "HW_BREAKPOINT_(EMPTY|R|W|RW|X)"),
  bits("module", "linux/module.h", "MODULE_INIT_.*"),
  bits("module_delete", "fcntl.h", "O_(NONBLOCK|TRUNC)"),
  bits(
    "kexec",
    "linux/kexec.h",
    "KEXEC_(ON_CRASH|PRESERVE_CONTEXT|UPDATE_ELFCOREHDR|CRASH_HOTPLUG_SUPPORT)",
  ),
  values("kexec_arch", "linux/kexec.h", "KEXEC_ARCH_.*", "KEXEC_ARCH_MASK"),
  bits("kexec_file", "linux/kexec.h", "KEXEC_FILE_.*"),
  values("reboot_magic", "linux/reboot.h", "LINUX_REBOOT_MAGIC1"),
  values("reboot_magic2", "linux/reboot.h", "LINUX_REBOOT_MAGIC2.*"),
  values("reboot", "linux/reboot.h", "LINUX_REBOOT_CMD_.*"),
  values("syslog", "kernel/linux/syslog.h", "SYSLOG_ACTION_.*"),
  bits("random", "linux/random.h", "GRND_.*"),
  values("sysfs", "manual", "SYSFS_.*"),
  values("namespace_id", "linux/nsfs.h", "LISTNS_.*"),
];

/** Terminal modes: termios(3). */
const TERMINAL = [
  values("c_nldly", "termbits.h", "NL[01]"),
  values("c_crdly", "termbits.h", "CR[0-3]"),
  values("c_tabdly", "termbits.h", "TAB[0-3]"),
  values("c_bsdly", "termbits.h", "BS[01]"),
  values("c_vtdly", "termbits.h", "VT[01]"),
  values("c_ffdly", "termbits.h", "FF[01]"),
  bits(
    "c_iflag",
    "termbits.h, termbits-common.h",
    "IGN(BRK|PAR|CR)|BRKINT|PARMRK|INPCK|ISTRIP|INLCR|ICRNL|IUCLC|IX(ON|ANY|OFF)|IMAXBEL|IUTF8",
  ),
  bits(
    "c_oflag",
    "termbits.h, termbits-common.h",
    "OPOST|OLCUC|ONLCR|OCRNL|ONOCR|ONLRET|OFILL|OFDEL",
  ),
  bits(
    "c_cflag",
    "termbits.h, termbits-common.h",
    "CSTOPB|CREAD|PARENB|PARODD|HUPCL|CLOCAL|CMSPAR|CRTSCTS|ADDRB",
  ),
  values("c_csize", "termbits.h, termbits-common.h", "CS[5678]"),
  values("baud", "termbits.h, termbits-common.h", "B[0-9]+|BOTHER"),
  bits(
    "c_lflag",
    "termbits.h, termbits-common.h",
    "ISIG|ICANON|XCASE|ECHO[A-Z]*|NOFLSH|TOSTOP|FLUSHO|PENDIN|IEXTEN|EXTPROC",
  ),
];

export const SET_DEFINITIONS: readonly SetDefinition[] = [
  ...FILES,
  ...MOUNTS,
  ...MEMORY,
  ...PROCESSES,
  ...SIGNALS,
  ...TIME,
  ...NETWORK,
  ...EVENTS,
  ...IPC,
  ...KERNEL,
  ...TERMINAL,
];

/** In an order that satisfies their dependencies. */
export const SET_HEADERS = `
  linux/time.h asm/fcntl.h linux/fcntl.h linux/openat2.h linux/stat.h linux/fs.h linux/xattr.h
  linux/falloc.h linux/fadvise.h linux/close_range.h linux/memfd.h linux/magic.h linux/mount.h
  linux/quota.h linux/dqblk_xfs.h linux/mman.h asm/mman.h linux/mempolicy.h linux/membarrier.h
  linux/userfaultfd.h linux/sched.h linux/sched/types.h linux/wait.h asm/resource.h
  linux/resource.h linux/ioprio.h linux/prctl.h asm/prctl.h linux/capability.h linux/securebits.h
  linux/personality.h linux/seccomp.h linux/audit.h linux/ptrace.h asm/ptrace.h linux/elf.h linux/kcmp.h
  linux/pidfd.h linux/rseq.h linux/landlock.h linux/lsm.h asm/signal.h asm/siginfo.h
  linux/signalfd.h linux/timerfd.h linux/timex.h linux/socket.h asm/socket.h linux/net.h linux/in.h
  linux/in6.h linux/if_ether.h linux/netlink.h linux/rtnetlink.h linux/if_packet.h linux/tcp.h
  linux/udp.h linux/vm_sockets.h linux/if_alg.h linux/if.h linux/futex.h linux/eventpoll.h
  asm/poll.h linux/eventfd.h linux/inotify.h linux/fanotify.h linux/aio_abi.h linux/io_uring.h
  linux/ipc.h linux/sem.h linux/msg.h linux/shm.h linux/mqueue.h linux/bpf_common.h linux/filter.h linux/bpf.h linux/keyctl.h
  linux/perf_event.h linux/hw_breakpoint.h linux/module.h linux/kexec.h linux/reboot.h linux/random.h linux/nsfs.h
  asm/termbits.h
`;

/** Plain macros and enums of the kernel's internal headers. */
export const KERNEL_HEADERS: Readonly<Record<string, RegExp>> = {
  "linux/socket.h": /^(AF|MSG|SOL|SCM)_/,
  "linux/key.h": /^KEY_(POS|USR|GRP|OTH)_/,
  "linux/net.h": /^(enum (sock_type|sock_shutdown_cmd)$)/,
  "linux/fs.h": /^(MNT_(FORCE|DETACH|EXPIRE)|UMOUNT_NOFOLLOW)/,
  "linux/swap.h": /^SWAP_FLAG_/,
  "linux/syslog.h": /^SYSLOG_ACTION_/,
};

/** Constants that no includable header has: from the man pages and the C library. */
export const MANUAL_CONSTANTS = `
#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4
#define DT_UNKNOWN 0
#define DT_FIFO 1
#define DT_CHR 2
#define DT_DIR 4
#define DT_BLK 6
#define DT_REG 8
#define DT_LNK 10
#define DT_SOCK 12
#define DT_WHT 14
#define SPLICE_F_MOVE 1
#define SPLICE_F_NONBLOCK 2
#define SPLICE_F_MORE 4
#define SPLICE_F_GIFT 8
#define SS_ONSTACK 1
#define SS_DISABLE 2
#define SS_AUTODISARM (1U << 31)
#define UTIME_NOW 0x3fffffff
#define UTIME_OMIT 0x3ffffffe
#define SCHED_OTHER 0
#define PTRACE_PEEKUSER 3
#define PTRACE_POKEUSER 6
#define SOCK_CLOEXEC O_CLOEXEC
#define SOCK_NONBLOCK O_NONBLOCK
#define PKEY_DISABLE_EXECUTE 4
#define SYSFS_INDEX 1
#define PIDTYPE_PID 0
#define PIDTYPE_TGID 1
#define PIDTYPE_PGID 2
#define PIDTYPE_SID 3
#define XFEATURE_MASK_FP 0x1
#define XFEATURE_MASK_SSE 0x2
#define XFEATURE_MASK_YMM 0x4
#define XFEATURE_MASK_BNDREGS 0x8
#define XFEATURE_MASK_BNDCSR 0x10
#define XFEATURE_MASK_OPMASK 0x20
#define XFEATURE_MASK_ZMM_Hi256 0x40
#define XFEATURE_MASK_Hi16_ZMM 0x80
#define XFEATURE_MASK_PT 0x100
#define XFEATURE_MASK_PKRU 0x200
#define XFEATURE_MASK_PASID 0x400
#define XFEATURE_MASK_LBR 0x8000
#define XFEATURE_MASK_FPSSE 0x3
#define XFEATURE_MASK_AVX512 0xe0
#define XFEATURE_MASK_XTILE_CFG 0x20000
#define XFEATURE_MASK_XTILE_DATA 0x40000
#define XFEATURE_MASK_XTILE 0x60000
#define SUID_DUMP_DISABLE 0
#define NT_FPREGSET 2
#define DQF_ROOT_SQUASH 1
#define SUID_DUMP_USER 1
#define SUID_DUMP_ROOT 2
#define XFEATURE_FP 0
#define XFEATURE_SSE 1
#define XFEATURE_YMM 2
#define XFEATURE_BNDREGS 3
#define XFEATURE_BNDCSR 4
#define XFEATURE_OPMASK 5
#define XFEATURE_ZMM_Hi256 6
#define XFEATURE_Hi16_ZMM 7
#define XFEATURE_PT_UNIMPLEMENTED_SO_FAR 8
#define XFEATURE_PKRU 9
#define XFEATURE_PASID 10
#define XFEATURE_LBR 15
#define XFEATURE_XTILE_CFG 17
#define XFEATURE_XTILE_DATA 18
#define SYSFS_NAME 2
#define SYSFS_COUNT 3
`;
