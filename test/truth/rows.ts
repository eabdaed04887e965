/** Reads what trace recorded. */
import { readFileSync } from "node:fs";
import { bytesOfJson } from "../root/support/harness.ts";
import { MAX_NAME_BYTES, type ObservedEvent, observedEvent } from "../strace/expectation.ts";

/** The columns of an observed event. */
export const COLUMNS =
  "pid,tid,kind,event,flags,mode,filename,fname2,return,dfd,path,path2,argv,status,signal,op,note";

/** A line of NDJSON with these columns. A byte that is not UTF-8 is U+DC00 + byte. */
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

/** An event with the fields that only trace has. */
export interface Recorded extends ObservedEvent {
  /** The name for `--events`. */
  readonly event: string;
  /** The io_uring opcode. */
  readonly op: string | null;
  readonly note: string | null;
}

export function readRecorded(path: string): Recorded[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => recorded(JSON.parse(line)));
}

/** An exit and an io_uring request belong to no thread. */
function recorded(row: Row): Recorded {
  const { pid, tid, kind, event, op, note, ...rest } = row;
  return {
    ...observedEvent({ ...rest, pid, tid: op || kind === "exit" ? null : tid, call: op ?? kind }),
    name: bytes(row.fname)?.slice(0, MAX_NAME_BYTES) ?? null,
    name2: bytes(row.fname2)?.slice(0, MAX_NAME_BYTES) ?? null,
    result: row.return,
    path: bytes(row.path),
    path2: bytes(row.path2),
    argv: row.argv?.map((word) => bytes(word) ?? "") ?? null,
    event,
    op,
    note,
  };
}

/** Decodes to Latin-1. */
function bytes(text: string | null): string | null {
  return text === null ? null : bytesOfJson(text).toString("latin1");
}
