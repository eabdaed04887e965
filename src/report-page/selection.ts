/** What the page shows, as the part of its address after "#": back and forward work. */
export interface Selection {
  readonly tab: string;
  readonly file: number | null;
  readonly process: number | null;
}

export const START: Selection = { tab: "processes", file: null, process: null };

function number(text: string | null, limit: number): number | null {
  const value = text === null ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= 0 && value < limit ? value : null;
}

/** @param limits numbers of files and of processes */
export function parseSelection(
  hash: string,
  tabs: readonly string[],
  limits: { readonly files: number; readonly processes: number },
): Selection {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const tab = given.get("tab") ?? "";
  return {
    tab: tabs.includes(tab) ? tab : START.tab,
    file: number(given.get("file"), limits.files),
    process: number(given.get("process"), limits.processes),
  };
}

export function selectionHash({ tab, file, process }: Selection): string {
  const parts = [`tab=${tab}`];
  if (file !== null) parts.push(`file=${file}`);
  if (process !== null) parts.push(`process=${process}`);
  return `#${parts.join("&")}`;
}
