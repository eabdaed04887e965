/** What depends on a terminal: the pager of `trace show`, and the length of `trace summary`. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { userByName } from "../../src/process/user.ts";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { type Action, inTerminal } from "./support/in-terminal.ts";

const SHOW = [TRACE, "show", "run.trace", "--format", "text"];

/** A directory with a record of many events. */
const directory = temporaryDirectory();
const cwd = directory.path;

beforeAll(() => {
  chmodSync(cwd, 0o755);
  const script = "i=0; while [ $i -lt 60 ]; do i=$((i + 1)); : >file$i; done; true end; exit";
  run([TRACE, "exec", "-q", "-o", "run.trace", "--", "sh", "-c", script], { cwd });
});

afterAll(() => directory[Symbol.dispose]());

function onTerminal(
  command: readonly string[],
  env: Record<string, string | undefined>,
  actions: readonly Action[] = [],
) {
  const { status, bytes } = inTerminal(command, { cwd, env, actions });
  const text = Buffer.from(bytes, "latin1").toString();
  return { status, text: text.replaceAll("\r\n", "\n") };
}

test("events are shown in less, which the user quits", () => {
  const env = { PAGER: undefined, LESS: undefined };
  // less answers Ctrl-C with its prompt, or with a bell; then the next key may be aborted.
  const keys: Action[] = [
    ["\x1b[K", { type: "\x03" }],
    [["\x1b[K", "\x07"], { type: "g" }],
    ["\x1b[K", { type: "G" }],
    ["(END)", { type: "q" }],
  ];
  const { status, text } = onTerminal(SHOW, env, keys);
  expect(status).toBe(0);
  expect(text).toContain("/bin/sh");
  // The verdict follows the pager.
  expect(text).toMatch(/\(END\)[\s\S]*trace: \d+ events, complete\n$/);
});

test("less ends at once if all fits on the screen", () => {
  const env = { PAGER: undefined, LESS: undefined };
  const command = [...SHOW, "--events", "exec", "--path", "re:/sh$|dash$"];
  const { status, text } = onTerminal(command, env);
  expect([status, text]).toEqual([
    0,
    expect.stringMatching(/true end[\s\S]*trace: 1 event, complete\n$/),
  ]);
});

test("the pager is that of PAGER, and LESS is only set if it is not", () => {
  const PAGER = "echo LESS=$LESS LV=$LV; cat >pager.txt; echo '' done";
  const { status, text } = onTerminal(SHOW, { PAGER, LESS: undefined });
  expect(status).toBe(0);
  expect(text).toMatch(/^LESS=FRX LV=-c\n done\ntrace: \d+ events, complete\n$/);
  const paged = readFileSync(join(cwd, "pager.txt"), "latin1");
  // As on the terminal: in colours, and escaped.
  expect(paged).toContain("\x1b[1m");
  expect(paged.split("\n").length).toBeGreaterThan(60);
  expect(onTerminal(SHOW, { PAGER, LESS: "i", LV: "-x" }).text).toStartWith("LESS=i LV=-x\n");
});

test("a pager that ends early ends show, with status 0 and without a word", () => {
  // More than fits into the pipe.
  const show = [TRACE, "show", "run.trace", "--format", "ndjson", "--columns", "all"];
  expect(run(show, { cwd }).stdout.length).toBeGreaterThan(2 ** 16);
  const { status, text } = onTerminal(show, { PAGER: "head -c 7" });
  expect([status, text]).toEqual([0, '{"pid":']);
});

test.each([
  ["of cat", { PAGER: "cat" }, SHOW],
  ["that is empty", { PAGER: "" }, SHOW],
  ["on a terminal without control sequences", { PAGER: "echo pager", TERM: "dumb" }, SHOW],
  ["with --no-pager", { PAGER: "echo pager" }, [...SHOW, "--no-pager"]],
  ["for output to a file", { PAGER: "echo pager" }, [...SHOW, "-o", "out.txt"]],
])("there is no pager %s", (_, env, command) => {
  const { status, text } = onTerminal(command, env);
  expect(status).toBe(0);
  expect(text).not.toContain("pager");
  expect(text).toMatch(/trace: \d+ events, complete\n$/);
});

test("under sudo, the pager has the rights of the user who invoked it", () => {
  const nobody = userByName("nobody")!;
  const env = { SUDO_USER: "nobody", SUDO_UID: `${nobody.uid}`, PAGER: "id -u; id -G; cat >&2" };
  const { status, text } = onTerminal(SHOW, env);
  expect(status).toBe(0);
  expect(text).toStartWith(`${nobody.uid}\n${nobody.gid}\n`);
  expect(text).toContain("file60");
});

test("a record is shown in the pager also if it is read from standard input", () => {
  const script = 'cat run.trace | "$0" show - --format text';
  const env = { PAGER: "grep -c file" };
  const { status, text } = onTerminal(["sh", "-c", script, TRACE], env);
  expect([status, text]).toEqual([
    0,
    expect.stringMatching(/^\d{2,}\ntrace: \d+ events, complete\n$/),
  ]);
});

test("a summary on a terminal fits on the screen, with --all-files and in a pipe it is whole", () => {
  const summary = [TRACE, "summary", "run.trace"];
  const { status, text } = onTerminal(summary, {});
  expect(status).toBe(0);
  expect(text.split("\n").length).toBeLessThanOrEqual(24);
  expect(text).toMatch(/^Outputs: 60 files\n(?: {2}file\d+ .*\n)+ {2}… \d+ more lines\n$/m);
  expect(text).toMatch(/\(--all-files shows all lines\)\n$/);
  const all = onTerminal([...summary, "--all-files"], {}).text;
  expect(all).not.toMatch(/more lines|all lines/);
  expect(all).toContain("file60");
  expect(run(summary, { cwd }).stdout.toString()).not.toMatch(/more lines|all lines/);
});
