/**
 * Follows the io_uring rings of tracees: io_uring_setup(2), io_uring_enter(2),
 * io_uring_register(2). Requests are read from the submission queue when a thread is about to submit
 * them, results from the completion queue whenever a thread of their process stops.
 *
 * Not seen: what another thread writes into the queue between our look and the kernel's, and the
 * requests of a ring with a polling thread, which takes them without a call.
 */

import type { Loss } from "../../../events/loss.ts";
import { SYS } from "../../../ffi/machine.ts";
import * as uring from "../../../kernel/io-uring.ts";
import type { SyscallStop } from "../syscall-stop.ts";
import { TraceeMemory } from "../tracee-memory.ts";
import { parseRingLayout, type RingLayout } from "./layout.ts";
import { pendingEntries, visitSubmissions } from "./queues.ts";
import { RegisteredRings } from "./registered-rings.ts";
import { Ring, type RingVisitor, type Submitted } from "./ring.ts";
import { RingFiles } from "./ring-file.ts";
import { type OpenRing, RingMemory, type RingUser } from "./ring-memory.ts";

/** A thread, as the tracer knows it. */
export interface Thread {
  readonly tid: number;
  readonly tgid: number;
}

export interface UringHost<R extends Submitted> {
  /** Captures a request that is about to be submitted; null if it is not of interest. */
  capture(sqe: DataView, user: RingUser): R | null;
  /** @param isReaped whether the command may have used the result meanwhile */
  completed(request: R, result: number, isReaped: boolean): void;
  /** Called for a request that has succeeded without a completion: IOSQE_CQE_SKIP_SUCCESS. */
  skipped(request: R): void;
  /** Makes the tracer call `exiting` before a thread exits. */
  watchExit(thread: Thread): void;
}

/** A thread that is in io_uring_enter(2). */
interface Submission<R extends Submitted> {
  readonly ring: Ring<R>;
  readonly requests: readonly { readonly userData: bigint; readonly request: R | null }[];
}

/** A ring that stays readable while a thread exits or executes. */
interface Held<R extends Submitted> {
  readonly ring: Ring<R>;
  readonly opened: OpenRing;
}

/** The oldest are forgotten. */
const MAX_RINGS = 4096;
const u32 = (value: bigint) => Number(BigInt.asUintN(32, value));

export class UringTracker<R extends Submitted> {
  private readonly host: UringHost<R>;
  private readonly memory = new TraceeMemory();
  private readonly ringMemory = new RingMemory();
  private readonly files = new RingFiles();
  private readonly registered = new RegisteredRings<Ring<R>>();
  private readonly known = new Map<string, Ring<R>>();
  /** Rings with requests of interest. */
  private readonly active = new Set<Ring<R>>();
  private readonly submissions = new Map<number, Submission<R>>();
  private readonly held = new Map<number, Held<R>[]>();
  private readonly watched = new Set<number>();
  /** Rings that could not be read; they are counted once. */
  private readonly unread = new Set<Ring<R> | string>();
  private polled = 0;
  private unknown = 0;
  private readonly visitor: RingVisitor<R> = {
    completed: (request, result, isReaped) => this.host.completed(request, result, isReaped),
    lost: () => this.unknown++,
  };

  constructor(host: UringHost<R>) {
    this.host = host;
  }

  /** Whether a call concerns rings. */
  static handles({ number }: SyscallStop): boolean {
    return number >= SYS.io_uring_setup && number <= SYS.io_uring_register;
  }

  /** Whether requests of interest have not completed. */
  get isPending(): boolean {
    return this.active.size > 0;
  }

  callEntered(stop: SyscallStop, thread: Thread): void {
    if (stop.number !== SYS.io_uring_enter) return;
    const toSubmit = u32(stop.args[1]);
    if (toSubmit > 0) this.submit(stop, toSubmit, thread);
  }

  callExited(stop: SyscallStop, thread: Thread): void {
    if (stop.number === SYS.io_uring_enter) this.entered(stop, thread);
    else if (stop.failed) return;
    else if (stop.number === SYS.io_uring_setup) this.created(stop, thread);
    else this.register(stop, thread);
  }

  private created(stop: SyscallStop, { tid, tgid }: Thread): void {
    this.memory.pid = tid;
    const params = this.memory.read(Number(stop.args[1]), uring.IO_URING_PARAMS_SIZE);
    const layout = params && parseRingLayout(params.view);
    const index = Number(stop.result);
    const isIndex = layout && (layout.flags & uring.IORING_SETUP_REGISTERED_FD_ONLY) !== 0;
    const inode = isIndex ? "" : this.files.identify(tid, tgid, index);
    if (!layout || inode === null) {
      this.unread.add(`${tgid}:${index}`);
      if (inode) this.known.delete(inode);
      return;
    }
    const ring = new Ring<R>(inode, layout, this.visitor);
    if (ring.isPolled) this.polled++;
    if (isIndex) this.registered.set(tid, index, ring);
    else this.remember(ring);
    ring.users.set(tgid, { tid, tgid, fd: isIndex ? null : index });
  }

  private remember(ring: Ring<R>): void {
    const replaced = this.known.get(ring.inode);
    const [oldest] = this.known.values();
    const dropped = replaced ?? (this.known.size >= MAX_RINGS ? oldest : undefined);
    if (dropped) {
      this.known.delete(dropped.inode);
      this.abandon(dropped, () => true);
    }
    this.known.set(ring.inode, ring);
  }

  /** Counts the requests that match as lost. */
  private abandon(ring: Ring<R>, matches: (request: R) => boolean): void {
    ring.inFlight.take(matches, () => this.unknown++);
    this.update(ring);
  }

  private update(ring: Ring<R>): void {
    if (ring.inFlight.wanted > 0) this.active.add(ring);
    else this.active.delete(ring);
  }

  /** Returns the ring that a call names, and how the thread refers to it. */
  private find(
    { tid, tgid }: Thread,
    fd: number,
    isIndex: boolean,
  ): { ring: Ring<R>; user: RingUser } | null {
    const inode = isIndex ? null : this.files.identify(tid, tgid, fd);
    const ring = isIndex ? this.registered.get(tid, fd) : this.known.get(inode ?? "");
    if (!ring) return null;
    const user = { tid, tgid, fd: isIndex ? (ring.users.get(tgid)?.fd ?? null) : fd };
    ring.users.set(tgid, user);
    return { ring, user };
  }

  private findOfEnter({ args }: SyscallStop, thread: Thread) {
    const isIndex = (u32(args[3]) & uring.IORING_ENTER_REGISTERED_RING) !== 0;
    return this.find(thread, Number(BigInt.asIntN(32, args[0])), isIndex);
  }

  private submit(stop: SyscallStop, toSubmit: number, thread: Thread): void {
    const found = this.findOfEnter(stop, thread);
    if (!found || found.ring.isPolled) return;
    const { ring, user } = found;
    const opened = this.ringMemory.open(ring, user);
    if (!opened) {
      this.unread.add(ring);
      return;
    }
    const { layout } = ring;
    const from = ring.submitting > 0 ? ring.claimed : opened.heads.sqHead;
    const count = pendingEntries(layout, opened.heads, from, toSubmit);
    const requests: { userData: bigint; request: R | null }[] = [];
    const isRead = visitSubmissions(layout, opened.read, from, count, (sqe) => {
      const userData = sqe.getBigUint64(uring.SQE.user_data, true);
      const request = this.host.capture(sqe, user);
      requests.push({ userData, request });
      const isTracked = request || !(sqe.getUint8(uring.SQE.flags) & uring.IOSQE_CQE_SKIP_SUCCESS);
      if (isTracked) ring.inFlight.add(userData, request);
    });
    opened.close();
    if (!isRead) this.unread.add(ring);
    ring.submitting++;
    ring.claimed = (from + requests.length) >>> 0;
    this.submissions.set(thread.tid, { ring, requests });
    this.update(ring);
    if (ring.inFlight.wanted > 0) this.watchExit(thread);
  }

  private watchExit(thread: Thread): void {
    if (this.watched.has(thread.tid)) return;
    this.watched.add(thread.tid);
    this.host.watchExit(thread);
  }

  private entered(stop: SyscallStop, thread: Thread): void {
    const submission = this.endSubmission(thread.tid, stop.failed ? 0 : Number(stop.result));
    const found = this.findOfEnter(stop, thread);
    if (!found) {
      if (!submission && stop.result > 0n) this.unread.add(`${thread.tgid}:${stop.args[0]}`);
      return;
    }
    if (!found.ring.isPolled) this.scan(found.ring, found.user);
  }

  /** @param count how many requests the kernel has taken: those behind were not submitted */
  private endSubmission(tid: number, count: number): boolean {
    const submission = this.submissions.get(tid);
    if (!submission) return false;
    const { ring, requests } = submission;
    this.submissions.delete(tid);
    ring.submitting--;
    for (const { userData, request } of requests.slice(count).reverse())
      ring.inFlight.remove(userData, request);
    this.update(ring);
    return true;
  }

  private scan(ring: Ring<R>, user: RingUser): boolean {
    const opened = this.ringMemory.open(ring, user);
    const isRead = opened !== null && ring.scan(opened);
    opened?.close();
    this.update(ring);
    return isRead;
  }

  private register({ args, result }: SyscallStop, thread: Thread): void {
    const { tid, tgid } = thread;
    const bits = u32(args[1]);
    const isIndex = bits >= uring.IORING_REGISTER_USE_REGISTERED_RING;
    const opcode = bits % uring.IORING_REGISTER_USE_REGISTERED_RING;
    const { memory } = this;
    memory.pid = tid;
    const ringOf = (fd: number) => this.find(thread, fd, false)?.ring ?? null;
    if (opcode === uring.IORING_REGISTER_RESIZE_RINGS)
      this.resize(this.find(thread, u32(args[0]), isIndex)?.ring, Number(args[2]), tgid);
    else this.registered.update(tid, opcode, Number(args[2]), Number(result), memory, ringOf);
  }

  private resize(ring: Ring<R> | undefined, address: number, tgid: number): void {
    if (!ring) return;
    const params = this.memory.read(address, uring.IO_URING_PARAMS_SIZE);
    const layout: RingLayout | null = params && parseRingLayout(params.view);
    if (layout) ring.layout = layout;
    else this.unread.add(ring);
    this.ringMemory.forget(tgid);
  }

  /** Looks for completions at any other stop of a thread. */
  poll({ tid, tgid }: Thread): void {
    for (const ring of [...this.active]) {
      const user = ring.users.get(tgid);
      if (user) this.scan(ring, { ...user, tid });
    }
  }

  /**
   * Called when a thread is about to exit or execute: the kernel cancels its requests then, and the
   * memory is gone. A ring with such requests is held until then.
   */
  leaving(thread: Thread): void {
    const { tid, tgid } = thread;
    if (!this.watched.has(tid)) return;
    this.poll(thread);
    for (const ring of this.active) {
      const user = ring.users.get(tgid);
      const opened = user && this.ringMemory.hold(ring, { ...user, tid });
      if (opened) this.held.set(tid, [...(this.held.get(tid) ?? []), { ring, opened }]);
    }
  }

  /** Called when an exec has failed. */
  stayed({ tid }: Thread): void {
    for (const { opened } of this.held.get(tid) ?? []) opened.close();
    this.held.delete(tid);
  }

  /**
   * Called when a thread has ended or executed: its requests have completed, or never will.
   * @param isLast whether its process has no other thread
   */
  left({ tid, tgid }: Thread, isLast: boolean): void {
    this.endSubmission(tid, Number.POSITIVE_INFINITY);
    for (const { ring, opened } of this.held.get(tid) ?? []) {
      ring.scan(opened);
      opened.close();
      this.update(ring);
    }
    this.held.delete(tid);
    if (this.watched.delete(tid)) this.settle(tid);
    this.registered.forget(tid);
    if (!isLast) return;
    this.ringMemory.forget(tgid);
    for (const ring of this.known.values()) ring.users.delete(tgid);
  }

  /** Ends the requests of a thread that has ended. */
  private settle(tid: number): void {
    for (const ring of [...this.active]) {
      const isOwn = (request: R) => request.tid === tid;
      const isSkipped = ({ flags }: R) => (flags & uring.IOSQE_CQE_SKIP_SUCCESS) !== 0;
      ring.inFlight.take(
        (request) => isOwn(request) && isSkipped(request),
        (request) => this.host.skipped(request),
      );
      this.abandon(ring, isOwn);
    }
  }

  losses(): Loss[] {
    const pending = [...this.active].reduce((sum, { inFlight }) => sum + inFlight.wanted, 0);
    return [
      {
        what: "io_uring rings with a polling thread not traced",
        count: this.polled,
        reason: "it takes requests without a system call",
        remedy: { kind: "no-io-uring" },
      },
      { what: "io_uring rings not readable", count: this.unread.size },
      { what: "io_uring requests without a known outcome", count: this.unknown + pending },
    ];
  }
}
