/**
 * Those that can tell who a process is, the best first: the process connector with names from the
 * kernel programs or from /proc, the kernel programs alone where the connector is refused (most
 * containers), and /proc alone.
 */

import type { Loss } from "../core/source.ts";
import { SystemError } from "../ffi/errno.ts";
import { execOf, openFeed, timeOf } from "../sources/bpf/exec-feed.ts";
import type { BpfSource } from "../sources/bpf/source.ts";
import { NotPermitted, NotSupported } from "../sources/proc-connector/errors.ts";
import { ProcessesSource } from "../sources/proc-connector/process-source.ts";
import { Attribution, nobody, type Who } from "./process-table.ts";
import { identityOf } from "./procfs.ts";

export interface Informant {
  /** To be looked at as soon as it is readable; null where nothing has to be read in a hurry. */
  readonly urgentFd: number | null;
  /**
   * Takes in all that has happened so far.
   * @param ended is handed each process that has ended, as it was then
   */
  learn(ended: (who: Who) => void): void;
  /** Who has the number, as far as is known; the origin is "unknown" where nobody knows. */
  who(pid: number): Who;
  losses(): Loss[];
  close(): void;
}

/** The process connector, and the kernel programs where they are permitted. */
class Connected implements Informant {
  private readonly source: ProcessesSource;

  /** @throws NotPermitted, NotSupported, SystemError */
  constructor(feed: boolean) {
    this.source = new ProcessesSource({ feed, threads: false });
  }

  get urgentFd(): number | null {
    return this.source.hurries ? this.source.fd : null;
  }

  learn(ended: (who: Who) => void): void {
    this.source.drain(({ event, who }) => {
      if (event.name === "exit") ended(who);
    });
  }

  who(pid: number): Who {
    return this.source.who(pid);
  }

  losses(): Loss[] {
    return this.source.losses();
  }

  close(): void {
    this.source.close();
  }
}

/** How long a record that is just being written may keep us from those after it. */
const LONGEST_WRITE_MS = 100;

/** The kernel programs alone. */
export class Fed implements Informant {
  readonly urgentFd = null;
  private readonly source: Pick<BpfSource, "drain" | "losses" | "close">;
  private readonly attribution = new Attribution(() => 0);

  constructor(source: Fed["source"]) {
    this.source = source;
    this.attribution.learnAll();
  }

  learn(ended: (who: Who) => void): void {
    const deadline = performance.now() + LONGEST_WRITE_MS;
    while (!this.drain(ended) && performance.now() < deadline) Bun.sleepSync(1);
  }

  private drain(ended: (who: Who) => void): boolean {
    const { attribution } = this;
    return this.source.drain((event) => {
      const { tgid, ret } = event.record;
      const time = timeOf(event);
      // 0 stands for each process that has no number in our pid namespace: what is told of one of
      // them is not to be said of another. A child of theirs may have a number all the same.
      if ((event.kind === "fork" ? ret : tgid) === 0) return;
      switch (event.kind) {
        case "fork":
          attribution.forked(tgid, ret, time);
          break;
        case "exec":
          attribution.feed(tgid, execOf(event, 0));
          attribution.executed(tgid, time);
          break;
        case "exit":
          ended(attribution.who(tgid, time));
          attribution.ended(tgid, time);
      }
    });
  }

  /** Nobody tells of a change of user or name without an exec, but /proc knows of the living. */
  who(pid: number): Who {
    const who = this.attribution.who(pid, Infinity);
    if (who.origin === "bpf") return who;
    const found = identityOf(pid);
    return found ? { ...found, pid, origin: "proc" } : who;
  }

  losses(): Loss[] {
    return this.source.losses();
  }

  close(): void {
    this.source.close();
  }
}

/** Processes that /proc has told of and that may be gone; more are not kept. */
const MOST_FOUND = 4096;

/** /proc, which has to be asked each time. */
export class Found implements Informant {
  readonly urgentFd = null;
  private readonly last = new Map<number, Who>();

  learn(): void {}

  who(pid: number): Who {
    const identity = identityOf(pid);
    if (!identity) return this.last.get(pid) ?? nobody(pid);
    const who: Who = { ...identity, pid, origin: "proc" };
    if (this.last.size >= MOST_FOUND) this.last.clear();
    this.last.set(pid, who);
    return who;
  }

  losses(): Loss[] {
    return [];
  }

  close(): void {}
}

/**
 * The best one that is permitted here.
 * @param feed whether the kernel programs may be used
 */
export function openInformant(feed: boolean): Informant {
  try {
    return new Connected(feed);
  } catch (error) {
    const refused = [NotPermitted, NotSupported, SystemError];
    if (!refused.some((kind) => error instanceof kind)) throw error;
  }
  const source = feed ? openFeed(["fork", "exec", "exit"]) : null;
  return source ? new Fed(source) : new Found();
}
