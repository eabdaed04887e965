/**
 * The direction of pointer arguments where the C type does not show it, from the man pages. By
 * default, memory behind a pointer to const is read at entry, any other at exit.
 */

export type Direction =
  /** The kernel reads the memory. */
  | "in"
  /** The kernel writes the memory. */
  | "out"
  /** Both. */
  | "inout"
  /** Only the address matters, not the memory behind it. */
  | "address";

/** Each line is a call and its arguments. */
const IN_ARGUMENTS = `
  _sysctl args
  bind umyaddr
  cachestat cstat_range
  capset header
  clone3 uargs
  connect uservaddr
  epoll_ctl event
  epoll_ctl_old event
  file_setattr attr
  futex_requeue waiters
  futex_wait timeout
  futex_waitv waiters timeout
  futimesat utimes
  getxattrat uargs
  io_cancel iocb
  io_getevents timeout
  io_pgetevents timeout
  io_pgetevents_time64 timeout
  io_submit iocbpp
  io_uring_register arg
  kexec_load segments
  lsm_set_self_attr ctx
  mmap arg
  mount dev_name dir_name type data
  mount_setattr uattr
  mq_open attr
  msgsnd msgp
  nanosleep rqtp
  nfsservctl argp
  open_by_handle_at handle
  open_tree_attr uattr
  openat2 how
  pciconfig_write buf
  perf_event_open attr_uptr
  pidfd_send_signal info
  pselect6 sig
  pselect6_time64 sig
  reboot arg
  rt_sigprocmask nset
  rt_sigqueueinfo uinfo
  rt_sigsuspend unewset
  rt_tgsigqueueinfo uinfo
  sched_setaffinity user_mask_ptr
  sched_setattr attr
  sched_setparam param
  sched_setscheduler param
  seccomp uargs
  select arg
  semop tsops
  semtimedop tsops
  semtimedop_time64 tsops
  send buf
  sendmsg msg
  sendto buff addr
  setdomainname name
  setgroups grouplist
  setgroups32 grouplist
  sethostname name
  setitimer value
  setrlimit rlim
  setsockopt optval
  settimeofday tv tz
  signalfd user_mask
  signalfd4 user_mask
  sigprocmask set
  socketcall args
  stime tptr
  timer_create timer_event_spec
  umount name
  umount2 name
  utime filename times
  utimensat utimes
  utimensat_time64 utimes
  utimes filename utimes
`;

const INOUT_ARGUMENTS = `
  _newselect inp outp exp tvp
  accept upeer_addrlen
  accept4 upeer_addrlen
  adjtimex txc_p
  bpf attr
  capget header
  clock_adjtime utx
  clock_adjtime64 utx
  copy_file_range off_in off_out
  get_thread_area info
  getpeername usockaddr_len
  getpmsg bandp flagsp
  getsockname usockaddr_len
  getsockopt optlen
  io_setup ctxp
  io_uring_setup params
  lsm_get_self_attr size
  lsm_list_modules size
  modify_ldt ptr
  msgctl buf
  name_to_handle_at handle
  poll ufds
  ppoll ufds tsp
  ppoll_time64 ufds tsp
  pselect6 inp outp exp tsp
  pselect6_time64 inp outp exp tsp
  quotactl addr
  quotactl_fd addr
  recvfrom addr_len
  recvmmsg mmsg timeout
  recvmmsg_time64 mmsg timeout
  recvmsg msg
  select inp outp exp tvp
  sendfile offset
  sendfile64 offset
  sendmmsg mmsg
  set_thread_area info
  shmctl buf
  splice off_in off_out
  vm86old user_vm86
`;

const ADDRESS_ARGUMENTS = `
  futex uaddr uaddr2
  futex_time64 uaddr uaddr2
  futex_wait uaddr
  futex_wake uaddr
  getcpu unused
  init_module umod
  profil buf
  rseq rseq
  set_robust_list head
  set_tid_address tidptr
  shmat shmaddr
  shmdt shmaddr
`;

function parseDirections(direction: Direction, text: string): [string, Direction][] {
  return text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(" "))
    .flatMap(([call, ...names]) =>
      names.map((name): [string, Direction] => [`${call} ${name}`, direction]),
    );
}

/** Keys are "call argument". */
export const DIRECTIONS: ReadonlyMap<string, Direction> = new Map([
  ...parseDirections("in", IN_ARGUMENTS),
  ...parseDirections("inout", INOUT_ARGUMENTS),
  ...parseDirections("address", ADDRESS_ARGUMENTS),
]);
