/** Finds out why the kernel refuses ptrace(2): proc_pid_status(5), Documentation/admin-guide/LSM/Yama.rst. */
import { readFileSync } from "node:fs";

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

const statusField = (pid: number | "self", name: string) =>
  readText(`/proc/${pid}/status`).match(new RegExp(`^${name}:\\s*(\\d+)`, "m"))?.[1] ?? "0";

/** Returns the reason why our own child may not be traced; "" if it is not known. */
export function refusal(pid: number): string {
  const tracer = statusField(pid, "TracerPid");
  if (tracer !== "0")
    return `${readText(`/proc/${tracer}/comm`).trim()} (${tracer}) traces it already`;
  if (readText("/proc/sys/kernel/yama/ptrace_scope").trim() === "3")
    return "kernel.yama.ptrace_scope is 3";
  return statusField("self", "Seccomp") === "0" ? "" : "a seccomp filter forbids it, probably";
}
