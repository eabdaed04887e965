/**
 * Traces processes by ptrace(2), from one system call to the next. A tracer belongs to one thread: the
 * kernel accepts ptrace(2) only from the thread that attached.
 */
import { check, lastErrno, SystemError } from "../../ffi/errno.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import { ECHILD, EINTR, ESRCH } from "../../kernel/errno.ts";
import * as pt from "../../kernel/ptrace.ts";
import { TRACE_DATA } from "../../kernel/seccomp.ts";
import { CloneFlags } from "./clone-flags.ts";
import { Delays } from "./delays.ts";
import { detachAll } from "./detach.ts";
import { keepsRights, LostRights } from "./lost-rights.ts";
import { filteredThreads, hasFilter, isTrapped } from "./own-filters.ts";
import { CallRegisters } from "./registers.ts";
import { awaitStops, stateOf } from "./stop-threads.ts";
import { StrictMode } from "./strict-mode.ts";
import { SyscallInfo } from "./syscall-info.ts";
import { SyscallStop } from "./syscall-stop.ts";
import { findTgid, listThreads } from "./threads.ts";
import {
  newTracee,
  type Resumption,
  type Tracee,
  type TracerOptions,
  type TracerVisitor,
} from "./tracee.ts";
import { SpinWait } from "./wait.ts";

export class Tracer {
  readonly tracees = new Map<number, Tracee>();
  /** errno of the child's exec, if it failed. */
  execErrno: number | null = null;
  /** The child that has not executed the command yet; 0 if there is none. */
  private pendingExecPid = 0;
  /** The launched command, if it is our child. */
  private childPid = 0;
  /** Whether that child runs, but is not traced any more. */
  private childDetached = false;
  private readonly visitor: TracerVisitor;
  private readonly options: TracerOptions;
  private readonly flags: number;
  private readonly spinWait: SpinWait;
  /** Null once the first such program is reported, or if none is to be reported. */
  private lostRights: LostRights | null;
  private readonly messageMemory = allocate(8);
  private readonly info = new SyscallInfo();
  private readonly siginfo = allocate(128);
  /** Wait statuses of children that stopped before the fork event of their parent was reported. */
  private readonly unannounced = new Map<number, number>();
  /** Stops that were taken before their turn. */
  private readonly earlyStops: (readonly [tid: number, status: number])[] = [];
  /** How many threads may have made a call unseen while another one gave them a filter. */
  missedThreads = 0;
  private readonly cloneFlags = new CloneFlags();
  private readonly strictMode = new StrictMode();
  private readonly registers = new CallRegisters();
  private readonly spare: SyscallStop[] = [];
  /** Whether a thread has stopped since the last call of `stopSignal`. */
  private stopIsNew = false;
  /** Whether the stop that is handled is one of those that were pending. */
  private isHandlingPending = false;
  private readonly delays = new Delays();

  constructor(visitor: TracerVisitor, options: TracerOptions) {
    this.visitor = visitor;
    this.options = options;
    this.spinWait = new SpinWait(options.systemTimes);
    this.lostRights = options.onLostRights && !keepsRights() ? new LostRights() : null;
    this.flags =
      pt.PTRACE_O_TRACESYSGOOD |
      pt.PTRACE_O_TRACEEXEC |
      (options.filtered ? pt.PTRACE_O_TRACESECCOMP : 0) |
      // Without following, threads are traced, but not processes.
      pt.PTRACE_O_TRACECLONE |
      (options.follow ? pt.PTRACE_O_TRACEFORK | pt.PTRACE_O_TRACEVFORK : 0);
  }

  /**
   * Seizes a process that waits before its exec. It is killed when the tracer exits.
   * @param isChild whether it is our child
   */
  seizeCommand(pid: number, isChild: boolean): void {
    this.seize(pid, this.flags | pt.PTRACE_O_EXITKILL);
    const child = this.add(newTracee(pid, pid, { starting: true, attached: false }));
    child.hasFilter = hasFilter(pid);
    this.pendingExecPid = pid;
    if (isChild) this.childPid = pid;
    this.request(pt.PTRACE_INTERRUPT, pid, 0);
  }

  /**
   * Seizes a running process with all its threads.
   * @throws SystemError
   */
  attach(pid: number): void {
    for (let seized = true; seized; ) {
      seized = false;
      // Threads that start meanwhile are found in the next round.
      for (const tid of listThreads(pid)) {
        if (this.tracees.has(tid)) continue;
        this.seize(tid, this.flags);
        this.add(newTracee(tid, pid, { starting: false, attached: true }));
        this.request(pt.PTRACE_INTERRUPT, tid, 0);
        seized = true;
      }
    }
  }

  /** Makes a stopped thread stop again before it exits: PTRACE_O_TRACEEXIT. */
  watchExit({ tid, attached }: Tracee): void {
    const flags = this.flags | pt.PTRACE_O_TRACEEXIT | (attached ? 0 : pt.PTRACE_O_EXITKILL);
    this.request(pt.PTRACE_SETOPTIONS, tid, flags);
  }

  private seize(tid: number, flags: number): void {
    check(libc.ptrace(pt.PTRACE_SEIZE, tid, 0, flags), "ptrace", `PTRACE_SEIZE, ${tid}`);
  }

  private add(tracee: Tracee): Tracee {
    this.tracees.set(tracee.tid, tracee);
    return tracee;
  }

  /** @returns false if the tracee no longer exists: it can be killed at any moment */
  private request(request: number, tid: number, data: number, address = 0): boolean {
    if (libc.ptrace(request, tid, address, data) >= 0) return true;
    const errno = lastErrno();
    if (errno === ESRCH) return false;
    throw new SystemError("ptrace", `request ${request}, ${tid}`, errno);
  }

  /** Blocks until a tracee stops or a signal of our own arrives, and handles that one stop. */
  waitOne(): void {
    const { delays, spinWait } = this;
    this.handleWait(delays.empty ? spinWait.wait() : delays.wait(spinWait));
  }

  /** Like `waitOne`, and then handles all other stops that are pending. */
  waitAll(): void {
    let handled = this.handleWait(this.spinWait.wait());
    while (handled) handled = this.handleWait(this.spinWait.waitNoHang());
  }

  /**
   * Handles the pending stops without blocking. Waits for each tracee by its tid: the program may have
   * children of its own, whose ends are not ours to consume.
   * @returns whether there was any
   */
  poll(): boolean {
    this.delays.resumeUntil(performance.now());
    // An exec by another thread ends a thread without an exit event.
    return this.handlePending((tid) => this.tracees.delete(tid));
  }

  /** @param onGone called with the tid of a tracee that does not exist any more */
  private handlePending(onGone?: (tid: number) => void): boolean {
    let any = false;
    this.isHandlingPending = true;
    try {
      for (const tid of this.tracees.keys()) {
        const waited = this.spinWait.waitNoHang(tid);
        if (waited < 0) onGone?.(tid);
        else if (this.handleWait(waited)) any = true;
      }
    } finally {
      this.isHandlingPending = false;
    }
    return any;
  }

  /**
   * Handles the result of a wait.
   * @param waited a tid; 0 for no stop; -1 for a failure, with errno set
   * @returns whether there was a stop: not if a signal of our own arrived, or no tracee is left
   */
  private handleWait(waited: number): boolean {
    if (waited > 0) this.dispatch(waited, this.spinWait.status);
    for (const [tid, status] of this.earlyStops.splice(0)) this.dispatch(tid, status);
    if (waited >= 0) return waited > 0;
    const errno = lastErrno();
    if (errno === ECHILD) {
      this.tracees.clear();
      this.childDetached = false;
    }
    if (errno === EINTR || errno === ECHILD) return false;
    throw new SystemError("waitpid", "", errno);
  }

  /**
   * Returns the signal by which job control has stopped all traced threads since the last call, the
   * command's first; 0 if some are running.
   */
  stopSignal(): number {
    if (!this.stopIsNew) return 0;
    this.stopIsNew = false;
    const threads = [...this.tracees.values()];
    const isRunning = threads.some(({ stoppedBy, inVfork }) => stoppedBy === 0 && !inVfork);
    if (this.unannounced.size > 0 || isRunning) return 0;
    const own = this.tracees.get(this.childPid)?.stoppedBy ?? 0;
    return own || (threads.find(({ stoppedBy }) => stoppedBy > 0)?.stoppedBy ?? 0);
  }

  /** Whether a child has not executed its command yet, or never did. */
  get awaitsExec(): boolean {
    return this.pendingExecPid !== 0;
  }

  get done(): boolean {
    return this.tracees.size === 0 && !this.childDetached;
  }

  private dispatch(tid: number, status: number): void {
    const stop = pt.parseTraceeStatus(status);
    const tracee = this.tracees.get(tid);
    if (!tracee && this.childDetached && tid === this.childPid) this.endChild(stop);
    else if (!tracee) {
      // A new child stops, or is killed, before the fork event of its parent.
      if (this.isFollowed(tid)) this.unannounced.set(tid, status);
      else if (stop.kind === "exited" || stop.kind === "killed")
        this.options.onStrangerEnded?.(tid);
      // CLONE_PTRACE makes it a tracee even so.
      else {
        this.request(pt.PTRACE_DETACH, tid, 0);
        this.options.onStrangerDetached?.(tid);
      }
    }
    if (!tracee) return;
    const wasStopped = tracee.stoppedBy > 0;
    tracee.stoppedBy = 0;
    tracee.inVfork = false;
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
        if (stop.value === pt.PTRACE_EVENT_STOP) this.cloneFlags.left(tid);
        // The end of another process may be why it goes on; waitpid(2) returns the youngest first.
        if (wasStopped && !this.isHandlingPending) this.handlePending();
        this.handleEvent(tracee, stop.value);
        break;
      case "group-stop":
        tracee.stoppedBy = stop.value;
        this.stopIsNew = true;
        this.visitor.groupStopped?.(tracee, stop.value);
        this.request(pt.PTRACE_LISTEN, tid, 0);
        break;
      case "signal":
        this.handleSignal(tracee, stop.value);
        break;
    }
  }

  private handleExit(
    tracee: Tracee,
    code: number | null,
    signal: number | null,
    core: boolean,
  ): void {
    this.tracees.delete(tracee.tid);
    this.cloneFlags.forget(tracee.tid);
    this.strictMode.forget(tracee.tid);
    this.delays.delete(tracee.tid);
    this.visitor.exited?.(tracee, code, signal, core);
    this.recycleStop(tracee);
  }

  private handleSignal(tracee: Tracee, signal: number): void {
    if (this.visitor.signal && !tracee.starting) {
      this.request(pt.PTRACE_GETSIGINFO, tracee.tid, this.siginfo.address);
      const at = this.info.instructionPointer(tracee.tid);
      this.visitor.signal(tracee, signal, this.siginfo.view, at);
    }
    this.continueThread(tracee, signal);
  }

  /** Resumes a thread. With a filter, it stops at the exit of a call only if it stopped at its entry. */
  private continueThread(tracee: Tracee, signal = 0): void {
    const stopsAtSyscall = tracee.syscall !== null || this.stopsAtAllCalls(tracee);
    this.request(stopsAtSyscall ? pt.PTRACE_SYSCALL : pt.PTRACE_CONT, tracee.tid, signal);
  }

  /** Whether a thread stops at each call, not only at those that our filter selects. */
  private stopsAtAllCalls({ hasFilter }: Tracee): boolean {
    return !this.options.filtered || hasFilter === true;
  }

  private handleSyscallStop(tracee: Tracee): void {
    const op = this.info.read(tracee.tid, tracee.syscall !== null);
    if (op === null) return;
    if (op === pt.PTRACE_SYSCALL_INFO_EXIT) this.handleSyscallExit(tracee);
    // The stop at the entry of a call comes before the one of our filter.
    else if (op === pt.PTRACE_SYSCALL_INFO_ENTRY || (op !== 0 && !tracee.syscall))
      this.handleSyscallEntry(tracee);
    this.resume(tracee, this.visitor.resumption?.() ?? null);
    this.visitor.resumed?.();
  }

  private resume(tracee: Tracee, how: Resumption | null): void {
    if (!how || how.delay <= 0) this.continueThread(tracee, how?.signal);
    else this.delays.add(tracee.tid, how.delay, () => this.continueThread(tracee, how.signal));
  }

  private handleSyscallEntry(tracee: Tracee): void {
    const call = this.spare.pop() ?? new SyscallStop();
    call.enter(this.info.view, this.info.args, tracee.tid);
    call.systemTime = this.spinWait.systemTime;
    tracee.syscall = call;
    if (tracee.starting) tracee.starting = !call.isExec;
    if (tracee.starting) return;
    if (!tracee.hasFilter && filteredThreads(call) === "all") this.stopThreadsAtAllCalls(tracee);
    this.visitor.syscallEntered?.(call, tracee);
    if (this.visitor.needsExit?.(call) === false && !this.stopsAtAllCalls(tracee)) {
      this.recycleStop(tracee);
      return;
    }
    this.strictMode.entered(call, () => this.threadCount(tracee.tgid) === 1);
    if (this.options.follow) this.cloneFlags.entered(call);
  }

  private threadCount(tgid: number): number {
    return [...this.tracees.values()].filter((thread) => thread.tgid === tgid).length;
  }

  /**
   * Prepares for a filter that all threads of a process get at once. They stop before it is there, and
   * are resumed to stop at every call.
   */
  private stopThreadsAtAllCalls({ tgid, tid }: Tracee): void {
    const interrupted: number[] = [];
    for (const thread of this.tracees.values()) {
      if (thread.tgid !== tgid || thread.hasFilter) continue;
      const isRunningOn = thread.tid !== tid && !this.stopsAtAllCalls(thread);
      thread.hasFilter = true;
      if (isRunningOn && this.request(pt.PTRACE_INTERRUPT, thread.tid, 0))
        interrupted.push(thread.tid);
    }
    const { spinWait } = this;
    const { stops, missed } = awaitStops(interrupted, {
      wait: (thread) => spinWait.waitNoHang(thread),
      get status() {
        return spinWait.status;
      },
      stateOf,
      now: () => performance.now(),
    });
    this.earlyStops.push(...stops);
    this.missedThreads += missed;
  }

  private handleSyscallExit(tracee: Tracee): void {
    const { syscall } = tracee;
    if (!syscall) return;
    syscall.exit(this.info.view);
    this.cloneFlags.left(tracee.tid);
    tracee.hasFilter ??= hasFilter(tracee.tid);
    if (tracee.hasFilter) syscall.trapped = isTrapped(syscall);
    else this.checkFilters(tracee, syscall);
    syscall.systemTime = this.spinWait.systemTime - syscall.systemTime;
    if (!tracee.starting) this.visitor.syscallExited(syscall, tracee);
    if (tracee.tid === this.pendingExecPid && syscall.isExec)
      this.handleExecResult(tracee, syscall);
    this.recycleStop(tracee);
  }

  /** Has a thread stop at all calls from now on if the call has given it a filter, or strict mode. */
  private checkFilters(tracee: Tracee, call: SyscallStop): void {
    // Without a filter of ours, the kernel itself decides on strict mode.
    if (call.failed && this.options.filtered) this.strictMode.exited(call);
    tracee.hasFilter =
      this.strictMode.has(tracee.tid) || (!call.failed && filteredThreads(call) !== null);
  }

  /** After a failed exec the child's further calls are still ours, not the command's. */
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
        tracee.inVfork = event === pt.PTRACE_EVENT_VFORK;
        break;
      case pt.PTRACE_EVENT_EXEC:
        this.handleExec(tracee, this.eventMessage(tracee.tid));
        this.checkRights(tracee.tid);
        if (!this.options.detachOnExec || tracee.tid === this.pendingExecPid) break;
        this.release(tracee);
        this.request(pt.PTRACE_DETACH, tracee.tid, 0);
        return;
      case pt.PTRACE_EVENT_EXIT:
        this.visitor.exiting?.(tracee);
        break;
      case pt.PTRACE_EVENT_SECCOMP:
        if (tracee.hasFilter) this.answerAsUntraced(tracee.tid);
        this.handleSyscallStop(tracee);
        return;
    }
    this.continueThread(tracee);
  }

  /** A SECCOMP_RET_TRACE of a filter that is not ours fails the call with ENOSYS: there is no other tracer. */
  private answerAsUntraced(tid: number): void {
    if (this.eventMessage(tid) !== TRACE_DATA) this.registers.setNumber(tid, -1);
  }

  private checkRights(pid: number): void {
    const program = this.lostRights?.program(pid) ?? null;
    if (program === null) return;
    this.lostRights = null;
    this.options.onLostRights?.(program);
  }

  private eventMessage(tid: number): number {
    this.request(pt.PTRACE_GETEVENTMSG, tid, this.messageMemory.address);
    return this.messageMemory.view.getUint32(0, true);
  }

  /** Whether a new child is recorded: without following, a thread is, but not a process. */
  private isFollowed(tid: number): boolean {
    if (this.options.follow) return true;
    const isThreadOf = (tgid: number) => tid !== tgid && findTgid(tid, tgid) === tgid;
    return [...this.tracees.values()].some(({ tgid }) => isThreadOf(tgid));
  }

  private handleFork(parent: Tracee, tid: number, event: number): void {
    if (!this.isFollowed(tid)) return;
    // clone(2) makes both threads and processes.
    const tgid = event === pt.PTRACE_EVENT_CLONE ? findTgid(tid, parent.tgid) : tid;
    const child = this.add(newTracee(tid, tgid, { starting: false, attached: parent.attached }));
    child.hasFilter = parent.hasFilter;
    child.abi = parent.abi;
    this.cloneFlags.forked(parent.tid, tid);
    this.cloneFlags.left(parent.tid);
    this.visitor.forked?.(child, parent.tid);
    const status = this.unannounced.get(tid);
    if (status === undefined) return;
    this.unannounced.delete(tid);
    this.dispatch(tid, status);
  }

  /**
   * Handles an exec, after which the thread that executed has the leader's tid. The other threads end
   * without an exit event.
   * @param oldTid the tid before the exec
   */
  private handleExec(leader: Tracee, oldTid: number): void {
    if (oldTid === leader.tid) return;
    const executor = this.tracees.get(oldTid);
    if (!executor) return;
    this.visitor.superseded?.(leader, oldTid);
    this.delays.delete(leader.tid);
    if (leader.syscall) this.recycleStop(leader);
    leader.syscall = executor.syscall;
    leader.hasFilter = executor.hasFilter;
    executor.syscall = null;
    this.tracees.delete(oldTid);
  }

  /** Forgets a thread that is about to be detached from. */
  private release(tracee: Tracee): void {
    this.tracees.delete(tracee.tid);
    this.visitor.detached?.(tracee);
    this.recycleStop(tracee);
    if (tracee.tid === this.childPid) this.childDetached = true;
  }

  private endChild({ kind, value }: pt.TraceeStatus): void {
    this.childDetached = false;
    this.visitor.ended?.(kind === "exited" ? value : null, kind === "killed" ? value : null);
  }

  /**
   * Detaches from processes that ran before the trace; the others are killed when the tracer exits.
   * @param which "all": from the others as well. Their seccomp filter must not be ours.
   */
  detach(which: "attached" | "all" = "attached"): void {
    this.delays.resumeUntil(Infinity);
    const chosen = [...this.tracees.values()].filter(({ attached }) => attached || which === "all");
    for (const tracee of chosen) this.release(tracee);
    detachAll(
      chosen.map(({ tid }) => tid),
      [...this.unannounced.keys()],
      (request, tid, data) => this.request(request, tid, data),
      (tid, stop) => {
        if (this.childDetached && tid === this.childPid) this.endChild(stop);
      },
    );
    this.unannounced.clear();
  }
}
