/**
 * Where the fields of structs are.
 * Made by src/syscalls/generate (`make tables`); what is changed here by hand is lost. From:
 * BTF of the running kernel, version 6.18.44, on x86-64,
 * and the kernel's headers, version 7.3.4
 */

/** The form: generate/layouts.ts. */
export const LAYOUTS = `
__aio_sigset 16 sigmask@0:* sigsetsize@8:u8
__compat_aio_sigset 8 sigmask@0:u4 sigsetsize@4:u4
__kernel_itimerspec 32 it_interval@0:=__kernel_timespec it_value@16:=__kernel_timespec
__kernel_old_itimerval 32 it_interval@0:=__kernel_old_timeval it_value@16:=__kernel_old_timeval
__kernel_old_timespec 16 tv_sec@0:i8 tv_nsec@8:i8
__kernel_old_timeval 16 tv_sec@0:i8 tv_usec@8:i8
__kernel_sockaddr_storage 128 @0:=__kernel_sockaddr_storage.0
__kernel_sockaddr_storage.0 |128 @0:=__kernel_sockaddr_storage.0.0 __align@0:*
__kernel_sockaddr_storage.0.0 128 ss_family@0:u2 __data@2:c[126]
__kernel_timespec 16 tv_sec@0:i8 tv_nsec@8:i8
__kernel_timex 208 modes@0:u4 offset@8:i8 freq@16:i8 maxerror@24:i8 esterror@32:i8 status@40:i4 constant@48:i8 precision@56:i8 tolerance@64:i8 time@72:=__kernel_timex_timeval tick@88:i8 ppsfreq@96:i8 jitter@104:i8 shift@112:i4 stabil@120:i8 jitcnt@128:i8 calcnt@136:i8 errcnt@144:i8 stbcnt@152:i8 tai@160:i4
__kernel_timex_timeval 16 tv_sec@0:i8 tv_usec@8:i8
__old_kernel_stat 32 st_dev@0:u2 st_ino@2:u2 st_mode@4:u2 st_nlink@6:u2 st_uid@8:u2 st_gid@10:u2 st_rdev@12:u2 st_size@16:u4 st_atime@20:u4 st_mtime@24:u4 st_ctime@28:u4
__sifields |32 _kill@0:=__sifields.0 _timer@0:=__sifields.1 _rt@0:=__sifields.2 _sigchld@0:=__sifields.3 _sigfault@0:=__sifields.4 _sigpoll@0:=__sifields.5 _sigsys@0:=__sifields.6
__sifields.0 8 _pid@0:i4 _uid@4:u4
__sifields.1 24 _tid@0:i4 _overrun@4:i4 _sigval@8:=sigval _sys_private@16:i4
__sifields.2 16 _pid@0:i4 _uid@4:u4 _sigval@8:=sigval
__sifields.3 32 _pid@0:i4 _uid@4:u4 _status@8:i4 _utime@16:i8 _stime@24:i8
__sifields.4 32 _addr@0:* @8:=__sifields.4.1
__sifields.4.1 |24 _trapno@0:i4 _addr_lsb@0:i2 _addr_bnd@0:=__sifields.4.1.2 _addr_pkey@0:=__sifields.4.1.3 _perf@0:=__sifields.4.1.4
__sifields.4.1.2 24 _dummy_bnd@0:c[8] _lower@8:* _upper@16:*
__sifields.4.1.3 12 _dummy_pkey@0:c[8] _pkey@8:u4
__sifields.4.1.4 16 _data@0:u8 _type@8:u4 _flags@12:u4
__sifields.5 16 _band@0:i8 _fd@8:i4
__sifields.6 16 _call_addr@0:* _syscall@8:i4 _arch@12:u4
__sysctl_args 80 name@0:* nlen@8:i4 oldval@16:* oldlenp@24:* newval@32:* newlen@40:u8 __unused@48:u8[4]
__user_cap_data_struct 12 effective@0:u4 permitted@4:u4 inheritable@8:u4
__user_cap_header_struct 8 version@0:u4 pid@4:i4
arpreq 68 arp_pa@0:=sockaddr arp_ha@16:=sockaddr arp_flags@32:i4 arp_netmask@36:=sockaddr arp_dev@52:c[16]
bpf_attr |168 @0:=bpf_attr.0 @0:=bpf_attr.1 batch@0:=bpf_attr.2 @0:=bpf_attr.3 @0:=bpf_attr.4 @0:=bpf_attr.5 test@0:=bpf_attr.6 @0:=bpf_attr.7 info@0:=bpf_attr.8 query@0:=bpf_attr.9 raw_tracepoint@0:=bpf_attr.10 @0:=bpf_attr.11 task_fd_query@0:=bpf_attr.12 link_create@0:=bpf_attr.13 link_update@0:=bpf_attr.14 link_detach@0:=bpf_attr.15 enable_stats@0:=bpf_attr.16 iter_create@0:=bpf_attr.17 prog_bind_map@0:=bpf_attr.18 token_create@0:=bpf_attr.19 prog_stream_read@0:=bpf_attr.20
bpf_attr.0 96 map_type@0:u4 key_size@4:u4 value_size@8:u4 max_entries@12:u4 map_flags@16:u4 inner_map_fd@20:u4 numa_node@24:u4 map_name@28:c[16] map_ifindex@44:u4 btf_fd@48:u4 btf_key_type_id@52:u4 btf_value_type_id@56:u4 btf_vmlinux_value_type_id@60:u4 map_extra@64:u8 value_type_btf_obj_fd@72:i4 map_token_fd@76:i4 excl_prog_hash@80:u8 excl_prog_hash_size@88:u4
bpf_attr.1 32 map_fd@0:u4 key@8:u8 @16:=bpf_attr.1.2 flags@24:u8
bpf_attr.1.2 |8 value@0:u8 next_key@0:u8
bpf_attr.10 24 name@0:u8 prog_fd@8:u4 cookie@16:u8
bpf_attr.11 40 btf@0:u8 btf_log_buf@8:u8 btf_size@16:u4 btf_log_size@20:u4 btf_log_level@24:u4 btf_log_true_size@28:u4 btf_flags@32:u4 btf_token_fd@36:i4
bpf_attr.12 48 pid@0:u4 fd@4:u4 flags@8:u4 buf_len@12:u4 buf@16:u8 prog_id@24:u4 fd_type@28:u4 probe_offset@32:u8 probe_addr@40:u8
bpf_attr.13 64 @0:=bpf_attr.13.0 @4:=bpf_attr.13.1 attach_type@8:u4 flags@12:u4 @16:=bpf_attr.13.4
bpf_attr.13.0 |4 prog_fd@0:u4 map_fd@0:u4
bpf_attr.13.1 |4 target_fd@0:u4 target_ifindex@0:u4
bpf_attr.13.4 |48 target_btf_id@0:u4 @0:=bpf_attr.13.4.1 perf_event@0:=bpf_attr.13.4.2 kprobe_multi@0:=bpf_attr.13.4.3 tracing@0:=bpf_attr.13.4.4 netfilter@0:=bpf_attr.13.4.5 tcx@0:=bpf_attr.13.4.6 uprobe_multi@0:=bpf_attr.13.4.7 netkit@0:=bpf_attr.13.4.8 cgroup@0:=bpf_attr.13.4.9
bpf_attr.13.4.1 16 iter_info@0:u8 iter_info_len@8:u4
bpf_attr.13.4.2 8 bpf_cookie@0:u8
bpf_attr.13.4.3 32 flags@0:u4 cnt@4:u4 syms@8:u8 addrs@16:u8 cookies@24:u8
bpf_attr.13.4.4 16 target_btf_id@0:u4 cookie@8:u8
bpf_attr.13.4.5 16 pf@0:u4 hooknum@4:u4 priority@8:i4 flags@12:u4
bpf_attr.13.4.6 16 @0:=bpf_attr.13.4.6.0 expected_revision@8:u8
bpf_attr.13.4.6.0 |4 relative_fd@0:u4 relative_id@0:u4
bpf_attr.13.4.7 48 path@0:u8 offsets@8:u8 ref_ctr_offsets@16:u8 cookies@24:u8 cnt@32:u4 flags@36:u4 pid@40:u4
bpf_attr.13.4.8 16 @0:=bpf_attr.13.4.8.0 expected_revision@8:u8
bpf_attr.13.4.8.0 |4 relative_fd@0:u4 relative_id@0:u4
bpf_attr.13.4.9 16 @0:=bpf_attr.13.4.9.0 expected_revision@8:u8
bpf_attr.13.4.9.0 |4 relative_fd@0:u4 relative_id@0:u4
bpf_attr.14 16 link_fd@0:u4 @4:=bpf_attr.14.1 flags@8:u4 @12:=bpf_attr.14.3
bpf_attr.14.1 |4 new_prog_fd@0:u4 new_map_fd@0:u4
bpf_attr.14.3 |4 old_prog_fd@0:u4 old_map_fd@0:u4
bpf_attr.15 4 link_fd@0:u4
bpf_attr.16 4 type@0:u4
bpf_attr.17 8 link_fd@0:u4 flags@4:u4
bpf_attr.18 12 prog_fd@0:u4 map_fd@4:u4 flags@8:u4
bpf_attr.19 8 flags@0:u4 bpffs_fd@4:u4
bpf_attr.2 56 in_batch@0:u8 out_batch@8:u8 keys@16:u8 values@24:u8 count@32:u4 map_fd@36:u4 elem_flags@40:u8 flags@48:u8
bpf_attr.20 24 stream_buf@0:u8 stream_buf_len@8:u4 stream_id@12:u4 prog_fd@16:u4
bpf_attr.3 168 prog_type@0:u4 insn_cnt@4:u4 insns@8:u8 license@16:u8 log_level@24:u4 log_size@28:u4 log_buf@32:u8 kern_version@40:u4 prog_flags@44:u4 prog_name@48:c[16] prog_ifindex@64:u4 expected_attach_type@68:u4 prog_btf_fd@72:u4 func_info_rec_size@76:u4 func_info@80:u8 func_info_cnt@88:u4 line_info_rec_size@92:u4 line_info@96:u8 line_info_cnt@104:u4 attach_btf_id@108:u4 @112:=bpf_attr.3.20 core_relo_cnt@116:u4 fd_array@120:u8 core_relos@128:u8 core_relo_rec_size@136:u4 log_true_size@140:u4 prog_token_fd@144:i4 fd_array_cnt@148:u4 signature@152:u8 signature_size@160:u4 keyring_id@164:i4
bpf_attr.3.20 |4 attach_prog_fd@0:u4 attach_btf_obj_fd@0:u4
bpf_attr.4 24 pathname@0:u8 bpf_fd@8:u4 file_flags@12:u4 path_fd@16:i4
bpf_attr.5 32 @0:=bpf_attr.5.0 attach_bpf_fd@4:u4 attach_type@8:u4 attach_flags@12:u4 replace_bpf_fd@16:u4 @20:=bpf_attr.5.5 expected_revision@24:u8
bpf_attr.5.0 |4 target_fd@0:u4 target_ifindex@0:u4
bpf_attr.5.5 |4 relative_fd@0:u4 relative_id@0:u4
bpf_attr.6 80 prog_fd@0:u4 retval@4:u4 data_size_in@8:u4 data_size_out@12:u4 data_in@16:u8 data_out@24:u8 repeat@32:u4 duration@36:u4 ctx_size_in@40:u4 ctx_size_out@44:u4 ctx_in@48:u8 ctx_out@56:u8 flags@64:u4 cpu@68:u4 batch_size@72:u4
bpf_attr.7 16 @0:=bpf_attr.7.0 next_id@4:u4 open_flags@8:u4 fd_by_id_token_fd@12:i4
bpf_attr.7.0 |4 start_id@0:u4 prog_id@0:u4 map_id@0:u4 btf_id@0:u4 link_id@0:u4
bpf_attr.8 16 bpf_fd@0:u4 info_len@4:u4 info@8:u8
bpf_attr.9 64 @0:=bpf_attr.9.0 attach_type@4:u4 query_flags@8:u4 attach_flags@12:u4 prog_ids@16:u8 @24:=bpf_attr.9.5 prog_attach_flags@32:u8 link_ids@40:u8 link_attach_flags@48:u8 revision@56:u8
bpf_attr.9.0 |4 target_fd@0:u4 target_ifindex@0:u4
bpf_attr.9.5 |4 prog_cnt@0:u4 count@0:u4
bpf_btf_info 32 btf@0:u8 btf_size@8:u4 id@12:u4 name@16:u8 name_len@24:u4 kernel_btf@28:u4
bpf_insn 8 code@0:u1 dst_reg@1:u1/0+4 src_reg@1:u1/4+4 off@2:i2 imm@4:i4
bpf_link_info 64 type@0:u4 id@4:u4 prog_id@8:u4 @16:=bpf_link_info.3
bpf_link_info.3 |48 raw_tracepoint@0:=bpf_link_info.3.0 tracing@0:=bpf_link_info.3.1 cgroup@0:=bpf_link_info.3.2 iter@0:=bpf_link_info.3.3 netns@0:=bpf_link_info.3.4 xdp@0:=bpf_link_info.3.5 struct_ops@0:=bpf_link_info.3.6 netfilter@0:=bpf_link_info.3.7 kprobe_multi@0:=bpf_link_info.3.8 uprobe_multi@0:=bpf_link_info.3.9 perf_event@0:=bpf_link_info.3.10 tcx@0:=bpf_link_info.3.11 netkit@0:=bpf_link_info.3.12 sockmap@0:=bpf_link_info.3.13
bpf_link_info.3.0 24 tp_name@0:u8 tp_name_len@8:u4 cookie@16:u8
bpf_link_info.3.1 24 attach_type@0:u4 target_obj_id@4:u4 target_btf_id@8:u4 cookie@16:u8
bpf_link_info.3.10 48 type@0:u4 @8:=bpf_link_info.3.10.1
bpf_link_info.3.10.1 |40 uprobe@0:=bpf_link_info.3.10.1.0 kprobe@0:=bpf_link_info.3.10.1.1 tracepoint@0:=bpf_link_info.3.10.1.2 event@0:=bpf_link_info.3.10.1.3
bpf_link_info.3.10.1.0 32 file_name@0:u8 name_len@8:u4 offset@12:u4 cookie@16:u8 ref_ctr_offset@24:u8
bpf_link_info.3.10.1.1 40 func_name@0:u8 name_len@8:u4 offset@12:u4 addr@16:u8 missed@24:u8 cookie@32:u8
bpf_link_info.3.10.1.2 24 tp_name@0:u8 name_len@8:u4 cookie@16:u8
bpf_link_info.3.10.1.3 24 config@0:u8 type@8:u4 cookie@16:u8
bpf_link_info.3.11 8 ifindex@0:u4 attach_type@4:u4
bpf_link_info.3.12 8 ifindex@0:u4 attach_type@4:u4
bpf_link_info.3.13 8 map_id@0:u4 attach_type@4:u4
bpf_link_info.3.2 16 cgroup_id@0:u8 attach_type@8:u4
bpf_link_info.3.3 32 target_name@0:u8 target_name_len@8:u4 @12:=bpf_link_info.3.3.2 @16:=bpf_link_info.3.3.3
bpf_link_info.3.3.2 |4 map@0:=bpf_link_info.3.3.2.0
bpf_link_info.3.3.2.0 4 map_id@0:u4
bpf_link_info.3.3.3 |16 cgroup@0:=bpf_link_info.3.3.3.0 task@0:=bpf_link_info.3.3.3.1
bpf_link_info.3.3.3.0 16 cgroup_id@0:u8 order@8:u4
bpf_link_info.3.3.3.1 8 tid@0:u4 pid@4:u4
bpf_link_info.3.4 8 netns_ino@0:u4 attach_type@4:u4
bpf_link_info.3.5 4 ifindex@0:u4
bpf_link_info.3.6 4 map_id@0:u4
bpf_link_info.3.7 16 pf@0:u4 hooknum@4:u4 priority@8:i4 flags@12:u4
bpf_link_info.3.8 32 addrs@0:u8 count@8:u4 flags@12:u4 missed@16:u8 cookies@24:u8
bpf_link_info.3.9 48 path@0:u8 offsets@8:u8 ref_ctr_offsets@16:u8 cookies@24:u8 path_size@32:u4 count@36:u4 flags@40:u4 pid@44:u4
bpf_map_info 104 type@0:u4 id@4:u4 key_size@8:u4 value_size@12:u4 max_entries@16:u4 map_flags@20:u4 name@24:c[16] ifindex@40:u4 btf_vmlinux_value_type_id@44:u4 netns_dev@48:u8 netns_ino@56:u8 btf_id@64:u4 btf_key_type_id@68:u4 btf_value_type_id@72:u4 btf_vmlinux_id@76:u4 map_extra@80:u8 hash@88:u8 hash_size@96:u4
bpf_prog_info 232 type@0:u4 id@4:u4 tag@8:u1[8] jited_prog_len@16:u4 xlated_prog_len@20:u4 jited_prog_insns@24:u8 xlated_prog_insns@32:u8 load_time@40:u8 created_by_uid@48:u4 nr_map_ids@52:u4 map_ids@56:u8 name@64:c[16] ifindex@80:u4 gpl_compatible@84:u4/0+1 netns_dev@88:u8 netns_ino@96:u8 nr_jited_ksyms@104:u4 nr_jited_func_lens@108:u4 jited_ksyms@112:u8 jited_func_lens@120:u8 btf_id@128:u4 func_info_rec_size@132:u4 func_info@136:u8 nr_func_info@144:u4 nr_line_info@148:u4 line_info@152:u8 jited_line_info@160:u8 nr_jited_line_info@168:u4 line_info_rec_size@172:u4 jited_line_info_rec_size@176:u4 nr_prog_tags@180:u4 prog_tags@184:u8 run_time_ns@192:u8 run_cnt@200:u8 recursion_misses@208:u8 verified_insns@216:u4 attach_btf_obj_id@220:u4 attach_btf_id@224:u4
cachestat 40 nr_cache@0:u8 nr_dirty@8:u8 nr_writeback@16:u8 nr_evicted@24:u8 nr_recently_evicted@32:u8
cachestat_range 16 off@0:u8 len@8:u8
clone_args 88 flags@0:u8 pidfd@8:u8 child_tid@16:u8 parent_tid@24:u8 exit_signal@32:u8 stack@40:u8 stack_size@48:u8 tls@56:u8 set_tid@64:u8 set_tid_size@72:u8 cgroup@80:u8
cmsghdr 16 cmsg_len@0:u8 cmsg_level@8:i4 cmsg_type@12:i4
compat_flock 16 l_type@0:i2 l_whence@2:i2 l_start@4:i4 l_len@8:i4 l_pid@12:i4
compat_flock64 24 l_type@0:i2 l_whence@2:i2 l_start@4:i8 l_len@12:i8 l_pid@20:i4
compat_iovec 8 iov_base@0:u4 iov_len@4:u4
compat_ipc64_perm 36 key@0:i4 uid@4:u4 gid@8:u4 cuid@12:u4 cgid@16:u4 mode@20:u2 __pad1@22:u1[2] seq@24:u2 __pad2@26:u2 unused1@28:u4 unused2@32:u4
compat_kexec_segment 16 buf@0:u4 bufsz@4:u4 mem@8:u4 memsz@12:u4
compat_linux_dirent 12 d_ino@0:u4 d_off@4:u4 d_reclen@8:u2 d_name@10:c[0]
compat_mmsghdr 32 msg_hdr@0:=compat_msghdr msg_len@28:u4
compat_mq_attr 32 mq_flags@0:i4 mq_maxmsg@4:i4 mq_msgsize@8:i4 mq_curmsgs@12:i4 __reserved@16:i4[4]
compat_msghdr 28 msg_name@0:u4 msg_namelen@4:i4 msg_iov@8:u4 msg_iovlen@12:u4 msg_control@16:u4 msg_controllen@20:u4 msg_flags@24:u4
compat_msqid64_ds 88 msg_perm@0:=compat_ipc64_perm msg_stime@36:u4 msg_stime_high@40:u4 msg_rtime@44:u4 msg_rtime_high@48:u4 msg_ctime@52:u4 msg_ctime_high@56:u4 msg_cbytes@60:u4 msg_qnum@64:u4 msg_qbytes@68:u4 msg_lspid@72:i4 msg_lrpid@76:i4 __unused4@80:u4 __unused5@84:u4
compat_old_linux_dirent 12 d_ino@0:u4 d_offset@4:u4 d_namlen@8:u2 d_name@10:c[0]
compat_old_sigaction 16 sa_handler@0:u4 sa_mask@4:u4 sa_flags@8:u4 sa_restorer@12:u4
compat_rlimit 8 rlim_cur@0:u4 rlim_max@4:u4
compat_rusage 72 ru_utime@0:=old_timeval32 ru_stime@8:=old_timeval32 ru_maxrss@16:i4 ru_ixrss@20:i4 ru_idrss@24:i4 ru_isrss@28:i4 ru_minflt@32:i4 ru_majflt@36:i4 ru_nswap@40:i4 ru_inblock@44:i4 ru_oublock@48:i4 ru_msgsnd@52:i4 ru_msgrcv@56:i4 ru_nsignals@60:i4 ru_nvcsw@64:i4 ru_nivcsw@68:i4
compat_sel_arg_struct 20 n@0:u4 inp@4:u4 outp@8:u4 exp@12:u4 tvp@16:u4
compat_semid64_ds 64 sem_perm@0:=compat_ipc64_perm sem_otime@36:u4 sem_otime_high@40:u4 sem_ctime@44:u4 sem_ctime_high@48:u4 sem_nsems@52:u4 __unused3@56:u4 __unused4@60:u4
compat_shmid64_ds 84 shm_perm@0:=compat_ipc64_perm shm_segsz@36:u4 shm_atime@40:u4 shm_atime_high@44:u4 shm_dtime@48:u4 shm_dtime_high@52:u4 shm_ctime@56:u4 shm_ctime_high@60:u4 shm_cpid@64:i4 shm_lpid@68:i4 shm_nattch@72:u4 __unused4@76:u4 __unused5@80:u4
compat_sigaction 20 sa_handler@0:u4 sa_flags@4:u4 sa_restorer@8:u4 sa_mask@12:=compat_sigaction.3
compat_sigaction.3 8 sig@0:u4[2]
compat_sigaltstack 12 ss_sp@0:u4 ss_flags@4:i4 ss_size@8:u4
compat_sigevent 64 sigev_value@0:=compat_sigval sigev_signo@4:i4 sigev_notify@8:i4 _sigev_un@12:=compat_sigevent.3
compat_sigevent.3 |52 _pad@0:i4[13] _tid@0:i4 _sigev_thread@0:=compat_sigevent.3.2
compat_sigevent.3.2 8 _function@0:u4 _attribute@4:u4
compat_siginfo 128 si_signo@0:i4 si_errno@4:i4 si_code@8:i4 _sifields@12:=compat_siginfo.3
compat_siginfo.3 |116 _pad@0:i4[29] _kill@0:=compat_siginfo.3.1 _timer@0:=compat_siginfo.3.2 _rt@0:=compat_siginfo.3.3 _sigchld@0:=compat_siginfo.3.4 _sigfault@0:=compat_siginfo.3.5 _sigpoll@0:=compat_siginfo.3.6 _sigsys@0:=compat_siginfo.3.7
compat_siginfo.3.1 8 _pid@0:i4 _uid@4:u4
compat_siginfo.3.2 12 _tid@0:i4 _overrun@4:i4 _sigval@8:=compat_sigval
compat_siginfo.3.3 12 _pid@0:i4 _uid@4:u4 _sigval@8:=compat_sigval
compat_siginfo.3.4 20 _pid@0:i4 _uid@4:u4 _status@8:i4 _utime@12:i4 _stime@16:i4
compat_siginfo.3.5 16 _addr@0:u4 @4:=compat_siginfo.3.5.1
compat_siginfo.3.5.1 |12 _trapno@0:i4 _addr_lsb@0:i2 _addr_bnd@0:=compat_siginfo.3.5.1.2 _addr_pkey@0:=compat_siginfo.3.5.1.3 _perf@0:=compat_siginfo.3.5.1.4
compat_siginfo.3.5.1.2 12 _dummy_bnd@0:c[4] _lower@4:u4 _upper@8:u4
compat_siginfo.3.5.1.3 8 _dummy_pkey@0:c[4] _pkey@4:u4
compat_siginfo.3.5.1.4 12 _data@0:u4 _type@4:u4 _flags@8:u4
compat_siginfo.3.6 8 _band@0:i4 _fd@4:i4
compat_siginfo.3.7 12 _call_addr@0:u4 _syscall@4:i4 _arch@8:u4
compat_sigset_t 8 sig@0:u4[2]
compat_sigval |4 sival_int@0:i4 sival_ptr@0:u4
compat_stat 64 st_dev@0:u4 st_ino@4:u4 st_mode@8:u2 st_nlink@10:u2 st_uid@12:u2 st_gid@14:u2 st_rdev@16:u4 st_size@20:u4 st_blksize@24:u4 st_blocks@28:u4 st_atime@32:u4 st_atime_nsec@36:u4 st_mtime@40:u4 st_mtime_nsec@44:u4 st_ctime@48:u4 st_ctime_nsec@52:u4 __unused4@56:u4 __unused5@60:u4
compat_statfs 64 f_type@0:i4 f_bsize@4:i4 f_blocks@8:i4 f_bfree@12:i4 f_bavail@16:i4 f_files@20:i4 f_ffree@24:i4 f_fsid@28:=compat_statfs.7 f_namelen@36:i4 f_frsize@40:i4 f_flags@44:i4 f_spare@48:i4[4]
compat_statfs.7 8 val@0:i4[2]
compat_statfs64 84 f_type@0:u4 f_bsize@4:u4 f_blocks@8:u8 f_bfree@16:u8 f_bavail@24:u8 f_files@32:u8 f_ffree@40:u8 f_fsid@48:=compat_statfs64.7 f_namelen@56:u4 f_frsize@60:u4 f_flags@64:u4 f_spare@68:u4[4]
compat_statfs64.7 8 val@0:i4[2]
compat_sysinfo 64 uptime@0:i4 loads@4:u4[3] totalram@16:u4 freeram@20:u4 sharedram@24:u4 bufferram@28:u4 totalswap@32:u4 freeswap@36:u4 procs@40:u2 pad@42:u2 totalhigh@44:u4 freehigh@48:u4 mem_unit@52:u4 _f@56:c[8]
compat_tms 16 tms_utime@0:i4 tms_stime@4:i4 tms_cutime@8:i4 tms_cstime@12:i4
compat_ustat 20 f_tfree@0:i4 f_tinode@4:u4 f_fname@8:c[6] f_fpack@14:c[6]
epoll_event 12 events@0:u4 data@4:u8
f_owner_ex 8 type@0:i4 pid@4:i4
fanotify_event_metadata 24 event_len@0:u4 vers@4:u1 reserved@5:u1 metadata_len@6:u2 mask@8:u8 fd@16:i4 pid@20:i4
fanotify_response 8 fd@0:i4 response@4:u4
fd_set 128 fds_bits@0:u8[16]
fiemap 32 fm_start@0:u8 fm_length@8:u8 fm_flags@16:u4 fm_mapped_extents@20:u4 fm_extent_count@24:u4 fm_reserved@28:u4 fm_extents@32:=fiemap_extent[0]
fiemap_extent 56 fe_logical@0:u8 fe_physical@8:u8 fe_length@16:u8 fe_reserved64@24:u8[2] fe_flags@40:u4 fe_reserved@44:u4[3]
file_attr 24 fa_xflags@0:u8 fa_extsize@8:u4 fa_nextents@12:u4 fa_projid@16:u4 fa_cowextsize@20:u4
file_clone_range 32 src_fd@0:i8 src_offset@8:u8 src_length@16:u8 dest_offset@24:u8
file_dedupe_range 24 src_offset@0:u8 src_length@8:u8 dest_count@16:u2 reserved1@18:u2 reserved2@20:u4 info@24:=file_dedupe_range_info[0]
file_dedupe_range_info 32 dest_fd@0:i8 dest_offset@8:u8 bytes_deduped@16:u8 status@24:i4 reserved@28:u4
file_handle 8 handle_bytes@0:u4 handle_type@4:i4 f_handle@8:u1[0]
flock 32 l_type@0:i2 l_whence@2:i2 l_start@8:i8 l_len@16:i8 l_pid@24:i4
flock64 32 l_type@0:i2 l_whence@2:i2 l_start@8:i8 l_len@16:i8 l_pid@24:i4
fs_disk_quota 112 d_version@0:i1 d_flags@1:i1 d_fieldmask@2:u2 d_id@4:u4 d_blk_hardlimit@8:u8 d_blk_softlimit@16:u8 d_ino_hardlimit@24:u8 d_ino_softlimit@32:u8 d_bcount@40:u8 d_icount@48:u8 d_itimer@56:i4 d_btimer@60:i4 d_iwarns@64:u2 d_bwarns@66:u2 d_itimer_hi@68:i1 d_btimer_hi@69:i1 d_rtbtimer_hi@70:i1 d_padding2@71:i1 d_rtb_hardlimit@72:u8 d_rtb_softlimit@80:u8 d_rtbcount@88:u8 d_rtbtimer@96:i4 d_rtbwarns@100:u2 d_padding3@102:i2 d_padding4@104:c[8]
fs_qfilestatv 24 qfs_ino@0:u8 qfs_nblks@8:u8 qfs_nextents@16:u4 qfs_pad@20:u4
fs_quota_statv 160 qs_version@0:i1 qs_pad1@1:u1 qs_flags@2:u2 qs_incoredqs@4:u4 qs_uquota@8:=fs_qfilestatv qs_gquota@32:=fs_qfilestatv qs_pquota@56:=fs_qfilestatv qs_btimelimit@80:i4 qs_itimelimit@84:i4 qs_rtbtimelimit@88:i4 qs_bwarnlimit@92:u2 qs_iwarnlimit@94:u2 qs_rtbwarnlimit@96:u2 qs_pad3@98:u2 qs_pad4@100:u4 qs_pad2@104:u8[7]
fstrim_range 24 start@0:u8 len@8:u8 minlen@16:u8
fsxattr 28 fsx_xflags@0:u4 fsx_extsize@4:u4 fsx_nextents@8:u4 fsx_projid@12:u4 fsx_cowextsize@16:u4 fsx_pad@20:u1[8]
futex_waitv 24 val@0:u8 uaddr@8:u8 flags@16:u4 __reserved@20:u4
getcpu_cache 128 blob@0:u8[16]
group_req 136 gr_interface@0:u4 gr_group@8:=__kernel_sockaddr_storage
group_source_req 264 gsr_interface@0:u4 gsr_group@8:=__kernel_sockaddr_storage gsr_source@136:=__kernel_sockaddr_storage
hd_geometry 16 heads@0:u1 sectors@1:u1 cylinders@2:u2 start@8:u8
if_dqblk 72 dqb_bhardlimit@0:u8 dqb_bsoftlimit@8:u8 dqb_curspace@16:u8 dqb_ihardlimit@24:u8 dqb_isoftlimit@32:u8 dqb_curinodes@40:u8 dqb_btime@48:u8 dqb_itime@56:u8 dqb_valid@64:u4
if_dqinfo 24 dqi_bgrace@0:u8 dqi_igrace@8:u8 dqi_flags@16:u4 dqi_valid@20:u4
if_nextdqblk 72 dqb_bhardlimit@0:u8 dqb_bsoftlimit@8:u8 dqb_curspace@16:u8 dqb_ihardlimit@24:u8 dqb_isoftlimit@32:u8 dqb_curinodes@40:u8 dqb_btime@48:u8 dqb_itime@56:u8 dqb_valid@64:u4 dqb_id@68:u4
if_settings 16 type@0:u4 size@4:u4 ifs_ifsu@8:=if_settings.2
if_settings.2 |8 raw_hdlc@0:* cisco@0:* fr@0:* fr_pvc@0:* fr_pvc_info@0:* x25@0:* sync@0:* te1@0:*
ifconf 16 ifc_len@0:i4 ifc_ifcu@8:=ifconf.1
ifconf.1 |8 ifcu_buf@0:* ifcu_req@0:*ifreq
ifmap 24 mem_start@0:u8 mem_end@8:u8 base_addr@16:u2 irq@18:u1 dma@19:u1 port@20:u1
ifreq 40 ifr_ifrn@0:=ifreq.0 ifr_ifru@16:=ifreq.1
ifreq.0 |16 ifrn_name@0:c[16]
ifreq.1 |24 ifru_addr@0:=sockaddr ifru_dstaddr@0:=sockaddr ifru_broadaddr@0:=sockaddr ifru_netmask@0:=sockaddr ifru_hwaddr@0:=sockaddr ifru_flags@0:i2 ifru_ivalue@0:i4 ifru_mtu@0:i4 ifru_map@0:=ifmap ifru_slave@0:c[16] ifru_newname@0:c[16] ifru_data@0:* ifru_settings@0:=if_settings
in6_addr 16 in6_u@0:=in6_addr.0
in6_addr.0 |16 u6_addr8@0:u1[16] u6_addr16@0:n2[8] u6_addr32@0:n4[4]
in6_pktinfo 20 ipi6_addr@0:=in6_addr ipi6_ifindex@16:i4
in_addr 4 s_addr@0:n4
in_pktinfo 12 ipi_ifindex@0:i4 ipi_spec_dst@4:=in_addr ipi_addr@8:=in_addr
inotify_event 16 wd@0:i4 mask@4:u4 cookie@8:u4 len@12:u4 name@16:c[0]
io_cqring_offsets 40 head@0:u4 tail@4:u4 ring_mask@8:u4 ring_entries@12:u4 overflow@16:u4 cqes@20:u4 flags@24:u4 resv1@28:u4 user_addr@32:u8
io_event 32 data@0:u8 obj@8:u8 res@16:i8 res2@24:i8
io_sqring_offsets 40 head@0:u4 tail@4:u4 ring_mask@8:u4 ring_entries@12:u4 flags@16:u4 dropped@20:u4 array@24:u4 resv1@28:u4 user_addr@32:u8
io_uring_cqe 16 user_data@0:u8 res@8:i4 flags@12:u4 big_cqe@16:u8[0]
io_uring_getevents_arg 24 sigmask@0:u8 sigmask_sz@8:u4 min_wait_usec@12:u4 ts@16:u8
io_uring_params 120 sq_entries@0:u4 cq_entries@4:u4 flags@8:u4 sq_thread_cpu@12:u4 sq_thread_idle@16:u4 features@20:u4 wq_fd@24:u4 resv@28:u4[3] sq_off@40:=io_sqring_offsets cq_off@80:=io_cqring_offsets
io_uring_probe 16 last_op@0:u1 ops_len@1:u1 resv@2:u2 resv2@4:u4[3] ops@16:=io_uring_probe_op[0]
io_uring_probe_op 8 op@0:u1 resv@1:u1 flags@2:u2 resv2@4:u4
io_uring_rsrc_register 32 nr@0:u4 flags@4:u4 resv2@8:u8 data@16:u8 tags@24:u8
io_uring_rsrc_update 16 offset@0:u4 resv@4:u4 data@8:u8
io_uring_sqe 64 opcode@0:u1 flags@1:u1 ioprio@2:u2 fd@4:i4 @8:=io_uring_sqe.4 @16:=io_uring_sqe.5 len@24:u4 @28:=io_uring_sqe.7 user_data@32:u8 @40:=io_uring_sqe.9 personality@42:u2 @44:=io_uring_sqe.11 @48:=io_uring_sqe.12
io_uring_sqe.11 |4 splice_fd_in@0:i4 file_index@0:u4 zcrx_ifq_idx@0:u4 optlen@0:u4 @0:=io_uring_sqe.11.4 @0:=io_uring_sqe.11.5
io_uring_sqe.11.4 4 addr_len@0:u2 __pad3@2:u2[1]
io_uring_sqe.11.5 4 write_stream@0:u1 __pad4@1:u1[3]
io_uring_sqe.12 |16 @0:=io_uring_sqe.12.0 @0:=io_uring_sqe.12.1 optval@0:u8 cmd@0:u1[0]
io_uring_sqe.12.0 16 addr3@0:u8 __pad2@8:u8[1]
io_uring_sqe.12.1 16 attr_ptr@0:u8 attr_type_mask@8:u8
io_uring_sqe.4 |8 off@0:u8 addr2@0:u8 @0:=io_uring_sqe.4.2
io_uring_sqe.4.2 8 cmd_op@0:u4 __pad1@4:u4
io_uring_sqe.5 |8 addr@0:u8 splice_off_in@0:u8 @0:=io_uring_sqe.5.2
io_uring_sqe.5.2 8 level@0:u4 optname@4:u4
io_uring_sqe.7 |4 rw_flags@0:u4 fsync_flags@0:u4 poll_events@0:u2 poll32_events@0:u4 sync_range_flags@0:u4 msg_flags@0:u4 timeout_flags@0:u4 accept_flags@0:u4 cancel_flags@0:u4 open_flags@0:u4 statx_flags@0:u4 fadvise_advice@0:u4 splice_flags@0:u4 rename_flags@0:u4 unlink_flags@0:u4 hardlink_flags@0:u4 xattr_flags@0:u4 msg_ring_flags@0:u4 uring_cmd_flags@0:u4 waitid_flags@0:u4 futex_flags@0:u4 install_fd_flags@0:u4 nop_flags@0:u4 pipe_flags@0:u4
io_uring_sqe.9 |2 buf_index@0:u2 buf_group@0:u2
iocb 64 aio_data@0:u8 aio_key@8:u4 aio_rw_flags@12:i4 aio_lio_opcode@16:u2 aio_reqprio@18:i2 aio_fildes@20:u4 aio_buf@24:u8 aio_nbytes@32:u8 aio_offset@40:i8 aio_reserved2@48:u8 aio_flags@56:u4 aio_resfd@60:u4
iovec 16 iov_base@0:* iov_len@8:u8
ip_mreq 8 imr_multiaddr@0:=in_addr imr_interface@4:=in_addr
ip_mreq_source 12 imr_multiaddr@0:n4 imr_interface@4:n4 imr_sourceaddr@8:n4
ip_mreqn 12 imr_multiaddr@0:=in_addr imr_address@4:=in_addr imr_ifindex@8:i4
ipc64_perm 48 key@0:i4 uid@4:u4 gid@8:u4 cuid@12:u4 cgid@16:u4 mode@20:u4 __pad1@24:u1[0] seq@24:u2 __pad2@26:u2 __unused1@32:u8 __unused2@40:u8
ipv6_mreq 20 ipv6mr_multiaddr@0:=in6_addr ipv6mr_ifindex@16:i4
kexec_segment 32 buf@0:* bufsz@8:u8 mem@16:* memsz@24:u8
keyctl_dh_params 12 @0:=keyctl_dh_params.0 prime@4:i4 base@8:i4
keyctl_dh_params.0 |4 private@0:i4 priv@0:i4
keyctl_pkey_params 40 key_id@0:i4 in_len@4:u4 @8:=keyctl_pkey_params.2 __spare@12:u4[7]
keyctl_pkey_params.2 |4 out_len@0:u4 in2_len@0:u4
keyctl_pkey_query 56 supported_ops@0:u4 key_size@4:u4 max_data_size@8:u2 max_sig_size@10:u2 max_enc_size@12:u2 max_dec_size@14:u2 __spare@16:u4[10]
landlock_net_port_attr 16 allowed_access@0:u8 port@8:u8
landlock_path_beneath_attr 12 allowed_access@0:u8 parent_fd@8:i4
landlock_ruleset_attr 24 handled_access_fs@0:u8 handled_access_net@8:u8 scoped@16:u8
linger 8 l_onoff@0:i4 l_linger@4:i4
linux_dirent 24 d_ino@0:u8 d_off@8:u8 d_reclen@16:u2 d_name@18:c[0]
linux_dirent64 24 d_ino@0:u8 d_off@8:i8 d_reclen@16:u2 d_type@18:u1 d_name@19:c[0]
loop_config 304 fd@0:u4 block_size@4:u4 info@8:=loop_info64 __reserved@240:u8[8]
loop_info64 232 lo_device@0:u8 lo_inode@8:u8 lo_rdevice@16:u8 lo_offset@24:u8 lo_sizelimit@32:u8 lo_number@40:u4 lo_encrypt_type@44:u4 lo_encrypt_key_size@48:u4 lo_flags@52:u4 lo_file_name@56:u1[64] lo_crypt_name@120:u1[64] lo_encrypt_key@184:u1[32] lo_init@216:u8[2]
lsm_ctx 32 id@0:u8 flags@8:u8 len@16:u8 ctx_len@24:u8 ctx@32:u1[0]
mmap_arg_struct32 24 addr@0:u4 len@4:u4 prot@8:u4 flags@12:u4 fd@16:u4 offset@20:u4
mmsghdr 64 msg_hdr@0:=user_msghdr msg_len@56:u4
mnt_id_req 32 size@0:u4 mnt_ns_fd@4:u4 mnt_id@8:u8 param@16:u8 mnt_ns_id@24:u8
mount_attr 32 attr_set@0:u8 attr_clr@8:u8 propagation@16:u8 userns_fd@24:u8
mq_attr 64 mq_flags@0:i8 mq_maxmsg@8:i8 mq_msgsize@16:i8 mq_curmsgs@24:i8 __reserved@32:i8[4]
msgbuf 16 mtype@0:i8 mtext@8:c[1]
msginfo 32 msgpool@0:i4 msgmap@4:i4 msgmax@8:i4 msgmnb@12:i4 msgmni@16:i4 msgssz@20:i4 msgtql@24:i4 msgseg@28:u2
msqid64_ds 120 msg_perm@0:=ipc64_perm msg_stime@48:i8 msg_rtime@56:i8 msg_ctime@64:i8 msg_cbytes@72:u8 msg_qnum@80:u8 msg_qbytes@88:u8 msg_lspid@96:i4 msg_lrpid@100:i4 __unused4@104:u8 __unused5@112:u8
new_utsname 390 sysname@0:c[65] nodename@65:c[65] release@130:c[65] version@195:c[65] machine@260:c[65] domainname@325:c[65]
nlattr 4 nla_len@0:u2 nla_type@2:u2
nlmsgerr 20 error@0:i4 msg@4:=nlmsghdr
nlmsghdr 16 nlmsg_len@0:u4 nlmsg_type@4:u2 nlmsg_flags@6:u2 nlmsg_seq@8:u4 nlmsg_pid@12:u4
ns_id_req 32 size@0:u4 spare@4:u4 ns_id@8:u8 @16:=ns_id_req.3
ns_id_req.3 16 ns_type@0:u4 spare2@4:u4 user_ns_id@8:u8
old_itimerspec32 16 it_interval@0:=old_timespec32 it_value@8:=old_timespec32
old_itimerval32 16 it_interval@0:=old_timeval32 it_value@8:=old_timeval32
old_timespec32 8 tv_sec@0:i4 tv_nsec@4:i4
old_timeval32 8 tv_sec@0:i4 tv_usec@4:i4
old_timex32 128 modes@0:u4 offset@4:i4 freq@8:i4 maxerror@12:i4 esterror@16:i4 status@20:i4 constant@24:i4 precision@28:i4 tolerance@32:i4 time@36:=old_timeval32 tick@44:i4 ppsfreq@48:i4 jitter@52:i4 shift@56:i4 stabil@60:i4 jitcnt@64:i4 calcnt@68:i4 errcnt@72:i4 stbcnt@76:i4 tai@80:i4
old_utimbuf32 8 actime@0:i4 modtime@4:i4
old_utsname 325 sysname@0:c[65] nodename@65:c[65] release@130:c[65] version@195:c[65] machine@260:c[65]
oldold_utsname 45 sysname@0:c[9] nodename@9:c[9] release@18:c[9] version@27:c[9] machine@36:c[9]
open_how 24 flags@0:u8 mode@8:u8 resolve@16:u8
packet_mreq 16 mr_ifindex@0:i4 mr_type@4:u2 mr_alen@6:u2 mr_address@8:u1[8]
perf_event_attr 136 type@0:u4 size@4:u4 config@8:u8 @16:=perf_event_attr.3 sample_type@24:u8 read_format@32:u8 disabled@40:u8/0+1 inherit@40:u8/1+1 pinned@40:u8/2+1 exclusive@40:u8/3+1 exclude_user@40:u8/4+1 exclude_kernel@40:u8/5+1 exclude_hv@40:u8/6+1 exclude_idle@40:u8/7+1 mmap@40:u8/8+1 comm@40:u8/9+1 freq@40:u8/10+1 inherit_stat@40:u8/11+1 enable_on_exec@40:u8/12+1 task@40:u8/13+1 watermark@40:u8/14+1 precise_ip@40:u8/15+2 mmap_data@40:u8/17+1 sample_id_all@40:u8/18+1 exclude_host@40:u8/19+1 exclude_guest@40:u8/20+1 exclude_callchain_kernel@40:u8/21+1 exclude_callchain_user@40:u8/22+1 mmap2@40:u8/23+1 comm_exec@40:u8/24+1 use_clockid@40:u8/25+1 context_switch@40:u8/26+1 write_backward@40:u8/27+1 namespaces@40:u8/28+1 ksymbol@40:u8/29+1 bpf_event@40:u8/30+1 aux_output@40:u8/31+1 cgroup@40:u8/32+1 text_poke@40:u8/33+1 build_id@40:u8/34+1 inherit_thread@40:u8/35+1 remove_on_exec@40:u8/36+1 sigtrap@40:u8/37+1 __reserved_1@40:u8/38+26 @48:=perf_event_attr.44 bp_type@52:u4 @56:=perf_event_attr.46 @64:=perf_event_attr.47 branch_sample_type@72:u8 sample_regs_user@80:u8 sample_stack_user@88:u4 clockid@92:i4 sample_regs_intr@96:u8 aux_watermark@104:u4 sample_max_stack@108:u2 __reserved_2@110:u2 aux_sample_size@112:u4 @116:=perf_event_attr.57 sig_data@120:u8 config3@128:u8
perf_event_attr.3 |8 sample_period@0:u8 sample_freq@0:u8
perf_event_attr.44 |4 wakeup_events@0:u4 wakeup_watermark@0:u4
perf_event_attr.46 |8 bp_addr@0:u8 kprobe_func@0:u8 uprobe_path@0:u8 config1@0:u8
perf_event_attr.47 |8 bp_len@0:u8 kprobe_addr@0:u8 probe_offset@0:u8 config2@0:u8
perf_event_attr.57 |4 aux_action@0:u4 @0:=perf_event_attr.57.1
perf_event_attr.57.1 4 aux_start_paused@0:u4/0+1 aux_pause@0:u4/1+1 aux_resume@0:u4/2+1 __reserved_3@0:u4/3+29
pollfd 8 fd@0:i4 events@4:i2 revents@6:i2
prctl_mm_map 104 start_code@0:u8 end_code@8:u8 start_data@16:u8 end_data@24:u8 start_brk@32:u8 brk@40:u8 start_stack@48:u8 arg_start@56:u8 arg_end@64:u8 env_start@72:u8 env_end@80:u8 auxv@88:* auxv_size@96:u4 exe_fd@100:u4
ptrace_peeksiginfo_args 16 off@0:u8 flags@8:u4 nr@12:i4
ptrace_rseq_configuration 24 rseq_abi_pointer@0:u8 rseq_abi_size@8:u4 signature@12:u4 flags@16:u4 pad@20:u4
ptrace_syscall_info 88 op@0:u1 reserved@1:u1 flags@2:u2 arch@4:u4 instruction_pointer@8:u8 stack_pointer@16:u8 @24:=ptrace_syscall_info.6
ptrace_syscall_info.6 |64 entry@0:=ptrace_syscall_info.6.0 exit@0:=ptrace_syscall_info.6.1 seccomp@0:=ptrace_syscall_info.6.2
ptrace_syscall_info.6.0 56 nr@0:u8 args@8:u8[6]
ptrace_syscall_info.6.1 16 rval@0:i8 is_error@8:u1
ptrace_syscall_info.6.2 64 nr@0:u8 args@8:u8[6] ret_data@56:u4 reserved2@60:u4
rlimit 16 rlim_cur@0:u8 rlim_max@8:u8
rlimit64 16 rlim_cur@0:u8 rlim_max@8:u8
robust_list 8 next@0:*robust_list
robust_list_head 24 list@0:=robust_list futex_offset@8:i8 list_op_pending@16:*robust_list
rseq 32 cpu_id_start@0:u4 cpu_id@4:u4 rseq_cs@8:u8 flags@16:u4 node_id@20:u4 mm_cid@24:u4 end@28:c[0]
rseq_cs 32 version@0:u4 flags@4:u4 start_ip@8:u8 post_commit_offset@16:u8 abort_ip@24:u8
rtentry 120 rt_pad1@0:u8 rt_dst@8:=sockaddr rt_gateway@24:=sockaddr rt_genmask@40:=sockaddr rt_flags@56:u2 rt_pad2@58:i2 rt_pad3@64:u8 rt_pad4@72:* rt_metric@80:i2 rt_dev@88:* rt_mtu@96:u8 rt_window@104:u8 rt_irtt@112:u2
rusage 144 ru_utime@0:=__kernel_old_timeval ru_stime@16:=__kernel_old_timeval ru_maxrss@32:i8 ru_ixrss@40:i8 ru_idrss@48:i8 ru_isrss@56:i8 ru_minflt@64:i8 ru_majflt@72:i8 ru_nswap@80:i8 ru_inblock@88:i8 ru_oublock@96:i8 ru_msgsnd@104:i8 ru_msgrcv@112:i8 ru_nsignals@120:i8 ru_nvcsw@128:i8 ru_nivcsw@136:i8
sched_attr 56 size@0:u4 sched_policy@4:u4 sched_flags@8:u8 sched_nice@16:i4 sched_priority@20:u4 sched_runtime@24:u8 sched_deadline@32:u8 sched_period@40:u8 sched_util_min@48:u4 sched_util_max@52:u4
sched_param 4 sched_priority@0:i4
scm_timestamping 48 ts@0:=__kernel_old_timespec[3]
seccomp_data 64 nr@0:i4 arch@4:u4 instruction_pointer@8:u8 args@16:u8[6]
seccomp_notif 80 id@0:u8 pid@8:u4 flags@12:u4 data@16:=seccomp_data
seccomp_notif_resp 24 id@0:u8 val@8:i8 error@16:i4 flags@20:u4
seccomp_notif_sizes 6 seccomp_notif@0:u2 seccomp_notif_resp@2:u2 seccomp_data@4:u2
sembuf 6 sem_num@0:u2 sem_op@2:i2 sem_flg@4:i2
semid64_ds 104 sem_perm@0:=ipc64_perm sem_otime@48:i8 __unused1@56:u8 sem_ctime@64:i8 __unused2@72:u8 sem_nsems@80:u8 __unused3@88:u8 __unused4@96:u8
seminfo 40 semmap@0:i4 semmni@4:i4 semmns@8:i4 semmnu@12:i4 semmsl@16:i4 semopm@20:i4 semume@24:i4 semusz@28:i4 semvmx@32:i4 semaem@36:i4
shm_info 48 used_ids@0:i4 shm_tot@8:u8 shm_rss@16:u8 shm_swp@24:u8 swap_attempts@32:u8 swap_successes@40:u8
shmid64_ds 112 shm_perm@0:=ipc64_perm shm_segsz@48:u8 shm_atime@56:i8 shm_dtime@64:i8 shm_ctime@72:i8 shm_cpid@80:i4 shm_lpid@84:i4 shm_nattch@88:u8 __unused4@96:u8 __unused5@104:u8
shminfo64 72 shmmax@0:u8 shmmin@8:u8 shmmni@16:u8 shmseg@24:u8 shmall@32:u8 __unused1@40:u8 __unused2@48:u8 __unused3@56:u8 __unused4@64:u8
sigaction 32 sa_handler@0:* sa_flags@8:u8 sa_restorer@16:* sa_mask@24:=sigaction.3
sigaction.3 8 sig@0:u8[1]
sigaltstack 24 ss_sp@0:* ss_flags@8:i4 ss_size@16:u8
sigevent 64 sigev_value@0:=sigval sigev_signo@8:i4 sigev_notify@12:i4 _sigev_un@16:=sigevent.3
sigevent.3 |48 _pad@0:i4[12] _tid@0:i4 _sigev_thread@0:=sigevent.3.2
sigevent.3.2 16 _function@0:* _attribute@8:*
siginfo 128 @0:=siginfo.0
siginfo.0 |128 @0:=siginfo.0.0 _si_pad@0:i4[32]
siginfo.0.0 48 si_signo@0:i4 si_errno@4:i4 si_code@8:i4 _sifields@16:=__sifields
signalfd_siginfo 128 ssi_signo@0:u4 ssi_errno@4:i4 ssi_code@8:i4 ssi_pid@12:u4 ssi_uid@16:u4 ssi_fd@20:i4 ssi_tid@24:u4 ssi_band@28:u4 ssi_overrun@32:u4 ssi_trapno@36:u4 ssi_status@40:i4 ssi_int@44:i4 ssi_ptr@48:u8 ssi_utime@56:u8 ssi_stime@64:u8 ssi_addr@72:u8 ssi_addr_lsb@80:u2 __pad2@82:u2 ssi_syscall@84:i4 ssi_call_addr@88:u8 ssi_arch@96:u4 __pad@100:u1[28]
sigset_t 8 sig@0:u8[1]
sigval |8 sival_int@0:i4 sival_ptr@0:*
sock_filter 8 code@0:u2 jt@2:u1 jf@3:u1 k@4:u4
sock_fprog 16 len@0:u2 filter@8:*sock_filter
sockaddr 16 sa_family@0:u2 @2:=sockaddr.1
sockaddr.1 |14 sa_data_min@0:c[14] @0:=sockaddr.1.1
sockaddr.1.1 0 __empty_sa_data@0:=sockaddr.1.1.0 sa_data@0:c[0]
sockaddr.1.1.0 0
sockaddr_alg 88 salg_family@0:u2 salg_type@2:u1[14] salg_feat@16:u4 salg_mask@20:u4 salg_name@24:u1[64]
sockaddr_in 16 sin_family@0:u2 sin_port@2:n2 sin_addr@4:=in_addr __pad@8:u1[8]
sockaddr_in6 28 sin6_family@0:u2 sin6_port@2:n2 sin6_flowinfo@4:n4 sin6_addr@8:=in6_addr sin6_scope_id@24:u4
sockaddr_ll 20 sll_family@0:u2 sll_protocol@2:n2 sll_ifindex@4:i4 sll_hatype@8:u2 sll_pkttype@10:u1 sll_halen@11:u1 sll_addr@12:u1[8]
sockaddr_nl 12 nl_family@0:u2 nl_pad@2:u2 nl_pid@4:u4 nl_groups@8:u4
sockaddr_un 110 sun_family@0:u2 sun_path@2:c[108]
sockaddr_vm 16 svm_family@0:u2 svm_reserved1@2:u2 svm_port@4:u4 svm_cid@8:u4 svm_flags@12:u1 svm_zero@13:u1[3]
sockaddr_xdp 16 sxdp_family@0:u2 sxdp_flags@2:u2 sxdp_ifindex@4:u4 sxdp_queue_id@8:u4 sxdp_shared_umem_fd@12:u4
stat 144 st_dev@0:u8 st_ino@8:u8 st_nlink@16:u8 st_mode@24:u4 st_uid@28:u4 st_gid@32:u4 __pad0@36:u4 st_rdev@40:u8 st_size@48:i8 st_blksize@56:i8 st_blocks@64:i8 st_atime@72:u8 st_atime_nsec@80:u8 st_mtime@88:u8 st_mtime_nsec@96:u8 st_ctime@104:u8 st_ctime_nsec@112:u8 __unused@120:i8[3]
stat64 96 st_dev@0:u8 __pad0@8:u1[4] __st_ino@12:u4 st_mode@16:u4 st_nlink@20:u4 st_uid@24:u4 st_gid@28:u4 st_rdev@32:u8 __pad3@40:u1[4] st_size@44:i8 st_blksize@52:u4 st_blocks@56:i8 st_atime@64:u4 st_atime_nsec@68:u4 st_mtime@72:u4 st_mtime_nsec@76:u4 st_ctime@80:u4 st_ctime_nsec@84:u4 st_ino@88:u8
statfs 120 f_type@0:i8 f_bsize@8:i8 f_blocks@16:i8 f_bfree@24:i8 f_bavail@32:i8 f_files@40:i8 f_ffree@48:i8 f_fsid@56:=statfs.7 f_namelen@64:i8 f_frsize@72:i8 f_flags@80:i8 f_spare@88:i8[4]
statfs.7 8 val@0:i4[2]
statmount 512 size@0:u4 mnt_opts@4:u4 mask@8:u8 sb_dev_major@16:u4 sb_dev_minor@20:u4 sb_magic@24:u8 sb_flags@32:u4 fs_type@36:u4 mnt_id@40:u8 mnt_parent_id@48:u8 mnt_id_old@56:u4 mnt_parent_id_old@60:u4 mnt_attr@64:u8 mnt_propagation@72:u8 mnt_peer_group@80:u8 mnt_master@88:u8 propagate_from@96:u8 mnt_root@104:u4 mnt_point@108:u4 mnt_ns_id@112:u8 fs_subtype@120:u4 sb_source@124:u4 opt_num@128:u4 opt_array@132:u4 opt_sec_num@136:u4 opt_sec_array@140:u4 supported_mask@144:u8 mnt_uidmap_num@152:u4 mnt_uidmap@156:u4 mnt_gidmap_num@160:u4 mnt_gidmap@164:u4 __spare2@168:u8[43] str@512:c[0]
statx 256 stx_mask@0:u4 stx_blksize@4:u4 stx_attributes@8:u8 stx_nlink@16:u4 stx_uid@20:u4 stx_gid@24:u4 stx_mode@28:u2 __spare0@30:u2[1] stx_ino@32:u8 stx_size@40:u8 stx_blocks@48:u8 stx_attributes_mask@56:u8 stx_atime@64:=statx_timestamp stx_btime@80:=statx_timestamp stx_ctime@96:=statx_timestamp stx_mtime@112:=statx_timestamp stx_rdev_major@128:u4 stx_rdev_minor@132:u4 stx_dev_major@136:u4 stx_dev_minor@140:u4 stx_mnt_id@144:u8 stx_dio_mem_align@152:u4 stx_dio_offset_align@156:u4 stx_subvol@160:u8 stx_atomic_write_unit_min@168:u4 stx_atomic_write_unit_max@172:u4 stx_atomic_write_segments_max@176:u4 stx_dio_read_offset_align@180:u4 stx_atomic_write_unit_max_opt@184:u4 __spare2@188:u4[1] __spare3@192:u8[8]
statx_timestamp 16 tv_sec@0:i8 tv_nsec@8:u4 __reserved@12:i4
sysinfo 112 uptime@0:i8 loads@8:u8[3] totalram@32:u8 freeram@40:u8 sharedram@48:u8 bufferram@56:u8 totalswap@64:u8 freeswap@72:u8 procs@80:u2 pad@82:u2 totalhigh@88:u8 freehigh@96:u8 mem_unit@104:u4 _f@108:c[0]
tcp_info 280 tcpi_state@0:u1 tcpi_ca_state@1:u1 tcpi_retransmits@2:u1 tcpi_probes@3:u1 tcpi_backoff@4:u1 tcpi_options@5:u1 tcpi_snd_wscale@6:u1/0+4 tcpi_rcv_wscale@6:u1/4+4 tcpi_delivery_rate_app_limited@7:u1/0+1 tcpi_fastopen_client_fail@7:u1/1+2 tcpi_rto@8:u4 tcpi_ato@12:u4 tcpi_snd_mss@16:u4 tcpi_rcv_mss@20:u4 tcpi_unacked@24:u4 tcpi_sacked@28:u4 tcpi_lost@32:u4 tcpi_retrans@36:u4 tcpi_fackets@40:u4 tcpi_last_data_sent@44:u4 tcpi_last_ack_sent@48:u4 tcpi_last_data_recv@52:u4 tcpi_last_ack_recv@56:u4 tcpi_pmtu@60:u4 tcpi_rcv_ssthresh@64:u4 tcpi_rtt@68:u4 tcpi_rttvar@72:u4 tcpi_snd_ssthresh@76:u4 tcpi_snd_cwnd@80:u4 tcpi_advmss@84:u4 tcpi_reordering@88:u4 tcpi_rcv_rtt@92:u4 tcpi_rcv_space@96:u4 tcpi_total_retrans@100:u4 tcpi_pacing_rate@104:u8 tcpi_max_pacing_rate@112:u8 tcpi_bytes_acked@120:u8 tcpi_bytes_received@128:u8 tcpi_segs_out@136:u4 tcpi_segs_in@140:u4 tcpi_notsent_bytes@144:u4 tcpi_min_rtt@148:u4 tcpi_data_segs_in@152:u4 tcpi_data_segs_out@156:u4 tcpi_delivery_rate@160:u8 tcpi_busy_time@168:u8 tcpi_rwnd_limited@176:u8 tcpi_sndbuf_limited@184:u8 tcpi_delivered@192:u4 tcpi_delivered_ce@196:u4 tcpi_bytes_sent@200:u8 tcpi_bytes_retrans@208:u8 tcpi_dsack_dups@216:u4 tcpi_reord_seen@220:u4 tcpi_rcv_ooopack@224:u4 tcpi_snd_wnd@228:u4 tcpi_rcv_wnd@232:u4 tcpi_rehash@236:u4 tcpi_total_rto@240:u2 tcpi_total_rto_recoveries@242:u2 tcpi_total_rto_time@244:u4 tcpi_received_ce@248:u4 tcpi_delivered_e1_bytes@252:u4 tcpi_delivered_e0_bytes@256:u4 tcpi_delivered_ce_bytes@260:u4 tcpi_received_e1_bytes@264:u4 tcpi_received_e0_bytes@268:u4 tcpi_received_ce_bytes@272:u4 tcpi_accecn_fail_mode@276:u2 tcpi_accecn_opt_seen@278:u2
tcp_repair_opt 8 opt_code@0:u4 opt_val@4:u4
termio 18 c_iflag@0:u2 c_oflag@2:u2 c_cflag@4:u2 c_lflag@6:u2 c_line@8:u1 c_cc@9:u1[8]
termios 36 c_iflag@0:u4 c_oflag@4:u4 c_cflag@8:u4 c_lflag@12:u4 c_line@16:u1 c_cc@17:u1[19]
termios2 44 c_iflag@0:u4 c_oflag@4:u4 c_cflag@8:u4 c_lflag@12:u4 c_line@16:u1 c_cc@17:u1[19] c_ispeed@36:u4 c_ospeed@40:u4
timespec64 16 tv_sec@0:i8 tv_nsec@8:i8
timezone 8 tz_minuteswest@0:i4 tz_dsttime@4:i4
tms 32 tms_utime@0:i8 tms_stime@8:i8 tms_cutime@16:i8 tms_cstime@24:i8
tpacket_req 16 tp_block_size@0:u4 tp_block_nr@4:u4 tp_frame_size@8:u4 tp_frame_nr@12:u4
tpacket_stats 8 tp_packets@0:u4 tp_drops@4:u4
ucred 12 pid@0:u4 uid@4:u4 gid@8:u4
uffdio_api 24 api@0:u8 features@8:u8 ioctls@16:u8
uffdio_copy 40 dst@0:u8 src@8:u8 len@16:u8 mode@24:u8 copy@32:i8
uffdio_range 16 start@0:u8 len@8:u8
uffdio_register 32 range@0:=uffdio_range mode@16:u8 ioctls@24:u8
uffdio_zeropage 32 range@0:=uffdio_range mode@16:u8 zeropage@24:i8
user_desc 16 entry_number@0:u4 base_addr@4:u4 limit@8:u4 seg_32bit@12:u4/0+1 contents@12:u4/1+2 read_exec_only@12:u4/3+1 limit_in_pages@12:u4/4+1 seg_not_present@12:u4/5+1 useable@12:u4/6+1 lm@12:u4/7+1
user_msghdr 56 msg_name@0:* msg_namelen@8:i4 msg_iov@16:*iovec msg_iovlen@24:u8 msg_control@32:* msg_controllen@40:u8 msg_flags@48:u4
ustat 32 f_tfree@0:i4 f_tinode@8:u8 f_fname@16:c[6] f_fpack@22:c[6]
utimbuf 16 actime@0:i8 modtime@8:i8
winsize 8 ws_row@0:u2 ws_col@2:u2 ws_xpixel@4:u2 ws_ypixel@6:u2
xattr_args 16 value@0:u8 size@8:u4 flags@12:u4
`;

/** Those that arm64 has in another form. */
export const ARM64_LAYOUTS = `
epoll_event 16 events@0:u4 data@8:u8
semid64_ds 88 sem_perm@0:=ipc64_perm sem_otime@48:i8 sem_ctime@56:i8 sem_nsems@64:u8 __unused3@72:u8 __unused4@80:u8
stat 128 st_dev@0:u8 st_ino@8:u8 st_mode@16:u4 st_nlink@20:u4 st_uid@24:u4 st_gid@28:u4 st_rdev@32:u8 __pad1@40:u8 st_size@48:i8 st_blksize@56:i4 __pad2@60:i4 st_blocks@64:i8 st_atime@72:i8 st_atime_nsec@80:u8 st_mtime@88:i8 st_mtime_nsec@96:u8 st_ctime@104:i8 st_ctime_nsec@112:u8 __unused4@120:u4 __unused5@124:u4
`;
