/** Processes in the header of a record file: those that were there when the recording began. */
import { surrogateEscape, surrogateUnescape } from "../text/surrogate-escape.ts";
import { cutArguments } from "./process-chain.ts";
import type { ProcessInfo } from "./process-info.ts";

/** A process in JSON, as docs/record-format.md describes it. */
export interface RecordedProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  /** Cut like those of chains. */
  readonly argv: readonly string[];
  /** Nanoseconds since boot (CLOCK_BOOTTIME), to a hundredth of a second. */
  readonly started: number;
}

export function toRecorded({ pid, ppid, comm, argv, started }: ProcessInfo): RecordedProcess {
  const words = cutArguments(argv).map(surrogateEscape);
  return { pid, ppid, comm: surrogateEscape(comm), argv: words, started };
}

/** Returns the processes of a header. What is no process is omitted: a file may contain anything. */
export function fromRecorded(list: unknown): ProcessInfo[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: Partial<RecordedProcess> | null) => {
    const { pid, ppid, comm, argv, started } = Object(each) as Partial<RecordedProcess>;
    const isProcess = [pid, ppid, started].every(Number.isSafeInteger) && typeof comm === "string";
    if (!isProcess || !Array.isArray(argv)) return [];
    return {
      pid: pid as number,
      ppid: ppid as number,
      comm: surrogateUnescape(comm),
      argv: argv.map((word) => surrogateUnescape(String(word))),
      uid: -1,
      started: started as number,
      origin: "proc" as const,
    };
  });
}
