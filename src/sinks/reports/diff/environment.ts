/** Compares the environments of two commands, of which records have names and digests. */
import type { PlacedDifference } from "./difference.ts";

/** Of the session or of the program that starts the command. */
const OF_SESSION =
  /^(?:_|PWD|OLDPWD|SHLVL|COLUMNS|LINES|WINDOWID|TERM_SESSION_ID|SUDO_\w+|SSH_\w+|XDG_SESSION_\w+|DBUS_SESSION_BUS_ADDRESS|INVOCATION_ID|JOURNAL_STREAM|MEMORY_PRESSURE_\w+|STY|TMUX\w*|SYSTEMD_EXEC_PID|GITHUB_(?:RUN_\w+|ACTION|ENV|OUTPUT|PATH|STATE|STEP_SUMMARY|EVENT_PATH)|RUNNER_TRACKING_ID|TRACE_\w+)$/;

type Digests = Readonly<Record<string, unknown>>;

/** @param a null if the record does not say it; parsed JSON, of which nothing is trusted */
export function compareEnvironments(a: unknown, b: unknown): PlacedDifference[] {
  if (!isObject(a) || !isObject(b)) return [];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return names.flatMap((name) => differenceOf(name, a, b) ?? []);
}

function differenceOf(name: string, a: Digests, b: Digests): PlacedDifference | null {
  if (OF_SESSION.test(name)) return null;
  const [isInA, isInB] = [Object.hasOwn(a, name), Object.hasOwn(b, name)];
  const only = isInA && isInB ? null : isInA ? "a" : "b";
  if (only === null && a[name] === b[name]) return null;
  return { type: "environment", name, only, task: null, at: -1, tasks: 1 };
}

const isObject = (value: unknown): value is Digests =>
  typeof value === "object" && value !== null && !Array.isArray(value);
