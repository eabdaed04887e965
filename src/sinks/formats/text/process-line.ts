/** What a line of text tells of a process's event. */

import { field } from "./column-styles.ts";
import type { Field } from "./field.ts";

export const PROCESS_LINE = (): readonly Field[] => [
  field("time", "time", { width: 12 }),
  field("event", "event", { width: 8 }),
  field("pid", "pid", { width: 5, widest: 7, right: true }),
  field("parent", "ppid", { width: 6, widest: 7, right: true }),
  field("user", "user", { width: 8, widest: 12 }),
  field("comm", "comm", { width: 8, widest: 15 }),
  field("origin", "origin", { width: 9 }),
  field("what", "detail"),
  field("", "wall"),
  field("", "argv"),
];
