/** Sends events to the journal or the system log, and counts those that it did not take. */
import { DatagramQueue } from "../../../daemon/datagram-queue.ts";
import type { Loss } from "../../../events/loss.ts";
import type { WatchEvent } from "../../../events/watch-event.ts";
import type { Delivery, DeliveryReports, DeliverySink } from "../delivery.ts";
import { JOURNAL_SOCKET, journalEncoder } from "./journal.ts";
import { SYSLOG_SOCKET, syslogEncoder } from "./syslog.ts";

/** How long the end of the run waits for a busy log. */
const FINISH_MS = 2000;
const POLL_MS = 5;

const LOGS = {
  journald: { socket: JOURNAL_SOCKET, encoder: journalEncoder, passesFiles: true },
  syslog: { socket: SYSLOG_SOCKET, encoder: syslogEncoder, passesFiles: false },
} as const;

export type SystemLog = keyof typeof LOGS;
export const SYSTEM_LOGS = Object.keys(LOGS) as readonly SystemLog[];

export class SystemLogSink implements DeliverySink {
  /** All that were written: what is lost is reported as such. */
  delivered = 0;
  private readonly log: SystemLog;
  private readonly queue: DatagramQueue;
  private readonly encode: (event: WatchEvent) => Uint8Array;
  private readonly reports: DeliveryReports;
  private wasFailing = false;

  /** @throws SystemError if the machine has no such log */
  constructor(log: SystemLog, reports: DeliveryReports) {
    const { socket, encoder, passesFiles } = LOGS[log];
    this.log = log;
    this.reports = reports;
    this.queue = new DatagramQueue(socket, passesFiles);
    this.queue.check();
    this.encode = encoder();
  }

  write(event: WatchEvent): void {
    this.queue.send(this.encode(event));
    this.delivered++;
  }

  flush(): void {
    this.queue.flush();
    const { problem } = this.queue;
    if ((problem !== null) === this.wasFailing) return;
    this.wasFailing = problem !== null;
    if (problem === null) this.reports.onTaking();
    else this.reports.onFailing(problem);
  }

  /** Gives the log what waits, for a while. */
  close(): void {
    const deadline = performance.now() + FINISH_MS;
    for (this.flush(); this.queue.waiting > 0 && performance.now() < deadline; this.flush())
      Bun.sleepSync(POLL_MS);
    this.queue.drop();
  }

  get delivery(): Delivery {
    const { sent, waiting, problem } = this.queue;
    return { to: this.log, sent, waiting, problem };
  }

  losses(): Loss[] {
    const what = `not sent to ${this.log}`;
    const { lost, tooLarge } = this.queue;
    const all: Loss[] = [
      { what, count: lost, reason: "it did not take them in time" },
      { what, count: tooLarge, reason: "they are too large for it" },
    ];
    return all.filter(({ count }) => count > 0);
  }

  problems(): string[] {
    return [];
  }
}
