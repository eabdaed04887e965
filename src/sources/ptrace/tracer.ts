/**
 * Follows processes by ptrace(2), from one system call to the next. One thread does it all: the
 * kernel takes ptrace calls only from the thread that attached.
 */
import { check, lastErrno, SystemError } from "../../ffi/errno.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import * as pt from "../../kernel/ptrace.ts";
import { detachAll } from "./detach.ts";
import { SyscallStop } from "./syscall-stop.ts";
import { findTgid, listThreads } from "./threads.ts";
import { SpinWait } from "./wait.ts";

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
  syscall: SyscallStop | null;
  /** Between clone and exec it does our work, not the command's. */
  starting: boolean;
  /** It was there before us: it is let go at the end, not ended. */
  readonly attached: boolean;
}

/** Who is told. Views are lent: valid inside the call only. */
export interface TracerVisitor {
  /** A call begins: what it is given can be read. */
  syscallEntered?(call: SyscallStop, tracee: Tracee): void;
  /** A call has ended: its result is there. */
  syscallExited(call: SyscallStop, tracee: Tracee): void;
  /** The thread of which was told last runs again: what needs it no longer is done meanwhile. */
  resumed?(): void;
  signal?(tracee: Tracee, signal: number, info: DataView): void;
  /** Stopped by job control. */
  groupStopped?(tracee: Tracee, signal: number): void;
  /** A new process or thread. */
  forked?(tracee: Tracee, parent: number): void;
  /** exec from a thread other than the first: that one goes on under the process's number. */
  superseded?(tracee: Tracee, by: number): void;
  exited?(tracee: Tracee, code: number | null, signal: number | null, core: boolean): void;
}

export interface TracerOptions {
  readonly follow: boolean;
  /** The command has a seccomp filter: only what it sends us is stopped at. */
  readonly filtered: boolean;
}

export class Tracer {
  readonly tracees = new Map<number, Tracee>();
  /** errno of the child's exec, where that was refused. */
  execErrno: number | null = null;
  /** Who has yet to become the command. */
  private pendingExecPid = 0;
  private readonly visitor: TracerVisitor;
  private readonly options: TracerOptions;
  private readonly flags: number;
  private readonly spinWait = new SpinWait();
  private readonly messageMemory = allocate(8);
  private readonly info = allocate(pt.SYSCALL_INFO_SIZE);
  private readonly args = new BigUint64Array(
    this.info.view.buffer,
    pt.SYSCALL_INFO.args,
    SYSCALL_ARGUMENTS,
  );
  private readonly siginfo = allocate(128);
  /** Stopped before the event that tells whose they are. */
  private readonly unannounced = new Map<number, number>();
  private readonly spare: SyscallStop[] = [];

  constructor(visitor: TracerVisitor, options: TracerOptions) {
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
    this.add({ tid: pid, tgid: pid, syscall: null, starting: true, attached: false });
    this.pendingExecPid = pid;
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
      for (const tid of listThreads(pid)) {
        if (this.tracees.has(tid)) continue;
        this.seize(tid, this.flags);
        this.add({ tid, tgid: pid, syscall: null, starting: false, attached: true });
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
    for (let tid = this.spinWait.wait(); ; tid = this.spinWait.waitNoHang()) {
      if (tid === 0) return true;
      if (!this.handleWait(tid)) return false;
    }
  }

  /** Waits for one stop, and deals with that one only. */
  waitOne(): void {
    this.handleWait(this.spinWait.wait());
  }

  /** @returns false where there was no stop: a signal of our own came first, or nobody is left */
  private handleWait(tid: number): boolean {
    if (tid > 0) {
      this.dispatch(tid, this.spinWait.status);
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
      const stopped = this.spinWait.waitNoHang(tid);
      if (stopped > 0) this.dispatch(tid, this.spinWait.status);
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
    const stop = pt.parseTraceeStatus(status);
    const tracee = this.tracees.get(tid);
    if (!tracee) {
      // A new child that stops, or is killed, before its parent tells of it.
      this.unannounced.set(tid, status);
      return;
    }
    switch (stop.kind) {
      case "exited":
        this.handleExit(tracee, stop.value, null, false);
        break;
      case "killed":
        this.handleExit(tracee, null, stop.value, stop.core);
        break;
      case "syscall":
        this.handleSyscallStop(tracee);
        break;
      case "event":
        this.handleEvent(tracee, stop.value);
        break;
      case "group-stop":
        this.visitor.groupStopped?.(tracee, stop.value);
        this.request(pt.PTRACE_LISTEN, tid, 0);
        break;
      case "signal":
        this.signal(tracee, stop.value);
        break;
    }
  }

  private handleExit(
    tracee: Tracee,
    code: number | null,
    handleSignal: number | null,
    core: boolean,
  ): void {
    this.tracees.delete(tracee.tid);
    this.visitor.exited?.(tracee, code, handleSignal, core);
    this.recycleStop(tracee);
  }

  private signal(tracee: Tracee, signal: number): void {
    if (this.visitor.signal && !tracee.starting) {
      this.request(pt.PTRACE_GETSIGINFO, tracee.tid, this.siginfo.address);
      this.visitor.signal(tracee, signal, this.siginfo.view);
    }
    this.continueThread(tracee, signal);
  }

  /** To the next stop: with a filter, not at the end of what we did not ask to see begin. */
  private continueThread(tracee: Tracee, signal = 0): void {
    const all = !this.options.filtered || tracee.syscall !== null;
    this.request(all ? pt.PTRACE_SYSCALL : pt.PTRACE_CONT, tracee.tid, signal);
  }

  private handleSyscallStop(tracee: Tracee): void {
    const { view, address } = this.info;
    if (!this.request(pt.PTRACE_GET_SYSCALL_INFO, tracee.tid, address, pt.SYSCALL_INFO_SIZE))
      return;
    const op = view.getUint8(pt.SYSCALL_INFO.op);
    if (op === pt.PTRACE_SYSCALL_INFO_EXIT) this.handleSyscallExit(tracee);
    else if (op !== 0) this.handleSyscallEntry(tracee);
    this.continueThread(tracee);
    this.visitor.resumed?.();
  }

  private handleSyscallEntry(tracee: Tracee): void {
    const call = this.spare.pop() ?? new SyscallStop();
    call.enter(this.info.view, this.args, tracee.tid);
    tracee.syscall = call;
    if (tracee.starting) tracee.starting = !call.isExec;
    if (!tracee.starting) this.visitor.syscallEntered?.(call, tracee);
  }

  private handleSyscallExit(tracee: Tracee): void {
    const { syscall } = tracee;
    if (!syscall) return;
    syscall.exit(this.info.view);
    if (!tracee.starting) this.visitor.syscallExited(syscall, tracee);
    if (tracee.tid === this.pendingExecPid && syscall.isExec)
      this.handleExecResult(tracee, syscall);
    this.recycleStop(tracee);
  }

  /** What a child does that could not execute the command is not the command's. */
  private handleExecResult(child: Tracee, call: SyscallStop): void {
    this.pendingExecPid = 0;
    if (!call.failed) return;
    this.execErrno = -Number(call.result);
    child.starting = true;
  }

  private recycleStop(tracee: Tracee): void {
    if (tracee.syscall) this.spare.push(tracee.syscall);
    tracee.syscall = null;
  }

  private handleEvent(tracee: Tracee, event: number): void {
    switch (event) {
      case pt.PTRACE_EVENT_FORK:
      case pt.PTRACE_EVENT_VFORK:
      case pt.PTRACE_EVENT_CLONE:
        this.handleFork(tracee, this.eventMessage(tracee.tid), event);
        break;
      case pt.PTRACE_EVENT_EXEC:
        this.handleExec(tracee, this.eventMessage(tracee.tid));
        break;
      case pt.PTRACE_EVENT_SECCOMP:
        this.handleSyscallStop(tracee);
        return;
    }
    this.continueThread(tracee);
  }

  private eventMessage(tid: number): number {
    this.request(pt.PTRACE_GETEVENTMSG, tid, this.messageMemory.address);
    return Number(
      this.messageMemory.view.getBigUint64(0, true) % (1n << BigInt(EVENT_MESSAGE * 4)),
    );
  }

  private handleFork(parent: Tracee, tid: number, event: number): void {
    // A thread or a process: clone(2) makes both.
    const tgid = event === pt.PTRACE_EVENT_CLONE ? findTgid(tid, parent.tgid) : tid;
    const child = this.add({
      tid,
      tgid,
      syscall: null,
      starting: false,
      attached: parent.attached,
    });
    this.visitor.forked?.(child, parent.tid);
    const status = this.unannounced.get(tid);
    if (status === undefined) return;
    this.unannounced.delete(tid);
    this.dispatch(tid, status);
  }

  /** The thread that executed goes on as the first one; the others are gone without a word. */
  private handleExec(leader: Tracee, old: number): void {
    if (old === leader.tid) return;
    const executor = this.tracees.get(old);
    if (!executor) return;
    this.visitor.superseded?.(leader, old);
    if (leader.syscall) this.recycleStop(leader);
    leader.syscall = executor.syscall;
    executor.syscall = null;
    this.tracees.delete(old);
  }

  /** Lets those go that were there before us; what we started ends with us. */
  detach(): void {
    const attached = [...this.tracees.values()].filter((tracee) => tracee.attached);
    for (const { tid } of attached) this.tracees.delete(tid);
    detachAll(
      attached.map(({ tid }) => tid),
      [...this.unannounced.keys()],
      (request, tid, data) => this.request(request, tid, data),
    );
  }
}
