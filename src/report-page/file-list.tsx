/** A tab with files, lookups, programs or addresses: a tree of directories that is searched. */
import { useMemo, useState } from "preact/hooks";
import type { ListName } from "../sinks/reports/page/data.ts";
import { count, plural } from "./format.ts";
import { PathTree, type TreeRow } from "./path-tree.ts";
import type { RunView } from "./run-view.ts";
import { ListSearch } from "./search.ts";
import type { Selection } from "./selection.ts";
import { VirtualList } from "./virtual-list.tsx";

export const ROW_HEIGHT = 22;

/** What the column of notes has. */
const NOTES: Partial<Readonly<Record<ListName, string>>> = {
  probes: "Error",
  programs: "First command line",
};

export function FileList({
  view,
  name,
  query,
  selection,
  select,
}: {
  readonly view: RunView;
  readonly name: ListName;
  readonly query: string;
  readonly selection: Selection;
  readonly select: (part: Partial<Selection>) => void;
}) {
  const list = view.data.lists[name];
  const tree = useMemo(() => new PathTree(view, list), [view, list]);
  const search = useMemo(() => new ListSearch(view, list), [view, list]);
  const [open, setOpen] = useState(() => tree.openAtFirst());
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [cursor, setCursor] = useState(0);
  const matches = useMemo(() => search.matches(query), [search, query]);
  // All that a search finds is shown, until a directory is folded.
  const rows = useMemo(() => {
    const found = matches
      ? tree.rows(without(tree.allDirectories(), folded), matches)
      : tree.rows(open, null);
    return found;
  }, [tree, open, folded, matches]);
  const shown = matches ? matches.reduce((sum, each) => sum + each, 0) : tree.entries;

  const isOpen = (node: number) => (matches ? !folded.has(node) : open.has(node));
  const toggle = (node: number, opens: boolean) => {
    if (matches) setFolded(opens ? without(folded, [node]) : new Set([...folded, node]));
    else setOpen(opens ? new Set([...open, node]) : without(open, [node]));
  };
  const at = Math.min(cursor, Math.max(0, rows.length - 1));
  const openRow = (index: number) => {
    const row = rows[index];
    if (!row) return;
    const target = row.entry < 0 ? -1 : list.targets[row.entry];
    if (target >= 0) select({ file: target, process: null });
    else if (row.below > 0) toggle(row.node, !isOpen(row.node));
  };
  const fold = (index: number, opens: boolean) => {
    const row = rows[index];
    if (!row) return;
    if (row.below > 0 && isOpen(row.node) !== opens) toggle(row.node, opens);
    else if (opens) setCursor(Math.min(rows.length - 1, index + 1));
    else setCursor(Math.max(0, above(rows, index)));
  };
  return (
    <div class="pane">
      <div class="bar">
        <span class="muted" role="status">
          {matches
            ? `${count(shown)} of ${plural(tree.entries, "entry", "entries")}`
            : plural(shown, "entry", "entries")}
        </span>
        <span class="grow" />
        <button
          type="button"
          onClick={() => {
            setOpen(tree.allDirectories());
            setFolded(new Set());
          }}
        >
          Unfold all
        </button>
        <button
          type="button"
          onClick={() => {
            setOpen(new Set());
            setFolded(tree.allDirectories());
            setCursor(0);
          }}
        >
          Fold all
        </button>
      </div>
      <div class="columns" aria-hidden="true">
        <span class="path">{name === "hosts" || name === "listened" ? "Address" : "Path"}</span>
        {NOTES[name] && <span class={`note ${name}`}>{NOTES[name]}</span>}
        <span class="times">Times</span>
        <span class="who">First by</span>
      </div>
      <VirtualList
        key={name}
        count={rows.length}
        rowHeight={ROW_HEIGHT}
        cursor={at}
        label={name}
        onCursor={setCursor}
        onOpen={openRow}
        onFold={fold}
        rowProps={(index) => {
          const { entry, below, node, depth } = rows[index];
          const isSelected =
            entry >= 0 && list.targets[entry] === selection.file && list.targets[entry] >= 0;
          return {
            class: `${below > 0 ? "directory" : "entry"} ${isSelected ? "selected" : ""}`,
            "aria-level": depth + 1,
            ...(below > 0 ? { "aria-expanded": isOpen(node) } : {}),
          };
        }}
        row={(index) => (
          <Row
            view={view}
            name={name}
            row={rows[index]}
            isOpen={isOpen(rows[index].node)}
            toggle={(opens) => toggle(rows[index].node, opens)}
          />
        )}
      />
      {rows.length === 0 && <p class="empty">Nothing {query ? "matches" : "here"}</p>}
    </div>
  );
}

function Row({
  view,
  name,
  row,
  isOpen,
  toggle,
}: {
  readonly view: RunView;
  readonly name: ListName;
  readonly row: TreeRow;
  readonly isOpen: boolean;
  readonly toggle: (opens: boolean) => void;
}) {
  const { entry, below, label, depth } = row;
  const { times, who, notes } = view.data.lists[name];
  return (
    <>
      <span class="path" style={{ paddingLeft: `${depth * 16}px` }} title={view.path(row.node)}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the row is what has the role */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: arrow keys do the same */}
        <span
          class={`fold ${below > 0 ? (isOpen ? "open" : "closed") : ""}`}
          onClick={(event) => {
            if (below === 0) return;
            event.stopPropagation();
            toggle(!isOpen);
          }}
        />
        <span class="name">{below > 0 ? `${label}/` : label}</span>
        {below > 0 && <span class="badge">{count(below)}</span>}
      </span>
      {NOTES[name] && (
        <span class={`note ${name}`} title={entry < 0 ? "" : view.text(notes[entry])}>
          {entry < 0 ? "" : view.text(notes[entry])}
        </span>
      )}
      <span class="times">{entry < 0 ? "" : count(times[entry])}</span>
      <span class="who">{entry < 0 ? "" : view.text(who[entry])}</span>
    </>
  );
}

function without(set: Iterable<number>, removed: Iterable<number>): Set<number> {
  const rest = new Set(set);
  for (const each of removed) rest.delete(each);
  return rest;
}

/** Returns the index of the directory that a row is in. */
function above(rows: readonly TreeRow[], index: number): number {
  let at = index - 1;
  while (at > 0 && rows[at].depth >= rows[index].depth) at--;
  return at;
}
