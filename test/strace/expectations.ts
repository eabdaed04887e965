/** The calls that trace records, as strace saw them. */
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { FILE_CALLS } from "../../src/events/file-calls.ts";
import { parseCall } from "./call.ts";
import { eventsOf } from "./decode.ts";
import { type ObservedEvent, observedEvent } from "./expectation.ts";
import { type StraceLine, straceLines } from "./lines.ts";

import { Threads, withChildren } from "./threads.ts";

/**
 * Options that make the output unambiguous: strings in hex, numbers instead of names, paths of fds,
 * arguments in full. The question mark before a call allows a strace that does not know it.
 */
export const STRACE = [
  "strace",
  ..."-f -q -xx -X raw -y -s 131072 -e abbrev=!execve,execveat".split(" "),
  "-e",
  `trace=${FILE_CALLS.map(({ name }) => `?${name}`).join()}`,
];

/** Reads a file written by `strace ‹STRACE› -o FILE`, in the order in which the calls ended. */
export function readStrace(path: string, cwd: string): ObservedEvent[] {
  return straceEvents(readFileSync(path, "latin1"), cwd);
}

/** @param cwd the working directory in which the command was started */
export function straceEvents(text: string, cwd: string): ObservedEvent[] {
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
    const events = eventsOf(line.call, threads);
    threads.follow(line.call);
    return events;
  });
}

/** A process ends when all its threads have ended; strace reports that for the first thread. */
function exitOf(line: StraceLine & { kind: "exit" }, threads: Threads): ObservedEvent[] {
  const { tid, how } = line;
  if (threads.pidOf(tid) !== tid) return [];
  const [, status, signal] = how.match(/^(?:exited with (\d+)|killed by (\w+).*)$/) ?? [];
  const ids = { pid: tid, tid: null, call: "exit" };
  if (status !== undefined) return [observedEvent({ ...ids, status: Number(status) })];
  return [observedEvent({ ...ids, signal: constants.signals[signal as NodeJS.Signals] })];
}
