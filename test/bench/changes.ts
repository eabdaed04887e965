/** One writer changes very many files of a directory: who tells of all, and what does it cost? */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TRACE } from "../root/support/harness.ts";
import { program } from "../root/support/programs.ts";
import { type Figures, UNTRACED } from "./figures.ts";
import { Session } from "./session.ts";
import { PATH, type Tracer } from "./tracers.ts";

const FILES = 100_000;

/** Names of figures. */
export const CHANGING = "changes, ms";
export const UNTOLD = "changes, events lost";
export const EACH = "changes, CPU per event, µs";

interface Watcher extends Tracer {
  /** Each match is an operation that it has told of: of these as many as there are files. */
  readonly told: readonly RegExp[];
}

const DIRECTORY = "changed";

/** Looks from within the directory's file system, at that directory only where it can. */
function watcher(name: string, argv: Tracer["argv"], told: readonly RegExp[]): Watcher {
  return { name, wraps: false, argv, told };
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
  // Of what is created and deleted it tells the directory alone.
  watcher("fatrace", () => ["fatrace", "-c"], [/^\S+: \w*C\w*W\w* +\S*\/f\d+\b/gm]),
];

const writer = (directory: string) => [
  program("filewriter"),
  `${FILES}`,
  join(directory, DIRECTORY),
];

/** Notes how long the writer takes when nobody watches. */
async function unwatched(figures: Figures, directory: string): Promise<void> {
  using session = await Session.start(null, "record", writer(directory), directory);
  const { ms } = await session.go();
  await session.end();
  figures.best(CHANGING, UNTRACED, ms);
}

/** In memory: what a disk takes differs more from time to time than what we want to see. */
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
  const { name, told } = tracer;
  using session = await Session.start(tracer, "record", writer(directory), directory);
  const { ms, cpu } = await session.go();
  const text = (await session.end()).bytes.toString("latin1");
  const counts = told.map((pattern) => text.match(pattern)?.length ?? 0);
  const all = counts.reduce((sum, count) => sum + count, 0);
  figures.best(CHANGING, name, ms);
  figures.worst(UNTOLD, name, told.length * FILES - all);
  figures.best(EACH, name, cpu / all / 1000);
}

const there = ({ name }: Tracer) => name === "trace" || Bun.which(name, { PATH }) !== null;

export const changes = {
  tools: WATCHERS.filter(there),
  missing: WATCHERS.filter((each) => !there(each)),
  recorded,
};
