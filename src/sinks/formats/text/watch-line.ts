/** The layout of `trace watch`. */

import { lineField } from "./column-styles.ts";
import type { LineField } from "./field.ts";

export const watchFields = (): readonly LineField[] => [
  lineField("time", "time", { width: 12 }),
  lineField("type", "type", { width: 11 }),
  lineField("pid", "pid", { width: 5, maxWidth: 7, alignRight: true }),
  lineField("comm", "comm", { width: 8, maxWidth: 15 }),
  lineField("user", "user", { width: 6, maxWidth: 12 }),
  lineField("size", "size", { width: 6, maxWidth: 12, alignRight: true }),
  lineField("change", "change", { width: 6, maxWidth: 12, alignRight: true }),
  lineField("path", "path"),
  lineField("", "old_path"),
  lineField("", "error"),
  lineField("", "argv"),
  lineField("", "severity"),
  lineField("", "reason"),
  lineField("", "ruser"),
  lineField("", "digest"),
  lineField("", "details"),
];
