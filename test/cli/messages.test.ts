/** What is said to a person: run in a process of its own, since it goes to that one's stderr. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { UsageError } from "../../src/cli/messages.ts";
import { TraceError } from "../../src/errors.ts";

const MESSAGES = join(import.meta.dir, "../../src/cli/messages.ts");

/** What stands on stderr after these words, and on stdout. */
function said(level: "info" | "error", ...words: readonly string[]) {
  const script = `
    const { logger } = await import(${JSON.stringify(MESSAGES)});
    logger.${level}(...JSON.parse(process.env.WORDS));`;
  const child = Bun.spawnSync([process.execPath, "-e", script], {
    env: { WORDS: JSON.stringify(words), PATH: process.env.PATH ?? "" },
  });
  return { stderr: child.stderr.toString(), stdout: child.stdout.toString() };
}

test("every message is a line on stderr that begins with the program's name", () => {
  for (const level of ["info", "error"] as const)
    expect(said(level, "12 events, complete")).toEqual({
      stderr: "trace: 12 events, complete\n",
      stdout: "",
    });
});

test("a name's control characters do not reach the terminal, and make no line of their own", () => {
  const name = "\x1b]0;title\x07 \x1b[31m \r \t \n \x7f \u0085 \u009b31m \0";
  expect(said("error", `open(${name})`).stderr).toBe(
    "trace: open(\\x1b]0;title\\x07 \\x1b[31m \\x0d \\x09 \\x0a \\x7f \\x85 \\x9b31m \\x00)\n",
  );
});

test("a name's bidi controls and invisible characters do not reach the terminal", () => {
  expect(said("error", "zz\u202eb \u2066x\u2069 \u200b\ufeff").stderr).toBe(
    "trace: zz\\u202eb \\u2066x\\u2069 \\u200b\\ufeff\n",
  );
});

test("letters of every script are left as they are", () => {
  const name = "žluťoučký 日本語 😀 \u00a0 ÿ";
  expect(said("info", name).stderr).toBe(`trace: ${name}\n`);
});

test("what stands below a message keeps its lines and nothing else that a terminal obeys", () => {
  expect(said("error", "no such flag", "  O_CRAET\x1b[0m\n  ^").stderr).toBe(
    "trace: no such flag\n  O_CRAET\\x1b[0m\n  ^\n",
  );
});

describe("an error for a person", () => {
  test("has a message of one line and may have more below it", () => {
    expect(new UsageError("one line").details).toBe("");
    const error = new UsageError("one line", { details: "two\nmore" });
    expect(error).toBeInstanceOf(TraceError);
    expect([error.message, error.details]).toEqual(["one line", "two\nmore"]);
  });
});

test("a line on the terminal makes room for each message, in the same write", () => {
  const script = `
    const { setLineEraser, logger } = await import(${JSON.stringify(MESSAGES)});
    let lines = 2;
    setLineEraser(() => (lines-- > 0 ? "<erased>" : ""));
    for (const word of ["one", "two", "three"]) logger.info(word);`;
  const child = Bun.spawnSync([process.execPath, "-e", script]);
  expect(child.stderr.toString()).toBe("<erased>trace: one\n<erased>trace: two\ntrace: three\n");
});
