/** Reads the column ancestors of recorded rows. */
import type { ProcessLink } from "../../../src/events/process-chain.ts";

export interface Row {
  readonly pid: number;
  readonly event: string;
  readonly fname: string | null;
  readonly path: string | null;
  readonly ancestors: readonly ProcessLink[] | null;
}

export const COLUMNS = "pid,event,filename,path,ancestors";
export const rowsIn = (text: string): Row[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** A chain as text, without the processes that led to this test. */
export function chain(row: Row | undefined): string {
  const texts = (row?.ancestors ?? []).map(({ comm, argv }) => argv.join(" ") || comm);
  const own = (row?.ancestors ?? []).findIndex(({ pid }) => pid === process.pid);
  return texts.slice(0, own < 0 ? undefined : own).join(" ← ");
}
