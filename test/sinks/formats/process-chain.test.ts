/** Chains of processes in the formats: text that a shell splits, and JSON, whatever the names. */
import { expect, test } from "bun:test";
import type { Column } from "../../../src/events/column.ts";
import { MAX_CHAIN, ProcessChain } from "../../../src/events/process-chain.ts";
import { formats } from "../../../src/sinks/formats/index.ts";
import { Collected } from "../collected.ts";

const column: Column<ProcessChain | null> = {
  ...{ name: "ancestors", key: "ancestors", about: "" },
  kind: "chain",
  of: (chain) => chain,
};

function written(name: keyof typeof formats, chain: ProcessChain | null, terminal = false): string {
  const output = new Collected();
  const sink = formats[name].open({ columns: [column], output, terminal, named: true });
  sink.write(chain);
  sink.write(chain);
  sink.close();
  return output.bytes.toString("latin1");
}

const CHAIN = new ProcessChain([
  { pid: 3, comm: "rm", argv: ["rm", "-f", "a b"] },
  { pid: 2, comm: "sh", argv: ["sh", "backup.sh"] },
  { pid: 1, comm: "cron", argv: [] },
]);
const HOSTILE = new ProcessChain([
  { pid: 3, comm: "a\n\"'", argv: ["\xff\x1b[31m", " \xe2\x86\x90 cron", 'q"', ""] },
  { pid: 2, comm: "x\x1b(\xfe", argv: [] },
]);
/** " ← " as latin1. */
const ARROW = " \xe2\x86\x90 ";

test("the text has the nearest process first, its arguments or else its name", () => {
  const line = `"rm -f 'a b'${ARROW}sh backup.sh${ARROW}cron"\n`;
  expect(written("csv", CHAIN)).toBe(`ancestors\n${line}${line}`);
  const [header, first] = written("text", CHAIN).split("\n");
  expect([header, first]).toEqual(["ancestors", line.slice(1, -2)]);
});

test("in JSON it is a list of objects", () => {
  const [row] = JSON.parse(Buffer.from(written("json", CHAIN), "latin1").toString());
  expect(row.ancestors).toEqual(CHAIN.links);
  expect(written("ndjson", CHAIN).split("\n")).toHaveLength(3);
});

test("where it is not known, the cell is empty and JSON has null", () => {
  expect(written("csv", null)).toBe("ancestors\n\n\n");
  expect(written("ndjson", null)).toBe('{"ancestors":null}\n{"ancestors":null}\n');
});

test("arguments cannot pass for other processes, nor control a terminal", () => {
  expect(written("csv", HOSTILE)).toContain(
    `"'\xff\x1b[31m' '${ARROW}cron' 'q""' ''${ARROW}'x\x1b(\xfe'"\n`,
  );
  for (const name of ["csv", "text"] as const)
    expect(written(name, HOSTILE, true)).not.toMatch(/[^\n\x20-\x7e\xe2\x86\x90]/);
  const [line] = written("ndjson", HOSTILE).split("\n");
  expect(JSON.parse(line).ancestors[0].argv[0]).toBe("\udcff\x1b[31m");
});

test("a cut chain ends with an ellipsis", () => {
  const links = Array.from({ length: MAX_CHAIN + 1 }, (_, i) => ({
    pid: i + 1,
    comm: "a",
    argv: [],
  }));
  const cut = new ProcessChain(links);
  expect(written("csv", cut)).toEndWith(`${ARROW}a${ARROW}\xe2\x80\xa6"\n`);
  const rows = JSON.parse(Buffer.from(written("json", cut), "latin1").toString());
  expect(rows[0].ancestors).toHaveLength(MAX_CHAIN + 1);
  expect(rows[0].ancestors.at(-1)).toEqual({ pid: 0, comm: "…", argv: [] });
});
