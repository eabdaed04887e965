/** The option --columns. */
import type { Column } from "../../events/column.ts";
import {
  DEFAULT_FILE_EVENT_COLUMNS,
  FILE_EVENT_COLUMNS,
  type FileColumn,
} from "../../events/columns.ts";
import type { ColumnTable } from "../command.ts";
import { UsageError } from "../errors.ts";
import { suggestion } from "./names.ts";

/** Names that stand for several columns. */
const COLUMN_GROUPS: Readonly<Record<string, readonly FileColumn[]>> = {
  default: DEFAULT_FILE_EVENT_COLUMNS,
  all: FILE_EVENT_COLUMNS,
};

/** The columns of `exec`, `all` and `show`. */
export const FILE_EVENT_TABLE: ColumnTable = {
  all: FILE_EVENT_COLUMNS,
  defaults: DEFAULT_FILE_EVENT_COLUMNS,
  groups: [
    { name: "default", about: "those marked with *" },
    { name: "all", about: "all columns" },
  ],
};

/**
 * Parses the columns of `exec` and `all`: names, JSON keys or groups.
 * @param formatColumns the columns of the format's own layout, if it has one
 * @throws UsageError
 */
export function parseFileColumns(
  text: string | undefined,
  formatColumns?: readonly string[],
): readonly FileColumn[] {
  if (text === undefined)
    return formatColumns
      ? FILE_EVENT_COLUMNS.filter(({ name }) => formatColumns.includes(name))
      : DEFAULT_FILE_EVENT_COLUMNS;
  const names = new Set(FILE_EVENT_COLUMNS.flatMap(({ name, key }) => [name, key]));
  return selectColumns(text, [...names, ...Object.keys(COLUMN_GROUPS)], (name) => {
    if (Object.hasOwn(COLUMN_GROUPS, name)) return COLUMN_GROUPS[name];
    return FILE_EVENT_COLUMNS.filter((column) => column.name === name || column.key === name);
  });
}

/**
 * "pid,comm" → those columns; the default ones without a text.
 * @throws UsageError
 */
export function parseColumnNames<E>(
  text: string | undefined,
  defaults: readonly Column<E>[],
  all: readonly Column<E>[],
): readonly Column<E>[] {
  if (text === undefined) return defaults;
  const names = all.map(({ name }) => name);
  return selectColumns(text, names, (name) => all.filter((column) => column.name === name));
}

/** @param columnsOf returns the columns that a name stands for; none if it is unknown */
function selectColumns<C extends { readonly name: string }>(
  text: string,
  known: readonly string[],
  columnsOf: (name: string) => readonly C[],
): readonly C[] {
  const columns = text.split(",").flatMap((name) => {
    const named = columnsOf(name);
    if (named.length > 0) return named;
    throw new UsageError(`--columns ${name}: no such column; ${suggestion(name, known)}`);
  });
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice) throw new UsageError(`--columns ${twice.name}: named twice`);
  return columns;
}
