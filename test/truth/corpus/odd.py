"""What is seldom done: gone directories, files without names, programs from memory, long arguments."""
import ctypes
import os
import resource
import signal
import threading

libc = ctypes.CDLL(None, use_errno=True)
AT_EMPTY_PATH = 0x1000


def attempt(call, *arguments, **named):
    try:
        return call(*arguments, **named)
    except (OSError, ValueError):
        return None


def child(work):
    """Runs in a process of its own, whatever becomes of it."""
    if os.fork() == 0:
        attempt(work)
        os._exit(3)
    os.wait()


def gone():
    """Works where nobody can come any more."""
    os.mkdir("gone")
    os.chdir("gone")
    directory = os.open(".", os.O_RDONLY)
    os.rmdir("../gone")
    attempt(os.stat, "x")
    attempt(os.open, "x", os.O_CREAT | os.O_WRONLY)
    attempt(os.mkdir, "x", dir_fd=directory)
    attempt(os.stat, "..")
    attempt(os.chdir, "..")
    attempt(os.stat, ".", dir_fd=directory)


def moved():
    """Is moved while it is there."""
    os.makedirs("from/inner")
    os.chdir("from/inner")
    os.rename("../../from", "../../to")
    os.open("x", os.O_CREAT | os.O_WRONLY)
    os.stat("../inner/x")


def nameless():
    """Opens what has no path: pipes, sockets, memory, anonymous inodes, unlinked files."""
    read, write = os.pipe()
    memory = os.memfd_create("name")
    unlinked = os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600)
    events = os.eventfd(0)
    for fd in (read, write, memory, unlinked, events):
        attempt(os.open, f"/proc/self/fd/{fd}", os.O_RDWR)
        attempt(os.stat, f"/dev/fd/{fd}")
        attempt(os.fchmod, fd, 0o600)
        attempt(os.ftruncate, fd, 1)
        attempt(os.stat, "", dir_fd=fd)
        attempt(os.open, "x", os.O_RDONLY, dir_fd=fd)
    os.link(f"/proc/self/fd/{unlinked}", "linked", follow_symlinks=True)
    os.fchmod(unlinked, 0o400)


def long_arguments():
    """More than trace reads of them is another test: here just many, and odd ones."""
    words = ["true", "", " ", "a'b", "\n", "x" * 3000] + [str(i) for i in range(2000)]
    os.execv("/bin/true", [os.fsencode(word) for word in words] + [b"\xff\xfe"])


def by_descriptor():
    fd = os.open("/bin/true", os.O_RDONLY | os.O_CLOEXEC)
    os.execve(fd, ["by descriptor"], {})


def script_in_script():
    for name, interpreter in (("inner", "/bin/sh"), ("outer", os.path.abspath("inner"))):
        with open(name, "w") as file:
            file.write(f"#! {interpreter}  -e \nexit 0\n")
        os.chmod(name, 0o755)
    os.execv("./outer", ["dropped", "a", "b c"])


def script_by_descriptor():
    with open("script", "w") as file:
        file.write("#! ../interpreter x\n")
    with open("interpreter", "w") as file:
        file.write("#!/bin/sh\nexit 0\n")
    os.mkdir("below")
    for name in ("script", "interpreter"):
        os.chmod(name, 0o755)
    fd = os.open("script", os.O_RDONLY)
    os.set_inheritable(fd, True)
    os.chdir("below")
    os.execve(fd, ["dropped", "a"], {})


def execveat():
    """Names that start from a directory, from the working directory and from the root."""
    directory = os.open("/bin", os.O_PATH)
    argv = (ctypes.c_char_p * 3)(b"true", b"/bin/true", None)
    for fd, name in ((directory, b"true"), (-100, b"true"), (directory, b"/bin/true")):
        if os.fork() == 0:
            os.chdir("/bin")
            libc.execveat(fd, name, argv, (ctypes.c_char_p * 1)(None), 0)
        os.wait()


def shared_directory():
    """A thread changes the directory for all; one that has unshared it only for itself."""
    os.mkdir("shared")

    def work(unshare):
        if unshare:
            libc.unshare(0x200)  # CLONE_FS
        os.chdir("shared" if not unshare else "/")
        attempt(os.stat, "x")

    for unshare in (False, True):
        thread = threading.Thread(target=work, args=(unshare,))
        thread.start()
        thread.join()
        attempt(os.stat, "y")


def bad_programs():
    open("empty", "w").close()
    os.chmod("empty", 0o755)
    for name in ("empty", "absent", ".", "/etc/passwd", "empty/x"):
        attempt(os.execv, name, ["x"])


def other_user():
    os.chmod(".", 0o755)
    os.setuid(65534)
    attempt(os.open, "/etc/shadow", os.O_RDONLY)
    attempt(os.mkdir, "denied")
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    attempt(os.fork)


def dumps_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.kill(os.getpid(), signal.SIGSEGV)


def killed_in_a_thread():
    os.mkfifo("fifo")
    threading.Thread(target=lambda: os.open("fifo", os.O_RDONLY), daemon=True).start()
    threading.Event().wait(0.05)
    os._exit(255)


def mounts():
    """A tree of its own, of which others see nothing."""
    os.makedirs("mount/inner")
    if libc.unshare(0x20000):  # CLONE_NEWNS
        return
    libc.mount(None, b"/", None, 0x44000, None)  # MS_PRIVATE | MS_REC
    libc.mount(b"none", b"mount", b"tmpfs", 0, None)
    os.mkdir("mount/below")
    os.open("mount/below", os.O_RDONLY)
    os.chdir("mount")
    libc.mount(b"/etc", b"below", None, 0x1000, None)  # MS_BIND
    os.open("below/passwd", os.O_RDONLY)
    os.stat("below/hosts")
    os.chdir("below")
    os.open("hosts", os.O_RDONLY)


for work in (
    gone,
    moved,
    nameless,
    long_arguments,
    by_descriptor,
    script_in_script,
    script_by_descriptor,
    execveat,
    shared_directory,
    bad_programs,
    other_user,
    dumps_core,
    killed_in_a_thread,
    mounts,
):
    child(work)
