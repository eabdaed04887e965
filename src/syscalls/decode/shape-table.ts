/** The shapes of structs: shapes.ts describes the format. */
export const SHAPES: Readonly<Record<string, string>> = {
  // ptrace(2)
  user_regs_struct: `
    r15:x r14:x r13:x r12:x rbp=bp:x rbx=bx:x r11:x r10:x r9:x r8:x rax=ax:x rcx=cx:x rdx=dx:x
    rsi=si:x rdi=di:x orig_rax=orig_ax:x rip=ip:x cs:x eflags=flags:x rsp=sp:x ss:x fs_base:x
    gs_base:x ds:x es:x fs:x gs:x`,
  user_pt_regs: "regs:[x] sp:x pc:x pstate:x",
  user_i387_struct: `
    cwd:x swd:x ftw=twd:x fop:x rip:x rdp:x mxcsr:x mxcr_mask=mxcsr_mask:x st_space:[x]
    xmm_space:[x] padding:[x]`,
  ptrace_peeksiginfo_args: "off:u flags:&ptrace_peek nr:u",
  seccomp_metadata: "filter_off:u flags:&seccomp_flags",
  "seccomp_metadata/offset": "filter_off:u",
  ptrace_syscall_info: "op:=ptrace_info arch:=audit_arch instruction_pointer:x stack_pointer:x",

  // Time.
  __kernel_timex: `
    modes:&adjtimex offset freq maxerror esterror status:&adjtimex_status constant precision
    tolerance time:{__kernel_timex_timeval} tick ppsfreq jitter shift stabil jitcnt calcnt errcnt
    stbcnt tai`,
  __kernel_timex_timeval: "tv_sec tv_usec:u",
  __kernel_old_timeval: "tv_sec tv_usec:u",
  tms: "tms_utime:ticks tms_stime:ticks tms_cutime:ticks tms_cstime:ticks",
  timezone: "tz_minuteswest tz_dsttime",

  // Processes and the machine.
  rusage: `
    ru_utime:{__kernel_old_timeval} ru_stime:{__kernel_old_timeval} ... ru_maxrss:u ru_ixrss:u
    ru_idrss:u ru_isrss:u ru_minflt:u ru_majflt:u ru_nswap:u ru_inblock:u ru_oublock:u ru_msgsnd:u
    ru_msgrcv:u ru_nsignals:u ru_nvcsw:u ru_nivcsw:u`,
  new_utsname: "sysname nodename ... release version machine domainname",
  __sysctl_args: "name nlen oldval oldlenp newval newlen",
  seccomp_notif_sizes: "seccomp_notif seccomp_notif_resp seccomp_data",
  user_desc: `
    entry_number:id base_addr:long limit:long seg_32bit contents read_exec_only limit_in_pages
    seg_not_present useable lm`,
  kcmp_epoll_slot: "efd:fd tfd:i toff:u",

  // Queues and IPC.
  ipc64_perm: "uid:id gid:id mode:o key cuid:id cgid:id",
  "ipc64_perm/set": "uid:id gid:id mode:o",
  msqid64_ds: `
    msg_perm:{ipc64_perm} msg_stime:u msg_rtime:u msg_ctime:u msg_qnum msg_qbytes msg_lspid
    msg_lrpid`,
  "msqid64_ds/set": "msg_perm:{ipc64_perm/set} msg_qbytes",
  msginfo: "msgpool msgmap msgmax msgmnb msgmni msgssz msgtql msgseg",
  semid64_ds: "sem_perm:{ipc64_perm} sem_otime:u sem_ctime:u sem_nsems:u",
  "semid64_ds/set": "sem_perm:{ipc64_perm/set}",
  seminfo: "semmap semmni semmns semmnu semmsl semopm semume semusz semvmx semaem",
  shmid64_ds: `
    shm_perm:{ipc64_perm} shm_segsz shm_cpid shm_lpid shm_nattch shm_atime:u shm_dtime:u
    shm_ctime:u`,
  "shmid64_ds/set": "shm_perm:{ipc64_perm/set}",
  shminfo64: "shmmax shmmin shmmni shmseg shmall",
  shm_info: "used_ids shm_tot shm_rss shm_swp swap_attempts swap_successes",
  mq_attr: "mq_flags:&mq_flags mq_maxmsg mq_msgsize mq_curmsgs",

  // quotactl(2)
  if_dqblk: `
    dqb_bhardlimit:u dqb_bsoftlimit:u dqb_curspace:u dqb_ihardlimit:u dqb_isoftlimit:u
    dqb_curinodes:u ... dqb_btime:u dqb_itime:u dqb_valid:&quota_valid`,
  if_nextdqblk: `
    dqb_bhardlimit:u dqb_bsoftlimit:u dqb_curspace:u dqb_ihardlimit:u dqb_isoftlimit:u
    dqb_curinodes:u ... dqb_btime:u dqb_itime:u dqb_valid:&quota_valid dqb_id:u`,
  if_dqinfo: "dqi_bgrace:u dqi_igrace:u dqi_flags:&quota_info_flags dqi_valid:&quota_info_valid",
  fs_disk_quota: `
    d_version:i d_flags:&xfs_quota_flags d_fieldmask:x d_id:u d_blk_hardlimit:u d_blk_softlimit:u
    d_ino_hardlimit:u d_ino_softlimit:u d_bcount:u d_icount:u ... d_itimer:i d_btimer:i d_iwarns:u
    d_bwarns:u d_rtb_hardlimit:u d_rtb_softlimit:u d_rtbcount:u d_rtbtimer:i d_rtbwarns:u`,
  fs_quota_stat: `
    qs_version:i ... qs_flags:&xfs_quota_state qs_uquota:{fs_qfilestat} qs_gquota:{fs_qfilestat}
    qs_incoredqs:u qs_btimelimit:i qs_itimelimit:i qs_rtbtimelimit:i qs_bwarnlimit:u qs_iwarnlimit:u`,
  fs_qfilestat: "qfs_ino:u qfs_nblks:u qfs_nextents:u",
  fs_quota_statv: `
    qs_version:i ... qs_flags:&xfs_quota_state qs_incoredqs:u qs_uquota:{fs_qfilestatv}
    qs_gquota:{fs_qfilestatv} qs_pquota:{fs_qfilestatv} qs_btimelimit:i qs_itimelimit:i
    qs_rtbtimelimit:i qs_bwarnlimit:u qs_iwarnlimit:u`,
  fs_qfilestatv: "qfs_ino:u qfs_nblks:u qfs_nextents:u",
};
