/** Calls that the command's own seccomp filter stops: they have no result. */
import { expect, test } from "bun:test";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

test.each([
  ["trap", 0],
  ["kill", 128 + 31],
])("a call that seccomp stops by %s is recorded without a result", (how, status) => {
  using directory = temporaryDirectory();
  const trace = [
    TRACE,
    "exec",
    "-q",
    "--format",
    "json",
    "--columns",
    "filename,return,errno,note",
  ];
  const ran = run([...trace, "-o", "trace.json", "--", program("seccomp"), how], {
    cwd: directory.path,
  });
  expect(ran.status).toBe(status);
  const rows = JSON.parse(run(["cat", "trace.json"], { cwd: directory.path }).stdout.toString());
  expect(rows.filter(({ fname }: { fname: string }) => fname === "stopped")).toEqual([
    { fname: "stopped", return: null, errno: null, note: "seccomp" },
  ]);
});

test("a summary takes it for no output", () => {
  using directory = temporaryDirectory();
  const trace = [TRACE, "exec", "-q", "--summary=json:-", "--", program("seccomp"), "trap"];
  const { stdout } = run(trace, { cwd: directory.path });
  const report = JSON.parse(stdout.toString().slice(stdout.toString().indexOf("{")));
  expect(report.outputs).toEqual([]);
});
