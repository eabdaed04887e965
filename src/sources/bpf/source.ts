/**
 * The source of file and process events from our eBPF programs: configures, loads and attaches
 * bpf/trace.bpf.c, and reads its ring buffer. bpf/interface.h defines the configuration and the records.
 */
import type { PollableSource } from "../../core/source.ts";
import * as abi from "../../events/event-record.ts";
import { FileEvent } from "../../events/file-event.ts";
import type { Loss } from "../../events/loss.ts";
import { readBuiltFile } from "../../ffi/built-files.ts";
import { bootTime } from "../../ffi/clock.ts";
import { BpfLoadError, type BpfMap, BpfObject } from "../../ffi/libbpf.ts";
import { CLOCK_BOOTTIME } from "../../kernel/time.ts";
import { type BpfOptions, configure, fillMaps } from "./config.ts";
import { identityPrograms, probeIdentity } from "./identity.ts";
import { UringJoin } from "./io-uring-join.ts";
import { processFiles } from "./process-files.ts";
import { ProgramSet } from "./programs.ts";
import { mapRingBuffer, RingBuffer } from "./ring-buffer.ts";
import { ScriptJoin } from "./script-join.ts";

type Loaded = [object: BpfObject, programs: ProgramSet];

function load(options: BpfOptions, withIdentity: boolean): Loaded {
  const object = new BpfObject(readBuiltFile("trace.bpf.o"));
  configure(object, options);
  const programs = new ProgramSet(object, options, withIdentity);
  object.load();
  return [object, programs];
}

/** The programs of identity.ts are optional: a kernel that rejects them records without them. */
function loadWithIdentity(options: BpfOptions): Loaded {
  try {
    return load(options, true);
  } catch (error) {
    if (!(error instanceof BpfLoadError)) throw error;
    if (process.env.TRACE_DEBUG) process.stderr.write(error.log);
    return load(options, false);
  }
}

export class BpfSource implements PollableSource<FileEvent> {
  readonly backend = "bpf";
  /** When CLOCK_BOOTTIME was 0, for the times of all events. */
  readonly bootTime = bootTime(CLOCK_BOOTTIME);
  readonly fd: number;
  private readonly object: BpfObject;
  private readonly programs: ProgramSet;
  private readonly ring: RingBuffer;
  private readonly record: abi.EventRecord;
  private readonly event: FileEvent;
  private readonly uringJoin: UringJoin;
  private readonly joinedEvent: FileEvent;
  private readonly scriptJoin: ScriptJoin;
  /** The visitor of the current `drain`. */
  private visit: (event: FileEvent) => void = () => {};
  private badRecords = 0;
  private missingNames = 0;
  private longPaths = 0;
  private unreadRecords = 0;
  private processes?: BpfMap;

  /**
   * Loads and attaches the programs; events are recorded from then on.
   * @throws SystemError that names the call that failed; no program is attached then
   */
  constructor(options: BpfOptions) {
    const wantsIdentity = identityPrograms(options).length > 0;
    [this.object, this.programs] =
      wantsIdentity && probeIdentity() === 0 ? loadWithIdentity(options) : load(options, false);
    this.registerSelf(false);
    fillMaps(this.object, options);

    const { fd } = this.object.map("ring");
    this.fd = fd;
    this.ring = new RingBuffer(mapRingBuffer(fd, options.bufferSize, abi.MAX_EVENT_SIZE));
    this.record = new abi.EventRecord(this.ring.bytes);
    this.event = new FileEvent(this.record, this.bootTime);
    const joined = new abi.EventRecord(new Uint8Array(abi.MAX_EVENT_SIZE));
    this.uringJoin = new UringJoin(joined);
    this.joinedEvent = new FileEvent(joined, this.bootTime);
    this.scriptJoin = new ScriptJoin(joined, processFiles);

    this.programs.attach();
  }

  /** Registers this process with the programs; if armed, its new children are recorded. */
  private registerSelf(armed: boolean): void {
    this.object.program("register_self").testRun(armed ? 1 : 0);
  }

  /** Records the processes that `spawn` forks, from their first instruction. */
  traceForks<T>(spawn: () => T): T {
    this.registerSelf(true);
    try {
      return spawn();
    } finally {
      this.registerSelf(false);
    }
  }

  /**
   * Visits the events that are in the ring buffer.
   * @returns false if it stopped at a record that is still being written
   */
  drain(visit: (event: FileEvent) => void): boolean {
    this.visit = visit;
    return this.ring.drain(this.onRecord);
  }

  /**
   * Drains like `drain`, but waits up to 100 ms for records that are still being written.
   * @param isDone ends the wait early if the visited events suffice
   * @returns false if a record was still being written in the end
   */
  drainWaiting(visit: (event: FileEvent) => void, isDone?: () => boolean): boolean {
    this.visit = visit;
    return this.ring.drainWaiting(this.onRecord, isDone);
  }

  private readonly onRecord = (at: number, length: number): void => {
    try {
      this.record.moveTo(at, length);
      this.dispatch();
    } catch (error) {
      if (!(error instanceof abi.BadRecordError)) throw error;
      this.badRecords++;
    }
  };

  /** Handles the record that the view is at. */
  private dispatch(): void {
    switch (this.record.type) {
      case abi.EVENT_SYSCALL:
      case abi.EVENT_EXEC:
      case abi.EVENT_FORK:
      case abi.EVENT_EXIT:
      case abi.EVENT_URING_FAILED:
        this.emit(this.event);
        break;
      case abi.EVENT_INTERP:
        // That of a script has the inode of the program.
        if (this.record.u64(abi.EVENT.ino2) === 0) this.emit(this.event);
        else this.scriptJoin.expand(this.record, () => this.emit(this.joinedEvent));
        break;
      case abi.EVENT_URING_SUBMIT:
        this.uringJoin.submit(this.record);
        break;
      case abi.EVENT_URING_COMPLETE:
        if (this.uringJoin.complete(this.record)) this.emit(this.joinedEvent);
        break;
      case abi.EVENT_URING_OVERFLOW:
        if (this.uringJoin.completeOverflowed(this.record)) this.emit(this.joinedEvent);
        break;
      default:
        this.badRecords++;
    }
  }

  private emit(event: FileEvent): void {
    if (event.nameUnreadable) this.missingNames++;
    if (event.pathTooLong) this.longPaths++;
    this.visit(event);
  }

  /** Visits the remaining events, and those io_uring requests whose outcome is known only at the end. */
  finish(visit: (event: FileEvent) => void): void {
    this.unreadRecords = this.drainWaiting(visit) ? 0 : this.ring.unreadCount();
    this.uringJoin.finish(() => this.emit(this.joinedEvent));
  }

  /** Returns the recorded processes that are alive, by the pids of the initial namespace. */
  alivePids(max?: number): number[] {
    this.processes ??= this.object.map("processes");
    return this.processes.keys(max);
  }

  /** Returns how many recorded processes are alive; counts at most `max`. */
  aliveCount(max?: number): number {
    return this.alivePids(max).length;
  }

  losses(): Loss[] {
    const counter = (cause: (typeof abi.LOSSES)[number]) =>
      this.object.map("losses").perCpuSum(abi.LOSSES.indexOf(cause));
    const all: Loss[] = [
      {
        what: "dropped",
        count: counter("ring_full"),
        reason: "ring full",
        remedy: { kind: "larger-buffer", bytes: this.ring.size * 4 },
      },
      { what: "processes not followed (too many at once)", count: counter("tree_full") },
      { what: "io_uring requests not followed (too many at once)", count: counter("uring_full") },
      {
        what: "io_uring requests not reported by this kernel",
        count: counter("uring_unresolved"),
      },
      { what: "io_uring requests without a known outcome", count: this.uringJoin.missing },
      { what: "ELF interpreters not found", count: counter("interp") },
      { what: "skipped by the kernel (recursion)", count: this.programs.recursionMisses() },
      { what: "names unreadable", count: this.missingNames },
      { what: "paths too long", count: this.longPaths },
      { what: "malformed records", count: this.badRecords + this.ring.corrupted },
      { what: "still being written at the end", count: this.unreadRecords },
    ];
    return all.filter((loss) => loss.count > 0);
  }

  /** Stops recording. */
  close(): void {
    this.programs.close();
  }
}
