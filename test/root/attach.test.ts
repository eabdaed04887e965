/** What remains open after eBPF programs were attached, or could not be. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BpfObject } from "../../src/ffi/libbpf.ts";
import { type BpfOptions, configure } from "../../src/sources/bpf/config.ts";
import { LinkSet } from "../../src/sources/bpf/links.ts";
import { ProgramSet } from "../../src/sources/bpf/programs.ts";
import { tracepointId } from "../../src/sources/bpf/tracepoint.ts";
import { ROOT } from "./support/programs.ts";

const EXEC = "sched/sched_process_exec";
const options: BpfOptions = {
  bufferSize: 1 << 16,
  kinds: new Set(["exec", "fork", "exit"]),
  syscalls: false,
  want: 0,
  processes: "all",
};

const openFds = () => readdirSync("/proc/self/fd").length;

function openPrograms() {
  const object = new BpfObject(readFileSync(join(ROOT, "build/trace.bpf.o")));
  configure(object, options);
  return { object, programs: new ProgramSet(object, options) };
}

test("a program that cannot be attached leaves no fd open", () => {
  tracepointId(EXEC); // may mount tracefs, whose fd stays open
  const before = openFds();
  const links = new LinkSet();
  expect(() => links.attach(tracepointId(EXEC)!, -1, EXEC)).toThrow(`${EXEC}): EBADF`);
  links.close();
  expect(openFds()).toBe(before);
});

test("programs that are not loaded cannot be attached, and none stays attached", () => {
  const { programs } = openPrograms();
  const before = openFds();
  expect(() => programs.attach()).toThrow("bpf_program__fd");
  expect(openFds()).toBe(before);
});

test("closing leaves no fd open, and closing again has no effect", () => {
  const { object, programs } = openPrograms();
  object.load();
  const before = openFds();
  programs.attach();
  expect(openFds()).toBeGreaterThan(before);
  programs.close();
  expect(openFds()).toBe(before);
  programs.close();
  expect(programs.recursionMisses()).toBe(0);
});
