/** The columns of `trace query` and `trace changes`: those of `trace watch`, and the day. */
import type { Column } from "./column.ts";
import { memoizeWord } from "./memo-words.ts";
import { WATCH_COLUMNS } from "./watch-columns.ts";
import type { WatchEvent } from "./watch-event.ts";

/** Time zones differ from UTC by multiples of this, so a day never begins within one. */
const QUARTER_HOUR_SECONDS = 900;

const twoDigits = (number: number) => String(number).padStart(2, "0");

const dayOfQuarter = memoizeWord((quarter: number) => {
  const date = new Date(quarter * QUARTER_HOUR_SECONDS * 1000);
  const year = String(date.getFullYear()).padStart(4, "0");
  return `${year}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
});

/** The local date. The times in text have none. */
const DAY: Column<WatchEvent> = {
  name: "day",
  key: "day",
  kind: "word",
  about: "local date: 2026-05-01",
  of: (e) => dayOfQuarter(Math.floor(e.time.seconds / QUARTER_HOUR_SECONDS)),
};

/** All columns of a recorded event. */
export const HISTORY_COLUMNS: readonly Column<WatchEvent>[] = [...WATCH_COLUMNS, DAY];
