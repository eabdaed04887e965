/** What a program says of what it did through io_uring, which strace cannot see. */
import { type Fact, fact } from "../strace/expectation.ts";

const NAMES = ["name", "name2", "path", "path2"];

/** Reads lines in the form of test/strace/fact.ts and leaves out all others. */
export function said(stdout: Buffer): Fact[] {
  const lines = stdout.toString("latin1").split("\n");
  return lines.filter((line) => /^\d+\/- IORING_OP_/.test(line)).map(factOf);
}

function factOf(line: string): Fact {
  const [who, ...cells] = line.split("\t");
  const [pid, call] = who.split("/- ");
  const known = cells.map((cell) => {
    const [key, ...value] = cell.split("=");
    const text = value.join("=");
    return [key, NAMES.includes(key) ? unescaped(text) : Number(text)] as const;
  });
  return fact({ pid: Number(pid), tid: null, call, ...Object.fromEntries(known) });
}

function unescaped(text: string): string {
  return text.replace(/\\x(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
