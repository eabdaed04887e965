/** Calls with their arguments, from the stops of a tracer to a sink. */
import { SyscallEvent, type SyscallSink } from "../../events/syscall-event.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { concernedFiles } from "../../syscalls/accessed-files.ts";
import { Call, type Limits } from "../../syscalls/decode/call.ts";
import { SOCKET_CALLS, SOCKETCALL } from "../../syscalls/decode/compat.ts";
import { decodeArguments, unknownCall } from "../../syscalls/decode/index.ts";
import { resultText } from "../../syscalls/decode/results.ts";
import { givesFd } from "../../syscalls/fd-results.ts";
import { syscallName } from "../../syscalls/table.ts";
import { Links } from "./fd-links.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import { TraceeMemory } from "./tracee-memory.ts";
import { type Tracee, Tracer, type TracerOptions, type Visitor } from "./tracer.ts";

export interface CallOptions extends TracerOptions {
  readonly limits: Limits;
  /** Shows where fds lead. */
  readonly fdPaths: boolean;
  /** Finds out which files each call concerns; needs fdPaths. */
  readonly files: boolean;
  /** Lines are written while the thread runs on, not before it does. */
  readonly deferred: boolean;
  /** Which calls are told, by name; null: all. */
  readonly names: ReadonlySet<string> | null;
}

/** include/linux/errno.h. */
const ERESTART_RESTARTBLOCK = -516n;
const ARCH = process.arch === "arm64" ? "arm64" : "x64";

function nameOf({ abi, number }: SyscallStop): string {
  return syscallName(abi, number) ?? unknownCall(number);
}

export class CallSource implements Visitor {
  readonly tracer: Tracer;
  private readonly sink: SyscallSink;
  private readonly options: CallOptions;
  private readonly call = new Call();
  private readonly memory = new TraceeMemory();
  private readonly links = new Links();
  private readonly events = new Map<SyscallStop, SyscallEvent>();
  private readonly spare: SyscallEvent[] = [];
  /** Calls that a thread is to resume, by thread. */
  private readonly interrupted = new Map<number, string>();
  /** Decoded, and to be written while its thread runs on. */
  private done: SyscallEvent | null = null;
  /** Whose fds are asked for: a thread may have its own, and go on when the first one has ended. */
  private tid = 0;
  private readonly directory = () => this.links.of(this.tid, AT_FDCWD);
  /** The command's own process, and how it ended: a status as a shell has it. */
  root = 0;
  status: number | null = null;

  constructor(sink: SyscallSink, options: CallOptions) {
    this.sink = sink;
    this.options = options;
    this.tracer = new Tracer(this, options);
    this.call.memory = this.memory;
    this.call.limits = options.limits;
    this.call.arch = ARCH;
    if (options.fdPaths) this.call.pathOf = (fd) => this.links.of(this.tid, fd);
  }

  /** Points the decoders at a stopped thread. */
  private look(stop: SyscallStop, tracee: Tracee, name: string): void {
    this.tid = tracee.tid;
    this.memory.pid = tracee.tid;
    this.call.name = name;
    this.call.abi = stop.abi;
    this.call.registers = stop;
    this.call.word = stop.abi === "x64" || stop.abi === "arm64" ? 8 : 4;
  }

  entered(stop: SyscallStop, tracee: Tracee): void {
    const name = this.unpacked(stop, tracee) ?? nameOf(stop);
    if (this.options.names && !this.options.names.has(name)) return;
    const event = this.spare.pop() ?? new SyscallEvent();
    event.tid = tracee.tid;
    event.tgid = tracee.tgid;
    event.name = name;
    event.abi = stop.abi;
    event.args.length = 0;
    event.result = null;
    event.resultPath = undefined;
    event.failed = false;
    event.resultText = null;
    event.time = performance.timeOrigin + stop.entered;
    this.look(stop, tracee, name);
    if (name === "restart_syscall") this.call.resumed = this.interrupted.get(tracee.tid) ?? "";
    event.known = decodeArguments(this.call, "entry", event.args);
    event.mode = "info";
    event.reason = "";
    event.files = this.options.files ? concernedFiles(event, this.directory) : [];
    this.events.set(stop, event);
    this.sink.begin(event);
  }

  /** What socketcall(2) of i386 is told to call, with the arguments that stand in memory. */
  private unpacked(stop: SyscallStop, tracee: Tracee): string | undefined {
    if (stop.abi !== "x64Compat" || stop.number !== SOCKETCALL) return undefined;
    const called = SOCKET_CALLS[Number(stop.args[0])];
    this.memory.pid = tracee.tid;
    const found = called && this.memory.read(Number(stop.args[1]), called.arguments * 4);
    if (!found) return undefined;
    for (let index = 0; index < called.arguments; index++)
      stop.args[index] = BigInt(found.view.getUint32(index * 4, true));
    return called.name;
  }

  left(stop: SyscallStop, tracee: Tracee): void {
    const event = this.events.get(stop);
    if (!event) return;
    this.events.delete(stop);
    event.result = stop.result;
    event.failed = stop.failed;
    event.duration = stop.ended - stop.entered;
    event.tid = tracee.tid;
    if (stop.failed && stop.result === ERESTART_RESTARTBLOCK)
      this.interrupted.set(tracee.tid, event.name);
    this.look(stop, tracee, event.name);
    decodeArguments(this.call, "exit", event.args);
    event.resultText = resultText(this.call);
    if (this.options.fdPaths && !event.failed && givesFd(event))
      event.resultPath = this.links.of(this.tid, Number(event.result));
    if (this.options.deferred) this.done = event;
    else this.finish(event);
  }

  private finish(event: SyscallEvent): void {
    this.sink.end(event);
    this.spare.push(event);
  }

  resumed(): void {
    const { done } = this;
    if (!done) return;
    this.done = null;
    this.finish(done);
  }

  signal(tracee: Tracee, signal: number, info: DataView): void {
    this.sink.signal({ tid: tracee.tid, tgid: tracee.tgid, signal, info });
  }

  stopped(tracee: Tracee, signal: number): void {
    this.sink.stopped(tracee.tid, signal);
  }

  began(): void {
    this.sink.threads(this.tracer.tracees.size);
  }

  superseded(tracee: Tracee, by: number): void {
    this.sink.superseded(tracee.tid, by);
  }

  /** A thread that ends within a call: exit itself, or it was killed. */
  ended(tracee: Tracee, code: number | null, signal: number | null, core: boolean): void {
    const event = tracee.call && this.events.get(tracee.call);
    if (tracee.call && event) {
      this.events.delete(tracee.call);
      this.sink.end(event);
      this.spare.push(event);
    }
    this.interrupted.delete(tracee.tid);
    if (tracee.tid === this.root) this.status = code ?? 128 + (signal ?? 0);
    this.sink.exited({ tid: tracee.tid, tgid: tracee.tgid, code, signal, core });
    this.sink.threads(this.tracer.tracees.size);
  }
}
