/**
 * A timeline in the JSON of Chrome's trace events, which Perfetto and chrome://tracing show: each
 * process is a track, what it executed are slices on it, what it did to files are instants, and
 * arrows lead from forks to children.
 *
 * It avoids what importers do not take: arrays in an event, and `\u` escapes, so that names are
 * shown as on a terminal. Times are those of CLOCK_BOOTTIME in microseconds, as in Perfetto's own
 * traces.
 */
import type { Sink } from "../../core/sink.ts";
import { FILE_EVENT_COLUMNS } from "../../events/columns.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import {
  ABI_IO_URING,
  EVENT,
  EVENT_EXEC,
  EVENT_EXIT,
  EVENT_FORK,
} from "../../events/event-record.ts";
import type { FileEvent } from "../../events/file-event.ts";
import { lossText } from "../../events/loss.ts";
import type { RunHeader, RunTrailer } from "../../events/run-info.ts";
import { O_ACCMODE, O_CREAT, O_RDONLY, O_TRUNC } from "../../kernel/fcntl.ts";
import { criticalPath } from "../../model/critical-path.ts";
import { Exec, joinArguments, type Process } from "../../model/process.ts";
import { Processes } from "../../model/processes.ts";
import type { ProcessExit } from "../../model/run-event.ts";
import { ByteSlice } from "../../text/byte-slice.ts";
import { sliceToLatin1 } from "../../text/latin1.ts";
import { printable, printableText } from "../../text/printable.ts";
import { CAPACITY, DocumentSink } from "./document.ts";
import { Encoder } from "./encoder.ts";
import type { SinkOptions } from "./format.ts";
import { type Args, commandText, Tracks } from "./perfetto-tracks.ts";

/** Kinds of events that change a file; an open only with certain flags. */
const CHANGES = new Set<EventKind>([
  "rename",
  "unlink",
  "link",
  "symlink",
  "mkdir",
  "rmdir",
  "mknod",
  "truncate",
]);

/** The events that a timeline is made of whatever is chosen. */
export const TIMELINE_KINDS: readonly EventKind[] = ["exec", "fork", "exit"];
export const TIMELINE_EVENTS: readonly EventKind[] = [...TIMELINE_KINDS, "open", ...CHANGES];
/** The columns of what is read of an event. */
export const TIMELINE_COLUMNS = ["path", "path2", "argv", "status", "cpu"];

const FRAME = {
  open: "",
  first: "",
  between: "",
  after: "",
  close: "\n]}\n",
  closeEmpty: "\n]}\n",
};

/** The columns that an instant shows, besides its name. */
const DETAILS = FILE_EVENT_COLUMNS.flatMap((column) =>
  (column.kind === "word" || column.kind === "bytes") &&
  ["flags_text", "path2", "errno"].includes(column.name)
    ? [column]
    : [],
);

export const perfetto = (options: SinkOptions<FileEvent>): Sink<FileEvent> =>
  new TimelineSink(options);

class TimelineSink implements Sink<FileEvent> {
  private readonly document: DocumentSink<FileEvent>;
  private readonly encoder = new Encoder(CAPACITY);
  private readonly processes = new Processes();
  private readonly tracks = new Tracks((text) => this.encoder.raw(ByteSlice.from(text)));
  private readonly showsAll: boolean;
  private header: RunHeader | null = null;
  private lastTime = 0;

  constructor({ output, chosen = false }: SinkOptions<FileEvent>) {
    this.showsAll = chosen;
    const write = (_: Encoder, event: FileEvent) => this.add(event);
    const frame = { ...FRAME, open: this.tracks.open("trace", 0) };
    const header = (run: RunHeader) => this.tracks.open(titleOf(run), Number(run.pid) || 0);
    this.document = new DocumentSink(output, frame, [{ before: "", write }], this.encoder, {
      header,
      result: () => "",
      digests: () => "",
    });
  }

  get delivered(): number {
    return this.document.delivered;
  }

  begin(header: RunHeader): void {
    this.header = header;
    this.document.begin(header);
  }

  write(event: FileEvent): void {
    this.document.write(event);
  }

  flush(): void {
    this.document.flush();
  }

  /** The document ends with the result of the run. */
  close(): void {
    this.document.flush();
  }

  conclude(result: RunTrailer): void {
    try {
      this.finish(result);
      this.document.flush();
    } catch (error) {
      this.document.close();
      throw error;
    }
  }

  private finish(result: RunTrailer): void {
    const { lastTime, tracks } = this;
    const { all } = this.processes;
    tracks.endAll(lastTime);
    if (this.header?.command.length && all.length > 0) tracks.path(criticalPath(all[0], all));
    const losses = result.losses.map((loss) => lossText(loss)).join("; ");
    if (!result.complete) tracks.remark(`INCOMPLETE: ${printable(losses)}`, lastTime);
    const data = JSON.stringify(otherData(this.header, result, losses));
    this.encoder.raw(ByteSlice.from(`\n],"otherData":${data}}\n`));
  }

  private add(event: FileEvent): void {
    const { record } = event;
    const time = Number(record.u64(EVENT.time));
    this.lastTime = Math.max(this.lastTime, time);
    const comm = sliceToLatin1(event.comm);
    const exit = record.type === EVENT_EXIT ? exitOf(event) : null;
    const isLate = record.abi === ABI_IO_URING;
    const known = { pid: record.tgid, comm, time, exit, isLate };
    const owner = this.processes.of(known);
    if (record.type === EVENT_FORK) {
      const child = this.processes.forked(owner, Number(event.ret ?? 0), known);
      if (child) this.tracks.forked(owner, child, time);
    } else if (exit) {
      this.processes.exited(owner, exit, known);
      this.tracks.exited(owner, time, exitArgs(event));
    } else if (record.type === EVENT_EXEC && (event.ret ?? 0) >= 0)
      this.executed(event, owner, time);
    else if (this.showsAll || isChange(event)) this.addInstant(event, owner, time);
  }

  private executed(event: FileEvent, owner: Process, time: number): void {
    const name = event.path ?? event.name;
    const path = name ? sliceToLatin1(name) : "";
    const argv = joinArguments((event.argv ?? []).map(sliceToLatin1));
    const exec = new Exec(time, path, argv, null, null);
    owner.addExec(exec);
    this.tracks.executed(owner, exec);
  }

  private addInstant(event: FileEvent, owner: Process, time: number): void {
    const path = event.path ?? event.name;
    const name = path === null ? event.kind : `${event.kind} ${printable(sliceToLatin1(path))}`;
    const details = DETAILS.map(({ name, of }) => [name, shown(of(event))] as const);
    const args = { call: event.call, ...Object.fromEntries(details), return: event.ret };
    this.tracks.instant(owner, event.kind, name, time, args);
  }
}

function titleOf({ command, host }: RunHeader): string {
  return command.length > 0 ? commandText(command) : String(host);
}

function shown(slice: ByteSlice | null): string | null {
  return slice && slice.length > 0 ? printable(sliceToLatin1(slice)) : null;
}

/** Whether an event has changed a file: by default only these are shown. */
function isChange(event: FileEvent): boolean {
  if ((event.ret ?? 0) < 0) return false;
  if (event.kind !== "open") return CHANGES.has(event.kind);
  const flags = Number(event.record.flags);
  return (flags & O_ACCMODE) !== O_RDONLY || (flags & (O_CREAT | O_TRUNC)) !== 0;
}

function exitOf(event: FileEvent): ProcessExit {
  const { status, signal, record } = event;
  return { status, signal, started: Number(record.u64(EVENT.started)) };
}

function exitArgs({ status, signal, cpu, maxRss }: FileEvent): Args {
  const seconds = cpu && cpu.seconds + cpu.nanoseconds / 1e9;
  return { status, signal, "cpu (s)": seconds, "max_rss (KiB)": maxRss };
}

/** What the timeline says of its run; a value is no list. */
function otherData(header: RunHeader | null, result: RunTrailer, losses: string): object {
  const { trace, command, cwd, host, kernel, started } = header ?? {};
  const { ended, status, complete } = result;
  const said = { trace, command: command && commandText(command), cwd, host, kernel, started };
  const texts = Object.entries(said).map(([key, value]) => [
    key,
    printableText(String(value ?? "")),
  ]);
  return { ...Object.fromEntries(texts), ended, status, complete, losses: printableText(losses) };
}
