/**
 * Runs watch, procs and all at once for DURATION seconds (1800 by default) under a load of short-lived
 * files and processes, and samples their memory and file descriptors: as root, `make soak`. They must
 * not grow after their start, and lose nothing. Prints a table, and ends with status 1 if they do.
 */
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TRACE, temporaryDirectory } from "../root/support/harness.ts";
import { mounted } from "../root/support/mounts.ts";
import { program } from "../root/support/programs.ts";

const DURATION = Number(process.argv[2] ?? 1800);
/** Operations on files, and processes that are executed, in a second. */
const FILES = 1000;
const PROCESSES = 50;
/** The resident size at the end, as a multiple of that in the second minute. */
const MAX_GROWTH = 1.2;
const SAMPLES = 90;
/** The end of the second minute, or of the first half of a shorter run. */
const SECOND_MINUTE = Math.min(120, DURATION / 2);
const ROWS = 10;

interface Sample {
  readonly seconds: number;
  /** KiB. */
  readonly resident: number;
  readonly anonymous: number;
  readonly fds: number;
}

interface Traced {
  readonly name: string;
  readonly process: Bun.Subprocess;
  readonly messages: string;
  readonly samples: Sample[];
}

function sampleOf({ process: { pid } }: Traced, seconds: number): Sample {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
  const kib = (name: string) => Number(new RegExp(`^${name}: +(\\d+)`, "m").exec(rollup)?.[1]);
  const fds = readdirSync(`/proc/${pid}/fd`).length;
  return { seconds, resident: kib("Rss"), anonymous: kib("Anonymous"), fds };
}

function start(directory: string, name: string, args: readonly string[]): Traced {
  const messages = join(directory, `${name}.messages`);
  const fd = openSync(messages, "w");
  const stdio = ["ignore", "ignore", fd] as const;
  const started = Bun.spawn([TRACE, name, ...args], { stdio: [...stdio] });
  closeSync(fd);
  return { name, process: started, messages, samples: [] };
}

/** Counts the lines of files that satisfy a condition, without holding them all. */
async function countLines(paths: readonly string[], matches: (line: string) => boolean) {
  let count = 0;
  for (const path of paths) {
    const decoder = new TextDecoder("latin1");
    let rest = "";
    for await (const chunk of Bun.file(path).stream()) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const line of lines) if (matches(line)) count++;
    }
  }
  return count;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Returns what is wrong with the memory and the file descriptors of a process. */
function growthOf({ name, samples }: Traced): string[] {
  const first = samples.filter(
    ({ seconds }) => seconds > SECOND_MINUTE / 2 && seconds <= SECOND_MINUTE,
  );
  const last = samples.slice(-Math.max(3, Math.floor(samples.length / 20)));
  const growth =
    median(last.map(({ resident }) => resident)) / median(first.map(({ resident }) => resident));
  console.log(`${name}: resident size at the end ${growth.toFixed(2)} times that at the start`);
  // A file may be open for a moment.
  const fds = [first, last].map((each) => Math.min(...each.map((sample) => sample.fds)));
  return [
    ...(growth > MAX_GROWTH ? [`${name} grew by a factor of ${growth.toFixed(2)}`] : []),
    ...(fds[1] > fds[0] ? [`${name} had ${fds[0]} file descriptors, then ${fds[1]}`] : []),
  ];
}

function printTable(traced: readonly Traced[]): void {
  const row = (cells: readonly (string | number)[]) =>
    console.log(cells.map((cell) => String(cell).padStart(9)).join(""));
  row(["seconds", ...traced.flatMap(({ name }) => [`${name} MB`, "anon MB", "fds"])]);
  const { length } = traced[0].samples;
  for (let i = 0; i < ROWS; i++) {
    const at = Math.round((i * (length - 1)) / (ROWS - 1));
    const cells = traced.flatMap(({ samples }) => {
      const { resident, anonymous, fds } = samples[at];
      return [(resident / 1024).toFixed(1), (anonymous / 1024).toFixed(1), fds];
    });
    row([Math.round(traced[0].samples[at].seconds), ...cells]);
  }
}

async function soak(): Promise<string[]> {
  using directory = temporaryDirectory();
  const at = (name: string) => join(directory.path, name);
  // Of a file system that others use, watch would remember their directories and files, too.
  using watched = mounted("tmpfs");
  const log = ["-o", at("log"), "--rotate", "16M", "--keep", "9999"];
  const traced = [
    start(directory.path, "watch", ["-r", ...log, watched.path]),
    start(directory.path, "procs", [
      "--comm",
      "churn,exe",
      "--format",
      "ndjson",
      "-o",
      at("procs"),
    ]),
    start(directory.path, "all", ["--comm", "churn", "--format", "ndjson", "-o", at("all")]),
  ];
  const load = (seconds: number) =>
    Bun.spawn([program("churn"), ...[watched.path, FILES, PROCESSES, seconds].map(String)], {
      stdout: "pipe",
      stderr: "inherit",
    });
  while (!["log", "procs", "all"].every((name) => Bun.file(at(name)).size > 0))
    await load(1).exited;
  const churn = load(DURATION);
  const begin = performance.now();
  for (let i = 1; i <= SAMPLES && churn.exitCode === null; i++) {
    await Bun.sleep(Math.max(0, begin + (i * DURATION * 1000) / SAMPLES - performance.now()));
    const seconds = (performance.now() - begin) / 1000;
    for (const each of traced) each.samples.push(sampleOf(each, seconds));
  }
  const [files, processes] = (await new Response(churn.stdout).text()).match(/\d+/g)!.map(Number);
  await Bun.sleep(1000);
  for (const each of traced) each.process.kill("SIGTERM");
  const failures: string[] = [];
  printTable(traced);
  for (const each of traced) {
    const status = await each.process.exited;
    const verdict = readFileSync(each.messages, "utf8").trimEnd().split("\n").at(-1)!;
    console.log(`${each.name}: ${verdict}`);
    if (status !== 0 || !verdict.endsWith(" complete")) failures.push(`${each.name}: ${verdict}`);
    failures.push(...growthOf(each));
  }
  const logs = readdirSync(directory.path).filter((name) => /^log(\.\d+)?$/.test(name));
  const own = `"pid":${churn.pid},`;
  const expected: [string, number, number][] = [];
  for (const type of ["CREATE", "MOVED_TO", "DELETE"]) {
    const isType = (line: string) => line.includes(`"type":"${type}"`) && line.includes(own);
    expected.push([`watch ${type}`, await countLines(logs.map(at), isType), files]);
  }
  // The program executes itself through /proc/self/exe.
  const isExec = (line: string) =>
    line.includes('"event":"exec"') && line.includes(`"ppid":${churn.pid},`);
  expected.push(["procs exec", await countLines([at("procs")], isExec), processes]);
  const isCreate = (line: string) => line.includes('"fname":"file-') && line.includes(own);
  expected.push(["all open", await countLines([at("all")], isCreate), files]);
  for (const [what, found, made] of expected) {
    console.log(`${what}: ${found} of ${made}`);
    if (found !== made) failures.push(`${what}: ${found} instead of ${made}`);
  }
  return failures;
}

const failures = await soak();
for (const failure of failures) console.error(`(fail) ${failure}`);
process.exit(failures.length ? 1 : 0);
