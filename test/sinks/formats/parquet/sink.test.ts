import { heapStats } from "bun:jsc";
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sink } from "../../../../src/core/sink.ts";
import type { Column } from "../../../../src/events/column.ts";
import type { RunHeader, RunTrailer } from "../../../../src/events/run-info.ts";
import { ndjson } from "../../../../src/sinks/formats/ndjson.ts";
import { parquet } from "../../../../src/sinks/formats/parquet/sink.ts";
import { integer } from "../../../../src/syscalls/value.ts";
import { ByteSlice } from "../../../../src/text/byte-slice.ts";
import { columns as goldenColumns, events as goldenEvents } from "../../../golden/events.ts";
import { Collected, LimitedOutput, render } from "../../collected.ts";
import { duck, metadataOf } from "./duck.ts";

setDefaultTimeout(60_000);

const scratch = mkdtempSync(join(tmpdir(), "trace-parquet-"));
afterAll(() => rmSync(scratch, { recursive: true }));

let files = 0;
function saved(bytes: Uint8Array): string {
  const path = join(scratch, `${files++}.parquet`);
  writeFileSync(path, bytes);
  return path;
}

const number: Column<number> = {
  ...{ name: "n", key: "n", about: "", kind: "integer", type: "int32" },
  of: (event) => event,
};

const HEADER = { trace: "1", command: ["make", "\udcff\\"], cwd: "/x" } as unknown as RunHeader;
const RESULT: RunTrailer = {
  ...{ ended: null, status: 0, events: 40_000, complete: true, losses: [] },
};

/** Writes 40,000 numbers, which are three row groups, and returns what failed. */
function writeNumbers(output: LimitedOutput, sink: Sink<number>): unknown[] {
  const failures: unknown[] = [];
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      failures.push((error as Error).message);
    }
  };
  attempt(() => sink.begin?.(HEADER));
  for (let n = 0; n < 40_000 && failures.length === 0; n++) attempt(() => sink.write(n));
  attempt(() => sink.close());
  attempt(() => sink.conclude?.(RESULT));
  expect(output.bytes.length).toBeLessThanOrEqual(output.limit);
  return failures;
}

const numbers = (output: LimitedOutput) =>
  parquet({ columns: [number], output, terminal: false }) as Sink<number>;

test("columns have the types of their values, which DuckDB reads back", async () => {
  const cells = {
    int32: -5,
    uint32: 2 ** 32 - 1,
    int64: -(2n ** 63n),
    uint64: 2n ** 64n - 1n,
  };
  const at = { seconds: 1_764_527_277, nanoseconds: 123_456_789 };
  const slices = (words: readonly string[]) => words.map((word) => ByteSlice.from(word));
  const base = { about: "" };
  const integers = Object.entries(cells).map(([name, value]): Column<boolean> => {
    const type = name as keyof typeof cells;
    return { ...base, name, key: name, kind: "integer", type, of: (has) => (has ? value : null) };
  });
  const columns: Column<boolean>[] = [
    ...integers,
    { ...base, name: "at", key: "at", kind: "time", of: (has) => (has ? at : null) },
    {
      ...{ ...base, name: "took", key: "took", kind: "time", isDuration: true },
      of: (has) => (has ? at : null),
    },
    {
      ...{ ...base, name: "list", key: "list", kind: "list" },
      of: (has) => (has ? slices(["a", "", "\\"]) : null),
    },
    { ...base, name: "empty", key: "empty", kind: "list", of: (has) => (has ? [] : null) },
    {
      ...{ ...base, name: "chain", key: "chain", kind: "chain" },
      of: (has) => (has ? { links: [{ pid: 1, comm: "a\xff", argv: ["b"] }], isCut: false } : null),
    },
    {
      ...{ ...base, name: "values", key: "values", kind: "values" },
      of: (has) => (has ? [["fd", integer(3)]] : null),
    },
    { ...base, name: "none", key: "none", kind: "bytes", of: () => null },
  ];
  const file = saved(render(parquet, columns, [true, false]));
  const types = await duck(`describe select * from '${file}'`);
  expect(types.map(({ column_type }) => column_type)).toEqual([
    ...["INTEGER", "UINTEGER", "BIGINT", "UBIGINT", "TIMESTAMP_NS", "DECIMAL(18,9)"],
    ...["VARCHAR[]", "VARCHAR[]", "VARCHAR", "VARCHAR", "VARCHAR"],
  ]);
  const [row, missing] = await duck(`select * from '${file}'`);
  expect(row).toEqual({
    ...{ int32: -5, uint32: 2 ** 32 - 1, int64: `${-(2n ** 63n)}`, uint64: `${2n ** 64n - 1n}` },
    ...{ at: "2025-11-30 18:27:57.123456789", took: "1764527277.123456789" },
    ...{ list: ["a", "", "\\\\"], empty: [] },
    ...{ chain: '[{"pid":1,"comm":"a\\\\xff","argv":["b"]}]', values: '{"fd":3}', none: null },
  });
  expect(Object.values(missing).every((value) => value === null)).toBe(true);
});

test("names of any bytes are valid UTF-8, as those of --escape", async () => {
  const columns = goldenColumns.filter(({ kind }) => kind === "bytes" || kind === "word");
  const rows = await duck(`select * from '${saved(render(parquet, columns, goldenEvents))}'`);
  const output = new Collected();
  const sink = ndjson({ columns, output, terminal: false, escapes: true });
  for (const event of goldenEvents) sink.write(event);
  sink.close();
  const lines = output.text.trim().split("\n");
  expect(rows.length).toBe(goldenEvents.length);
  expect(rows.map((row) => ({ ...row, escaped: 1 }))).toEqual(
    lines.map((line) => JSON.parse(line)),
  );
});

test("an event that fails in its last column is not written", async () => {
  const failing: Column<number> = {
    ...{ ...number, name: "m", key: "m" },
    of: (event) => {
      if (event === 13) throw new Error("an unlucky event");
      return event;
    },
  };
  const output = new Collected();
  const sink = parquet({ columns: [number, failing], output, terminal: false });
  for (const event of [13, 1, 13, 2, 13])
    if (event === 13) expect(() => sink.write(event)).toThrow("an unlucky event");
    else sink.write(event);
  sink.close();
  expect(await duck(`select * from '${saved(output.bytes)}'`)).toEqual([
    { n: 1, m: 1 },
    { n: 2, m: 2 },
  ]);
});

test("the metadata has the header and the result", async () => {
  const output = new LimitedOutput();
  expect(writeNumbers(output, numbers(output))).toEqual([]);
  const file = saved(output.bytes);
  expect(await metadataOf(file)).toEqual({
    "trace.header": {
      ...{ format: 1, trace: "1", command: ["make", "\\xff\\\\"], cwd: "/x", columns: ["n"] },
    },
    "trace.result": { ...RESULT },
  });
  const [row] = await duck(`select count(*)::int as count, sum(n)::bigint as sum from '${file}'`);
  expect(row).toEqual({ count: 40_000, sum: "799980000" });
});

test("without its footer, a file is refused", async () => {
  const output = new LimitedOutput();
  const sink = numbers(output);
  sink.begin?.(HEADER);
  for (let n = 0; n < 40_000; n++) sink.write(n);
  sink.close();
  expect(output.bytes.length).toBeGreaterThan(1000);
  expect(duck(`select * from '${saved(output.bytes)}'`)).rejects.toThrow("magic bytes");
});

test("on a full disk, the file has the row groups that fit, and says what is missing", async () => {
  const whole = new LimitedOutput();
  writeNumbers(whole, numbers(whole));
  const seen = new Set<number>();
  let withoutLast = 0;
  const size = whole.bytes.length;
  // In the first row group, in the last one, and in the footer.
  for (const limit of [0, 3, 1000, size / 2, 0.7 * size, size - 100, size - 1]) {
    const output = new LimitedOutput();
    output.limit = limit;
    const sink = numbers(output);
    expect(writeNumbers(output, sink)).toContain("ENOSPC");
    // There is no room for a footer.
    if (output.bytes.subarray(-4).toString() !== "PAR1") continue;
    expect(output.bytes.subarray(0, 4).toString()).toBe("PAR1");
    const file = saved(output.bytes);
    const [{ count }] = await duck(`select count(*)::int as count from '${file}'`);
    seen.add(Number(count));
    const result = (await metadataOf(file))["trace.result"] as RunTrailer;
    expect(sink.delivered).toBe(Number(count));
    const missing = RESULT.events - result.events;
    expect(result.complete).toBe(missing === 0);
    expect(result.losses).toEqual(missing ? [{ what: "not written", count: missing }] : []);
    withoutLast += Number(missing > 0);
  }
  expect(seen.size).toBeGreaterThan(2);
  expect(withoutLast).toBeGreaterThan(0);
});

test("a million events take the memory of a row group", () => {
  let size = 0;
  const output = {
    write: (_: Uint8Array, length: number) => {
      size += length;
    },
  };
  const name = new ByteSlice(new Uint8Array(60).fill(0x61));
  const names: Column<number> = {
    ...{ name: "name", key: "name", about: "", kind: "bytes" },
    of: (event) => {
      for (let i = 0; i < 7; i++) name.bytes[53 + i] = 0x30 + (Math.floor(event / 10 ** i) % 10);
      return name;
    },
  };
  const sink = parquet({ columns: [number, names], output, terminal: false });
  // Not the resident size, which depends on what other tests have freed.
  const heapAfter = (count: number, from = 0) => {
    for (let n = from; n < count; n++) sink.write(n);
    Bun.gc(true);
    const { heapSize, extraMemorySize } = heapStats();
    return heapSize + extraMemorySize;
  };
  const before = heapAfter(100_000);
  const after = heapAfter(1_000_000, 100_000);
  sink.close();
  expect(sink.delivered).toBe(1_000_000);
  expect(size).toBeGreaterThan(1_000_000);
  // With all names, which are objects, it would be more than 100 MB.
  expect(after - before).toBeLessThan(80 << 20);
});
