/** The comparison finds each difference as often as it occurs, and applies an explanation once. */
import { expect, test } from "bun:test";
import { lineOf, observedEvent } from "../strace/expectation.ts";
import { byKind, compare, precision, recall, scoreOf, sum } from "./compare.ts";
import { explain, shown } from "./explain.ts";
import { printedEvents } from "./report.ts";
import { table } from "./table.ts";

const open = (name: string, result = 3) =>
  observedEvent({ pid: 7, tid: 8, call: "openat", name, flags: 0, result });
const lines = (events: readonly Parameters<typeof lineOf>[0][]) => events.map(shown);

test("events are compared with their multiplicity", () => {
  const { same, missing, extra } = compare(
    [open("a"), open("a"), open("b")],
    [open("a"), open("c"), open("b"), open("b")],
  );
  expect(lines(same)).toEqual(["openat name=a flags=0 result=3", "openat name=b flags=0 result=3"]);
  expect(lines(missing)).toEqual(["openat name=a flags=0 result=3"]);
  expect(lines(extra)).toEqual([
    "openat name=c flags=0 result=3",
    "openat name=b flags=0 result=3",
  ]);
});

test("a call in which the thread was killed equals an interrupted one, and no other", () => {
  const killed = observedEvent({ ...open("fifo"), result: null });
  expect(compare([killed], [open("fifo", -512)]).same).toEqual([killed]);
  expect(compare([killed], [open("fifo", -2)])).toMatchObject({ same: [], missing: [killed] });
  const exit = observedEvent({ pid: 7, tid: null, call: "exit", status: 0 });
  expect(compare([exit], [{ ...exit, result: -512 }]).same).toEqual([]);
});

test("every field is compared, and missing differs from empty", () => {
  const all = observedEvent({
    pid: 1,
    tid: 2,
    call: "x",
    name: "n",
    name2: "",
    flags: 0,
    mode: 1,
    dfd: 2,
    result: -3,
    path: "/p",
    path2: "/q r",
    argv: ["a b", ""],
    status: 4,
    signal: 5,
  });
  expect(lineOf(all).split("\t")).toEqual([
    "1/2 x",
    "name=n",
    "name2=",
    "path=/p",
    "path2=/q\\x20r",
    "flags=0",
    "mode=1",
    "dfd=2",
    "result=-3",
    "status=4",
    "signal=5",
    'argv="a\\x20b" ""',
  ]);
});

test("recall relates to what happened, precision to what was recorded", () => {
  const score = scoreOf(compare([open("a"), open("b")], [open("a"), open("c"), open("d")]));
  expect([recall(score), precision(score)]).toEqual([1 / 2, 1 / 3]);
  expect(sum([score, score])).toEqual({ same: 2, missing: 2, extra: 4 });
});

test("an unlinkat that removes a directory is an rmdir; a kind without events has no score", () => {
  const rmdir = observedEvent({
    pid: 1,
    tid: 1,
    call: "unlinkat",
    name: "d",
    flags: 0x200,
    result: 0,
  });
  const kinds = byKind([compare([rmdir, open("a")], [rmdir])]);
  expect(kinds.get("rmdir")).toEqual({ same: 1, missing: 0, extra: 0 });
  expect(kinds.get("open")).toEqual({ same: 0, missing: 1, extra: 0 });
  expect(recall(kinds.get("unlink")!)).toBeNaN();
});

test("100 % is shown only for all", () => {
  const text = table("x", "strace", [["y", { same: 99_999, missing: 1, extra: 0 }]]);
  expect(text).toContain("99.9 %      100 %");
});

test("an explanation applies to one event, and only if both sides match", () => {
  const comparison = compare([open("a"), open("a"), open("b")], [open("c")]);
  const why = "of this test";
  const [a, c] = ["openat name=a flags=0 result=3", "openat name=c flags=0 result=3"];
  const { rest, applied } = explain(
    comparison,
    [
      { peer: a, trace: "openat name=d", why },
      { peer: a, trace: c, why },
    ],
    "/nowhere",
  );
  expect(applied).toEqual([{ peer: a, trace: c, why }]);
  expect(lines(rest.missing)).toEqual([a, "openat name=b flags=0 result=3"]);
  expect(rest.extra).toEqual([]);
});

test("the requests that a program prints are parsed", () => {
  const line =
    "7/- IORING_OP_LINKAT\tname=a\\x20=b\tname2=\tpath=/x/a\tflags=0\tdfd=-100\tresult=-22";
  const events = printedEvents(Buffer.from(`noise\n${line}\n`));
  expect(events.map(({ name, tid }) => [name, tid])).toEqual([["a =b", null]]);
  expect(events.map(lineOf)).toEqual([line]);
});
