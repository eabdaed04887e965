/**
 * Detaches from the caller: daemon(7). Bun cannot fork, so the program starts itself again with the
 * same arguments. The second process makes its own session, and the first waits until that is ready
 * or ends.
 */
import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { check } from "../ffi/errno.ts";
import { close, Epoll, pipe, readAvailable } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { allocate } from "../ffi/memory.ts";
import { Child } from "../process/child.ts";
import type { InheritedState } from "../process/inherited-state.ts";

/** Names the fd on which the detached process reports that it is ready. */
const READY_FD_VARIABLE = "TRACE_DETACHED";
const STDIO = [0, 1, 2];

/**
 * Starts a detached process and waits until it is ready.
 * @param args our own arguments
 * @returns 0 if it is running; otherwise its exit status, after it printed the reason
 */
export function startDetached(args: readonly string[], inherited: InheritedState): number {
  const { reader, writer } = pipe();
  const child = Child.spawn({
    command: [process.execPath, ...args],
    env: { ...process.env, [READY_FD_VARIABLE]: String(writer) },
    // A daemon must not keep the caller's files open.
    inherited: { ...inherited, fds: [writer] },
    user: null,
  });
  close(writer);
  const epoll = new Epoll();
  epoll.add(reader);
  epoll.wait(-1);
  if (readAvailable(reader, allocate(1)) === 1) return 0;
  const exit = new Epoll();
  exit.add(child.pidfd);
  for (;;) {
    const status = child.status();
    if (status !== null) return status;
    exit.wait(-1);
  }
}

/** Returns the fd to report on, or null if startDetached() did not start us. */
function readyFd(): number | null {
  const text = process.env[READY_FD_VARIABLE] ?? "";
  delete process.env[READY_FD_VARIABLE];
  // Anyone can set the variable.
  return /^[3-9]$|^[1-9]\d{1,3}$/.test(text) && isPipe(Number(text)) ? Number(text) : null;
}

function isPipe(fd: number): boolean {
  try {
    return fstatSync(fd).isFIFO();
  } catch {
    return false;
  }
}

/** How much text waits to be written: more is dropped, the oldest first. */
const MAX_WAITING = 64 * 1024;

/** Text that could not be written to standard error yet, such as to a file on a full disk. */
let waiting = Buffer.alloc(0);

/** Writes to standard error, and what could not be written there before. */
function writeStderr(text: string): void {
  waiting = Buffer.concat([waiting, Buffer.from(text)]);
  try {
    while (waiting.length > 0) waiting = waiting.subarray(writeSync(2, waiting));
  } catch {
    const end = waiting.lastIndexOf("\n", waiting.length - MAX_WAITING);
    if (waiting.length > MAX_WAITING && end >= 0) waiting = waiting.subarray(end + 1);
  }
}

/** Returns the last message that could not be written; "" if all could. */
export function unwrittenMessage(): string {
  return waiting.toString().trimEnd().split("\n").at(-1) ?? "";
}

type RedirectMessages = (write: (text: string) => void) => void;

/** The detached process's side. */
export class Detached {
  private readonly fd: number;
  private readonly redirectMessages: RedirectMessages;

  private constructor(fd: number, redirectMessages: RedirectMessages) {
    this.fd = fd;
    this.redirectMessages = redirectMessages;
  }

  /**
   * Leaves the caller's session. Returns null in a process that startDetached() did not start.
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
   * Reports that we are ready, so that the caller exits. Leaves its directory and streams.
   * @param messages an open fd that replaces standard error; each message gets a timestamp
   */
  notifyParent(messages: number): void {
    process.chdir("/");
    this.redirectMessages((text) => writeStderr(`${new Date().toISOString()} ${text}`));
    const nullFd = openSync("/dev/null", "r+");
    for (const fd of STDIO) check(libc.dup2(fd === 2 ? messages : nullFd, fd), "dup2");
    closeSync(nullFd);
    closeSync(messages);
    writeSync(this.fd, "1");
    closeSync(this.fd);
  }
}
