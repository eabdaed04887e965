/** Makes records of the file requests of io_uring, as the eBPF programs do: bpf/io_uring.bpf.h. */

import type { EventKind } from "../../../events/event-kinds.ts";
import * as abi from "../../../events/event-record.ts";
import { hasAddress, isSend } from "../../../events/file-calls.ts";
import type { Loss } from "../../../events/loss.ts";
import { ARCH } from "../../../ffi/machine.ts";
import { IOSQE_CQE_SKIP_SUCCESS, IOSQE_FIXED_FILE, SQE } from "../../../kernel/io-uring.ts";
import type { EntryState, FileCallReader } from "../file-call-reader.ts";
import type { RecordWriter } from "../record-writer.ts";
import { SyscallStop } from "../syscall-stop.ts";
import { type UringCall, uringCalls } from "./requests.ts";
import type { Submitted } from "./ring.ts";
import { registeredFile } from "./ring-file.ts";
import type { RingUser } from "./ring-memory.ts";
import { type Thread, type UringHost, UringTracker } from "./tracker.ts";

interface FileRequest extends Submitted, Thread {
  readonly uringCall: UringCall;
  /** The arguments, in the form of a system call's. */
  readonly stop: SyscallStop;
  readonly state: EntryState;
  /** NOTE_* bits. */
  readonly notes: number;
  /** Whether it is for a registered file whose path is not known. */
  readonly lacksPath: boolean;
}

/** What the source provides. */
export interface UringRecords {
  readonly reader: FileCallReader;
  readonly writer: RecordWriter;
  begin(type: number, thread: Thread): void;
  emit(): void;
  watchExit(thread: Thread): void;
}

export class UringRecorder implements UringHost<FileRequest> {
  readonly tracker = new UringTracker<FileRequest>(this);
  /** The calls to stop at; none if no request is of interest. */
  readonly callNames: readonly string[];
  private readonly calls: ReadonlyMap<number, UringCall>;
  private readonly records: UringRecords;
  /** Requests that succeeded for files without a known path. */
  private pathless = 0;

  constructor(kinds: ReadonlySet<EventKind>, records: UringRecords) {
    this.calls = uringCalls(kinds);
    this.callNames = this.calls.size
      ? ["io_uring_setup", "io_uring_enter", "io_uring_register"]
      : [];
    this.records = records;
  }

  /** Called at the entry of every call. */
  callEntered(stop: SyscallStop, thread: Thread): void {
    const { tracker } = this;
    if (tracker.isPending) {
      tracker.poll(thread);
      if (stop.isExec) tracker.leaving(thread);
    }
    if (this.handles(stop)) tracker.callEntered(stop, thread);
  }

  /** Called at the exit of every call. */
  callExited(stop: SyscallStop, thread: Thread): void {
    const { tracker } = this;
    if (this.handles(stop)) tracker.callExited(stop, thread);
    else if (!tracker.isPending) return;
    else if (!stop.isExec) tracker.poll(thread);
    else if (stop.failed) tracker.stayed(thread);
    else tracker.left(thread, true);
  }

  /** Whether a call concerns rings whose requests are recorded. */
  private handles(stop: SyscallStop): boolean {
    return UringTracker.handles(stop) && this.calls.size > 0;
  }

  losses(): Loss[] {
    return [
      ...this.tracker.losses(),
      {
        what: "io_uring requests for files without a known path",
        count: this.pathless,
        reason: "the kernel does not say the paths of files that are registered with a ring",
      },
    ];
  }

  capture(sqe: DataView, { tid, tgid, fd }: RingUser): FileRequest | null {
    const uringCall = this.calls.get(sqe.getUint8(SQE.opcode));
    if (!uringCall) return null;
    const { call } = uringCall;
    const flags = sqe.getUint8(SQE.flags);
    const stop = new SyscallStop();
    stop.tid = tid;
    stop.abi = ARCH;
    stop.number = uringCall.opcode;
    uringCall.readArguments(sqe, stop.args);
    const isFixed = (flags & IOSQE_FIXED_FILE) !== 0;
    const isDirect = isFixed || (call.kind === "open" && sqe.getUint32(SQE.file_index, true) !== 0);
    const isOfFile = isFixed && call.roles[0] === "fd" && !hasAddress(call.kind);
    const slot = sqe.getUint32(SQE.fd, true);
    const file = isOfFile && fd !== null ? registeredFile(tid, fd, slot) : null;
    const lacksPath = isOfFile && file === null;
    const { reader } = this.records;
    reader.args.selectThread(tid);
    if (isSend(call) && !reader.args.destinations(stop, call).length) return null;
    const state = reader.captureRequest(stop, call, { tid, tgid }, isDirect, file);
    const notes =
      (isDirect ? abi.NOTE_DIRECT : 0) | (flags & IOSQE_CQE_SKIP_SUCCESS ? abi.NOTE_CQE_SKIP : 0);
    return { tid, tgid, flags, uringCall, stop, state, notes, lacksPath };
  }

  completed(request: FileRequest, result: number, isReaped: boolean): void {
    const isUsed = isReaped && result >= 0 && request.uringCall.call.kind === "open";
    const isOtherFd = request.state.isOtherFd || isUsed;
    this.write({ ...request, state: { ...request.state, isOtherFd } }, result);
  }

  skipped(request: FileRequest): void {
    const { notes, state } = request;
    const unknown = notes | abi.NOTE_RETURN_UNKNOWN;
    this.write({ ...request, notes: unknown, state: { ...state, isOtherFd: true } }, 0);
  }

  watchExit(thread: Thread): void {
    this.records.watchExit(thread);
  }

  private write(
    { tid, tgid, uringCall, stop, state, notes, lacksPath }: FileRequest,
    result: number,
  ): void {
    const { records } = this;
    if (lacksPath && result >= 0) this.pathless++;
    const { reader, writer } = records;
    stop.result = BigInt(result);
    stop.failed = result < 0;
    records.begin(abi.EVENT_URING_SUBMIT, { tid, tgid });
    reader.args.selectThread(tid);
    reader.writeCall(stop, { tid, tgid }, uringCall, state);
    writer.call(uringCall.index, uringCall.opcode, abi.ABI_IO_URING);
    writer.addNotes(notes);
    records.emit();
  }
}
