/** Parses names of processes. */
import { UsageError } from "../errors.ts";

const TASK_COMM_LEN = 16;

/** Checks the name of a process: the kernel stores TASK_COMM_LEN - 1 bytes of it. @throws UsageError */
export function parseComm(option: string, text: string): string {
  if (text && Buffer.byteLength(text) < TASK_COMM_LEN) return text;
  throw new UsageError(
    `${option} ${text}: expected 1 to ${TASK_COMM_LEN - 1} bytes, as the kernel stores a name`,
  );
}
