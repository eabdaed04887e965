/** How columns look to a person, by their names; a column that is not here looks like its kind. */
import type { Column, Slice } from "../../../events/column.ts";
import type { Field, Place } from "./field.ts";

/** Select Graphic Rendition: ECMA-48, console_codes(4). */
export const SGR = { bold: 1, dim: 2, red: 31, yellow: 33, magenta: 35, cyan: 36 } as const;
export type Colour = keyof typeof SGR;

export interface Look {
  readonly colour?: Colour | ((value: never) => Colour | undefined);
  /** Fixed text around the value, where no header says what it is. */
  readonly before?: string;
  readonly after?: string;
  /** A time of the day. Other times are spans. */
  readonly clock?: boolean;
  /** A name that is told from its neighbours without quotes. */
  readonly alone?: boolean;
  /** How wide it is at first in a table. */
  readonly width?: number;
}

const READ_ONLY = new TextEncoder().encode("O_RDONLY");
const OPEN_FLAG = new TextEncoder().encode("O_");

function startsWith({ bytes, start, length }: Slice, prefix: Uint8Array): boolean {
  if (length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}

/** What may change a file is easily seen. */
function flagsColour(flags: Slice): Colour {
  return startsWith(flags, OPEN_FLAG) && !startsWith(flags, READ_ONLY) ? "yellow" : "dim";
}

const SUCCESS = new TextEncoder().encode("exit 0");

/** How a process ended, or what became of it. */
function detailColour(detail: Slice): Colour {
  return startsWith(detail, SUCCESS) ? "dim" : "red";
}

const REMOVED = ["DELETE", "MOVED_FROM"].map((word) => new TextEncoder().encode(word));
const FAILED = ["Q_OVERFLOW", "FS_ERROR"].map((word) => new TextEncoder().encode(word));

/** What is no longer there is easily seen, and what went wrong. */
function typeColour(type: Slice): Colour | undefined {
  if (FAILED.some((word) => startsWith(type, word))) return "red";
  return REMOVED.some((word) => startsWith(type, word)) ? "yellow" : undefined;
}

export const LOOKS: Readonly<Record<string, Look>> = {
  time: { colour: "dim", clock: true, width: 12 },
  comm: { colour: "cyan", alone: true },
  tgid_comm: { colour: "cyan", alone: true },
  user: { alone: true },
  errno: { colour: "red" },
  status: { colour: (status: number) => (status === 0 ? undefined : "red") },
  signal: { colour: "red", before: "signal " },
  filename: { width: 32 },
  fname2: { width: 32 },
  path: { width: 32 },
  path2: { width: 32 },
  flags_text: { colour: flagsColour, width: 18 },
  mode_text: { colour: "dim" },
  op: { colour: "dim" },
  wall: { colour: "dim", before: "ran ", after: " s" },
  cpu: { colour: "dim", before: "cpu ", after: " s" },
  max_rss: { colour: "dim", after: " KiB" },
  note: { colour: "magenta" },
  detail: { colour: detailColour, alone: true },
  origin: { colour: "dim", width: 9 },
  type: { colour: typeColour, width: 11 },
  old_path: { before: "was " },
  error: { colour: "red", before: "errno " },
};

export function field(label: string, columns: string, place: Partial<Place> = {}): Field {
  const { width = 0, widest = width, gap = 2, right = false } = place;
  return { label, columns: columns.split(" "), place: { start: 0, width, widest, gap, right } };
}

/** What is shown where no columns are named: first what has a width, then what has not. */
export const LINE = (): readonly Field[] => [
  field("time", "time", { width: 12 }),
  field("pid", "pid", { width: 5, widest: 7, right: true }),
  field("comm", "comm", { width: 8, widest: 15 }),
  field("user", "user", { width: 8, widest: 12 }),
  field("call", "kind event", { width: 8, widest: 12 }),
  field("result", "errno return status signal", { width: 6, widest: 8, right: true }),
  field("name, flags", "filename path"),
  field("", "fname2 path2"),
  field("", "argv"),
  field("", "detail"),
  field("", "flags_text"),
  field("", "mode_text", { gap: 1 }),
  field("", "op"),
  field("", "wall"),
  field("", "cpu"),
  field("", "max_rss"),
  field("", "note"),
];

/** The columns of LINE. */
export const LINE_COLUMNS: readonly string[] = LINE().flatMap(({ columns }) => columns);

/** Widths by kind, at first and at most. */
const WIDTHS = {
  integer: { width: 5, widest: 20 },
  time: { width: 9, widest: 20 },
  word: { width: 6, widest: 40 },
  bytes: { width: 8, widest: 48 },
  values: { width: 32, widest: 48 },
  list: { width: 32, widest: 48 },
} as const;

/** A column that the user named, under its name. */
export function tableField<E>({ name, kind }: Column<E>): Field {
  const look = LOOKS[name];
  const { width, widest } = WIDTHS[kind];
  const right = kind === "integer" || (kind === "time" && !look?.clock);
  return field(name, name, { width: Math.max(look?.width ?? width, name.length), widest, right });
}
