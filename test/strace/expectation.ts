/** One thing that happened, in the form in which what two tracers tell of it is compared. */

/** Names and paths are bytes as latin1; null is what there is none of. */
export interface Fact {
  readonly pid: number;
  /** Null for the end of a process, and for what it does through io_uring. */
  readonly tid: number | null;
  /** As trace's column `kind` has it; of io_uring the opcode. */
  readonly call: string;
  readonly name: string | null;
  readonly name2: string | null;
  readonly flags: number | null;
  readonly mode: number | null;
  readonly dfd: number | null;
  /** Null at the end of a process, and where the thread ended in the call. */
  readonly result: number | null;
  readonly path: string | null;
  readonly path2: string | null;
  readonly argv: readonly string[] | null;
  readonly status: number | null;
  readonly signal: number | null;
}

/** A fact of which nothing but this is known. */
export function fact(known: Pick<Fact, "pid" | "tid" | "call"> & Partial<Fact>): Fact {
  return { ...NOTHING, ...known };
}

const NOTHING = {
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

/** A name that is longer than any that the kernel takes is cut where each tracer likes. */
export const LONGEST = 4095;

/** All that is compared, as one line; bytes other than printable ASCII as \xHH. */
export function lineOf(fact: Fact): string {
  const { pid, tid, call, name, name2, flags, mode, dfd, result, path, path2, argv } = fact;
  const numbers = { flags, mode, dfd, result, status: fact.status, signal: fact.signal };
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
    .slice(0, LONGEST)
    .replace(
      /[^\x21-\x5b\x5d-\x7e]/g,
      (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
}
