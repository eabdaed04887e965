/** Knows which system calls modify a file or open it for writing, from their man pages. */
import type { Value } from "./value.ts";

interface DecodedCall {
  readonly name: string;
  readonly args: readonly (Value | null | undefined)[];
}

/** Calls with open flags, and the index of that argument. */
const OPEN_FLAGS_INDEX: Readonly<Record<string, number>> = {
  open: 1,
  openat: 2,
  openat2: 2,
  open_by_handle_at: 2,
  mq_open: 1,
};
const WRITE_FLAGS = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"];

const MUTATING_CALLS = new Set(
  `
  chmod chown chown32 creat fallocate fchmod fchmodat fchmodat2 fchown fchown32 fchownat
  fremovexattr fsetxattr ftruncate ftruncate64 futimesat lchown lchown32 link linkat lremovexattr
  lsetxattr mkdir mkdirat mknod mknodat removexattr removexattrat rename renameat renameat2 rmdir
  setxattr setxattrat symlink symlinkat truncate truncate64 unlink unlinkat utime utimensat
  utimensat_time64 utimes
`
    .trim()
    .split(/\s+/),
);

/** Returns the open flags of a call; null if it does not open a file. */
function openFlagNames({ name, args }: DecodedCall): ReadonlySet<string> | null {
  if (name === "creat") return new Set(["O_WRONLY", "O_CREAT", "O_TRUNC"]);
  const index = OPEN_FLAGS_INDEX[name];
  if (index === undefined) return null;
  const value = args[index];
  const flags =
    value?.kind === "struct" ? value.fields.find(([each]) => each === "flags")?.[1] : value;
  return flags?.kind === "named" ? new Set(flags.names) : null;
}

/** Whether a call modifies a file or opens it for writing. */
export function mutatesFile(call: DecodedCall): boolean {
  if (MUTATING_CALLS.has(call.name)) return true;
  const flags = openFlagNames(call);
  return flags !== null && WRITE_FLAGS.some((flag) => flags.has(flag));
}
