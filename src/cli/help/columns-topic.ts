/** `trace help columns [COMMAND]`. */
import type { ColumnTable, Commands } from "../command.ts";

const SEPARATOR = ", trace ";

/** Returns a line of each column. */
function columnLines({ all, defaults, groups = [] }: ColumnTable): string {
  const names = defaults.map(({ name }) => name);
  const rows = [
    ...all.map(({ name, key, about }) => {
      const spelled = name === key ? name : `${name} (JSON: ${key})`;
      return [names.includes(name) ? "*" : " ", spelled, about ?? ""];
    }),
    ...groups.map(({ name, about }) => [" ", name, about ?? ""]),
  ];
  const width = Math.max(...rows.map(([, name]) => name.length));
  return rows.map(([mark, name, about]) => `${mark} ${name.padEnd(width)}  ${about}`).join("\n");
}

/** Returns the columns of all commands, those of the same columns together, or of one command. */
export function columnsTopic(commands: Commands, command?: string): string {
  const byLines = new Map<string, string[]>();
  for (const [name, { columns }] of Object.entries(commands)) {
    if (!columns || (command !== undefined && name !== command)) continue;
    const lines = columnLines(columns);
    byLines.set(lines, [...(byLines.get(lines) ?? []), name]);
  }
  const sections = [...byLines].map(
    ([lines, names]) => `Columns of trace ${names.join(SEPARATOR)}:\n${lines}\n`,
  );
  return `${sections.join("\n")}\n* written by default; the text format has its own layout\n`;
}
