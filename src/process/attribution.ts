/**
 * Knows the processes of the machine by the events that tell of them, so that one that is gone
 * already has its name: pid → who.
 */
import { allPids, type Identity, identityOf } from "./identity.ts";

/** Where the knowledge of a process comes from. */
export type Origin = "bpf" | "proc" | "inherited" | "unknown";

export interface Who extends Identity {
  readonly pid: number;
  readonly origin: Origin;
}

/** What the kernel programs tell of an exec. */
export interface Exec extends Omit<Identity, "started"> {
  /** When: nanoseconds since boot. */
  readonly time: number;
}

/** Execs that wait for the event that they belong to; more are not kept. */
const MOST_WAITING = 65536;
const NOBODY: Identity = { ppid: 0, comm: "", argv: [], uid: 0, started: 0 };

export class Attribution {
  private readonly known = new Map<number, Who>();
  private readonly waiting = new Map<number, Exec[]>();
  private waitingCount = 0;

  /** Takes an exec from the kernel programs: it waits for the event that tells of the same. */
  feed(pid: number, exec: Exec): void {
    if (this.waitingCount >= MOST_WAITING) this.dropWaiting();
    const queue = this.waiting.get(pid);
    if (queue) queue.push(exec);
    else this.waiting.set(pid, [exec]);
    this.waitingCount++;
  }

  /** Events that these belong to were lost. */
  private dropWaiting(): void {
    this.waiting.clear();
    this.waitingCount = 0;
  }

  /** Reads who is there now, so that those who end next have names. */
  learnAll(): void {
    for (const pid of allPids()) if (!this.known.has(pid)) this.who(pid);
  }

  /** A child is what its parent is, until it executes something else. */
  forked(parent: number, child: number, time: number): Who {
    const origin = this.who(parent);
    return this.keep({
      ...origin,
      pid: child,
      ppid: parent,
      started: time,
      origin: origin.origin === "unknown" ? "unknown" : "inherited",
    });
  }

  executed(pid: number, time: number): Who {
    const before = this.known.get(pid);
    const exec = this.takeExec(pid, time);
    if (exec)
      return this.keep({ ...exec, pid, started: before?.started ?? 0, origin: "bpf" as const });
    const found = identityOf(pid);
    if (!found) return this.keep({ ...(before ?? { ...NOBODY, pid }), origin: "unknown" });
    return this.keep({ ...found, pid, started: before?.started ?? found.started, origin: "proc" });
  }

  /** The exec that an event at this time tells of: the last one before it. */
  private takeExec(pid: number, time: number): Exec | undefined {
    const queue = this.waiting.get(pid);
    let found: Exec | undefined;
    while (queue?.length && queue[0].time <= time) {
      found = queue.shift();
      this.waitingCount--;
    }
    if (queue?.length === 0) this.waiting.delete(pid);
    return found;
  }

  renamed(pid: number, comm: string): Who {
    return this.keep({ ...this.who(pid), comm });
  }

  changedUser(pid: number, uid: number): Who {
    return this.keep({ ...this.who(pid), uid });
  }

  /** Who a process is; read from /proc where no event told. */
  who(pid: number): Who {
    const known = this.known.get(pid);
    if (known) return known;
    const found = identityOf(pid);
    return this.keep(
      found ? { ...found, pid, origin: "proc" } : { ...NOBODY, pid, origin: "unknown" },
    );
  }

  private keep(who: Who): Who {
    this.known.set(who.pid, who);
    return who;
  }

  /** Its number will be another's. */
  ended(pid: number): void {
    this.known.delete(pid);
  }
}
