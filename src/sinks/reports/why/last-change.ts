/** The last change of a path in a history: what, when, by whom, and what led to it. */
import type { Loss } from "../../../events/loss.ts";
import { lossText } from "../../../events/loss.ts";
import type { ProcessLink } from "../../../events/process-chain.ts";
import { printable, printableJson, printableLine, printableText } from "../../../text/printable.ts";
import { surrogateEscape } from "../../../text/surrogate-escape.ts";
import { commandText, isoTime, plural } from "../violations/report.ts";

export interface LastChange {
  /** Latin1, as all names. */
  readonly path: string;
  /** As in the column `type`. */
  readonly type: string;
  /** Nanoseconds since 1970. */
  readonly time: number;
  /** Of a RENAME. */
  readonly newPath: string | null;
  readonly oldPath: string | null;
  readonly user: string;
  /** SHA-256; "" if it was not recorded. */
  readonly digest: string;
  /** The process and those that led to it, nearest first; empty if they are not known. */
  readonly processes: readonly ProcessLink[];
  /** How many changes of the path the history has. */
  readonly changes: number;
}

export function renderChangeText(change: LastChange, losses: readonly Loss[]): string {
  const { path, type, time, processes, user, oldPath, newPath, digest, changes } = change;
  const [first, ...led] = processes.map(
    ({ pid, comm, argv }) => `[${pid}] ${commandText(argv.length ? argv : [comm])}`,
  );
  const lines = [
    `${printable(path)}: ${plural(changes, "change")}; the last:`,
    `  ${isoTime(time)}  ${type}${user && ` by user ${printableText(user)}`}`,
    ...(oldPath !== null && newPath !== null
      ? [`  ${printable(oldPath)} → ${printable(newPath)}`]
      : []),
    `  ${first ?? "by a process that is not known"}`,
    ...led.map((each, index) => `  ${"  ".repeat(index)}└─ started by ${each}`),
    ...(digest ? [`  SHA-256 ${digest}`] : []),
    ...(losses.length
      ? [`INCOMPLETE: ${printableText(losses.map((loss) => lossText(loss)).join("; "))}`]
      : []),
  ];
  return lines.map((line) => `${printableLine(line)}\n`).join("");
}

export function renderChangeJson(change: LastChange, losses: readonly Loss[]): string {
  const { path, type, time, processes, user, oldPath, digest, changes, newPath } = change;
  const name = (text: string | null) => (text === null ? null : surrogateEscape(text));
  const object = {
    path: surrogateEscape(path),
    complete: losses.length === 0,
    losses,
    changes,
    change: {
      type,
      time: isoTime(time),
      from: name(oldPath),
      to: name(newPath),
      user: user === "" ? null : user,
      digest: digest === "" ? null : digest,
      processes: processes.map(({ pid, comm, argv }) => ({
        pid,
        comm: surrogateEscape(comm),
        argv: argv.map(surrogateEscape),
      })),
    },
  };
  return `${printableJson(JSON.stringify(object, null, 2))}\n`;
}
