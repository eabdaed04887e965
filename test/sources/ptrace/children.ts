/** Helpers for small processes to trace, and for their state in /proc. */
import { readFileSync } from "node:fs";
import { libc } from "../../../src/ffi/libc.ts";
import { PTRACE_SEIZE } from "../../../src/kernel/ptrace.ts";

/** Returns the state letter of proc_pid_stat(5): S sleeping, T stopped, t stopped by its tracer. */
export function stateOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, "latin1").match(/\) (\w)/)?.[1] ?? "";
}

export function tracerOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return Number(status.match(/TracerPid:\s+(\d+)/)?.[1]);
}

/** @throws Error if the condition does not become true within seconds */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (condition()) return;
    await Bun.sleep(1);
  }
  throw new Error("the condition did not become true");
}

/** Starts a child and waits for its exec, which completes after Bun.spawn has returned. */
export async function spawn(...command: string[]) {
  const child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "ignore" });
  const commOf = () => readFileSync(`/proc/${child.pid}/comm`, "latin1");
  await until(() => commOf() === `${command[0]}\n` && argvOf(child.pid) !== "");
  return child;
}

const argvOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "latin1");

/** Starts a child that sleeps until it is killed. */
export async function sleeper() {
  const child = await spawn("sleep", "60");
  await until(() => stateOf(child.pid) === "S");
  return child;
}

/** @returns whether the request succeeded */
export function ptrace(request: number, tid: number, data: number): boolean {
  return libc.ptrace(request, tid, 0, data) >= 0;
}

export function seize(tid: number, options = 0): void {
  if (!ptrace(PTRACE_SEIZE, tid, options)) throw new Error(`${tid} is not seized`);
}
