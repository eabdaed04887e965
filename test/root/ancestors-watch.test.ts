/** The column ancestors of trace watch and its logs: which processes led to a change. */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chain, rowsIn } from "./support/chains.ts";
import { run, runTrace, temporaryDirectory } from "./support/harness.ts";
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
    expect(chain(rowsIn(readFileSync(file, "utf8"))[0])).toBe(expected);
    for (const command of ["query", "changes"]) {
      const options = ["--format", "ndjson", "--columns", "path,ancestors"];
      const { stdout } = runTrace([command, ...options, file], { cwd });
      expect(rowsIn(stdout.toString()).map(chain)).toEqual([expected]);
    }
  },
);
