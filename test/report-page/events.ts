/** Events of made-up runs. */
import { AT_FDCWD } from "../../src/kernel/fcntl.ts";
import type { RunEvent } from "../../src/model/run-event.ts";
import { textToLatin1 } from "../../src/text/latin1.ts";
import { RUN_EVENT } from "../model/run-event.ts";

/** When the runs start: nanoseconds since 1970. */
const START = 1_700_000_000_000_000_000;

/** An event of process 10. @param ms since the start */
export function event(event: string, ms: number, more: Partial<RunEvent> = {}): RunEvent {
  return {
    ...RUN_EVENT,
    event,
    call: event,
    comm: "make",
    dfd: AT_FDCWD,
    followed2: false,
    mntns: "1",
    fileType: null,
    time: START + ms * 1e6,
    ...more,
  };
}

/** Names as a person writes them. */
const latin1 = textToLatin1;

/** Process 10 runs make. */
export function makeStarts(): RunEvent {
  return event("exec", 0, { path: "/usr/bin/make", name: "make", argv: ["make"], cwd: "/w" });
}

/** A compilation in a process of its own: it reads sources, and writes an object. */
export function compilation(
  pid: number,
  ms: number,
  inputs: readonly string[],
  output: string,
  status = 0,
): RunEvent[] {
  const own = { pid, comm: "cc1" };
  return [
    event("fork", ms, { result: pid }),
    event("exec", ms + 1, {
      ...own,
      path: "/usr/bin/cc1",
      argv: ["cc1", latin1(inputs[0] ?? ""), "-o", latin1(output)],
      cwd: "/w",
    }),
    ...inputs.map((path) =>
      event("open", ms + 2, { ...own, path: latin1(path), name: latin1(path) }),
    ),
    event("open", ms + 3, {
      ...own,
      path: latin1(output),
      name: latin1(output),
      flags: 0o101,
      created: true,
    }),
    event("exit", ms + 20, { ...own, exit: { status, signal: null, started: START + ms * 1e6 } }),
  ];
}

export function lookup(path: string, ms: number): RunEvent {
  return event("open", ms, { path: latin1(path), name: latin1(path), result: -2 });
}

export function makeEnds(ms: number): RunEvent {
  return event("exit", ms, { exit: { status: 0, signal: null, started: START } });
}
