/** What trace recorded, as facts. */
import { readFileSync } from "node:fs";
import { bytesOfJson } from "../root/support/harness.ts";
import { type Fact, fact, LONGEST } from "../strace/expectation.ts";

/** Columns that facts are made of. */
export const COLUMNS =
  "pid,tid,kind,event,flags,mode,filename,fname2,return,dfd,path,path2,argv,status,signal,op,note";

/** A line of `trace --format ndjson --columns ‹COLUMNS›`. Bytes that are no UTF-8 as U+DC00 + byte. */
interface Row {
  readonly pid: number;
  readonly tid: number;
  readonly kind: string;
  readonly event: string;
  readonly flags: number | null;
  readonly mode: number | null;
  readonly fname: string | null;
  readonly fname2: string | null;
  readonly return: number | null;
  readonly dfd: number | null;
  readonly path: string | null;
  readonly path2: string | null;
  readonly argv: readonly string[] | null;
  readonly status: number | null;
  readonly signal: number | null;
  readonly op: string | null;
  readonly note: string | null;
}

/** A fact with what only trace knows of it. */
export interface Recorded extends Fact {
  /** As `--events` has it. */
  readonly event: string;
  /** The io_uring opcode. */
  readonly op: string | null;
  readonly note: string | null;
}

export function readRecorded(path: string): Recorded[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => recorded(JSON.parse(line)));
}

/** The end of a process, and what io_uring does, is by no thread of the program. */
function recorded(row: Row): Recorded {
  const { pid, tid, kind, event, op, note, ...rest } = row;
  return {
    ...fact({ ...rest, pid, tid: op || kind === "exit" ? null : tid, call: op ?? kind }),
    name: bytes(row.fname)?.slice(0, LONGEST) ?? null,
    name2: bytes(row.fname2)?.slice(0, LONGEST) ?? null,
    result: row.return,
    path: bytes(row.path),
    path2: bytes(row.path2),
    argv: row.argv?.map((word) => bytes(word) ?? "") ?? null,
    event,
    op,
    note,
  };
}

/** As latin1. */
function bytes(text: string | null): string | null {
  return text === null ? null : bytesOfJson(text).toString("latin1");
}
