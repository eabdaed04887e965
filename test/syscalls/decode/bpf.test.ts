/** Decodes bpf(2) from given registers and memory. */
import { describe, expect, test } from "bun:test";
import type { SyscallView } from "../../../src/syscalls/decode/call.ts";
import { decodeArguments } from "../../../src/syscalls/decode/index.ts";
import { straceText } from "../../../src/syscalls/strace-text.ts";
import type { Value } from "../../../src/syscalls/value.ts";
import { argumentText, BASE, fixedView } from "./fixed-memory.ts";

const MAP_CREATE = 0;
const PROG_LOAD = 5;
const OBJ_GET_INFO_BY_FD = 15;

/** Returns memory with 32-bit words at offsets, and text. */
function filled(size: number, words: Record<number, number>, texts: Record<number, string> = {}) {
  const memory = new Uint8Array(size);
  const view = new DataView(memory.buffer);
  for (const [offset, word] of Object.entries(words)) view.setUint32(Number(offset), word, true);
  for (const [offset, text] of Object.entries(texts))
    memory.set(Buffer.from(text, "latin1"), Number(offset));
  return memory;
}

describe("BPF_MAP_CREATE", () => {
  const create = (memory: Uint8Array, size = memory.length) =>
    argumentText({ name: "bpf", args: [MAP_CREATE, BASE, size], memory }, 1);

  test("shows the fields that the caller's size covers", () => {
    const memory = filled(24, { 0: 2, 4: 4, 8: 8, 12: 1, 16: 1, 20: 3 });
    expect(create(memory, 20)).toBe(
      "{map_type=BPF_MAP_TYPE_ARRAY, key_size=4, value_size=8, max_entries=1, map_flags=BPF_F_NO_PREALLOC}",
    );
    expect(create(memory)).toEndWith("inner_map_fd=3}");
  });

  test("takes what is missing for zeros", () => {
    expect(create(filled(4, { 0: 2 }))).toBe(
      "{map_type=BPF_MAP_TYPE_ARRAY, key_size=0, value_size=0, max_entries=0}",
    );
  });

  test("shows the node only if a flag says that it counts", () => {
    expect(create(filled(28, { 16: 4, 24: 0xffffffff }))).toEndWith(
      "numa_node=4294967295 /* NUMA_NO_NODE */}",
    );
    expect(create(filled(28, { 24: 7 }))).not.toContain("numa_node");
  });

  test("cuts a name without an end", () => {
    expect(create(filled(48, {}, { 28: "0123456789abcdef" }))).toContain(
      'map_name="0123456789abcde"...',
    );
  });

  test("shows that unknown fields follow", () => {
    expect(create(filled(256, { 200: 1 }))).toEndWith(", ...}");
    expect(create(filled(256, {}))).not.toContain("...");
  });

  test("is an address if it is empty or cannot be read", () => {
    expect(create(filled(8, {}), 0)).toBe("0x10000");
    expect(create(filled(8, {}), 16)).toBe("0x10000");
  });
});

test("a program has its license and its version, and its instructions with -v", () => {
  const code = 128;
  const memory = filled(160, { 0: 1, 4: 2, 8: 0x10000 + code, 16: 0x10000 + 150, 40: 0x60102 });
  memory.set([0xb7, 0, 0, 0, 0x2a, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0], code);
  memory.set(Buffer.from("GPL\0"), 150);
  const load = { name: "bpf", args: [PROG_LOAD, BASE, 48], memory };
  expect(argumentText(load, 1)).toBe(
    '{prog_type=BPF_PROG_TYPE_SOCKET_FILTER, insn_cnt=2, insns=0x10080, license="GPL", log_level=0, ' +
      "log_size=0, log_buf=NULL, kern_version=KERNEL_VERSION(6, 1, 2), prog_flags=0}",
  );
  const view = fixedView(load);
  view.abbreviated = false;
  const values: (Value | null | undefined)[] = [];
  decodeArguments(view, "entry", values);
  expect(straceText(values[1]!)).toContain(
    "insns=[{code=BPF_ALU64|BPF_K|BPF_MOV, dst_reg=BPF_REG_0, src_reg=BPF_REG_0, off=0, imm=0x2a}, " +
      "{code=BPF_JMP|BPF_K|BPF_EXIT, dst_reg=BPF_REG_0, src_reg=BPF_REG_0, off=0, imm=0}]",
  );
});

describe("BPF_OBJ_GET_INFO_BY_FD", () => {
  const info = 32;

  /** Returns the text of a call that changes memory. */
  function told(verbose: boolean, change: (memory: Uint8Array) => void): string {
    const memory = filled(160, { 0: 4, 4: 88, 8: 0x10000 + info });
    const view: SyscallView = fixedView({
      ...{ name: "bpf", args: [OBJ_GET_INFO_BY_FD, BASE, 16], memory },
    });
    // The view keeps a copy of its memory.
    const own = view.memory.read(Number(BASE), memory.length)!.bytes;
    view.abbreviated = !verbose;
    view.fdTarget = () => "anon_inode:bpf-map";
    const values: (Value | null | undefined)[] = [];
    decodeArguments(view, "entry", values);
    change(own);
    decodeArguments(view, "exit", values);
    return straceText(values[1]!);
  }

  test("shows the length that the kernel wrote", () => {
    const shorten = (memory: Uint8Array) => memory.set([80, 0, 0, 0], 4);
    expect(told(false, shorten)).toBe("{info={bpf_fd=4, info_len=88 => 80, info=0x10020}}");
    expect(told(false, () => {})).toBe("{info={bpf_fd=4, info_len=88, info=0x10020}}");
  });

  test("shows a map with -v", () => {
    const describeMap = (memory: Uint8Array) => {
      memory.set([2, 0, 0, 0, 9], info);
      memory.set(Buffer.from("counts\0"), info + 24);
    };
    expect(told(true, describeMap)).toContain(
      "info={type=BPF_MAP_TYPE_ARRAY, id=9, key_size=0, value_size=0, max_entries=0, map_flags=0, " +
        'name="counts", ifindex=0,',
    );
  });
});
