/** Paths of many directories, and those that are longer than can be recorded. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runTrace, temporaryDirectory } from "./support/harness.ts";

setDefaultTimeout(60_000);

/** Makes files in each of some directories that are in each other. */
const SCRIPT = `
import os, sys
depth, name = int(sys.argv[1]), sys.argv[2]
open("first", "w").write("x")
for _ in range(depth):
    os.mkdir(name)
    os.chdir(name)
open("t", "w").write("x")
os.rename("t", "last")
`;

function summarize(backend: string, command: readonly string[], made = ".") {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  mkdirSync(join(cwd, made), { recursive: true });
  const args = ["exec", "--backend", backend, "--summary=json:s.json"];
  const { status } = runTrace([...args, ...command], { cwd });
  expect(status).toBe(0);
  const { outputs, losses, complete } = JSON.parse(readFileSync(join(cwd, "s.json"), "utf8"));
  const paths: string[] = outputs.map(({ path }: { path: string }) => path);
  const own = paths.filter((path) => path.startsWith(`${cwd}/`));
  return { outputs: own.map((path) => path.slice(cwd.length + 1)), losses, complete };
}

const nested = (depth: number, name: string) => ["python3", "-c", SCRIPT, String(depth), name];
const LONG = "n".repeat(200);

describe.each(["bpf", "ptrace"])("by %s", (backend) => {
  test.each([
    [100, "d"],
    [800, "d"],
    [15, LONG],
  ])("a path of %d directories is whole", (depth, name) => {
    const { outputs, losses, complete } = summarize(backend, nested(depth, name));
    expect(outputs).toEqual([`${`${name}/`.repeat(depth)}last`, "first"].sort());
    expect({ losses, complete }).toEqual({ losses: [], complete: true });
  });

  test("a path that is too long is counted, and nothing takes its place", () => {
    const { outputs, losses, complete } = summarize(backend, nested(60, LONG));
    expect(outputs.filter((path) => !path.endsWith("/"))).toEqual(["first"]);
    expect(complete).toBe(false);
    expect(losses).toEqual([{ what: "paths too long", count: expect.any(Number) }]);
    expect(losses[0].count).toBeGreaterThanOrEqual(20);
  });

  test.each([
    [3, true],
    [6, backend === "ptrace"],
  ])("a directory below %d others is mounted elsewhere", (depth, isRecorded) => {
    const made = `${`${LONG}/`.repeat(depth)}d`;
    const script = `mkdir p; mount --bind ${made} p; echo x >p/new`;
    const found = summarize(backend, ["unshare", "-m", "sh", "-c", script], made);
    expect(found.outputs).toContain(`${made}/new`);
    expect(found.outputs.some((path) => !path.startsWith(made) && path !== "p/")).toBe(false);
    expect(found.complete).toBe(isRecorded);
    if (!isRecorded)
      expect(found.losses).toEqual([{ what: "paths too long", count: expect.any(Number) }]);
  });
});
