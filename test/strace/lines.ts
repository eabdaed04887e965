/** The lines of `strace -f -o FILE`, put together into whole calls and ends of threads: strace(1). */

export type StraceLine = {
  readonly tid: number;
  /** The number of the line in which it began. */
  readonly begun: number;
} & (
  | { readonly kind: "call"; readonly text: string }
  | { readonly kind: "exit"; readonly how: string }
  /** The thread `by` ran another program and goes by the number of the first thread from now on. */
  | { readonly kind: "superseded"; readonly by: number }
);

/** Of calls that have not ended, by thread: what was printed of each, and in which line it began. */
type Unfinished = Map<number, { readonly start: string; readonly begun: number }>;

/** The second says that a thread became the first of its process by execve(2). */
const BEGUN = /^(.*?) ?<(?:unfinished|pid changed to \d+) \.\.\.>(\)\s*= \?)?$/;

/**
 * In the order in which the calls ended. One that never ended, since its thread did, comes last or
 * where strace says so, and its result is `?`.
 * @throws Error where a line is none of strace's.
 */
export function* straceLines(text: string): Generator<StraceLine> {
  const unfinished: Unfinished = new Map();
  for (const [number, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const [, tidText, rest] = line.match(/^(\d+)\s+(.*)$/) ?? [];
    if (rest === undefined) throw new Error(`not a line of strace -f: ${line}`);
    const tid = Number(tidText);
    if (rest.startsWith("---") || rest.startsWith("strace:")) continue;
    if (rest.startsWith("+++")) {
      yield* end(tid, rest, number, unfinished);
      continue;
    }
    const resumed = rest.match(/^<\.\.\. \w+ resumed>(.*)$/);
    const before = resumed ? unfinished.get(tid) : { start: "", begun: number };
    if (before === undefined) throw new Error(`resumed but not begun: ${line}`);
    if (resumed) unfinished.delete(tid);
    const { start, begun } = before;
    const text = start + (resumed?.[1] ?? rest);
    const [, first, ended] = text.match(BEGUN) ?? [];
    if (first === undefined) yield { kind: "call", tid, begun, text };
    else if (ended) yield { kind: "call", tid, begun, text: `${first}) = ?` };
    else unfinished.set(tid, { start: first, begun });
  }
  for (const [tid, { start, begun }] of unfinished)
    yield { kind: "call", tid, begun, text: `${start}) = ?` };
}

function* end(
  tid: number,
  text: string,
  number: number,
  unfinished: Unfinished,
): Generator<StraceLine> {
  const how = text.slice(4, -4);
  const before = unfinished.get(tid);
  unfinished.delete(tid);
  if (before) yield { kind: "call", tid, begun: before.begun, text: `${before.start}) = ?` };
  const by = Number(how.match(/^superseded by execve in pid (\d+)$/)?.[1]);
  if (!by) {
    yield { kind: "exit", tid, begun: number, how };
    return;
  }
  const execve = unfinished.get(by);
  if (execve === undefined) throw new Error(`superseded by a thread that runs no execve: ${text}`);
  unfinished.delete(by);
  unfinished.set(tid, execve);
  yield { kind: "superseded", tid, begun: number, by };
}
