/**
 * Goes on without the caller, as daemon(7) has it: Bun cannot fork, so the program is started anew
 * with the same arguments in a session of its own, and the caller waits until that says that all
 * is well, or ends.
 */
import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { check } from "../ffi/errno.ts";
import { close, Epoll, pipe, readAvailable } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { allocate } from "../ffi/memory.ts";
import { Child } from "../process/child.ts";
import type { InheritedState } from "../process/inherited-state.ts";

/** Says to the program that is started anew which fd it is to say that all is well on. */
const READY_FD_VARIABLE = "TRACE_DETACHED";
const STDIO = [0, 1, 2];

/**
 * Starts ourselves anew and waits until that is ready.
 * @param args the arguments that we were given
 * @returns 0 where it goes on; else its exit status, and it has said why
 */
export function startDetached(args: readonly string[], inherited: InheritedState): number {
  const { reader, writer } = pipe();
  const child = Child.spawn({
    command: [process.execPath, ...args],
    env: { ...process.env, [READY_FD_VARIABLE]: String(writer) },
    // Nothing that the caller has open stays open in a process without an end.
    inherited: { ...inherited, fds: [writer] },
    user: null,
  });
  close(writer);
  const epoll = new Epoll();
  epoll.add(reader);
  epoll.wait(-1);
  if (readAvailable(reader, allocate(1)) === 1) return 0;
  const ending = new Epoll();
  ending.add(child.pidfd);
  for (;;) {
    const status = child.status();
    if (status !== null) return status;
    ending.wait(-1);
  }
}

/** The fd that we were given when we were started anew; null: we were not. */
function readyFd(): number | null {
  const text = process.env[READY_FD_VARIABLE] ?? "";
  delete process.env[READY_FD_VARIABLE];
  // Anybody can set a variable.
  return /^[3-9]$|^[1-9]\d{1,3}$/.test(text) && isPipe(Number(text)) ? Number(text) : null;
}

function isPipe(fd: number): boolean {
  try {
    return fstatSync(fd).isFIFO();
  } catch {
    return false;
  }
}

/** Where that is closed or full, there is nobody to tell. */
function writeStderr(text: string): void {
  try {
    writeSync(2, text);
  } catch {}
}

type RedirectMessages = (write: (text: string) => void) => void;

/** What a process that was started anew still has to do. */
export class Detached {
  private readonly fd: number;
  private readonly redirectMessages: RedirectMessages;

  private constructor(fd: number, redirectMessages: RedirectMessages) {
    this.fd = fd;
    this.redirectMessages = redirectMessages;
  }

  /**
   * Returns null in a process that startDetached did not start.
   * @param redirectMessages replaces the function that writes messages to standard error
   */
  static fromEnvironment(redirectMessages: RedirectMessages): Detached | null {
    const fd = readyFd();
    if (fd === null) return null;
    check(libc.setsid(), "setsid");
    process.umask(0o077);
    redirectMessages(writeStderr);
    return new Detached(fd, redirectMessages);
  }

  /**
   * Lets the caller go: from here on nothing of theirs is held.
   * @param messages an open fd that takes over what is said on standard error, each with its time
   */
  notifyParent(messages: number): void {
    process.chdir("/");
    this.redirectMessages((text) => writeStderr(`${new Date().toISOString()} ${text}`));
    const nothing = openSync("/dev/null", "r+");
    for (const fd of STDIO) check(libc.dup2(fd === 2 ? messages : nothing, fd), "dup2");
    closeSync(nothing);
    closeSync(messages);
    writeSync(this.fd, "1");
    closeSync(this.fd);
  }
}
