/** Joins the lines of `strace -f -o FILE` into whole calls and exits of threads: strace(1). */

export type StraceLine = {
  readonly tid: number;
  /** The number of the line in which it began. */
  readonly firstLine: number;
} & (
  | { readonly kind: "call"; readonly text: string }
  | { readonly kind: "exit"; readonly how: string }
  /** The thread `by` executed another program and has the id of the first thread from now on. */
  | { readonly kind: "superseded"; readonly by: number }
);

/** Unfinished calls by thread: the text so far, and the line in which it began. */
type Unfinished = Map<number, { readonly start: string; readonly firstLine: number }>;

/** The second group matches a thread that became the first of its process by execve(2). */
const BEGUN = /^(.*?) ?<(?:unfinished|pid changed to \d+) \.\.\.>(\)\s*= \?)?$/;

/** What strace writes of a call that it cannot read, where another line follows at once. */
const UNREADABLE = /^\d+\s+\?\?\?\((?=\d+\s)/;

/**
 * Iterates in the order in which the calls ended. A call that did not return because its thread
 * ended has the result `?`; it comes where strace prints it, or last.
 * @throws Error if a line is not strace's
 */
export function* straceLines(text: string): Generator<StraceLine> {
  const unfinished: Unfinished = new Map();
  for (const [number, written] of text.split("\n").entries()) {
    const line = written.replace(UNREADABLE, "");
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
    const before = resumed ? unfinished.get(tid) : { start: "", firstLine: number };
    if (before === undefined) throw new Error(`resumed but not begun: ${line}`);
    if (resumed) unfinished.delete(tid);
    const { start, firstLine } = before;
    const text = start + (resumed?.[1] ?? rest);
    const [, first, ended] = text.match(BEGUN) ?? [];
    if (first === undefined) yield { kind: "call", tid, firstLine, text };
    else if (ended) yield { kind: "call", tid, firstLine, text: `${first}) = ?` };
    else unfinished.set(tid, { start: first, firstLine });
  }
  for (const [tid, { start, firstLine }] of unfinished)
    yield { kind: "call", tid, firstLine, text: `${start}) = ?` };
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
  if (before)
    yield { kind: "call", tid, firstLine: before.firstLine, text: `${before.start}) = ?` };
  const by = Number(how.match(/^superseded by execve in pid (\d+)$/)?.[1]);
  if (!by) {
    yield { kind: "exit", tid, firstLine: number, how };
    return;
  }
  const execve = unfinished.get(by);
  if (execve === undefined) throw new Error(`superseded by a thread that runs no execve: ${text}`);
  unfinished.delete(by);
  unfinished.set(tid, execve);
  yield { kind: "superseded", tid, firstLine: number, by };
}
