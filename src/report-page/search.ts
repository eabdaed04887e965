/** The search of a list: words that must all be there, and with a "-" before them must not. */
import type { ListColumns } from "../sinks/reports/page/data.ts";
import type { RunView } from "./run-view.ts";

interface Word {
  readonly text: string;
  readonly isWanted: boolean;
}

function words(query: string): Word[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "" && word !== "-")
    .map((word) =>
      word.startsWith("-")
        ? { text: word.slice(1), isWanted: false }
        : { text: word, isWanted: true },
    );
}

/** The texts that a list is searched in. */
export class ListSearch {
  private texts: string[] | null = null;
  private readonly view: RunView;
  private readonly list: ListColumns;

  constructor(view: RunView, list: ListColumns) {
    this.view = view;
    this.list = list;
  }

  /** Returns which entries match; null if all do. */
  matches(query: string): Uint8Array | null {
    const wanted = words(query);
    if (wanted.length === 0) return null;
    this.texts ??= this.list.paths.map((_, entry) => this.textOf(entry));
    const found = new Uint8Array(this.texts.length);
    for (const [entry, text] of this.texts.entries())
      found[entry] = +wanted.every((word) => text.includes(word.text) === word.isWanted);
    return found;
  }

  private textOf(entry: number): string {
    const { paths, who, notes } = this.list;
    const { view } = this;
    const parts = [view.path(paths[entry]), view.text(who[entry]), view.text(notes[entry])];
    return parts.join("\n").toLowerCase();
  }
}

/** Returns which processes match; null if all do. */
export function matchingProcesses(view: RunView, query: string): Uint8Array | null {
  const wanted = words(query);
  if (wanted.length === 0) return null;
  const { pids, comms } = view.data.processes;
  return Uint8Array.from(pids, (pid, process) => {
    const { execs } = view.data.processes;
    const isText = (_: number, index: number) => index % 4 === 1 || index % 4 === 2;
    const lines = execs[process]
      .filter(isText)
      .map((text) => view.text(text))
      .join("\n");
    const text = `${pid}\n${view.text(comms[process])}\n${lines}\n${view.failure(process)}`;
    const lower = text.toLowerCase();
    return +wanted.every((word) => lower.includes(word.text) === word.isWanted);
  });
}
