/** What a line of text tells of an event of a history: also the day, and of how many it is the last. */

import { field } from "./column-styles.ts";
import type { Field } from "./field.ts";
import { WATCH_LINE } from "./watch-line.ts";

export const HISTORY_LINE = (): readonly Field[] => [
  field("day", "day", { width: 10 }),
  field("events", "events", { width: 6, widest: 9, right: true }),
  ...WATCH_LINE(),
];
