/** All of the run's time, with how many processes there were; the part in sight is moved by dragging. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { RunView } from "./run-view.ts";
import { limited, type TimeRange } from "./time-range.ts";

const COLUMNS = 400;

export function Minimap({
  view,
  range,
  full,
  onRange,
}: {
  readonly view: RunView;
  readonly range: TimeRange;
  readonly full: TimeRange;
  readonly onRange: (range: TimeRange) => void;
}) {
  const heights = useMemo(() => countByTime(view, full.to), [view, full.to]);
  const start = useRef<number | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const timeAt = (event: PointerEvent) => {
    const { left, width } = box.current!.getBoundingClientRect();
    return ((event.clientX - left) / width) * full.to;
  };
  const share = (time: number) => `${(time / full.to) * 100}%`;
  return (
    <div
      ref={box}
      class="minimap"
      title="Drag to choose a time range"
      onPointerDown={(event) => {
        event.stopPropagation();
        start.current = timeAt(event);
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (start.current === null) return;
        const [from, to] = [start.current, timeAt(event)].sort((a, b) => a - b);
        if (to - from > full.to / 200) onRange(limited({ from, to }, full.to));
      }}
      onPointerUp={(event) => {
        const at = timeAt(event);
        const span = range.to - range.from;
        const isClick = start.current !== null && Math.abs(at - start.current) <= full.to / 200;
        if (isClick) onRange(limited({ from: at - span / 2, to: at + span / 2 }, full.to));
        start.current = null;
      }}
    >
      <Histogram heights={heights} />
      <div
        class="window"
        style={{ left: share(range.from), width: share(range.to - range.from) }}
      />
    </div>
  );
}

function Histogram({ heights }: { readonly heights: Float64Array }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const { height } = context.canvas;
    context.clearRect(0, 0, COLUMNS, height);
    context.fillStyle = "#888";
    const most = heights.reduce((a, b) => Math.max(a, b), 1);
    for (const [x, value] of heights.entries()) {
      const rise = (value / most) * (height - 2);
      context.fillRect(x, height - rise, 1, rise);
    }
  }, [heights]);
  return <canvas ref={canvas} width={COLUMNS} height={40} />;
}

/** Returns how many processes there were in each part of the time, on average. */
function countByTime(view: RunView, end: number): Float64Array {
  const counts = new Float64Array(COLUMNS);
  for (let process = 0; process < view.data.processes.pids.length; process++) {
    const from = (view.start(process) / end) * COLUMNS;
    const to = (view.end(process) / end) * COLUMNS;
    for (let at = Math.floor(from); at < Math.min(COLUMNS, to); at++)
      counts[at] += Math.min(to, at + 1) - Math.max(from, at);
  }
  return counts;
}
