/** One writer changes many files of a directory: which tools lose events, and at what cost? */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TRACE } from "../root/support/harness.ts";
import { program } from "../root/support/programs.ts";
import { type Figures, UNTRACED } from "./figures.ts";
import { Session } from "./session.ts";
import { PATH, type Tracer } from "./tracers.ts";

const FILES = 100_000;

/** Keys of the figures. */
export const CHANGING = "changes, ms";
export const UNREPORTED = "changes, events lost";
export const CPU_PER_EVENT = "changes, CPU per event, µs";

interface Watcher extends Tracer {
  /** Each match is one reported operation; each pattern should match once per file. */
  readonly reported: readonly RegExp[];
}

const DIRECTORY = "changed";

/** Creates a tool that runs in the directory's file system, and watches only it if it can. */
function watcher(name: string, argv: Tracer["argv"], reported: readonly RegExp[]): Watcher {
  return { name, wraps: false, argv, reported };
}

const WATCHERS: readonly Watcher[] = [
  watcher(
    "trace",
    (_, output) => {
      const types = ["--types", "CREATE,CLOSE_WRITE,DELETE"];
      const columns = ["--format", "csv", "--columns", "type,path,pid,comm"];
      return [TRACE, "watch", "-q", ...types, ...columns, join(output, "..", DIRECTORY)];
    },
    [/^CREATE,"[^"]*\/f\d+"/gm, /^CLOSE_WRITE,"[^"]*\/f\d+"/gm, /^DELETE,"[^"]*\/f\d+"/gm],
  ),
  watcher(
    "inotifywait",
    (_, output) => {
      const events = ["-e", "create,close_write,delete", "--format", "%e %f"];
      return ["inotifywait", "-m", "-q", ...events, join(output, "..", DIRECTORY)];
    },
    [/^CREATE f\d+$/gm, /^CLOSE_WRITE,CLOSE f\d+$/gm, /^DELETE f\d+$/gm],
  ),
  // It reports creations and deletions of the directory only, without the file's name.
  watcher("fatrace", () => ["fatrace", "-c"], [/^\S+: \w*C\w*W\w* +\S*\/f\d+\b/gm]),
];

const writer = (directory: string) => [
  program("filewriter"),
  `${FILES}`,
  join(directory, DIRECTORY),
];

/** Measures the writer while no tool is watching. */
async function unwatched(figures: Figures, directory: string): Promise<void> {
  using session = await Session.start(null, "record", writer(directory), directory);
  const { ms } = await session.go();
  await session.end();
  figures.best(CHANGING, UNTRACED, ms);
}

/** Measures in memory: the speed of a disk varies by more than the tools differ. */
async function recorded(figures: Figures, tracer: Watcher): Promise<void> {
  const directory = mkdtempSync("/dev/shm/trace-bench-");
  try {
    mkdirSync(join(directory, DIRECTORY));
    await unwatched(figures, directory);
    await watched(figures, directory, tracer);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function watched(figures: Figures, directory: string, tracer: Watcher): Promise<void> {
  const { name, reported } = tracer;
  using session = await Session.start(tracer, "record", writer(directory), directory);
  const { ms, cpu } = await session.go();
  const text = (await session.end()).bytes.toString("latin1");
  const counts = reported.map((pattern) => text.match(pattern)?.length ?? 0);
  const all = counts.reduce((sum, count) => sum + count, 0);
  figures.best(CHANGING, name, ms);
  figures.worst(UNREPORTED, name, reported.length * FILES - all);
  figures.best(CPU_PER_EVENT, name, cpu / all / 1000);
}

const there = ({ name }: Tracer) => name === "trace" || Bun.which(name, { PATH }) !== null;

export const changes = {
  tools: WATCHERS.filter(there),
  missing: WATCHERS.filter((each) => !there(each)),
  recorded,
};
