import { describe, expect, test } from "bun:test";
import { parse } from "csv-parse/sync";
import { ROW_COLUMNS } from "../../../../src/events/syscall-row.ts";
import { type FormatName, formats } from "../../../../src/sinks/formats/index.ts";
import { RowSink } from "../../../../src/sinks/reports/syscalls/row-sink.ts";
import { integer } from "../../../../src/syscalls/value.ts";
import { call, from, named, text } from "../../../syscalls/builders.ts";
import { Collected } from "../../collected.ts";

function record(format: FormatName, fill: (sink: RowSink) => void): string {
  const output = new Collected();
  const rows = formats[format].open({ columns: ROW_COLUMNS, output, terminal: false });
  const sink = new RowSink(rows, () => 5000.25);
  fill(sink);
  sink.close();
  return output.text;
}

const OPEN = call("openat", [from("/w"), text("f\xff"), named("O_WRONLY", 1), integer(0o600)], {
  result: 3,
  time: 1234.5,
  duration: 0.125,
  resultPath: "/w/f\xff",
  tid: 11,
  tgid: 10,
});
const SIGNAL = new DataView(new ArrayBuffer(128));
SIGNAL.setInt32(0, 15, true);

function everything(sink: RowSink): void {
  sink.syscallEntered(OPEN);
  sink.syscallExited(OPEN);
  const failed = call("chdir", [text("/x")], { result: -2 });
  sink.syscallEntered(failed);
  sink.syscallExited(failed);
  sink.signal({ tid: 11, tgid: 10, signal: 15, info: SIGNAL });
  sink.groupStopped(11, 19);
  sink.superseded(10, 11);
  sink.exited({ tid: 10, tgid: 10, code: null, signal: 9, core: false });
  sink.syscallEntered(call("read", [integer(0)], { result: null }));
}

describe("JSON", () => {
  const rows = JSON.parse(record("json", everything));

  test("a call is an object with its arguments by name", () => {
    expect(rows[0]).toEqual({
      time: 1.2345,
      event: "call",
      pid: 10,
      tid: 11,
      name: "openat",
      abi: "x64",
      category: expect.any(String),
      args: {
        dfd: { fd: -100, path: "/w" },
        filename: "f\udcff",
        flags: { flags: ["O_WRONLY"], value: 1 },
        mode: 384,
      },
      cut: [],
      result: 3,
      result_path: "/w/f\udcff",
      errno: null,
      injected: [],
      duration: 0.000125,
      mode: "info",
      reason: null,
      signal: null,
      status: null,
      by: null,
    });
  });

  test("a call that failed has its error", () => {
    expect(rows[1]).toMatchObject({ name: "chdir", result: -2, errno: "ENOENT" });
  });

  test("signals, stops and ends are objects with their event", () => {
    expect(rows.slice(2, 6)).toMatchObject([
      { event: "signal", time: 5.00025, pid: 10, tid: 11, signal: "SIGTERM", name: null },
      { event: "stop", tid: 11, signal: "SIGSTOP" },
      { event: "superseded", tid: 10, by: 11 },
      { event: "exit", pid: 10, signal: "SIGKILL", status: null },
    ]);
    expect(rows[2].args).toEqual({ si_signo: "SIGTERM", si_code: "SI_USER", si_pid: 0, si_uid: 0 });
  });

  test("a call that has not returned is written without a result", () => {
    expect(rows[6]).toMatchObject({ name: "read", result: null, errno: null, duration: null });
  });
});

test("truncated arguments are listed by name", () => {
  const written = call("write", [integer(1), text("abc", true), integer(100)], { result: 100 });
  expect(JSON.parse(record("ndjson", (sink) => sink.syscallExited(written)))).toMatchObject({
    args: { buf: "abc", count: 100 },
    cut: ["buf"],
  });
});

test("in CSV the arguments are one cell of JSON", () => {
  const [header, first] = parse(record("csv", everything), { encoding: "utf8" }) as string[][];
  const args = JSON.parse(first[header.indexOf("args")]);
  expect(args.flags).toEqual({ flags: ["O_WRONLY"], value: 1 });
});

test("a run without calls is a valid array", () => {
  expect(JSON.parse(record("json", () => {}))).toEqual([]);
});
