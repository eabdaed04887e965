/**
 * Follows processes by ptrace(2), from one system call to the next. One thread does it all: the
 * kernel takes ptrace calls only from the thread that attached.
 */
import { check, lastErrno, SystemError } from "../../ffi/errno.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import * as pt from "../../kernel/ptrace.ts";
import { release } from "./detach.ts";
import { SyscallStop } from "./syscall-stop.ts";
import { tgidOf, threadsOf } from "./threads.ts";
import { StopWait } from "./wait.ts";

const ESRCH = 3;
const EINTR = 4;
const ECHILD = 10;
const EVENT_MESSAGE = 8;
const SYSCALL_ARGUMENTS = 6;

/** A thread that is traced. */
export interface Tracee {
  readonly tid: number;
  tgid: number;
  /** What it entered and has not left; null outside of calls. */
  call: SyscallStop | null;
  /** Between clone and exec it does our work, not the command's. */
  starting: boolean;
  /** It was there before us: it is let go at the end, not ended. */
  readonly attached: boolean;
}

/** Who is told. Views are lent: valid inside the call only. */
export interface Visitor {
  /** A call begins: what it is given can be read. */
  entered?(call: SyscallStop, tracee: Tracee): void;
  /** A call has ended: its result is there. */
  left(call: SyscallStop, tracee: Tracee): void;
  /** The thread of which was told last runs again: what needs it no longer is done meanwhile. */
  resumed?(): void;
  signal?(tracee: Tracee, signal: number, info: DataView): void;
  /** Stopped by job control. */
  stopped?(tracee: Tracee, signal: number): void;
  /** A new process or thread. */
  began?(tracee: Tracee, parent: number): void;
  /** exec from a thread other than the first: that one goes on under the process's number. */
  superseded?(tracee: Tracee, by: number): void;
  ended?(tracee: Tracee, code: number | null, signal: number | null, core: boolean): void;
}

export interface TracerOptions {
  readonly follow: boolean;
  /** The command has a seccomp filter: only what it sends us is stopped at. */
  readonly filtered: boolean;
}

export class Tracer {
  readonly tracees = new Map<number, Tracee>();
  /** errno of the child's exec, where that was refused. */
  refused: number | null = null;
  /** Who has yet to become the command. */
  private child = 0;
  private readonly visitor: Visitor;
  private readonly options: TracerOptions;
  private readonly flags: number;
  private readonly wait = new StopWait();
  private readonly word = allocate(8);
  private readonly info = allocate(pt.SYSCALL_INFO_SIZE);
  private readonly args = new BigUint64Array(
    this.info.view.buffer,
    pt.SYSCALL_INFO.args,
    SYSCALL_ARGUMENTS,
  );
  private readonly siginfo = allocate(128);
  /** Stopped before the event that tells whose they are. */
  private readonly orphans = new Map<number, number>();
  private readonly spare: SyscallStop[] = [];

  constructor(visitor: Visitor, options: TracerOptions) {
    this.visitor = visitor;
    this.options = options;
    this.flags =
      pt.PTRACE_O_TRACESYSGOOD |
      pt.PTRACE_O_TRACEEXEC |
      (options.filtered ? pt.PTRACE_O_TRACESECCOMP : 0) |
      (options.follow
        ? pt.PTRACE_O_TRACEFORK | pt.PTRACE_O_TRACEVFORK | pt.PTRACE_O_TRACECLONE
        : 0);
  }

  /** Takes a child that waits at its gate. It ends when we end. */
  seizeChild(pid: number): void {
    this.seize(pid, this.flags | pt.PTRACE_O_EXITKILL);
    this.add({ tid: pid, tgid: pid, call: null, starting: true, attached: false });
    this.child = pid;
    this.request(pt.PTRACE_INTERRUPT, pid, 0);
  }

  /**
   * Takes a running process with all its threads.
   * @throws SystemError
   */
  attach(pid: number): void {
    for (let found = true; found; ) {
      found = false;
      // Threads that begin meanwhile show up in the next round.
      for (const tid of threadsOf(pid)) {
        if (this.tracees.has(tid)) continue;
        this.seize(tid, this.flags);
        this.add({ tid, tgid: pid, call: null, starting: false, attached: true });
        this.request(pt.PTRACE_INTERRUPT, tid, 0);
        found = true;
      }
    }
  }

  private seize(tid: number, flags: number): void {
    check(libc.ptrace(pt.PTRACE_SEIZE, tid, 0, flags), "ptrace", `PTRACE_SEIZE, ${tid}`);
  }

  private add(tracee: Tracee): Tracee {
    this.tracees.set(tracee.tid, tracee);
    return tracee;
  }

  /** A tracee can be killed at any moment: then there is nobody to ask. */
  private request(request: number, tid: number, data: number, address = 0): boolean {
    if (libc.ptrace(request, tid, address, data) >= 0) return true;
    const errno = lastErrno();
    if (errno === ESRCH) return false;
    throw new SystemError("ptrace", `request ${request}, ${tid}`, errno);
  }

  /**
   * Waits for one stop and deals with it, and with all others that are there already.
   * @returns false when a signal of our own came first, or nothing is left to trace
   */
  step(): boolean {
    for (let tid = this.wait.next(); ; tid = this.wait.now()) {
      if (tid === 0) return true;
      if (!this.take(tid)) return false;
    }
  }

  /** Waits for one stop, and deals with that one only. */
  one(): void {
    this.take(this.wait.next());
  }

  /** @returns false where there was no stop: a signal of our own came first, or nobody is left */
  private take(tid: number): boolean {
    if (tid > 0) {
      this.dispatch(tid, this.wait.status);
      return true;
    }
    const errno = lastErrno();
    if (errno === ECHILD) this.tracees.clear();
    if (errno === EINTR || errno === ECHILD) return false;
    throw new SystemError("waitpid", "", errno);
  }

  /**
   * Deals with the stops that are there, and leaves the children alone that we have besides.
   * @returns whether there was any
   */
  poll(): boolean {
    let any = false;
    for (const tid of this.tracees.keys()) {
      const stopped = this.wait.now(tid);
      if (stopped > 0) this.dispatch(tid, this.wait.status);
      // Gone without a word: an exec of another thread.
      else if (stopped < 0) this.tracees.delete(tid);
      any ||= stopped > 0;
    }
    return any;
  }

  get done(): boolean {
    return this.tracees.size === 0;
  }

  private dispatch(tid: number, status: number): void {
    const stop = pt.parseStop(status);
    const tracee = this.tracees.get(tid);
    if (!tracee) {
      // A new child that stops, or is killed, before its parent tells of it.
      this.orphans.set(tid, status);
      return;
    }
    switch (stop.kind) {
      case "exited":
        this.end(tracee, stop.value, null, false);
        break;
      case "killed":
        this.end(tracee, null, stop.value, stop.core);
        break;
      case "syscall":
        this.syscall(tracee);
        break;
      case "event":
        this.event(tracee, stop.value);
        break;
      case "group-stop":
        this.visitor.stopped?.(tracee, stop.value);
        this.request(pt.PTRACE_LISTEN, tid, 0);
        break;
      case "signal":
        this.signal(tracee, stop.value);
        break;
    }
  }

  private end(tracee: Tracee, code: number | null, signal: number | null, core: boolean): void {
    this.tracees.delete(tracee.tid);
    this.visitor.ended?.(tracee, code, signal, core);
    this.release(tracee);
  }

  private signal(tracee: Tracee, signal: number): void {
    if (this.visitor.signal && !tracee.starting) {
      this.request(pt.PTRACE_GETSIGINFO, tracee.tid, this.siginfo.address);
      this.visitor.signal(tracee, signal, this.siginfo.view);
    }
    this.resume(tracee, signal);
  }

  /** To the next stop: with a filter, not at the end of what we did not ask to see begin. */
  private resume(tracee: Tracee, signal = 0): void {
    const all = !this.options.filtered || tracee.call !== null;
    this.request(all ? pt.PTRACE_SYSCALL : pt.PTRACE_CONT, tracee.tid, signal);
  }

  private syscall(tracee: Tracee): void {
    const { view, address } = this.info;
    if (!this.request(pt.PTRACE_GET_SYSCALL_INFO, tracee.tid, address, pt.SYSCALL_INFO_SIZE))
      return;
    const op = view.getUint8(pt.SYSCALL_INFO.op);
    if (op === pt.PTRACE_SYSCALL_INFO_EXIT) this.leave(tracee);
    else if (op !== 0) this.enter(tracee);
    this.resume(tracee);
    this.visitor.resumed?.();
  }

  private enter(tracee: Tracee): void {
    const call = this.spare.pop() ?? new SyscallStop();
    call.enter(this.info.view, this.args, tracee.tid);
    tracee.call = call;
    if (tracee.starting) tracee.starting = !call.isExec;
    if (!tracee.starting) this.visitor.entered?.(call, tracee);
  }

  private leave(tracee: Tracee): void {
    const { call } = tracee;
    if (!call) return;
    call.leave(this.info.view);
    if (!tracee.starting) this.visitor.left(call, tracee);
    if (tracee.tid === this.child && call.isExec) this.launched(tracee, call);
    this.release(tracee);
  }

  /** What a child does that could not execute the command is not the command's. */
  private launched(child: Tracee, call: SyscallStop): void {
    this.child = 0;
    if (!call.failed) return;
    this.refused = -Number(call.result);
    child.starting = true;
  }

  private release(tracee: Tracee): void {
    if (tracee.call) this.spare.push(tracee.call);
    tracee.call = null;
  }

  private event(tracee: Tracee, event: number): void {
    switch (event) {
      case pt.PTRACE_EVENT_FORK:
      case pt.PTRACE_EVENT_VFORK:
      case pt.PTRACE_EVENT_CLONE:
        this.born(tracee, this.message(tracee.tid), event);
        break;
      case pt.PTRACE_EVENT_EXEC:
        this.executed(tracee, this.message(tracee.tid));
        break;
      case pt.PTRACE_EVENT_SECCOMP:
        this.syscall(tracee);
        return;
    }
    this.resume(tracee);
  }

  private message(tid: number): number {
    this.request(pt.PTRACE_GETEVENTMSG, tid, this.word.address);
    return Number(this.word.view.getBigUint64(0, true) % (1n << BigInt(EVENT_MESSAGE * 4)));
  }

  private born(parent: Tracee, tid: number, event: number): void {
    // A thread or a process: clone(2) makes both.
    const tgid = event === pt.PTRACE_EVENT_CLONE ? tgidOf(tid, parent.tgid) : tid;
    const child = this.add({ tid, tgid, call: null, starting: false, attached: parent.attached });
    this.visitor.began?.(child, parent.tid);
    const status = this.orphans.get(tid);
    if (status === undefined) return;
    this.orphans.delete(tid);
    this.dispatch(tid, status);
  }

  /** The thread that executed goes on as the first one; the others are gone without a word. */
  private executed(leader: Tracee, old: number): void {
    if (old === leader.tid) return;
    const executor = this.tracees.get(old);
    if (!executor) return;
    this.visitor.superseded?.(leader, old);
    if (leader.call) this.release(leader);
    leader.call = executor.call;
    executor.call = null;
    this.tracees.delete(old);
  }

  /** Lets those go that were there before us; what we started ends with us. */
  detach(): void {
    const attached = [...this.tracees.values()].filter((tracee) => tracee.attached);
    for (const { tid } of attached) this.tracees.delete(tid);
    release(
      attached.map(({ tid }) => tid),
      [...this.orphans.keys()],
      (request, tid, data) => this.request(request, tid, data),
    );
  }
}
