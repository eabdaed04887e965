/** The comparison finds what differs, once for each time that it does, and explains nothing twice. */
import { expect, test } from "bun:test";
import { fact, lineOf } from "../strace/expectation.ts";
import { byKind, compare, precision, recall, scoreOf, sum } from "./compare.ts";
import { explain, shown } from "./explain.ts";
import { said } from "./report.ts";
import { table } from "./table.ts";

const open = (name: string, result = 3) =>
  fact({ pid: 7, tid: 8, call: "openat", name, flags: 0, result });
const lines = (facts: readonly Parameters<typeof lineOf>[0][]) => facts.map(shown);

test("facts are counted, not only looked for", () => {
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

test("a call in which the thread was killed is one that was interrupted, and no other", () => {
  const killed = fact({ ...open("fifo"), result: null });
  expect(compare([killed], [open("fifo", -512)]).same).toEqual([killed]);
  expect(compare([killed], [open("fifo", -2)])).toMatchObject({ same: [], missing: [killed] });
  const exit = fact({ pid: 7, tid: null, call: "exit", status: 0 });
  expect(compare([exit], [{ ...exit, result: -512 }]).same).toEqual([]);
});

test("every field counts, and none is taken for another or for nothing", () => {
  const all = fact({
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

test("recall is of what happened, precision of what was recorded", () => {
  const score = scoreOf(compare([open("a"), open("b")], [open("a"), open("c"), open("d")]));
  expect([recall(score), precision(score)]).toEqual([1 / 2, 1 / 3]);
  expect(sum([score, score])).toEqual({ same: 2, missing: 2, extra: 4 });
});

test("an unlinkat that removes a directory is an rmdir; a kind that did not occur has no share", () => {
  const rmdir = fact({ pid: 1, tid: 1, call: "unlinkat", name: "d", flags: 0x200, result: 0 });
  const kinds = byKind([compare([rmdir, open("a")], [rmdir])]);
  expect(kinds.get("rmdir")).toEqual({ same: 1, missing: 0, extra: 0 });
  expect(kinds.get("open")).toEqual({ same: 0, missing: 1, extra: 0 });
  expect(recall(kinds.get("unlink")!)).toBeNaN();
});

test("100 % is all and nothing less", () => {
  const text = table("x", "strace", [["y", { same: 99_999, missing: 1, extra: 0 }]]);
  expect(text).toContain("99.9 %      100 %");
});

test("an explanation holds for one event, and only with both of its sides", () => {
  const comparison = compare([open("a"), open("a"), open("b")], [open("c")]);
  const why = "of this test";
  const [a, c] = ["openat name=a flags=0 result=3", "openat name=c flags=0 result=3"];
  const { rest, held } = explain(
    comparison,
    [
      { peer: a, trace: "openat name=d", why },
      { peer: a, trace: c, why },
    ],
    "/nowhere",
  );
  expect(held).toEqual([{ peer: a, trace: c, why }]);
  expect(lines(rest.missing)).toEqual([a, "openat name=b flags=0 result=3"]);
  expect(rest.extra).toEqual([]);
});

test("what a program says of itself is read as it was meant", () => {
  const line =
    "7/- IORING_OP_LINKAT\tname=a\\x20=b\tname2=\tpath=/x/a\tflags=0\tdfd=-100\tresult=-22";
  const facts = said(Buffer.from(`noise\n${line}\n`));
  expect(facts.map(({ name, tid }) => [name, tid])).toEqual([["a =b", null]]);
  expect(facts.map(lineOf)).toEqual([line]);
});
