/** The layout of `trace procs`. */

import { lineField } from "./column-styles.ts";
import type { LineField } from "./field.ts";

export const processFields = (): readonly LineField[] => [
  lineField("time", "time", { width: 12 }),
  lineField("event", "event", { width: 8 }),
  lineField("pid", "pid", { width: 5, maxWidth: 7, alignRight: true }),
  lineField("parent", "ppid", { width: 6, maxWidth: 7, alignRight: true }),
  lineField("user", "user", { width: 8, maxWidth: 12 }),
  lineField("comm", "comm", { width: 8, maxWidth: 15 }),
  lineField("origin", "origin", { width: 9 }),
  lineField("what", "detail"),
  lineField("", "wall"),
  lineField("", "argv"),
  lineField("", "ruser"),
];
