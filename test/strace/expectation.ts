/** One observed event, in the form in which two tracers are compared. */

/** Names and paths are bytes as Latin-1; null means that the event has no such field. */
export interface ObservedEvent {
  readonly pid: number;
  /** Null for the exit of a process and for io_uring requests. */
  readonly tid: number | null;
  /** The value of trace's column `kind`; for io_uring the opcode. */
  readonly call: string;
  readonly name: string | null;
  readonly name2: string | null;
  readonly flags: number | null;
  readonly mode: number | null;
  readonly dfd: number | null;
  /** Null for an exit, and if the thread ended in the call. */
  readonly result: number | null;
  readonly path: string | null;
  readonly path2: string | null;
  readonly argv: readonly string[] | null;
  readonly status: number | null;
  readonly signal: number | null;
}

/** Returns an event in which all other fields are null. */
export function observedEvent(
  known: Pick<ObservedEvent, "pid" | "tid" | "call"> & Partial<ObservedEvent>,
): ObservedEvent {
  return { ...EMPTY, ...known };
}

const EMPTY = {
  name: null,
  name2: null,
  flags: null,
  mode: null,
  dfd: null,
  result: null,
  path: null,
  path2: null,
  argv: null,
  status: null,
  signal: null,
};

/** The length to which longer names are cut, as tracers cut them at different lengths. */
export const MAX_NAME_BYTES = 4095;

/** Formats all compared fields as one line, with bytes other than printable ASCII as \xHH. */
export function lineOf(event: ObservedEvent): string {
  const { pid, tid, call, name, name2, flags, mode, dfd, result, path, path2, argv } = event;
  const numbers = { flags, mode, dfd, result, status: event.status, signal: event.signal };
  const texts = { name, name2, path, path2 };
  const cells = [
    `${pid}/${tid ?? "-"} ${call}`,
    ...Object.entries(texts).map(([key, text]) => text !== null && `${key}=${shown(text)}`),
    ...Object.entries(numbers).map(([key, value]) => value !== null && `${key}=${value}`),
    argv !== null && `argv=${argv.map((word) => `"${shown(word)}"`).join(" ")}`,
  ];
  return cells.filter((cell) => cell !== false).join("\t");
}

function shown(text: string): string {
  return text
    .slice(0, MAX_NAME_BYTES)
    .replace(
      /[^\x21-\x5b\x5d-\x7e]/g,
      (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
}
