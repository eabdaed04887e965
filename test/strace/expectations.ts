/** What strace saw of the calls that trace records, as facts. */
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { FILE_CALLS } from "../../src/events/file-calls.ts";
import { factsOf } from "./decode.ts";
import { type Fact, fact } from "./expectation.ts";
import { type StraceLine, straceLines } from "./lines.ts";
import { parseCall } from "./syntax.ts";
import { Threads, withChildren } from "./threads.ts";

/**
 * Options under which the output is unambiguous: strings in hex, numbers instead of words, what
 * descriptors refer to, arguments in full. A question mark stands before what this strace may not
 * know.
 */
export const STRACE = [
  "strace",
  ..."-f -q -xx -X raw -y -s 131072 -e abbrev=!execve,execveat".split(" "),
  "-e",
  `trace=${FILE_CALLS.map(({ name }) => `?${name}`).join()}`,
];

/** Reads a file written by `strace ‹STRACE› -o FILE`, in the order in which the calls ended. */
export function readStrace(path: string, cwd: string): Fact[] {
  return straceFacts(readFileSync(path, "latin1"), cwd);
}

/** @param cwd the working directory in which the command was started */
export function straceFacts(text: string, cwd: string): Fact[] {
  const parsed = Array.from(straceLines(text), (line) =>
    line.kind === "call" ? { ...line, call: parseCall(line.tid, line.text) } : line,
  );
  const lines = withChildren(parsed);
  const threads = new Threads(
    lines.flatMap(({ call }) => call ?? []),
    cwd,
  );
  return lines.flatMap((line) => {
    if (line.kind === "exit") return exitOf(line, threads);
    if (line.kind === "superseded") threads.supersede(line.tid, line.by);
    if (!line.call) return [];
    const facts = factsOf(line.call, threads);
    threads.follow(line.call);
    return facts;
  });
}

/** A process ends when all its threads have; strace tells it of the first. */
function exitOf(line: StraceLine & { kind: "exit" }, threads: Threads): Fact[] {
  const { tid, how } = line;
  if (threads.pidOf(tid) !== tid) return [];
  const [, status, signal] = how.match(/^(?:exited with (\d+)|killed by (\w+).*)$/) ?? [];
  const who = { pid: tid, tid: null, call: "exit" };
  if (status !== undefined) return [fact({ ...who, status: Number(status) })];
  return [fact({ ...who, signal: constants.signals[signal as NodeJS.Signals] })];
}
