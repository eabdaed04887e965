/** Where reports for code review show a violation: a file of the repository, and a line. */
import type { Violation } from "../../../policy/judge.ts";
import type { CheckReport } from "./report.ts";

export interface Place {
  /** In the repository; latin1. */
  readonly file: string;
  readonly line: number;
}

/**
 * Returns the lock's line where an entry nearly fits, else the file itself if it is in the repository,
 * else the heading of the lock's section; null if neither is in the repository.
 */
export function placeOf({ near, subject, section }: Violation, report: CheckReport): Place | null {
  const { lockInRepository: lock, headings } = report;
  if (lock !== null && near && near.entry.line > 0) return { file: lock, line: near.entry.line };
  const file = report.inRepository(subject.path);
  if (file !== null) return { file, line: 1 };
  return lock === null ? null : { file: lock, line: headings[section] ?? 1 };
}
