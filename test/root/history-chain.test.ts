/** `trace query --verify` on the logs of real daemons. */
import { afterEach, expect, test } from "bun:test";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning } from "../../src/attribution/procfs.ts";
import { endStarted, start, textOf, workspace } from "./support/daemon.ts";
import { runTrace, until } from "./support/harness.ts";

afterEach(endStarted);

/** Makes files, and waits until the log has the last one. */
async function touch(watched: string, log: string, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) writeFileSync(join(watched, `f${i}`), "");
  await until(() => [log, `${log}.1`].some((file) => textOf(file).includes(`f${to - 1}"`)));
}

function verify(log: string): { status: number | null; text: string } {
  const { status, stdout, stderr } = runTrace(["query", "--verify", log]);
  expect(stderr).toBe("");
  return { status, text: stdout.toString() };
}

test("a history is verified while it is written, pruned, killed, continued and ended", async () => {
  using at = workspace();
  const pid = start([at.watched, "-o", at.log, "--rotate", "20K"]);
  await touch(at.watched, at.log, 0, 40);
  expect(verify(at.log)).toEqual({
    status: 0,
    text: expect.stringMatching(
      /segment \d+ is unfinished: .* cannot be verified: trace still writes/,
    ),
  });
  expect(runTrace(["clean", "--max-size", "30K", at.log]).status).toBe(0);
  await touch(at.watched, at.log, 40, 50);
  expect(verify(at.log)).toEqual({
    status: 0,
    text: expect.stringMatching(
      /log.ndjson: what came before was dropped by trace clean, up to a line of/,
    ),
  });
  process.kill(pid, "SIGKILL");
  await until(() => !isRunning(pid));
  expect(verify(at.log)).toEqual({
    status: 0,
    text: expect.stringMatching(/is unfinished: .* was killed/),
  });
  const next = start([at.watched, "-o", at.log, "--rotate", "20K"]);
  await touch(at.watched, at.log, 50, 60);
  process.kill(next, "SIGTERM");
  await until(() => !isRunning(next));
  const { status, text } = verify(at.log);
  expect(status).toBe(0);
  expect(text).toMatch(/was ended by another process than its writer, which had been killed/);
  expect(text).not.toContain("unfinished");
  expect(text).toMatch(
    /log.ndjson: \d+ segments verified in \d files?; the last is \d+, [0-9a-f]{64}\n$/,
  );
  // The notes are not shown as events, and the verdict of other queries is not affected.
  const { stdout, stderr } = runTrace(["query", at.log]);
  expect(stdout.toString()).not.toContain("SEGMENT");
  expect(stderr).not.toContain("malformed");
  expect(runTrace(["query", "--type", "SEGMENT", at.log]).stdout.toString()).toContain("SEGMENT");
});

test("what was changed is found, with exit status 1", async () => {
  using at = workspace();
  const pid = start([at.watched, "-o", at.log]);
  await touch(at.watched, at.log, 0, 10);
  process.kill(pid, "SIGTERM");
  await until(() => !isRunning(pid));
  const whole = readFileSync(at.log, "utf8");
  expect(verify(at.log)).toEqual({
    status: 0,
    text: expect.stringMatching(/: 1 segment verified/),
  });
  writeFileSync(at.log, whole.replace("f5", "f6"));
  expect(verify(at.log)).toEqual({
    status: 1,
    text: expect.stringMatching(
      /: CHANGED: segment 1 .* does not have its hash: lines were changed\n.*NOT INTACT/,
    ),
  });
  writeFileSync(at.log, whole);
  truncateSync(at.log, whole.length - 20);
  expect(verify(at.log)).toEqual({
    status: 1,
    text: expect.stringMatching(
      /: CHANGED: segment 1 is unfinished: .* the last line is cut off\n/,
    ),
  });
  writeFileSync(at.log, whole.trimEnd().split("\n").slice(0, -1).join("\n").concat("\n"));
  expect(verify(at.log)).toEqual({
    status: 1,
    text: expect.stringContaining("the SEGMENT after the end of the watching is missing"),
  });
});

test.each([
  [["--verify", "/nonexistent/h"], "trace: /nonexistent/h: ENOENT: No such file or directory\n"],
  [["--verify", "--since", "1h"], "trace: --verify: cannot be used with --since\n"],
])("%j is a mistake that is named", (args, message) => {
  const { stderr, status } = runTrace(["query", ...args]);
  expect([stderr, status]).toEqual([message, 2]);
});
