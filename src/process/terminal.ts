/**
 * The terminal of a person: whether it shows colours, and when we may write to it although others
 * do too. ioctl_tty(2), inotify(7), https://no-color.org.
 */
import { openAt, readAvailable } from "../ffi/fd.ts";
import { libc, syscall } from "../ffi/libc.ts";
import { allocate, cString } from "../ffi/memory.ts";
import { type Arch, openFlags } from "../kernel/fcntl.ts";
import { IN_CLOEXEC, IN_MODIFY, IN_NONBLOCK } from "../kernel/inotify.ts";
import * as tty from "../kernel/termios.ts";

const X64 = process.arch === "x64";
const SYS_getpgid = X64 ? 121 : 155;
const SYS_inotify_init1 = X64 ? 294 : 26;
const SYS_inotify_add_watch = X64 ? 254 : 27;
const STDOUT = 1;
const STDERR = 2;
/** The current directory, which an absolute path does not look at. */
const AT_FDCWD = -100;
const STDERR_PATH = `/proc/self/fd/${STDERR}`;
const DEFAULT_WIDTH = 80;

/**
 * Whether colours are wanted where a terminal shows them: https://no-color.org. A terminal that is
 * not named, or is called dumb, may not have them.
 */
export function wantsColours({ NO_COLOR, TERM }: Record<string, string | undefined>): boolean {
  return !NO_COLOR && hasControlSequences(TERM);
}

/** Whether a terminal of this name can be expected to know the usual control sequences. */
export function hasControlSequences(name: string | undefined): boolean {
  return name !== undefined && name !== "" && name !== "dumb";
}

/** Standard error's terminal, where standard output leads elsewhere. */
export class Terminal {
  /** Readable when somebody has written to the terminal. */
  readonly inotifyFd: number;
  /** An open file of its own: a person who stops the terminal (Ctrl-S) does not stop us. */
  private readonly fd: number;
  private readonly memory = allocate(4096);

  private constructor(fd: number, watch: number) {
    this.fd = fd;
    this.inotifyFd = watch;
  }

  /** Null where there is none, or where we could not tell when others write to it. */
  static open(): Terminal | null {
    if (libc.isatty(STDERR) !== 1 || libc.isatty(STDOUT) === 1) return null;
    const watch = syscall(SYS_inotify_init1, IN_NONBLOCK | IN_CLOEXEC);
    const path = cString(STDERR_PATH).address;
    if (watch < 0 || syscall(SYS_inotify_add_watch, watch, path, IN_MODIFY) < 0) return null;
    const flag = openFlags(process.arch as Arch);
    try {
      const flags = flag.O_WRONLY | flag.O_NOCTTY | flag.O_NONBLOCK;
      return new Terminal(openAt(AT_FDCWD, STDERR_PATH, flags), watch);
    } catch {
      return null;
    }
  }

  private ioctl(request: number): boolean {
    return libc.ioctl(this.fd, request, this.memory.address) === 0;
  }

  /** Whether we are not in the background. */
  isForeground(): boolean {
    // Where it is not our controlling terminal, there is no background.
    if (!this.ioctl(tty.TIOCGPGRP)) return true;
    return this.memory.view.getInt32(0, true) === syscall(SYS_getpgid, 0);
  }

  /** Whether a program draws on it key by key, or reads a password. */
  isRawMode(): boolean {
    const wanted = tty.ICANON | tty.ECHO;
    if (!this.ioctl(tty.TCGETS)) return true;
    return (this.memory.view.getUint32(tty.TERMIOS.c_lflag, true) & wanted) !== wanted;
  }

  columns(): number {
    const known = this.ioctl(tty.TIOCGWINSZ);
    return (known && this.memory.view.getUint16(tty.WINSIZE.ws_col, true)) || DEFAULT_WIDTH;
  }

  /**
   * Whether anybody has written to it since the last call, other than through /dev/tty: there sudo
   * writes what it has read from us.
   */
  hasForeignOutput(): boolean {
    let heard = false;
    while (readAvailable(this.inotifyFd, this.memory) > 0) heard = true;
    return heard;
  }

  /** Writes a line of ASCII at most. False where that takes waiting: a stopped terminal. */
  write(text: string): boolean {
    const { written } = new TextEncoder().encodeInto(text, this.memory.bytes);
    const done = libc.write(this.fd, this.memory.address, written) === written;
    this.hasForeignOutput();
    return done;
  }
}
