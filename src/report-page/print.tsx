/** The page on paper: all lists one after the other, by directory, without what needs a screen. */
import { render } from "preact";
import type { ListName } from "../sinks/reports/page/data.ts";
import { count, duration } from "./format.ts";
import { Header } from "./header.tsx";
import { PathTree } from "./path-tree.ts";
import { ProcessTree } from "./process-tree.ts";
import type { RunView } from "./run-view.ts";
import { TABS } from "./tabs.ts";

/** Longer lists are cut. */
const MAX_ROWS = 1500;
const MAX_PROCESSES = 500;

/** Fills the part of the page that is printed, just before it is. */
export function preparePrinting(view: RunView): void {
  const root = document.getElementById("print")!;
  const fill = () => render(<PrintView view={view} />, root);
  window.addEventListener("beforeprint", fill);
  window.addEventListener("afterprint", () => render(null, root));
  matchMedia("print").addEventListener("change", ({ matches }) => {
    if (matches) fill();
  });
}

function PrintView({ view }: { readonly view: RunView }) {
  return (
    <>
      <Header view={view} />
      <PrintProcesses view={view} />
      {TABS.map(({ name, title }) =>
        name === "processes" ? null : (
          <PrintList key={name} view={view} name={name} title={title} />
        ),
      )}
    </>
  );
}

function PrintProcesses({ view }: { readonly view: RunView }) {
  const rows = new ProcessTree(view).rows(new Set(), null);
  return (
    <section>
      <h2>Processes: {count(rows.length)}</h2>
      {rows.slice(0, MAX_PROCESSES).map(({ process, depth }) => (
        <p key={process} style={{ paddingLeft: `${depth * 12}px` }}>
          <b>{view.name(process)}</b> {view.data.processes.pids[process]}{" "}
          {view.hasTimes ? duration(view.end(process) - view.start(process)) : ""}{" "}
          {view.failure(process)} <small>{view.commandLine(process)}</small>
        </p>
      ))}
      <More rest={rows.length - MAX_PROCESSES} />
    </section>
  );
}

function PrintList({
  view,
  name,
  title,
}: {
  readonly view: RunView;
  readonly name: ListName;
  readonly title: string;
}) {
  const list = view.data.lists[name];
  if (list.paths.length === 0) return null;
  const rows = new PathTree(view, list).rows(null, null);
  return (
    <section>
      <h2>
        {title}: {count(list.paths.length)}
      </h2>
      {rows.slice(0, MAX_ROWS).map(({ node, entry, depth, label, below }) => (
        <p
          key={`${node} ${entry}`}
          style={{ paddingLeft: `${depth * 12}px` }}
          class={below ? "directory" : ""}
        >
          {label}
          {below ? "/" : ""} <small>{entry < 0 ? "" : view.text(list.who[entry])}</small>
        </p>
      ))}
      <More rest={rows.length - MAX_ROWS} />
    </section>
  );
}

function More({ rest }: { readonly rest: number }) {
  return rest > 0 ? <p>… and {count(rest)} more</p> : null;
}
