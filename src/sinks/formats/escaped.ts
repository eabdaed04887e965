/** The column that says that the names of a row are escaped, so that a reader can undo it. */
import { type Column, ESCAPED } from "../../events/column.ts";

const COLUMN = {
  name: ESCAPED,
  key: ESCAPED,
  kind: "integer",
  about: "1: names are escaped",
  of: () => 1,
} as const satisfies Column<unknown>;

/** Returns the columns of a document. */
export function columnsOf<E>(columns: readonly Column<E>[], escapes = false): readonly Column<E>[] {
  return escapes ? [...columns, COLUMN] : columns;
}
