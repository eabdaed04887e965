"""The calls that there are in os: relative to descriptors, on descriptors, and failing."""
import os


def attempt(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        pass


d = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
os.mkdir("dir", 0o700, dir_fd=d)
os.mkdir("dir/inner")
i = os.open("dir/inner", os.O_RDONLY)
f = os.open("x", os.O_CREAT | os.O_RDWR, 0o640, dir_fd=i)
os.rename("x", "y", src_dir_fd=i, dst_dir_fd=d)
os.link("y", "z", src_dir_fd=d, dst_dir_fd=i, follow_symlinks=True)
os.unlink("y", dir_fd=d)
os.fchmod(f, 0o600)
os.ftruncate(f, 4)
os.fchown(f, 1, 2)
os.utime(f)
os.unlink("dir/inner/z")
os.fchmod(f, 0o400)
os.open(f"/proc/self/fd/{f}", os.O_RDONLY)
os.stat(f"/proc/{os.getpid()}/fd")
os.symlink("../up", "l", dir_fd=i)
os.readlink("l", dir_fd=i)
os.chmod("dir", 0o711)
os.chown("dir", 3, 4)
os.lchown("dir/inner/l", 5, 6)
os.utime("dir", (1, 2))
os.utime("dir/inner/l", follow_symlinks=False)
attempt(os.truncate, "dir", 1)
attempt(os.setxattr, "dir", "user.x", b"1", os.XATTR_CREATE)
attempt(os.setxattr, f, "user.x", b"1", os.XATTR_REPLACE)
attempt(os.getxattr, "dir", "user.x")
attempt(os.getxattr, d, "user.none")
attempt(os.removexattr, "dir", "user.x")
os.listxattr("dir")
os.listxattr(d)
os.access("dir", os.R_OK | os.X_OK, dir_fd=d, effective_ids=True)
os.mkfifo("fifo", 0o604)
os.mknod("device", 0o20600, os.makedev(1, 3))
os.mkfifo("fifo", dir_fd=i)
for name in ("absent", "absent/below", "fifo/below", "x" * 300, ""):
    for call in (os.stat, os.lstat, os.unlink, os.rmdir, os.readlink, os.listdir, os.chdir):
        attempt(call, name)
    for call in (os.rename, os.link, os.symlink):
        attempt(call, name, "absent/new")
    attempt(os.open, name, os.O_RDONLY, 0o777)
os.fchdir(i)
os.stat("l", follow_symlinks=False)
os.chdir("..")
os.stat("inner")
os.chdir("/")
os.fchdir(d)
if os.fork() == 0:
    os.chdir("dir")
    os.stat("inner")
    os.kill(os.getpid(), 15)
if os.fork() == 0:
    os._exit(7)
os.wait()
os.wait()
os.stat("dir")
if os.fork() == 0:
    os.chroot(os.path.abspath("dir"))
    os.stat("inner")
    os.stat("/inner")
    os.chdir("/inner")
    os.stat("..")
    os.mkdir("made")
    os.open("made", os.O_RDONLY)
    os._exit(0)
os.wait()
