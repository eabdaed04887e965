/**
 * The digests of a recording: `--digest`. Inputs and programs are read when the events of their opens
 * arrive, outputs when the command has ended. docs/trace-exec.md, "Digests".
 */
import type { Sink } from "../../core/sink.ts";
import type { Time } from "../../events/column.ts";
import type { DigestRole, FileDigest } from "../../events/file-digest.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { Loss } from "../../events/loss.ts";
import type { RunHeader, RunTrailer } from "../../events/run-info.ts";
import { bootTimeNanoseconds, clockNanoseconds } from "../../ffi/clock.ts";
import { CLOCK_REALTIME } from "../../kernel/time.ts";
import type { ActionCount, FileId } from "../../model/file.ts";
import type { Program, Run } from "../../model/run.ts";
import { type Entry, isBack, type RunFile, type ViewPath } from "../../model/volume.ts";
import type { User } from "../../process/user.ts";
import { toSummaryEvent } from "../../sinks/reports/summary/from-events.ts";
import { DigestJob, DigestQueue } from "../../storage/digest-queue.ts";
import { DigestWorkers } from "../../storage/digest-workers.ts";
import { changedBefore, type Doubt, type Stamp } from "../../storage/file-digest.ts";
import { FuseDevices } from "../../storage/fuse-devices.ts";
import { encodeLatin1, sliceToLatin1 } from "../../text/latin1.ts";
import { isPathWithin } from "../../text/path.ts";

/** Bytes that are read between two rounds of events. */
const ROUND_BYTES = 4 << 20;
/** Bytes that are read while a call stands still. */
const STILL_BYTES = 64 << 20;
const STILL_MS = 100;
const POLL_MS = 2;
/** Larger differences between the clocks are no errors of measurement. */
const CLOCK_STEP_NS = 5_000_000n;

/** Of a script that the kernel read. */
const UNIDENTIFIED: Doubt = { state: "unproven", reason: "only its name is known" };

export interface DigestChoice {
  readonly inputs: boolean;
  readonly outputs: boolean;
  /** Real paths, one character per byte. */
  readonly roots: readonly string[];
  /** With whose rights files are read; null: ours. */
  readonly user: User | null;
}

export class RunDigests implements Sink<FileEvent> {
  /** Whether the process that made an event stands still until it was written. */
  isStill = false;
  private readonly sink: Sink<FileEvent>;
  private readonly run: Run;
  private readonly ownsRun: boolean;
  private readonly choice: DigestChoice;
  private readonly queue: DigestQueue;
  private readonly inputs = new Map<ActionCount, readonly [DigestJob, RunFile]>();
  private readonly programs = new Map<Program, DigestJob>();
  private readonly workers = new DigestWorkers();
  private readonly fuse = new FuseDevices();
  /** It changes if the clock is set. */
  private readonly bootTime = bootTimeNanoseconds();
  private event: FileEvent | null = null;
  private counts = { changed: 0, unread: 0 };

  /**
   * @param run the model of the run
   * @param ownsRun whether it gets its events here; else the sink adds them
   */
  constructor(sink: Sink<FileEvent>, run: Run, ownsRun: boolean, choice: DigestChoice) {
    this.sink = sink;
    this.run = run;
    this.ownsRun = ownsRun;
    this.choice = choice;
    this.queue = new DigestQueue(choice.user, this.workers);
    if (!choice.inputs) return;
    run.files.onInput = (count, file, where) => this.addInput(count, file, where);
    run.onProgram = (program) => this.addProgram(program);
  }

  get delivered(): number {
    return this.sink.delivered;
  }

  begin(header: RunHeader): void {
    this.sink.begin?.(header);
  }

  write(event: FileEvent): void {
    this.event = event;
    this.sink.write(event);
    if (this.ownsRun) this.run.add(toSummaryEvent(event));
    this.event = null;
  }

  flush(): void {
    this.queue.step(ROUND_BYTES);
    this.sink.flush();
  }

  close(): void {
    this.sink.close();
  }

  digests(all: readonly FileDigest[]): void {
    this.sink.digests?.(all);
  }

  conclude(result: RunTrailer): void {
    this.sink.conclude?.(result);
  }

  private isChosen(path: string): boolean {
    return (
      this.choice.roots.some((root) => isPathWithin(path, root)) && !isPathWithin(path, "/proc")
    );
  }

  private addInput(count: ActionCount, file: RunFile, where: ViewPath): void {
    const job = this.request(file.id, where);
    if (job) this.inputs.set(count, [job, file]);
  }

  private addProgram(program: Program): void {
    const { view, path } = program;
    const [home] = this.run.files.namespaces;
    const id = this.event?.hasInode ? `${this.event.record.dev}:${this.event.record.ino}` : null;
    const job = this.request(id, { view: view ?? home, path, mounted: true });
    if (job) this.programs.set(program, job);
  }

  /** @param where the path at the start of the run */
  private request(id: FileId, where: ViewPath): DigestJob | null {
    const { event } = this;
    const [home] = this.run.files.namespaces;
    if (!event || where.view !== home) return null;
    const isHome = String(event.record.mntns || "") === home.id;
    const seen = isHome && event.path ? sliceToLatin1(event.path) : where.path;
    if (!this.isChosen(where.path) || !seen.startsWith("/")) return null;
    if (this.isStill && event.mount && this.fuse.has(event.mount.dev))
      return DigestJob.unread("on FUSE, recorded by ptrace");
    const opened = nanoseconds(event.time);
    const judge = (stamp: Stamp) =>
      this.judgeInput(stamp, opened) ?? (id === null ? UNIDENTIFIED : null);
    const job = this.queue.add({ path: encodeLatin1(seen), id, judge, isInline: this.isStill });
    if (this.isStill) readStill(job);
    return job;
  }

  /** @param opened when the file was opened, in nanoseconds since 1970 */
  private judgeInput({ ctimeNs, mtimeNs }: Stamp, opened: bigint): Doubt | null {
    const step = bootTimeNanoseconds() - this.bootTime;
    if (step > CLOCK_STEP_NS || -step > CLOCK_STEP_NS)
      return { state: "unproven", reason: "the clock was set during the run" };
    if (changedBefore(ctimeNs) <= opened) return null;
    if (changedBefore(mtimeNs) <= opened)
      return { state: "unproven", reason: "its attributes, names or links changed" };
    return ctimeNs <= opened
      ? { state: "unproven", reason: "it changed just before it was opened" }
      : { state: "changed", reason: "it changed after it was opened" };
  }

  /** Reads what is left, and the outputs. Returns all digests. @param isStopped whether to give up */
  finish(isStopped: () => boolean): FileDigest[] {
    const ended = clockNanoseconds(CLOCK_REALTIME);
    this.workers.hurry();
    const outputs = this.choice.outputs ? this.addOutputs(ended) : [];
    while (!this.queue.isEmpty && !isStopped())
      if (this.queue.step(ROUND_BYTES) === 0 && !this.queue.isEmpty) Bun.sleepSync(POLL_MS);
    this.queue.cancel("interrupted");
    this.workers.close();
    const all = [...this.inputDigests(), ...this.programDigests()];
    for (const [path, job] of outputs) all.push(...digestOf("output", path, job));
    for (const { state } of all)
      if (state === "changed" || state === "unread") this.counts[state]++;
    return all;
  }

  private addOutputs(ended: bigint): [path: string, job: DigestJob][] {
    const { files } = this.run;
    const judge = ({ ctimeNs }: Stamp): Doubt | null =>
      ctimeNs > ended ? { state: "changed", reason: "it changed after the command ended" } : null;
    const jobs: [path: string, job: DigestJob][] = [];
    for (const [entry, where] of files.entries()) {
      const isOutput = isMade(entry) && where.mounted && where.view === files.namespaces[0];
      if (!isOutput || !this.isChosen(where.path) || files.isDirectory(entry, where)) continue;
      const { id } = entry.file;
      jobs.push([where.path, this.queue.add({ path: encodeLatin1(where.path), id, judge })]);
    }
    return jobs;
  }

  private *inputDigests(): Iterable<FileDigest> {
    for (const [{ path }, count] of this.run.files.readFiles()) {
      const [job, file] = this.inputs.get(count) ?? [];
      for (const digest of digestOf("input", path, job))
        yield file?.written ? doubted(digest) : digest;
    }
  }

  private *programDigests(): Iterable<FileDigest> {
    for (const [{ path }, job] of this.programs) yield* digestOf("program", path, job);
  }

  losses(): Loss[] {
    const what = "files without a digest";
    const { changed, unread } = this.counts;
    return [
      { what, count: changed, reason: "changed before they were read" },
      { what, count: unread, reason: "removed, or not readable" },
    ].filter(({ count }) => count > 0);
  }
}

/** Whether a name of the end is that of an output, as a summary lists it. */
function isMade(entry: Entry): boolean {
  return entry.file.written !== null || (entry.placed !== null && !isBack(entry));
}

/** Reads a file to its end, if it is not large, while the call that opened it stands still. */
function readStill(job: DigestJob): void {
  const deadline = performance.now() + STILL_MS;
  for (let left = STILL_BYTES; left > 0 && job.isOpen; ) {
    const read = job.step(left);
    left -= read;
    if (read > 0 || !job.isOpen) continue;
    if (performance.now() > deadline) return;
    Bun.sleepSync(POLL_MS);
  }
}

/** What nothing proves is not so where the run itself wrote the file, which was after it read it. */
function doubted(digest: FileDigest): FileDigest {
  if (digest.state !== "unproven") return digest;
  const { verity: _verity, ...rest } = digest;
  return { ...rest, state: "changed", reason: "the command wrote it later", sha256: null };
}

function digestOf(role: DigestRole, path: string, job: DigestJob | undefined): FileDigest[] {
  return job?.outcome ? [{ role, path, ...job.outcome }] : [];
}

function nanoseconds({ seconds, nanoseconds: rest }: Time): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}
