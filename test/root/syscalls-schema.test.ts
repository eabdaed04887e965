/** Real output of `trace syscalls --format json` and ndjson is as docs/schema says. */
import { expect, setDefaultTimeout, test } from "bun:test";
import rowSchema from "../../docs/schema/syscalls.schema.json";
import filesSchema from "../../docs/schema/syscalls-files.schema.json";
import { type Json, type JsonObject, JsonSchema } from "../json-schema.ts";
import { runTrace } from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(120_000);

const schema = new JsonSchema(rowSchema);

/** Returns the keys of rows whose names are not escaped. */
const keysOf = ({ $defs }: { readonly $defs: { readonly row: { readonly properties: object } } }) =>
  Object.keys($defs.row.properties).filter((key) => key !== "escaped");

const SOCKETS = "use Socket; socketpair(A, B, AF_UNIX, SOCK_STREAM, 0); syswrite A, 1";
/** Options and commands that show many kinds of values. */
const RUNS: Readonly<Record<string, readonly string[]>> = {
  "a shell": ["--", "sh", "-c", "ls -l /proc/self/fd | cat; (exit 3); kill -USR1 $$"],
  "details of fds": ["-yy", "--", "perl", "-e", SOCKETS],
  "whole structs": ["-v", "-s", "200", "--", "ls", "-l", "/etc"],
  "raw numbers": ["-e", "raw=read", "--", "cat", "/etc/passwd"],
  injection: [
    ...["-e", "inject=openat:error=ENOENT:delay_exit=1:when=3", "-e", "inject=getppid:retval=7"],
    ...["--", "sh", "-c", ":"],
  ],
  "every call": ["--", program("everycall")],
  "an exec by a thread": ["--", program("execs"), "from-thread", "/bin/true"],
  "stopped by a signal": ["--", "sh", "-c", "(sleep 0.3; kill -CONT $$) & kill -STOP $$; wait"],
};

function trace(format: string, args: readonly string[]): readonly JsonObject[] {
  const { stdout, stderr } = runTrace(["syscalls", "--format", format, "-o", "/dev/fd/2", ...args]);
  expect(stdout).toBeDefined();
  const lines = stderr.split("\n").filter((line) => line.startsWith("{"));
  if (format === "ndjson") return lines.map((line) => JSON.parse(line));
  const text = stderr.slice(stderr.indexOf("[\n"), stderr.lastIndexOf("]") + 1);
  return JSON.parse(text);
}

const seen = new Map<string, Set<string>>();

test.each(Object.entries(RUNS))("rows of %s", (_, args) => {
  const rows = trace("ndjson", args);
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows) {
    expect(schema.errors(row)).toEqual([]);
    expect(Object.keys(row)).toEqual(keysOf(rowSchema));
    for (const [key, value] of Object.entries(row)) {
      const kinds = seen.get(key) ?? new Set();
      seen.set(key, kinds.add(value === null ? "null" : key === "event" ? String(value) : "some"));
    }
  }
});

test("these runs show every key, and every event", () => {
  const { event, ...others } = Object.fromEntries(seen);
  expect([...event].sort()).toEqual(["call", "exit", "signal", "stop", "superseded"]);
  expect(Object.keys(others).filter((key) => !others[key].has("some"))).toEqual([]);
});

test("the array, also of chosen columns", () => {
  expect(schema.errors(trace("json", ["--", "true"]) as Json)).toEqual([]);
  const [row] = trace("json", ["--columns", "name,result", "--", "true"]);
  expect(Object.keys(row)).toEqual(["name", "result"]);
  expect(schema.errors(row)).toEqual([]);
});

test("rows of files", () => {
  const files = new JsonSchema(filesSchema);
  const rows = trace("ndjson", ["--by-file", "--", "cat", "/etc/passwd", "/absent"]);
  expect(rows.some(({ failed }) => failed === 1)).toBe(true);
  for (const row of rows) {
    expect(files.errors(row)).toEqual([]);
    expect(Object.keys(row)).toEqual(keysOf(filesSchema));
  }
});
