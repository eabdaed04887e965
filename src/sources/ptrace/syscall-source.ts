/** Decodes the system calls at which a tracer stops, and passes them to a sink. */

import { SyscallEvent, type SyscallSink } from "../../events/syscall-event.ts";
import { bootTimeNanoseconds } from "../../ffi/clock.ts";
import { ARCH } from "../../ffi/machine.ts";
import { ERESTART_RESTARTBLOCK } from "../../kernel/errno.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { accessedFiles } from "../../syscalls/accessed-files.ts";
import { type DecodeLimits, type MemoryReader, SyscallView } from "../../syscalls/decode/call.ts";
import { decodeArguments, unknownSyscallName } from "../../syscalls/decode/index.ts";
import { resultText } from "../../syscalls/decode/results.ts";
import type { FdDetailKinds } from "../../syscalls/fd-details.ts";
import { returnsFd } from "../../syscalls/fd-results.ts";
import type { Injections, WantedCalls } from "../../syscalls/injection.ts";
import { type DumpedFds, ioBuffers } from "../../syscalls/io-buffers.ts";
import { type Abi, syscallName } from "../../syscalls/table.ts";
import type { TextStyle } from "../../syscalls/text-style.ts";
import { FdDetailsReader, NO_DETAILS } from "./fd-details.ts";
import { FdPathReader } from "./fd-links.ts";
import { GenericFamilies } from "./generic-families.ts";
import { Injector } from "./injector.ts";
import { NetworkNames } from "./network-names.ts";
import { PidReader } from "./pid-reader.ts";
import { unpackSocketcall } from "./socketcall.ts";
import type { StackReader } from "./stack-reader.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import type { Resumption, Tracee, TracerOptions, TracerVisitor } from "./tracee.ts";
import { TraceeMemory } from "./tracee-memory.ts";
import { Tracer } from "./tracer.ts";

export interface InjectionOptions {
  readonly injections: Injections;
  /** Whether a call is reported, as far as its entry decides: others are left alone. */
  readonly accepts: (event: SyscallEvent) => boolean;
  /** Receives what could not be injected. */
  readonly warn: (message: string) => void;
}

export interface SyscallSourceOptions extends TracerOptions {
  readonly limits: DecodeLimits;
  /** Whether to read the paths of fds. */
  readonly fdPaths: boolean;
  /** What to read of fds besides their paths; requires fdPaths. */
  readonly fdDetails?: FdDetailKinds;
  /** Finds processes by their numbers, if details of them are requested. */
  readonly processes?: PidReader | null;
  /** Whether to find out which files each call accesses; requires fdPaths. */
  readonly files: boolean;
  /** Whether to report a call after its thread has been resumed, not before. */
  readonly deferred: boolean;
  /** The calls to report; null for all. */
  readonly calls: WantedCalls | null;
  /** The style of results that are texts. */
  readonly style?: TextStyle;
  /** How calls are decoded; structs are abbreviated by default. */
  readonly forms?: DecodedForms;
  /** The fds whose data to read. */
  readonly dumpedFds?: DumpedFds;
  /** Reads call stacks, if they are requested. */
  readonly stacks?: StackReader | null;
  /** Called when a thread makes a call of another ABI than its last one; it begins with the native one. */
  readonly onAbiChanged?: (tracee: Tracee) => void;
  /** Called when a thread is detached from. */
  readonly onDetached?: (tracee: Tracee) => void;
  /** What to inject into the reported calls. */
  readonly injection?: InjectionOptions;
}

/** strace's -e abbrev=, verbose= and raw=. */
export interface DecodedForms {
  /** The calls whose structs have their most important fields only. */
  readonly abbreviated: WantedCalls;
  /** The calls whose structs are read at all. */
  readonly verbose: WantedCalls;
  /** The calls whose arguments are numbers. */
  readonly raw: WantedCalls;
}

/** The elements that an array has at most if it is not abbreviated: a program can pass any count. */
const MAX_ITEMS = 0x10000;
/** The result of a call that restart_syscall(2) resumes. */
const RESUMABLE = -BigInt(ERESTART_RESTARTBLOCK);

function displayName({ abi, number }: SyscallStop): string {
  return syscallName(abi, number) ?? unknownSyscallName(number);
}

export class SyscallSource implements TracerVisitor {
  readonly tracer: Tracer;
  private readonly sink: SyscallSink;
  private readonly options: SyscallSourceOptions;
  private readonly view = new SyscallView();
  private readonly memory = new TraceeMemory();
  /** Memory without structs: strace -e verbose=none. */
  private readonly stringMemory: MemoryReader = {
    read: () => null,
    readString: (address, limit) => this.memory.readString(address, limit),
  };
  private readonly fdPaths: FdDetailsReader;
  private readonly network: NetworkNames;
  private readonly events = new Map<SyscallStop, SyscallEvent>();
  private readonly spare: SyscallEvent[] = [];
  /** Names of the calls that restart_syscall(2) will resume, by thread. */
  private readonly interrupted = new Map<number, string>();
  /** A decoded call that is reported once its thread has been resumed. */
  private deferredEvent: SyscallEvent | null = null;
  private readonly injector: Injector | null;
  /** How to resume the thread that was reported last. */
  private nextResumption: Resumption | null = null;
  /** Whether the command has been executed: nothing is injected into that call. */
  private executed = false;
  /** The thread whose fds are read: it may have its own table, and outlive the group leader. */
  private tid = 0;
  private tgid = 0;
  private readonly cwd = () => this.fdPaths.pathOf(this.tid, AT_FDCWD);
  /** The command's own process; 0 if only running processes are traced. */
  rootPid = 0;
  /** The command's exit status, or 128+N after signal N; null while it runs. */
  status: number | null = null;

  constructor(sink: SyscallSink, options: SyscallSourceOptions) {
    this.sink = sink;
    this.options = options;
    this.tracer = new Tracer(this, options);
    const { injection } = options;
    this.injector =
      injection && injection.injections.length > 0
        ? new Injector(injection.injections, this.memory, injection.warn)
        : null;
    this.view.memory = this.memory;
    this.view.buffers = this.memory;
    this.view.limits = options.limits;
    this.view.arch = ARCH;
    if (options.style) this.view.style = options.style;
    this.fdPaths = new FdDetailsReader(options.fdDetails ?? NO_DETAILS);
    this.network = new NetworkNames(new FdPathReader());
    if (options.fdPaths) this.view.pidfdTarget = (fd) => this.fdPaths.pidfdTarget(this.tid, fd);
    if (options.fdPaths) {
      this.view.detailsOf = (fd, pid) =>
        this.fdPaths.detailsOf(pid ?? this.tgid, pid ?? this.tid, fd);
      const processes = options.processes ?? new PidReader(new Set());
      this.view.processOf = (pid) => processes.translate(this.tid, "tgid", pid);
    }
    this.view.fdTarget = (fd) => this.fdPaths.pathOf(this.tid, fd);
    this.view.bootTime = bootTimeNanoseconds;
    this.view.netlinkProtocol = (fd) => this.network.netlinkProtocol(this.tid, fd);
    const families = new GenericFamilies();
    this.view.genericFamily = (id) => families.nameOf(id);
    this.view.interfaceName = (index) => this.network.interfaceName(this.tid, index);
  }

  /** Points the decoders at a stopped thread. */
  private bindView(stop: SyscallStop, tracee: Tracee, name: string): void {
    this.tid = tracee.tid;
    this.tgid = tracee.tgid;
    this.memory.pid = tracee.tid;
    this.view.name = name;
    this.view.abi = stop.abi;
    this.view.registers = stop;
    this.bindForms(stop.abi, name);
    this.view.wordSize = stop.abi === "x64" || stop.abi === "arm64" ? 8 : 4;
  }

  private bindForms(abi: Abi, name: string): void {
    const { forms, limits } = this.options;
    if (!forms) return;
    this.view.abbreviated = forms.abbreviated.has(name, abi);
    this.view.memory = forms.verbose.has(name, abi) ? this.memory : this.stringMemory;
    this.view.raw = forms.raw.has(name, abi);
    this.view.limits = this.view.abbreviated ? limits : { ...limits, array: MAX_ITEMS };
  }

  syscallEntered(stop: SyscallStop, tracee: Tracee): void {
    if (stop.abi !== tracee.abi) {
      tracee.abi = stop.abi;
      this.options.onAbiChanged?.(tracee);
    }
    const name = unpackSocketcall(stop, this.memory) ?? displayName(stop);
    const { calls } = this.options;
    if (calls && !calls.has(name, stop.abi)) return;
    const event = this.spare.pop() ?? new SyscallEvent();
    event.tid = tracee.tid;
    event.tgid = tracee.tgid;
    event.name = name;
    event.abi = stop.abi;
    event.number = stop.number;
    event.instructionPointer = stop.instructionPointer;
    event.args.length = 0;
    event.result = null;
    event.resultPath = undefined;
    event.duration = 0;
    event.resultDetails = {};
    event.resultPid = {};
    event.failed = false;
    event.resultText = null;
    event.time = performance.timeOrigin + stop.enteredAt;
    this.bindView(stop, tracee, name);
    if (name === "restart_syscall")
      this.view.restartedName = this.interrupted.get(tracee.tid) ?? "";
    event.decodedAtEntry = decodeArguments(this.view, "entry", event.args);
    event.severity = "info";
    event.reason = "";
    event.files = this.options.files ? accessedFiles(event, this.cwd) : [];
    event.injected = [];
    event.buffers = [];
    // Some calls do not return, and an exec replaces the stack.
    event.stack = this.options.stacks?.read(tracee.tid) ?? [];
    event.delayed = false;
    this.events.set(stop, event);
    if (this.injector) this.injectAtEntry(this.injector, event, stop, tracee);
    this.options.processes?.annotate(event);
    this.sink.syscallEntered?.(event);
  }

  private injectAtEntry(
    injector: Injector,
    event: SyscallEvent,
    stop: SyscallStop,
    tracee: Tracee,
  ): void {
    const starts = stop.isExec && tracee.tid === this.rootPid && !this.executed;
    if (starts) this.executed = true;
    if (starts || !this.options.injection?.accepts(event)) return;
    this.nextResumption = injector.enter(event, stop, tracee, () => {
      event.args.length = 0;
      event.decodedAtEntry = decodeArguments(this.view, "entry", event.args);
    });
  }

  resumption(): Resumption | null {
    const { nextResumption } = this;
    this.nextResumption = null;
    return nextResumption;
  }

  syscallExited(stop: SyscallStop, tracee: Tracee): void {
    // The name of a thread that has ended cannot be read, so it is remembered.
    if (stop.isExec && !stop.failed) this.options.processes?.tracedName(tracee.tid);
    const event = this.events.get(stop);
    if (!event) return;
    this.events.delete(stop);
    if (this.injector) {
      this.memory.pid = tracee.tid;
      this.nextResumption = this.injector.exit(event, stop, tracee);
    }
    event.setResult(stop.result, stop.failed);
    event.duration = stop.exitedAt - stop.enteredAt;
    event.systemTime = stop.systemTime;
    event.tid = tracee.tid;
    if (stop.failed && stop.result === RESUMABLE) this.interrupted.set(tracee.tid, event.name);
    this.bindView(stop, tracee, event.name);
    decodeArguments(this.view, "exit", event.args);
    event.resultText = resultText(this.view);
    if (this.options.dumpedFds) event.buffers = ioBuffers(this.view, this.options.dumpedFds);
    this.options.processes?.annotate(event);
    if (this.options.fdPaths && !event.failed && returnsFd(event)) {
      const { tgid, tid } = this;
      event.resultDetails = this.fdPaths.detailsOf(tgid, tid, Number(event.result));
      event.resultPath = event.resultDetails.path;
    }
    if (this.options.deferred) this.deferredEvent = event;
    else this.emitEnd(event);
  }

  private emitEnd(event: SyscallEvent): void {
    this.sink.syscallExited(event);
    this.spare.push(event);
  }

  resumed(): void {
    const { deferredEvent } = this;
    if (!deferredEvent) return;
    this.deferredEvent = null;
    this.emitEnd(deferredEvent);
  }

  signal({ tid, tgid }: Tracee, signal: number, info: DataView, at: bigint | null): void {
    this.sink.signal?.({ tid, tgid, signal, info, ...(at === null ? {} : { at }) });
  }

  groupStopped(tracee: Tracee, signal: number): void {
    this.sink.groupStopped?.(tracee.tid, signal);
  }

  forked(child: Tracee): void {
    this.options.processes?.tracedName(child.tid);
    this.sink.threadCountChanged?.(this.tracer.tracees.size);
  }

  /** Reports the call of a leader that the exec of another thread ended, and that exec. */
  superseded(leader: Tracee, by: number): void {
    this.endUnfinished(leader);
    this.interrupted.delete(leader.tid);
    // The thread that executed has taken the leader's place.
    this.sink.threadCountChanged?.(this.tracer.tracees.size - 1);
    this.sink.superseded?.(leader.tid, by);
  }

  /** Reports a call that did not return: exit(2), or its thread was ended. */
  private endUnfinished({ syscall }: Tracee): void {
    const event = syscall && this.events.get(syscall);
    if (!syscall || !event) return;
    this.events.delete(syscall);
    this.emitEnd(event);
  }

  /** Reports the call in which the thread is, and that nothing more is known of the thread. */
  detached(tracee: Tracee): void {
    const { syscall, tid } = tracee;
    const event = syscall && this.events.get(syscall);
    if (event) {
      this.events.delete(syscall);
      this.sink.detached?.(event);
      this.spare.push(event);
    }
    this.interrupted.delete(tid);
    this.options.onDetached?.(tracee);
  }

  ended(code: number | null, signal: number | null): void {
    this.status = code ?? 128 + (signal ?? 0);
  }

  /** Reports the end of a thread, before it the call that did not return. */
  exited(tracee: Tracee, code: number | null, signal: number | null, core: boolean): void {
    this.endUnfinished(tracee);
    this.interrupted.delete(tracee.tid);
    if (tracee.tid === this.rootPid) this.status = code ?? 128 + (signal ?? 0);
    this.sink.exited?.({ tid: tracee.tid, tgid: tracee.tgid, code, signal, core });
    this.sink.threadCountChanged?.(this.tracer.tracees.size);
  }
}
