/**
 * The log of `trace watch`: events as NDJSON, and notes that say when which paths were watched. Each
 * file of the log begins with them, so that it can be read without the files before it.
 */
import { hostName, LoginSessions } from "../../attribution/login-sessions.ts";
import { readProcStat, userName } from "../../attribution/procfs.ts";
import type { Sink } from "../../core/sink.ts";
import { selfRecord } from "../../daemon/registry.ts";
import { unknownProcess } from "../../events/process-info.ts";
import { LOG_COLUMNS } from "../../events/watch-columns.ts";
import type { NoteDetails, NoteType, WatchEvent } from "../../events/watch-event.ts";
import type { LogFile, LogOptions } from "../../storage/log-file.ts";
import { unescapeBytes } from "../../text/surrogate-escape.ts";
import { ndjson } from "../formats/ndjson.ts";
import { noteLine } from "../formats/note-line.ts";
import { LastingLog, type LogReports } from "./lasting-log.ts";
import { NANOSECONDS_PER_MILLISECOND, noteOf, segmentLine } from "./log-notes.ts";

/** Makes lines that the log writes itself. */
export type LogLines = Required<Pick<LogOptions, "header" | "segmentLine">>;

export class LogSink implements Sink<WatchEvent> {
  private readonly log: LogFile;
  /** In place of the log, if it is to outlive a full disk. */
  private readonly lasting: LastingLog | null;
  private readonly events: Sink<WatchEvent>;
  /** Each watched path, and when its watching began: milliseconds since 1970. */
  private readonly paths = new Map<string, number>();
  private readonly scope: "descendants" | "entries";
  private readonly process = readProcStat(process.pid) ?? unknownProcess(process.pid);
  private readonly login = new LoginSessions().of(this.process);
  private readonly writer: NoteDetails;
  private readonly escapes: boolean;

  /**
   * @param open opens the log, with the lines that it writes itself
   * @param reports receive failures to write to it, which then do not end the run
   * @param escapes whether names are escaped by backslashes
   */
  constructor(
    open: (lines: LogLines) => LogFile,
    recursive: boolean,
    reports: LogReports | null = null,
    escapes = false,
  ) {
    const { boot, started } = selfRecord();
    this.writer = { boot, started: Math.round(started / NANOSECONDS_PER_MILLISECOND) };
    this.scope = recursive ? "descendants" : "entries";
    this.log = open({ header: () => this.header(), segmentLine });
    this.lasting = reports && new LastingLog(this.log, reports, () => this.header());
    const output = this.lasting ?? this.log;
    this.escapes = escapes;
    this.events = ndjson({ columns: LOG_COLUMNS, output, terminal: false, escapes });
  }

  get delivered(): number {
    return this.events.delivered - (this.lasting?.lost ?? 0);
  }

  /** Notes that paths are watched from now on. @throws SystemError that names the file */
  start(paths: readonly string[]): void {
    const added = paths.filter((path) => !this.paths.has(path));
    for (const path of added) this.paths.set(path, Date.now());
    this.note(added.map((path) => this.line("WATCH_START", path, { scope: this.scope })));
  }

  /** Notes that a path is not watched any more. */
  end(path: string): void {
    if (!this.paths.has(path)) return;
    const line = this.line("WATCH_END", path, this.pathDetails(path));
    this.paths.delete(path);
    this.note([line]);
  }

  /** Notes that the system's clock was set. */
  noteClockStep(milliseconds: number): void {
    this.flush();
    this.note([this.line("CLOCK_STEP", "", { milliseconds })]);
    // What was watched before the clock was set back has times that come again.
    if (milliseconds < 0) for (const path of this.paths.keys()) this.paths.set(path, Date.now());
  }

  write(event: WatchEvent): void {
    this.events.write(event);
  }

  flush(): void {
    this.events.flush();
    this.lasting?.retry();
  }

  close(): void {
    try {
      this.events.close();
      for (const path of [...this.paths.keys()]) this.end(path);
      this.lasting?.retry();
    } finally {
      this.log.close();
    }
  }

  /** What went wrong with the log, for the verdict. */
  problems(): string[] {
    return this.log.problems();
  }

  /** Opens the file that now has the name of the log. */
  reopen(): void {
    this.log.reopen();
  }

  private note(lines: readonly Uint8Array[]): void {
    const bytes = Buffer.concat(lines);
    if (bytes.length > 0) (this.lasting ?? this.log).write(bytes, bytes.length);
  }

  /** Returns the notes at the start of a file: what is watched, and since when. */
  private header(): Uint8Array {
    return Buffer.concat(
      [...this.paths.keys()].map((path) => this.line("WATCH_START", path, this.pathDetails(path))),
    );
  }

  private pathDetails(path: string): NoteDetails {
    return { scope: this.scope, since: this.paths.get(path)! };
  }

  private line(type: NoteType, path: string, details: NoteDetails): Uint8Array {
    const event = noteOf(type, { ...details, ...this.writer });
    event.path.bytes = unescapeBytes(path);
    event.path.length = event.path.bytes.length;
    // Only the first note of a path has the command line, which may be long.
    event.processInfo = details.since === undefined ? this.process : { ...this.process, argv: [] };
    event.user = userName(this.process.uid);
    event.host = hostName();
    event.login = this.login;
    return noteLine(event, this.escapes);
  }
}
