/** The kinds of events that can be recorded, and the groups that select several. */

/** By their names in `--events`. */
export const EVENT_KINDS = [
  "open",
  "exec",
  "interp",
  "fork",
  "exit",
  "rename",
  "unlink",
  "link",
  "symlink",
  "mkdir",
  "rmdir",
  "mknod",
  "truncate",
  "chmod",
  "chown",
  "utimes",
  "chdir",
  "stat",
  "access",
  "readlink",
  "xattr",
  "list",
  "watch",
  "mount",
  "connect",
  "bind",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Groups by their names in `--events`. */
export const EVENT_GROUPS: Readonly<Record<string, readonly EventKind[]>> = {
  file: EVENT_KINDS.filter((kind) => !/^(exec|interp|fork|exit|connect|bind)$/.test(kind)),
  process: ["exec", "interp", "fork", "exit"],
  network: ["connect", "bind"],
  all: EVENT_KINDS,
};
