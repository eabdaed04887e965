/** The audit report of trace query, and the login sessions that logs have for it. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { readCsv } from "../../src/sources/records/csv-reader.ts";
import { run, runTrace, temporaryDirectory } from "./support/harness.ts";
import { besideWatch } from "./support/watch.ts";

test("who, what, when, outcome and origin of each change are reported", async () => {
  using directory = temporaryDirectory();
  using beside = temporaryDirectory();
  const [cwd, log] = [directory.path, join(beside.path, "log.ndjson")];
  await besideWatch(["-e", "create,delete", "-o", log, cwd], () => {
    // nobody logs in and becomes root; what it runs has ended when the events are read.
    const login = "echo 65534 >/proc/self/loginuid && cat /proc/self/sessionid >session || exit 9";
    expect(run(["sh", "-c", `${login}; (touch in; rm in; :); :`], { cwd }).status).toBe(0);
    run(["sh", "-c", "touch 'out\n'"], { cwd });
  });
  const session = readFileSync(join(cwd, "session"), "utf8").trim();
  const query = (...args: string[]) => runTrace(["query", "--report", "pci", ...args, log]);
  const rows = readCsv(query("--format", "csv", "--path", cwd).stdout).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell?.toString() ?? null])),
  );
  const of = (what: string, name: string) =>
    rows.find((row) => row.what === what && row.resource === join(cwd, name))!;
  const { when, pid, command, ...entry } = of("DELETE", "in");
  expect(entry).toEqual({
    ...{ who: "nobody", as: "root", what: "DELETE", outcome: "success" },
    ...{ host: hostname(), from: null, tty: null, session },
    ...{ resource: join(cwd, "in"), old_resource: null },
  });
  expect(when).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Math.abs(Date.parse(when!) - Date.now())).toBeLessThan(3_600_000);
  expect(Number(pid)).toBeGreaterThan(0);
  expect(command).toMatch(/^rm in ← sh -c /);
  expect(of("WATCH_START", "")).toMatchObject({
    who: "root",
    outcome: "success",
    host: hostname(),
  });
  expect(rows.map(({ what }) => what)).not.toContain("SEGMENT");
  // Without a login, who is the user of the process, and the origin is empty.
  expect(of("CREATE", "out\n")).toMatchObject({ who: "root", as: "root", session: null });
  const { stdout } = query(
    "--format",
    "ndjson",
    "--columns",
    "who,what,resource",
    "--user",
    "root",
  );
  const found = stdout
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(found).toContainEqual({ who: "nobody", what: "DELETE", resource: join(cwd, "in") });
  expect(query().stdout.toString()).toContain(`${cwd}/out\\n`);
  expect(query("--format", "json").stdout.toString()).toContain('"outcome":"success"');
  expect(runTrace(["query", "--report", "pic", log]).stderr).toContain("did you mean pci?");
});
