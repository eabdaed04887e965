/** Reads the io_uring requests that a program prints, which strace cannot see. */
import { type ObservedEvent, observedEvent } from "../strace/expectation.ts";

const NAMES = ["name", "name2", "path", "path2"];

/** Parses lines in the form of test/strace/expectation.ts and ignores others. */
export function printedEvents(stdout: Buffer): ObservedEvent[] {
  const lines = stdout.toString("latin1").split("\n");
  return lines.filter((line) => /^\d+\/- IORING_OP_/.test(line)).map(eventOf);
}

function eventOf(line: string): ObservedEvent {
  const [ids, ...cells] = line.split("\t");
  const [pid, call] = ids.split("/- ");
  const known = cells.map((cell) => {
    const [key, ...value] = cell.split("=");
    const text = value.join("=");
    return [key, NAMES.includes(key) ? unescaped(text) : Number(text)] as const;
  });
  return observedEvent({ pid: Number(pid), tid: null, call, ...Object.fromEntries(known) });
}

function unescaped(text: string): string {
  return text.replace(/\\x(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
