/** Timelines, of the golden record files and of records in which something is wrong. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Output } from "../../../src/core/sink.ts";
import { FILE_EVENT_COLUMNS } from "../../../src/events/columns.ts";
import type { FileEvent } from "../../../src/events/file-event.ts";
import type { RunTrailer } from "../../../src/events/run-info.ts";
import { perfetto } from "../../../src/sinks/formats/perfetto.ts";
import { RecordFile } from "../../../src/sources/records/record-file.ts";
import { Collected, LimitedOutput } from "../collected.ts";
import { parseTimeline, type Timeline } from "../trace-events.ts";

const GOLDEN = join(import.meta.dir, "../../golden/records/x86_64-2.trace");

interface Options {
  readonly chosen?: boolean;
  readonly accepts?: (event: FileEvent) => boolean;
  readonly output?: Output;
  readonly result?: Partial<RunTrailer>;
}

/** Writes a record file as a timeline to an output. */
function write(path: string, { chosen, accepts = () => true, output, result }: Options): void {
  const file = new RecordFile(path);
  const options = { columns: FILE_EVENT_COLUMNS, terminal: false, chosen };
  const sink = perfetto({ ...options, output: output ?? new Collected() });
  const attempt = (work: () => void) => {
    try {
      work();
    } catch {}
  };
  attempt(() => sink.begin?.(file.header));
  file.run((event) => {
    if (accepts(event)) attempt(() => sink.write(event));
    attempt(() => sink.flush());
  });
  file.close();
  attempt(() => sink.close());
  attempt(() => sink.conclude?.({ ...(file.trailer as RunTrailer), ...result }));
}

function timelineOf(path: string, options: Options = {}): Timeline {
  const output = new Collected();
  write(path, { ...options, output });
  return parseTimeline(output.text);
}

const ofPhase = ({ traceEvents }: Timeline, phase: string) =>
  traceEvents.filter(({ ph }) => ph === phase);

test.each(["x86_64", "aarch64"])("the golden record of %s is a timeline", (machine) => {
  const path = GOLDEN.replace("x86_64", machine);
  for (const chosen of [false, true]) {
    const timeline = timelineOf(path, { chosen });
    expect(timeline.otherData).toMatchObject({ host: "golden", status: 143, complete: true });
    expect(ofPhase(timeline, "X").length).toBeGreaterThan(3);
  }
});

test("each process has a track, and an arrow from the process that forked it", () => {
  const { traceEvents } = timelineOf(GOLDEN);
  const names = traceEvents.filter(({ ph, name }) => ph === "M" && name === "thread_name");
  const tracks = new Set(names.map(({ tid }) => tid));
  const file = new RecordFile(GOLDEN);
  const forks: number[] = [];
  file.run((event) => {
    if (event.kind === "fork") forks.push(Number(event.ret));
  });
  file.close();
  expect(forks.length).toBeGreaterThan(5);
  expect(traceEvents.filter(({ ph }) => ph === "f").map(({ tid }) => tid)).toEqual(forks);
  for (const pid of forks) expect(tracks).toContain(pid);
});

test("slices are named by the program, tracks by the command", () => {
  const timeline = timelineOf(GOLDEN);
  const [first] = ofPhase(timeline, "B");
  expect(first.name).toBe("sh");
  expect(first.args?.command).toStartWith("sh -c ");
  const ends = ofPhase(timeline, "E").map(({ args }) => args?.signal);
  expect(ends).toContain(15);
});

test("by default only events that change files are shown, with chosen events all", () => {
  const kinds = (chosen: boolean) =>
    new Set(ofPhase(timelineOf(GOLDEN, { chosen }), "i").map(({ cat }) => cat));
  expect([...kinds(false)]).not.toContain("stat");
  expect([...kinds(true)]).toContain("stat");
  for (const { name, args } of ofPhase(timelineOf(GOLDEN), "i")) {
    expect(args?.errno).toBeUndefined();
    if (name?.startsWith("open")) expect(args?.flags_text).toMatch(/O_(WRONLY|RDWR|CREAT|TRUNC)/);
  }
});

test("slices of processes without an exit end with the record", () => {
  const accepts = ({ kind }: FileEvent) => kind !== "exit";
  expect(ofPhase(timelineOf(GOLDEN, { accepts }), "E").length).toBeGreaterThan(5);
});

test("processes whose fork is missing have a track", () => {
  const accepts = ({ kind }: FileEvent) => kind !== "fork" && kind !== "exec";
  expect(ofPhase(timelineOf(GOLDEN, { accepts }), "B").length).toBeGreaterThan(3);
});

test("an incomplete timeline says so in view and in its data", () => {
  const losses = [{ what: 'dropped "\n##[error]', count: 3 }];
  const timeline = timelineOf(GOLDEN, { result: { complete: false, losses } });
  const remark = timeline.traceEvents.find(({ s }) => s === "g");
  expect(remark?.name).toStartWith("INCOMPLETE: 3 dropped");
  expect(timeline.otherData).toMatchObject({ complete: false });
  expect(timeline.otherData.losses).toStartWith("3 dropped");
});

test("a timeline is valid JSON wherever the disk is full", () => {
  const whole = new Collected();
  write(GOLDEN, { output: whole, chosen: true });
  const size = whole.bytes.length;
  let cut = 0;
  for (let room = 4096; room < size; room += Math.ceil(size / 40)) {
    const output = new LimitedOutput(room);
    write(GOLDEN, { output, chosen: true });
    JSON.parse(output.text);
    if (output.bytes.length < size) cut++;
  }
  expect(cut).toBeGreaterThan(30);
});
