import { describe, expect, test } from "bun:test";
import type { RunHeader, RunTrailer } from "../../../src/events/run-info.ts";
import { json } from "../../../src/sinks/formats/json.ts";
import { ndjson } from "../../../src/sinks/formats/ndjson.ts";
import { RUN_HEADER } from "../../fixtures/run-header.ts";
import { Collected, LimitedOutput, render } from "../collected.ts";
import { bytes, bytesOfJson, nameColumns, randomName, seeded } from "../names.ts";

function fails(work: () => void): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}

test("a run without events is empty", () => {
  expect(render(ndjson, nameColumns, []).length).toBe(0);
});

test("a flushed line is complete", () => {
  const output = new Collected();
  const sink = ndjson({ columns: nameColumns, output, terminal: false });
  sink.write([bytes("cc"), bytes("a.c")]);
  sink.flush();
  expect(output.text).toBe('{"comm":"cc","fname":"a.c"}\n');
});

test("random names are read back byte for byte, one line per event, as in JSON", () => {
  const random = seeded(8);
  const events = Array.from(
    { length: 2000 },
    () => [randomName(random), randomName(random)] as const,
  );
  const lines = render(ndjson, nameColumns, events).toString().split("\n");
  expect(lines.pop()).toBe("");
  const parsed = lines.map((line) => JSON.parse(line));
  expect(parsed).toEqual(JSON.parse(render(json, nameColumns, events).toString()));
  events.forEach(([comm, filename], i) => {
    expect(bytesOfJson(parsed[i].comm).equals(comm)).toBe(true);
    expect(bytesOfJson(parsed[i].fname).equals(filename)).toBe(true);
  });
});

describe("with a header", () => {
  const HEADER: RunHeader = { ...RUN_HEADER, command: ["echo", "ü\n😀"], calls: ["open"] };
  const RESULT: RunTrailer = {
    ended: "2026-11-29T20:00:01.000Z",
    status: 3,
    events: 1,
    complete: false,
    losses: [{ what: "dropped", count: 1, reason: "ring full" }],
  };

  test("the first line is the run's, the last one its result", () => {
    const output = new Collected();
    const sink = ndjson({ columns: nameColumns, output, terminal: false, header: true });
    sink.begin?.(HEADER);
    sink.flush();
    expect(output.text).toEndWith("\n"); // visible before the first event
    sink.write([bytes("cc"), bytes("a.c")]);
    sink.close();
    sink.conclude?.(RESULT);
    const [first, event, last, end] = output.text.split("\n");
    const { bootTime, want, calls, ...described } = HEADER;
    expect(JSON.parse(first)).toEqual({
      header: { format: 1, ...described, columns: ["comm", "fname"] },
    });
    expect([event, end]).toEqual(['{"comm":"cc","fname":"a.c"}', ""]);
    expect(JSON.parse(last)).toEqual({ result: RESULT });
  });

  test("the header is written even if the output fails first", () => {
    const output = new Collected();
    let isFull = true;
    const full = {
      write(written: Uint8Array, length: number) {
        if (isFull) throw new Error("full");
        output.write(written, length);
      },
    };
    const sink = ndjson({ columns: nameColumns, output: full, terminal: false, header: true });
    sink.begin?.(HEADER);
    sink.write([bytes("cc"), bytes("a.c")]);
    expect(() => sink.flush()).toThrow("full");
    isFull = false;
    sink.close();
    sink.conclude?.(RESULT);
    const lines = output.text.split("\n").slice(0, -1);
    expect(lines.map((line) => Object.keys(JSON.parse(line)))).toEqual([["header"], ["result"]]);
  });

  test("the result takes the place of events that leave no room for it, and counts them", () => {
    const events = Array.from({ length: 40 }, (_, i) => [bytes("cc"), bytes(`a${i}.c`)] as const);
    const write = (limit: number, perFlush: number) => {
      const output = new LimitedOutput(limit);
      const sink = ndjson({ columns: nameColumns, output, terminal: false, header: true });
      sink.begin?.(HEADER);
      let isFull = false;
      events.forEach((event, i) => {
        if (isFull) return;
        sink.write(event);
        if (i % perFlush === perFlush - 1) isFull = fails(() => sink.flush());
      });
      sink.close();
      const { delivered } = sink;
      const missing = events.length - delivered;
      const losses = missing > 0 ? [{ what: "not written", count: missing }] : [];
      const complete = missing === 0;
      fails(() => sink.conclude?.({ ...RESULT, events: delivered, complete, losses }));
      return {
        lines: output.text.trimEnd().split("\n"),
        delivered: sink.delivered,
        before: delivered,
      };
    };
    let retracted = 0;
    for (const perFlush of [1, 8])
      for (let limit = 1200; limit < 3200; limit += 7) {
        const { lines, delivered, before } = write(limit, perFlush);
        const { result } = JSON.parse(lines.at(-1)!);
        expect(result.events).toBe(lines.length - 2);
        expect(result.events).toBe(delivered);
        const count = events.length - delivered;
        expect(result.losses).toEqual(count > 0 ? [{ what: "not written", count }] : []);
        if (delivered < before) retracted++;
      }
    expect(retracted).toBeGreaterThan(50);
  });

  test("other formats, and NDJSON without it, have no lines of the run", () => {
    for (const format of [json, ndjson]) {
      const output = new Collected();
      const sink = format({ columns: nameColumns, output, terminal: false });
      sink.begin?.(HEADER);
      sink.close();
      sink.conclude?.(RESULT);
      expect(output.text).toBe(format === json ? "[]\n" : "");
    }
  });
});
