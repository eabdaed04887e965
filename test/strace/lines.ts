/** The lines of `strace -f -o FILE`, put together into whole calls and ends of threads: strace(1). */

export type StraceLine =
  | { readonly kind: "call"; readonly tid: number; readonly text: string }
  | { readonly kind: "exit"; readonly tid: number; readonly how: string }
  /** The thread `by` ran another program and goes by the number of the first thread from now on. */
  | { readonly kind: "superseded"; readonly tid: number; readonly by: number };

/** The second says that a thread became the first of its process by execve(2). */
const BEGUN = /^(.*?) ?<(?:unfinished|pid changed to \d+) \.\.\.>(\)\s*= \?)?$/;

/**
 * In the order in which the calls ended. One that never ended, since its thread did, comes last or
 * where strace says so, and its result is `?`.
 * @throws Error where a line is none of strace's.
 */
export function* straceLines(text: string): Generator<StraceLine> {
  const unfinished = new Map<number, string>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, tidText, rest] = line.match(/^(\d+)\s+(.*)$/) ?? [];
    if (rest === undefined) throw new Error(`not a line of strace -f: ${line}`);
    const tid = Number(tidText);
    if (rest.startsWith("---") || rest.startsWith("strace:")) continue;
    if (rest.startsWith("+++")) {
      yield* end(tid, rest, unfinished);
      continue;
    }
    const resumed = rest.match(/^<\.\.\. \w+ resumed>(.*)$/);
    const start = resumed ? unfinished.get(tid) : "";
    if (start === undefined) throw new Error(`resumed but not begun: ${line}`);
    if (resumed) unfinished.delete(tid);
    const text = start + (resumed?.[1] ?? rest);
    const [, begun, ended] = text.match(BEGUN) ?? [];
    if (begun === undefined) yield { kind: "call", tid, text };
    else if (ended) yield { kind: "call", tid, text: `${begun}) = ?` };
    else unfinished.set(tid, begun);
  }
  for (const [tid, start] of unfinished) yield { kind: "call", tid, text: `${start}) = ?` };
}

function* end(tid: number, text: string, unfinished: Map<number, string>): Generator<StraceLine> {
  const how = text.slice(4, -4);
  const start = unfinished.get(tid);
  unfinished.delete(tid);
  if (start !== undefined) yield { kind: "call", tid, text: `${start}) = ?` };
  const by = Number(how.match(/^superseded by execve in pid (\d+)$/)?.[1]);
  if (!by) {
    yield { kind: "exit", tid, how };
    return;
  }
  const execve = unfinished.get(by);
  if (execve === undefined) throw new Error(`superseded by a thread that runs no execve: ${text}`);
  unfinished.delete(by);
  unfinished.set(tid, execve);
  yield { kind: "superseded", tid, by };
}
