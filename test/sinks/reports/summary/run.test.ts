/** What the summaries say of their runs. */
import { describe, expect, test } from "bun:test";
import type { Loss } from "../../../../src/events/loss.ts";
import { Run } from "../../../../src/model/run.ts";
import {
  combineRuns,
  type SummaryRun,
  summaryRun,
  UNKNOWN_RUN,
} from "../../../../src/sinks/reports/summary/run.ts";
import {
  type SummaryFormat,
  SummarySink,
  writeSummary,
} from "../../../../src/sinks/reports/summary/sink.ts";
import { Collected } from "../../collected.ts";

const KEYS = [
  ...["command", "cwd", "host", "kernel", "started", "ended", "status", "complete", "losses"],
];
const HEADER = { command: ["make"], cwd: "/work", host: "box", kernel: "6.18.0", started: "then" };
const LOSSES: Loss[] = [{ what: "dropped|<b>\n", count: 3, reason: "ring full" }];
const whole = summaryRun(HEADER, { ended: "now", status: 0 }, []);
const incomplete = summaryRun(HEADER, null, LOSSES);

function summary(format: SummaryFormat, run: SummaryRun): string {
  const output = new Collected();
  const view = { directory: "/work", allFiles: false };
  writeSummary(new Run(), output, format, view, run);
  return output.text;
}

describe("the JSON of a summary", () => {
  test.each([whole, incomplete, UNKNOWN_RUN])("begins with the keys of its run: %j", (run) => {
    const parsed = JSON.parse(summary("json", run));
    expect(Object.keys(parsed).slice(0, KEYS.length)).toEqual(KEYS);
    expect(parsed).toMatchObject(run);
  });

  test("has values of the expected types only", () => {
    const run = summaryRun({ command: "make", cwd: 5, host: null, kernel: [] }, null, []);
    expect(run).toEqual({ ...UNKNOWN_RUN, complete: true, losses: [] });
  });
});

describe("several runs", () => {
  test("have lines of their own, and the losses of all", () => {
    const run = combineRuns([whole, incomplete]);
    expect(run).toEqual({
      ...UNKNOWN_RUN,
      complete: false,
      losses: LOSSES,
      runs: [whole, incomplete],
    });
    expect(Object.keys(run).slice(0, KEYS.length)).toEqual(KEYS);
  });

  test.each<[readonly SummaryRun[], boolean | null]>([
    [[whole, whole], true],
    [[whole, UNKNOWN_RUN], null],
    [[incomplete, UNKNOWN_RUN], false],
  ])("%j are complete only if each is", (runs, complete) => {
    expect(combineRuns(runs).complete).toBe(complete);
  });

  test("of one file are that one", () => {
    expect(combineRuns([whole])).toEqual(whole);
    expect(combineRuns([])).toEqual(UNKNOWN_RUN);
  });
});

test("text and Markdown end with what is missing, and say nothing otherwise", () => {
  expect(summary("text", incomplete)).toEndWith(
    "1 process ran\nINCOMPLETE: 3 dropped|<b>\\x0a (ring full)\n",
  );
  expect(summary("markdown", incomplete)).toEndWith(
    "1 process ran.\n\n> [!WARNING]\n> <code>INCOMPLETE: 3 dropped&#124;&lt;b>\\x0a (ring full)</code>\n",
  );
  for (const format of ["text", "markdown"] as const)
    for (const run of [whole, UNKNOWN_RUN])
      expect(summary(format, run)).not.toContain("INCOMPLETE");
});

test("the sink of a summary writes it when the result is known", () => {
  const output = new Collected();
  const sink = new SummarySink(output, "json", { directory: "/", allFiles: false });
  sink.begin({ ...HEADER, command: ["true"] } as never);
  sink.close();
  expect(output.text).toBe("");
  sink.conclude({ ended: "now", status: 7, events: 0, complete: false, losses: LOSSES });
  expect(JSON.parse(output.text)).toMatchObject({
    ...HEADER,
    command: ["true"],
    ended: "now",
    status: 7,
    complete: false,
    losses: LOSSES,
  });
});
