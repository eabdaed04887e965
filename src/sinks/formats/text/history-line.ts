/** What a line of text tells of an event of a history: also the day, and of how many it is the last. */

import { lineField } from "./column-styles.ts";
import type { LineField } from "./field.ts";
import { watchFields } from "./watch-line.ts";

export const historyFields = (): readonly LineField[] => [
  lineField("day", "day", { width: 10 }),
  lineField("events", "events", { width: 6, maxWidth: 9, alignRight: true }),
  ...watchFields(),
];
