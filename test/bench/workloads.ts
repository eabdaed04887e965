/** Realistic workloads, which take longer while they are recorded. */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../root/support/programs.ts";
import { type Figures, UNTRACED } from "./figures.ts";
import { Session } from "./session.ts";
import type { Tracer } from "./tracers.ts";

/** One with much CPU time per open, one with little. */
export const WORKLOADS = {
  "compiling a C file": ["gcc", "-O1", "-c", "-o", "/dev/null", `${ROOT}/test/programs/uring.c`],
  "grep -r in /usr/include": ["grep", "-r", "nothing has this line", "/usr/include"],
} as const;

/** A build, with all its file and process events recorded. */
export const BUILD = "compiling twenty C files, every event";
export const RECORDED_BUILD = "compiling twenty C files, every event to a record file";
export const CHECKED_BUILD = "compiling twenty C files, by trace check";
const SOURCES = 20;
export const BUILDS = 11;

export function buildCommand(directory: string): readonly string[] {
  const files = Array.from({ length: SOURCES }, (_, i) => join(directory, `source${i}.c`));
  if (!existsSync(files[0]))
    for (const [i, file] of files.entries())
      writeFileSync(
        file,
        `#include <stdio.h>\n#include <stdlib.h>\nint f${i}(void) { return puts(getenv("HOME")); }\n`,
      );
  const script = 'for file; do gcc -O1 -c -o "$file.o" "$file" || exit 1; done';
  return ["sh", "-c", script, "sh", ...files];
}

/** Measures one build in ms. */
async function build(directory: string, tracer: Tracer | null): Promise<number> {
  using session = await Session.start(tracer, "everything", buildCommand(directory), directory);
  const { ms } = await session.go();
  await session.end();
  return ms;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/**
 * Measures how much longer builds take under the tool. Builds differ from each other by more than
 * the tool costs, so they alternate, and the median counts.
 * @param limitMs the time after which no further build begins
 * @param what the key of the figure
 * @returns the number of builds
 */
export async function builds(
  figures: Figures,
  directory: string,
  tracer: Tracer,
  limitMs: number,
  what = BUILD,
): Promise<number> {
  const end = performance.now() + limitMs;
  const untraced: number[] = [];
  const traced: number[] = [];
  for (let i = 0; i < BUILDS && (i === 0 || performance.now() < end); i++) {
    untraced.push(await build(directory, null));
    traced.push(await build(directory, tracer));
  }
  figures.best(what, tracer.name, median(traced) / median(untraced));
  return traced.length;
}

/** Measures each workload in ms. */
export async function work(
  figures: Figures,
  directory: string,
  tracer: Tracer | null,
): Promise<void> {
  for (const [what, command] of Object.entries(WORKLOADS)) {
    using session = await Session.start(tracer, "record", command, directory);
    const { ms } = await session.go();
    await session.end();
    figures.best(what, tracer?.name ?? UNTRACED, ms);
  }
}
