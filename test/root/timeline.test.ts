/** Timelines of real runs: `--format perfetto`, and the text of system calls that Perfetto imports. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTimeline, type Timeline } from "../sinks/trace-events.ts";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";

const NAME = 'a"\\\n\x1b[31m\u202eb\u2028';
const SCRIPT = `echo hi >"$1"; mv "$1" "$1.moved"; cat absent "$1.moved" | wc -c; (exit 5); kill -9 $$`;

function names({ traceEvents }: Timeline, phase: string): string[] {
  return traceEvents.flatMap(({ ph, name }) => (ph === phase && name ? [name] : []));
}

function timelineOf(path: string): Timeline {
  const bytes = readFileSync(path);
  return parseTimeline(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
}

test.each(["bpf", "ptrace"])("a run that is recorded by %s is a timeline", (backend) => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  const exec = [TRACE, "exec", "-q", "--backend", backend, "--format", "perfetto"];
  expect(run([...exec, "--", "sh", "-c", SCRIPT, "sh", NAME], { cwd }).status).toBe(137);
  const timeline = timelineOf(join(cwd, "trace.perfetto.json"));
  expect(names(timeline, "B").toSorted()).toEqual(
    ["cat", "mv", "sh", "sh", "sh", "sh", "sh", "wc"].toSorted(),
  );
  const shown = `${cwd}/a"\\\\x0a\\x1b[31m\\u202eb\\u2028`;
  expect(names(timeline, "i")).toEqual([`open ${shown}`, `rename ${shown}`]);
  const ends = timeline.traceEvents.flatMap(({ ph, args }) => (ph === "E" && args ? [args] : []));
  expect(ends.filter(({ signal }) => signal === 9)).toHaveLength(1);
  expect(ends.filter(({ status }) => status === 5)).toHaveLength(1);
  expect(timeline.otherData).toMatchObject({ cwd, status: 137, complete: true, losses: "" });
});

test("a record that was cut off is a timeline that says so, of the events that are chosen", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  run([TRACE, "exec", "-q", "-o", "run.trace", "--", "sh", "-c", SCRIPT, "sh", NAME], { cwd });
  run(["sh", "-c", "head -c -100 run.trace >cut.trace"], { cwd });
  const show = [TRACE, "show", "cut.trace", "--format", "perfetto", "-o"];
  const options = ["--events", "open", "--failed", "--path", "absent"];
  expect(run([...show, "some.json", ...options], { cwd }).stderr).toContain("INCOMPLETE");
  const some = timelineOf(join(cwd, "some.json"));
  expect(names(some, "i")).toEqual([
    `open ${cwd}/absent`,
    expect.stringMatching(/^INCOMPLETE: 1 unreadable part of the record/),
  ]);
  expect(names(some, "B")).toContain("wc");
  run([...show, "all.json", "--pid", "1"], { cwd });
  const all = timelineOf(join(cwd, "all.json"));
  expect([names(all, "B"), names(all, "i").length]).toEqual([names(some, "B"), 1]);
  expect(all.otherData.complete).toBe(false);
});

/** A line of strace -f -ttt -T -o FILE, as Perfetto's importer takes it apart. */
const LINE =
  /^(?<pid>\d{1,7}) +\d{10}\.\d{6} (?:(?<call>\w+)\((?:.*\)\s+= .*|.*<unfinished \.\.\.>)|<\.\.\. (?<resumed>\w+) resumed>.*\)\s*= .*|<\.\.\. (?<cut>\w+) resumed> <unfinished \.\.\.>\) = \?|(?:---|\+\+\+) .* (?:---|\+\+\+))$/;

test("the text of trace syscalls -ttt -T -o is what Perfetto imports as strace's", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  const syscalls = [TRACE, "syscalls", "-ttt", "-T", "-o", "calls.txt"];
  const script = `sleep 0.01 & wait; ${SCRIPT}`;
  expect(run([...syscalls, "--", "sh", "-c", script, "sh", NAME], { cwd }).status).toBe(137);
  const lines = readFileSync(join(cwd, "calls.txt"), "latin1").trimEnd().split("\n");
  expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
  const parts = lines.map((line) => LINE.exec(line)?.groups);
  expect(new Set(parts.map((part) => part?.pid)).size).toBeGreaterThan(5);
  // A call that ends has its duration, unless it does not return.
  const ended = lines.filter((line) => /\)\s*= /.test(line) && !/= \?$/.test(line));
  expect(ended.length).toBeGreaterThan(100);
  expect(ended.filter((line) => !/ <\d+\.\d{6}>$/.test(line))).toEqual([]);
});
