/**
 * Sends events to a receiver of OTLP. Nothing here waits for the receiver: events go to a spool, which
 * another thread empties. What does not fit there, or is refused, is counted.
 */
import type { Sink } from "../../../core/sink.ts";
import type { Loss } from "../../../events/loss.ts";
import type { WatchEvent } from "../../../events/watch-event.ts";
import type { User } from "../../../process/user.ts";
import type { SpoolDirectory } from "../../../storage/spool/directory.ts";
import { SpoolOutput } from "../../../storage/spool/output.ts";
import { ndjson } from "../../formats/ndjson.ts";
import { SENT_COLUMNS } from "../columns.ts";
import type { Delivery, DeliveryReports, DeliverySink } from "../delivery.ts";
import { LastingLog, type LogReports } from "../lasting-log.ts";
import type { Receiver } from "./post.ts";
import type { Origin } from "./request.ts";
import { SenderState } from "./shared.ts";
import type { SenderStart } from "./worker.ts";

/** The ages at which a file is sent: while the receiver answers, and while it does not. */
const MAX_AGE_MS = 1000;
const MAX_AGE_FAILING_MS = 60_000;
/** How long the end of the run waits for the receiver. */
const FINISH_MS = 5000;
const POLL_MS = 5;

/** The worker in the executable, where paths start at its root, or in the sources. */
const WORKER = import.meta.url.includes("/$bunfs/")
  ? "./sinks/watch/otlp/worker.ts"
  : new URL("./worker.ts", import.meta.url).href;

export type OtlpReports = LogReports & DeliveryReports;

export interface OtlpOptions {
  readonly spool: SpoolDirectory;
  /** Bytes that may wait. */
  readonly maxSize: number;
  readonly receiver: Receiver;
  readonly origin: Origin;
  readonly user: User | null;
  readonly reports: OtlpReports;
}

export class OtlpSink implements DeliverySink {
  private readonly options: OtlpOptions;
  private readonly state = new SenderState();
  private readonly output: SpoolOutput;
  private readonly lasting: LastingLog;
  private readonly events: Sink<WatchEvent>;
  private wasFailing = false;

  constructor(options: OtlpOptions) {
    this.options = options;
    const { spool, maxSize, reports, receiver, origin, user } = options;
    const { state } = this;
    this.output = new SpoolOutput(spool, {
      maxSize,
      removed: () => state.count("removedBytes"),
      maxAge: () => (state.isFailing ? MAX_AGE_FAILING_MS : MAX_AGE_MS),
      onSealed: () => state.wake(),
    });
    this.lasting = new LastingLog(this.output, reports, () => new Uint8Array(0));
    this.events = ndjson({ columns: SENT_COLUMNS, output: this.lasting, terminal: false });
    const start: SenderStart = {
      memory: state.memory,
      spool: { fd: spool.fd, path: spool.path, user },
      receiver,
      origin,
    };
    new Worker(WORKER).postMessage(start);
  }

  get delivered(): number {
    return this.events.delivered - this.lasting.lost;
  }

  write(event: WatchEvent): void {
    this.events.write(event);
  }

  flush(): void {
    this.events.flush();
    this.lasting.retry();
    this.output.poll();
    const { isFailing } = this.state;
    if (isFailing === this.wasFailing) return;
    this.wasFailing = isFailing;
    const { reports } = this.options;
    if (isFailing) reports.onFailing(this.state.problem);
    else reports.onTaking();
  }

  /** Sends what waits, for a while. The rest stays in the spool. */
  close(): void {
    this.events.close();
    // With the last note of what was dropped.
    if (this.lasting.lost > 0) this.lasting.write(new Uint8Array(0), 0);
    this.output.seal();
    this.state.end();
    const deadline = performance.now() + FINISH_MS;
    while (!this.state.isFinished && performance.now() < deadline) Bun.sleepSync(POLL_MS);
  }

  get delivery(): Delivery {
    const { state } = this;
    const waiting = Math.max(0, this.output.lines - state.count("removed"));
    const problem = state.isFailing ? state.problem : null;
    return { to: this.options.receiver.url, sent: state.count("sent"), waiting, problem };
  }

  /** What is missing at the receiver. */
  losses(): Loss[] {
    const all: Loss[] = [
      {
        what: "not sent to the OTLP receiver",
        count: this.lasting.lost,
        reason: "the spool was full or could not be written",
      },
      {
        what: "refused by the OTLP receiver",
        count: this.state.count("refused"),
        reason: this.state.problem,
      },
      {
        what: "not sent to the OTLP receiver",
        count: this.state.count("unreadable"),
        reason: "their spool file was damaged",
      },
    ];
    return all.filter(({ count }) => count > 0);
  }

  /** What is to be said at the end: what waits for the next run. */
  problems(): string[] {
    const { waiting, to, problem } = this.delivery;
    if (waiting === 0) return [];
    const why = problem === null ? "" : ` (${problem})`;
    return [
      `${waiting} records for ${to} wait${why} in ${this.options.spool.path} for the next trace watch with it`,
    ];
  }
}
