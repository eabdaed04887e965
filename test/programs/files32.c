/*
 * A 32-bit program that performs file operations through the C library, which uses calls that only
 * i386 has: stat64, chown32, truncate64, socketcall.
 */
// cc: -m32
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

extern char **environ;

static void names(int dir)
{
	char text[16];
	must(rename("a", "moved") == 0 && renameat(dir, "b", AT_FDCWD, "c") == 0, "rename");
	must(link("c", "hard") == 0 && symlink("c", "soft") == 0, "link");
	must(linkat(AT_FDCWD, "c", dir, "hard", 0) == 0, "linkat");
	must(symlinkat("text", dir, "soft") == 0, "symlinkat");
	must(readlink("soft", text, sizeof text) == 1, "readlink");
	must(readlinkat(dir, "soft", text, sizeof text) == 4, "readlinkat");
	must(mkdirat(dir, "e", 0711) == 0 && unlinkat(dir, "e", AT_REMOVEDIR) == 0, "mkdirat");
	must(mkfifo("fifo", 0600) == 0 && mknod("device", S_IFCHR | 0600, 0x103) == 0, "mknod");
	must(unlink("hard") == 0 && rmdir("dir") == -1 && remove("absent") == -1, "unlink");
}

static void attributes(int dir, int file)
{
	struct stat stats;
	char value[16];
	must(stat("c", &stats) == 0 && lstat("soft", &stats) == 0, "stat");
	must(fstatat(dir, "..", &stats, AT_SYMLINK_NOFOLLOW) == 0, "fstatat");
	must(access("c", R_OK) == 0 && faccessat(dir, "absent", W_OK, AT_EACCESS) == -1, "access");
	must(chmod("c", 0600) == 0 && fchmod(file, 0611) == 0, "chmod");
	must(chown("c", 1, 2) == 0 && lchown("soft", 3, 4) == 0 && fchown(file, 5, 6) == 0, "chown");
	must(truncate("c", 4) == 0 && truncate64("c", 1ll << 33) == 0, "truncate");
	must(ftruncate(file, 4) == 0 && ftruncate64(file, 1ll << 33) == 0, "ftruncate");
	must(utime("c", NULL) == 0 && utimes("c", NULL) == 0 && futimens(file, NULL) == 0, "utime");
	setxattr("c", "user.one", "1", 1, XATTR_CREATE);
	lsetxattr("soft", "trusted.one", "1", 1, 0);
	fgetxattr(file, "user.two", value, sizeof value);
	flistxattr(file, value, sizeof value);
}

/* fanotify_mark has a mask of 64 bits, which is two arguments. */
static void lookups(int dir)
{
	struct statfs fs;
	char data[512];
	int watch = inotify_init(), group = fanotify_init(FAN_CLASS_NOTIF, O_RDONLY);
	must(statfs("c", &fs) == 0 && statfs("absent", &fs) == -1 && fstatfs(dir, &fs) == 0, "statfs");
	must(syscall(SYS_statfs, "c", data) >= -1 && syscall(SYS_fstatfs, dir, data) >= -1, "statfs");
	must(syscall(SYS_getdents, dir, data, sizeof data) > 0, "getdents");
	must(syscall(SYS_getdents64, dir, data, sizeof data) == 0, "getdents64");
	must(syscall(SYS_readdir, dir, data, 1) == 0, "readdir");
	must(inotify_add_watch(watch, "dir", IN_CREATE) > 0, "inotify_add_watch");
	must(inotify_add_watch(watch, "absent", IN_CREATE) == -1, "inotify_add_watch");
	if (group >= 0)
		must(fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN | FAN_ONDIR, dir, "../c") == 0, "fanotify_mark");
	fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "absent");
	close(group);
	must(syscall(SYS_umount, "absent") == -1 && umount2("absent", MNT_DETACH) == -1, "umount");
	must(mount("text", "absent", "tmpfs", MS_NOSUID, NULL) == -1, "mount");
}

static void sockets(void)
{
	struct sockaddr_un name = { AF_UNIX, "socket" }, abstract = { AF_UNIX, "\0absent" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	must(bind(fd, (void *)&name, sizeof name) == 0, "bind");
	must(connect(fd, (void *)&name, sizeof name) == -1, "connect");
	must(connect(fd, (void *)&abstract, 9) == -1, "connect");
	struct msghdr message = { .msg_name = &abstract, .msg_namelen = 9 };
	struct mmsghdr messages[] = { { message, 0 } };
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	must(sendto(fd, "x", 1, 0, (void *)&name, sizeof name) == -1, "sendto");
	must(sendmsg(fd, &message, 0) == -1 && sendmmsg(fd, messages, 1, 0) == -1, "sendmsg");
	int pair[2];
	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0 && send(pair[0], "x", 1, 0) == 1, "send");
}

static void processes(void)
{
	char *arguments[] = { "true", "x y", "", NULL };
	pid_t child = fork();
	if (child == 0)
		_exit(4);
	must(waitpid(child, NULL, 0) == child, "fork");
	must(posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environ) == 0, "spawn");
	must(waitpid(child, NULL, 0) == child && system("exit 3") == 3 << 8, "system");
	execv("absent", arguments);
}

int main(void)
{
	must(mkdir("dir", 0750) == 0, "mkdir");
	int dir = open("dir", O_RDONLY | O_DIRECTORY), file = open("a", O_RDWR | O_CREAT | O_LARGEFILE, 0640);
	must(dir >= 0 && file >= 0 && openat(dir, "b", O_CREAT | O_WRONLY, 0600) >= 0, "open");
	names(dir);
	attributes(dir, file);
	lookups(dir);
	must(chdir("dir") == 0 && chdir("..") == 0 && fchdir(dir) == 0, "chdir");
	sockets();
	processes();
	must(chroot("..") == 0, "chroot");
}
