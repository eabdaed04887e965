/** The cost of a tool when there is nothing to record: at its start and when idle. */
import { join } from "node:path";
import { TRACE } from "../root/support/harness.ts";
import type { Figures } from "./figures.ts";
import { cpuTime, ENV, Session } from "./session.ts";
import { type Tracer, trace } from "./tracers.ts";

export const STARTED = "from start to recording, ms";
export const REST = "CPU at rest, ms per s";

const REST_MS = 2000;

/** Measures the time until a tool records: the command runs under it, or it waits for events. */
export async function start(figures: Figures, directory: string, tracer: Tracer): Promise<void> {
  const before = performance.now();
  using session = await Session.start(tracer, "record", ["true"], directory);
  figures.best(STARTED, tracer.name, performance.now() - before);
  await session.end();
}

/** Measures `trace all` while no open matches. */
export async function rest(figures: Figures, directory: string): Promise<void> {
  const options = ["--comm", "no such name", "-o", join(directory, "rest.csv")];
  const all = Bun.spawn([TRACE, "all", ...options], { env: ENV, stdio: ["ignore", null, null] });
  await Bun.sleep(500);
  const before = cpuTime(all.pid);
  await Bun.sleep(REST_MS);
  const used = cpuTime(all.pid) - before;
  all.kill("SIGINT");
  await all.exited;
  figures.best(REST, trace.name, used / 1e6 / (REST_MS / 1000));
}
