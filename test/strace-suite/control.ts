/** Which tests strace itself passes on this machine: only those can judge trace. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { dirname } from "node:path";
import { cached } from "./package.ts";
import type { Outcome } from "./run-test.ts";
import { type Plan, runTests } from "./suite.ts";

type Status = Outcome["status"];

/** The results hold for one strace and one kernel. */
function file(): string {
  const strace = Bun.spawnSync(["/usr/bin/strace", "-V"]).stdout.toString().split(" ")[3].trim();
  return cached(`control-${strace.split("\n")[0]}-${release()}.json`);
}

/** Returns the tests that strace passes, from earlier runs if they include them. */
export async function passedByStrace(
  plan: Plan,
  tests: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const path = file();
  const known: Record<string, Status> = existsSync(path)
    ? JSON.parse(readFileSync(path, "utf8"))
    : {};
  const unknown = new Map([...tests].filter(([name]) => !(name in known)));
  if (unknown.size) {
    console.error(`running ${unknown.size} tests with strace`);
    const outcomes = await runTests({ ...plan, trace: null, keep: null }, unknown);
    for (const [name, { status }] of outcomes) known[name] = status;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(known, null, 1));
  }
  return new Map([...tests].filter(([name]) => known[name] === "passed"));
}
