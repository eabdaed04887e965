/**
 * Checks a timeline against the description of Chrome's trace events (the "Trace Event Format"), and
 * against what Perfetto's importer refuses: escapes other than those of one letter, arrays in events.
 */
interface TraceEvent {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly name?: string;
  readonly cat?: string;
  readonly id?: number;
  readonly s?: string;
  readonly bp?: string;
  readonly args?: Readonly<Record<string, string | number>>;
}

export interface Timeline {
  readonly traceEvents: readonly TraceEvent[];
  readonly otherData: Readonly<Record<string, string | number | boolean | null>>;
}

/** The keys of each kind of event; those after | may be left out. */
const KEYS: Readonly<Record<string, string>> = {
  M: "args name ph pid tid |",
  B: "cat name ph pid tid ts | args",
  E: "ph pid tid ts | args",
  X: "cat dur name ph pid tid ts | args",
  i: "cat name ph pid s tid ts | args",
  s: "cat id name ph pid tid ts |",
  f: "bp cat id name ph pid tid ts |",
};

/** Parses a timeline. @throws Error that says what the format does not allow */
export function parseTimeline(text: string): Timeline {
  const refused = text.match(/\\(?:\\|u....|.)/g)?.find((each) => each.startsWith("\\u"));
  if (refused) throw new Error(`the escape ${refused}`);
  const timeline = JSON.parse(text) as Timeline;
  const faults = timeline.traceEvents.flatMap((event) => {
    const fault = faultOf(event);
    return fault ? [`${fault}: ${JSON.stringify(event)}`] : [];
  });
  const all = [...faults, ...faultsOfSlices(timeline), ...faultsOfArrows(timeline)];
  if (all.length > 0) throw new Error(all.slice(0, 5).join("\n"));
  return timeline;
}

function faultOf(event: TraceEvent): string | null {
  const [required, optional] = (KEYS[event.ph] ?? "|").split("|").map((part) => part.split(" "));
  const keys = Object.keys(event);
  if (!required.every((key) => key === "" || keys.includes(key))) return "a key is missing";
  if (!keys.every((key) => [...required, ...optional].includes(key))) return "a key is unknown";
  const { pid, tid, ts = 0, dur = 0, s = "t", args = {} } = event;
  if (!Number.isInteger(pid) || !Number.isInteger(tid) || pid <= 0 || tid <= 0) return "no track";
  if (!(ts >= 0) || !(dur >= 0)) return "no time";
  if (!["t", "g"].includes(s)) return "no scope";
  const values = Object.values(args);
  return values.some((value) => typeof value === "object") ? "a value is no scalar" : null;
}

/** The slices of a track are begun and ended in turn, and none ends before it begins. */
function faultsOfSlices({ traceEvents }: Timeline): string[] {
  const begun = new Map<number, number>();
  const faults = traceEvents.flatMap(({ ph, tid, ts = 0 }) => {
    if (ph !== "B" && ph !== "E") return [];
    const since = begun.get(tid);
    if (ph === "B") begun.set(tid, ts);
    else begun.delete(tid);
    if (ph === "B") return since === undefined ? [] : [`track ${tid} has a slice already`];
    return since === undefined || ts < since ? [`track ${tid} has no slice to end`] : [];
  });
  return [...faults, ...Array.from(begun.keys(), (tid) => `track ${tid} has an open slice`)];
}

/** An arrow begins and ends on tracks that have a slice then. */
function faultsOfArrows({ traceEvents }: Timeline): string[] {
  const starts = new Set<number>();
  const open = new Set<number>();
  return traceEvents.flatMap(({ ph, tid, id = 0 }) => {
    if (ph === "B") open.add(tid);
    if (ph === "E") open.delete(tid);
    if (ph !== "s" && ph !== "f") return [];
    if (!open.has(tid)) return [`arrow ${id} is on no slice`];
    if (ph === "s") starts.add(id);
    return ph === "s" || starts.has(id) ? [] : [`arrow ${id} has no start`];
  });
}
