/** Judges the summary of a command by what strace saw of it, and by its directory before and after. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Judged } from "./commands.ts";
import type { Summary } from "./model-fs.ts";
import { Replay } from "./replay.ts";
import { contradictions, modelOf, type SnapshotEntry, snapshot } from "./snapshot.ts";
import { plant } from "./start-tree.ts";
import { readLog, STRACE_SUMMARY } from "./strace-log.ts";
import { differences, traced, type Way } from "./trace-summary.ts";

/** What a summary has to say of a command. */
export interface Truth {
  readonly summary: Summary;
  /** Absolute paths of regular files outside of the directory that were read. */
  readonly outside: readonly string[];
  /** Outputs that were opened for writing, but are what they were before: no call says what was written. */
  readonly untouched: readonly string[];
}

/** Commits get the same names each time. */
const ENVIRONMENT = {
  ...process.env,
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
  GIT_CONFIG_GLOBAL: "/dev/null",
  TZ: "UTC",
};

/** Names that are different each time. */
function stable(path: string): string {
  return path
    .replace(/\d{4}-\d\d-\d\dT[\d_]+Z/, "TIME")
    .replace(/^\/proc\/\d+\//, "/proc/PID/")
    .replace(/(pack-)[0-9a-f]{40}/, "$1HASH")
    .replace(/(\/tmp\/)\w*[A-Z0-9]\w*/, "$1TEMPORARY");
}

/** Runs a command once in a new directory that always has the same path. */
async function inDirectory<T>(
  base: string,
  { before, planted }: Judged,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = join(base, "w");
  mkdirSync(directory);
  try {
    if (planted) plant(directory);
    if (before) {
      const child = Bun.spawnSync([...before], { cwd: directory, env: ENVIRONMENT });
      if (child.exitCode !== 0) throw new Error(`preparation failed: ${child.stderr}`);
    }
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** @throws Error if the replay of what strace saw does not lead to what is there at the end */
async function truthOf(base: string, judged: Judged): Promise<Truth> {
  return inDirectory(base, judged, async (directory) => {
    const before = snapshot(directory);
    const output = join(base, "strace");
    await Bun.spawn([...STRACE_SUMMARY, "-o", output, "--", ...judged.command], {
      cwd: directory,
      env: ENVIRONMENT,
      stdio: ["ignore", "ignore", "ignore"],
    }).exited;
    const after = snapshot(directory);
    return judgedBy(readFileSync(output, "latin1"), directory, before, after);
  });
}

/** @param log the output of strace */
export function judgedBy(
  log: string,
  directory: string,
  before: readonly SnapshotEntry[],
  after: readonly SnapshotEntry[],
): Truth {
  const model = modelOf(before, directory);
  const { inputsOutside } = new Replay(model, readLog(log), directory);
  const wrong = contradictions(model, before, after);
  if (wrong.length) throw new Error(`the replay is wrong: it ${wrong.join(", ")}`);
  const summary = model.expected();
  const nodes = new Map(model.paths());
  const same = (path: string) => {
    if (nodes.get(path)?.node.existed !== true) return false;
    const [was, is] = [before, after].map((list) => list.find((entry) => entry.path === path));
    return was !== undefined && was.id === is?.id && was.content === is.content;
  };
  return {
    summary,
    outside: [...inputsOutside].filter((path) => isComparable(path, directory)).sort(),
    untouched: summary.outputs.filter(same),
  };
}

const isRegular = (path: string) =>
  statSync(Buffer.from(path, "latin1"), { throwIfNoEntry: false })?.isFile() === true;

function isComparable(path: string, directory: string): boolean {
  return !/^\/(proc|dev|sys)\//.test(path) && !path.startsWith(`${directory}/`) && isRegular(path);
}

/** Returns the bytes of a path in JSON, where a byte that is not UTF-8 is U+DC00 + byte. */
function latin1Of(path: string): string {
  return path
    .split(/([\udc80-\udcff])(?<![\ud800-\udbff][\udc80-\udcff])/)
    .map((piece, i) =>
      i % 2
        ? String.fromCharCode(piece.charCodeAt(0) & 0xff)
        : Buffer.from(piece).toString("latin1"),
    )
    .join("");
}

interface Found {
  readonly summary: Summary;
  readonly outside: readonly string[];
}

async function foundBy(way: Way, base: string, judged: Judged): Promise<Found> {
  return inDirectory(base, judged, async (directory) => {
    const output = join(base, "summary.json");
    await traced(judged.command, way, output, directory, ENVIRONMENT);
    const report = JSON.parse(readFileSync(output, "utf8"));
    const paths = (list: { path: string }[]) => list.map(({ path }) => latin1Of(path));
    const below = (list: { path: string }[]) =>
      paths(list)
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1))
        .filter((path) => path !== "")
        .sort();
    return {
      summary: {
        inputs: below(report.inputs),
        outputs: below(report.outputs),
        removed: below(report.removed),
      },
      outside: paths(report.inputs).filter((path) => isComparable(path, directory)),
    };
  });
}

const stableSummary = ({ inputs, outputs, removed }: Summary): Summary => ({
  inputs: inputs.map(stable),
  outputs: outputs.map(stable),
  removed: removed.map(stable),
});

/** @returns what each way's summary has wrong, a line each, and what cannot be decided */
export async function judge(
  judged: Judged,
  ways: readonly Way[],
): Promise<{ wrong: string[]; untouched: readonly string[] }> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "trace-truth-")));
  try {
    const truth = await truthOf(base, judged);
    const wrong: string[] = [];
    for (const way of ways) {
      const found = await foundBy(way, base, judged);
      const lines = differences(stableSummary(found.summary), stableSummary(truth.summary));
      const [outside, expected] = [found, truth].map((each) => new Set(each.outside.map(stable)));
      for (const path of expected) if (!outside.has(path)) lines.push(`- inputs ${path}`);
      for (const path of outside) if (!expected.has(path)) lines.push(`+ inputs ${path}`);
      wrong.push(...lines.map((line) => `${way}: ${line}`));
    }
    return { wrong, untouched: truth.untouched };
  } finally {
    rmSync(base, { recursive: true });
  }
}
