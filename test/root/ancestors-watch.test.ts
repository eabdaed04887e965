/** The column ancestors of trace watch and its logs: which processes led to a change. */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chain, rowsIn } from "./support/chains.ts";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";
import { besideWatch } from "./support/watch.ts";

test.each([[], ["--no-ebpf"]])(
  "trace watch records chains, and a history gives them back %p",
  async (...more: string[]) => {
    using directory = temporaryDirectory();
    using log = temporaryDirectory();
    const [cwd, file] = [directory.path, join(log.path, "log.ndjson")];
    writeFileSync(join(log.path, "script"), "sh -c 'echo x >a; sleep 0.3; :'; :\n");
    const args = ["--types", "CLOSE_WRITE", "-o", file, "--format", "ndjson", ...more, cwd];
    const { changes } = await besideWatch(args, () => {
      run(["sh", "-c", `sh ${log.path}/script; :`], { cwd });
    });
    expect(changes[0]).not.toHaveProperty("ancestors");
    const expected = `sh -c echo x >a; sleep 0.3; : ← sh ${log.path}/script ← sh -c sh ${log.path}/script; :`;
    const events = rowsIn(readFileSync(file, "utf8")).filter(({ path }) => path?.endsWith("/a"));
    expect(chain(events[0])).toBe(expected);
    for (const command of ["query", "changes"]) {
      const options = ["--format", "ndjson", "--columns", "path,ancestors"];
      const { stdout } = runTrace([command, ...options, file], { cwd });
      expect(rowsIn(stdout.toString()).map(chain)).toEqual([expected]);
    }
  },
);

test("--ancestors shows chains in text, with processes that have ended by then", async () => {
  using directory = temporaryDirectory();
  using beside = temporaryDirectory();
  const [cwd, log] = [directory.path, join(beside.path, "log.ndjson")];
  writeFileSync(
    join(beside.path, "deep"),
    "if [ $1 -gt 0 ]; then sh $0 $(($1-1)); :; else :>d; fi\n",
  );
  const args = ["-e", "create", "-o", log, "--ancestors", cwd];
  const { stdout } = await besideWatch(args, async () => {
    // The daemon is adopted by init, and the shells that started it end before it writes.
    run(["sh", "-c", "sh -c 'setsid sh -c \"sleep 0.3; :>late; :\" &' x; :"], { cwd });
    run(["sh", join(beside.path, "deep"), "40"], { cwd });
    await Bun.sleep(800);
  });
  const late = `/late  sh -c 'sleep 0.3; :>late; :' ← sh -c 'setsid sh -c "sleep 0.3; :>late; :" &' x ← sh -c `;
  expect(stdout).toContain(late);
  expect(stdout).toMatch(/\/d {2}(?:sh \S+\/deep \d+ ← ){32}…\n/);
  for (const command of ["query", "changes"]) {
    const text = runTrace([command, "--ancestors", log]).stdout.toString();
    expect(text).toContain(late);
    const csv = runTrace([command, "--ancestors", "--format", "csv", log]).stdout.toString();
    expect(csv.split("\n")[0]).toContain(",ancestors");
  }
  expect(runTrace(["query", log]).stdout.toString()).not.toContain("←");
  const by = (...names: string[]) =>
    runTrace(["query", "--format", "%f", ...names.flatMap((name) => ["--ancestor", name]), log])
      .stdout.toString()
      .split("\n")
      .slice(0, -1);
  expect(by("setsid")).toEqual([]); // it executed sh
  expect(by("no", "s[g-i]")).toEqual(["late", "d"]);
});

test("the tree of trace procs begins with the processes that led to it", () => {
  const { stderr } = run(["sh", "-c", `${TRACE} procs --ancestors -- sh -c 'true; :'; :`]);
  expect(stderr).toMatch(/^started by sh -c '.* procs --ancestors .*' ← .*\nsh -c 'true; :' /m);
});
