/* The tables of test/programs/decode.c: a number and six arguments per row. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>

typedef long row[7];
#define P(...) ((long)(__VA_ARGS__))
#define BAD ((long)8)
#define UNUSED_NR 1234

static char buffer[4096], other[4096];
static int zero, one = 1, four = 4;
static unsigned size = 128;
static long big = 70;

static struct iovec written[] = {{"first", 5}, {"", 0}, {"se\"cond\n", 8}};
static struct iovec readv_to[] = {{buffer, 3}, {other, 100}};
static struct timespec short_time = {0, 1000}, past = {1, 5}, wrong_time = {0, -1};
static struct timespec both_times[2] = {{1, 2}, {0, UTIME_OMIT}}, now_times[2] = {{0, UTIME_NOW}, {3, 4}};
static struct timeval short_tv = {5, 10}, two_tv[2] = {{1, 2}, {3, 4}};
static struct itimerspec spec = {{1, 2}, {100, 4}};
static struct itimerval value = {{1, 2}, {100, 4}};
static struct open_how how = {O_RDWR | O_CREAT, 0640, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
static struct open_how bad_how = {O_RDONLY, 0, 0x1000};
static struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 5, .l_len = 10};
static struct f_owner_ex owner = {F_OWNER_PID, 0};

static row files_rows[] = {
	{SYS_open, P("file"), O_RDWR | O_CREAT | O_APPEND, 0644},
	{SYS_open, P("absent\t\1\"\\\377"), O_RDONLY | O_NONBLOCK},
	{SYS_open, P(0), 3},
	{SYS_openat, AT_FDCWD, P("absent"), O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0777},
	{SYS_openat, 3, P("new"), O_WRONLY | O_CREAT | O_TRUNC | O_EXCL, 07777},
	{SYS_openat, 3, P("."), O_RDWR | O_TMPFILE, 0600},
	{SYS_openat, 3, P("."), O_PATH | O_DIRECTORY | 0x80000000},
	{SYS_openat, 999, BAD, 0xffffffff, 0},
	{SYS_openat2, AT_FDCWD, P("file"), P(&how), sizeof how},
	{SYS_openat2, AT_FDCWD, P("file"), P(&bad_how), sizeof how},
	{SYS_openat2, AT_FDCWD, P("file"), P(&how), 3},
	{SYS_creat, P("created"), 0604},
	{SYS_access, P("file"), R_OK | W_OK},
	{SYS_access, P("absent"), F_OK},
	{SYS_access, P("absent"), 0x77},
	{SYS_faccessat, 3, P("new"), X_OK},
	{SYS_faccessat2, AT_FDCWD, P("file"), R_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW},
	{SYS_stat, P("file"), P(buffer)},
	{SYS_stat, P("/dev/null"), P(buffer)},
	{SYS_stat, P("absent"), P(buffer)},
	{SYS_lstat, P("/proc/self/exe"), P(buffer)},
	{SYS_fstat, 4, P(buffer)},
	{SYS_fstat, 5, BAD},
	{SYS_newfstatat, 3, P(""), P(buffer), AT_EMPTY_PATH},
	{SYS_newfstatat, AT_FDCWD, P("file"), P(buffer), AT_SYMLINK_NOFOLLOW | 0x10},
	{SYS_statx, AT_FDCWD, P("file"), AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS, P(buffer)},
	{SYS_statx, 4, P(""), AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_ALL, P(buffer)},
	{SYS_statx, 4, P("absent"), 0x40000000, 0x80000000, P(buffer)},
	{SYS_rename, P("created"), P("renamed")},
	{SYS_renameat, AT_FDCWD, P("absent"), 3, P("x")},
	{SYS_renameat2, AT_FDCWD, P("renamed"), AT_FDCWD, P("file"), RENAME_NOREPLACE},
	{SYS_renameat2, AT_FDCWD, P("renamed"), AT_FDCWD, P("file"), RENAME_EXCHANGE | 0x80},
	{SYS_link, P("renamed"), P("linked")},
	{SYS_linkat, AT_FDCWD, P("renamed"), 3, P("l"), AT_SYMLINK_FOLLOW},
	{SYS_symlink, P("anything"), P("symlink")},
	{SYS_symlinkat, P("anything"), 3, P("symlink")},
	{SYS_readlink, P("symlink"), P(buffer), 4096},
	{SYS_readlinkat, 3, P("symlink"), P(buffer), 4},
	{SYS_readlink, P("absent"), P(buffer), 100},
	{SYS_unlink, P("linked")},
	{SYS_unlinkat, 3, P("l"), 0},
	{SYS_unlinkat, 3, P("l"), AT_REMOVEDIR},
	{SYS_mkdir, P("d"), 0755},
	{SYS_mkdirat, 3, P("d"), 01777},
	{SYS_rmdir, P("d")},
	{SYS_mknod, P("node"), S_IFIFO | 0600, 0},
	{SYS_mknod, P("node2"), S_IFREG | 0600, 0},
	{SYS_mknodat, 3, P("null"), S_IFCHR | 0600, 0x103},
	{SYS_chmod, P("file"), 0604},
	{SYS_fchmod, 4, 0640},
	{SYS_fchmodat, AT_FDCWD, P("file"), 0644},
	{SYS_chown, P("file"), 0, -1},
	{SYS_fchown, 4, -1, 0},
	{SYS_lchown, P("symlink"), 1, 1},
	{SYS_fchownat, 3, P(""), 0, 0, AT_EMPTY_PATH},
	{SYS_chdir, P("dir")},
	{SYS_chdir, P("..")},
	{SYS_fchdir, 4},
	{SYS_getcwd, P(buffer), 1},
	{SYS_truncate, P("file"), 100},
	{SYS_truncate, P("absent"), -1},
	{SYS_ftruncate, 4, 50},
	{SYS_fallocate, 4, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, 10},
	{SYS_fallocate, 4, 0x100, 0, -10},
	{SYS_utimensat, AT_FDCWD, P("file"), P(both_times), AT_SYMLINK_NOFOLLOW},
	{SYS_utimensat, AT_FDCWD, P("file"), P(now_times), 0},
	{SYS_utimensat, 4, P(0), P(0), 0},
	{SYS_utimes, P("file"), P(two_tv)},
	{SYS_futimesat, AT_FDCWD, P("file"), P(0)},
	{SYS_utime, P("file"), P(0)},
	{SYS_utime, P("file"), P(two_tv)},
	{SYS_statfs, P("/proc"), P(buffer)},
	{SYS_fstatfs, 5, P(buffer)},
	{SYS_statfs, P("absent"), P(buffer)},
	{SYS_setxattr, P("file"), P("user.one"), P("value"), 5, XATTR_CREATE},
	{SYS_fsetxattr, 4, P("user.two"), P("\1\2"), 2, 0},
	{SYS_getxattr, P("file"), P("user.one"), P(buffer), 100},
	{SYS_fgetxattr, 4, P("user.none"), P(buffer), 100},
	{SYS_listxattr, P("file"), P(buffer), 100},
	{SYS_flistxattr, 4, P(0), 0},
	{SYS_removexattr, P("file"), P("user.one")},
	{SYS_lsetxattr, P("symlink"), P("user.one"), P(0), 0, XATTR_REPLACE | 4},
	{SYS_mount, P("none"), P("absent"), P("tmpfs"), MS_NOSUID | MS_NODEV | MS_BIND, P("size=1")},
	{SYS_mount, P(0), P("absent"), P(0), MS_REMOUNT | MS_RDONLY, P(0)},
	{SYS_umount2, P("absent"), MNT_DETACH | UMOUNT_NOFOLLOW},
	{SYS_pivot_root, P("absent"), P("none")},
	{SYS_chroot, P("absent")},
	{SYS_umask, 022},
	{SYS_umask, 0},
	{SYS_name_to_handle_at, AT_FDCWD, P("absent"), P(buffer), P(&zero), 0},
	{SYS_open_tree, AT_FDCWD, P("absent"), 1 | O_CLOEXEC | AT_RECURSIVE},
	{SYS_move_mount, 3, P("a"), 4, P("b"), 4},
	{SYS_fsopen, P("nofs"), 1},
	{SYS_fspick, AT_FDCWD, P("absent"), 1},
	{SYS_quotactl, 0x80000700, P("absent"), 0, P(buffer)},
	{SYS_swapon, P("absent"), 0x8000},
	{SYS_acct, P("absent")},
	{SYS_sync},
};

static struct pollfd polled[] = {{4, POLLIN | POLLPRI, 0}, {8, POLLOUT, 0}, {-1, 0, 0}};
static struct pollfd idle[] = {{7, POLLIN, 0}};
static fd_set to_read = {{1 << 4 | 1 << 7}}, to_write = {{1 << 8}}, to_wait = {{1 << 7}};
static struct timeval no_tv;
static struct timespec no_time;
static unsigned long mask_of_two = 1UL << 1;
static struct {unsigned long *set; unsigned long size;} masked = {&mask_of_two, 8};
static struct winsize window;
static struct epoll_event wanted = {EPOLLIN | EPOLLET, {.u64 = 0x1234567890}}, events[4];

static row descriptors_rows[] = {
	{SYS_write, 4, P("a line\n\0with \x7f and \xff"), 22},
	{SYS_write, 4, P("thirty-two bytes and a little more"), 34},
	{SYS_write, 4, P("thirty-two bytes, nothing more.."), 32},
	{SYS_write, 4, P(""), 0},
	{SYS_write, 99, P("x"), 1},
	{SYS_write, 4, BAD, 10},
	{SYS_pwrite64, 4, P("there"), 5, 7},
	{SYS_pread64, 4, P(buffer), 10, 0},
	{SYS_pread64, 4, P(buffer), 100, -1},
	{SYS_lseek, 4, 0, SEEK_SET},
	{SYS_lseek, 4, -5, SEEK_END},
	{SYS_lseek, 4, 0, 77},
	{SYS_lseek, 4, 0, SEEK_HOLE},
	{SYS_lseek, 4, 0, SEEK_SET},
	{SYS_read, 4, P(buffer), 20},
	{SYS_read, 4, P(buffer), 4096},
	{SYS_read, 4, P(buffer), 4096},
	{SYS_read, 99, P(buffer), 4096},
	{SYS_writev, 4, P(written), 3},
	{SYS_writev, 4, BAD, 3},
	{SYS_writev, 4, P(written), 0},
	{SYS_lseek, 4, 0, SEEK_SET},
	{SYS_readv, 4, P(readv_to), 2},
	{SYS_readv, 99, P(readv_to), 2},
	{SYS_preadv, 4, P(readv_to), 2, 1, 0},
	{SYS_pwritev, 4, P(written), 3, 2, 0},
	{SYS_preadv2, 4, P(readv_to), 2, 1, 0, 8},
	{SYS_pwritev2, 4, P(written), 1, -1, -1, RWF_APPEND},
	{SYS_dup, 4},
	{SYS_dup2, 4, 20},
	{SYS_dup3, 4, 21, O_CLOEXEC},
	{SYS_dup3, 4, 4, 0},
	{SYS_close, 21},
	{SYS_close, 999},
	{SYS_close_range, 15, 30, CLOSE_RANGE_CLOEXEC},
	{SYS_fcntl, 20, F_GETFD},
	{SYS_fcntl, 20, F_SETFD, FD_CLOEXEC},
	{SYS_fcntl, 4, F_GETFL},
	{SYS_fcntl, 8, F_SETFL, O_NONBLOCK | O_APPEND},
	{SYS_fcntl, 8, F_GETFL},
	{SYS_fcntl, 4, F_DUPFD, 40},
	{SYS_fcntl, 4, F_DUPFD_CLOEXEC, 0},
	{SYS_fcntl, 4, F_SETLK, P(&lock)},
	{SYS_fcntl, 4, F_GETLK, P(&lock)},
	{SYS_fcntl, 4, F_OFD_SETLK, P(&lock)},
	{SYS_fcntl, 8, F_GETPIPE_SZ},
	{SYS_fcntl, 8, F_SETPIPE_SZ, 4096},
	{SYS_fcntl, 8, F_GETOWN},
	{SYS_fcntl, 8, F_SETOWN, 0},
	{SYS_fcntl, 8, F_GETOWN_EX, P(&owner)},
	{SYS_fcntl, 8, F_SETSIG, SIGUSR1},
	{SYS_fcntl, 8, F_GETSIG},
	{SYS_fcntl, 4, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL},
	{SYS_fcntl, 4, F_GET_SEALS},
	{SYS_fcntl, 4, F_NOTIFY, DN_CREATE | DN_MULTISHOT},
	{SYS_fcntl, 4, F_SETLEASE, F_RDLCK},
	{SYS_fcntl, 4, F_GETLEASE},
	{SYS_fcntl, 4, 0x999, 5},
	{SYS_flock, 4, LOCK_EX | LOCK_NB},
	{SYS_flock, 4, LOCK_UN},
	{SYS_fsync, 4},
	{SYS_fdatasync, 4},
	{SYS_sync_file_range, 4, 0, 10, SYNC_FILE_RANGE_WRITE},
	{SYS_fadvise64, 4, 0, 100, POSIX_FADV_SEQUENTIAL},
	{SYS_readahead, 4, 0, 100},
	{SYS_sendfile, 8, 4, P(&big), 10},
	{SYS_sendfile, 8, 99, P(0), 10},
	{SYS_copy_file_range, 4, P(0), 4, P(&big), 3, 0},
	{SYS_splice, 7, P(0), 4, P(&big), 2, SPLICE_F_MOVE | SPLICE_F_NONBLOCK},
	{SYS_tee, 7, 8, 2, SPLICE_F_NONBLOCK},
	{SYS_vmsplice, 8, P(written), 1, SPLICE_F_GIFT | SPLICE_F_NONBLOCK},
	{SYS_pipe, P(buffer)},
	{SYS_pipe2, P(buffer), O_CLOEXEC | O_NONBLOCK},
	{SYS_pipe2, BAD, 1},
	{SYS_poll, P(polled), 3, 0},
	{SYS_poll, P(idle), 1, 1},
	{SYS_poll, P(0), 0, 0},
	{SYS_poll, BAD, 2, 0},
	{SYS_ppoll, P(polled), 2, P(&short_time), P(&mask_of_two), 8},
	{SYS_select, 9, P(&to_read), P(&to_write), P(0), P(&no_tv)},
	{SYS_select, 9, P(&to_wait), P(0), P(0), P(&short_tv)},
	{SYS_select, -1, P(0), P(0), P(0), P(0)},
	{SYS_pselect6, 9, P(&to_read), P(&to_write), P(0), P(&no_time), P(&masked)},
	{SYS_pselect6, 0, P(0), P(0), P(0), P(&no_time), P(0)},
	{SYS_ioctl, 4, TCGETS, P(buffer)},
	{SYS_ioctl, 7, FIONREAD, P(&zero)},
	{SYS_ioctl, 7, FIONBIO, P(&one)},
	{SYS_ioctl, 4, FIOCLEX},
	{SYS_ioctl, 0, TIOCGWINSZ, P(&window)},
	{SYS_ioctl, 0, TIOCGPGRP, P(&zero)},
	{SYS_ioctl, 4, FS_IOC_GETFLAGS, P(&zero)},
	{SYS_ioctl, 4, FICLONE, 3},
	{SYS_ioctl, 4, 0x12345678, 9},
	{SYS_ioctl, 5, SIOCGIFCONF, P(buffer)},
	{SYS_getdents64, 3, P(buffer), 4096},
	{SYS_getdents64, 3, P(buffer), 4096},
	{SYS_getdents, 4, P(buffer), 4096},
};
