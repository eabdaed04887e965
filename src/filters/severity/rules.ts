/**
 * Which calls are to be looked at, and why: the rules of `trace syscalls`, of which the first that
 * holds for a call decides. A user's own come before these (--rules FILE), in the same form:
 *
 *     LEVEL  CALLS  CONDITIONS  : REASON
 *
 * LEVEL is danger, warning or info. CALLS are names and %classes with commas between them, or *.
 * All CONDITIONS have to hold:
 *
 *     changes            the call changes a file, or opens it for that
 *     in=PATH,…          one of its files is one of these or below one; * stands for any characters
 *     outside=PATH,…     … and is not; ~ is the home directory, . the working directory
 *     remote             it names an address that is not of this machine
 *     ARGUMENT=VALUE,…   an argument has one of these values, or this flag
 *     ARGUMENT&NUMBER    an argument has one of these bits
 *
 * What is after # is left out.
 */
export const BUILT_IN_RULES = `
# Other processes
danger   ptrace,process_vm_writev                  : takes control of another process
warning  process_vm_readv,pidfd_getfd,kcmp         : looks into another process

# The kernel
danger   init_module,finit_module,delete_module    : changes the modules of the kernel
danger   kexec_load,kexec_file_load,reboot         : replaces the running kernel or stops it
danger   iopl,ioperm                               : takes hold of the hardware
warning  bpf,perf_event_open                       : measures or programs the kernel
danger   mount,umount2,move_mount,mount_setattr,pivot_root : changes what is mounted
danger   swapon,swapoff,acct                       : changes how the machine runs
warning  settimeofday,clock_settime,sethostname,setdomainname : changes the machine's clock or name

# Rights
danger   setuid uid=0                              : takes the rights of root
danger   setreuid,setresuid euid=0                 : takes the rights of root
warning  setuid,setgid,setreuid,setregid,setresuid,setresgid,setfsuid,setfsgid,setgroups : changes whose rights it has
warning  capset                                    : changes its capabilities
warning  chroot,unshare,setns                      : changes what it sees of the machine
danger   chmod,fchmod,fchmodat,fchmodat2 mode&06000 : lets a program run with its owner's rights

# Programs
danger   execve,execveat in=/memfd:*               : runs a program that is in no file
warning  mmap,mprotect,pkey_mprotect prot=PROT_WRITE prot=PROT_EXEC : makes memory that is written and executed

# The network
warning  connect,sendto,sendmsg,sendmmsg remote    : connects to another machine
warning  bind remote                               : can be reached by other machines

# Files
warning  open,openat,openat2 in=/etc/shadow,/etc/gshadow,~/.ssh,~/.gnupg,~/.aws outside=. : opens keys or passwords
info     * changes in=/dev/null,/dev/zero,/dev/full,/dev/tty,/dev/pts,/dev/ptmx,~/.cache : a device or a cache
danger   * changes in=~/.* outside=.               : changes a hidden file in the home directory
danger   * changes in=~ outside=.                  : changes a file in the home directory
danger   * changes in=/bin,/boot,/dev,/etc,/lib,/lib64,/sbin,/sys,/usr outside=. : changes the system's files
warning  * changes in=/ outside=.                  : changes a file outside of the working directory
`;
