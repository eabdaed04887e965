/** The process tree, each process as a bar on a time axis. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { count, duration, hue, plural, tickLabel, tickStep } from "./format.ts";
import { Minimap } from "./minimap.tsx";
import { type ProcessRow, ProcessTree } from "./process-tree.ts";
import { firstWord, type RunView } from "./run-view.ts";
import { matchingProcesses } from "./search.ts";
import type { Selection } from "./selection.ts";
import { limited, panned, type TimeRange, zoomed } from "./time-range.ts";
import { VirtualList } from "./virtual-list.tsx";

const ROW_HEIGHT = 22;
const STEP = 1.5;
const PIXELS_PER_TICK = 110;
/** More processes than this are folded at first, down to the second level. */
const MAX_OPEN = 2000;

interface TimelineProps {
  readonly view: RunView;
  readonly query: string;
  readonly selection: Selection;
  readonly select: (part: Partial<Selection>) => void;
}

export function Timeline({ view, query, selection, select }: TimelineProps) {
  const { end } = view.data;
  const full: TimeRange = { from: 0, to: Math.max(1, end) };
  const tree = useMemo(() => new ProcessTree(view), [view]);
  const [folded, setFolded] = useState<ReadonlySet<number>>(() => foldedAtFirst(view, tree));
  const [range, setRange] = useState(full);
  const [cursor, setCursor] = useState(0);
  const matches = useMemo(() => matchingProcesses(view, query), [view, query]);
  const rows = useMemo(() => tree.rows(folded, matches), [tree, folded, matches]);
  const area = useRef<HTMLDivElement>(null);
  const width = useWidth(area);
  const isZoomed = range.to - range.from < full.to;

  const zoom = (factor: number, at = (range.from + range.to) / 2) =>
    setRange((now) => zoomed(now, factor, at, full.to));
  const pan = (share: number) => setRange((now) => panned(now, share, full.to));
  const timeAt = (clientX: number) => {
    const box = area.current!.getBoundingClientRect();
    return range.from + ((clientX - box.left) / box.width) * (range.to - range.from);
  };
  useWheel(area, (event) => {
    const isInTimes = event.clientX >= area.current!.getBoundingClientRect().left;
    if (!isInTimes) return false;
    if (event.ctrlKey || event.metaKey)
      zoom(event.deltaY > 0 ? STEP ** 0.5 : STEP ** -0.5, timeAt(event.clientX));
    else if (event.deltaX || event.shiftKey) pan((event.deltaX || event.deltaY) / 600);
    else return false;
    return true;
  });
  const drag = useDrag(width, (share) => pan(-share));
  const zoomTo = (process: number) => {
    const [from, to] = [view.start(process), view.end(process)];
    const margin = Math.max(10, (to - from) * 0.05);
    setRange(limited({ from: from - margin, to: to + margin }, full.to));
  };
  const toggle = (process: number, opens: boolean) => {
    const next = new Set(folded);
    if (opens) next.delete(process);
    else next.add(process);
    setFolded(next);
  };
  const fold = (index: number, opens: boolean) => {
    const row = rows[index];
    if (!row) return;
    if (row.below > 0 && folded.has(row.process) === opens) toggle(row.process, opens);
    else if (opens) setCursor(Math.min(rows.length - 1, index + 1));
    else
      setCursor(
        Math.max(
          0,
          rows.findIndex(({ process }) => process === view.data.processes.parents[row.process]),
        ),
      );
  };
  const onKey = ({ key }: KeyboardEvent): boolean => {
    const row = rows[cursor];
    const keys: Readonly<Record<string, () => void>> = {
      "+": () => zoom(1 / STEP),
      "=": () => zoom(1 / STEP),
      "-": () => zoom(STEP),
      "0": () => setRange(full),
      "[": () => pan(-0.25),
      "]": () => pan(0.25),
      z: () => row && zoomTo(row.process),
    };
    if (!Object.hasOwn(keys, key)) return false;
    keys[key]();
    return true;
  };
  const step = tickStep(range.to - range.from, width / PIXELS_PER_TICK);
  return (
    <div class="pane timeline">
      <div class="bar">
        <span class="muted" role="status">
          {matches
            ? `${count(matches.reduce((sum, each) => sum + each, 0))} of ${plural(matches.length, "process", "processes")}`
            : plural(tree.below.length, "process", "processes")}
        </span>
        {view.data.critical.length > 0 && (
          <span
            class="legend"
            title="What determined how long the run took: where this is shorter, the run may be, too"
          >
            critical path
          </span>
        )}
        <span class="grow" />
        {view.hasTimes && (
          <>
            <span class="muted range">
              {tickLabel(range.from, step / 10)} – {tickLabel(range.to, step / 10)}
            </span>
            <button type="button" title="Zoom out (-)" onClick={() => zoom(STEP)}>
              −
            </button>
            <button type="button" title="Zoom in (+)" onClick={() => zoom(1 / STEP)}>
              +
            </button>
            <button
              type="button"
              title="Show all (0)"
              disabled={!isZoomed}
              onClick={() => setRange(full)}
            >
              Fit
            </button>
          </>
        )}
      </div>
      <div class="axis">
        <div class="tree-head">Process</div>
        <div class="times-head" ref={area} {...drag}>
          {view.hasTimes && <Minimap view={view} range={range} full={full} onRange={setRange} />}
          {view.hasTimes && <Ticks range={range} step={step} />}
        </div>
      </div>
      <VirtualList
        count={rows.length}
        rowHeight={ROW_HEIGHT}
        cursor={Math.min(cursor, Math.max(0, rows.length - 1))}
        label="processes"
        onCursor={setCursor}
        onOpen={(index) => rows[index] && select({ process: rows[index].process, file: null })}
        onFold={fold}
        onKey={onKey}
        rowProps={(index) => ({
          class: selection.process === rows[index].process ? "selected" : "",
          "aria-level": rows[index].depth + 1,
          ...(rows[index].below > 0 ? { "aria-expanded": !folded.has(rows[index].process) } : {}),
          onDblClick: () => zoomTo(rows[index].process),
        })}
        row={(index) => (
          <ProcessLine
            view={view}
            row={rows[index]}
            range={range}
            isFolded={folded.has(rows[index].process) && !matches}
            toggle={(opens) => toggle(rows[index].process, opens)}
            drag={drag}
          />
        )}
      >
        <Grid range={range} step={step} />
      </VirtualList>
    </div>
  );
}

function foldedAtFirst(view: RunView, tree: ProcessTree): Set<number> {
  const folded = new Set<number>();
  if (tree.below.length <= MAX_OPEN) return folded;
  for (let process = 0; process < tree.below.length; process++)
    if (tree.below[process] > 0 && view.ancestors(process).length > 1) folded.add(process);
  return folded;
}

function ticksOf({ from, to }: TimeRange, step: number): number[] {
  const first = Math.ceil(from / step);
  const length = Math.max(0, Math.floor(to / step) - first + 1);
  return Array.from({ length: Math.min(length, 100) }, (_, index) => (first + index) * step);
}

const percent = (time: number, { from, to }: TimeRange) => ((time - from) / (to - from)) * 100;

function Ticks({ range, step }: { readonly range: TimeRange; readonly step: number }) {
  return (
    <div class="ticks" aria-hidden="true">
      {ticksOf(range, step).map((time) => (
        <span key={time} style={{ left: `${percent(time, range)}%` }}>
          {tickLabel(time, step)}
        </span>
      ))}
    </div>
  );
}

function Grid({ range, step }: { readonly range: TimeRange; readonly step: number }) {
  return (
    <div class="grid" aria-hidden="true">
      <div class="grid-times">
        {ticksOf(range, step).map((time) => (
          <i key={time} style={{ left: `${percent(time, range)}%` }} />
        ))}
      </div>
    </div>
  );
}

function ProcessLine({
  view,
  row: { process, depth, below },
  range,
  isFolded,
  toggle,
  drag,
}: {
  readonly view: RunView;
  readonly row: ProcessRow;
  readonly range: TimeRange;
  readonly isFolded: boolean;
  readonly toggle: (opens: boolean) => void;
  readonly drag: object;
}) {
  const failure = view.failure(process);
  const name = view.name(process);
  const line = view.commandLine(process);
  return (
    <>
      <span
        class="tree"
        style={{ paddingLeft: `${Math.min(depth, 14) * 14}px` }}
        title={line || name}
      >
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the row is what has the role */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: arrow keys do the same */}
        <span
          class={`fold ${below > 0 ? (isFolded ? "closed" : "open") : ""}`}
          onClick={(event) => {
            if (below === 0) return;
            event.stopPropagation();
            toggle(isFolded);
          }}
        />
        <span class="dot" style={{ "--hue": hue(name) }} />
        <b>{name}</b>
        {isFolded && <span class="badge">{count(below)}</span>}
        <span class="arguments">{argumentsOf(line)}</span>
        {failure && <span class="failure">{failure}</span>}
      </span>
      <span class="times" {...drag}>
        {view.hasTimes && <Bar view={view} process={process} range={range} />}
      </span>
    </>
  );
}

/** Returns a command line without its program. */
function argumentsOf(line: string): string {
  return line.slice(firstWord(line).length).trim();
}

/** A process from its fork to its exit; what it executed has colours of its own. */
function Bar({
  view,
  process,
  range,
}: {
  readonly view: RunView;
  readonly process: number;
  readonly range: TimeRange;
}) {
  const [start, end] = [view.start(process), view.end(process)];
  if (end < range.from || start > range.to) return null;
  const execs = view.data.processes.execs[process];
  const segments: { name: string; from: number; to: number }[] = [];
  for (let at = 0; at < execs.length; at += 4) {
    const to = at + 4 < execs.length ? execs[at + 4] : end;
    segments.push({
      name: view.execName(process, at),
      from: Math.max(start, execs[at]),
      to,
    });
  }
  const [left, right] = [percent(start, range), percent(end, range)];
  const bar = (from: number, to: number) => ({
    left: `min(${Math.max(-1, from)}%, 100% - 2px)`,
    width: `max(2px, ${Math.min(101, to) - Math.max(-1, from)}%)`,
  });
  const outside = right > 88;
  return (
    <>
      <i class="life" style={bar(left, right)} />
      {segments.map(({ name, from, to }) => (
        <i
          key={from}
          class="exec"
          title={`${name}: ${duration(to - from)}`}
          style={{ ...bar(percent(from, range), percent(to, range)), "--hue": hue(name) }}
        />
      ))}
      {view.critical(process).map(([from, to]) => (
        <i
          key={`critical ${from}`}
          class="critical"
          title={`on the critical path for ${duration(to - from)}`}
          style={bar(percent(from, range), percent(to, range))}
        />
      ))}
      <em
        style={outside ? { right: `${Math.max(0.3, 100 - left + 0.3)}%` } : { left: `${right}%` }}
      >
        {!outside || left > 12 ? duration(end - start) : ""}
      </em>
    </>
  );
}

function useWidth(box: { readonly current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const observer = new ResizeObserver(() => setWidth(box.current?.clientWidth ?? 800));
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return width;
}

/** Listens to the wheel anywhere in the pane; a listener that uses an event keeps the page from moving. */
function useWheel(
  box: { readonly current: HTMLDivElement | null },
  use: (event: WheelEvent) => boolean,
): void {
  const latest = useRef(use);
  latest.current = use;
  useEffect(() => {
    const pane = box.current?.closest<HTMLElement>(".pane");
    const listener = (event: WheelEvent) => {
      if (latest.current(event)) event.preventDefault();
    };
    pane?.addEventListener("wheel", listener, { passive: false });
    return () => pane?.removeEventListener("wheel", listener);
  }, [box]);
}

/** Moves by dragging. @param move is given the share of the width */
function useDrag(width: number, move: (share: number) => void) {
  const last = useRef<number | null>(null);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0) last.current = event.clientX;
    },
    onPointerMove: (event: PointerEvent) => {
      if (last.current === null || event.buttons === 0) return;
      const target = event.currentTarget as HTMLElement;
      if (Math.abs(event.clientX - last.current) < 3 && !target.hasPointerCapture(event.pointerId))
        return;
      target.setPointerCapture(event.pointerId);
      move((event.clientX - last.current) / width);
      last.current = event.clientX;
    },
    onPointerUp: () => {
      last.current = null;
    },
  };
}
