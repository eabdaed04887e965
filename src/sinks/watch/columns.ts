/** The columns that other programs get: those of a log, and a few more if they have a value. */
import type { Column } from "../../events/column.ts";
import { LOG_COLUMNS, WATCH_COLUMNS } from "../../events/watch-columns.ts";
import type { WatchEvent } from "../../events/watch-event.ts";

const MORE: readonly string[] = ["ppid", "uid", "ruid", "ftype", "error", "link"];

export const SENT_COLUMNS: readonly Column<WatchEvent>[] = [
  ...LOG_COLUMNS,
  ...WATCH_COLUMNS.filter(({ name }) => MORE.includes(name)).map((column) => ({
    ...column,
    sparse: true,
  })),
];
