/** What a line of text tells of a watched file's change. */

import { field } from "./column-styles.ts";
import type { Field } from "./field.ts";

export const WATCH_LINE = (): readonly Field[] => [
  field("time", "time", { width: 12 }),
  field("type", "type", { width: 11 }),
  field("pid", "pid", { width: 5, widest: 7, right: true }),
  field("comm", "comm", { width: 8, widest: 15 }),
  field("user", "user", { width: 6, widest: 12 }),
  field("size", "size", { width: 6, widest: 12, right: true }),
  field("change", "change", { width: 6, widest: 12, right: true }),
  field("path", "path"),
  field("", "old_path"),
  field("", "error"),
  field("", "argv"),
];
