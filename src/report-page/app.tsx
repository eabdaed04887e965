/** The page: header, tabs, the list of the chosen tab, and details of what was chosen there. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Details } from "./details.tsx";
import { FileList } from "./file-list.tsx";
import { count } from "./format.ts";
import { Header } from "./header.tsx";
import type { RunView } from "./run-view.ts";
import { parseSelection, type Selection, selectionHash } from "./selection.ts";
import { shownTabs, tabCount } from "./tabs.ts";
import { Timeline } from "./timeline.tsx";

const KEYS: readonly (readonly [string, string])[] = [
  ["/", "search"],
  ["1 … 9", "choose a tab"],
  ["↑ ↓ Home End", "move in a list"],
  ["← →", "fold, unfold"],
  ["Enter", "show details"],
  ["Escape", "close details, end a search"],
  ["+ − 0", "zoom in, zoom out, show all of the time"],
  ["[ ]", "move in time"],
  ["z", "zoom to a process, as a double click"],
  ["?", "this list"],
];

export function App({ view }: { readonly view: RunView }) {
  const tabs = useMemo(() => shownTabs(view), [view]);
  const [selection, select] = useSelection(
    view,
    tabs.map(({ name }) => name),
  );
  const [query, setQuery] = useState("");
  const [showsKeys, setShowsKeys] = useState(false);
  const search = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const isTyping = event.target instanceof HTMLInputElement;
      const used = handleKey(event.key, isTyping);
      if (used) event.preventDefault();
    };
    const handleKey = (key: string, isTyping: boolean): boolean => {
      if (key === "Escape") {
        if (showsKeys) setShowsKeys(false);
        else if (isTyping && query !== "") setQuery("");
        else if (selection.file !== null || selection.process !== null)
          select({ file: null, process: null });
        else setQuery("");
        return true;
      }
      if (isTyping) return false;
      if (key === "/") search.current?.focus();
      else if (key === "?") setShowsKeys(!showsKeys);
      else if (/^[1-9]$/.test(key) && tabs[Number(key) - 1])
        select({ tab: tabs[Number(key) - 1].name });
      else return false;
      return true;
    };
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  });

  return (
    <>
      <Header view={view} />
      <nav>
        <div role="tablist" aria-label="What is shown">
          {tabs.map((tab) => (
            <button
              key={tab.name}
              type="button"
              role="tab"
              aria-selected={tab.name === selection.tab}
              title={tab.about}
              onClick={() => select({ tab: tab.name })}
            >
              {tab.title} <span class="badge">{count(tabCount(view, tab))}</span>
            </button>
          ))}
        </div>
        <input
          ref={search}
          type="search"
          value={query}
          placeholder="Search: words, -without  ( / )"
          aria-label="Search"
          spellcheck={false}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown" || event.key === "Enter")
              document.querySelector<HTMLElement>(".list")?.focus();
          }}
        />
        <ThemeButton />
        <button type="button" title="Keys (?)" onClick={() => setShowsKeys(!showsKeys)}>
          ?
        </button>
      </nav>
      {showsKeys && <Keys close={() => setShowsKeys(false)} />}
      <main>
        {selection.tab === "processes" ? (
          <Timeline view={view} query={query} selection={selection} select={select} />
        ) : (
          <FileList
            key={selection.tab}
            view={view}
            name={selection.tab as keyof RunView["data"]["lists"]}
            query={query}
            selection={selection}
            select={select}
          />
        )}
        <Details view={view} selection={selection} select={select} />
      </main>
    </>
  );
}

/** Keeps the selection in the page's address, so that the browser's buttons go back to it. */
function useSelection(view: RunView, tabs: readonly string[]) {
  const limits = {
    files: view.data.targets.kinds.length,
    processes: view.data.processes.pids.length,
  };
  const read = () => parseSelection(location.hash, tabs, limits);
  const [selection, setSelection] = useState(read);
  useEffect(() => {
    const listener = () => setSelection(read());
    window.addEventListener("hashchange", listener);
    return () => window.removeEventListener("hashchange", listener);
  }, []);
  const select = (part: Partial<Selection>) => {
    location.hash = selectionHash({ ...selection, ...part });
    setSelection({ ...selection, ...part });
  };
  return [selection, select] as const;
}

function Keys({ close }: { readonly close: () => void }) {
  return (
    <dialog open class="keys" aria-label="Keys">
      <dl>
        {KEYS.map(([key, about]) => (
          <>
            <dt key={key}>{key}</dt>
            <dd>{about}</dd>
          </>
        ))}
      </dl>
      <button type="button" onClick={close}>
        Close
      </button>
    </dialog>
  );
}

/** Light, dark, or as the system has it. */
function ThemeButton() {
  const [theme, setTheme] = useState<"light" | "dark" | null>(null);
  useEffect(() => {
    document.documentElement.style.colorScheme = theme ?? "light dark";
  }, [theme]);
  const isDark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  return (
    <button
      type="button"
      title="Light or dark"
      aria-label="Light or dark"
      onClick={() => setTheme(isDark ? "light" : "dark")}
    >
      {isDark ? "☀" : "☾"}
    </button>
  );
}
