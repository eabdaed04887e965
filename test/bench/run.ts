/**
 * Measures trace and the installed tools that it is compared with: `make bench`. Exits with status
 * 1 if a limit does not hold. The machine is noisy, so the tools take turns, and the best round
 * counts.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { ROOT } from "../root/support/programs.ts";
import { bomb, CPU_PER_PROCESS, MISSED, UNNAMED } from "./bomb.ts";
import { CHANGING, CPU_PER_EVENT, changes, UNREPORTED } from "./changes.ts";
import { type ByTool, Figures } from "./figures.ts";
import { CSV_EVENT, CSV_EVENT_ALL, formatCosts, RECORD_EVENT } from "./formats.ts";
import {
  CPU,
  FILTERED,
  LOOP,
  LOST,
  Loops,
  MEMORY,
  RECORD_CPU,
  RECORDED,
  UNRELATED,
} from "./loops.ts";
import { byPtrace, ptraceRatios } from "./ptrace.ts";
import { REST, rest, STARTED, start } from "./start.ts";
import { holds, type Row, table } from "./table.ts";
import {
  installed,
  missing,
  strace,
  type Tracer,
  trace,
  traceCheck,
  traceToRecordFile,
} from "./tracers.ts";
import {
  BUILD,
  BUILDS,
  builds,
  CHECKED_BUILD,
  RECORDED_BUILD,
  WORKLOADS,
  work,
} from "./workloads.ts";

const ROUNDS = 5;
/**
 * Limits of the rounds and of the builds of all tools: a busy machine does fewer of them, so that the
 * whole takes five minutes. The rest is measured once.
 */
const ROUNDS_MS = 100_000;
const BUILDS_MS = 90_000;
/** Starts are short and vary a lot. */
const STARTS = 4;

const figures = new Figures();
const failed = new Map<string, string>();

/** Reports the error of a tool that fails and continues with the others. */
async function attempt(tracer: Tracer, measure: () => Promise<void>): Promise<void> {
  if (failed.has(tracer.name)) return;
  try {
    await measure();
  } catch (error) {
    failed.set(tracer.name, (error as Error).message);
  }
}

async function round(directory: string): Promise<void> {
  const loop = new Loops(figures, directory);
  // As often as each tool: the best of more tries would be better.
  await loop.untraced();
  await work(figures, directory, null);
  for (const tracer of [trace, ...installed])
    await attempt(tracer, async () => {
      await loop.recorded(tracer);
      await loop.filtered(tracer);
      await loop.unrelated(tracer);
      await work(figures, directory, tracer);
      for (let i = 0; i < STARTS; i++) await start(figures, directory, tracer);
    });
  await attempt(trace, async () => {
    await loop.recordedToFile();
    await rest(figures, directory);
    if (installed.includes(strace)) await byPtrace(figures, directory);
  });
}

/** @returns the number of rounds, and the minimum number of builds of a tool */
async function measure(): Promise<{ rounds: number; minBuilds: number }> {
  const directory = mkdtempSync(join(ROOT, "build/bench-"));
  const begin = performance.now();
  const tracers = [trace, ...installed];
  let rounds = 0;
  let minBuilds = BUILDS;
  try {
    for (let longest = 0; rounds < ROUNDS; rounds++) {
      const start = performance.now();
      if (start - begin + longest > ROUNDS_MS) break;
      await round(directory);
      longest = Math.max(longest, performance.now() - start);
    }
    // These take long enough to run once.
    for (const tracer of tracers)
      await attempt(tracer, async () => {
        const count = await builds(figures, directory, tracer, BUILDS_MS / tracers.length);
        minBuilds = Math.min(minBuilds, count);
      });
    await attempt(trace, async () => {
      const limit = BUILDS_MS / tracers.length;
      await builds(figures, directory, traceToRecordFile, limit, RECORDED_BUILD);
      await builds(figures, directory, traceCheck, limit, CHECKED_BUILD);
      formatCosts(figures, directory);
    });
    for (const tracer of bomb.tools)
      await attempt(tracer, () => bomb.recorded(figures, directory, tracer));
    for (const tracer of changes.tools)
      await attempt(tracer, () => changes.recorded(figures, tracer));
  } finally {
    rmSync(directory, { recursive: true });
  }
  return { rounds, minBuilds };
}

/** Limits apply to `trace`. */
function row(what: string, values: ByTool, digits: number, limit?: number): Row {
  return { what, values, digits, limit };
}

function rows(): Row[] {
  const ratio = (what: string) => figures.ratios(what, LOOP);
  const cpu = figures.of(CPU);
  const started = figures.of(STARTED);
  const written = figures.of(RECORD_EVENT).trace;
  return [
    row("open and close: recorded / untraced", ratio(RECORDED), 2, 2.5),
    row("  events lost", figures.of(LOST), 0, 0),
    row("  CPU per event, µs", cpu, 2),
    row("  … / opensnoop's", { trace: cpu.trace / cpu.opensnoop }, 2, 0.5),
    row("  maximum memory at 100,000 events, MB", figures.of(MEMORY), 0, 120),
    row("open and close: excluded by --flags / untraced", ratio(FILTERED), 2, 1.5),
    row("open and close: in an unrelated process / untraced", ratio(UNRELATED), 2, 1.5),
    ...Object.keys(WORKLOADS).map((what) =>
      row(`${what}: recorded / untraced`, figures.ratios(what, what), 2),
    ),
    row(`${BUILD} / untraced`, figures.of(BUILD), 2, 1.15),
    row(`${RECORDED_BUILD} / untraced`, figures.of(RECORDED_BUILD), 2, 1.06),
    row(`${CHECKED_BUILD} / untraced`, figures.of(CHECKED_BUILD), 2, 1.15),
    row("open and close: CPU per event to a record file, µs", figures.of(RECORD_CPU), 2),
    row("  … / to CSV", { trace: figures.of(RECORD_CPU).trace / cpu.trace }, 2),
    row(RECORD_EVENT, { trace: written }, 2, 0.5),
    row(
      "  … / as CSV, which has a few columns",
      { trace: written / figures.of(CSV_EVENT).trace },
      2,
    ),
    row(
      "  … / as CSV with all columns",
      { trace: written / figures.of(CSV_EVENT_ALL).trace },
      2,
      0.5,
    ),
    row("20,000 short processes: events lost", figures.of(MISSED), 0, 0),
    row("  processes without a name", figures.of(UNNAMED), 0, 0),
    row("  CPU per process, µs", figures.of(CPU_PER_PROCESS), 1),
    row("300,000 file changes: events lost", figures.of(UNREPORTED), 0, 0),
    row("  CPU per event, µs", figures.of(CPU_PER_EVENT), 2),
    row("  the writing program: watched / unwatched", figures.ratios(CHANGING, CHANGING), 2),
    ...ptraceRatios(figures).map(({ what, values, limit }) => row(what, values, 2, limit)),
    row(STARTED, started, 0),
    row("  … / opensnoop's", { trace: started.trace / started.opensnoop }, 2, 1),
    row("trace all at rest: CPU, ms per s", figures.of(REST), 1, 5),
  ];
}

async function main(): Promise<number> {
  const { rounds, minBuilds } = await measure();
  const measured = rows();
  const tools = [...installed, ...bomb.tools, ...changes.tools].map(({ name }) => name);
  console.log(table(measured, [...new Set(["trace", ...tools])]));
  for (const { name } of [...missing, ...bomb.missing, ...changes.missing])
    console.log(`${name}: missing, so not compared`);
  for (const [name, why] of failed) console.log(`${name}: ${why}`);
  const [load] = loadavg();
  console.log(
    `best of ${rounds} rounds, median of ${minBuilds} builds; load ${load.toFixed(1)} on ${availableParallelism()} CPUs`,
  );
  return failed.has(trace.name) || measured.some((row) => holds(row) === false) ? 1 : 0;
}

function asRoot(): number {
  const { exitCode } = Bun.spawnSync(["sudo", process.execPath, import.meta.path], {
    stdio: ["inherit", "inherit", "inherit"],
  });
  return exitCode;
}

process.exit(process.getuid?.() === 0 ? await main() : asRoot());
