/** The output formats by their names in `--format`. A new format is one line here. */

import type { Sink } from "../../core/sink.ts";
import { EVENT_KINDS, type EventKind } from "../../events/event-kinds.ts";
import type { FileEvent } from "../../events/file-event.ts";
import { csv } from "./csv.ts";
import type { Format, SinkOptions } from "./format.ts";
import { json } from "./json.ts";
import { ndjson } from "./ndjson.ts";
import { parquet } from "./parquet/sink.ts";
import { perfetto, TIMELINE_COLUMNS, TIMELINE_EVENTS, TIMELINE_KINDS } from "./perfetto.ts";
import { recordFile } from "./record.ts";
import { DEFAULT_TEXT_COLUMNS } from "./text/column-styles.ts";
import { text } from "./text.ts";

export interface FormatInfo {
  /** The extension of the default output file, without the dot. */
  readonly extension: string;
  /** Whether it is no text, so that it is not written to a terminal. */
  readonly binary?: boolean;
  /** The default columns, if they differ from those of other formats. */
  readonly columns?: readonly string[];
}

/** A format of all events. */
export interface EventFormat extends FormatInfo {
  readonly open: Format;
}

/** A format of file events. */
export interface FileEventFormat extends FormatInfo {
  readonly open: (options: SinkOptions<FileEvent>) => Sink<FileEvent>;
  /** The events that are recorded by default, and those that are recorded whatever is chosen. */
  readonly events?: readonly EventKind[];
  readonly always?: readonly EventKind[];
  /** Whether it holds whole events, so that it has no columns. */
  readonly whole?: boolean;
  /** The least size of the ring buffer by default, in bytes, of a format that takes long to write. */
  readonly buffer?: number;
  /** Whether it is a report, made of the whole run. */
  readonly isReport?: boolean;
}

export const formats = {
  csv: { extension: "csv", open: csv },
  json: { extension: "json", open: json },
  ndjson: { extension: "ndjson", open: ndjson },
  text: { extension: "txt", open: text, columns: DEFAULT_TEXT_COLUMNS },
} as const satisfies Record<string, EventFormat>;

export type FormatName = keyof typeof formats;

const PARQUET = { extension: "parquet", open: parquet, binary: true } as const;

/** The formats of commands whose events are also kept for engines. */
export const keptFormats = {
  ...formats,
  parquet: PARQUET,
} as const satisfies Record<string, EventFormat>;

export type KeptFormatName = keyof typeof keptFormats;

/** The columns for engines: without those that others determine, and that few ask for. */
const KEPT_COLUMNS = (
  "time,event,pid,tid,ppid,uid,comm,kind,filename,path,fname2,path2,return,errno,flags,mode,dfd,dev,ino," +
  "ftype,argv,cwd,status,signal,wall,cpu,max_rss,cgid,note"
).split(",");

/** The formats of file events. */
export const fileEventFormats = {
  ...formats,
  perfetto: {
    extension: "perfetto.json",
    open: perfetto,
    columns: TIMELINE_COLUMNS,
    events: TIMELINE_EVENTS,
    always: TIMELINE_KINDS,
  },
  parquet: {
    ...PARQUET,
    columns: KEPT_COLUMNS,
    buffer: 32 << 20,
    events: EVENT_KINDS,
  },
  trace: { extension: "trace", open: recordFile, whole: true, events: EVENT_KINDS },
} as const satisfies Record<string, FileEventFormat>;

export type FileEventFormatName = keyof typeof fileEventFormats;
