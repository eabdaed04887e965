/** The namespaces that this process is in: namespaces(7), include/linux/proc_ns.h. */
import { readlinkSync } from "node:fs";

/** Inodes of the first namespaces: PROC_USER_INIT_INO, PROC_PID_INIT_INO. */
const INITIAL = { user: 0xeffffffd, pid: 0xeffffffc } as const;

/** What to do where only the first namespaces will do. */
export const OUTSIDE_ADVICE = "run trace as root outside of the sandbox or container";

/** Whether this process is in the first namespace of a kind. @throws Error without /proc */
export function isInitialNamespace(kind: keyof typeof INITIAL): boolean {
  return readlinkSync(`/proc/self/ns/${kind}`) === `${kind}:[${INITIAL[kind]}]`;
}

/**
 * Whether capabilities are valid for the whole machine. Those of a child user namespace are not:
 * user_namespaces(7).
 */
export function hasRealCapabilities(): boolean {
  try {
    return isInitialNamespace("user");
  } catch {
    return true;
  }
}

/** Says which capability is needed, and where. */
export function needsCapability(name: string): string {
  return `needs ${name}${hasRealCapabilities() ? "" : " outside of user namespaces"}`;
}
