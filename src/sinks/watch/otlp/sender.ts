/**
 * Sends the files of a spool to a receiver, one after another, and removes those that it has taken or
 * refused. Runs in a thread of its own, as the main thread must not wait for a receiver.
 */
import type { SpoolDirectory, SpoolFile } from "../../../storage/spool/directory.ts";
import { type Outcome, post, type Receiver } from "./post.ts";
import { type Batch, type Origin, toBatch } from "./request.ts";
import type { SenderState } from "./shared.ts";

/** Waits grow from the first to the second; a part of each is random. */
const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 30_000;
const JITTER = 0.25;
const IDLE_MS = 1000;

export class Sender {
  private readonly spool: SpoolDirectory;
  private readonly receiver: Receiver;
  private readonly origin: Origin;
  private readonly state: SenderState;
  private wait = FIRST_WAIT_MS;
  /** Files that are done but cannot be removed. */
  private readonly done = new Set<string>();

  constructor(spool: SpoolDirectory, receiver: Receiver, origin: Origin, state: SenderState) {
    this.spool = spool;
    this.receiver = receiver;
    this.origin = origin;
    this.state = state;
  }

  /** Sends until the end of the run, and then what is left, if the receiver takes it. */
  async run(): Promise<void> {
    const { state } = this;
    for (;;) {
      const { sealed, isOver } = state;
      const isDone = await this.sendAll();
      // What was complete before the end has been tried once more after it.
      if (isOver) break;
      if (isDone && sealed === state.sealed) state.waitForFile(sealed, IDLE_MS);
    }
    state.finish();
  }

  /** Sends all complete files. @returns false if the end of the run cut it short */
  private async sendAll(): Promise<boolean> {
    for (const file of this.list()) {
      if (this.done.has(file.name)) continue;
      const batch = this.read(file);
      if (batch.records > 0 && !(await this.deliver(batch))) return false;
      this.drop(file, batch);
    }
    return true;
  }

  private list(): readonly SpoolFile[] {
    return this.attempt(() => this.spool.list()) ?? [];
  }

  /** Notes why something failed. */
  private attempt<T>(work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.state.setProblem(error.message, false);
      return null;
    }
  }

  /** What cannot be read, or is no line, is not sent. */
  private read({ name, id }: SpoolFile): Batch {
    const bytes = this.attempt(() => this.spool.read(name));
    return toBatch(bytes?.toString() ?? "", id, this.origin);
  }

  /** Sends a batch until the receiver takes or refuses it. @returns false if the run ended before */
  private async deliver({ body, records }: Batch): Promise<boolean> {
    const { state } = this;
    for (;;) {
      const { isOver } = state;
      const outcome = await post(this.receiver, body);
      if (outcome.kind !== "retry") {
        this.settle(outcome, records);
        return true;
      }
      state.setProblem(outcome.reason, true);
      if (isOver) return false;
      this.backOff(outcome.after);
    }
  }

  private backOff(after: number | null): void {
    const jitter = 1 + JITTER * (2 * Math.random() - 1);
    this.state.waitForEnd(Math.max(after ?? 0, this.wait * jitter));
    this.wait = Math.min(this.wait * 2, MAX_WAIT_MS);
  }

  private settle(outcome: Exclude<Outcome, { kind: "retry" }>, records: number): void {
    this.wait = FIRST_WAIT_MS;
    const refused = outcome.kind === "sent" ? Math.min(outcome.refused, records) : records;
    this.state.add("sent", records - refused);
    this.state.add("refused", refused);
    this.state.setProblem(refused > 0 ? outcome.reason || "no reason given" : "", false);
  }

  /** Removes a file that is done. One that cannot be removed is sent again at the next start. */
  private drop({ name, events, size }: SpoolFile, { records }: Batch): void {
    this.done.add(name);
    this.attempt(() => {
      this.spool.remove(name);
      this.done.delete(name);
    });
    this.state.add("unreadable", Math.max(0, events - records));
    this.state.add("removed", events);
    this.state.add("removedBytes", size);
  }
}
