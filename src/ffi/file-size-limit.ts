/** The limit on the size of files that a process may write: getrlimit(2). */
import { libc } from "./libc.ts";
import { allocate } from "./memory.ts";

const RLIMIT_FSIZE = 1;
const RLIMIT_SIZE = 16;

/** Returns the limit in bytes, and the one up to which it can be raised. */
function limits(): { readonly soft: bigint; readonly hard: bigint } {
  const memory = allocate(RLIMIT_SIZE);
  libc.prlimit(0, RLIMIT_FSIZE, 0, memory.address);
  return { soft: memory.view.getBigUint64(0, true), hard: memory.view.getBigUint64(8, true) };
}

function setLimits(soft: bigint, hard: bigint): boolean {
  const memory = allocate(RLIMIT_SIZE);
  memory.view.setBigUint64(0, soft, true);
  memory.view.setBigUint64(8, hard, true);
  return libc.prlimit(0, RLIMIT_FSIZE, memory.address, 0) === 0;
}

/**
 * Runs work that writes a file of ours, which the limit is not meant for: the limit is raised for
 * that time, if that is permitted.
 * @param bytes how large the file is
 * @returns what `work` returns; null if the limit is lower and cannot be raised
 */
export function withFileSize<T>(bytes: number, work: () => T): T | null {
  const { soft, hard } = limits();
  const needed = BigInt(bytes);
  if (soft >= needed) return work();
  if (!setLimits(needed, hard < needed ? needed : hard)) return null;
  try {
    return work();
  } finally {
    setLimits(soft, hard);
  }
}
