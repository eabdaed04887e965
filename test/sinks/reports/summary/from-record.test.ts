/** What a summary knows of the run of a recorded file. */
import { describe, expect, test } from "bun:test";
import { readSummaryRecord } from "../../../../src/sinks/reports/summary/from-record.ts";
import { UNKNOWN_RUN } from "../../../../src/sinks/reports/summary/run.ts";

const HEADER = {
  format: 1,
  command: ["make", "é"],
  cwd: "/work",
  host: "box",
  kernel: "6.18.0",
  started: "2026-11-29T20:00:00.000Z",
};
const EVENT = {
  event: "open",
  pid: 1,
  comm: "make",
  flags: 0,
  fname: "a",
  return: 3,
  path: "/work/a",
};
const RESULT = {
  ended: "2026-11-29T20:00:01.000Z",
  status: 0,
  complete: true,
  events: 2,
  losses: [],
};
const { format, ...KNOWN } = HEADER;
const NO_RESULT = { what: "recording ended without its result", count: 1 };

const lines = (...objects: readonly unknown[]) =>
  objects.map((object) => `${JSON.stringify(object)}\n`).join("");
const WHOLE = lines({ header: HEADER }, EVENT, EVENT, { result: RESULT });
const read = (text: string) => readSummaryRecord(Buffer.from(text));

describe("NDJSON", () => {
  test("with its header and result is complete", () => {
    const { events, runs } = read(WHOLE);
    expect(events.length).toBe(2);
    expect(runs).toEqual([
      { ...KNOWN, ended: RESULT.ended, status: 0, complete: true, losses: [] },
    ]);
  });

  test("without its result is incomplete", () => {
    const { events, runs } = read(lines({ header: HEADER }, EVENT));
    expect(events.length).toBe(1);
    expect(runs).toEqual([{ ...UNKNOWN_RUN, ...KNOWN, complete: false, losses: [NO_RESULT] }]);
  });

  test("cut anywhere after its header is read up to the cut, and incomplete", () => {
    const bytes = Buffer.from(WHOLE);
    const start = lines({ header: HEADER }).length + 1; // é has two bytes
    for (let length = start; length < bytes.length - 1; length++) {
      const { events, runs } = readSummaryRecord(bytes.subarray(0, length));
      expect(runs.map(({ complete }) => complete)).toEqual([false]);
      expect(runs[0].losses?.length).toBe(1);
      expect(events.length).toBeLessThanOrEqual(2);
    }
  });

  test("that lacks lines, or has losses, is incomplete", () => {
    expect(read(lines({ header: HEADER }, EVENT, { result: RESULT })).runs[0].losses).toEqual([
      { what: "events missing from the record", count: 1 },
    ]);
    const losses = [{ what: "dropped", count: 9 }];
    const [run] = read(
      lines({ header: HEADER }, EVENT, EVENT, { result: { ...RESULT, losses } }),
    ).runs;
    expect([run.complete, run.losses]).toEqual([false, losses]);
  });

  test("with a result that is none is incomplete", () => {
    const [run] = read(lines({ header: HEADER }, EVENT, { result: {} })).runs;
    expect(run.losses).toEqual([NO_RESULT]);
  });

  test("without the lines of a run says nothing of it", () => {
    expect(read(lines(EVENT)).runs).toEqual([UNKNOWN_RUN]);
  });

  test("with its result only is complete, of a run that is not known", () => {
    const [run] = read(lines(EVENT, EVENT, { result: RESULT })).runs;
    expect([run.complete, run.command]).toEqual([true, null]);
  });

  test("of several records has several runs", () => {
    const { events, runs } = read(WHOLE + lines({ header: HEADER }, EVENT) + WHOLE);
    expect(events.length).toBe(5);
    expect(runs.map(({ complete }) => complete)).toEqual([true, false, true]);
  });

  test("without events is of a run", () => {
    const result = { ...RESULT, events: 0 };
    expect(read(lines({ header: HEADER }, { result })).runs[0].complete).toBe(true);
  });

  test("of other columns is refused", () => {
    expect(() => read(lines({ header: HEADER }, { pid: 1 }))).toThrow("has no column event");
  });

  test("that ends within a line, without a header, is refused", () => {
    expect(() => read('{"pid":')).toThrow("the last line is no JSON");
  });
});

test("a JSON array and CSV say nothing of their run", () => {
  expect(read(JSON.stringify([EVENT])).runs).toEqual([UNKNOWN_RUN]);
  const csv = 'event,pid,comm,flags,filename,return,path\nopen,1,"make",0,"a",3,"/work/a"\n';
  expect(read(csv)).toMatchObject({ events: [{ path: "/work/a" }], runs: [UNKNOWN_RUN] });
});
