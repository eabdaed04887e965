/**
 * The user's terminal: whether it shows colours, and whether we can write to it while other
 * processes do. ioctl_tty(2), inotify(7), https://no-color.org.
 */
import { openAt, readAvailable } from "../ffi/fd.ts";
import { libc, syscall } from "../ffi/libc.ts";
import { SYS } from "../ffi/machine.ts";
import { allocate, cString } from "../ffi/memory.ts";
import { AT_FDCWD, O_NOCTTY, O_NONBLOCK, O_WRONLY } from "../kernel/fcntl.ts";
import { IN_CLOEXEC, IN_MODIFY, IN_NONBLOCK } from "../kernel/inotify.ts";
import * as tty from "../kernel/termios.ts";

const STDOUT = 1;
const STDERR = 2;
const STDERR_PATH = `/proc/self/fd/${STDERR}`;
const DEFAULT_WIDTH = 80;

/**
 * Whether to use colours on a terminal: https://no-color.org. A terminal without a name or named
 * "dumb" may not support them.
 */
export function wantsColours({ NO_COLOR, TERM }: Record<string, string | undefined>): boolean {
  return !NO_COLOR && hasControlSequences(TERM);
}

export type ColourMode = "auto" | "always" | "never";
let colourMode: ColourMode = "auto";

/** Sets when outputs are coloured: on terminals by default. */
export function setColourMode(mode: ColourMode): void {
  colourMode = mode;
}

/** Whether to use colours on an output. */
export function usesColours(isTerminal: boolean): boolean {
  if (colourMode !== "auto") return colourMode === "always";
  return isTerminal && wantsColours(process.env);
}

/** Returns the width of a terminal in columns; null if the file descriptor is none. */
export function terminalWidth(fd: number): number | null {
  const { address, view } = allocate(tty.WINSIZE_SIZE);
  if (libc.ioctl(fd, tty.TIOCGWINSZ, address) !== 0) return null;
  return view.getUint16(tty.WINSIZE.ws_col, true) || DEFAULT_WIDTH;
}

/** Returns the height of a terminal in lines; null if the file descriptor is none, or if it is not known. */
export function terminalHeight(fd: number): number | null {
  const { address, view } = allocate(tty.WINSIZE_SIZE);
  if (libc.ioctl(fd, tty.TIOCGWINSZ, address) !== 0) return null;
  return view.getUint16(tty.WINSIZE.ws_row, true) || null;
}

/** Whether a terminal of this name probably supports the usual control sequences. */
export function hasControlSequences(name: string | undefined): boolean {
  return name !== undefined && name !== "" && name !== "dumb";
}

/** The terminal of standard error, if standard output is not a terminal. */
export class Terminal {
  /** Readable after a process writes to the terminal. */
  readonly inotifyFd: number;
  /** Our own non-blocking open file, so that Ctrl-S on the terminal does not block us. */
  private readonly fd: number;
  private readonly memory = allocate(4096);

  private constructor(fd: number, watch: number) {
    this.fd = fd;
    this.inotifyFd = watch;
  }

  /** Opens the terminal. Returns null if there is none or others' output cannot be detected. */
  static open(): Terminal | null {
    if (libc.isatty(STDERR) !== 1 || libc.isatty(STDOUT) === 1) return null;
    const watch = syscall(SYS.inotify_init1, IN_NONBLOCK | IN_CLOEXEC);
    const path = cString(STDERR_PATH).address;
    if (watch < 0 || syscall(SYS.inotify_add_watch, watch, path, IN_MODIFY) < 0) return null;
    try {
      const flags = O_WRONLY | O_NOCTTY | O_NONBLOCK;
      return new Terminal(openAt(AT_FDCWD, STDERR_PATH, flags), watch);
    } catch {
      return null;
    }
  }

  private ioctl(request: number): boolean {
    return libc.ioctl(this.fd, request, this.memory.address) === 0;
  }

  /** Whether we are in the foreground process group. */
  isForeground(): boolean {
    // Without a controlling terminal there is no background.
    if (!this.ioctl(tty.TIOCGPGRP)) return true;
    return this.memory.view.getInt32(0, true) === syscall(SYS.getpgid, 0);
  }

  /** Whether a program reads single keys, such as a full-screen one, or reads a password. */
  isRawMode(): boolean {
    const cooked = tty.ICANON | tty.ECHO;
    if (!this.ioctl(tty.TCGETS)) return true;
    return (this.memory.view.getUint32(tty.TERMIOS.c_lflag, true) & cooked) !== cooked;
  }

  /** Returns the width in columns. */
  columns(): number {
    const known = this.ioctl(tty.TIOCGWINSZ);
    return (known && this.memory.view.getUint16(tty.WINSIZE.ws_col, true)) || DEFAULT_WIDTH;
  }

  /**
   * Whether a process has written to the terminal since the last call. Does not detect writes
   * through /dev/tty, to which sudo copies our output.
   */
  hasForeignOutput(): boolean {
    let written = false;
    while (readAvailable(this.inotifyFd, this.memory) > 0) written = true;
    return written;
  }

  /** Writes at most a line of ASCII. Returns false if the terminal is stopped and would block. */
  write(text: string): boolean {
    const { written } = new TextEncoder().encodeInto(text, this.memory.bytes);
    const done = libc.write(this.fd, this.memory.address, written) === written;
    this.hasForeignOutput();
    return done;
  }
}
