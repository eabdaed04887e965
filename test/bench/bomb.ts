/** Many short processes in a row: does each tool report all of them, with their names? */
import { TRACE } from "../root/support/harness.ts";
import { program } from "../root/support/programs.ts";
import type { Figures } from "./figures.ts";
import { Session } from "./session.ts";
import { PATH, type Tracer } from "./tracers.ts";

const PROCESSES = 20_000;
const KINDS = ["fork", "exec", "exit"];

/** Keys of the figures. */
export const MISSED = "bomb, events lost";
export const UNNAMED = "bomb, processes without a name";
export const CPU_PER_PROCESS = "bomb, CPU per process, µs";

const trace: Tracer = {
  name: "trace",
  wraps: false,
  argv: (_, output) => {
    const columns = ["--format", "csv", "--columns", "event,pid,comm"];
    return [TRACE, "procs", "--events", KINDS.join(","), ...columns, "-o", output];
  },
};

const forkstat: Tracer = {
  name: "forkstat",
  wraps: false,
  argv: () => ["forkstat", "-e", KINDS.join(",")],
};

/** Parses event, pid and name from a line of each tool: `exit,7,"sh"`, `12:00:00 exit 7 …`. */
const LINES: Readonly<Record<string, RegExp>> = {
  trace: /^(\w+),(\d+),"(.*)"$/gm,
  forkstat: /^\S+ +(\w+) +(\d+) +(?:(?!parent\b).*) (\S.*?) *$/gm,
};
const UNKNOWN = new Set(["", "<unknown>"]);

async function recorded(figures: Figures, directory: string, tracer: Tracer): Promise<void> {
  const { name } = tracer;
  const command = [program("processes"), "bomb", `${PROCESSES}`];
  using session = await Session.start(tracer, "record", command, directory);
  const { stdout, cpu } = await session.go();
  const { bytes } = await session.end();
  const pids = new Set(Array.from(stdout.matchAll(/^fork\t(\d+)/gm), ([, pid]) => pid));
  const reported = new Set<string>();
  const named = new Set<string>();
  for (const [, event, pid, comm] of bytes.toString("latin1").matchAll(LINES[name])) {
    if (!pids.has(pid)) continue;
    reported.add(`${event} ${pid}`);
    if (event === "exit" && !UNKNOWN.has(comm)) named.add(pid);
  }
  const ended = [...pids].filter((pid) => reported.has(`exit ${pid}`)).length;
  figures.worst(MISSED, name, pids.size * KINDS.length - reported.size);
  figures.worst(UNNAMED, name, ended - named.size);
  figures.best(CPU_PER_PROCESS, name, cpu / pids.size / 1000);
}

const there = Bun.which("forkstat", { PATH }) !== null;

export const bomb = {
  tools: there ? [trace, forkstat] : [trace],
  missing: there ? [] : [forkstat],
  recorded,
};
