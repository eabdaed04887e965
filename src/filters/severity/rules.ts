/**
 * The built-in severity rules of `trace syscalls`: which calls deserve attention, and why. The first
 * rule that matches a call applies. Rules of the user (--rules FILE) come first. The format:
 *
 *     LEVEL  CALLS  CONDITIONS  : REASON
 *
 * LEVEL is danger, warning or info. CALLS are names and %classes separated by commas, or *.
 * All CONDITIONS must hold:
 *
 *     changes            the call modifies a file or opens it for writing
 *     in=PATH,…          one of its files is one of these or below one; * matches any characters but /
 *     outside=PATH,…     … and is not; ~ is the home directory, . the working directory
 *     remote             it has an address of another machine
 *     ARGUMENT=VALUE,…   an argument has one of these values or flags
 *     ARGUMENT&NUMBER    an argument has one of these bits
 *
 * Text after # is a comment.
 */
export const BUILT_IN_RULES = `
# Other processes
danger   ptrace,process_vm_writev                  : takes control of another process
warning  process_vm_readv,pidfd_getfd,kcmp         : inspects another process

# The kernel
danger   init_module,finit_module,delete_module    : loads or unloads a kernel module
danger   kexec_load,kexec_file_load,reboot         : replaces or stops the running kernel
danger   iopl,ioperm                               : gets direct access to the hardware
warning  bpf,perf_event_open                       : uses eBPF or performance events
danger   mount,umount2,move_mount,mount_setattr,pivot_root : changes the mounts
danger   swapon,swapoff,acct                       : changes swap or process accounting
warning  settimeofday,clock_settime,sethostname,setdomainname : changes the system clock or host name

# Privileges
danger   setuid uid=0                              : gains root privileges
danger   setreuid,setresuid euid=0                 : gains root privileges
warning  setuid,setgid,setreuid,setregid,setresuid,setresgid,setfsuid,setfsgid,setgroups : changes its user or group IDs
warning  capset                                    : changes its capabilities
warning  chroot,unshare,setns                      : changes its root directory or namespaces
danger   chmod,fchmod,fchmodat,fchmodat2 mode&06000 : sets the set-user-ID or set-group-ID bit

# Programs
danger   execve,execveat in=/memfd:*               : runs a program from memory
warning  mmap,mprotect,pkey_mprotect prot=PROT_WRITE prot=PROT_EXEC : makes memory writable and executable

# The network
warning  connect,sendto,sendmsg,sendmmsg remote    : connects to another machine
warning  bind remote                               : accepts connections from other machines

# Files
warning  open,openat,openat2 in=/etc/shadow,/etc/gshadow,~/.ssh,~/.gnupg,~/.aws outside=. : opens a file with keys or passwords
info     * changes in=/dev/null,/dev/zero,/dev/full,/dev/tty,/dev/pts,/dev/ptmx,~/.cache : a device or a cache
danger   * changes in=~/.* outside=.               : changes a hidden file in the home directory
danger   * changes in=~ outside=.                  : changes a file in the home directory
danger   * changes in=/bin,/boot,/dev,/etc,/lib,/lib64,/sbin,/sys,/usr outside=. : changes a system file
warning  * changes in=/ outside=.                  : changes a file outside of the working directory
`;
