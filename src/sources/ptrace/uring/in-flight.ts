/**
 * The requests of one ring that have not completed. A completion names its request only by user_data,
 * which need not be unique, so requests that are not of interest are in here too.
 */
import { IORING_CQE_F_MORE, IORING_CQE_F_NOTIF } from "../../../kernel/io-uring.ts";

/** More than the kernel lets wait; the oldest is evicted for a new one. */
export const MAX_IN_FLIGHT = 131072;

/** A request that is not of interest. */
const OTHER = null;

export interface InFlightVisitor<R> {
  completed(request: R, result: number): void;
  /** Called for a request whose outcome will not be known. */
  lost(request: R): void;
}

/** Requests with the same user_data. */
interface Group<R> {
  requests: (R | typeof OTHER)[];
  /** Results of a group that had several requests at once. */
  results: number[];
  /** Results of sends without a copy, whose last completion tells only that the buffer is free. */
  sent: number[];
}

export class InFlight<R extends object> {
  private readonly groups = new Map<bigint, Group<R>>();
  private readonly visitor: InFlightVisitor<R>;
  private size = 0;
  /** How many requests of interest there are. */
  wanted = 0;

  constructor(visitor: InFlightVisitor<R>) {
    this.visitor = visitor;
  }

  /** @param request null for a request that is not of interest */
  add(userData: bigint, request: R | null): void {
    if (this.size >= MAX_IN_FLIGHT) this.evictOldest();
    this.size++;
    if (request) this.wanted++;
    const group = this.groups.get(userData);
    if (group) group.requests.push(request);
    else this.groups.set(userData, { requests: [request], results: [], sent: [] });
  }

  /** Forgets a request that was not submitted, the last with this user_data. */
  remove(userData: bigint, request: R | null): void {
    const group = this.groups.get(userData);
    const index = group?.requests.lastIndexOf(request) ?? -1;
    if (!group || index < 0) return;
    group.requests.splice(index, 1);
    this.size--;
    if (request) this.wanted--;
    if (group.requests.length === 0) this.groups.delete(userData);
  }

  private evictOldest(): void {
    for (const [userData, group] of this.groups) {
      this.forget(userData, group);
      for (const request of group.requests) if (request) this.visitor.lost(request);
      return;
    }
  }

  private forget(userData: bigint, { requests }: Group<R>): void {
    this.groups.delete(userData);
    this.size -= requests.length;
    for (const request of requests) if (request) this.wanted--;
  }

  /** @param flags IORING_CQE_F_* bits */
  complete(userData: bigint, reported: number, flags: number): void {
    const group = this.groups.get(userData);
    if (!group) return;
    const { requests, results, sent } = group;
    if (flags & IORING_CQE_F_MORE) {
      // Of a receive that goes on, all but the newest are of no interest.
      if (sent.length >= requests.length) sent.shift();
      sent.push(reported);
      return;
    }
    const result = flags & IORING_CQE_F_NOTIF ? (sent.shift() ?? reported) : reported;
    results.push(result);
    if (results.length < requests.length) return;
    this.forget(userData, group);
    // Which of several completions is whose does not matter if they are equal.
    const isKnown = results.every((each) => each === result);
    for (const request of requests) {
      if (!request) continue;
      if (isKnown) this.visitor.completed(request, result);
      else this.visitor.lost(request);
    }
  }

  /** Removes the requests of interest that match, and visits them. */
  take(matches: (request: R) => boolean, visit: (request: R) => void): void {
    if (this.wanted === 0) return;
    for (const [userData, group] of this.groups) {
      const taken = group.requests.filter((request) => request !== OTHER && matches(request));
      if (taken.length === 0) continue;
      group.requests = group.requests.filter((request) => !taken.includes(request));
      this.size -= taken.length;
      this.wanted -= taken.length;
      if (group.requests.length === 0) this.groups.delete(userData);
      for (const request of taken) if (request) visit(request);
    }
  }
}
