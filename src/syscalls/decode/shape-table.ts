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

  // io_uring(7)
  io_sqring_offsets: `
    head:u tail:u ring_mask:u ring_entries:u flags:u dropped:u array:u resv1?:x user_addr?:x`,
  io_cqring_offsets: `
    head:u tail:u ring_mask:u ring_entries:u overflow:u cqes:u flags:u resv1?:x user_addr?:x`,
  io_uring_buf_reg: "ring_addr:p ring_entries:u bgid:u flags?:x min_left?:u resv?:[x]",

  // bpf(2): bpf-attributes.ts.
  "bpf_attr.0": `
    map_type:=bpf_map_type key_size:u value_size:u max_entries:u map_flags:&bpf_map_flags
    inner_map_fd:fd numa_node:node map_name:name map_ifindex:ifindex btf_fd:fd btf_key_type_id:u
    btf_value_type_id:u btf_vmlinux_value_type_id:u map_extra:u value_type_btf_obj_fd?:fd
    map_token_fd?:fd excl_prog_hash?:p excl_prog_hash_size?:u`,
  "bpf_attr.1": "map_fd:fd key:p value:p flags:&bpf_element/BPF_???",
  "bpf_attr.1/delete": "map_fd:fd key:p",
  "bpf_attr.1/next": "map_fd:fd key:p next_key:p",
  "bpf_attr.1/map": "map_fd:fd",
  "bpf_attr.2": `
    in_batch:p out_batch:p keys:p values:p count:u map_fd:fd elem_flags:&bpf_element/BPF_???
    flags:x`,
  "bpf_attr.2/update": "keys:p values:p count:u map_fd:fd elem_flags:&bpf_element/BPF_??? flags:x",
  "bpf_attr.2/delete": "keys:p count:u map_fd:fd elem_flags:&bpf_element/BPF_??? flags:x",
  "bpf_attr.3": `
    prog_type:=bpf_prog_type insn_cnt:u insns:p license:str log_level:u log_size:u log_buf:p
    kern_version:version prog_flags:&bpf_prog_flags prog_name:name prog_ifindex:ifindex
    expected_attach_type:=bpf_attach_type/BPF_??? prog_btf_fd:fd func_info_rec_size:u func_info:p
    func_info_cnt:u line_info_rec_size:u line_info:p line_info_cnt:u attach_btf_id:u
    attach_prog_fd:fd core_relo_cnt?:u fd_array:p core_relos?:p core_relo_rec_size?:u
    log_true_size?:u prog_token_fd?:fd fd_array_cnt?:u signature?:p signature_size?:u
    keyring_id?:key`,
  "bpf_attr.4": "pathname:path bpf_fd:fd file_flags:&bpf_file_flags path_fd?:fd",
  "bpf_attr.5": `
    target_fd:fd attach_bpf_fd:fd attach_type:=bpf_attach_type/BPF_??? attach_flags:&bpf_attach_flags
    replace_bpf_fd?:fd relative_fd?:fd expected_revision?:u`,
  "bpf_attr.5/detach": "target_fd:fd attach_type:=bpf_attach_type/BPF_???",
  "bpf_attr.6": `
    prog_fd:fd retval:u data_size_in:u data_size_out:u data_in:p data_out:p repeat:u duration:u
    ctx_size_in:u ctx_size_out:u ctx_in:p ctx_out:p flags:&bpf_test_flags/BPF_F_??? cpu:u
    batch_size?:u`,
  "bpf_attr.7": "start_id:u next_id:u open_flags:&bpf_file_flags fd_by_id_token_fd?:fd",
  "bpf_attr.7/prog": "prog_id:u next_id:u open_flags:&bpf_file_flags fd_by_id_token_fd?:fd",
  "bpf_attr.7/map": "map_id:u next_id:u open_flags:&bpf_file_flags fd_by_id_token_fd?:fd",
  "bpf_attr.7/btf": "btf_id:u fd_by_id_token_fd?:fd",
  "bpf_attr.7/link": "link_id:u",
  "bpf_attr.8": "bpf_fd:fd info_len:u info:p",
  "bpf_attr.9": `
    target_fd:fd attach_type:=bpf_attach_type/BPF_??? query_flags:&bpf_query_flags/BPF_F_QUERY_???
    attach_flags:&bpf_attach_flags prog_ids:p prog_cnt:u prog_attach_flags?:p link_ids?:p
    link_attach_flags?:p revision?:u`,
  "bpf_attr.10": "name:str prog_fd:fd cookie?:x",
  "bpf_attr.11": `
    btf:p btf_log_buf:p btf_size:u btf_log_size:u btf_log_level:u btf_log_true_size?:u btf_flags?:x
    btf_token_fd?:fd`,
  "bpf_attr.12": `
    pid:i fd:i flags:u buf_len:u buf:p prog_id:u fd_type:u probe_offset:x probe_addr:x`,
  "bpf_attr.13": "prog_fd:fd target_fd:fd attach_type:=bpf_attach_type/BPF_??? flags:x",
  "bpf_attr.14": "link_fd:fd new_prog_fd:fd flags:&bpf_attach_flags old_prog_fd:fd",
  "bpf_attr.15": "link_fd:fd",
  "bpf_attr.16": "type:=bpf_stats/BPF_STATS_???",
  "bpf_attr.17": "link_fd:fd flags:x",
  "bpf_attr.18": "prog_fd:fd map_fd:fd flags:x",
  "bpf_attr.19": "flags:x bpffs_fd:fd",
  bpf_map_info: `
    type:=bpf_map_type id:u key_size:u value_size:u max_entries:u map_flags:&bpf_map_flags name:name
    ifindex:ifindex btf_vmlinux_value_type_id:u netns_dev:dev netns_ino:u btf_id:u
    btf_key_type_id:u btf_value_type_id:u btf_vmlinux_id?:u map_extra?:x hash?:p hash_size?:u`,
  bpf_prog_info: `
    type:=bpf_prog_type id:u tag:bytes jited_prog_len:u jited_prog_insns:p xlated_prog_len:u
    xlated_prog_insns:p load_time:u created_by_uid:u nr_map_ids:u map_ids:p name:name
    ifindex:ifindex gpl_compatible:u netns_dev:dev netns_ino:u nr_jited_ksyms:u
    nr_jited_func_lens:u jited_ksyms:p jited_func_lens:p btf_id:u func_info_rec_size:u func_info:p
    nr_func_info:u nr_line_info:u line_info:p jited_line_info:p nr_jited_line_info:u
    line_info_rec_size:u jited_line_info_rec_size:u nr_prog_tags:u prog_tags:p run_time_ns:u
    run_cnt:u recursion_misses:u verified_insns:u attach_btf_obj_id?:u attach_btf_id?:u`,

  // keyctl(2)
  keyctl_dh_params: "private:key prime:key base:key",
  keyctl_pkey_params: "key_id:key in_len:u out_len:u __spare?:[x]",
  "keyctl_pkey_params/verify": "key_id:key in_len:u in2_len:u __spare?:[x]",
  keyctl_pkey_query: `
    supported_ops:x key_size:u max_data_size:u max_sig_size:u max_enc_size:u max_dec_size:u
    __spare?:[x]`,

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
  // The kernel does not read these flags.
  "mq_attr/open": "mq_flags:x mq_maxmsg mq_msgsize mq_curmsgs",

  // quotactl(2)
  if_dqblk: `
    dqb_bhardlimit:u dqb_bsoftlimit:u dqb_curspace:u dqb_ihardlimit:u dqb_isoftlimit:u
    dqb_curinodes:u ... dqb_btime:u dqb_itime:u dqb_valid:&quota_valid`,
  if_nextdqblk: `
    dqb_bhardlimit:u dqb_bsoftlimit:u dqb_curspace:u dqb_ihardlimit:u dqb_isoftlimit:u
    dqb_curinodes:u ... dqb_btime:u dqb_itime:u dqb_valid:&quota_valid !dqb_id:u`,
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
