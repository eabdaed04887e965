/** Real work: what a user waits longer for when it is recorded. */

import { ROOT } from "../root/programs.ts";
import { type Figures, UNTRACED } from "./figures.ts";
import { Session } from "./session.ts";
import type { Tracer } from "./tracers.ts";

/** Much CPU for an open, and little. */
export const WORKLOADS = {
  "compiling a C file": ["gcc", "-O1", "-c", "-o", "/dev/null", `${ROOT}/test/programs/uring.c`],
  "grep -r in /usr/include": ["grep", "-r", "nothing has this line", "/usr/include"],
} as const;

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
