/** Formats the figures, one per line, with trace's limits. */
import type { ByTool } from "./figures.ts";

export interface Row {
  readonly what: string;
  /** A missing tool was not measured. */
  readonly values: ByTool;
  readonly digits: number;
  /** The maximum for `trace`. */
  readonly limit?: number;
}

const VERDICTS = new Map<boolean | null, string>([
  [true, "holds"],
  [false, "DOES NOT HOLD"],
]);

function text(value: number | undefined, digits: number): string {
  return isNumber(value) ? value.toFixed(digits) : "·";
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && !Number.isNaN(value);
}

/** Null if there is no limit, or nothing to compare with it. */
export function holds({ values, limit }: Row): boolean | null {
  return isNumber(values.trace) && limit !== undefined ? values.trace <= limit : null;
}

/** @param tools trace first */
export function table(rows: readonly Row[], tools: readonly string[]): string {
  const lines = [
    ["", ...tools, "limit", ""],
    ...rows.map((row) => [
      row.what,
      ...tools.map((tool) => text(row.values[tool], row.digits)),
      text(row.limit, row.digits),
      VERDICTS.get(holds(row)) ?? "",
    ]),
  ];
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  const pad = (cell: string, i: number) =>
    i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]);
  return lines.map((line) => line.map(pad).join("  ")).join("\n");
}
