/**
 * Knows the processes of the machine by the events that tell of them, so that one that is gone
 * already has its name: pid → who.
 */
import { allPids, type Identity, identityOf } from "./procfs.ts";

/** Where the knowledge of a process comes from. */
export type Origin = "bpf" | "proc" | "inherited" | "unknown";

export interface Who extends Identity {
  readonly pid: number;
  readonly origin: Origin;
}

/** What the kernel programs tell of an exec. */
export interface Exec extends Omit<Identity, "started"> {
  /** When, as events have it: nanoseconds since boot but for those asleep. */
  readonly time: number;
}

/** Execs that wait for the event that they belong to; more are not kept. */
const MOST_WAITING = 65536;
const NOBODY: Identity = { ppid: 0, comm: "", argv: [], uid: -1, started: 0 };

/** Whom nobody knows. */
export function nobody(pid: number): Who {
  return { ...NOBODY, pid, origin: "unknown" };
}

export class Attribution {
  private readonly known = new Map<number, Who>();
  private readonly waiting = new Map<number, Exec[]>();
  private waitingCount = 0;
  private readonly asleep: () => number;
  private readonly find: (pid: number) => Identity | null;

  /**
   * @param asleep nanoseconds since boot that the machine slept, which events' times leave out
   * @param find who has a number now
   */
  constructor(asleep: () => number, find = identityOf) {
    this.asleep = asleep;
    this.find = find;
  }

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
    for (const pid of allPids()) this.who(pid, Infinity);
  }

  /** A child is what its parent is, until it executes something else. */
  forked(parent: number, child: number, time: number): Who {
    const born = { pid: child, ppid: parent, started: time };
    const from = this.who(parent, time);
    if (from.origin !== "unknown") return this.keep({ ...from, ...born, origin: "inherited" });
    const found = this.found(child, time);
    return this.keep({ ...from, ...found, ...born, origin: found ? "proc" : "unknown" });
  }

  /** Whether the exec is known that an event at this time tells of. */
  knowsExec(pid: number, time: number): boolean {
    return (this.waiting.get(pid)?.[0]?.time ?? Infinity) <= time;
  }

  executed(pid: number, time: number): Who {
    const before = this.known.get(pid);
    const exec = this.takeExec(pid, time);
    if (exec)
      return this.keep({ ...exec, pid, started: before?.started ?? 0, origin: "bpf" as const });
    const found = this.found(pid, time);
    if (!found)
      return this.keep({ ...(before ?? NOBODY), pid, comm: "", argv: [], origin: "unknown" });
    return this.keep({ ...found, pid, started: before?.started ?? found.started, origin: "proc" });
  }

  /** Who has the number now, unless that is another by now than the one who had it then. */
  private found(pid: number, time: number): Identity | null {
    const found = this.find(pid);
    if (!found) return null;
    const started = found.started - this.asleep();
    return started <= time ? { ...found, started } : null;
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

  renamed(pid: number, comm: string, time: number): Who {
    return this.keep({ ...this.who(pid, time), comm });
  }

  changedUser(pid: number, uid: number, time: number): Who {
    return this.keep({ ...this.who(pid, time), uid });
  }

  /**
   * Who a process is, or was at an event's time; read from /proc where no event told.
   * @param time nanoseconds since boot
   */
  who(pid: number, time: number): Who {
    const known = this.known.get(pid);
    if (known) return known;
    const found = this.found(pid, time);
    // Nobody is not kept: the number may be another's soon.
    return found ? this.keep({ ...found, pid, origin: "proc" }) : nobody(pid);
  }

  private keep(who: Who): Who {
    this.known.set(who.pid, who);
    return who;
  }

  /** Its number will be another's. */
  ended(pid: number, time: number): void {
    this.known.delete(pid);
    this.takeExec(pid, time);
  }
}
