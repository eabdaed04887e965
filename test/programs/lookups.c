/*
 * Makes the calls that look up names without opening a file, that list a directory, that watch, and
 * that mount, in a mount namespace of its own. All names are in the current directory. With the
 * argument "new" only the calls that strace 6.1 does not know, with "detached" only opens in a tree that
 * is mounted nowhere.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/quota.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>

static char data[4096] __attribute__((aligned(8)));

static void must(int holds, const char *what)
{
	if (!holds) {
		perror(what);
		exit(1);
	}
}

static void lookups(int dir)
{
	struct {
		struct file_handle handle;
		char bytes[MAX_HANDLE_SZ];
	} handle = {.handle.handle_bytes = MAX_HANDLE_SZ}, small = {};
	struct statfs fs;
	int id;

	must(statfs("file", &fs) == 0 && statfs("absent", &fs) == -1 && fstatfs(dir, &fs) == 0, "statfs");
	must(fstatfs(-1, &fs) == -1 && syscall(SYS_statfs, NULL, &fs) == -1, "statfs");
	must(name_to_handle_at(dir, "../file", &handle.handle, &id, 0) == 0, "name_to_handle_at");
	must(name_to_handle_at(dir, "", &handle.handle, &id, AT_EMPTY_PATH) == 0, "name_to_handle_at");
	must(name_to_handle_at(AT_FDCWD, "file", &small.handle, &id, AT_SYMLINK_FOLLOW) == -1, "too small");
	must(name_to_handle_at(AT_FDCWD, "absent", &small.handle, &id, 0) == -1, "absent");
	must(syscall(SYS_quotactl, QCMD(Q_GETFMT, USRQUOTA), "absent", 0, &id) == -1, "quotactl");
	must(syscall(SYS_swapon, "absent", 0x8001) == -1 && syscall(SYS_swapoff, "absent") == -1, "swapon");
	must(syscall(SYS_acct, "absent") == -1, "acct");
}

static void lists(int dir)
{
#ifdef SYS_getdents
	must(syscall(SYS_getdents, dir, data, sizeof data) > 0, "getdents");
	must(syscall(SYS_getdents, dir, data, sizeof data) == 0 && lseek(dir, 0, SEEK_SET) == 0, "getdents");
#endif
	must(syscall(SYS_getdents64, dir, data, sizeof data) > 0, "getdents64");
	must(syscall(SYS_getdents64, dir, data, sizeof data) == 0, "getdents64");
	must(syscall(SYS_getdents64, -1, data, sizeof data) == -1, "getdents64");
	int file = open("file", O_RDONLY);
	must(file >= 0 && syscall(SYS_getdents64, file, data, sizeof data) == -1, "getdents64");
}

static void watches(int dir)
{
	int in = inotify_init1(0), fan = fanotify_init(FAN_CLASS_NOTIF, O_RDONLY);
	must(in >= 0 && fan >= 0, "inotify_init1");
	must(inotify_add_watch(in, "dir/..", IN_CREATE | IN_ONLYDIR) >= 0, "inotify_add_watch");
	must(inotify_add_watch(in, "absent", IN_ALL_EVENTS) == -1, "inotify_add_watch");
	must(inotify_add_watch(-1, "file", IN_MODIFY) == -1, "inotify_add_watch");
	must(fanotify_mark(fan, FAN_MARK_ADD, FAN_OPEN | FAN_EVENT_ON_CHILD, dir, "../dir") == 0, "fanotify_mark");
	must(fanotify_mark(fan, FAN_MARK_ADD | FAN_MARK_ONLYDIR, FAN_CLOSE, dir, NULL) == 0, "fanotify_mark");
	must(fanotify_mark(fan, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, NULL) == -1, "fanotify_mark");
	must(fanotify_mark(fan, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "absent") == -1, "fanotify_mark");
	must(fanotify_mark(fan, FAN_MARK_FLUSH, 0, AT_FDCWD, NULL) == 0, "fanotify_mark");
	close(fan);
}

static void mounts(int dir)
{
	char old[1024], new[2048], put[2048];
	must(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL) == 0, "unshare");
	must(mount("a text, no path", "dir", "tmpfs", MS_NOSUID | MS_NODEV, "size=64k") == 0, "mount");
	must(mkdir("dir/root", 0700) == 0 && mkdir("dir/root/old", 0700) == 0 && mkdir("dir/bound", 0700) == 0, "mkdir");
	must(mount("file", "file", NULL, MS_BIND, NULL) == 0 && mount("x", "absent", "tmpfs", 0, "") == -1, "bind");
	must(mount("file", "file", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) == 0, "remount");
	must(mount("file", "absent", NULL, MS_MOVE, NULL) == -1, "move");
	must(umount2("file", UMOUNT_NOFOLLOW) == 0 && umount2("absent", MNT_DETACH) == -1, "umount2");
#ifdef SYS_umount
	must(syscall(SYS_umount, "absent") == -1, "umount");
#endif
	int tree = syscall(SYS_open_tree, AT_FDCWD, "dir/root", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	must(tree >= 0 && syscall(SYS_open_tree, dir, "absent", 0) == -1, "open_tree");
	must(syscall(SYS_move_mount, tree, "", AT_FDCWD, "dir/bound", MOVE_MOUNT_F_EMPTY_PATH) == 0, "move_mount");
	must(syscall(SYS_move_mount, AT_FDCWD, "absent", dir, "bound", MOVE_MOUNT_F_SYMLINKS) == -1, "move_mount");
	must(syscall(SYS_fspick, AT_FDCWD, "dir", FSPICK_CLOEXEC) >= 0, "fspick");
	struct {
		unsigned long long set, clear, propagation, namespace;
	} attr = {.set = MOUNT_ATTR_RDONLY};
	/* Linux 5.12 */
	syscall(442 /* mount_setattr */, AT_FDCWD, "dir/bound", AT_RECURSIVE, &attr, sizeof attr);
	must(mount("/", "dir/root", NULL, MS_BIND, NULL) == 0 && getcwd(old, sizeof old), "bind");
	snprintf(new, sizeof new, "%s/dir/root", old);
	snprintf(put, sizeof put, "%s/dir/root/tmp", old);
	must(syscall(SYS_pivot_root, "absent", "dir") == -1, "pivot_root");
	must(chdir("/") == 0, "chdir");
	syscall(SYS_pivot_root, new, put); /* not where the root is an initramfs */
	access("/etc/passwd", R_OK);
}

/* Not in the headers of older systems. */
static void new_calls(int dir)
{
	struct {
		unsigned long long xflags;
		unsigned int extsize, nextents, projid, cowextsize;
	} attr = {};
	syscall(468 /* file_getattr */, dir, "../file", &attr, sizeof attr, 0L);
	syscall(468, dir, "", &attr, sizeof attr, (long)AT_EMPTY_PATH);
	syscall(469 /* file_setattr */, AT_FDCWD, "file", &attr, sizeof attr, (long)AT_SYMLINK_NOFOLLOW);
	syscall(467 /* open_tree_attr */, dir, "..", 0x1L, 0L, 0L);
	syscall(472 /* fchroot */, dir, 0x10L);
	setuid(65534);
	syscall(SYS_acct, NULL);
}

static void detached(int dir)
{
	int made = openat(dir, "inner", O_CREAT | O_WRONLY, 0600);
	int tree = syscall(SYS_open_tree, AT_FDCWD, "dir", OPEN_TREE_CLONE);
	must(made >= 0 && tree >= 0 && openat(tree, "inner", O_RDONLY) >= 0, "openat");
	must(faccessat(tree, "absent", R_OK, 0) == -1 && fchdir(tree) == 0, "fchdir");
	must(access("inner", R_OK) == 0 && open("inner", O_RDONLY) >= 0, "open");
}

int main(int argc, char **argv)
{
	must(mkdir("dir", 0755) == 0 && mknod("file", S_IFREG | 0644, 0) == 0, "mkdir");
	int dir = open("dir", O_RDONLY | O_DIRECTORY);
	must(dir >= 0, "dir");
	if (argc > 1 && !strcmp(argv[1], "new")) {
		new_calls(dir);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "detached")) {
		detached(dir);
		return 0;
	}
	lookups(dir);
	lists(dir);
	watches(dir);
	mounts(dir);
}
