/** What is known of the file or process that was chosen. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { TARGET_ADDRESS, TARGET_EXISTS, TARGET_LOOKUP } from "../sinks/reports/page/data.ts";
import { count, duration, hue, plural, tickLabel } from "./format.ts";
import { isOfSystem, madeFrom, type Reached, usedFor } from "./lineage.ts";
import type { Doer, Edge, RunView } from "./run-view.ts";
import type { Selection } from "./selection.ts";

interface DetailsProps {
  readonly view: RunView;
  readonly select: (part: Partial<Selection>) => void;
}

/** So many rows of a section are shown at first. */
const SHOWN = 12;

export function Details({ selection, ...props }: DetailsProps & { readonly selection: Selection }) {
  const { file, process } = selection;
  if (file === null && process === null) return null;
  return (
    <aside class="details" aria-label="Details" key={`${file} ${process}`}>
      <button
        type="button"
        class="close"
        title="Close (Escape)"
        onClick={() => props.select({ file: null, process: null })}
      >
        ×
      </button>
      {file !== null ? (
        <FileDetails target={file} {...props} />
      ) : (
        <ProcessDetails process={process!} {...props} />
      )}
    </aside>
  );
}

function Section({
  title,
  total,
  hint,
  isOpen = false,
  rows,
}: {
  readonly title: string;
  readonly total?: number;
  readonly hint?: string;
  readonly isOpen?: boolean;
  readonly rows: readonly ComponentChildren[];
}) {
  const [chosen, setLimit] = useState(SHOWN);
  const limit = isOpen ? Math.max(chosen, SHOWN * 100) : chosen;
  if (rows.length === 0) return null;
  return (
    <section>
      <h3>
        {title} <span class="badge">{count(total ?? rows.length)}</span>
      </h3>
      {hint && <p class="muted">{hint}</p>}
      <ul>{rows.slice(0, limit)}</ul>
      {rows.length > limit && (
        <button type="button" class="more" onClick={() => setLimit(limit * 10)}>
          {plural(rows.length - limit, "more row")}
        </button>
      )}
    </section>
  );
}

function FileLink({ view, select, target }: DetailsProps & { readonly target: number }) {
  const path = view.targetPath(target);
  const slash = path.lastIndexOf("/");
  const isMade = view.isFile(target) && view.writers(target).length > 0;
  return (
    <button
      type="button"
      class="link file"
      title={isMade ? `${path}, which the run wrote` : path}
      onClick={() => select({ file: target, process: null })}
    >
      <span class="above">{path.slice(0, slash + 1)}</span>
      <span class="last">{path.slice(slash + 1)}</span>
      {isMade && <span class="made">written</span>}
    </button>
  );
}

function ProcessLink({ view, select, process }: DetailsProps & { readonly process: number }) {
  const name = view.name(process);
  return (
    <button
      type="button"
      class="link process"
      title={view.commandLine(process) || name}
      onClick={() => select({ process, file: null })}
    >
      <span class="dot" style={{ "--hue": hue(name) }} />
      <b>{name}</b>
      <span class="pid">{view.data.processes.pids[process]}</span>
    </button>
  );
}

/** The processes that led to one, the first at the left. */
function Chain({ process, ...props }: DetailsProps & { readonly process: number }) {
  const chain = [...props.view.ancestors(process)].reverse();
  return (
    <div class="chain">
      {chain.map((each) => (
        <span key={each}>
          <ProcessLink process={each} {...props} />
          <span class="muted"> › </span>
        </span>
      ))}
      <ProcessLink process={process} {...props} />
    </div>
  );
}

function When({ view, time }: { readonly view: RunView; readonly time: number }) {
  if (!view.hasTimes || time < 0) return null;
  return <span class="when">{tickLabel(time, view.data.end / 1000)}</span>;
}

function fileState(view: RunView, target: number): string {
  const kinds = view.data.targets.kinds[target];
  if (kinds & TARGET_LOOKUP) return `not found: ${view.text(view.data.targets.notes[target])}`;
  if (kinds & TARGET_ADDRESS) return "address";
  const isThere = (kinds & TARGET_EXISTS) !== 0;
  const isWritten = view.writers(target).length > 0;
  if (!view.isOriginal(target)) return isThere ? "made by the run" : "temporary: made and removed";
  if (!isThere) return view.removers(target).length ? "removed" : "replaced or moved away";
  return isWritten ? "was there before, written" : "was there before, unchanged";
}

function FileDetails({ target, ...props }: DetailsProps & { readonly target: number }) {
  const { view } = props;
  const writers = view.writers(target);
  const readers = view.readers(target);
  const note = view.data.targets.notes[target];
  const doer = ({ process, actions, first }: Doer) => (
    <li key={process}>
      <div class="line">
        <Chain process={process} {...props} />
        <span class="muted">{[...new Set(actions)].join(", ")}</span>
        <When view={view} time={first} />
      </div>
    </li>
  );
  return (
    <>
      <p class="kind">{fileState(view, target)}</p>
      <h2>{view.targetPath(target)}</h2>
      {view.isFile(target) && note >= 0 && <p class="muted">before: {view.path(note)}</p>}
      <Section
        title="Made by"
        rows={writers.map((each) => <Maker key={each.process} doer={each} {...props} />)}
      />
      <Related
        title="Made from"
        far="Back to"
        hint="What its writers read: it may depend on these."
        reached={madeFrom(view, target)}
        isEnd={(each) => view.isOriginal(each)}
        {...props}
      />
      <Section title="Used by" rows={readers.map(doer)} />
      <Related
        title="Used for"
        far="On to"
        hint="What its readers wrote: these may depend on it."
        reached={usedFor(view, target)}
        isEnd={(each) => (view.data.targets.kinds[each] & TARGET_EXISTS) !== 0}
        {...props}
      />
      <Section title="Renamed by" rows={view.movers(target).map(doer)} />
      <Section title="Removed by" rows={view.removers(target).map(doer)} />
      <Section title="Processes" rows={view.others(target).map(doer)} />
    </>
  );
}

/** Files that a file was made from, or used for: the nearest, and then those beyond. */
function Related({
  title,
  far,
  hint,
  reached: { direct, all },
  isEnd,
  ...props
}: DetailsProps & {
  readonly title: string;
  readonly far: string;
  readonly hint: string;
  readonly reached: Reached;
  readonly isEnd: (file: number) => boolean;
}) {
  const nearest = new Set(direct);
  const beyond = all.filter((file) => !nearest.has(file) && isEnd(file));
  return (
    <>
      <Files title={title} hint={hint} files={direct} {...props} />
      <Files title={far} hint="The same through other files." files={beyond} {...props} />
    </>
  );
}

/** Files, those of the system after the others and only if they are asked for. */
function Files({
  title,
  hint,
  files,
  ...props
}: DetailsProps & {
  readonly title: string;
  readonly hint: string;
  readonly files: readonly number[];
}) {
  const [showsAll, setShowsAll] = useState(false);
  const others = files.filter((file) => !isOfSystem(props.view, file));
  const shown = sortedFiles(props.view, others);
  const system = showsAll
    ? sortedFiles(props.view, files).filter((file) => !others.includes(file))
    : [];
  const hidden = files.length - shown.length - system.length;
  if (files.length === 0) return null;
  return (
    <>
      <Section
        title={title}
        hint={hint}
        total={files.length}
        isOpen={showsAll}
        rows={[...shown, ...system].map((each) => (
          <li key={each}>
            <FileLink target={each} {...props} />
          </li>
        ))}
      />
      {hidden > 0 && (
        <button type="button" class="more" onClick={() => setShowsAll(true)}>
          {shown.length ? "and " : `${title} `}
          {plural(hidden, "file")} of the system
        </button>
      )}
    </>
  );
}

function Maker({ doer, ...props }: DetailsProps & { readonly doer: Doer }) {
  const { view } = props;
  const line = view.commandLine(doer.process);
  return (
    <li>
      <div class="line">
        <Chain process={doer.process} {...props} />
        <span class="muted">{doer.actions.join(", ")}</span>
        <When view={view} time={doer.last} />
      </div>
      {line && <pre>{line}</pre>}
    </li>
  );
}

/** Those in the working directory come first. */
function sortedFiles(view: RunView, files: Iterable<number>): number[] {
  const { cwd } = view.data;
  const prefix = cwd < 0 ? "\n" : `${view.path(cwd)}/`;
  const rank = (path: string) => (path.startsWith(prefix) ? 0 : 1);
  return Array.from(files, (file) => [file, view.targetPath(file)] as const)
    .sort(([, a], [, b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([file]) => file);
}

/** The sections of a process, by the actions of its edges. */
const PROCESS_SECTIONS: readonly (readonly [title: string, actions: readonly string[]])[] = [
  ["Wrote", ["written", "created", "truncated"]],
  ["Renamed", ["moved"]],
  ["Removed", ["removed"]],
  ["Read", ["read", "interpreter"]],
  ["Listed", ["listed"]],
  ["Connected to", ["connected"]],
  ["Listened at", ["bound"]],
  ["Not found", ["failed"]],
];

function ProcessDetails({ process, ...props }: DetailsProps & { readonly process: number }) {
  const { view } = props;
  const { pids, execCounts, ended } = view.data.processes;
  const edges = view.edgesFrom(process);
  const children = [...view.children.of(process + 1)];
  const failure = view.failure(process);
  const onPath = view.critical(process).reduce((sum, [from, to]) => sum + to - from, 0);
  return (
    <>
      <p class="kind">process {pids[process]}</p>
      <h2>{view.name(process)}</h2>
      <dl>
        <dt>Ended</dt>
        <dd class={failure ? "failure" : ""}>
          {failure || (ended[process] >= 0 ? "exit 0" : "not recorded")}
        </dd>
        {view.hasTimes && (
          <>
            <dt>Time</dt>
            <dd>
              {duration(view.end(process) - view.start(process))} from{" "}
              <When view={view} time={view.start(process)} />
            </dd>
          </>
        )}
        {onPath > 0 && (
          <>
            <dt>Critical path</dt>
            <dd>{duration(onPath)}</dd>
          </>
        )}
        <dt>Started by</dt>
        <dd>
          <Chain process={process} {...props} />
        </dd>
      </dl>
      <Section title="Executed" total={execCounts[process]} rows={execRows(view, process)} />
      {PROCESS_SECTIONS.map(([title, actions]) => (
        <Section key={title} title={title} rows={edgeRows(edges, actions, props)} />
      ))}
      <Section
        title="Forked"
        rows={children.map((each) => (
          <li key={each}>
            <div class="line">
              <ProcessLink process={each} {...props} />
              <span class="cut">{view.commandLine(each)}</span>
            </div>
          </li>
        ))}
      />
    </>
  );
}

function execRows(view: RunView, process: number): ComponentChildren[] {
  const execs = view.data.processes.execs[process];
  return Array.from({ length: execs.length / 4 }, (_, index) => {
    const [time, path, line, cwd] = execs.slice(index * 4, index * 4 + 4);
    return (
      <li key={index}>
        <pre>{view.text(line) || view.text(path)}</pre>
        <div class="line muted">
          <span class="cut">{view.text(path)}</span>
          {cwd >= 0 && <span class="cut">in {view.text(cwd)}</span>}
          <When view={view} time={time} />
        </div>
      </li>
    );
  });
}

function edgeRows(
  edges: readonly Edge[],
  actions: readonly string[],
  props: DetailsProps,
): ComponentChildren[] {
  const targets = new Map<number, Edge>();
  for (const edge of edges)
    if (actions.includes(edge.action) && !targets.has(edge.target)) targets.set(edge.target, edge);
  return Array.from(targets.values(), ({ target, first, times }) => (
    <li key={target}>
      <div class="line">
        <FileLink target={target} {...props} />
        {times > 1 && <span class="muted">{count(times)}×</span>}
        <When view={props.view} time={first} />
      </div>
    </li>
  ));
}
