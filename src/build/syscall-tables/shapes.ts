/**
 * The types of arguments with hand-written decoders, where they do not follow from the C type: a type
 * of src/syscalls/argument-types.ts and the arguments that have it. "?" marks arguments that some calls
 * lack; "*" matches any call.
 */
const SHAPE_ROWS: readonly (readonly [type: string, args: string])[] = [
  ["Pointer<Stat>", "*.statbuf"],
  ["Pointer<Statx>", "statx.buffer"],
  ["Pointer<Usage>", "getrusage.ru wait4.ru waitid.ru"],
  ["Pointer<readonly (string | Address)[]>", "mbind.nmask set_mempolicy.nmask get_mempolicy.nmask"],
  ["Pointer<readonly (string | Address)[]>", "migrate_pages.old_nodes migrate_pages.new_nodes"],
  ["Pointer<readonly Named<string>[]>", "get_mempolicy.policy"],
  ["Pointer<Statfs>", "statfs.buf fstatfs.buf"],
  [
    "Pointer<Timespec>",
    "nanosleep.rqtp nanosleep.rmtp clock_nanosleep.rqtp clock_nanosleep.rmtp clock_gettime.tp " +
      "clock_getres.tp clock_settime.tp ppoll.tsp pselect6.tsp epoll_pwait2.timeout " +
      "rt_sigtimedwait.uts semtimedop.timeout sched_rr_get_interval.interval recvmmsg.timeout",
  ],
  ["Pointer<Timeval>", "gettimeofday.tv settimeofday.tv select.tvp"],
  ["Pointer<Timer<Timeval>>", "getitimer.value setitimer.value setitimer.ovalue"],
  [
    "Pointer<Timer<Timespec>>",
    "timer_gettime.setting timer_settime.new_setting timer_settime.old_setting " +
      "timerfd_gettime.otmr timerfd_settime.utmr timerfd_settime.otmr",
  ],
  [
    "Pointer<SocketAddress>",
    "accept.upeer_sockaddr accept4.upeer_sockaddr bind.umyaddr connect.uservaddr sendto.addr " +
      "recvfrom.addr getsockname.usockaddr getpeername.usockaddr",
  ],
  [
    "Pointer<readonly number[] | string>",
    "accept.upeer_addrlen accept4.upeer_addrlen recvfrom.addr_len getsockname.usockaddr_len " +
      "getpeername.usockaddr_len",
  ],
  [
    "Pointer<readonly Vector[]>",
    "readv.vec writev.vec preadv.vec pwritev.vec preadv2.vec pwritev2.vec vmsplice.uiov " +
      "process_vm_readv.lvec process_vm_readv.rvec process_vm_writev.lvec process_vm_writev.rvec",
  ],
  ["Pointer<Message>", "sendmsg.msg recvmsg.msg"],
  [
    "Pointer<readonly { readonly msg_hdr: Pointer<Message>; readonly msg_len?: number }[]>",
    "sendmmsg.mmsg recvmmsg.mmsg",
  ],
  ["Pointer<readonly PollFd[]>", "poll.ufds ppoll.ufds"],
  ["Pointer<EpollEvent>", "epoll_ctl.event"],
  ["Pointer<readonly EpollEvent[]>", "epoll_wait.events epoll_pwait.events epoll_pwait2.events"],
  ["Pointer<Limits>", "getrlimit.rlim setrlimit.rlim prlimit64.new_rlim prlimit64.old_rlim"],
  ["Pointer<SignalAction>", "rt_sigaction.act rt_sigaction.oact"],
  [
    "Pointer<SignalSet>",
    "rt_sigprocmask.nset rt_sigprocmask.oset rt_sigpending.uset rt_sigsuspend.unewset " +
      "rt_sigtimedwait.uthese signalfd.user_mask signalfd4.user_mask ppoll.sigmask " +
      "epoll_pwait.sigmask epoll_pwait2.sigmask",
  ],
  [
    "Signal",
    "kill.sig tkill.sig tgkill.sig rt_sigaction.sig rt_sigqueueinfo.sig rt_tgsigqueueinfo.sig pidfd_send_signal.sig",
  ],
  ["Pointer<readonly WaitStatus[]>", "wait4.stat_addr"],
  ["Pointer<OpenHow>", "openat2.how"],
  ["Pointer<CloneArguments>", "clone3.uargs"],
  ["Pointer<readonly Pointer<Text>[]>", "execve.argv execveat.argv"],
  ["Address | null", "execve.envp execveat.envp mmap.addr brk.brk munmap.addr mprotect.start"],
  [
    "Address | null",
    "madvise.start mlock.start munlock.start mremap.addr msync.start shmat.shmaddr",
  ],
  ["Address | null", "mincore.start mlock2.start mbind.start mremap.new_addr? shmdt.shmaddr"],
  ["Address | null", "pkey_mprotect.start set_mempolicy_home_node.start kexec_load.entry"],
  [
    "Address | null",
    "io_destroy.ctx io_getevents.ctx_id io_pgetevents.ctx_id io_pgetevents_time64.ctx_id",
  ],
  ["Fd | string", "fanotify_mark.dfd"],
  ["Pointer<readonly Fd[]>", "pipe.fildes pipe2.fildes socketpair.usockvec"],
  [
    "Pointer<Text>",
    "read.buf write.buf pread64.buf pwrite64.buf sendto.buff recvfrom.ubuf readlink.buf " +
      "readlinkat.buf getrandom.ubuf add_key.payload",
  ],
  ["Pointer<string>", "select.inp select.outp select.exp pselect6.inp pselect6.outp pselect6.exp"],
  ["Pointer<string>", "sched_getaffinity.user_mask_ptr sched_setaffinity.user_mask_ptr"],
  ['Flags<"open_access" | "open">', "open.flags openat.flags"],
  ["number", "open.mode openat.mode creat.mode mkdir.mode mkdirat.mode chmod.mode fchmod.mode"],
  ["number", "fchmodat.mode mq_open.mode? umask.mask membarrier.flags rseq.flags seccomp.flags"],
  ["number", "futex.val? close_range.fd close_range.max_fd"],
  ["Integer", "readlink.bufsiz readlinkat.bufsiz getdents64.count copy_file_range.flags"],
  ["Integer", "rseq.rseq_len rseq.sig"],
  ["Integer", "sched_setaffinity.len sched_getaffinity.len preadv.pos_l pwritev.pos_l"],
  ["Integer", "preadv2.pos_l pwritev2.pos_l"],
  ["Integer", "sysfs.option preadv.pos_h? pwritev.pos_h? preadv2.pos_h? pwritev2.pos_h?"],
  // Texts that say more than a number.
  ["string", "mknod.mode mknodat.mode ioprio_set.ioprio ustat.dev msgget.msgflg"],
  ["string", "mknod.dev? mknodat.dev?"],
  ["Address | null", "get_mempolicy.addr futex.uaddr futex.uaddr2? remap_file_pages.start"],
  ["string", "semget.semflg shmget.shmflg quotactl.cmd quotactl_fd.cmd"],
  ["Integer | string", "msgget.key semget.key shmget.key futex.val3?"],
  ['Flags<"futex" | "futex_flags"> | string', "futex.op"],
  ["Named<string> | string", "ioctl.cmd"],
  [
    "Named<string>",
    "mbind.mode set_mempolicy.mode mmap.flags mmap2.flags remap_file_pages.flags " +
      "memfd_create.flags swapon.swap_flags",
  ],
  // Arguments that depend on others.
  ["Decoded", "arch_prctl.arg2 fcntl.arg? ioctl.arg? prctl.arg2? prctl.arg3? prctl.arg4?"],
  ["Decoded", "prctl.arg5? futex.utime? keyctl.arg2 keyctl.arg3? keyctl.arg4? keyctl.arg5? "],
  ["Decoded", "kcmp.idx1? kcmp.idx2? quotactl.special quotactl.id? quotactl.addr? quotactl_fd.id?"],
  ["Decoded", "quotactl_fd.addr? ptrace.pid? ptrace.addr? ptrace.data? reboot.arg? modify_ldt.ptr"],
  ["Decoded", "pidfd_send_signal.info rt_sigtimedwait.uinfo timer_create.timer_event_spec"],
  ["Decoded", "seccomp.uargs bpf.uattr io_submit.iocbpp io_cancel.iocb io_uring_register.arg"],
  ["Decoded", "io_uring_setup.params perf_event_open.attr_uptr get_thread_area.info"],
  ["Address | null", "io_submit.ctx_id io_cancel.ctx_id io_cancel.result"],
  ["Decoded", "mq_open.attr? getdents.dirent"],
  ["Decoded", "msgctl.buf shmctl.buf adjtimex.txc_p clock_adjtime.utx times.tbuf uname.name"],
  ["Decoded", "gettimeofday.tz settimeofday.tz getdents64.dirent"],
  ["Decoded", "msgsnd.msgp msgrcv.msgp semctl.arg getsockopt.optval setsockopt.optval"],
  ["Named<string> | number", "getsockopt.optname setsockopt.optname socket.protocol"],
  ["Named<string> | number", "personality.personality"],
  ["Named<string> | number", "socketpair.protocol"],
  // Arguments of 32-bit programs that take two registers.
  ["Integer", "_llseek.offset ftruncate64.length truncate64.length readahead.offset mmap2.pgoff"],
  [
    "Integer",
    "fadvise64.offset fadvise64_64.offset fadvise64_64.len fallocate.offset fallocate.len",
  ],
  ["Integer", "sync_file_range.offset sync_file_range.nbytes *.offset_high? *.length_high?"],
  ["Integer", "*.mask_high? *.len_high? *.nbytes_high? pread64.pos pwrite64.pos"],
  ['Flags<"futex" | "futex_flags"> | string', "futex_time64.op"],
  ["Address | null", "mmap2.addr futex_time64.uaddr futex_time64.uaddr2?"],
  ["Decoded", "futex_time64.utime? fcntl64.arg?"],
  ["Integer | string", "futex_time64.val3?"],
  ["Integer", "futex_time64.val?"],
  [
    "Fd",
    "pidfd_send_signal.pidfd *.dfd *.olddfd *.newdfd execveat.fd copy_file_range.fd_in copy_file_range.fd_out",
  ],
];

interface Shape {
  readonly type: string;
  readonly optional: boolean;
}

const shapes = new Map(
  SHAPE_ROWS.flatMap(([type, args]) =>
    args.split(" ").map((each): [string, Shape] => {
      return [each.replace("?", ""), { type, optional: each.endsWith("?") }];
    }),
  ),
);

/** Returns the type of an argument; undefined if it follows from the C type. */
export function shapeOf(call: string, argument: string): Shape | undefined {
  return shapes.get(`${call}.${argument}`) ?? shapes.get(`*.${argument}`);
}

/** Calls whose decoders use other argument names than the kernel. */
const CALL_SHAPES: Readonly<Record<string, string>> = {
  clone:
    "{ child_stack: Address | null; flags: Named<string>; " +
    "parent_tid?: Pointer<readonly (number | Fd)[]>; tls?: Address | null; " +
    "child_tidptr?: Address | null }",
  restart_syscall: "{ call: string }",
  rt_sigreturn: "{ mask?: SignalSet }",
};

/** Returns the type of all arguments of a call; undefined if they have the kernel's names. */
export function shapeOfCall(call: string): string | undefined {
  return CALL_SHAPES[call];
}
