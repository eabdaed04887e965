/**
 * The ids and the mount namespace of processes. To read them from /proc takes longer than all else that
 * is read for an event, so they are kept until a call may have changed them.
 */
import { mountNamespaceId, type ProcIds, readProcIds } from "./procfs.ts";

/** The calls that change them, besides exec: credentials(7), mount_namespaces(7). */
const SETTERS = ["setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid"];
export const IDENTITY_CALLS: readonly string[] = [
  ...SETTERS,
  ...SETTERS.map((name) => `${name}32`),
  "unshare",
  "setns",
];

interface Identity {
  ids: ProcIds | null;
  /** 0 if it is not known. */
  mntns: number;
}

export class ProcessIdentities {
  private readonly known = new Map<number, Identity>();

  private of(pid: number): Identity {
    let identity = this.known.get(pid);
    if (!identity) {
      identity = { ids: null, mntns: 0 };
      this.known.set(pid, identity);
    }
    return identity;
  }

  /** Returns the ids of a process, or those that it had last; null if they were never read. */
  ids(pid: number): ProcIds | null {
    const identity = this.of(pid);
    identity.ids ??= readProcIds(pid);
    return identity.ids;
  }

  /** Returns the inode number of the mount namespace; 0 if unknown. */
  mountNamespace(pid: number): number {
    const identity = this.of(pid);
    identity.mntns ||= mountNamespaceId(pid);
    return identity.mntns;
  }

  /** Call it after a process has executed a program, or one of IDENTITY_CALLS. */
  changed(pid: number): void {
    this.known.delete(pid);
  }

  /** Call it when a process has ended: its children get another parent. */
  ended(pid: number): void {
    this.known.delete(pid);
    for (const identity of this.known.values()) if (identity.ids?.ppid === pid) identity.ids = null;
  }
}
