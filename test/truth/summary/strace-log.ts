/** Reads what strace saw of the calls that change names or open files, for the replay. */
import { straceLines } from "../../strace/lines.ts";
import { split } from "../../strace/syntax.ts";

const CALLS = [
  ..."open openat openat2 creat truncate rename renameat renameat2 link linkat symlink".split(" "),
  ..."symlinkat unlink unlinkat rmdir mkdir mkdirat mknod mknodat chdir fchdir chroot".split(" "),
  ..."execve execveat clone clone3 fork vfork unshare setns mount umount2".split(" "),
];

/** Options that make the output unambiguous: strings in hex, numbers, paths of fds, long strings. */
export const STRACE_SUMMARY = [
  ..."strace -f -q -xx -X raw -y -s 65536".split(" "),
  ...["-e", `trace=${CALLS.map((name) => `?${name}`).join()}`],
];

export interface LoggedCall {
  readonly tid: number;
  readonly name: string;
  readonly args: readonly string[];
  /** Negative if it failed or did not return. */
  readonly result: number;
  /** The path of a returned fd: readlink of /proc/PID/fd/N. */
  readonly opened: string | null;
}

/** Parses the output, in the order in which the calls ended. */
export function readLog(text: string): LoggedCall[] {
  return [...straceLines(text)].flatMap((line) =>
    line.kind === "call" ? [parse(line.tid, line.text)] : [],
  );
}

/** @throws Error if the text is not a call */
function parse(tid: number, text: string): LoggedCall {
  const [, name, args, value, path, deleted] =
    text.match(/^(\w+)\((.*)\)\s*= (-?\d+|\?)(?:<((?:\\x..)*)>)?(\(deleted\))?.*$/) ?? [];
  if (value === undefined) throw new Error(`not a call: ${text}`);
  const opened = path === undefined || deleted !== undefined ? null : bytesOf(path);
  return { tid, name, args: split(args), result: value === "?" ? -1 : Number(value), opened };
}

/** Returns the bytes of \xHH as Latin-1. */
export function bytesOf(hex: string): string {
  return hex.replace(/\\x(..)/g, (_, byte) => String.fromCharCode(Number(`0x${byte}`)));
}
