/** Finds out why the kernel refuses ptrace(2): proc_pid_status(5), Documentation/admin-guide/LSM/Yama.rst. */
import { readFileSync } from "node:fs";

/** Reads a file of procfs; "" if it cannot be read. */
export type ReadText = (path: string) => string;

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

const CAP_SYS_PTRACE = 1n << 19n;
/** PF_KTHREAD of linux/sched.h, in the flags of proc_pid_stat(5). */
const PF_KTHREAD = 0x200000;

/** Reads what a refusal depends on. */
class Circumstances {
  constructor(
    private readonly pid: number,
    private readonly read: ReadText,
  ) {}

  private field(pid: number | "self", name: string): string {
    const pattern = new RegExp(`^${name}:\\s*(\\w+)`, "m");
    return this.read(`/proc/${pid}/status`).match(pattern)?.[1] ?? "0";
  }

  /** "strace (17)"; null if the process has no tracer. */
  get tracer(): string | null {
    const tracer = this.field(this.pid, "TracerPid");
    return tracer === "0" ? null : `${this.read(`/proc/${tracer}/comm`).trim()} (${tracer})`;
  }

  /** kernel.yama.ptrace_scope; 0 without Yama. */
  get scope(): number {
    return Number(this.read("/proc/sys/kernel/yama/ptrace_scope").trim());
  }

  /** Whether this process may trace those of others. */
  get isPrivileged(): boolean {
    return (BigInt(`0x${this.field("self", "CapEff")}`) & CAP_SYS_PTRACE) !== 0n;
  }

  get isFiltered(): boolean {
    return this.field("self", "Seccomp") !== "0";
  }

  get isKernelThread(): boolean {
    const fields = this.read(`/proc/${this.pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[6]) & PF_KTHREAD) !== 0;
  }

  get isOfOther(): boolean {
    return this.field(this.pid, "Uid") !== this.field("self", "Uid");
  }
}

/** @param isOwn whether the process is our child, which Yama lets us trace in scope 1 */
function yamaRefusal({ scope, isPrivileged }: Circumstances, isOwn: boolean): string | null {
  const setting = `kernel.yama.ptrace_scope is ${scope}`;
  if (scope === 3)
    return `${setting}, which forbids ptrace until the next boot: as root, trace exec records by eBPF without it`;
  if (isPrivileged) return null;
  if (scope === 2) return `${setting}, which lets only root trace: run trace with sudo`;
  if (scope === 1 && !isOwn)
    return `${setting}, which lets only parents trace: start the command with trace, or attach as root`;
  return null;
}

/**
 * Returns why our own child may not be traced, and what to do; "" if it is not known.
 * @param read reads procfs; for tests
 */
export function refusal(pid: number, read: ReadText = readText): string {
  const found = new Circumstances(pid, read);
  const { tracer, isFiltered } = found;
  if (tracer !== null) return `${tracer} traces it already`;
  const filter = isFiltered
    ? "a seccomp filter forbids it, probably: allow ptrace in the sandbox"
    : "";
  return yamaRefusal(found, true) ?? filter;
}

/** Returns why a running process may not be traced, and what to do; "" if it is not known. */
export function attachRefusal(pid: number, read: ReadText = readText): string {
  const found = new Circumstances(pid, read);
  const { tracer, isPrivileged } = found;
  if (tracer !== null) return `${tracer} traces it already`;
  if (pid === process.pid) return "trace cannot trace itself";
  if (found.isKernelThread) return "it is a kernel thread, which cannot be traced";
  const yama = yamaRefusal(found, false);
  if (yama !== null) return yama;
  if (!isPrivileged && found.isOfOther)
    return "it belongs to another user: attach as that user, or as root";
  if (found.isFiltered) return "a seccomp filter forbids it, probably: allow ptrace in the sandbox";
  return isPrivileged ? "" : "it has rights that you lack, as a setuid program: attach as root";
}
