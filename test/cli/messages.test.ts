/** The messages on stderr. Each test runs in a process of its own and reads its stderr. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { UsageError } from "../../src/cli/errors.ts";
import { TraceError } from "../../src/errors.ts";

const MESSAGES = join(import.meta.dir, "../../src/cli/messages.ts");

/** Logs a message in another process. Returns its stderr and stdout. */
function logged(level: "info" | "error", ...words: readonly string[]) {
  const script = `
    const { logger } = await import(${JSON.stringify(MESSAGES)});
    logger.${level}(...JSON.parse(process.env.WORDS));`;
  const child = Bun.spawnSync([process.execPath, "-e", script], {
    env: { WORDS: JSON.stringify(words), PATH: process.env.PATH ?? "" },
  });
  return { stderr: child.stderr.toString(), stdout: child.stdout.toString() };
}

test("every message is one line on stderr and begins with the program's name", () => {
  for (const level of ["info", "error"] as const)
    expect(logged(level, "12 events, complete")).toEqual({
      stderr: "trace: 12 events, complete\n",
      stdout: "",
    });
});

test("control characters in a name are escaped", () => {
  const name = "\x1b]0;title\x07 \x1b[31m \r \t \n \x7f \u0085 \u009b31m \0";
  expect(logged("error", `open(${name})`).stderr).toBe(
    "trace: open(\\x1b]0;title\\x07 \\x1b[31m \\x0d \\x09 \\x0a \\x7f \\x85 \\x9b31m \\x00)\n",
  );
});

test("a name's bidi controls and invisible characters do not reach the terminal", () => {
  expect(logged("error", "zz\u202eb \u2066x\u2069 \u200b\ufeff").stderr).toBe(
    "trace: zz\\u202eb \\u2066x\\u2069 \\u200b\\ufeff\n",
  );
});

test("letters of every script are written unchanged", () => {
  const name = "žluťoučký 日本語 😀 \u00a0 ÿ";
  expect(logged("info", name).stderr).toBe(`trace: ${name}\n`);
});

test("details retain their lines, and other control characters in them are escaped", () => {
  expect(logged("error", "no such flag", "  O_CRAET\x1b[0m\n  ^").stderr).toBe(
    "trace: no such flag\n  O_CRAET\\x1b[0m\n  ^\n",
  );
});

describe("a usage error", () => {
  test("has a message of one line and optional details", () => {
    expect(new UsageError("one line").details).toBe("");
    const error = new UsageError("one line", { details: "two\nmore" });
    expect(error).toBeInstanceOf(TraceError);
    expect([error.message, error.details]).toEqual(["one line", "two\nmore"]);
  });
});

test("a progress line is erased in the same write as a message", () => {
  const script = `
    const { setLineEraser, logger } = await import(${JSON.stringify(MESSAGES)});
    let lines = 2;
    setLineEraser(() => (lines-- > 0 ? "<erased>" : ""));
    for (const word of ["one", "two", "three"]) logger.info(word);`;
  const child = Bun.spawnSync([process.execPath, "-e", script]);
  expect(child.stderr.toString()).toBe("<erased>trace: one\n<erased>trace: two\ntrace: three\n");
});
