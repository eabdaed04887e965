/** Reads what strace(1) saw of the calls that open files, for trace's rows to be compared with. */
import { readFileSync } from "node:fs";

/** Options under which the output is unambiguous: strings in hex, numbers instead of words. */
export const STRACE = [
  "strace",
  "-f",
  "-qq",
  "-xx",
  "-X",
  "raw",
  "-s",
  "8192",
  "-e",
  "trace=open,openat,openat2,creat",
  "-e",
  "signal=none",
];

export interface StraceCall {
  /** The thread that called; strace calls it pid. */
  readonly tid: number;
  readonly call: "open" | "openat" | "openat2" | "creat";
  /** Empty where the kernel could not read it; cut where it is longer than any that it takes. */
  readonly name: Buffer;
  readonly flags: number;
  readonly mode: number;
  /** The fd or -errno; -512 to -516 where a signal came first; null where the thread ended in it. */
  readonly result: number | null;
}

/** Numbers that only tracers see: include/linux/errno.h. */
const RESTARTS: Record<string, number> = {
  ERESTARTSYS: -512,
  ERESTARTNOINTR: -513,
  ERESTARTNOHAND: -514,
  ERESTART_RESTARTBLOCK: -516,
};
/** errno by name, from the C library's header as the kernel has it. */
const ERRNO = errnoNumbers();

function errnoNumbers(): Map<string, number> {
  const cpp = Bun.spawnSync(["cc", "-E", "-dM", "-include", "errno.h", "-x", "c", "/dev/null"]);
  const defines = cpp.stdout.toString().matchAll(/^#define (E\w+) (\d+)$/gm);
  return new Map([...defines].map(([, name, number]) => [name, Number(number)]));
}

/** Reads a file written by `strace ‹STRACE› -o FILE`, in the order in which the calls ended. */
export function readStrace(path: string): StraceCall[] {
  return parseStrace(readFileSync(path, "latin1"));
}

export function parseStrace(text: string): StraceCall[] {
  const unfinished = new Map<number, string>();
  const calls: StraceCall[] = [];
  for (const line of text.split("\n")) {
    const [, tidText, rest] = line.match(/^(\d+)\s+(.*)$/) ?? [];
    if (rest === undefined) {
      if (line !== "") throw new Error(`not a line of strace -f: ${line}`);
      continue;
    }
    const tid = Number(tidText);
    if (rest.startsWith("+++") || rest.startsWith("---") || rest.startsWith("strace:")) continue;
    const begun = rest.match(/^(.*?) ?<unfinished \.\.\.>(?:\)\s*= \?)?$/);
    if (begun) {
      unfinished.set(tid, begun[1]);
      continue;
    }
    const resumed = rest.match(/^<\.\.\. \w+ resumed>(.*)$/);
    if (!resumed) {
      calls.push(parseCall(tid, rest));
      continue;
    }
    const start = unfinished.get(tid);
    if (start === undefined) throw new Error(`resumed but not begun: ${line}`);
    unfinished.delete(tid);
    calls.push(parseCall(tid, start + resumed[1]));
  }
  for (const [tid, start] of unfinished) calls.push(parseCall(tid, `${start}) = ?`));
  return calls;
}

const STRING = String.raw`("(?:\\x[0-9a-f]{2})*"(?:\.\.\.)?|NULL|0x[0-9a-f]+)`;
const NUMBER = "(-?(?:0x[0-9a-f]+|[0-9]+))";
const END = String.raw`\)\s*= (.*)$`;
const OPEN = new RegExp(`^open\\(${STRING}, ${NUMBER}(?:, ${NUMBER})?${END}`);
const OPENAT = new RegExp(`^openat\\(${NUMBER}, ${STRING}, ${NUMBER}(?:, ${NUMBER})?${END}`);
const CREAT = new RegExp(`^creat\\(${STRING}, ${NUMBER}${END}`);
const HOW = String.raw`(?:\{flags=${NUMBER}(?:, mode=${NUMBER})?.*\}|NULL|0x[0-9a-f]+)`;
const OPENAT2 = new RegExp(`^openat2\\(${NUMBER}, ${STRING}, ${HOW}, ${NUMBER}${END}`);

function parseCall(tid: number, text: string): StraceCall {
  const open = text.match(OPEN);
  if (open) return call(tid, "open", open[1], open[2], open[3], open[4]);
  const openat = text.match(OPENAT);
  if (openat) return call(tid, "openat", openat[2], openat[3], openat[4], openat[5]);
  const openat2 = text.match(OPENAT2);
  if (openat2) return call(tid, "openat2", openat2[2], openat2[3], openat2[4], openat2[6]);
  const creat = text.match(CREAT);
  if (creat) return call(tid, "creat", creat[1], "01101", creat[2], creat[3]);
  throw new Error(`not an open: ${text}`);
}

function call(
  tid: number,
  name: StraceCall["call"],
  string: string,
  flags: string | undefined,
  mode: string | undefined,
  result: string,
): StraceCall {
  return {
    tid,
    call: name,
    name: bytesOf(string),
    flags: numberOf(flags),
    mode: numberOf(mode),
    result: resultOf(result),
  };
}

function bytesOf(string: string): Buffer {
  if (!string.startsWith('"')) return Buffer.alloc(0);
  return Buffer.from(string.replace(/"(\.\.\.)?|\\x/g, ""), "hex");
}

/** As C has it: a leading 0 is octal. */
function numberOf(text: string | undefined): number {
  if (text === undefined) return 0;
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}

function resultOf(text: string): number | null {
  const [, value, error] = text.match(/^(-?\d+|\?)(?: (E\w+))?/) ?? [];
  if (value === undefined) throw new Error(`not a result: ${text}`);
  if (error === undefined) return value === "?" ? null : Number(value);
  const number = RESTARTS[error] ?? -(ERRNO.get(error) ?? Number.NaN);
  if (Number.isNaN(number)) throw new Error(`an unknown error: ${text}`);
  return number;
}
