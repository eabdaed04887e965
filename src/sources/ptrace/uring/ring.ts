/** One ring of the tracees: what was submitted to it, and which completions were seen. */
import { IORING_SETUP_SQPOLL } from "../../../kernel/io-uring.ts";
import { InFlight, type InFlightVisitor } from "./in-flight.ts";
import type { RingLayout } from "./layout.ts";
import { readHeads, visitCompletions } from "./queues.ts";
import type { OpenRing, RingUser } from "./ring-memory.ts";

/** A request that was submitted, and is of interest. */
export interface Submitted {
  /** The thread that submitted it. */
  readonly tid: number;
  /** IOSQE_* bits. */
  readonly flags: number;
}

/** Receives what becomes of requests. */
export interface RingVisitor<R> {
  /** @param isReaped whether the command has taken the completion, and may have used the result */
  completed(request: R, result: number, isReaped: boolean): void;
  /** Called for a request whose outcome will not be known. */
  lost(request: R): void;
}

export class Ring<R extends Submitted> {
  /** The inode number of its file; "" if it has no fd. */
  readonly inode: string;
  layout: RingLayout;
  readonly inFlight: InFlight<R>;
  /** The last user of each process, by tgid: it leads to the ring's memory. */
  readonly users = new Map<number, RingUser>();
  /** Threads that are submitting now, and the end of the entries that they submit. */
  submitting = 0;
  claimed = 0;
  /** The position of the next completion. */
  private position = 0;
  /** Whether the completion that is being visited was taken from the queue. */
  private isReaped = false;

  constructor(inode: string, layout: RingLayout, visitor: RingVisitor<R>) {
    this.inode = inode;
    this.layout = layout;
    const inner: InFlightVisitor<R> = {
      completed: (request, result) => visitor.completed(request, result, this.isReaped),
      lost: (request) => visitor.lost(request),
    };
    this.inFlight = new InFlight(inner);
  }

  /** Whether a kernel thread takes requests from the queue, without a call. */
  get isPolled(): boolean {
    return (this.layout.flags & IORING_SETUP_SQPOLL) !== 0;
  }

  /** Visits the completions since the last scan. @returns false if they cannot be read */
  scan({ read }: OpenRing): boolean {
    const { layout, inFlight } = this;
    const heads = readHeads(layout, read);
    if (!heads) return false;
    const from = this.position;
    this.position = heads.cqTail;
    const done: [bigint, number, number, boolean][] = [];
    const isRead = visitCompletions(
      layout,
      read,
      from,
      heads.cqTail,
      (userData, result, flags, at) =>
        done.push([userData, result, flags, ((heads.cqHead - at) | 0) > 0]),
    );
    for (const [userData, result, flags, isReaped] of done) {
      this.isReaped = isReaped;
      inFlight.complete(userData, result, flags);
    }
    return isRead;
  }
}
