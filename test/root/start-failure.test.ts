/**
 * No system call whose failure ends a start leaves a process of it, and trace itself ends. STRIDE=1 fails
 * every call of a start; by default some of them.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(1_800_000);

const STRIDE = Number(process.env.STRIDE ?? 11);
/** Later calls are those of the recording; their number varies. */
const MAX_CALLS = 150;
/** Fewer are counted where the command pauses before the tracer goes on. */
const MIN_CALLS = 40;
const OUTPUT = ["-o", "/dev/null"];
const STARTS: Readonly<Record<string, readonly string[]>> = {
  "trace exec by eBPF": ["exec", "-q", "--backend", "bpf", ...OUTPUT],
  "trace exec --cgroups": ["exec", "-q", "--cgroups", ...OUTPUT],
  "trace exec by ptrace": ["exec", "-q", "--backend", "ptrace", ...OUTPUT],
  "trace syscalls": ["syscalls", "-e", "openat", ...OUTPUT],
};

/** Fails call `number` of a start. @returns failcall's status, and what it prints */
function start(args: readonly string[], number: number) {
  using directory = temporaryDirectory();
  const command = [TRACE, ...args, "--", program("lifecycle"), "sleep"];
  const { status, stdout } = run([program("failcall"), `${number}`, ...command], {
    cwd: directory.path,
  });
  const [count, failed, waited] = stdout.toString().trim().split(" ");
  return { left: status, count: Number(count), failed: Number(failed), waited: Number(waited) };
}

describe.each(Object.entries(STARTS))("a failed call of the start of %s", (_, args) => {
  test("leaves no process", () => {
    const whole = start(args, 0);
    expect(whole).toMatchObject({ left: 0, failed: -1, waited: 143 << 8 });
    const last = Math.min(Math.max(whole.count, MIN_CALLS), MAX_CALLS);
    expect(start(args, 1).failed).not.toBe(-1);
    for (let number = 1; number <= last; number += STRIDE) {
      const { left, failed } = start(args, number);
      expect({ number, failed, left }).toEqual({ number, failed, left: 0 });
    }
  });
});

test("trace says who traces its command already", () => {
  const traced = run([TRACE, "syscalls", "-o", "/dev/null", "--", TRACE, "syscalls", "--", "true"]);
  expect(traced.status).toBe(125);
  const [line, ...more] = traced.stderr.trim().split("\n");
  expect(line).toMatch(
    /^trace: ptrace\(PTRACE_SEIZE\): EPERM: .*; trace \(\d+\) traces it already$/,
  );
  expect(more).toEqual([]);
});
