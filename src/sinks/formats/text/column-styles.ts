/** The styles of columns in text, by name. A column that is not listed has the style of its kind. */
import type { Column } from "../../../events/column.ts";
import type { ByteSlice } from "../../../text/byte-slice.ts";
import type { ColumnLayout, LineField } from "./field.ts";

/** Select Graphic Rendition: ECMA-48, console_codes(4). */
export const SGR = { bold: 1, dim: 2, red: 31, yellow: 33, magenta: 35, cyan: 36 } as const;
export type Colour = keyof typeof SGR;

export interface ColumnStyle {
  readonly colour?: Colour | ((value: never) => Colour | undefined);
  /** Fixed text around the value, used if the column has no header of its own. */
  readonly prefix?: string;
  readonly suffix?: string;
  /** Whether a time is a time of day; other times are durations. */
  readonly timeOfDay?: boolean;
  /** Whether a name needs no quotes, because it has a column of its own. */
  readonly unquoted?: boolean;
  /** Initial width in a table. */
  readonly width?: number;
}

const READ_ONLY = new TextEncoder().encode("O_RDONLY");
const OPEN_FLAG = new TextEncoder().encode("O_");

function startsWith({ bytes, start, length }: ByteSlice, prefix: Uint8Array): boolean {
  if (length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}

/** Highlights opens that may change a file. */
function flagsColour(flags: ByteSlice): Colour {
  return startsWith(flags, OPEN_FLAG) && !startsWith(flags, READ_ONLY) ? "yellow" : "dim";
}

const SUCCESS = new TextEncoder().encode("exit 0");

/** Highlights every detail except a successful exit. */
function detailColour(detail: ByteSlice): Colour {
  return startsWith(detail, SUCCESS) ? "dim" : "red";
}

const REMOVED = ["DELETE", "MOVED_FROM"].map((word) => new TextEncoder().encode(word));
const FAILED = ["Q_OVERFLOW", "NOT_WRITTEN", "FS_ERROR"].map((word) =>
  new TextEncoder().encode(word),
);

/** Highlights removals and errors. */
function typeColour(type: ByteSlice): Colour | undefined {
  if (FAILED.some((word) => startsWith(type, word))) return "red";
  return REMOVED.some((word) => startsWith(type, word)) ? "yellow" : undefined;
}

const DANGER = new TextEncoder().encode("danger");
const WARNING = new TextEncoder().encode("warning");

function severityColour(severity: ByteSlice): Colour {
  if (startsWith(severity, DANGER)) return "red";
  return startsWith(severity, WARNING) ? "yellow" : "dim";
}

export const COLUMN_STYLES: Readonly<Record<string, ColumnStyle>> = {
  time: { colour: "dim", timeOfDay: true, width: 12 },
  comm: { colour: "cyan", unquoted: true },
  tgid_comm: { colour: "cyan", unquoted: true },
  user: { unquoted: true },
  errno: { colour: "red" },
  status: { colour: (status: number) => (status === 0 ? undefined : "red") },
  signal: { colour: "red", prefix: "signal " },
  filename: { width: 32 },
  fname2: { width: 32 },
  path: { width: 32 },
  path2: { width: 32 },
  flags_text: { colour: flagsColour, width: 18 },
  mode_text: { colour: "dim" },
  op: { colour: "dim" },
  wall: { colour: "dim", prefix: "ran ", suffix: " s" },
  cpu: { colour: "dim", prefix: "cpu ", suffix: " s" },
  max_rss: { colour: "dim", suffix: " KiB" },
  note: { colour: "magenta" },
  detail: { colour: detailColour, unquoted: true },
  origin: { colour: "dim", width: 9 },
  type: { colour: typeColour, width: 11 },
  old_path: { prefix: "was " },
  severity: { colour: severityColour, prefix: "[", suffix: "]" },
  reason: { unquoted: true },
  ruser: { prefix: "real user ", unquoted: true },
  digest: { unquoted: true, prefix: "sha256 ", colour: "dim" },
  error: { colour: "red", prefix: "errno " },
};

export function lineField(
  label: string,
  columns: string,
  layout: Partial<ColumnLayout> = {},
): LineField {
  const { width = 0, maxWidth = width, gap = 2, alignRight = false } = layout;
  return {
    label,
    columns: columns.split(" "),
    columnLayout: { start: 0, width, maxWidth, gap, alignRight },
  };
}

/** The default layout: first the fields with a width, then those without. */
export const defaultFields = (): readonly LineField[] => [
  lineField("time", "time", { width: 12 }),
  lineField("pid", "pid", { width: 5, maxWidth: 7, alignRight: true }),
  lineField("comm", "comm", { width: 8, maxWidth: 15 }),
  lineField("user", "user", { width: 8, maxWidth: 12 }),
  lineField("call", "kind event", { width: 8, maxWidth: 12 }),
  lineField("result", "errno return status signal", { width: 6, maxWidth: 8, alignRight: true }),
  lineField("name, flags", "filename path"),
  lineField("", "fname2 path2"),
  lineField("", "argv"),
  lineField("", "detail"),
  lineField("", "flags_text"),
  lineField("", "mode_text", { gap: 1 }),
  lineField("", "op"),
  lineField("", "wall"),
  lineField("", "cpu"),
  lineField("", "max_rss"),
  lineField("", "note"),
];

/** The columns of the default layout. */
export const DEFAULT_TEXT_COLUMNS: readonly string[] = defaultFields().flatMap(
  ({ columns }) => columns,
);

/** Initial and maximum widths by kind. */
const WIDTHS = {
  integer: { width: 5, maxWidth: 20 },
  time: { width: 9, maxWidth: 20 },
  word: { width: 6, maxWidth: 40 },
  bytes: { width: 8, maxWidth: 48 },
  values: { width: 32, maxWidth: 48 },
  list: { width: 32, maxWidth: 48 },
  chain: { width: 32, maxWidth: 48 },
} as const;

/** Returns the field of a column in a table, under the column's name. */
export function tableField<E>({ name, kind }: Column<E>): LineField {
  const style = COLUMN_STYLES[name];
  const { width, maxWidth } = WIDTHS[kind];
  const alignRight = kind === "integer" || (kind === "time" && !style?.timeOfDay);
  return lineField(name, name, {
    width: Math.max(style?.width ?? width, name.length),
    maxWidth,
    alignRight,
  });
}
