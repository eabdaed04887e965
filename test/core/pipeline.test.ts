/** From a source that is a list, through a real format, to an output that may refuse. */
import { describe, expect, test } from "bun:test";
import { Pipeline, type PipelineOptions } from "../../src/core/pipeline.ts";
import type { Column } from "../../src/events/column.ts";
import type { Loss } from "../../src/events/loss.ts";
import { SystemError } from "../../src/ffi/errno.ts";
import { formats } from "../../src/sinks/formats/index.ts";
import { OutputClosedError } from "../../src/storage/output-file.ts";
import { ByteSlice } from "../../src/text/byte-slice.ts";
import { Collected } from "../sinks/collected.ts";

const ENOSPC = 28;
const columns: readonly Column<number>[] = [
  { name: "pid", key: "pid", about: "", kind: "integer", of: (event) => event },
  {
    name: "comm",
    key: "comm",
    about: "",
    kind: "bytes",
    of: () => ByteSlice.from("x".repeat(1000)),
  },
];

/** Hands out its events once; some are known only at the end. */
class List {
  readonly fd = -1;
  waiting: number[] = [];
  atEnd: number[] = [];
  missing: Loss[] = [];

  drain(visit: (event: number) => void): void {
    for (const event of this.waiting.splice(0)) visit(event);
  }
  finish(visit: (event: number) => void): void {
    this.drain(visit);
    for (const event of this.atEnd.splice(0)) visit(event);
  }
  losses(): Loss[] {
    return this.missing;
  }
  close(): void {}
}

/** Takes so many bytes in all, then throws. */
class Limited extends Collected {
  room = Number.POSITIVE_INFINITY;
  error: Error = new SystemError("write", "trace.csv", ENOSPC);

  override write(bytes: Uint8Array, length: number): void {
    if (length > this.room) throw this.error;
    this.room -= length;
    super.write(bytes, length);
  }
}

function setUp(options: Partial<PipelineOptions<number>> = {}) {
  const source = new List();
  const output = new Limited();
  const sink = formats.csv.open({ columns, output, terminal: false });
  const pipeline = new Pipeline<number>({ source, sink, ...options });
  const pids = () =>
    output.text
      .split("\n")
      .slice(1, -1)
      .map((line) => Number(line.split(",")[0]));
  return { source, output, pipeline, pids };
}

test("every event is written in order, those of the end last, and the document is whole", () => {
  const { source, output, pipeline, pids } = setUp();
  source.waiting = [1, 2];
  pipeline.drain();
  expect(pids()).toEqual([1, 2]); // a drain hands on what it has
  source.waiting = [3];
  source.atEnd = [4, 5];
  pipeline.drain();
  pipeline.finish();
  expect(pids()).toEqual([1, 2, 3, 4, 5]);
  expect(output.text).toStartWith("pid,comm\n");
  expect(pipeline.written).toBe(5);
  expect(pipeline.losses()).toEqual([]);
  expect(pipeline.isDone).toBe(false);
});

test("a run without events is an empty document, and complete", () => {
  const { output, pipeline } = setUp();
  pipeline.drain();
  pipeline.finish();
  expect(output.text).toBe("pid,comm\n");
  expect([pipeline.written, pipeline.losses()]).toEqual([0, []]);
});

describe("a filter", () => {
  test("passes over what it does not accept, and none of it is a loss", () => {
    const { source, pipeline, pids } = setUp({ accept: (event) => event % 2 === 1 });
    source.waiting = [1, 2, 3];
    pipeline.drain();
    source.atEnd = [4, 5];
    pipeline.finish();
    expect(pids()).toEqual([1, 3, 5]);
    expect(pipeline.losses()).toEqual([]);
  });
});

describe("a limit", () => {
  test("ends the run at so many events, of those that are accepted", () => {
    const { source, pipeline, pids } = setUp({ limit: 2, accept: (event) => event > 1 });
    source.waiting = [1, 2];
    pipeline.drain();
    expect(pipeline.isDone).toBe(false);
    source.waiting = [3, 4, 5];
    pipeline.drain();
    expect(pipeline.isDone).toBe(true);
    source.waiting = [6];
    source.atEnd = [7];
    pipeline.finish();
    expect(pids()).toEqual([2, 3]);
    expect(pipeline.written).toBe(2);
    expect(pipeline.losses()).toEqual([]);
  });
});

describe("an output that refuses", () => {
  test("at a flush ends the run, and what it did not take is counted", () => {
    const { source, output, pipeline, pids } = setUp();
    source.waiting = [1, 2];
    pipeline.drain();
    output.room = 0;
    source.waiting = [3, 4, 5];
    pipeline.drain();
    expect(pipeline.failure).toBe(output.error as SystemError);
    expect(pipeline.isDone).toBe(true);
    pipeline.finish();
    expect(pids()).toEqual([1, 2]);
    expect(pipeline.losses()).toEqual([{ what: "not written", count: 3 }]);
  });

  test("in the middle of a drain loses no count of the events behind it", () => {
    const { source, output, pipeline, pids } = setUp();
    output.room = 70_000; // the first flush fits, the second does not
    source.waiting = Array.from({ length: 300 }, (_, i) => i);
    pipeline.drain();
    source.waiting = [300];
    source.atEnd = [301];
    pipeline.finish();
    expect(pipeline.written).toBe(pids().length);
    expect(pipeline.written).toBeGreaterThan(50);
    expect(pipeline.losses()).toEqual([{ what: "not written", count: 302 - pids().length }]);
  });

  test("at the end only is still a failure", () => {
    const { source, output, pipeline } = setUp();
    source.atEnd = [1];
    output.room = 0;
    pipeline.finish();
    expect(pipeline.failure).toBe(output.error as SystemError);
    expect(pipeline.losses()).toEqual([{ what: "not written", count: 1 }]);
  });

  test("is remembered by its first refusal", () => {
    const { source, output, pipeline } = setUp();
    const first = output.error;
    output.room = 0;
    source.waiting = [1];
    pipeline.drain();
    output.error = new SystemError("write", "trace.csv", 5);
    pipeline.finish();
    expect(pipeline.failure).toBe(first as SystemError);
  });

  test("because nobody reads it any more ends the run as well", () => {
    const { source, output, pipeline } = setUp();
    output.error = new OutputClosedError();
    output.room = 0;
    source.waiting = [1];
    pipeline.drain();
    expect(pipeline.isDone).toBe(true);
    expect(pipeline.failure).toBeInstanceOf(OutputClosedError);
    expect(() => pipeline.finish()).not.toThrow();
  });

  test("by an error that is nobody's but ours is not hidden", () => {
    const { source, output, pipeline } = setUp();
    output.error = new TypeError("a bug");
    output.room = 0;
    source.waiting = [1];
    expect(() => pipeline.drain()).toThrow("a bug");
    expect(() => pipeline.finish()).toThrow("a bug");
  });
});

test("the source's own losses come first", () => {
  const { source, output, pipeline } = setUp();
  source.missing = [{ what: "dropped", count: 7, reason: "ring full" }];
  source.waiting = [1];
  output.room = 0;
  pipeline.drain();
  pipeline.finish();
  expect([pipeline.written, pipeline.losses()]).toEqual([
    0,
    [
      { what: "dropped", count: 7, reason: "ring full" },
      { what: "not written", count: 1 },
    ],
  ]);
});
