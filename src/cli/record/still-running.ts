/** Processes of the command that still run when its recording ends: what they do is not recorded. */
import type { Loss } from "../../events/loss.ts";
import type { Cgroup } from "../../process/cgroup.ts";
import { isInitialNamespace } from "../../process/namespaces.ts";
import type { BpfSource } from "../../sources/bpf/source.ts";

/** Returns the loss of their events; none if no process still runs. */
export function stillRunning(count: number, why: Pick<Loss, "reason" | "remedy">): Loss[] {
  if (count === 0) return [];
  const processes = count === 1 ? "process" : "processes";
  return [{ what: `${processes} of the command still running`, count, ...why }];
}

/** Returns how many recorded processes are alive: of the tree, and others in the cgroup. */
export function countProcesses(source: BpfSource, cgroup?: Cgroup): number {
  if (!cgroup) return source.aliveCount();
  const tree = source.alivePids();
  const members = cgroup.pids();
  // The kernel's pids are not ours in another pid namespace, so they cannot be told apart there.
  if (!isInitialNamespace("pid")) return Math.max(tree.length, members.length);
  return new Set([...tree, ...members]).size;
}
