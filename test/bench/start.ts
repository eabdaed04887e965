/** The cost of trace when there is nothing to record: at its start and when idle. */
import { join } from "node:path";
import { TRACE } from "../root/support/harness.ts";
import type { Figures } from "./figures.ts";
import { cpuTime, ENV } from "./session.ts";
import { trace } from "./tracers.ts";

export const FIRST = "from start to the first event, ms";
export const NOTHING = "/bin/true, ms";
export const REST = "CPU at rest, ms per s";

const REST_MS = 2000;

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Measures trace with /bin/true, and /bin/true alone. */
export function start(figures: Figures): void {
  const options = ["-q", "-o", "-", "--format", "ndjson", "--columns", "time"];
  const before = now();
  const { stdout, stderr, exitCode } = Bun.spawnSync([TRACE, "exec", ...options, "/bin/true"], {
    env: ENV,
  });
  if (exitCode !== 0) throw new Error(`exec /bin/true: ${stderr.toString().trim()}`);
  const { time } = JSON.parse(stdout.toString().split("\n", 1)[0]) as { time: number };
  figures.best(FIRST, trace.name, time * 1000 - before);

  const alone = now();
  Bun.spawnSync(["/bin/true"]);
  figures.best(NOTHING, trace.name, now() - alone);
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
