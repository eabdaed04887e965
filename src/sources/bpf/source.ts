/**
 * Opens, as our eBPF programs see them: loads bpf/trace.bpf.c, tells it what to record, attaches it
 * and reads its ring.
 */
import { readFileSync } from "node:fs";
import { release } from "node:os";
import embedded from "../../../build/trace.bpf.o" with { type: "file" };
import type { PollableSource } from "../../core/source.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import * as abi from "../../events/event-record.ts";
import { CALL_NAMES, IO_URING_CALL_NAME, writeFileCalls } from "../../events/file-calls.ts";
import { FileEvent } from "../../events/file-event.ts";
import { uringOpBits } from "../../events/io-uring-ops.ts";
import type { Loss } from "../../events/loss.ts";
import { clockNanoseconds } from "../../ffi/clock.ts";
import { SystemError } from "../../ffi/errno.ts";
import { type BpfMap, BpfObject, type BpfProgram } from "../../ffi/libbpf.ts";
import { libc } from "../../ffi/libc.ts";
import { native } from "../../ffi/native.ts";
import { type Arch, openFlags } from "../../kernel/fcntl.ts";
import { isKernelAtLeast, type KernelVersion } from "../../kernel/kernel-version.ts";
import { CLOCK_BOOTTIME, CLOCK_REALTIME } from "../../kernel/time.ts";
import { UringJoin } from "./io-uring-join.ts";
import { LinkSet } from "./links.ts";
import { mapRingBuffer, RingBuffer } from "./ring-buffer.ts";
import { tracepointHasField, tracepointId } from "./tracepoint.ts";

/** What is recorded. All conditions must hold. */
export interface BpfOptions {
  /** Bytes of the ring: a power of two, at least a page. */
  readonly bufferSize: number;
  readonly kinds: ReadonlySet<EventKind>;
  /** False: no system call is looked at, so that an exec or fork that fails is not told. */
  readonly syscalls?: boolean;
  /** WANT_* bits: which optional parts of an event are read. */
  readonly want: number;
  /** Which processes: those that trace forks while armed, a list of pids, or all. */
  readonly processes: "forked" | "forked-and-descendants" | readonly number[] | "all";
  /** An open fd of a cgroup v2 directory: only tasks in it and below. */
  readonly cgroup?: number;
  readonly uid?: number;
  /** At most 15 bytes. */
  readonly comm?: string;
  /** A disjunction over the open flags, at most FORMULA_TERMS; none: every open. */
  readonly formula?: readonly { readonly mask: bigint; readonly value: bigint }[];
}

const ARCH = process.arch as Arch;
/** Programs at classic tracepoints, by program name. What a kernel lacks is left out. */
const URING_TRACEPOINTS = {
  uring_submit_req: "io_uring/io_uring_submit_req",
  uring_submit_sqe: "io_uring/io_uring_submit_sqe",
  uring_failed: "io_uring/io_uring_req_failed",
  uring_overflow: "io_uring/io_uring_cqe_overflow",
};
/** Of two programs for one tracepoint, the one that this kernel's completions suit. */
function uringTracepoints(): Record<string, string> {
  const completion = "io_uring/io_uring_complete";
  const named = tracepointHasField(completion, "req");
  return {
    ...URING_TRACEPOINTS,
    [named ? "uring_complete" : "uring_complete_no_req"]: completion,
  };
}
const NEW_TASK = { new_task: "task/task_newtask" };
const PROCESS_EXIT = { process_exit: "sched/sched_process_exit" };
const PROCESS_EXEC = { process_exec: "sched/sched_process_exec" };

const SYS_EXIT = "raw_syscalls/sys_exit";
/** From here on a program at a classic tracepoint can see the registers. */
export const CLASSIC_SYS_EXIT: KernelVersion = [5, 15];
const ENOENT = 2;
/** How long a record that is being written at the end is waited for. */
const MAX_WRITE_WAIT_MS = 100;

/** When CLOCK_BOOTTIME was 0, on the wall clock. */
function bootTime() {
  const at = clockNanoseconds(CLOCK_REALTIME) - clockNanoseconds(CLOCK_BOOTTIME);
  return {
    seconds: Number(at / 1_000_000_000n),
    nanoseconds: Number(at % 1_000_000_000n),
  };
}

function writeConfig(config: DataView, options: BpfOptions): void {
  const { CONFIG } = abi;
  const u32 = (field: number, value: number) => config.setUint32(field, value, true);
  const formula = options.formula ?? [];
  // A formula that nothing matches is a term that no flags word equals.
  const terms = options.formula && !formula.length ? [{ mask: 0n, value: 1n }] : formula;
  for (const [index, term] of terms.entries()) {
    config.setBigUint64(CONFIG.formula + index * 16, term.mask, true);
    config.setBigUint64(CONFIG.formula + index * 16 + 8, term.value, true);
  }
  u32(CONFIG.formula_terms, terms.length);
  config.setBigUint64(CONFIG.wakeup_bytes, BigInt(options.bufferSize >> 2), true);
  config.setBigUint64(CONFIG.largefile, BigInt(openFlags(ARCH).O_LARGEFILE), true);
  u32(CONFIG.want, options.want);
  const { processes } = options;
  if (processes === "forked" || processes === "forked-and-descendants") {
    u32(CONFIG.processes, abi.PROCESSES_TREE);
    u32(CONFIG.follow, processes === "forked" ? 0 : 1);
  } else if (processes !== "all") u32(CONFIG.processes, abi.PROCESSES_LISTED);
  u32(CONFIG.in_cgroup, options.cgroup === undefined ? 0 : 1);
  if (options.uid !== undefined) {
    u32(CONFIG.by_uid, 1);
    u32(CONFIG.uid, options.uid);
  }
  if (options.comm !== undefined) {
    u32(CONFIG.by_comm, 1);
    const comm = new TextEncoder().encode(options.comm).subarray(0, 15);
    for (const [index, byte] of comm.entries()) config.setUint8(CONFIG.comm + index, byte);
  }
  writeKinds(config, options);
}

/** The kinds for which system calls and io_uring requests are looked at. */
function syscallKinds({ kinds, syscalls = true }: BpfOptions): ReadonlySet<EventKind> {
  if (!syscalls) return new Set();
  // unlinkat(2) removes files and directories.
  return kinds.has("rmdir") ? new Set([...kinds, "unlink"]) : kinds;
}

/** Tells the programs which kinds of events are recorded. */
function writeKinds(config: DataView, options: BpfOptions): void {
  const { CONFIG } = abi;
  const { kinds } = options;
  const calls = syscallKinds(options);
  writeFileCalls(config, ARCH, calls);
  config.setBigUint64(CONFIG.uring_ops, uringOpBits(calls), true);
  config.setUint32(CONFIG.uring_call, CALL_NAMES.indexOf(IO_URING_CALL_NAME), true);
  const events =
    (kinds.has("exec") ? abi.WANT_EXEC : 0) |
    (kinds.has("fork") ? abi.WANT_FORK : 0) |
    (kinds.has("exit") ? abi.WANT_EXIT : 0);
  config.setUint32(CONFIG.events, events, true);
  config.setUint32(CONFIG.page_kib, libc.getpagesize() >> 10, true);
}

function requireTracepointId(event: string): number {
  const id = tracepointId(event);
  if (id === null) throw new SystemError("open", `tracefs events/${event}`, ENOENT);
  return id;
}

export class BpfSource implements PollableSource<FileEvent> {
  readonly fd: number;
  private readonly object: BpfObject;
  private readonly programs: BpfProgram[] = [];
  private readonly links: LinkSet;
  private readonly ring: RingBuffer;
  private readonly record: abi.EventRecord;
  private readonly event: FileEvent;
  private readonly uringJoin: UringJoin;
  private readonly joinedEvent: FileEvent;
  /** Whom events are handed to. */
  private visit: (event: FileEvent) => void = () => {};
  private badRecords = 0;
  private missingNames = 0;
  private unreadRecords = 0;
  private processes?: BpfMap;

  /**
   * Loads and attaches; from here on events are recorded.
   * @throws SystemError that names the call that was refused
   */
  constructor(options: BpfOptions) {
    this.object = new BpfObject(readFileSync(embedded));
    writeConfig(this.object.map(".rodata.config").initialValue(abi.CONFIG_SIZE), options);
    this.object.map("ring").setMaxEntries(options.bufferSize);
    if (options.want & abi.WANT_ARGV)
      this.object.map("exec_records").setMaxEntries(native().libbpf_num_possible_cpus());

    const followed = typeof options.processes === "string" && options.processes !== "all";
    const { kinds } = options;
    const calls = syscallKinds(options);
    const points = {
      ...(uringOpBits(calls) ? uringTracepoints() : {}),
      ...(followed || kinds.has("fork") ? NEW_TASK : {}),
      ...(followed || kinds.has("exit") ? PROCESS_EXIT : {}),
      ...(kinds.has("exec") ? PROCESS_EXEC : {}),
    };
    const tracepoints: [BpfProgram, number, string][] = [];
    for (const [name, event] of Object.entries(points)) {
      const id = tracepointId(event);
      if (id !== null) tracepoints.push([this.enable(name), id, event]);
    }
    const rawExit = calls.size > 0 && this.enableExit(tracepoints);
    this.object.load();

    this.registerSelf(false);
    if (Array.isArray(options.processes))
      for (const pid of options.processes)
        this.object.map("processes").set(pid, abi.MEMBER_RECORDED);
    if (options.cgroup !== undefined) this.object.map("cgroups").set(0, options.cgroup);

    const ring = this.object.map("ring");
    this.fd = ring.fd;
    this.ring = new RingBuffer(mapRingBuffer(ring.fd, options.bufferSize, abi.MAX_EVENT_SIZE));
    const boot = bootTime();
    this.record = new abi.EventRecord(this.ring.bytes);
    this.event = new FileEvent(this.record, boot);
    const joined = new abi.EventRecord(new Uint8Array(abi.MAX_EVENT_SIZE));
    this.uringJoin = new UringJoin(joined);
    this.joinedEvent = new FileEvent(joined, boot);
    this.links = new LinkSet();
    for (const [program, id, name] of tracepoints) this.links.attach(id, program.fd, name);
    if (rawExit) rawExit.attach();
  }

  /** Enables the program at the end of system calls. Returns it if it is no classic tracepoint's. */
  private enableExit(tracepoints: [BpfProgram, number, string][]): BpfProgram | null {
    if (!isKernelAtLeast(release(), CLASSIC_SYS_EXIT)) return this.enable("sys_exit_raw");
    tracepoints.push([this.enable("sys_exit"), requireTracepointId(SYS_EXIT), SYS_EXIT]);
    return null;
  }

  private enable(name: string): BpfProgram {
    const program = this.object.program(name);
    program.enable();
    this.programs.push(program);
    return program;
  }

  /** Runs the program that learns who we are; armed, what we fork is recorded from its start. */
  private registerSelf(armed: boolean): void {
    this.object.program("register_self").testRun(armed ? 1 : 0);
  }

  /** Makes what `spawn` forks one of the recorded processes, before its first instruction. */
  traceForks<T>(spawn: () => T): T {
    this.registerSelf(true);
    try {
      return spawn();
    } finally {
      this.registerSelf(false);
    }
  }

  /** @returns false when an event that is still being written keeps us from those after it */
  drain(visit: (event: FileEvent) => void): boolean {
    this.visit = visit;
    return this.ring.drain(this.onRecord);
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

  /** Takes the record that the view stands at. */
  private dispatch(): void {
    switch (this.record.type) {
      case abi.EVENT_SYSCALL:
      case abi.EVENT_EXEC:
      case abi.EVENT_FORK:
      case abi.EVENT_EXIT:
      case abi.EVENT_URING_FAILED:
        this.emit(this.event);
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
    this.visit(event);
  }

  /** Visits what is left, and what is known only at the end. */
  finish(visit: (event: FileEvent) => void): void {
    const deadline = performance.now() + MAX_WRITE_WAIT_MS;
    this.visit = visit;
    let complete = this.ring.drain(this.onRecord);
    while (!complete && performance.now() < deadline) {
      Bun.sleepSync(1);
      complete = this.ring.drain(this.onRecord);
    }
    this.unreadRecords = complete ? 0 : this.ring.unreadCount();
    this.uringJoin.finish(() => this.emit(this.joinedEvent));
  }

  /** How many recorded processes are alive; no more than `most` are counted. */
  aliveCount(most?: number): number {
    this.processes ??= this.object.map("processes");
    return this.processes.keys(most).length;
  }

  losses(): Loss[] {
    const counter = (cause: (typeof abi.LOSSES)[number]) =>
      this.object.map("losses").perCpuSum(abi.LOSSES.indexOf(cause));
    const misses = this.programs.reduce((sum, program) => sum + program.recursionMisses(), 0);
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
      { what: "skipped by the kernel (recursion)", count: misses },
      { what: "names unreadable", count: this.missingNames },
      { what: "malformed records", count: this.badRecords + this.ring.corrupted },
      { what: "still being written at the end", count: this.unreadRecords },
    ];
    return all.filter((loss) => loss.count > 0);
  }

  /** Ends the recording. */
  close(): void {
    this.links.close();
  }
}
