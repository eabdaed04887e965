/** The kernel's BTF reduced to the types that our programs name: it changes only the load time. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { CONFIG, CONFIG_SIZE } from "../../src/events/event-record.ts";
import { BpfObject, type BpfProgram } from "../../src/ffi/libbpf.ts";
import { allocate } from "../../src/ffi/memory.ts";
import { native } from "../../src/ffi/native.ts";
import { BPF_PROG_INFO_SIZE } from "../../src/kernel/bpf.ts";
import { isKernelAtLeast } from "../../src/kernel/kernel-version.ts";
import { CLASSIC_SYS_EXIT } from "../../src/sources/bpf/programs.ts";
import { tracepointHasField, tracepointId } from "../../src/sources/bpf/tracepoint.ts";
import { ROOT } from "./support/programs.ts";

setDefaultTimeout(120_000);

/** All programs of bpf/, and the tracepoint that one of them needs to load. */
const PROGRAMS = {
  register_self: "",
  sys_exit: "raw_syscalls/sys_exit",
  sys_exit_raw: "",
  new_task: "task/task_newtask",
  process_exit: "sched/sched_process_exit",
  process_exec: "sched/sched_process_exec",
  uring_submit_req: "io_uring/io_uring_submit_req",
  uring_submit_sqe: "io_uring/io_uring_submit_sqe",
  uring_complete: "io_uring/io_uring_complete",
  uring_complete_no_req: "io_uring/io_uring_complete",
  uring_failed: "io_uring/io_uring_req_failed",
  uring_overflow: "io_uring/io_uring_cqe_overflow",
};
/** Offset in struct bpf_prog_info: the hash of the program's instructions, without its maps. */
const TAG = { at: 8, size: 8 };
const EVERYTHING = 0xff;

function tag(program: BpfProgram): string {
  const info = allocate(BPF_PROG_INFO_SIZE);
  const size = allocate(4);
  size.view.setUint32(0, BPF_PROG_INFO_SIZE, true);
  expect(native().bpf_obj_get_info_by_fd(program.fd, info.address, size.address)).toBe(0);
  return Buffer.from(info.bytes.subarray(TAG.at, TAG.at + TAG.size)).toString("hex");
}

/** Loads every program that this kernel supports and returns their tags. */
function load(types: "named" | "all"): Record<string, string> {
  const object = new BpfObject(readFileSync(join(ROOT, "build/trace.bpf.o")), types);
  const config = object.map(".rodata.config").initialValue(CONFIG_SIZE);
  config.setUint32(CONFIG.want, EVERYTHING, true);
  config.setUint32(CONFIG.events, EVERYTHING, true);
  config.setBigUint64(CONFIG.uring_ops, -1n, true);
  const programs = Object.entries(PROGRAMS)
    .filter(([, event]) => event === "" || tracepointId(event) !== null)
    .filter(([name]) => name !== "sys_exit" || isKernelAtLeast(release(), CLASSIC_SYS_EXIT))
    .filter(([name]) => name !== "uring_complete" || tracepointHasField(PROGRAMS[name], "req"))
    .map(([name]) => object.program(name));
  for (const program of programs) program.enable();
  object.load();
  return Object.fromEntries(programs.map((program) => [program.name, tag(program)]));
}

test("the reduced BTF gives the same programs as the whole BTF of the kernel", () => {
  const cut = load("named");
  expect(Object.keys(cut).length).toBeGreaterThan(5);
  expect(cut).toEqual(load("all"));
});
