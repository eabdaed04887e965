/**
 * Finds programs that run without the rights that their file gives: the kernel ignores set-user-ID,
 * set-group-ID and capabilities of files if the tracer lacks CAP_SYS_PTRACE. execve(2), capabilities(7).
 */
import { closeSync, openSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { libc } from "../../ffi/libc.ts";
import { allocate, cString, type Memory } from "../../ffi/memory.ts";

const CAP_SYS_PTRACE = 19n;
const S_ISUID = 0o4000;
const S_ISGID = 0o2000;
const S_IXGRP = 0o0010;
/** statfs(2). */
const STATFS_SIZE = 120;
const F_FLAGS = 80;
const ST_NOSUID = 2n;
const MAX_PATH = 64;

function statusOf(pid: number | "self"): string {
  return readFileSync(`/proc/${pid}/status`, "latin1");
}

/** Whether traced programs keep the rights that their files give. */
export function keepsRights(): boolean {
  const effective = BigInt(`0x${statusOf("self").match(/^CapEff:\s*(\w+)/m)?.[1] ?? "0"}`);
  return ((effective >> CAP_SYS_PTRACE) & 1n) === 1n;
}

/** Returns the effective id. @param name Uid or Gid */
function effectiveId(status: string, name: string): number {
  return Number(status.match(new RegExp(`^${name}:\\s*\\d+\\s+(\\d+)`, "m"))?.[1]);
}

export class LostRights {
  private readonly path = allocate(MAX_PATH);
  private readonly attribute = cString("security.capability");
  private readonly statfs: Memory = allocate(STATFS_SIZE);

  /** Returns the path of the program that a process has just executed if it lost rights, or null. */
  program(pid: number): string | null {
    try {
      return this.hasLost(pid) ? readlinkSync(`/proc/${pid}/exe`) : null;
    } catch {
      return null; // the process has ended, or may not be looked at
    }
  }

  private hasLost(pid: number): boolean {
    const exe = `/proc/${pid}/exe`;
    const { mode, uid, gid } = statSync(exe);
    const setsGroup = (mode & S_ISGID) !== 0 && (mode & S_IXGRP) !== 0;
    if (!(mode & S_ISUID) && !setsGroup) return this.hasCapabilities(exe) && !this.isNosuid(exe);
    const status = statusOf(pid);
    const lost =
      ((mode & S_ISUID) !== 0 && effectiveId(status, "Uid") !== uid) ||
      (setsGroup && effectiveId(status, "Gid") !== gid);
    return lost && !this.isNosuid(exe);
  }

  private hasCapabilities(exe: string): boolean {
    this.path.bytes.set(Buffer.from(`${exe}\0`));
    return libc.getxattr(this.path.address, this.attribute.address, 0, 0) > 0;
  }

  /** Whether the file's mount ignores its rights anyway. */
  private isNosuid(exe: string): boolean {
    let fd: number;
    try {
      fd = openSync(exe, "r");
    } catch {
      return false; // it may be executed but not read
    }
    try {
      if (libc.fstatfs(fd, this.statfs.address) < 0) return false;
      return (this.statfs.view.getBigUint64(F_FLAGS, true) & ST_NOSUID) !== 0n;
    } finally {
      closeSync(fd);
    }
  }
}
