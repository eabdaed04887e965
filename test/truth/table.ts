/** Formats scores as a table: one line each, with recall and precision in per cent. */
import { precision, recall, type Score } from "./compare.ts";

/** Rounds down, so that 100 means all. */
function percent(share: number): string {
  return Number.isNaN(share) ? "·" : `${Math.floor(share * 1000) / 10} %`;
}

/** @param what the scores are of @param peer the tracer that trace is compared with */
export function table(
  what: string,
  peer: string,
  scores: readonly (readonly [string, Score])[],
): string {
  const lines = [
    [what, peer, "trace", "recall", "precision"],
    ...scores.map(([name, score]) => [
      name,
      `${score.same + score.missing}`,
      `${score.same + score.extra}`,
      percent(recall(score)),
      percent(precision(score)),
    ]),
  ];
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  const pad = (cell: string, i: number) =>
    i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]);
  return `${lines.map((line) => line.map(pad).join("  ")).join("\n")}\n`;
}
