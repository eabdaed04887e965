/** A pipeline from a list through a real format to an output that can fail. */
import { describe, expect, test } from "bun:test";
import { Pipeline, type PipelineOptions } from "../../src/core/pipeline.ts";
import type { Column } from "../../src/events/column.ts";
import type { Loss } from "../../src/events/loss.ts";
import type { RunHeader, RunTrailer } from "../../src/events/run-info.ts";
import { SystemError } from "../../src/ffi/errno.ts";
import { formats } from "../../src/sinks/formats/index.ts";
import { TeeSink } from "../../src/sinks/formats/tee.ts";
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

/** A source that visits each event once; some are known only at the end. */
class ListSource {
  readonly fd = -1;
  available: number[] = [];
  atEnd: number[] = [];
  lost: Loss[] = [];

  drain(visit: (event: number) => void): void {
    for (const event of this.available.splice(0)) visit(event);
  }
  finish(visit: (event: number) => void): void {
    this.drain(visit);
    for (const event of this.atEnd.splice(0)) visit(event);
  }
  losses(): Loss[] {
    return this.lost;
  }
  close(): void {}
}

/** An output that accepts a number of bytes, then throws. */
class LimitedOutput extends Collected {
  room = Number.POSITIVE_INFINITY;
  error: Error = new SystemError("write", "trace.csv", ENOSPC);

  override write(bytes: Uint8Array, length: number): void {
    if (length > this.room) throw this.error;
    this.room -= length;
    super.write(bytes, length);
  }
}

function setUp(options: Partial<PipelineOptions<number>> = {}) {
  const source = new ListSource();
  const output = new LimitedOutput();
  const sink = formats.csv.open({ columns, output, terminal: false });
  const pipeline = new Pipeline<number>({ source, sink, ...options });
  const pids = () =>
    output.text
      .split("\n")
      .slice(1, -1)
      .map((line) => Number(line.split(",")[0]));
  return { source, output, pipeline, pids };
}

test("events are written in order, those of the end last, and the document is complete", () => {
  const { source, output, pipeline, pids } = setUp();
  source.available = [1, 2];
  pipeline.drain();
  expect(pids()).toEqual([1, 2]); // a drain flushes the sink
  source.available = [3];
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
  test("skips events that it does not accept, which are no losses", () => {
    const { source, pipeline, pids } = setUp({ accept: (event) => event % 2 === 1 });
    source.available = [1, 2, 3];
    pipeline.drain();
    source.atEnd = [4, 5];
    pipeline.finish();
    expect(pids()).toEqual([1, 3, 5]);
    expect(pipeline.losses()).toEqual([]);
  });
});

describe("a limit", () => {
  test("ends the run after that many accepted events", () => {
    const { source, pipeline, pids } = setUp({ limit: 2, accept: (event) => event > 1 });
    source.available = [1, 2];
    pipeline.drain();
    expect(pipeline.isDone).toBe(false);
    source.available = [3, 4, 5];
    pipeline.drain();
    expect(pipeline.isDone).toBe(true);
    source.available = [6];
    source.atEnd = [7];
    pipeline.finish();
    expect(pids()).toEqual([2, 3]);
    expect(pipeline.written).toBe(2);
    expect(pipeline.losses()).toEqual([]);
  });
});

describe("an output that fails", () => {
  test("at a flush ends the run, and the unwritten events are counted", () => {
    const { source, output, pipeline, pids } = setUp();
    source.available = [1, 2];
    pipeline.drain();
    output.room = 0;
    source.available = [3, 4, 5];
    pipeline.drain();
    expect(pipeline.failure).toBe(output.error as SystemError);
    expect(pipeline.isDone).toBe(true);
    pipeline.finish();
    expect(pids()).toEqual([1, 2]);
    expect(pipeline.losses()).toEqual([{ what: "not written", count: 3 }]);
  });

  test("in the middle of a drain does not stop the count of later events", () => {
    const { source, output, pipeline, pids } = setUp();
    output.room = 70_000; // the first flush fits, the second does not
    source.available = Array.from({ length: 300 }, (_, i) => i);
    pipeline.drain();
    source.available = [300];
    source.atEnd = [301];
    pipeline.finish();
    expect(pipeline.written).toBe(pids().length);
    expect(pipeline.written).toBeGreaterThan(50);
    expect(pipeline.losses()).toEqual([{ what: "not written", count: 302 - pids().length }]);
  });

  test("only at the end is a failure too", () => {
    const { source, output, pipeline } = setUp();
    source.atEnd = [1];
    output.room = 0;
    pipeline.finish();
    expect(pipeline.failure).toBe(output.error as SystemError);
    expect(pipeline.losses()).toEqual([{ what: "not written", count: 1 }]);
  });

  test("is reported by its first error", () => {
    const { source, output, pipeline } = setUp();
    const first = output.error;
    output.room = 0;
    source.available = [1];
    pipeline.drain();
    output.error = new SystemError("write", "trace.csv", 5);
    pipeline.finish();
    expect(pipeline.failure).toBe(first as SystemError);
  });

  test("because its reader is gone ends the run too", () => {
    const { source, output, pipeline } = setUp();
    output.error = new OutputClosedError();
    output.room = 0;
    source.available = [1];
    pipeline.drain();
    expect(pipeline.isDone).toBe(true);
    expect(pipeline.failure).toBeInstanceOf(OutputClosedError);
    expect(() => pipeline.finish()).not.toThrow();
  });

  test("with an unexpected error rethrows it", () => {
    const { source, output, pipeline } = setUp();
    output.error = new TypeError("a bug");
    output.room = 0;
    source.available = [1];
    expect(() => pipeline.drain()).toThrow("a bug");
    expect(() => pipeline.finish()).toThrow("a bug");
  });
});

test("the source's losses come first", () => {
  const { source, output, pipeline } = setUp();
  source.lost = [{ what: "dropped", count: 7, reason: "ring full" }];
  source.available = [1];
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

describe("the run of a pipeline", () => {
  const header = { command: ["make"] } as unknown as RunHeader;
  const result = { ended: null, status: 0, events: 0, complete: true, losses: [] };

  /** Returns a sink that notes its calls; those that are named fail. */
  function noting(calls: string[], name: string, failing: readonly string[] = []) {
    const note = (call: string) => {
      calls.push(`${name} ${call}`);
      if (failing.includes(call)) throw new SystemError("write", name, ENOSPC);
    };
    return {
      delivered: 0,
      begin: (given: RunHeader) => note(`begin ${given.command}`),
      write: () => note("write"),
      flush: () => note("flush"),
      close: () => note("close"),
      conclude: (given: RunTrailer) => note(`conclude ${given.status}`),
    };
  }

  test("is passed to the sink at both ends, and to each of two sinks", () => {
    const calls: string[] = [];
    const sink = new TeeSink<number>(noting(calls, "a"), noting(calls, "b"));
    const { pipeline } = setUp({ sink });
    pipeline.begin(header);
    pipeline.finish();
    pipeline.conclude(result);
    const both = ["begin make", "close", "conclude 0"];
    expect(calls).toEqual(both.flatMap((call) => [`a ${call}`, `b ${call}`]));
    expect(pipeline.failure).toBeNull();
  });

  test("is passed on although a sink fails, and the failure is kept", () => {
    const calls: string[] = [];
    const first = noting(calls, "a", ["begin make", "close", "conclude 0"]);
    const { pipeline } = setUp({ sink: new TeeSink<number>(first, noting(calls, "b")) });
    pipeline.begin(header);
    pipeline.finish();
    pipeline.conclude(result);
    expect(calls.filter((call) => call.startsWith("b"))).toEqual([
      "b begin make",
      "b close",
      "b conclude 0",
    ]);
    expect(pipeline.failure?.message).toContain("ENOSPC");
  });

  test("is not passed to sinks without a place for it", () => {
    const { pipeline, output } = setUp();
    pipeline.begin(header);
    pipeline.finish();
    pipeline.conclude(result);
    expect(output.text).toBe("pid,comm\n");
  });
});
