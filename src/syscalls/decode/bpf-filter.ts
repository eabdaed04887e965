/** Programs of classic BPF: seccomp(2), socket filters. linux/filter.h, linux/bpf_common.h. */
import {
  array,
  CompositeValue,
  integer,
  macro,
  NamedValue,
  type NameSet,
  pointer,
  struct,
  type Value,
} from "../value.ts";
import type { MemoryReader, SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";

export const INSTRUCTION_SIZE = 8;
/** BPF_MAXINSNS: the kernel takes no more. */
const MAX_INSTRUCTIONS = 4096;

/** Sets of the parts of a code, by its class; each with its mask. */
const LOAD = [
  ["filter_size", 0x18],
  ["filter_mode", 0xe0],
] as const;
const PARTS: Readonly<Record<string, readonly (readonly [set: string, mask: number])[]>> = {
  BPF_LD: LOAD,
  BPF_LDX: LOAD,
  BPF_ST: [],
  BPF_STX: [],
  BPF_ALU: [
    ["filter_source", 0x08],
    ["filter_op", 0xf0],
  ],
  BPF_JMP: [
    ["filter_source", 0x08],
    ["filter_jump", 0xf0],
  ],
  BPF_RET: [["filter_result", 0x18]],
  BPF_MISC: [["filter_misc", 0xf8]],
};
const CLASS_MASK = 0x07;
const NO_NAMES: NameSet = [];

function nameIn(set: string, value: number): string | undefined {
  return (set === "" ? NO_NAMES : constants(set)).find(([, number]) => number === value)?.[0];
}

/** Names the parts of a code: BPF_LD|BPF_W|BPF_ABS. */
function codeValue(code: number): CompositeValue {
  const part = code & CLASS_MASK;
  const kind = nameIn("filter_class", part) ?? "";
  const parts = [new NamedValue(part, [kind])];
  let rest = code & ~CLASS_MASK;
  for (const [set, mask] of PARTS[kind] ?? []) {
    const name = nameIn(set, code & mask);
    if (name === undefined) continue;
    parts.push(new NamedValue(code & mask, [name]));
    rest &= ~mask;
  }
  return new CompositeValue(rest === 0 ? parts : [...parts, new NamedValue(rest, [], rest)]);
}

const SECCOMP_DATA = 0xffff;
/** A result of a seccomp filter: an action and 16 bits of data. */
function seccompResult(value: number): Value {
  const action = nameIn("seccomp_action", (value & ~SECCOMP_DATA) >>> 0);
  if (action !== undefined) return new NamedValue(value, [action], value & SECCOMP_DATA);
  return new NamedValue(value, [], value, { kind: "values", placeholder: "SECCOMP_RET_???" });
}

/** SKF_AD_OFF, SKF_NET_OFF, SKF_LL_OFF: what a load reads beside the packet. */
const LOAD_BASES = [
  ["SKF_AD_OFF", -0x1000],
  ["SKF_NET_OFF", -0x100000],
  ["SKF_LL_OFF", -0x200000],
] as const;

const DECIMAL = { kind: "values", placeholder: "", notation: "decimal" } as const;

/** The offset of a load, relative to its base. */
function loadOffset(value: number): Value {
  const offset = value | 0;
  const base = offset < 0 ? LOAD_BASES.find(([, start]) => offset >= start) : undefined;
  if (!base) return integer(value, "hex");
  const within = offset - base[1];
  const name = base[0] === "SKF_AD_OFF" ? nameIn("filter_ancillary", within) : undefined;
  const start = new NamedValue(base[1], [base[0]]);
  const rest =
    name === undefined
      ? new NamedValue(within, [], within, DECIMAL)
      : new NamedValue(within, [name], 0);
  return new CompositeValue([start, rest], false, "+");
}

/** How the last operand of an instruction is used. */
export type FilterUse = "seccomp" | "socket";

function operandValue(code: number, k: number, use: FilterUse): Value {
  const [RET_K, LD_ABS, LOAD_MASK] = [0x06, 0x20, 0xe7];
  if (code === RET_K && use === "seccomp") return seccompResult(k);
  if ((code & LOAD_MASK) === LD_ABS && use === "socket") return loadOffset(k);
  return integer(k, "hex");
}

/** Decodes a struct sock_filter. */
function instructionValue(view: DataView, at: number, use: FilterUse): Value {
  const code = view.getUint16(at, true);
  const [ifTrue, ifFalse] = [view.getUint8(at + 2), view.getUint8(at + 3)];
  const operand = operandValue(code, view.getUint32(at + 4, true), use);
  const name = codeValue(code);
  if (ifTrue === 0 && ifFalse === 0) return macro("BPF_STMT", name, operand);
  return macro("BPF_JUMP", name, operand, integer(ifTrue, "hex"), integer(ifFalse, "hex"));
}

/** Decodes the instructions of a program, as far as they can be read. */
export function bpfInstructions(
  call: SyscallView,
  at: bigint,
  count: number,
  use: FilterUse,
): Value {
  if (call.abbreviated) return pointer(at);
  return instructionsAt(call.memory, at, count, use);
}

/** @param memory where the instructions are read */
export function instructionsAt(
  memory: Pick<MemoryReader, "read">,
  at: bigint,
  count: number,
  use: FilterUse,
): Value {
  if (count === 0) return array([]);
  const items: Value[] = [];
  for (let i = 0; i < Math.min(count, MAX_INSTRUCTIONS); i++) {
    const where = Number(at) + i * INSTRUCTION_SIZE;
    const found = at === 0n ? null : memory.read(where, INSTRUCTION_SIZE);
    if (!found) return items.length ? array(items, true, BigInt(where)) : pointer(at);
    items.push(instructionValue(found.view, 0, use));
  }
  return array(items, count > MAX_INSTRUCTIONS);
}

/** Decodes a struct sock_fprog. */
export function bpfProgramAt(call: SyscallView, at: bigint, use: FilterUse = "seccomp"): Value {
  const { wordSize } = call;
  const found = at === 0n ? null : call.memory.read(Number(at), 2 * wordSize);
  if (!found) return pointer(at);
  const { view } = found;
  const count = view.getUint16(0, true);
  const filter =
    wordSize === 8 ? view.getBigUint64(8, true) : BigInt(view.getUint32(wordSize, true));
  return struct([
    ["len", integer(count)],
    ["filter", bpfInstructions(call, filter, count, use)],
  ]);
}
