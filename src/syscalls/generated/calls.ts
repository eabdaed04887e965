/**
 * The types of decoded calls.
 * Made by src/syscalls/generate (`make tables`); what is changed here by hand is lost. From:
 * the other tables and generate/shapes.ts
 */

import type {
  Address,
  CloneArguments,
  Decoded,
  EpollEvent,
  Fd,
  Flags,
  Integer,
  Limits,
  Message,
  Named,
  Nothing,
  OpenHow,
  Pointer,
  PollFd,
  Signal,
  SignalAction,
  SignalSet,
  SocketAddress,
  Stat,
  Statfs,
  Statx,
  Text,
  Timespec,
  Timeval,
  Usage,
  Vector,
  WaitStatus,
} from "../argument-types.ts";

/** Of 64-bit and x32 programs. */
export interface Calls {
  _sysctl: {
    args: Pointer<{
      readonly name: Address | null;
      readonly nlen: number;
      readonly oldval: Address | null;
      readonly oldlenp: Address | null;
      readonly newval: Address | null;
      readonly newlen: Integer;
      readonly __unused: readonly Integer[];
    }>;
  };
  accept: {
    fd: Fd;
    upeer_sockaddr?: Pointer<SocketAddress>;
    upeer_addrlen?: Pointer<readonly number[] | string>;
  };
  accept4: {
    fd: Fd;
    upeer_sockaddr?: Pointer<SocketAddress>;
    upeer_addrlen?: Pointer<readonly number[] | string>;
    flags: Flags<"socket_flags">;
  };
  access: { filename: Pointer<Text>; mode: Flags<"access"> };
  acct: { name: Pointer<Text> };
  add_key: {
    type: Pointer<Text>;
    description: Pointer<Text>;
    payload: Pointer<Text>;
    plen: Integer;
    ringid: Flags<"keyring">;
  };
  adjtimex: { txc_p?: Decoded };
  afs_syscall: {
    arg0: Integer;
    arg1: Integer;
    arg2: Integer;
    arg3: Integer;
    arg4: Integer;
    arg5: Integer;
  };
  alarm: { seconds: number };
  arch_prctl: { option: Flags<"arch_prctl">; arg2?: Decoded };
  bind: { fd: Fd; umyaddr: Pointer<SocketAddress>; addrlen: number };
  bpf: { cmd: Flags<"bpf">; attr: Decoded; size: number };
  brk: { brk: Address | null };
  cachestat: {
    fd: Fd;
    cstat_range: Pointer<{ readonly off: Integer; readonly len: Integer }>;
    cstat?: Pointer<{
      readonly nr_cache: Integer;
      readonly nr_dirty: Integer;
      readonly nr_writeback: Integer;
      readonly nr_evicted: Integer;
      readonly nr_recently_evicted: Integer;
    }>;
    flags: number;
  };
  capget: { header: Decoded; dataptr?: Decoded };
  capset: { header: Decoded; data: Decoded };
  chdir: { filename: Pointer<Text> };
  chmod: { filename: Pointer<Text>; mode: number };
  chown: { filename: Pointer<Text>; user: number; group: number };
  chroot: { filename: Pointer<Text> };
  clock_adjtime: { which_clock: Flags<"clock">; utx?: Decoded };
  clock_getres: {
    which_clock: Flags<"clock">;
    tp?: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
  };
  clock_gettime: { which_clock: Flags<"clock">; tp?: Pointer<Timespec> };
  clock_nanosleep: {
    which_clock: Flags<"clock">;
    flags: Flags<"timer">;
    rqtp: Pointer<Timespec>;
    rmtp?: Pointer<Timespec>;
  };
  clock_settime: { which_clock: Flags<"clock">; tp: Pointer<Timespec> };
  clone: {
    child_stack: Address | null;
    flags: Named<string>;
    parent_tid?: Pointer<readonly (number | Fd)[]>;
    tls?: Address | null;
    child_tidptr?: Address | null;
  };
  clone3: { uargs: Pointer<CloneArguments>; size?: Integer };
  close: { fd: Fd };
  close_range: { fd: Fd; max_fd: number; flags: Flags<"close_range"> };
  connect: { fd: Fd; uservaddr: Pointer<SocketAddress>; addrlen: number };
  copy_file_range: {
    fd_in: Fd;
    off_in: Decoded;
    fd_out: Fd;
    off_out: Decoded;
    len: Integer;
    flags: Integer;
  };
  creat: { pathname: Pointer<Text>; mode: number };
  create_module: { name: Pointer<Text>; size: Integer };
  delete_module: { name_user: Pointer<Text>; flags: Flags<"module_delete"> };
  dup: { oldfd: Fd };
  dup2: { oldfd: Fd; newfd: Fd };
  dup3: { oldfd: Fd; newfd: Fd; flags: Flags<"open"> };
  epoll_create: { size: number };
  epoll_create1: { flags: Flags<"epoll_create"> };
  epoll_ctl: { epfd: Fd; op: Flags<"epoll_ctl">; fd: Fd; event: Pointer<EpollEvent> };
  epoll_ctl_old: {
    epfd: Fd;
    op: Flags<"epoll_ctl">;
    fd: Fd;
    event: Pointer<{ readonly events: Flags<"epoll">; readonly data: Integer }>;
  };
  epoll_pwait: {
    epfd: Fd;
    events?: Pointer<readonly EpollEvent[]>;
    maxevents: number;
    timeout: number;
    sigmask: Pointer<SignalSet>;
    sigsetsize: Integer;
  };
  epoll_pwait2: {
    epfd: Fd;
    events?: Pointer<readonly EpollEvent[]>;
    maxevents: number;
    timeout: Pointer<Timespec>;
    sigmask: Pointer<SignalSet>;
    sigsetsize: Integer;
  };
  epoll_wait: {
    epfd: Fd;
    events?: Pointer<readonly EpollEvent[]>;
    maxevents: number;
    timeout: number;
  };
  epoll_wait_old: {
    epfd: Fd;
    events?: Pointer<{ readonly events: Flags<"epoll">; readonly data: Integer }>;
    maxevents: number;
  };
  eventfd: { count: number };
  eventfd2: { count: number; flags: Flags<"eventfd"> };
  execve: {
    filename: Pointer<Text>;
    argv: Pointer<readonly Pointer<Text>[]>;
    envp: Address | null;
  };
  execveat: {
    fd: Fd;
    filename: Pointer<Text>;
    argv: Pointer<readonly Pointer<Text>[]>;
    envp: Address | null;
    flags: Flags<"at_exec">;
  };
  exit: { error_code: number };
  exit_group: { error_code: number };
  faccessat: { dfd: Fd; filename: Pointer<Text>; mode: Flags<"access"> };
  faccessat2: {
    dfd: Fd;
    filename: Pointer<Text>;
    mode: Flags<"access">;
    flags: Flags<"at_access">;
  };
  fadvise64: { fd: Fd; offset: Integer; len: Integer; advice: Flags<"fadvise"> };
  fallocate: { fd: Fd; mode: Flags<"fallocate">; offset: Integer; len: Integer };
  fanotify_init: {
    flags: Flags<"fanotify_class" | "fanotify_init">;
    event_f_flags: Flags<"open_access" | "open">;
  };
  fanotify_mark: {
    fanotify_fd: Fd;
    flags: Flags<"fanotify_mark">;
    mask: Flags<"fanotify">;
    dfd: Flags<"dirfd"> | Fd;
    pathname: Pointer<Text>;
  };
  fchdir: { fd: Fd };
  fchmod: { fd: Fd; mode: number };
  fchmodat: { dfd: Fd; filename: Pointer<Text>; mode: number };
  fchmodat2: {
    dfd: Flags<"dirfd"> | Fd;
    filename: Pointer<Text>;
    mode: Named<string>;
    flags: Flags<"at_path">;
  };
  fchown: { fd: Fd; user: number; group: number };
  fchownat: {
    dfd: Fd;
    filename: Pointer<Text>;
    user: number;
    group: number;
    flag: Flags<"at_path">;
  };
  fchroot: { fd: Fd; flags: number };
  fcntl: { fd: Fd; cmd: Flags<"fcntl">; arg?: Decoded };
  fdatasync: { fd: Fd };
  fgetxattr: { fd: Fd; name: Pointer<Text>; value?: Decoded; size: Integer };
  file_getattr: {
    dfd: Flags<"dirfd"> | Fd;
    filename: Pointer<Text>;
    attr?: Pointer<{
      readonly fa_xflags: Flags<"xflags">;
      readonly fa_extsize: number;
      readonly fa_nextents: number;
      readonly fa_projid: number;
      readonly fa_cowextsize: number;
    }>;
    usize: Integer;
    at_flags: Flags<"at_path">;
  };
  file_setattr: {
    dfd: Flags<"dirfd"> | Fd;
    filename: Pointer<Text>;
    attr: Pointer<{
      readonly fa_xflags: Flags<"xflags">;
      readonly fa_extsize: number;
      readonly fa_nextents: number;
      readonly fa_projid: number;
      readonly fa_cowextsize: number;
    }>;
    usize: Integer;
    at_flags: Flags<"at_path">;
  };
  finit_module: { fd: Fd; uargs: Pointer<Text>; flags: Flags<"module"> };
  flistxattr: { fd: Fd; list?: Pointer<Text>; size: Integer };
  flock: { fd: Fd; cmd: Flags<"flock"> };
  fork: Nothing;
  fremovexattr: { fd: Fd; name: Pointer<Text> };
  fsconfig: {
    fd: Fd;
    cmd: Flags<"fsconfig">;
    key: Pointer<Text>;
    value: Address | null;
    aux: number;
  };
  fsetxattr: { fd: Fd; name: Pointer<Text>; value: Decoded; size: Integer; flags: Flags<"xattr"> };
  fsmount: { fs_fd: Fd; flags: Flags<"fsmount">; attr_flags: Flags<"mount_attr"> };
  fsopen: { fs_name: Pointer<Text>; flags: Flags<"fsopen"> };
  fspick: { dfd: Flags<"dirfd"> | Fd; path: Pointer<Text>; flags: Flags<"fspick"> };
  fstat: { fd: Fd; statbuf?: Pointer<Stat> };
  fstatfs: { fd: Fd; buf?: Pointer<Statfs> };
  fsync: { fd: Fd };
  ftruncate: { fd: Fd; length: Integer };
  futex: {
    uaddr: Address | null;
    op: Flags<"futex" | "futex_flags"> | string;
    val?: number;
    utime?: Decoded;
    uaddr2?: Address | null;
    val3?: Integer | string;
  };
  futex_requeue: {
    waiters: Pointer<{
      readonly val: Integer;
      readonly uaddr: Integer;
      readonly flags: Flags<"futex2_size" | "futex2">;
      readonly __reserved: number;
    }>;
    flags: number;
    nr_wake: number;
    nr_requeue: number;
  };
  futex_wait: {
    uaddr: Address | null;
    val: Integer;
    mask: Integer;
    flags: Flags<"futex2_size" | "futex2">;
    timeout: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
    clockid: Flags<"clock">;
  };
  futex_waitv: {
    waiters: Pointer<{
      readonly val: Integer;
      readonly uaddr: Integer;
      readonly flags: Flags<"futex2_size" | "futex2">;
      readonly __reserved: number;
    }>;
    nr_futexes: number;
    flags: number;
    timeout: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
    clockid: Flags<"clock">;
  };
  futex_wake: {
    uaddr: Address | null;
    mask: Integer;
    nr: number;
    flags: Flags<"futex2_size" | "futex2">;
  };
  futimesat: { dfd: Fd; filename: Pointer<Text>; utimes: Decoded };
  get_kernel_syms: { table?: Address | null };
  get_mempolicy: {
    policy?: Pointer<readonly Named<string>[]>;
    nmask?: Pointer<readonly (string | Address)[]>;
    maxnode: Integer;
    addr: Address | null;
    flags: Flags<"get_mempolicy">;
  };
  get_robust_list: { pid: number; head_ptr?: Decoded; len_ptr?: Decoded };
  get_thread_area: {
    info: Pointer<{
      readonly entry_number: number;
      readonly base_addr: number;
      readonly limit: number;
      readonly seg_32bit: number;
      readonly contents: number;
      readonly read_exec_only: number;
      readonly limit_in_pages: number;
      readonly seg_not_present: number;
      readonly useable: number;
      readonly lm: number;
    }>;
  };
  getcpu: {
    cpup?: Pointer<readonly number[]>;
    nodep?: Pointer<readonly number[]>;
    unused: Pointer<{ readonly blob: readonly Integer[] }>;
  };
  getcwd: { buf?: Pointer<Text>; size: Integer };
  getdents: {
    fd: Fd;
    dirent?: Pointer<{
      readonly d_ino: Integer;
      readonly d_off: Integer;
      readonly d_reclen: number;
      readonly d_name: Text;
    }>;
    count: number;
  };
  getdents64: { fd: Fd; dirent?: Pointer<string>; count: Integer };
  getegid: Nothing;
  geteuid: Nothing;
  getgid: Nothing;
  getgroups: { gidsetsize: number; grouplist?: Decoded };
  getitimer: {
    which: Flags<"itimer">;
    value?: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_usec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_usec: Integer };
    }>;
  };
  getpeername: {
    fd: Fd;
    usockaddr?: Pointer<SocketAddress>;
    usockaddr_len?: Pointer<readonly number[] | string>;
  };
  getpgid: { pid: number };
  getpgrp: Nothing;
  getpid: Nothing;
  getpmsg: {
    fd: Fd;
    ctlptr?: Address | null;
    dataptr?: Address | null;
    bandp: Pointer<readonly number[]>;
    flagsp: Pointer<readonly number[]>;
  };
  getppid: Nothing;
  getpriority: { which: Flags<"priority">; who: number };
  getrandom: { ubuf?: Pointer<Text>; len: Integer; flags: Flags<"random"> };
  getresgid: {
    rgidp?: Pointer<readonly number[]>;
    egidp?: Pointer<readonly number[]>;
    sgidp?: Pointer<readonly number[]>;
  };
  getresuid: {
    ruidp?: Pointer<readonly number[]>;
    euidp?: Pointer<readonly number[]>;
    suidp?: Pointer<readonly number[]>;
  };
  getrlimit: { resource: Flags<"rlimit">; rlim?: Pointer<Limits> };
  getrusage: { who: Flags<"rusage">; ru?: Pointer<Usage> };
  getsid: { pid: number };
  getsockname: {
    fd: Fd;
    usockaddr?: Pointer<SocketAddress>;
    usockaddr_len?: Pointer<readonly number[] | string>;
  };
  getsockopt: {
    fd: Fd;
    level: Flags<"socket_level">;
    optname: Named<string> | number;
    optval?: Decoded;
    optlen?: Decoded;
  };
  gettid: Nothing;
  gettimeofday: { tv?: Pointer<Timeval>; tz: Decoded };
  getuid: Nothing;
  getxattr: { pathname: Pointer<Text>; name: Pointer<Text>; value?: Decoded; size: Integer };
  getxattrat: {
    dfd: Flags<"dirfd"> | Fd;
    pathname: Pointer<Text>;
    at_flags: Flags<"at_path">;
    name: Pointer<Text>;
    uargs: Pointer<{ readonly value: Integer; readonly size: number; readonly flags: number }>;
    usize: Integer;
  };
  init_module: { umod: Address | null; len: Integer; uargs: Pointer<Text> };
  inotify_add_watch: { fd: Fd; pathname: Pointer<Text>; mask: Flags<"inotify"> };
  inotify_init: Nothing;
  inotify_init1: { flags: Flags<"inotify_init"> };
  inotify_rm_watch: { fd: Fd; wd: number };
  io_cancel: {
    ctx_id: Integer;
    iocb: Pointer<{
      readonly aio_data: Integer;
      readonly aio_key: number;
      readonly aio_rw_flags: Flags<"rwf">;
      readonly aio_lio_opcode: Flags<"iocb">;
      readonly aio_reqprio: number;
      readonly aio_fildes: number;
      readonly aio_buf: Integer;
      readonly aio_nbytes: Integer;
      readonly aio_offset: Integer;
      readonly aio_reserved2: Integer;
      readonly aio_flags: number;
      readonly aio_resfd: number;
    }>;
    result?: Pointer<{
      readonly data: Integer;
      readonly obj: Integer;
      readonly res: Integer;
      readonly res2: Integer;
    }>;
  };
  io_destroy: { ctx: Integer };
  io_getevents: {
    ctx_id: Integer;
    min_nr: Integer;
    nr: Integer;
    events?: Pointer<{
      readonly data: Integer;
      readonly obj: Integer;
      readonly res: Integer;
      readonly res2: Integer;
    }>;
    timeout: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
  };
  io_pgetevents: {
    ctx_id: Integer;
    min_nr: Integer;
    nr: Integer;
    events?: Pointer<{
      readonly data: Integer;
      readonly obj: Integer;
      readonly res: Integer;
      readonly res2: Integer;
    }>;
    timeout: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
    usig: Pointer<{ readonly sigmask: Address | null; readonly sigsetsize: Integer }>;
  };
  io_setup: { nr_events: number; ctxp: Pointer<readonly Integer[]> };
  io_submit: { ctx_id: Integer; nr: Integer; iocbpp: Address | null };
  io_uring_enter: {
    fd: Fd;
    to_submit: number;
    min_complete: number;
    flags: Flags<"io_uring_enter">;
    argp: Address | null;
    argsz: Integer;
  };
  io_uring_register: {
    fd: Fd;
    opcode: Flags<"io_uring_register" | "io_uring_register_flags">;
    arg: Address | null;
    nr_args: number;
  };
  io_uring_setup: { entries: number; params?: Decoded };
  ioctl: { fd: Fd; cmd: Named<string> | string; arg?: Decoded };
  ioperm: { from: Integer; num: Integer; turn_on: number };
  iopl: { level: number };
  ioprio_get: { which: Flags<"ioprio_who">; who: number };
  ioprio_set: { which: Flags<"ioprio_who">; who: number; ioprio: string };
  kcmp: { pid1: number; pid2: number; type: Flags<"kcmp">; idx1: Integer; idx2: Integer };
  kexec_file_load: {
    kernel_fd: Fd;
    initrd_fd: Fd;
    cmdline_len: Integer;
    cmdline_ptr: Pointer<Text>;
    flags: Flags<"kexec_file">;
  };
  kexec_load: {
    entry: Integer;
    nr_segments: Integer;
    segments: Pointer<{
      readonly buf: Address | null;
      readonly bufsz: Integer;
      readonly mem: Address | null;
      readonly memsz: Integer;
    }>;
    flags: Flags<"kexec_arch" | "kexec">;
  };
  keyctl: {
    option: Flags<"keyctl">;
    arg2: Decoded;
    arg3?: Decoded;
    arg4?: Decoded;
    arg5?: Decoded;
  };
  kill: { pid: number; sig: Signal };
  landlock_add_rule: {
    ruleset_fd: Fd;
    rule_type: Flags<"landlock_rule">;
    rule_attr: Address | null;
    flags: Flags<"landlock_add">;
  };
  landlock_create_ruleset: { attr: Decoded; size: Integer; flags: Flags<"landlock_ruleset"> };
  landlock_restrict_self: { ruleset_fd: Fd; flags: Flags<"landlock_restrict"> };
  lchown: { filename: Pointer<Text>; user: number; group: number };
  lgetxattr: { pathname: Pointer<Text>; name: Pointer<Text>; value?: Decoded; size: Integer };
  link: { oldname: Pointer<Text>; newname: Pointer<Text> };
  linkat: {
    olddfd: Fd;
    oldname: Pointer<Text>;
    newdfd: Fd;
    newname: Pointer<Text>;
    flags: Flags<"at_link">;
  };
  listen: { fd: Fd; backlog: number };
  listmount: {
    req: Pointer<{
      readonly size: number;
      readonly mnt_ns_fd: number;
      readonly mnt_id: Integer;
      readonly param: Integer;
      readonly mnt_ns_id: Integer;
    }>;
    mnt_ids?: Pointer<readonly Integer[]>;
    nr_mnt_ids: Integer;
    flags: Flags<"listmount">;
  };
  listns: {
    req: Pointer<{
      readonly size: number;
      readonly spare: number;
      readonly ns_id: Integer;
      readonly "": {
        readonly ns_type: number;
        readonly spare2: number;
        readonly user_ns_id: Integer;
      };
    }>;
    ns_ids?: Pointer<readonly Integer[]>;
    nr_ns_ids: Integer;
    flags: number;
  };
  listxattr: { pathname: Pointer<Text>; list?: Pointer<Text>; size: Integer };
  listxattrat: {
    dfd: Flags<"dirfd"> | Fd;
    pathname: Pointer<Text>;
    at_flags: Flags<"at_path">;
    list?: Pointer<Text>;
    size: Integer;
  };
  llistxattr: { pathname: Pointer<Text>; list?: Pointer<Text>; size: Integer };
  lookup_dcookie: { cookie: Integer; buf?: Pointer<Text>; len: Integer };
  lremovexattr: { pathname: Pointer<Text>; name: Pointer<Text> };
  lseek: { fd: Fd; offset: Integer; whence: Flags<"seek"> };
  lsetxattr: {
    pathname: Pointer<Text>;
    name: Pointer<Text>;
    value: Decoded;
    size: Integer;
    flags: Flags<"xattr">;
  };
  lsm_get_self_attr: {
    attr: Flags<"lsm_attr">;
    ctx?: Pointer<{
      readonly id: Flags<"lsm_attr">;
      readonly flags: Integer;
      readonly len: Integer;
      readonly ctx_len: Integer;
      readonly ctx: readonly number[];
    }>;
    size: Pointer<readonly number[]>;
    flags: Flags<"lsm_flags">;
  };
  lsm_list_modules: {
    ids?: Pointer<readonly Integer[]>;
    size: Pointer<readonly number[]>;
    flags: number;
  };
  lsm_set_self_attr: {
    attr: Flags<"lsm_attr">;
    ctx: Pointer<{
      readonly id: Flags<"lsm_attr">;
      readonly flags: Integer;
      readonly len: Integer;
      readonly ctx_len: Integer;
      readonly ctx: readonly number[];
    }>;
    size: number;
    flags: number;
  };
  lstat: { filename: Pointer<Text>; statbuf?: Pointer<Stat> };
  madvise: { start: Address | null; len: Integer; behavior: Flags<"madvise"> };
  map_shadow_stack: { addr: Integer; size: Integer; flags: Flags<"shadow_stack"> };
  mbind: {
    start: Address | null;
    len: Integer;
    mode: Named<string>;
    nmask: Pointer<readonly (string | Address)[]>;
    maxnode: Integer;
    flags: Flags<"mbind">;
  };
  membarrier: { cmd: Flags<"membarrier">; flags: number };
  memfd_create: { name: Pointer<Text>; flags: Flags<"memfd"> };
  memfd_secret: { flags: Integer };
  migrate_pages: {
    pid: number;
    maxnode: Integer;
    old_nodes: Pointer<readonly (string | Address)[]>;
    new_nodes: Pointer<readonly (string | Address)[]>;
  };
  mincore: { start: Address | null; len: Integer; vec?: Decoded };
  mkdir: { pathname: Pointer<Text>; mode: number };
  mkdirat: { dfd: Fd; pathname: Pointer<Text>; mode: number };
  mknod: { filename: Pointer<Text>; mode: string; dev?: string };
  mknodat: { dfd: Fd; filename: Pointer<Text>; mode: string; dev?: string };
  mlock: { start: Address | null; len: Integer };
  mlock2: { start: Address | null; len: Integer; flags: Flags<"mlock2"> };
  mlockall: { flags: Flags<"mlockall"> };
  mmap: {
    addr: Address | null;
    len: Integer;
    prot: Flags<"prot">;
    flags: Flags<"map_type" | "map">;
    fd: Fd;
    off: Integer;
  };
  modify_ldt: { func: number; ptr: Address | null; bytecount: Integer };
  mount: {
    dev_name: Pointer<Text>;
    dir_name: Pointer<Text>;
    type: Pointer<Text>;
    flags: Flags<"mount">;
    data: Decoded;
  };
  mount_setattr: {
    dfd: Flags<"dirfd"> | Fd;
    path: Pointer<Text>;
    flags: Flags<"at_mount">;
    uattr: Pointer<{
      readonly attr_set: Flags<"mount_attr">;
      readonly attr_clr: Flags<"mount_attr">;
      readonly propagation: Flags<"mount">;
      readonly userns_fd: Integer;
    }>;
    usize: Integer;
  };
  move_mount: {
    from_dfd: Flags<"dirfd"> | Fd;
    from_pathname: Pointer<Text>;
    to_dfd: Flags<"dirfd"> | Fd;
    to_pathname: Pointer<Text>;
    flags: Flags<"move_mount">;
  };
  move_pages: {
    pid: number;
    nr_pages: Integer;
    pages: Address | null;
    nodes: Pointer<readonly number[]>;
    status?: Pointer<readonly number[]>;
    flags: Flags<"move_pages">;
  };
  mprotect: { start: Address | null; len: Integer; prot: Flags<"prot"> };
  mq_getsetattr: {
    mqdes: number;
    mqstat: Pointer<{
      readonly mq_flags: Flags<"open">;
      readonly mq_maxmsg: Integer;
      readonly mq_msgsize: Integer;
      readonly mq_curmsgs: Integer;
      readonly __reserved: readonly Integer[];
    }>;
    omqstat?: Pointer<{
      readonly mq_flags: Flags<"open">;
      readonly mq_maxmsg: Integer;
      readonly mq_msgsize: Integer;
      readonly mq_curmsgs: Integer;
      readonly __reserved: readonly Integer[];
    }>;
  };
  mq_notify: {
    mqdes: number;
    notification: Pointer<{
      readonly sigev_value: { readonly sival_int: number; readonly sival_ptr: Address | null };
      readonly sigev_signo: Flags<"signal">;
      readonly sigev_notify: Flags<"sigev">;
      readonly _sigev_un: {
        readonly _pad: readonly number[];
        readonly _tid: number;
        readonly _sigev_thread: {
          readonly _function: Address | null;
          readonly _attribute: Address | null;
        };
      };
    }>;
  };
  mq_open: {
    name: Pointer<Text>;
    oflag: Flags<"open_access" | "open">;
    mode?: number;
    attr?: Decoded;
  };
  mq_timedreceive: {
    mqdes: number;
    msg_ptr?: Pointer<Text>;
    msg_len: Integer;
    msg_prio?: Pointer<readonly number[]>;
    abs_timeout: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
  };
  mq_timedsend: {
    mqdes: number;
    msg_ptr: Pointer<Text>;
    msg_len: Integer;
    msg_prio: number;
    abs_timeout: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
  };
  mq_unlink: { name: Pointer<Text> };
  mremap: {
    addr: Address | null;
    old_len: Integer;
    new_len: Integer;
    flags: Flags<"mremap">;
    new_addr?: Address | null;
  };
  mseal: { start: Integer; len: Integer; flags: Integer };
  msgctl: { msqid: number; cmd: Flags<"msgctl" | "ipc_version">; buf?: Decoded };
  msgget: { key: Integer | string; msgflg: string };
  msgrcv: {
    msqid: number;
    msgp?: Decoded;
    msgsz: Integer;
    msgtyp: Integer;
    msgflg: Flags<"msgrcv">;
  };
  msgsnd: { msqid: number; msgp: Decoded; msgsz: Integer; msgflg: Flags<"msgsnd"> };
  msync: { start: Address | null; len: Integer; flags: Flags<"msync"> };
  munlock: { start: Address | null; len: Integer };
  munlockall: Nothing;
  munmap: { addr: Address | null; len: Integer };
  name_to_handle_at: {
    dfd: Flags<"dirfd"> | Fd;
    name: Pointer<Text>;
    handle: Pointer<{
      readonly handle_bytes: number;
      readonly handle_type: number;
      readonly f_handle: readonly number[];
    }>;
    mnt_id?: Address | null;
    flag: Flags<"at_handle">;
  };
  nanosleep: { rqtp: Pointer<Timespec>; rmtp?: Pointer<Timespec> };
  newfstatat: { dfd: Fd; filename: Pointer<Text>; statbuf?: Pointer<Stat>; flag: Flags<"at_stat"> };
  nfsservctl: { cmd: number; argp: Address | null; resp?: Address | null };
  open: { filename: Pointer<Text>; flags: Flags<"open_access" | "open">; mode?: number };
  open_by_handle_at: {
    mountdirfd: Flags<"dirfd"> | Fd;
    handle: Pointer<{
      readonly handle_bytes: number;
      readonly handle_type: number;
      readonly f_handle: readonly number[];
    }>;
    flags: Flags<"open_access" | "open">;
  };
  open_tree: {
    dfd: Flags<"dirfd"> | Fd;
    filename: Pointer<Text>;
    flags: Flags<"open_tree" | "at_mount">;
  };
  open_tree_attr: {
    dfd: Flags<"dirfd"> | Fd;
    filename: Pointer<Text>;
    flags: Flags<"open_tree" | "at_mount">;
    uattr: Pointer<{
      readonly attr_set: Flags<"mount_attr">;
      readonly attr_clr: Flags<"mount_attr">;
      readonly propagation: Flags<"mount">;
      readonly userns_fd: Integer;
    }>;
    usize: Integer;
  };
  openat: { dfd: Fd; filename: Pointer<Text>; flags: Flags<"open_access" | "open">; mode?: number };
  openat2: { dfd: Fd; filename: Pointer<Text>; how: Pointer<OpenHow>; usize: Integer };
  pause: Nothing;
  perf_event_open: {
    attr_uptr: Pointer<{
      readonly type: Flags<"perf_type">;
      readonly size: number;
      readonly config: Integer;
      readonly "": {
        readonly aux_action: number;
        readonly "": {
          readonly aux_start_paused: number;
          readonly aux_pause: number;
          readonly aux_resume: number;
          readonly __reserved_3: number;
        };
      };
      readonly sample_type: Flags<"perf_sample">;
      readonly read_format: Flags<"perf_read">;
      readonly disabled: Integer;
      readonly inherit: Integer;
      readonly pinned: Integer;
      readonly exclusive: Integer;
      readonly exclude_user: Integer;
      readonly exclude_kernel: Integer;
      readonly exclude_hv: Integer;
      readonly exclude_idle: Integer;
      readonly mmap: Integer;
      readonly comm: Integer;
      readonly freq: Integer;
      readonly inherit_stat: Integer;
      readonly enable_on_exec: Integer;
      readonly task: Integer;
      readonly watermark: Integer;
      readonly precise_ip: Integer;
      readonly mmap_data: Integer;
      readonly sample_id_all: Integer;
      readonly exclude_host: Integer;
      readonly exclude_guest: Integer;
      readonly exclude_callchain_kernel: Integer;
      readonly exclude_callchain_user: Integer;
      readonly mmap2: Integer;
      readonly comm_exec: Integer;
      readonly use_clockid: Integer;
      readonly context_switch: Integer;
      readonly write_backward: Integer;
      readonly namespaces: Integer;
      readonly ksymbol: Integer;
      readonly bpf_event: Integer;
      readonly aux_output: Integer;
      readonly cgroup: Integer;
      readonly text_poke: Integer;
      readonly build_id: Integer;
      readonly inherit_thread: Integer;
      readonly remove_on_exec: Integer;
      readonly sigtrap: Integer;
      readonly __reserved_1: Integer;
      readonly bp_type: number;
      readonly branch_sample_type: Integer;
      readonly sample_regs_user: Integer;
      readonly sample_stack_user: number;
      readonly clockid: number;
      readonly sample_regs_intr: Integer;
      readonly aux_watermark: number;
      readonly sample_max_stack: number;
      readonly __reserved_2: number;
      readonly aux_sample_size: number;
      readonly sig_data: Integer;
      readonly config3: Integer;
    }>;
    pid: number;
    cpu: number;
    group_fd: Fd;
    flags: Flags<"perf_open">;
  };
  personality: { personality: Integer | string };
  pidfd_getfd: { pidfd: number; fd: Fd; flags: number };
  pidfd_open: { pid: number; flags: Flags<"pidfd_open"> };
  pidfd_send_signal: {
    pidfd: number;
    sig: Flags<"signal">;
    info: Pointer<{
      readonly "": {
        readonly "": {
          readonly si_signo: number;
          readonly si_errno: number;
          readonly si_code: number;
          readonly _sifields: {
            readonly _kill: { readonly _pid: number; readonly _uid: number };
            readonly _timer: {
              readonly _tid: number;
              readonly _overrun: number;
              readonly _sigval: { readonly sival_int: number; readonly sival_ptr: Address | null };
              readonly _sys_private: number;
            };
            readonly _rt: {
              readonly _pid: number;
              readonly _uid: number;
              readonly _sigval: { readonly sival_int: number; readonly sival_ptr: Address | null };
            };
            readonly _sigchld: {
              readonly _pid: number;
              readonly _uid: number;
              readonly _status: number;
              readonly _utime: Integer;
              readonly _stime: Integer;
            };
            readonly _sigfault: {
              readonly _addr: Address | null;
              readonly "": {
                readonly _trapno: number;
                readonly _addr_lsb: number;
                readonly _addr_bnd: {
                  readonly _dummy_bnd: Text;
                  readonly _lower: Address | null;
                  readonly _upper: Address | null;
                };
                readonly _addr_pkey: { readonly _dummy_pkey: Text; readonly _pkey: number };
                readonly _perf: {
                  readonly _data: Integer;
                  readonly _type: number;
                  readonly _flags: number;
                };
              };
            };
            readonly _sigpoll: { readonly _band: Integer; readonly _fd: number };
            readonly _sigsys: {
              readonly _call_addr: Address | null;
              readonly _syscall: number;
              readonly _arch: number;
            };
          };
        };
        readonly _si_pad: readonly number[];
      };
    }>;
    flags: Flags<"pidfd_signal">;
  };
  pipe: { fildes?: Pointer<readonly Fd[]> };
  pipe2: { fildes?: Pointer<readonly Fd[]>; flags: Flags<"open"> };
  pivot_root: { new_root: Pointer<Text>; put_old: Pointer<Text> };
  pkey_alloc: { flags: Integer; init_val: Flags<"pkey"> };
  pkey_free: { pkey: number };
  pkey_mprotect: { start: Integer; len: Integer; prot: Flags<"prot">; pkey: number };
  poll: { ufds: Pointer<readonly PollFd[]>; nfds: number; timeout_msecs: number };
  ppoll: {
    ufds: Pointer<readonly PollFd[]>;
    nfds: number;
    tsp: Pointer<Timespec>;
    sigmask: Pointer<SignalSet>;
    sigsetsize: Integer;
  };
  prctl: { option: Flags<"prctl">; arg2?: Decoded; arg3?: Decoded; arg4?: Decoded; arg5?: Decoded };
  pread64: { fd: Fd; buf?: Pointer<Text>; count: Integer; pos: Integer };
  preadv: { fd: Fd; vec?: Pointer<readonly Vector[]>; vlen: Integer; pos_l: Integer };
  preadv2: {
    fd: Fd;
    vec?: Pointer<readonly Vector[]>;
    vlen: Integer;
    pos_l: Integer;
    pos_h?: Integer;
    flags: Flags<"rwf">;
  };
  prlimit64: {
    pid: number;
    resource: Flags<"rlimit">;
    new_rlim: Pointer<Limits>;
    old_rlim?: Pointer<Limits>;
  };
  process_madvise: {
    pidfd: number;
    vec: Pointer<{ readonly iov_base: Address | null; readonly iov_len: Integer }>;
    vlen: Integer;
    behavior: Flags<"madvise">;
    flags: number;
  };
  process_mrelease: { pidfd: number; flags: number };
  process_vm_readv: {
    pid: number;
    lvec: Pointer<readonly Vector[]>;
    liovcnt: Integer;
    rvec: Pointer<readonly Vector[]>;
    riovcnt: Integer;
    flags: Integer;
  };
  process_vm_writev: {
    pid: number;
    lvec: Pointer<readonly Vector[]>;
    liovcnt: Integer;
    rvec: Pointer<readonly Vector[]>;
    riovcnt: Integer;
    flags: Integer;
  };
  pselect6: {
    n: number;
    inp: Pointer<string>;
    outp: Pointer<string>;
    exp: Pointer<string>;
    tsp: Pointer<Timespec>;
    sig: Decoded;
  };
  ptrace: { request: Flags<"ptrace">; pid: Integer; addr: Decoded; data: Decoded };
  putpmsg: { fd: Fd; ctlptr: Address | null; dataptr: Address | null; band: number; flags: number };
  pwrite64: { fd: Fd; buf: Pointer<Text>; count: Integer; pos: Integer };
  pwritev: { fd: Fd; vec: Pointer<readonly Vector[]>; vlen: Integer; pos_l: Integer };
  pwritev2: {
    fd: Fd;
    vec: Pointer<readonly Vector[]>;
    vlen: Integer;
    pos_l: Integer;
    pos_h?: Integer;
    flags: Flags<"rwf">;
  };
  query_module: {
    name: Pointer<Text>;
    which: number;
    buf?: Address | null;
    bufsize: Integer;
    ret?: Pointer<readonly Integer[]>;
  };
  quotactl: { cmd: number; special: Pointer<Text>; id: number; addr: Address | null };
  quotactl_fd: { fd: Fd; cmd: number; id: number; addr: Address | null };
  read: { fd: Fd; buf?: Pointer<Text>; count: Integer };
  readahead: { fd: Fd; offset: Integer; count: Integer };
  readlink: { path: Pointer<Text>; buf?: Pointer<Text>; bufsiz: Integer };
  readlinkat: { dfd: Fd; pathname: Pointer<Text>; buf?: Pointer<Text>; bufsiz: Integer };
  readv: { fd: Fd; vec?: Pointer<readonly Vector[]>; vlen: Integer };
  reboot: {
    magic1: Flags<"reboot_magic">;
    magic2: Flags<"reboot_magic2">;
    cmd: Flags<"reboot">;
    arg: Address | null;
  };
  recvfrom: {
    fd: Fd;
    ubuf?: Pointer<Text>;
    size: Integer;
    flags: Flags<"message">;
    addr?: Pointer<SocketAddress>;
    addr_len?: Pointer<readonly number[] | string>;
  };
  recvmmsg: {
    fd: Fd;
    mmsg?: Pointer<readonly { readonly msg_hdr: Pointer<Message>; readonly msg_len: number }[]>;
    vlen: number;
    flags: Flags<"message">;
    timeout: Pointer<Timespec>;
  };
  recvmsg: { fd: Fd; msg?: Pointer<Message>; flags: Flags<"message"> };
  remap_file_pages: {
    start: Address | null;
    size: Integer;
    prot: Named<string> | string;
    pgoff: Integer;
    flags: Named<string> | string;
  };
  removexattr: { pathname: Pointer<Text>; name: Pointer<Text> };
  removexattrat: {
    dfd: Flags<"dirfd"> | Fd;
    pathname: Pointer<Text>;
    at_flags: Flags<"at_path">;
    name: Pointer<Text>;
  };
  rename: { oldname: Pointer<Text>; newname: Pointer<Text> };
  renameat: { olddfd: Fd; oldname: Pointer<Text>; newdfd: Fd; newname: Pointer<Text> };
  renameat2: {
    olddfd: Fd;
    oldname: Pointer<Text>;
    newdfd: Fd;
    newname: Pointer<Text>;
    flags: Flags<"rename">;
  };
  request_key: {
    type: Pointer<Text>;
    description: Pointer<Text>;
    callout_info: Pointer<Text>;
    destringid: Flags<"keyring">;
  };
  restart_syscall: { call: string };
  rmdir: { pathname: Pointer<Text> };
  rseq: { rseq: Decoded; rseq_len: Integer; flags: number; sig: Integer };
  rseq_slice_yield: Nothing;
  rt_sigaction: {
    sig: Signal;
    act: Pointer<SignalAction>;
    oact?: Pointer<SignalAction>;
    sigsetsize: Integer;
  };
  rt_sigpending: { uset?: Pointer<SignalSet>; sigsetsize: Integer };
  rt_sigprocmask: {
    how: Flags<"sigprocmask">;
    nset: Pointer<SignalSet>;
    oset?: Pointer<SignalSet>;
    sigsetsize: Integer;
  };
  rt_sigqueueinfo: { pid: number; sig: Signal; uinfo: Decoded };
  rt_sigreturn: { mask?: SignalSet };
  rt_sigsuspend: { unewset: Pointer<SignalSet>; sigsetsize: Integer };
  rt_sigtimedwait: {
    uthese: Pointer<SignalSet>;
    uinfo: Decoded;
    uts: Pointer<Timespec>;
    sigsetsize: Integer;
  };
  rt_tgsigqueueinfo: { tgid: number; pid: number; sig: Signal; uinfo: Decoded };
  sched_get_priority_max: { policy: Flags<"scheduler"> };
  sched_get_priority_min: { policy: Flags<"scheduler"> };
  sched_getaffinity: { pid: number; len: Integer; user_mask_ptr?: Pointer<string> };
  sched_getattr: { pid: number; attr?: Decoded; size: number; flags: number };
  sched_getparam: { pid: number; param?: Decoded };
  sched_getscheduler: { pid: number };
  sched_rr_get_interval: {
    pid: number;
    interval?: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
  };
  sched_setaffinity: { pid: number; len: Integer; user_mask_ptr?: Pointer<string> };
  sched_setattr: { pid: number; attr: Decoded; flags: number };
  sched_setparam: { pid: number; param: Decoded };
  sched_setscheduler: {
    pid: number;
    policy: Flags<"scheduler" | "scheduler_reset">;
    param: Decoded;
  };
  sched_yield: Nothing;
  seccomp: { op: Flags<"seccomp">; flags: number; uargs: Decoded };
  security: {
    arg0: Integer;
    arg1: Integer;
    arg2: Integer;
    arg3: Integer;
    arg4: Integer;
    arg5: Integer;
  };
  select: {
    n: number;
    inp: Pointer<string>;
    outp: Pointer<string>;
    exp: Pointer<string>;
    tvp: Pointer<Timeval>;
  };
  semctl: { semid: number; semnum: number; cmd: Flags<"semctl" | "ipc_version">; arg: Decoded };
  semget: { key: Integer | string; nsems: number; semflg: string };
  semop: { semid: number; tsops: Decoded; nsops: number };
  semtimedop: { semid: number; tsops: Decoded; nsops: number; timeout: Pointer<Timespec> };
  sendfile: { out_fd: Fd; in_fd: Fd; offset?: Decoded; count: Integer };
  sendmmsg: {
    fd: Fd;
    mmsg?: Pointer<readonly { readonly msg_hdr: Pointer<Message>; readonly msg_len: number }[]>;
    vlen: number;
    flags: Flags<"message">;
  };
  sendmsg: { fd: Fd; msg: Pointer<Message>; flags: Flags<"message"> };
  sendto: {
    fd: Fd;
    buff: Pointer<Text>;
    len: Integer;
    flags: Flags<"message">;
    addr: Pointer<SocketAddress>;
    addr_len: number;
  };
  set_mempolicy: {
    mode: Named<string>;
    nmask: Pointer<readonly (string | Address)[]>;
    maxnode: Integer;
  };
  set_mempolicy_home_node: { start: Integer; len: Integer; home_node: Integer; flags: Integer };
  set_robust_list: { head: Decoded; len: Integer };
  set_thread_area: {
    info: Pointer<{
      readonly entry_number: number;
      readonly base_addr: number;
      readonly limit: number;
      readonly seg_32bit: number;
      readonly contents: number;
      readonly read_exec_only: number;
      readonly limit_in_pages: number;
      readonly seg_not_present: number;
      readonly useable: number;
      readonly lm: number;
    }>;
  };
  set_tid_address: { tidptr: Decoded };
  setdomainname: { name: Pointer<Text>; len: number };
  setfsgid: { gid: number };
  setfsuid: { uid: number };
  setgid: { gid: number };
  setgroups: { gidsetsize: number; grouplist: Decoded };
  sethostname: { name: Pointer<Text>; len: number };
  setitimer: {
    which: Flags<"itimer">;
    value: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_usec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_usec: Integer };
    }>;
    ovalue?: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_usec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_usec: Integer };
    }>;
  };
  setns: { fd: Fd; flags: Flags<"namespaces"> };
  setpgid: { pid: number; pgid: number };
  setpriority: { which: Flags<"priority">; who: number; niceval: number };
  setregid: { rgid: number; egid: number };
  setresgid: { rgid: number; egid: number; sgid: number };
  setresuid: { ruid: number; euid: number; suid: number };
  setreuid: { ruid: number; euid: number };
  setrlimit: { resource: Flags<"rlimit">; rlim: Pointer<Limits> };
  setsid: Nothing;
  setsockopt: {
    fd: Fd;
    level: Flags<"socket_level">;
    optname: Named<string> | number;
    optval: Decoded;
    optlen: number;
  };
  settimeofday: {
    tv: Pointer<{ readonly tv_sec: Integer; readonly tv_usec: Integer }>;
    tz: Pointer<{ readonly tz_minuteswest: number; readonly tz_dsttime: number }>;
  };
  setuid: { uid: number };
  setxattr: {
    pathname: Pointer<Text>;
    name: Pointer<Text>;
    value: Decoded;
    size: Integer;
    flags: Flags<"xattr">;
  };
  setxattrat: {
    dfd: Flags<"dirfd"> | Fd;
    pathname: Pointer<Text>;
    at_flags: Flags<"at_path">;
    name: Pointer<Text>;
    uargs: Pointer<{ readonly value: Integer; readonly size: number; readonly flags: number }>;
    usize: Integer;
  };
  shmat: { shmid: number; shmaddr: Pointer<Text>; shmflg: Flags<"shmat"> };
  shmctl: { shmid: number; cmd: Flags<"shmctl" | "ipc_version">; buf?: Decoded };
  shmdt: { shmaddr: Pointer<Text> };
  shmget: { key: Integer | string; size: Integer; shmflg: string };
  shutdown: { fd: Fd; how: Flags<"shutdown"> };
  sigaltstack: {
    uss: Pointer<{
      readonly ss_sp: Address | null;
      readonly ss_flags: Flags<"sigaltstack">;
      readonly ss_size: Integer;
    }>;
    uoss?: Pointer<{
      readonly ss_sp: Address | null;
      readonly ss_flags: Flags<"sigaltstack">;
      readonly ss_size: Integer;
    }>;
  };
  signalfd: { ufd: Fd; user_mask: Pointer<SignalSet>; sizemask: Integer };
  signalfd4: {
    ufd: Fd;
    user_mask: Pointer<SignalSet>;
    sizemask: Integer;
    flags: Flags<"signalfd">;
  };
  socket: {
    family: Flags<"family">;
    type: Flags<"socket" | "socket_flags">;
    protocol: Named<string> | number;
  };
  socketpair: {
    family: Flags<"family">;
    type: Flags<"socket" | "socket_flags">;
    protocol: Named<string> | number;
    usockvec?: Pointer<readonly Fd[]>;
  };
  splice: {
    fd_in: number;
    off_in: Pointer<readonly Integer[]>;
    fd_out: number;
    off_out: Pointer<readonly Integer[]>;
    len: Integer;
    flags: Flags<"splice">;
  };
  stat: { filename: Pointer<Text>; statbuf?: Pointer<Stat> };
  statfs: { pathname: Pointer<Text>; buf?: Pointer<Statfs> };
  statmount: {
    req: Pointer<{
      readonly size: number;
      readonly mnt_ns_fd: number;
      readonly mnt_id: Integer;
      readonly param: Integer;
      readonly mnt_ns_id: Integer;
    }>;
    buf?: Pointer<{
      readonly size: number;
      readonly mnt_opts: number;
      readonly mask: Flags<"statmount_mask">;
      readonly sb_dev_major: number;
      readonly sb_dev_minor: number;
      readonly sb_magic: Integer;
      readonly sb_flags: number;
      readonly fs_type: number;
      readonly mnt_id: Integer;
      readonly mnt_parent_id: Integer;
      readonly mnt_id_old: number;
      readonly mnt_parent_id_old: number;
      readonly mnt_attr: Integer;
      readonly mnt_propagation: Integer;
      readonly mnt_peer_group: Integer;
      readonly mnt_master: Integer;
      readonly propagate_from: Integer;
      readonly mnt_root: number;
      readonly mnt_point: number;
      readonly mnt_ns_id: Integer;
      readonly fs_subtype: number;
      readonly sb_source: number;
      readonly opt_num: number;
      readonly opt_array: number;
      readonly opt_sec_num: number;
      readonly opt_sec_array: number;
      readonly supported_mask: Integer;
      readonly mnt_uidmap_num: number;
      readonly mnt_uidmap: number;
      readonly mnt_gidmap_num: number;
      readonly mnt_gidmap: number;
      readonly __spare2: readonly Integer[];
      readonly str: Text;
    }>;
    bufsize: Integer;
    flags: Flags<"statmount">;
  };
  statx: {
    dfd: Fd;
    filename: Pointer<Text>;
    flags: Flags<"at_statx" | "at_stat">;
    mask: Flags<"statx">;
    buffer?: Pointer<Statx>;
  };
  swapoff: { specialfile: Pointer<Text> };
  swapon: { specialfile: Pointer<Text>; swap_flags: Flags<"swap"> };
  symlink: { oldname: Pointer<Text>; newname: Pointer<Text> };
  symlinkat: { oldname: Pointer<Text>; newdfd: Fd; newname: Pointer<Text> };
  sync: Nothing;
  sync_file_range: { fd: Fd; offset: Integer; nbytes: Integer; flags: Flags<"sync_file_range"> };
  syncfs: { fd: Fd };
  sysfs: { option: Integer; arg1: Integer; arg2: Integer };
  sysinfo: { info?: Decoded };
  syslog: { type: Flags<"syslog">; buf?: Pointer<Text>; len: number };
  tee: { fdin: number; fdout: number; len: Integer; flags: Flags<"splice"> };
  tgkill: { tgid: number; pid: number; sig: Signal };
  time: { tloc?: Pointer<readonly Integer[]> };
  timer_create: {
    which_clock: Flags<"clock">;
    timer_event_spec: Decoded;
    created_timer_id?: Decoded;
  };
  timer_delete: { timer_id: number };
  timer_getoverrun: { timer_id: number };
  timer_gettime: {
    timer_id: number;
    setting?: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
  };
  timer_settime: {
    timer_id: number;
    flags: Flags<"timer">;
    new_setting: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
    old_setting?: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
  };
  timerfd_create: { clockid: Flags<"clock">; flags: Flags<"timerfd_create"> };
  timerfd_gettime: {
    ufd: Fd;
    otmr?: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
  };
  timerfd_settime: {
    ufd: Fd;
    flags: Flags<"timerfd">;
    utmr: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
    otmr?: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
  };
  times: {
    tbuf?: Pointer<{
      readonly tms_utime: Integer;
      readonly tms_stime: Integer;
      readonly tms_cutime: Integer;
      readonly tms_cstime: Integer;
    }>;
  };
  tkill: { pid: number; sig: Signal };
  truncate: { path: Pointer<Text>; length: Integer };
  tuxcall: {
    arg0: Integer;
    arg1: Integer;
    arg2: Integer;
    arg3: Integer;
    arg4: Integer;
    arg5: Integer;
  };
  umask: { mask: number };
  umount2: { name: Pointer<Text>; flags: Flags<"umount"> };
  uname: { name?: Decoded };
  unlink: { pathname: Pointer<Text> };
  unlinkat: { dfd: Fd; pathname: Pointer<Text>; flag: Flags<"at_unlink"> };
  unshare: { unshare_flags: Flags<"unshare"> };
  uprobe: Nothing;
  uretprobe: Nothing;
  uselib: { library: Pointer<Text> };
  userfaultfd: { flags: Flags<"userfaultfd"> };
  ustat: { dev: string; ubuf: Decoded };
  utime: { filename: Pointer<Text>; times: Decoded };
  utimensat: { dfd: Fd; filename: Pointer<Text>; utimes: Decoded; flags: Flags<"at_path"> };
  utimes: { filename: Pointer<Text>; utimes: Decoded };
  vfork: Nothing;
  vhangup: Nothing;
  vmsplice: { fd: Fd; uiov: Pointer<readonly Vector[]>; nr_segs: Integer; flags: Flags<"splice"> };
  vserver: {
    arg0: Integer;
    arg1: Integer;
    arg2: Integer;
    arg3: Integer;
    arg4: Integer;
    arg5: Integer;
  };
  wait4: {
    pid: number;
    stat_addr?: Pointer<readonly WaitStatus[]>;
    options: Flags<"wait">;
    ru?: Pointer<Usage>;
  };
  waitid: {
    which: Flags<"wait_for">;
    pid: number;
    infop?: Decoded;
    options: Flags<"wait">;
    ru?: Pointer<Usage>;
  };
  write: { fd: Fd; buf: Pointer<Text>; count: Integer };
  writev: { fd: Fd; vec: Pointer<readonly Vector[]>; vlen: Integer };
}

/** Of 32-bit programs. */
export interface CompatCalls {
  _llseek: {
    fd: Fd;
    offset_high?: Integer;
    offset: Integer;
    result?: Decoded;
    whence: Flags<"seek">;
  };
  _newselect: { n: number; inp: Decoded; outp: Decoded; exp: Decoded; tvp: Decoded };
  _sysctl: {
    args: Pointer<{
      readonly name: Address | null;
      readonly nlen: number;
      readonly oldval: Address | null;
      readonly oldlenp: Address | null;
      readonly newval: Address | null;
      readonly newlen: Integer;
      readonly __unused: readonly Integer[];
    }>;
  };
  accept: {
    fd: Fd;
    upeer_sockaddr?: Pointer<SocketAddress>;
    upeer_addrlen?: Pointer<readonly number[] | string>;
  };
  accept4: {
    fd: Fd;
    upeer_sockaddr?: Pointer<SocketAddress>;
    upeer_addrlen?: Pointer<readonly number[] | string>;
    flags: Flags<"socket_flags">;
  };
  access: { filename: Pointer<Text>; mode: Flags<"access"> };
  acct: { name: Pointer<Text> };
  add_key: {
    type: Pointer<Text>;
    description: Pointer<Text>;
    payload: Pointer<Text>;
    plen: number;
    ringid: Flags<"keyring">;
  };
  adjtimex: { txc_p?: Decoded };
  afs_syscall: {
    arg0: number;
    arg1: number;
    arg2: number;
    arg3: number;
    arg4: number;
    arg5: number;
  };
  alarm: { seconds: number };
  arch_prctl: { option: Flags<"arch_prctl">; arg2?: Decoded };
  arm_fadvise64_64: {
    fd: Fd;
    advice: Flags<"fadvise">;
    offset: number;
    offset_high: number;
    len: number;
    len_high: number;
  };
  arm_sync_file_range: {
    fd: Fd;
    flags: Flags<"sync_file_range">;
    offset: number;
    offset_high: number;
    nbytes: number;
    nbytes_high: number;
  };
  bdflush: { func: number; data: number };
  bind: { fd: Fd; umyaddr: Pointer<SocketAddress>; addrlen: number };
  bpf: { cmd: Flags<"bpf">; attr: Decoded; size: number };
  break: { arg0: number };
  breakpoint: Nothing;
  brk: { brk: Address | null };
  cacheflush: { start: number; end: number; flags: number };
  cachestat: {
    fd: Fd;
    cstat_range: Pointer<{ readonly off: Integer; readonly len: Integer }>;
    cstat?: Pointer<{
      readonly nr_cache: Integer;
      readonly nr_dirty: Integer;
      readonly nr_writeback: Integer;
      readonly nr_evicted: Integer;
      readonly nr_recently_evicted: Integer;
    }>;
    flags: number;
  };
  capget: { header: Decoded; dataptr?: Decoded };
  capset: { header: Decoded; data: Decoded };
  chdir: { filename: Pointer<Text> };
  chmod: { filename: Pointer<Text>; mode: number };
  chown: { filename: Pointer<Text>; user: number; group: number };
  chown32: { filename: Pointer<Text>; user: number; group: number };
  chroot: { filename: Pointer<Text> };
  clock_adjtime: { which_clock: Flags<"clock">; utx?: Decoded };
  clock_adjtime64: { which_clock: Flags<"clock">; utx?: Decoded };
  clock_getres: {
    which_clock: Flags<"clock">;
    tp?: Pointer<{ readonly tv_sec: number; readonly tv_nsec: number }>;
  };
  clock_getres_time64: {
    which_clock: Flags<"clock">;
    tp?: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
  };
  clock_gettime: { which_clock: Flags<"clock">; tp?: Pointer<Timespec> };
  clock_gettime64: { which_clock: Flags<"clock">; tp?: Decoded };
  clock_nanosleep: {
    which_clock: Flags<"clock">;
    flags: Flags<"timer">;
    rqtp: Pointer<Timespec>;
    rmtp?: Pointer<Timespec>;
  };
  clock_nanosleep_time64: {
    which_clock: Flags<"clock">;
    flags: Flags<"timer">;
    rqtp: Decoded;
    rmtp?: Decoded;
  };
  clock_settime: { which_clock: Flags<"clock">; tp: Pointer<Timespec> };
  clock_settime64: { which_clock: Flags<"clock">; tp: Decoded };
  clone: {
    child_stack: Address | null;
    flags: Named<string>;
    parent_tid?: Pointer<readonly (number | Fd)[]>;
    tls?: Address | null;
    child_tidptr?: Address | null;
  };
  clone3: { uargs: Pointer<CloneArguments>; size?: number };
  close: { fd: Fd };
  close_range: { fd: Fd; max_fd: number; flags: Flags<"close_range"> };
  connect: { fd: Fd; uservaddr: Pointer<SocketAddress>; addrlen: number };
  copy_file_range: {
    fd_in: Fd;
    off_in: Decoded;
    fd_out: Fd;
    off_out: Decoded;
    len: number;
    flags: Integer;
  };
  creat: { pathname: Pointer<Text>; mode: number };
  create_module: { name: Pointer<Text>; size: number };
  delete_module: { name_user: Pointer<Text>; flags: Flags<"module_delete"> };
  dup: { oldfd: Fd };
  dup2: { oldfd: Fd; newfd: Fd };
  dup3: { oldfd: Fd; newfd: Fd; flags: Flags<"open"> };
  epoll_create: { size: number };
  epoll_create1: { flags: Flags<"epoll_create"> };
  epoll_ctl: { epfd: Fd; op: Flags<"epoll_ctl">; fd: Fd; event: Pointer<EpollEvent> };
  epoll_pwait: {
    epfd: Fd;
    events?: Pointer<readonly EpollEvent[]>;
    maxevents: number;
    timeout: number;
    sigmask: Pointer<SignalSet>;
    sigsetsize: number;
  };
  epoll_pwait2: {
    epfd: Fd;
    events?: Pointer<readonly EpollEvent[]>;
    maxevents: number;
    timeout: Pointer<Timespec>;
    sigmask: Pointer<SignalSet>;
    sigsetsize: number;
  };
  epoll_wait: {
    epfd: Fd;
    events?: Pointer<readonly EpollEvent[]>;
    maxevents: number;
    timeout: number;
  };
  eventfd: { count: number };
  eventfd2: { count: number; flags: Flags<"eventfd"> };
  execve: {
    filename: Pointer<Text>;
    argv: Pointer<readonly Pointer<Text>[]>;
    envp: Address | null;
  };
  execveat: {
    fd: Fd;
    filename: Pointer<Text>;
    argv: Pointer<readonly Pointer<Text>[]>;
    envp: Address | null;
    flags: Flags<"at_exec">;
  };
  exit: { error_code: number };
  exit_group: { error_code: number };
  faccessat: { dfd: Fd; filename: Pointer<Text>; mode: Flags<"access"> };
  faccessat2: {
    dfd: Fd;
    filename: Pointer<Text>;
    mode: Flags<"access">;
    flags: Flags<"at_access">;
  };
  fadvise64: {
    fd: Fd;
    offset: Integer;
    offset_high?: Integer;
    len: number;
    advice: Flags<"fadvise">;
  };
  fadvise64_64: {
    fd: Fd;
    offset: Integer;
    offset_high?: Integer;
    len: Integer;
    len_high?: Integer;
    advice: Flags<"fadvise">;
  };
  fallocate: {
    fd: Fd;
    mode: Flags<"fallocate">;
    offset: Integer;
    offset_high?: Integer;
    len: Integer;
    len_high?: Integer;
  };
  fanotify_init: {
    flags: Flags<"fanotify_class" | "fanotify_init">;
    event_f_flags: Flags<"open_access" | "open">;
  };
  fanotify_mark: {
    fanotify_fd: Fd;
    flags: Flags<"fanotify_mark">;
    mask: Flags<"fanotify">;
    mask_high: number;
    dfd: Flags<"dirfd"> | Fd;
    pathname: Pointer<Text>;
  };
  fchdir: { fd: Fd };
  fchmod: { fd: Fd; mode: number };
  fchmodat: { dfd: Fd; filename: Pointer<Text>; mode: number };
  fchmodat2: {
    dfd: Flags<"dirfd"> | Fd;
    filename: Pointer<Text>;
    mode: Named<string>;
    flags: Flags<"at_path">;
  };
  fchown: { fd: Fd; user: number; group: number };
  fchown32: { fd: Fd; user: number; group: number };
  fchownat: {
    dfd: Fd;
    filename: Pointer<Text>;
    user: number;
    group: number;
    flag: Flags<"at_path">;
  };
  fchroot: { fd: Fd; flags: number };
  fcntl: { fd: Fd; cmd: Flags<"fcntl">; arg?: Decoded };
  fcntl64: { fd: Fd; cmd: Flags<"fcntl">; arg?: Decoded };
  fdatasync: { fd: Fd };
  fgetxattr: { fd: Fd; name: Pointer<Text>; value?: Decoded; size: number };
  file_getattr: {
    dfd: Flags<"dirfd"> | Fd;
    filename: Pointer<Text>;
    attr?: Pointer<{
      readonly fa_xflags: Flags<"xflags">;
      readonly fa_extsize: number;
      readonly fa_nextents: number;
      readonly fa_projid: number;
      readonly fa_cowextsize: number;
    }>;
    usize: number;
    at_flags: Flags<"at_path">;
  };
  file_setattr: {
    dfd: Flags<"dirfd"> | Fd;
    filename: Pointer<Text>;
    attr: Pointer<{
      readonly fa_xflags: Flags<"xflags">;
      readonly fa_extsize: number;
      readonly fa_nextents: number;
      readonly fa_projid: number;
      readonly fa_cowextsize: number;
    }>;
    usize: number;
    at_flags: Flags<"at_path">;
  };
  finit_module: { fd: Fd; uargs: Pointer<Text>; flags: Flags<"module"> };
  flistxattr: { fd: Fd; list?: Pointer<Text>; size: number };
  flock: { fd: Fd; cmd: Flags<"flock"> };
  fork: Nothing;
  fremovexattr: { fd: Fd; name: Pointer<Text> };
  fsconfig: {
    fd: Fd;
    cmd: Flags<"fsconfig">;
    key: Pointer<Text>;
    value: Address | null;
    aux: number;
  };
  fsetxattr: { fd: Fd; name: Pointer<Text>; value: Decoded; size: number; flags: Flags<"xattr"> };
  fsmount: { fs_fd: Fd; flags: Flags<"fsmount">; attr_flags: Flags<"mount_attr"> };
  fsopen: { fs_name: Pointer<Text>; flags: Flags<"fsopen"> };
  fspick: { dfd: Flags<"dirfd"> | Fd; path: Pointer<Text>; flags: Flags<"fspick"> };
  fstat: { fd: Fd; statbuf?: Pointer<Stat> };
  fstat64: { fd: Fd; statbuf?: Pointer<Stat> };
  fstatat64: { dfd: Fd; filename: Pointer<Text>; statbuf?: Pointer<Stat>; flag: Flags<"at_stat"> };
  fstatfs: { fd: Fd; buf?: Pointer<Statfs> };
  fstatfs64: {
    fd: Fd;
    sz: number;
    buf?: Pointer<{
      readonly f_type: Flags<"filesystem">;
      readonly f_bsize: number;
      readonly f_blocks: Integer;
      readonly f_bfree: Integer;
      readonly f_bavail: Integer;
      readonly f_files: Integer;
      readonly f_ffree: Integer;
      readonly f_fsid: { readonly val: readonly number[] };
      readonly f_namelen: number;
      readonly f_frsize: number;
      readonly f_flags: number;
      readonly f_spare: readonly number[];
    }>;
  };
  fsync: { fd: Fd };
  ftime: { tp?: Address | null };
  ftruncate: { fd: Fd; length: number };
  ftruncate64: { fd: Fd; length: Integer; length_high?: Integer };
  futex: {
    uaddr: Address | null;
    op: Flags<"futex" | "futex_flags"> | string;
    val?: number;
    utime?: Decoded;
    uaddr2?: Address | null;
    val3?: Integer | string;
  };
  futex_requeue: {
    waiters: Pointer<{
      readonly val: Integer;
      readonly uaddr: Integer;
      readonly flags: Flags<"futex2_size" | "futex2">;
      readonly __reserved: number;
    }>;
    flags: number;
    nr_wake: number;
    nr_requeue: number;
  };
  futex_time64: {
    uaddr: Address | null;
    op: Flags<"futex" | "futex_flags"> | string;
    val?: Integer;
    utime?: Decoded;
    uaddr2?: Address | null;
    val3?: Integer | string;
  };
  futex_wait: {
    uaddr: Address | null;
    val: number;
    mask: number;
    flags: Flags<"futex2_size" | "futex2">;
    timeout: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
    clockid: Flags<"clock">;
  };
  futex_waitv: {
    waiters: Pointer<{
      readonly val: Integer;
      readonly uaddr: Integer;
      readonly flags: Flags<"futex2_size" | "futex2">;
      readonly __reserved: number;
    }>;
    nr_futexes: number;
    flags: number;
    timeout: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
    clockid: Flags<"clock">;
  };
  futex_wake: {
    uaddr: Address | null;
    mask: number;
    nr: number;
    flags: Flags<"futex2_size" | "futex2">;
  };
  futimesat: { dfd: Fd; filename: Pointer<Text>; utimes: Decoded };
  get_kernel_syms: { table?: Address | null };
  get_mempolicy: {
    policy?: Pointer<readonly Named<string>[]>;
    nmask?: Pointer<readonly (string | Address)[]>;
    maxnode: number;
    addr: Address | null;
    flags: Flags<"get_mempolicy">;
  };
  get_robust_list: { pid: number; head_ptr?: Decoded; len_ptr?: Decoded };
  get_thread_area: {
    info: Pointer<{
      readonly entry_number: number;
      readonly base_addr: number;
      readonly limit: number;
      readonly seg_32bit: number;
      readonly contents: number;
      readonly read_exec_only: number;
      readonly limit_in_pages: number;
      readonly seg_not_present: number;
      readonly useable: number;
      readonly lm: number;
    }>;
  };
  get_tls: Nothing;
  getcpu: {
    cpup?: Pointer<readonly number[]>;
    nodep?: Pointer<readonly number[]>;
    unused: Pointer<{ readonly blob: readonly Integer[] }>;
  };
  getcwd: { buf?: Pointer<Text>; size: number };
  getdents: {
    fd: Fd;
    dirent?: Pointer<{
      readonly d_ino: number;
      readonly d_off: number;
      readonly d_reclen: number;
      readonly d_name: Text;
    }>;
    count: number;
  };
  getdents64: { fd: Fd; dirent?: Pointer<string>; count: Integer };
  getegid: Nothing;
  getegid32: Nothing;
  geteuid: Nothing;
  geteuid32: Nothing;
  getgid: Nothing;
  getgid32: Nothing;
  getgroups: { gidsetsize: number; grouplist?: Decoded };
  getgroups32: { gidsetsize: number; grouplist?: Pointer<readonly number[]> };
  getitimer: {
    which: Flags<"itimer">;
    value?: Pointer<{
      readonly it_interval: { readonly tv_sec: number; readonly tv_usec: number };
      readonly it_value: { readonly tv_sec: number; readonly tv_usec: number };
    }>;
  };
  getpeername: {
    fd: Fd;
    usockaddr?: Pointer<SocketAddress>;
    usockaddr_len?: Pointer<readonly number[] | string>;
  };
  getpgid: { pid: number };
  getpgrp: Nothing;
  getpid: Nothing;
  getpmsg: {
    fd: Fd;
    ctlptr?: Address | null;
    dataptr?: Address | null;
    bandp: Pointer<readonly number[]>;
    flagsp: Pointer<readonly number[]>;
  };
  getppid: Nothing;
  getpriority: { which: Flags<"priority">; who: number };
  getrandom: { ubuf?: Pointer<Text>; len: number; flags: Flags<"random"> };
  getresgid: { rgidp?: Address | null; egidp?: Address | null; sgidp?: Address | null };
  getresgid32: {
    rgidp?: Pointer<readonly number[]>;
    egidp?: Pointer<readonly number[]>;
    sgidp?: Pointer<readonly number[]>;
  };
  getresuid: { ruidp?: Address | null; euidp?: Address | null; suidp?: Address | null };
  getresuid32: {
    ruidp?: Pointer<readonly number[]>;
    euidp?: Pointer<readonly number[]>;
    suidp?: Pointer<readonly number[]>;
  };
  getrlimit: { resource: Flags<"rlimit">; rlim?: Pointer<Limits> };
  getrusage: { who: Flags<"rusage">; ru?: Pointer<Usage> };
  getsid: { pid: number };
  getsockname: {
    fd: Fd;
    usockaddr?: Pointer<SocketAddress>;
    usockaddr_len?: Pointer<readonly number[] | string>;
  };
  getsockopt: {
    fd: Fd;
    level: Flags<"socket_level">;
    optname: Named<string> | number;
    optval?: Decoded;
    optlen?: Decoded;
  };
  gettid: Nothing;
  gettimeofday: { tv?: Pointer<Timeval>; tz: Decoded };
  getuid: Nothing;
  getuid32: Nothing;
  getxattr: { pathname: Pointer<Text>; name: Pointer<Text>; value?: Decoded; size: number };
  getxattrat: {
    dfd: Flags<"dirfd"> | Fd;
    pathname: Pointer<Text>;
    at_flags: Flags<"at_path">;
    name: Pointer<Text>;
    uargs: Pointer<{ readonly value: Integer; readonly size: number; readonly flags: number }>;
    usize: number;
  };
  gtty: { fd: Fd; arg?: Address | null };
  idle: Nothing;
  init_module: { umod: Address | null; len: number; uargs: Pointer<Text> };
  inotify_add_watch: { fd: Fd; pathname: Pointer<Text>; mask: Flags<"inotify"> };
  inotify_init: Nothing;
  inotify_init1: { flags: Flags<"inotify_init"> };
  inotify_rm_watch: { fd: Fd; wd: number };
  io_cancel: {
    ctx_id: number;
    iocb: Pointer<{
      readonly aio_data: Integer;
      readonly aio_key: number;
      readonly aio_rw_flags: Flags<"rwf">;
      readonly aio_lio_opcode: Flags<"iocb">;
      readonly aio_reqprio: number;
      readonly aio_fildes: number;
      readonly aio_buf: Integer;
      readonly aio_nbytes: Integer;
      readonly aio_offset: Integer;
      readonly aio_reserved2: Integer;
      readonly aio_flags: number;
      readonly aio_resfd: number;
    }>;
    result?: Pointer<{
      readonly data: Integer;
      readonly obj: Integer;
      readonly res: Integer;
      readonly res2: Integer;
    }>;
  };
  io_destroy: { ctx: number };
  io_getevents: {
    ctx_id: number;
    min_nr: number;
    nr: number;
    events?: Pointer<{
      readonly data: Integer;
      readonly obj: Integer;
      readonly res: Integer;
      readonly res2: Integer;
    }>;
    timeout: Pointer<{ readonly tv_sec: number; readonly tv_nsec: number }>;
  };
  io_pgetevents: {
    ctx_id: number;
    min_nr: number;
    nr: number;
    events?: Pointer<{
      readonly data: Integer;
      readonly obj: Integer;
      readonly res: Integer;
      readonly res2: Integer;
    }>;
    timeout: Pointer<{ readonly tv_sec: number; readonly tv_nsec: number }>;
    usig: Pointer<{ readonly sigmask: number; readonly sigsetsize: number }>;
  };
  io_pgetevents_time64: {
    ctx_id: number;
    min_nr: number;
    nr: number;
    events?: Pointer<{
      readonly data: Integer;
      readonly obj: Integer;
      readonly res: Integer;
      readonly res2: Integer;
    }>;
    timeout: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
    usig: Pointer<{ readonly sigmask: number; readonly sigsetsize: number }>;
  };
  io_setup: { nr_events: number; ctxp: Pointer<readonly number[]> };
  io_submit: { ctx_id: number; nr: number; iocbpp: Pointer<readonly number[]> };
  io_uring_enter: {
    fd: Fd;
    to_submit: number;
    min_complete: number;
    flags: Flags<"io_uring_enter">;
    argp: Address | null;
    argsz: number;
  };
  io_uring_register: {
    fd: Fd;
    opcode: Flags<"io_uring_register" | "io_uring_register_flags">;
    arg: Address | null;
    nr_args: number;
  };
  io_uring_setup: { entries: number; params?: Decoded };
  ioctl: { fd: Fd; cmd: Named<string> | string; arg?: Decoded };
  ioperm: { from: number; num: number; turn_on: number };
  iopl: { level: number };
  ioprio_get: { which: Flags<"ioprio_who">; who: number };
  ioprio_set: { which: Flags<"ioprio_who">; who: number; ioprio: string };
  ipc: {
    call: Flags<"ipc_call">;
    first: number;
    second: number;
    third: number;
    ptr: number;
    fifth: number;
  };
  kcmp: { pid1: number; pid2: number; type: Flags<"kcmp">; idx1: number; idx2: number };
  kexec_file_load: {
    kernel_fd: Fd;
    initrd_fd: Fd;
    cmdline_len: number;
    cmdline_ptr: Pointer<Text>;
    flags: Flags<"kexec_file">;
  };
  kexec_load: {
    entry: number;
    nr_segments: number;
    segments: Pointer<{
      readonly buf: number;
      readonly bufsz: number;
      readonly mem: number;
      readonly memsz: number;
    }>;
    flags: Flags<"kexec_arch" | "kexec">;
  };
  keyctl: {
    option: Flags<"keyctl">;
    arg2: Decoded;
    arg3?: Decoded;
    arg4?: Decoded;
    arg5?: Decoded;
  };
  kill: { pid: number; sig: Signal };
  landlock_add_rule: {
    ruleset_fd: Fd;
    rule_type: Flags<"landlock_rule">;
    rule_attr: Address | null;
    flags: Flags<"landlock_add">;
  };
  landlock_create_ruleset: { attr: Decoded; size: number; flags: Flags<"landlock_ruleset"> };
  landlock_restrict_self: { ruleset_fd: Fd; flags: Flags<"landlock_restrict"> };
  lchown: { filename: Pointer<Text>; user: number; group: number };
  lchown32: { filename: Pointer<Text>; user: number; group: number };
  lgetxattr: { pathname: Pointer<Text>; name: Pointer<Text>; value?: Decoded; size: number };
  link: { oldname: Pointer<Text>; newname: Pointer<Text> };
  linkat: {
    olddfd: Fd;
    oldname: Pointer<Text>;
    newdfd: Fd;
    newname: Pointer<Text>;
    flags: Flags<"at_link">;
  };
  listen: { fd: Fd; backlog: number };
  listmount: {
    req: Pointer<{
      readonly size: number;
      readonly mnt_ns_fd: number;
      readonly mnt_id: Integer;
      readonly param: Integer;
      readonly mnt_ns_id: Integer;
    }>;
    mnt_ids?: Pointer<readonly Integer[]>;
    nr_mnt_ids: number;
    flags: Flags<"listmount">;
  };
  listns: {
    req: Pointer<{
      readonly size: number;
      readonly spare: number;
      readonly ns_id: Integer;
      readonly "": {
        readonly ns_type: number;
        readonly spare2: number;
        readonly user_ns_id: Integer;
      };
    }>;
    ns_ids?: Pointer<readonly Integer[]>;
    nr_ns_ids: number;
    flags: number;
  };
  listxattr: { pathname: Pointer<Text>; list?: Pointer<Text>; size: number };
  listxattrat: {
    dfd: Flags<"dirfd"> | Fd;
    pathname: Pointer<Text>;
    at_flags: Flags<"at_path">;
    list?: Pointer<Text>;
    size: number;
  };
  llistxattr: { pathname: Pointer<Text>; list?: Pointer<Text>; size: number };
  lock: { arg0: number };
  lookup_dcookie: { cookie: number; cookie_high: number; buf?: Pointer<Text>; len: number };
  lremovexattr: { pathname: Pointer<Text>; name: Pointer<Text> };
  lseek: { fd: Fd; offset: number; whence: Flags<"seek"> };
  lsetxattr: {
    pathname: Pointer<Text>;
    name: Pointer<Text>;
    value: Decoded;
    size: number;
    flags: Flags<"xattr">;
  };
  lsm_get_self_attr: {
    attr: Flags<"lsm_attr">;
    ctx?: Pointer<{
      readonly id: Flags<"lsm_attr">;
      readonly flags: Integer;
      readonly len: Integer;
      readonly ctx_len: Integer;
      readonly ctx: readonly number[];
    }>;
    size: Pointer<readonly number[]>;
    flags: Flags<"lsm_flags">;
  };
  lsm_list_modules: {
    ids?: Pointer<readonly Integer[]>;
    size: Pointer<readonly number[]>;
    flags: number;
  };
  lsm_set_self_attr: {
    attr: Flags<"lsm_attr">;
    ctx: Pointer<{
      readonly id: Flags<"lsm_attr">;
      readonly flags: Integer;
      readonly len: Integer;
      readonly ctx_len: Integer;
      readonly ctx: readonly number[];
    }>;
    size: number;
    flags: number;
  };
  lstat: { filename: Pointer<Text>; statbuf?: Pointer<Stat> };
  lstat64: { filename: Pointer<Text>; statbuf?: Pointer<Stat> };
  madvise: { start: Address | null; len: number; behavior: Flags<"madvise"> };
  map_shadow_stack: { addr: number; size: number; flags: Flags<"shadow_stack"> };
  mbind: {
    start: Address | null;
    len: number;
    mode: Named<string>;
    nmask: Pointer<readonly (string | Address)[]>;
    maxnode: number;
    flags: Flags<"mbind">;
  };
  membarrier: { cmd: Flags<"membarrier">; flags: number };
  memfd_create: { name: Pointer<Text>; flags: Flags<"memfd"> };
  memfd_secret: { flags: Integer };
  migrate_pages: {
    pid: number;
    maxnode: number;
    old_nodes: Pointer<readonly (string | Address)[]>;
    new_nodes: Pointer<readonly (string | Address)[]>;
  };
  mincore: { start: Address | null; len: number; vec?: Decoded };
  mkdir: { pathname: Pointer<Text>; mode: number };
  mkdirat: { dfd: Fd; pathname: Pointer<Text>; mode: number };
  mknod: { filename: Pointer<Text>; mode: string; dev?: string };
  mknodat: { dfd: Fd; filename: Pointer<Text>; mode: string; dev?: string };
  mlock: { start: Address | null; len: number };
  mlock2: { start: Address | null; len: number; flags: Flags<"mlock2"> };
  mlockall: { flags: Flags<"mlockall"> };
  mmap: {
    arg: Pointer<{
      readonly addr: number;
      readonly len: number;
      readonly prot: number;
      readonly flags: number;
      readonly fd: number;
      readonly offset: number;
    }>;
  };
  mmap2: {
    addr: Address | null;
    len: number;
    prot: Flags<"prot">;
    flags: Flags<"map_type" | "map">;
    fd: Fd;
    pgoff: Integer;
  };
  modify_ldt: { func: number; ptr: Address | null; bytecount: number };
  mount: {
    dev_name: Pointer<Text>;
    dir_name: Pointer<Text>;
    type: Pointer<Text>;
    flags: Flags<"mount">;
    data: Decoded;
  };
  mount_setattr: {
    dfd: Flags<"dirfd"> | Fd;
    path: Pointer<Text>;
    flags: Flags<"at_mount">;
    uattr: Pointer<{
      readonly attr_set: Flags<"mount_attr">;
      readonly attr_clr: Flags<"mount_attr">;
      readonly propagation: Flags<"mount">;
      readonly userns_fd: Integer;
    }>;
    usize: number;
  };
  move_mount: {
    from_dfd: Flags<"dirfd"> | Fd;
    from_pathname: Pointer<Text>;
    to_dfd: Flags<"dirfd"> | Fd;
    to_pathname: Pointer<Text>;
    flags: Flags<"move_mount">;
  };
  move_pages: {
    pid: number;
    nr_pages: number;
    pages: Address | null;
    nodes: Pointer<readonly number[]>;
    status?: Pointer<readonly number[]>;
    flags: Flags<"move_pages">;
  };
  mprotect: { start: Address | null; len: number; prot: Flags<"prot"> };
  mpx: { arg0: number };
  mq_getsetattr: {
    mqdes: number;
    mqstat: Pointer<{
      readonly mq_flags: Flags<"open">;
      readonly mq_maxmsg: number;
      readonly mq_msgsize: number;
      readonly mq_curmsgs: number;
      readonly __reserved: readonly number[];
    }>;
    omqstat?: Pointer<{
      readonly mq_flags: Flags<"open">;
      readonly mq_maxmsg: number;
      readonly mq_msgsize: number;
      readonly mq_curmsgs: number;
      readonly __reserved: readonly number[];
    }>;
  };
  mq_notify: {
    mqdes: number;
    notification: Pointer<{
      readonly sigev_value: { readonly sival_int: number; readonly sival_ptr: number };
      readonly sigev_signo: Flags<"signal">;
      readonly sigev_notify: Flags<"sigev">;
      readonly _sigev_un: {
        readonly _pad: readonly number[];
        readonly _tid: number;
        readonly _sigev_thread: { readonly _function: number; readonly _attribute: number };
      };
    }>;
  };
  mq_open: {
    name: Pointer<Text>;
    oflag: Flags<"open_access" | "open">;
    mode?: number;
    attr?: Decoded;
  };
  mq_timedreceive: {
    mqdes: number;
    msg_ptr?: Pointer<Text>;
    msg_len: number;
    msg_prio?: Pointer<readonly number[]>;
    abs_timeout: Pointer<{ readonly tv_sec: number; readonly tv_nsec: number }>;
  };
  mq_timedreceive_time64: {
    mqdes: number;
    msg_ptr?: Pointer<Text>;
    msg_len: number;
    msg_prio?: Pointer<readonly number[]>;
    abs_timeout: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
  };
  mq_timedsend: {
    mqdes: number;
    msg_ptr: Pointer<Text>;
    msg_len: number;
    msg_prio: number;
    abs_timeout: Pointer<{ readonly tv_sec: number; readonly tv_nsec: number }>;
  };
  mq_timedsend_time64: {
    mqdes: number;
    msg_ptr: Pointer<Text>;
    msg_len: number;
    msg_prio: number;
    abs_timeout: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
  };
  mq_unlink: { name: Pointer<Text> };
  mremap: {
    addr: Address | null;
    old_len: number;
    new_len: number;
    flags: Flags<"mremap">;
    new_addr?: Address | null;
  };
  mseal: { start: number; len: number; flags: number };
  msgctl: { msqid: number; cmd: Flags<"msgctl" | "ipc_version">; buf?: Decoded };
  msgget: { key: Integer | string; msgflg: string };
  msgrcv: { msqid: number; msgp?: Decoded; msgsz: number; msgtyp: number; msgflg: Flags<"msgrcv"> };
  msgsnd: { msqid: number; msgp: Decoded; msgsz: number; msgflg: Flags<"msgsnd"> };
  msync: { start: Address | null; len: number; flags: Flags<"msync"> };
  munlock: { start: Address | null; len: number };
  munlockall: Nothing;
  munmap: { addr: Address | null; len: number };
  name_to_handle_at: {
    dfd: Flags<"dirfd"> | Fd;
    name: Pointer<Text>;
    handle: Pointer<{
      readonly handle_bytes: number;
      readonly handle_type: number;
      readonly f_handle: readonly number[];
    }>;
    mnt_id?: Address | null;
    flag: Flags<"at_handle">;
  };
  nanosleep: { rqtp: Pointer<Timespec>; rmtp?: Pointer<Timespec> };
  nfsservctl: { cmd: number; argp: Address | null; resp?: Address | null };
  nice: { increment: number };
  oldfstat: {
    fd: Fd;
    statbuf?: Pointer<{
      readonly st_dev: number;
      readonly st_ino: number;
      readonly st_mode: Named<string>;
      readonly st_nlink: number;
      readonly st_uid: number;
      readonly st_gid: number;
      readonly st_rdev: number;
      readonly st_size: number;
      readonly st_atime: number;
      readonly st_mtime: number;
      readonly st_ctime: number;
    }>;
  };
  oldlstat: {
    filename: Pointer<Text>;
    statbuf?: Pointer<{
      readonly st_dev: number;
      readonly st_ino: number;
      readonly st_mode: Named<string>;
      readonly st_nlink: number;
      readonly st_uid: number;
      readonly st_gid: number;
      readonly st_rdev: number;
      readonly st_size: number;
      readonly st_atime: number;
      readonly st_mtime: number;
      readonly st_ctime: number;
    }>;
  };
  oldolduname: {
    name?: Pointer<{
      readonly sysname: Text;
      readonly nodename: Text;
      readonly release: Text;
      readonly version: Text;
      readonly machine: Text;
    }>;
  };
  oldstat: {
    filename: Pointer<Text>;
    statbuf?: Pointer<{
      readonly st_dev: number;
      readonly st_ino: number;
      readonly st_mode: Named<string>;
      readonly st_nlink: number;
      readonly st_uid: number;
      readonly st_gid: number;
      readonly st_rdev: number;
      readonly st_size: number;
      readonly st_atime: number;
      readonly st_mtime: number;
      readonly st_ctime: number;
    }>;
  };
  olduname: {
    name?: Pointer<{
      readonly sysname: Text;
      readonly nodename: Text;
      readonly release: Text;
      readonly version: Text;
      readonly machine: Text;
    }>;
  };
  open: { filename: Pointer<Text>; flags: Flags<"open_access" | "open">; mode?: number };
  open_by_handle_at: {
    mountdirfd: Flags<"dirfd"> | Fd;
    handle: Pointer<{
      readonly handle_bytes: number;
      readonly handle_type: number;
      readonly f_handle: readonly number[];
    }>;
    flags: Flags<"open_access" | "open">;
  };
  open_tree: {
    dfd: Flags<"dirfd"> | Fd;
    filename: Pointer<Text>;
    flags: Flags<"open_tree" | "at_mount">;
  };
  open_tree_attr: {
    dfd: Flags<"dirfd"> | Fd;
    filename: Pointer<Text>;
    flags: Flags<"open_tree" | "at_mount">;
    uattr: Pointer<{
      readonly attr_set: Flags<"mount_attr">;
      readonly attr_clr: Flags<"mount_attr">;
      readonly propagation: Flags<"mount">;
      readonly userns_fd: Integer;
    }>;
    usize: number;
  };
  openat: { dfd: Fd; filename: Pointer<Text>; flags: Flags<"open_access" | "open">; mode?: number };
  openat2: { dfd: Fd; filename: Pointer<Text>; how: Pointer<OpenHow>; usize: number };
  pause: Nothing;
  pciconfig_iobase: { which: number; bus: number; devfn: number };
  pciconfig_read: { bus: number; dfn: number; off: number; len: number; buf?: Address | null };
  pciconfig_write: { bus: number; dfn: number; off: number; len: number; buf: Address | null };
  perf_event_open: {
    attr_uptr: Pointer<{
      readonly type: Flags<"perf_type">;
      readonly size: number;
      readonly config: Integer;
      readonly "": {
        readonly aux_action: number;
        readonly "": {
          readonly aux_start_paused: number;
          readonly aux_pause: number;
          readonly aux_resume: number;
          readonly __reserved_3: number;
        };
      };
      readonly sample_type: Flags<"perf_sample">;
      readonly read_format: Flags<"perf_read">;
      readonly disabled: Integer;
      readonly inherit: Integer;
      readonly pinned: Integer;
      readonly exclusive: Integer;
      readonly exclude_user: Integer;
      readonly exclude_kernel: Integer;
      readonly exclude_hv: Integer;
      readonly exclude_idle: Integer;
      readonly mmap: Integer;
      readonly comm: Integer;
      readonly freq: Integer;
      readonly inherit_stat: Integer;
      readonly enable_on_exec: Integer;
      readonly task: Integer;
      readonly watermark: Integer;
      readonly precise_ip: Integer;
      readonly mmap_data: Integer;
      readonly sample_id_all: Integer;
      readonly exclude_host: Integer;
      readonly exclude_guest: Integer;
      readonly exclude_callchain_kernel: Integer;
      readonly exclude_callchain_user: Integer;
      readonly mmap2: Integer;
      readonly comm_exec: Integer;
      readonly use_clockid: Integer;
      readonly context_switch: Integer;
      readonly write_backward: Integer;
      readonly namespaces: Integer;
      readonly ksymbol: Integer;
      readonly bpf_event: Integer;
      readonly aux_output: Integer;
      readonly cgroup: Integer;
      readonly text_poke: Integer;
      readonly build_id: Integer;
      readonly inherit_thread: Integer;
      readonly remove_on_exec: Integer;
      readonly sigtrap: Integer;
      readonly __reserved_1: Integer;
      readonly bp_type: number;
      readonly branch_sample_type: Integer;
      readonly sample_regs_user: Integer;
      readonly sample_stack_user: number;
      readonly clockid: number;
      readonly sample_regs_intr: Integer;
      readonly aux_watermark: number;
      readonly sample_max_stack: number;
      readonly __reserved_2: number;
      readonly aux_sample_size: number;
      readonly sig_data: Integer;
      readonly config3: Integer;
    }>;
    pid: number;
    cpu: number;
    group_fd: Fd;
    flags: Flags<"perf_open">;
  };
  personality: { personality: Integer | string };
  pidfd_getfd: { pidfd: number; fd: Fd; flags: number };
  pidfd_open: { pid: number; flags: Flags<"pidfd_open"> };
  pidfd_send_signal: {
    pidfd: number;
    sig: Flags<"signal">;
    info: Pointer<{
      readonly si_signo: Flags<"signal">;
      readonly si_errno: number;
      readonly si_code: Flags<"si_code">;
      readonly _sifields: {
        readonly _pad: readonly number[];
        readonly _kill: { readonly _pid: number; readonly _uid: number };
        readonly _timer: {
          readonly _tid: number;
          readonly _overrun: number;
          readonly _sigval: { readonly sival_int: number; readonly sival_ptr: number };
        };
        readonly _rt: {
          readonly _pid: number;
          readonly _uid: number;
          readonly _sigval: { readonly sival_int: number; readonly sival_ptr: number };
        };
        readonly _sigchld: {
          readonly _pid: number;
          readonly _uid: number;
          readonly _status: number;
          readonly _utime: number;
          readonly _stime: number;
        };
        readonly _sigfault: {
          readonly _addr: number;
          readonly "": {
            readonly _trapno: number;
            readonly _addr_lsb: number;
            readonly _addr_bnd: {
              readonly _dummy_bnd: Text;
              readonly _lower: number;
              readonly _upper: number;
            };
            readonly _addr_pkey: { readonly _dummy_pkey: Text; readonly _pkey: number };
            readonly _perf: {
              readonly _data: number;
              readonly _type: number;
              readonly _flags: number;
            };
          };
        };
        readonly _sigpoll: { readonly _band: number; readonly _fd: number };
        readonly _sigsys: {
          readonly _call_addr: number;
          readonly _syscall: number;
          readonly _arch: number;
        };
      };
    }>;
    flags: Flags<"pidfd_signal">;
  };
  pipe: { fildes?: Pointer<readonly Fd[]> };
  pipe2: { fildes?: Pointer<readonly Fd[]>; flags: Flags<"open"> };
  pivot_root: { new_root: Pointer<Text>; put_old: Pointer<Text> };
  pkey_alloc: { flags: number; init_val: Flags<"pkey"> };
  pkey_free: { pkey: number };
  pkey_mprotect: { start: number; len: number; prot: Flags<"prot">; pkey: number };
  poll: { ufds: Pointer<readonly PollFd[]>; nfds: number; timeout_msecs: number };
  ppoll: {
    ufds: Pointer<readonly PollFd[]>;
    nfds: number;
    tsp: Pointer<Timespec>;
    sigmask: Pointer<SignalSet>;
    sigsetsize: number;
  };
  ppoll_time64: { ufds: Decoded; nfds: number; tsp: Decoded; sigmask: Decoded; sigsetsize: number };
  prctl: { option: Flags<"prctl">; arg2?: Decoded; arg3?: Decoded; arg4?: Decoded; arg5?: Decoded };
  pread64: { fd: Fd; buf?: Pointer<Text>; count: number; pos: Integer };
  preadv: { fd: Fd; vec?: Pointer<readonly Vector[]>; vlen: number; pos_l: Integer };
  preadv2: {
    fd: Fd;
    vec?: Pointer<readonly Vector[]>;
    vlen: number;
    pos_l: Integer;
    pos_h?: Integer;
    flags: Flags<"rwf">;
  };
  prlimit64: {
    pid: number;
    resource: Flags<"rlimit">;
    new_rlim: Pointer<Limits>;
    old_rlim?: Pointer<Limits>;
  };
  process_madvise: {
    pidfd: number;
    vec: Pointer<{ readonly iov_base: number; readonly iov_len: number }>;
    vlen: number;
    behavior: Flags<"madvise">;
    flags: number;
  };
  process_mrelease: { pidfd: number; flags: number };
  process_vm_readv: {
    pid: number;
    lvec: Pointer<readonly Vector[]>;
    liovcnt: number;
    rvec: Pointer<readonly Vector[]>;
    riovcnt: number;
    flags: number;
  };
  process_vm_writev: {
    pid: number;
    lvec: Pointer<readonly Vector[]>;
    liovcnt: number;
    rvec: Pointer<readonly Vector[]>;
    riovcnt: number;
    flags: number;
  };
  prof: Nothing;
  profil: { buf: Address | null; bufsiz: number; offset: number; scale: number };
  pselect6: {
    n: number;
    inp: Pointer<string>;
    outp: Pointer<string>;
    exp: Pointer<string>;
    tsp: Pointer<Timespec>;
    sig: Decoded;
  };
  pselect6_time64: {
    n: number;
    inp: Decoded;
    outp: Decoded;
    exp: Decoded;
    tsp: Decoded;
    sig: Decoded;
  };
  ptrace: { request: Flags<"ptrace">; pid: number; addr: Decoded; data: Decoded };
  putpmsg: { fd: Fd; ctlptr: Address | null; dataptr: Address | null; band: number; flags: number };
  pwrite64: { fd: Fd; buf: Pointer<Text>; count: number; pos: Integer };
  pwritev: { fd: Fd; vec: Pointer<readonly Vector[]>; vlen: number; pos_l: Integer };
  pwritev2: {
    fd: Fd;
    vec: Pointer<readonly Vector[]>;
    vlen: number;
    pos_l: Integer;
    pos_h?: Integer;
    flags: Flags<"rwf">;
  };
  query_module: {
    name: Pointer<Text>;
    which: number;
    buf?: Address | null;
    bufsize: number;
    ret?: Pointer<readonly number[]>;
  };
  quotactl: { cmd: number; special: Pointer<Text>; id: number; addr: Address | null };
  quotactl_fd: { fd: Fd; cmd: number; id: number; addr: Address | null };
  read: { fd: Fd; buf?: Pointer<Text>; count: number };
  readahead: { fd: Fd; offset: Integer; offset_high?: Integer; count: number };
  readdir: {
    fd: Fd;
    dirent?: Pointer<{
      readonly d_ino: number;
      readonly d_offset: number;
      readonly d_namlen: number;
      readonly d_name: Text;
    }>;
    count: number;
  };
  readlink: { path: Pointer<Text>; buf?: Pointer<Text>; bufsiz: Integer };
  readlinkat: { dfd: Fd; pathname: Pointer<Text>; buf?: Pointer<Text>; bufsiz: Integer };
  readv: { fd: Fd; vec?: Pointer<readonly Vector[]>; vlen: number };
  reboot: {
    magic1: Flags<"reboot_magic">;
    magic2: Flags<"reboot_magic2">;
    cmd: Flags<"reboot">;
    arg: Address | null;
  };
  recv: { fd: Fd; buf?: Decoded; len: number; flags: Flags<"message"> };
  recvfrom: {
    fd: Fd;
    ubuf?: Pointer<Text>;
    size: number;
    flags: Flags<"message">;
    addr?: Pointer<SocketAddress>;
    addr_len?: Pointer<readonly number[] | string>;
  };
  recvmmsg: {
    fd: Fd;
    mmsg?: Pointer<readonly { readonly msg_hdr: Pointer<Message>; readonly msg_len: number }[]>;
    vlen: number;
    flags: Flags<"message">;
    timeout: Pointer<Timespec>;
  };
  recvmmsg_time64: {
    fd: Fd;
    mmsg?: Decoded;
    vlen: number;
    flags: Flags<"message">;
    timeout: Decoded;
  };
  recvmsg: { fd: Fd; msg?: Pointer<Message>; flags: Flags<"message"> };
  remap_file_pages: {
    start: Address | null;
    size: number;
    prot: Named<string> | string;
    pgoff: number;
    flags: Named<string> | string;
  };
  removexattr: { pathname: Pointer<Text>; name: Pointer<Text> };
  removexattrat: {
    dfd: Flags<"dirfd"> | Fd;
    pathname: Pointer<Text>;
    at_flags: Flags<"at_path">;
    name: Pointer<Text>;
  };
  rename: { oldname: Pointer<Text>; newname: Pointer<Text> };
  renameat: { olddfd: Fd; oldname: Pointer<Text>; newdfd: Fd; newname: Pointer<Text> };
  renameat2: {
    olddfd: Fd;
    oldname: Pointer<Text>;
    newdfd: Fd;
    newname: Pointer<Text>;
    flags: Flags<"rename">;
  };
  request_key: {
    type: Pointer<Text>;
    description: Pointer<Text>;
    callout_info: Pointer<Text>;
    destringid: Flags<"keyring">;
  };
  restart_syscall: { call: string };
  rmdir: { pathname: Pointer<Text> };
  rseq: { rseq: Decoded; rseq_len: Integer; flags: number; sig: Integer };
  rseq_slice_yield: Nothing;
  rt_sigaction: {
    sig: Signal;
    act: Pointer<SignalAction>;
    oact?: Pointer<SignalAction>;
    sigsetsize: number;
  };
  rt_sigpending: { uset?: Pointer<SignalSet>; sigsetsize: number };
  rt_sigprocmask: {
    how: Flags<"sigprocmask">;
    nset: Pointer<SignalSet>;
    oset?: Pointer<SignalSet>;
    sigsetsize: number;
  };
  rt_sigqueueinfo: { pid: number; sig: Signal; uinfo: Decoded };
  rt_sigreturn: { mask?: SignalSet };
  rt_sigsuspend: { unewset: Pointer<SignalSet>; sigsetsize: number };
  rt_sigtimedwait: {
    uthese: Pointer<SignalSet>;
    uinfo: Decoded;
    uts: Pointer<Timespec>;
    sigsetsize: number;
  };
  rt_sigtimedwait_time64: { uthese: Decoded; uinfo: Decoded; uts: Decoded; sigsetsize: number };
  rt_tgsigqueueinfo: { tgid: number; pid: number; sig: Signal; uinfo: Decoded };
  sched_get_priority_max: { policy: Flags<"scheduler"> };
  sched_get_priority_min: { policy: Flags<"scheduler"> };
  sched_getaffinity: { pid: number; len: Integer; user_mask_ptr?: Pointer<string> };
  sched_getattr: { pid: number; attr?: Decoded; size: number; flags: number };
  sched_getparam: { pid: number; param?: Decoded };
  sched_getscheduler: { pid: number };
  sched_rr_get_interval: {
    pid: number;
    interval?: Pointer<{ readonly tv_sec: number; readonly tv_nsec: number }>;
  };
  sched_rr_get_interval_time64: {
    pid: number;
    interval?: Pointer<{ readonly tv_sec: Integer; readonly tv_nsec: Integer }>;
  };
  sched_setaffinity: { pid: number; len: Integer; user_mask_ptr?: Pointer<string> };
  sched_setattr: { pid: number; attr: Decoded; flags: number };
  sched_setparam: { pid: number; param: Decoded };
  sched_setscheduler: {
    pid: number;
    policy: Flags<"scheduler" | "scheduler_reset">;
    param: Decoded;
  };
  sched_yield: Nothing;
  seccomp: { op: Flags<"seccomp">; flags: number; uargs: Decoded };
  select: {
    arg: Pointer<{
      readonly n: number;
      readonly inp: number;
      readonly outp: number;
      readonly exp: number;
      readonly tvp: number;
    }>;
  };
  semctl: { semid: number; semnum: number; cmd: Flags<"semctl" | "ipc_version">; arg: Decoded };
  semget: { key: Integer | string; nsems: number; semflg: string };
  semop: { semid: number; tsops: Decoded; nsops: number };
  semtimedop: { semid: number; tsops: Decoded; nsops: number; timeout: Pointer<Timespec> };
  semtimedop_time64: { semid: number; tsops: Decoded; nsops: number; timeout: Decoded };
  send: { fd: Fd; buf: Decoded; len: number; flags: Flags<"message"> };
  sendfile: { out_fd: Fd; in_fd: Fd; offset?: Decoded; count: number };
  sendfile64: { out_fd: Fd; in_fd: Fd; offset: Pointer<readonly Integer[]>; count: number };
  sendmmsg: {
    fd: Fd;
    mmsg?: Pointer<readonly { readonly msg_hdr: Pointer<Message>; readonly msg_len: number }[]>;
    vlen: number;
    flags: Flags<"message">;
  };
  sendmsg: { fd: Fd; msg: Pointer<Message>; flags: Flags<"message"> };
  sendto: {
    fd: Fd;
    buff: Pointer<Text>;
    len: number;
    flags: Flags<"message">;
    addr: Pointer<SocketAddress>;
    addr_len: number;
  };
  set_mempolicy: {
    mode: Named<string>;
    nmask: Pointer<readonly (string | Address)[]>;
    maxnode: number;
  };
  set_mempolicy_home_node: { start: number; len: number; home_node: number; flags: number };
  set_robust_list: { head: Decoded; len: number };
  set_thread_area: {
    info: Pointer<{
      readonly entry_number: number;
      readonly base_addr: number;
      readonly limit: number;
      readonly seg_32bit: number;
      readonly contents: number;
      readonly read_exec_only: number;
      readonly limit_in_pages: number;
      readonly seg_not_present: number;
      readonly useable: number;
      readonly lm: number;
    }>;
  };
  set_tid_address: { tidptr: Decoded };
  set_tls: { value: number };
  setdomainname: { name: Pointer<Text>; len: number };
  setfsgid: { gid: number };
  setfsgid32: { gid: number };
  setfsuid: { uid: number };
  setfsuid32: { uid: number };
  setgid: { gid: number };
  setgid32: { gid: number };
  setgroups: { gidsetsize: number; grouplist: Decoded };
  setgroups32: { gidsetsize: number; grouplist: Pointer<readonly number[]> };
  sethostname: { name: Pointer<Text>; len: number };
  setitimer: {
    which: Flags<"itimer">;
    value: Pointer<{
      readonly it_interval: { readonly tv_sec: number; readonly tv_usec: number };
      readonly it_value: { readonly tv_sec: number; readonly tv_usec: number };
    }>;
    ovalue?: Pointer<{
      readonly it_interval: { readonly tv_sec: number; readonly tv_usec: number };
      readonly it_value: { readonly tv_sec: number; readonly tv_usec: number };
    }>;
  };
  setns: { fd: Fd; flags: Flags<"namespaces"> };
  setpgid: { pid: number; pgid: number };
  setpriority: { which: Flags<"priority">; who: number; niceval: number };
  setregid: { rgid: number; egid: number };
  setregid32: { rgid: number; egid: number };
  setresgid: { rgid: number; egid: number; sgid: number };
  setresgid32: { rgid: number; egid: number; sgid: number };
  setresuid: { ruid: number; euid: number; suid: number };
  setresuid32: { ruid: number; euid: number; suid: number };
  setreuid: { ruid: number; euid: number };
  setreuid32: { ruid: number; euid: number };
  setrlimit: { resource: Flags<"rlimit">; rlim: Pointer<Limits> };
  setsid: Nothing;
  setsockopt: {
    fd: Fd;
    level: Flags<"socket_level">;
    optname: Named<string> | number;
    optval: Decoded;
    optlen: number;
  };
  settimeofday: {
    tv: Pointer<{ readonly tv_sec: number; readonly tv_usec: number }>;
    tz: Pointer<{ readonly tz_minuteswest: number; readonly tz_dsttime: number }>;
  };
  setuid: { uid: number };
  setuid32: { uid: number };
  setxattr: {
    pathname: Pointer<Text>;
    name: Pointer<Text>;
    value: Decoded;
    size: number;
    flags: Flags<"xattr">;
  };
  setxattrat: {
    dfd: Flags<"dirfd"> | Fd;
    pathname: Pointer<Text>;
    at_flags: Flags<"at_path">;
    name: Pointer<Text>;
    uargs: Pointer<{ readonly value: Integer; readonly size: number; readonly flags: number }>;
    usize: number;
  };
  sgetmask: Nothing;
  shmat: { shmid: number; shmaddr: number; shmflg: Flags<"shmat"> };
  shmctl: { shmid: number; cmd: Flags<"shmctl" | "ipc_version">; buf?: Decoded };
  shmdt: { shmaddr: Pointer<Text> };
  shmget: { key: Integer | string; size: number; shmflg: string };
  shutdown: { fd: Fd; how: Flags<"shutdown"> };
  sigaction: {
    sig: Flags<"signal">;
    act: Pointer<{
      readonly sa_handler: number;
      readonly sa_mask: number;
      readonly sa_flags: Flags<"sigaction">;
      readonly sa_restorer: number;
    }>;
    oact?: Pointer<{
      readonly sa_handler: number;
      readonly sa_mask: number;
      readonly sa_flags: Flags<"sigaction">;
      readonly sa_restorer: number;
    }>;
  };
  sigaltstack: {
    uss: Pointer<{
      readonly ss_sp: number;
      readonly ss_flags: Flags<"sigaltstack">;
      readonly ss_size: number;
    }>;
    uoss?: Pointer<{
      readonly ss_sp: number;
      readonly ss_flags: Flags<"sigaltstack">;
      readonly ss_size: number;
    }>;
  };
  signal: { sig: Flags<"signal">; handler: Flags<"handler"> };
  signalfd: { ufd: Fd; user_mask: Pointer<SignalSet>; sizemask: number };
  signalfd4: { ufd: Fd; user_mask: Pointer<SignalSet>; sizemask: number; flags: Flags<"signalfd"> };
  sigpending: { uset?: Pointer<readonly number[]> };
  sigprocmask: {
    how: Flags<"sigprocmask">;
    set: Pointer<readonly number[]>;
    oset?: Pointer<readonly number[]>;
  };
  sigreturn: Nothing;
  sigsuspend: { unused1: number; unused2: number; mask: number };
  socket: {
    family: Flags<"family">;
    type: Flags<"socket" | "socket_flags">;
    protocol: Named<string> | number;
  };
  socketcall: { call: Flags<"socketcall">; args: Pointer<readonly number[]> };
  socketpair: {
    family: Flags<"family">;
    type: Flags<"socket" | "socket_flags">;
    protocol: Named<string> | number;
    usockvec?: Pointer<readonly Fd[]>;
  };
  splice: {
    fd_in: number;
    off_in: Pointer<readonly Integer[]>;
    fd_out: number;
    off_out: Pointer<readonly Integer[]>;
    len: number;
    flags: Flags<"splice">;
  };
  ssetmask: { newmask: number };
  stat: { filename: Pointer<Text>; statbuf?: Pointer<Stat> };
  stat64: { filename: Pointer<Text>; statbuf?: Pointer<Stat> };
  statfs: { pathname: Pointer<Text>; buf?: Pointer<Statfs> };
  statfs64: {
    path: Pointer<Text>;
    sz: number;
    buf?: Pointer<{
      readonly f_type: Flags<"filesystem">;
      readonly f_bsize: number;
      readonly f_blocks: Integer;
      readonly f_bfree: Integer;
      readonly f_bavail: Integer;
      readonly f_files: Integer;
      readonly f_ffree: Integer;
      readonly f_fsid: { readonly val: readonly number[] };
      readonly f_namelen: number;
      readonly f_frsize: number;
      readonly f_flags: number;
      readonly f_spare: readonly number[];
    }>;
  };
  statmount: {
    req: Pointer<{
      readonly size: number;
      readonly mnt_ns_fd: number;
      readonly mnt_id: Integer;
      readonly param: Integer;
      readonly mnt_ns_id: Integer;
    }>;
    buf?: Pointer<{
      readonly size: number;
      readonly mnt_opts: number;
      readonly mask: Flags<"statmount_mask">;
      readonly sb_dev_major: number;
      readonly sb_dev_minor: number;
      readonly sb_magic: Integer;
      readonly sb_flags: number;
      readonly fs_type: number;
      readonly mnt_id: Integer;
      readonly mnt_parent_id: Integer;
      readonly mnt_id_old: number;
      readonly mnt_parent_id_old: number;
      readonly mnt_attr: Integer;
      readonly mnt_propagation: Integer;
      readonly mnt_peer_group: Integer;
      readonly mnt_master: Integer;
      readonly propagate_from: Integer;
      readonly mnt_root: number;
      readonly mnt_point: number;
      readonly mnt_ns_id: Integer;
      readonly fs_subtype: number;
      readonly sb_source: number;
      readonly opt_num: number;
      readonly opt_array: number;
      readonly opt_sec_num: number;
      readonly opt_sec_array: number;
      readonly supported_mask: Integer;
      readonly mnt_uidmap_num: number;
      readonly mnt_uidmap: number;
      readonly mnt_gidmap_num: number;
      readonly mnt_gidmap: number;
      readonly __spare2: readonly Integer[];
      readonly str: Text;
    }>;
    bufsize: number;
    flags: Flags<"statmount">;
  };
  statx: {
    dfd: Fd;
    filename: Pointer<Text>;
    flags: Flags<"at_statx" | "at_stat">;
    mask: Flags<"statx">;
    buffer?: Pointer<Statx>;
  };
  stime: { tptr: Pointer<readonly number[]> };
  stty: { fd: Fd; arg: Address | null };
  swapoff: { specialfile: Pointer<Text> };
  swapon: { specialfile: Pointer<Text>; swap_flags: Flags<"swap"> };
  symlink: { oldname: Pointer<Text>; newname: Pointer<Text> };
  symlinkat: { oldname: Pointer<Text>; newdfd: Fd; newname: Pointer<Text> };
  sync: Nothing;
  sync_file_range: {
    fd: Fd;
    offset: Integer;
    offset_high?: Integer;
    nbytes: Integer;
    nbytes_high?: Integer;
    flags: Flags<"sync_file_range">;
  };
  syncfs: { fd: Fd };
  sysfs: { option: Integer; arg1: number; arg2: number };
  sysinfo: { info?: Decoded };
  syslog: { type: Flags<"syslog">; buf?: Pointer<Text>; len: number };
  tee: { fdin: number; fdout: number; len: number; flags: Flags<"splice"> };
  tgkill: { tgid: number; pid: number; sig: Signal };
  time: { tloc?: Decoded };
  timer_create: {
    which_clock: Flags<"clock">;
    timer_event_spec: Decoded;
    created_timer_id?: Decoded;
  };
  timer_delete: { timer_id: number };
  timer_getoverrun: { timer_id: number };
  timer_gettime: {
    timer_id: number;
    setting?: Pointer<{
      readonly it_interval: { readonly tv_sec: number; readonly tv_nsec: number };
      readonly it_value: { readonly tv_sec: number; readonly tv_nsec: number };
    }>;
  };
  timer_gettime64: {
    timer_id: number;
    setting?: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
  };
  timer_settime: {
    timer_id: number;
    flags: Flags<"timer">;
    new_setting: Pointer<{
      readonly it_interval: { readonly tv_sec: number; readonly tv_nsec: number };
      readonly it_value: { readonly tv_sec: number; readonly tv_nsec: number };
    }>;
    old_setting?: Pointer<{
      readonly it_interval: { readonly tv_sec: number; readonly tv_nsec: number };
      readonly it_value: { readonly tv_sec: number; readonly tv_nsec: number };
    }>;
  };
  timer_settime64: {
    timer_id: number;
    flags: Flags<"timer">;
    new_setting: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
    old_setting?: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
  };
  timerfd_create: { clockid: Flags<"clock">; flags: Flags<"timerfd_create"> };
  timerfd_gettime: {
    ufd: Fd;
    otmr?: Pointer<{
      readonly it_interval: { readonly tv_sec: number; readonly tv_nsec: number };
      readonly it_value: { readonly tv_sec: number; readonly tv_nsec: number };
    }>;
  };
  timerfd_gettime64: {
    ufd: Fd;
    otmr?: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
  };
  timerfd_settime: {
    ufd: Fd;
    flags: Flags<"timerfd">;
    utmr: Pointer<{
      readonly it_interval: { readonly tv_sec: number; readonly tv_nsec: number };
      readonly it_value: { readonly tv_sec: number; readonly tv_nsec: number };
    }>;
    otmr?: Pointer<{
      readonly it_interval: { readonly tv_sec: number; readonly tv_nsec: number };
      readonly it_value: { readonly tv_sec: number; readonly tv_nsec: number };
    }>;
  };
  timerfd_settime64: {
    ufd: Fd;
    flags: Flags<"timerfd">;
    utmr: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
    otmr?: Pointer<{
      readonly it_interval: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
      readonly it_value: { readonly tv_sec: Integer; readonly tv_nsec: Integer };
    }>;
  };
  times: {
    tbuf?: Pointer<{
      readonly tms_utime: number;
      readonly tms_stime: number;
      readonly tms_cutime: number;
      readonly tms_cstime: number;
    }>;
  };
  tkill: { pid: number; sig: Signal };
  truncate: { path: Pointer<Text>; length: number };
  truncate64: { filename: Pointer<Text>; length: Integer; length_high?: Integer };
  ugetrlimit: { resource: Flags<"rlimit">; rlim?: Decoded };
  ulimit: { cmd: number; newlimit: number };
  umask: { mask: number };
  umount: { name: Pointer<Text> };
  umount2: { name: Pointer<Text>; flags: Flags<"umount"> };
  uname: { name?: Decoded };
  unlink: { pathname: Pointer<Text> };
  unlinkat: { dfd: Fd; pathname: Pointer<Text>; flag: Flags<"at_unlink"> };
  unshare: { unshare_flags: Flags<"unshare"> };
  uselib: { library: Pointer<Text> };
  userfaultfd: { flags: Flags<"userfaultfd"> };
  usr26: Nothing;
  usr32: Nothing;
  ustat: { dev: string; ubuf: Decoded };
  utime: { filename: Pointer<Text>; times: Decoded };
  utimensat: { dfd: Fd; filename: Pointer<Text>; utimes: Decoded; flags: Flags<"at_path"> };
  utimensat_time64: { dfd: Fd; filename: Pointer<Text>; utimes: Decoded; flags: Flags<"at_path"> };
  utimes: { filename: Pointer<Text>; utimes: Decoded };
  vfork: Nothing;
  vhangup: Nothing;
  vm86: { cmd: number; arg: number };
  vm86old: { user_vm86: Address | null };
  vmsplice: { fd: Fd; uiov: Pointer<readonly Vector[]>; nr_segs: number; flags: Flags<"splice"> };
  vserver: { arg0: number; arg1: number; arg2: number; arg3: number; arg4: number; arg5: number };
  wait4: {
    pid: number;
    stat_addr?: Pointer<readonly WaitStatus[]>;
    options: Flags<"wait">;
    ru?: Pointer<Usage>;
  };
  waitid: {
    which: Flags<"wait_for">;
    pid: number;
    infop?: Decoded;
    options: Flags<"wait">;
    ru?: Pointer<Usage>;
  };
  waitpid: { pid: number; stat_addr?: Pointer<readonly number[]>; options: Flags<"wait"> };
  write: { fd: Fd; buf: Pointer<Text>; count: number };
  writev: { fd: Fd; vec: Pointer<readonly Vector[]>; vlen: number };
}
