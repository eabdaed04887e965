/** The layout of `trace query` and `trace changes`: that of `trace watch`, with day and number of events. */

import { lineField } from "./column-styles.ts";
import type { LineField } from "./field.ts";
import { watchFields } from "./watch-line.ts";

/** @param withDay whether times are without the day */
export const historyFields = (withDay: boolean): readonly LineField[] => [
  ...(withDay ? [lineField("day", "day", { width: 10 })] : []),
  lineField("events", "events", { width: 6, maxWidth: 9, alignRight: true }),
  ...watchFields(),
];
