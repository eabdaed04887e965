/**
 * Facts that no source of the generator has: from the man pages, and from old kernels' prototypes of
 * removed calls (unimplemented(2)).
 */

/** Calls whose tracepoint has the name of the kernel's function. */
export const KERNEL_NAMES: Readonly<Record<string, string>> = {
  stat: "newstat",
  fstat: "newfstat",
  lstat: "newlstat",
  uname: "newuname",
  sendfile: "sendfile64",
  umount2: "umount",
};

/**
 * C prototypes that take precedence, one per line. `arm64:` applies to arm64 only, `compat:` to 32-bit
 * programs, where a 64-bit value takes two arguments, low half first.
 */
export const MANUAL_PROTOTYPES = `
_sysctl(struct __sysctl_args *args)
afs_syscall(unsigned long arg0, unsigned long arg1, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5)
create_module(const char *name, size_t size)
epoll_ctl_old(int epfd, int op, int fd, struct epoll_event *event)
epoll_wait_old(int epfd, struct epoll_event *events, int maxevents)
get_kernel_syms(void *table)
get_thread_area(struct user_desc *u_info)
getpmsg(int fd, void *ctlptr, void *dataptr, int *bandp, int *flagsp)
lookup_dcookie(u64 cookie, char *buf, size_t len)
mmap(unsigned long addr, size_t len, unsigned long prot, unsigned long flags, int fd, off_t off)
nfsservctl(int cmd, void *argp, void *resp)
putpmsg(int fd, const void *ctlptr, const void *dataptr, int band, int flags)
query_module(const char *name, int which, void *buf, size_t bufsize, size_t *ret)
security(unsigned long arg0, unsigned long arg1, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5)
set_thread_area(struct user_desc *u_info)
tuxcall(unsigned long arg0, unsigned long arg1, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5)
vserver(unsigned long arg0, unsigned long arg1, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5)

arm64:clone(unsigned long clone_flags, unsigned long newsp, int *parent_tidptr, unsigned long tls, int *child_tidptr)

compat:clone(unsigned long clone_flags, unsigned long newsp, int *parent_tidptr, unsigned long tls, int *child_tidptr)
compat:_llseek(unsigned int fd, unsigned long offset_high, unsigned long offset, loff_t *result, unsigned int whence)
compat:_newselect(int n, compat_ulong_t *inp, compat_ulong_t *outp, compat_ulong_t *exp, struct old_timeval32 *tvp)
compat:arm_fadvise64_64(int fd, int advice, u32 offset, u32 offset_high, u32 len, u32 len_high)
compat:arm_sync_file_range(int fd, unsigned int flags, u32 offset, u32 offset_high, u32 nbytes, u32 nbytes_high)
compat:bdflush(int func, long data)
compat:break(unsigned long arg0)
compat:breakpoint()
compat:cacheflush(unsigned long start, unsigned long end, int flags)
compat:fadvise64(int fd, u32 offset, u32 offset_high, size_t len, int advice)
compat:fadvise64_64(int fd, u32 offset, u32 offset_high, u32 len, u32 len_high, int advice)
compat:fallocate(int fd, int mode, u32 offset, u32 offset_high, u32 len, u32 len_high)
compat:fanotify_mark(int fanotify_fd, unsigned int flags, u32 mask, u32 mask_high, int dfd, const char *pathname)
compat:fstat64(unsigned long fd, struct stat64 *statbuf)
compat:fstatat64(unsigned int dfd, const char *filename, struct stat64 *statbuf, int flag)
compat:ftime(void *tp)
compat:ftruncate64(unsigned int fd, u32 length, u32 length_high)
compat:get_tls()
compat:gtty(int fd, void *arg)
compat:idle()
compat:io_submit(compat_aio_context_t ctx_id, long nr, u32 *iocbpp)
compat:iopl(unsigned int level)
compat:ipc(u32 call, int first, int second, u32 third, u32 ptr, u32 fifth)
compat:lock(unsigned long arg0)
compat:lookup_dcookie(u32 cookie, u32 cookie_high, char *buf, size_t len)
compat:lstat64(const char *filename, struct stat64 *statbuf)
compat:mmap(struct mmap_arg_struct32 *arg)
compat:mmap2(unsigned long addr, size_t len, unsigned long prot, unsigned long flags, int fd, unsigned long pgoff)
compat:msgctl(int msqid, int cmd, struct compat_msqid64_ds *buf)
compat:mpx(unsigned long arg0)
compat:oldfstat(unsigned int fd, struct __old_kernel_stat *statbuf)
compat:oldlstat(const char *filename, struct __old_kernel_stat *statbuf)
compat:oldolduname(struct oldold_utsname *name)
compat:oldstat(const char *filename, struct __old_kernel_stat *statbuf)
compat:olduname(struct old_utsname *name)
compat:pread64(unsigned int fd, char *buf, u32 count, u32 pos, u32 pos_high)
compat:prof()
compat:profil(void *buf, size_t bufsiz, size_t offset, unsigned int scale)
compat:pwrite64(unsigned int fd, const char *buf, u32 count, u32 pos, u32 pos_high)
compat:readahead(int fd, u32 offset, u32 offset_high, size_t count)
compat:readdir(unsigned int fd, struct compat_old_linux_dirent *dirent, unsigned int count)
compat:recv(int fd, void *buf, compat_size_t len, unsigned int flags)
compat:select(struct compat_sel_arg_struct *arg)
compat:send(int fd, void *buf, compat_size_t len, unsigned int flags)
compat:set_tls(unsigned long value)
compat:shmctl(int shmid, int cmd, struct compat_shmid64_ds *buf)
compat:sigaction(int sig, const struct compat_old_sigaction *act, struct compat_old_sigaction *oact)
compat:sigreturn()
compat:sigsuspend(int unused1, int unused2, old_sigset_t mask)
compat:signal(int sig, unsigned long handler)
compat:stat64(const char *filename, struct stat64 *statbuf)
compat:stty(int fd, const void *arg)
compat:sync_file_range(int fd, u32 offset, u32 offset_high, u32 nbytes, u32 nbytes_high, unsigned int flags)
compat:truncate64(const char *filename, u32 length, u32 length_high)
compat:ugetrlimit(unsigned int resource, struct compat_rlimit *rlim)
compat:ulimit(int cmd, long newlimit)
compat:umount(char *name)
compat:usr26()
compat:usr32()
compat:vm86(unsigned long cmd, unsigned long arg)
compat:vm86old(void *user_vm86)
compat:waitpid(pid_t pid, int *stat_addr, int options)
`;

/** Replacements for typedefs that hide a struct. */
export const TYPE_REPLACEMENTS: readonly (readonly [type: RegExp, replacement: string])[] = [
  [/\bcap_user_header_t /, "struct __user_cap_header_struct *"],
  [/\bcap_user_data_t /, "struct __user_cap_data_struct *"],
  [/\b(compat_)?siginfo_t\b/, "struct $1siginfo"],
  [/\b(compat_)?stack_t\b/, "struct $1sigaltstack"],
  // The prototype has the old struct, but programs pass the newer one (IPC_64).
  [/\bstruct (msqid|shmid)_ds\b/, "struct $1" + "64_ds"],
];

/** Argument names replaced by those of the man page. */
export const ARGUMENT_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  wait4: { upid: "pid" },
  waitid: { upid: "pid" },
  dup: { fildes: "oldfd" },
  madvise: { len_in: "len" },
  memfd_create: { uname: "name" },
  sched_setattr: { uattr: "attr" },
  sched_getattr: { uattr: "attr", usize: "size" },
  file_getattr: { ufattr: "attr" },
  file_setattr: { ufattr: "attr" },
  bpf: { uattr: "attr" },
};
