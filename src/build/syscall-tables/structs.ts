/**
 * Lists structs with a layout besides those that arguments point to, and the headers that define
 * them.
 */

/**
 * Structs that ioctl, prctl, fcntl, setsockopt and similar calls use, or that are read from fds.
 */
export const EXTRA_STRUCTS = `
  sockaddr_in sockaddr_in6 sockaddr_un sockaddr_nl sockaddr_ll sockaddr_vm sockaddr_alg sockaddr_xdp
  cmsghdr linger ucred scm_timestamping in_pktinfo in6_pktinfo ip_mreq ip_mreqn ip_mreq_source
  ipv6_mreq group_req group_source_req packet_mreq tpacket_req tpacket_stats tcp_info
  tcp_repair_opt nlmsghdr nlattr nlmsgerr sock_fprog sock_filter ifreq ifconf rtentry arpreq
  flock flock64 f_owner_ex compat_flock compat_flock64 file_clone_range file_dedupe_range fiemap
  fiemap_extent fsxattr fstrim_range
  winsize termios termios2 termio loop_info64 loop_config hd_geometry
  iovec compat_iovec timespec64 __kernel_timespec __kernel_old_timespec
  inotify_event fanotify_event_metadata fanotify_response signalfd_siginfo
  uffdio_api uffdio_register uffdio_copy uffdio_zeropage uffdio_range
  bpf_insn bpf_prog_info bpf_map_info bpf_btf_info bpf_link_info
  io_uring_sqe io_uring_cqe io_uring_rsrc_register io_uring_rsrc_update io_uring_probe
  io_uring_rsrc_update2 io_uring_restriction io_uring_buf_reg
  io_uring_getevents_arg __kernel_sockaddr_storage
  prctl_mm_map seccomp_data seccomp_notif seccomp_notif_resp seccomp_notif_sizes
  user_regs_struct seccomp_metadata
  ptrace_syscall_info ptrace_peeksiginfo_args ptrace_rseq_configuration
  landlock_path_beneath_attr landlock_net_port_attr
  semid64_ds seminfo msginfo shminfo64 shm_info compat_semid64_ds
  if_dqblk if_nextdqblk if_dqinfo fs_disk_quota fs_quota_stat fs_quota_statv
  mount_attr keyctl_dh_params keyctl_pkey_query keyctl_pkey_params keyctl_kdf_params
  futex_waitv rseq_cs robust_list
`;

/** Headers with structs that the configuration of the running kernel may lack. */
export const STRUCT_HEADERS = `
  linux/types.h linux/kexec.h linux/nsfs.h asm/stat.h asm/statfs.h asm/signal.h asm/siginfo.h
  asm/sembuf.h asm/msgbuf.h asm/shmbuf.h asm/fcntl.h asm/termbits.h asm/termios.h asm/poll.h
  asm/resource.h linux/aio_abi.h linux/bpf.h linux/eventpoll.h linux/fanotify.h linux/filter.h
  linux/fs.h linux/fiemap.h linux/futex.h linux/if.h linux/if_arp.h linux/if_packet.h
  linux/if_xdp.h linux/if_alg.h linux/in.h linux/in6.h linux/inotify.h linux/io_uring.h
  linux/ipc.h linux/ipv6.h linux/keyctl.h linux/landlock.h linux/loop.h linux/lsm.h linux/mount.h
  linux/mqueue.h linux/msg.h linux/net_tstamp.h linux/netlink.h linux/openat2.h
  linux/perf_event.h linux/prctl.h linux/ptrace.h linux/quota.h linux/dqblk_xfs.h
  linux/resource.h linux/route.h linux/rseq.h linux/sched.h linux/sched/types.h linux/seccomp.h
  linux/sem.h linux/shm.h linux/signalfd.h linux/socket.h linux/stat.h linux/sysinfo.h
  linux/tcp.h linux/time.h linux/time_types.h linux/times.h linux/timex.h linux/uio.h linux/un.h
  linux/userfaultfd.h linux/utime.h linux/utsname.h linux/vm_sockets.h linux/xattr.h
  linux/capability.h linux/hdreg.h linux/mman.h linux/cachestat.h
`;

/** Structs in no current header or BTF, in the format of layouts.ts. */
export const MANUAL_STRUCTS = `
  __sysctl_args 80 name@0:* nlen@8:i4 oldval@16:* oldlenp@24:* newval@32:* newlen@40:u8 __unused@48:u8[4]
  compat_kexec_segment 16 buf@0:u4 bufsz@4:u4 mem@8:u4 memsz@12:u4
  kcmp_epoll_slot 12 efd@0:u4 tfd@4:u4 toff@8:u4
  user_pt_regs 272 regs@0:u8[31] sp@248:u8 pc@256:u8 pstate@264:u8
  user_i387_struct 512 cwd@0:u2 swd@2:u2 twd@4:u2 fop@6:u2 rip@8:u8 rdp@16:u8 mxcsr@24:u4 mxcsr_mask@28:u4 st_space@32:u4[32] xmm_space@160:u4[64] padding@416:u4[24]
  cmsghdr 16 cmsg_len@0:u8 cmsg_level@8:i4 cmsg_type@12:i4
`;
