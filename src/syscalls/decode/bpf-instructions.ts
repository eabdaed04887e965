/** Instructions of eBPF: struct bpf_insn. linux/bpf.h, Documentation/bpf/standardization. */
import { integer, NamedValue, struct, type Value } from "../value.ts";
import { oneOf } from "./formats.ts";
import { constantName, constants } from "./named-constants.ts";

const CLASS_MASK = 0x07;
const SOURCE_MASK = 0x08;
const LOAD_PARTS = [
  ["ebpf_size", 0x18],
  ["ebpf_mode", 0xe0],
] as const;
const ARITHMETIC_PARTS = [
  ["filter_source", SOURCE_MASK],
  ["ebpf_op", 0xf0],
] as const;
const JUMP_PARTS = [
  ["filter_source", SOURCE_MASK],
  ["ebpf_jump", 0xf0],
] as const;

function partsOf(kind: string) {
  if (kind.startsWith("BPF_ALU")) return ARITHMETIC_PARTS;
  return kind.startsWith("BPF_JMP") ? JUMP_PARTS : LOAD_PARTS;
}

/** Names a code: BPF_ALU64|BPF_K|BPF_MOV. */
function codeValue(code: number): NamedValue {
  const kind = constantName("ebpf_class", code & CLASS_MASK);
  const names = [kind];
  let rest = code & ~CLASS_MASK;
  for (const [set, mask] of partsOf(kind)) {
    const name = constantName(set, code & mask);
    if (name === "") continue;
    names.push(name);
    rest &= ~mask;
  }
  return new NamedValue(code, names, rest);
}

/** struct bpf_insn. */
export function instruction(view: DataView): Value {
  const registers = view.getUint8(1);
  const register = (number: number) =>
    oneOf(BigInt(number), constants("ebpf_register"), "BPF_REG_???");
  return struct([
    ["code", codeValue(view.getUint8(0))],
    ["dst_reg", register(registers & 0xf)],
    ["src_reg", register(registers >>> 4)],
    ["off", integer(view.getInt16(2, true))],
    ["imm", integer(view.getUint32(4, true), "hex")],
  ]);
}
