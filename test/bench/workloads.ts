/** Real work: what a user waits longer for when it is recorded. */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../root/support/programs.ts";
import { type Figures, UNTRACED } from "./figures.ts";
import { Session } from "./session.ts";
import type { Tracer } from "./tracers.ts";

/** Much CPU for an open, and little. */
export const WORKLOADS = {
  "compiling a C file": ["gcc", "-O1", "-c", "-o", "/dev/null", `${ROOT}/test/programs/uring.c`],
  "grep -r in /usr/include": ["grep", "-r", "nothing has this line", "/usr/include"],
} as const;

/** What a build does to files and processes, all of it recorded. */
export const BUILD = "compiling twenty C files, every event";
const SOURCES = 20;
const BUILDS = 11;

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

/** ms of one build. */
async function build(directory: string, tracer: Tracer | null): Promise<number> {
  using session = await Session.start(tracer, "everything", buildCommand(directory), directory);
  const { ms } = await session.go();
  await session.end();
  return ms;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/**
 * Notes how many times as long as without the tool builds take under it. They differ from each other
 * by more than what the tool costs, so they take turns, and the one in the middle counts.
 */
export async function builds(figures: Figures, directory: string, tracer: Tracer): Promise<void> {
  const untraced: number[] = [];
  const traced: number[] = [];
  for (let i = 0; i < BUILDS; i++) {
    untraced.push(await build(directory, null));
    traced.push(await build(directory, tracer));
  }
  figures.best(BUILD, tracer.name, middle(traced) / middle(untraced));
}

/** Notes ms under the workload's name. */
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
