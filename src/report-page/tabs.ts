/** The tabs of the page, in order. */
import type { ListName } from "../sinks/reports/page/data.ts";
import type { RunView } from "./run-view.ts";

export interface Tab {
  readonly name: ListName | "processes";
  readonly title: string;
  readonly about: string;
}

export const TABS: readonly Tab[] = [
  { name: "processes", title: "Processes", about: "Processes on a time axis" },
  { name: "inputs", title: "Inputs", about: "Files that were read and not written before" },
  { name: "outputs", title: "Outputs", about: "Files that were written and exist at the end" },
  { name: "removed", title: "Removed", about: "Files that existed before and were removed" },
  { name: "changed", title: "Attributes", about: "Files whose mode, owner or times were changed" },
  { name: "listed", title: "Listed", about: "Directories whose entries were read" },
  { name: "probes", title: "Not found", about: "Failed lookups" },
  { name: "programs", title: "Programs", about: "Programs that were run" },
  { name: "hosts", title: "Connected", about: "Addresses and sockets that were connected to" },
  { name: "listened", title: "Listening", about: "Addresses and sockets that were bound to" },
];

export function tabCount(view: RunView, { name }: Tab): number {
  const { lists, processes } = view.data;
  return name === "processes" ? processes.pids.length : lists[name].paths.length;
}

/** Inputs and outputs are there even if there are none: that is an answer. */
export function shownTabs(view: RunView): readonly Tab[] {
  const always = ["processes", "inputs", "outputs"];
  return TABS.filter((tab) => always.includes(tab.name) || tabCount(view, tab) > 0);
}
