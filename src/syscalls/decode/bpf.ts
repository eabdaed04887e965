/** eBPF: bpf(2). linux/bpf.h. */
import { layoutOf } from "../table.ts";
import { pointer, type StructValue, struct, type Value, withTail } from "../value.ts";
import { bytesAt, choice, stringAt, stringUpToAt, uint } from "./arguments.ts";
import { arrayAt } from "./arrays.ts";
import { BPF_COMMANDS, type BpfCommand } from "./bpf-attributes.ts";
import { passedInfo, returnedInfo } from "./bpf-info.ts";
import { instruction } from "./bpf-instructions.ts";
import { type ArgumentDecoder, onExitIf, type SyscallView } from "./call.ts";
import { constantName, constants } from "./named-constants.ts";
import { shapeValue } from "./shapes.ts";

/** The kernel takes no more than a page. */
const MAX_ATTRIBUTES = 4096;
const INSTRUCTION_SIZE = 8;
/** Of the member of union bpf_attr for BPF_OBJ_GET_INFO_BY_FD. */
const INFO_SIZE = 16;
const BPF_F_NUMA_NODE = 4;
const BPF_F_REPLACE = 4;

const commandName = (call: SyscallView) => constantName("bpf", call.int(0));

/** Reads a text in a buffer of that size. */
function textAt(call: SyscallView, at: bigint, size: number): Value {
  return size <= call.limits.string ? stringUpToAt(call, at, size) : stringAt(call, at);
}

/** A field that depends on others; null omits it. */
type Refinement = (call: SyscallView, view: DataView, value: Value) => Value | null;

const word = (view: DataView, offset: number) => view.getBigUint64(offset, true);
const REFINEMENTS: Readonly<Record<string, Refinement>> = {
  "bpf_attr.0 numa_node": (_, view, value) =>
    view.getUint32(16, true) & BPF_F_NUMA_NODE ? value : null,
  "bpf_attr.3 insns": (call, view, value) =>
    call.abbreviated
      ? value
      : arrayAt(call, word(view, 8), view.getUint32(4, true), INSTRUCTION_SIZE, instruction),
  "bpf_attr.3 log_buf": (call, view) => textAt(call, word(view, 32), view.getUint32(28, true)),
  "bpf_attr.11 btf": (call, view) => bytesAt(call, word(view, 0), view.getUint32(16, true)),
  "bpf_attr.14 old_prog_fd": (_, view, value) =>
    view.getUint32(8, true) & BPF_F_REPLACE ? value : null,
};

function refine(call: SyscallView, shape: string, view: DataView, value: Value): StructValue {
  const fields = (value as StructValue).fields.flatMap(([name, field]) => {
    const refinement = REFINEMENTS[`${shape} ${name}`];
    const shown = refinement ? refinement(call, view, field) : field;
    return shown ? [[name, shown] as const] : [];
  });
  return struct(fields);
}

/** The size of the fields that are shown, if the struct has more. */
const SHOWN_SIZES: Readonly<Record<string, number>> = { "bpf_attr.13": 16 };

/** Adds what follows the known fields, unless it is zero. */
function withRest(
  call: SyscallView,
  value: StructValue,
  view: DataView,
  from: number,
  size: number,
) {
  const rest = new Uint8Array(view.buffer, 0, size).subarray(from);
  if (rest.every((byte) => byte === 0)) return value;
  const bytes = rest.slice(0, call.limits.string);
  return call.abbreviated
    ? { ...value, cut: true }
    : withTail(value, { from, length: rest.length, bytes });
}

/** Reads union bpf_attr. The kernel takes what the caller leaves out as zeros. */
function readAttributes(call: SyscallView, index: number, known: number): DataView | null {
  const size = call.uint(index + 1);
  const found =
    size === 0 || size > MAX_ATTRIBUTES ? null : call.memory.read(call.address(index), size);
  if (!found) return null;
  const bytes = new Uint8Array(Math.max(size, known));
  bytes.set(found.bytes.subarray(0, size));
  return new DataView(bytes.buffer);
}

function attributes(
  call: SyscallView,
  index: number,
  { minimum, member, shape }: BpfCommand,
  passed: Value | null | undefined,
): Value {
  const size = call.uint(index + 1);
  const known = layoutOf(shape.replace(/\/.*/, ""), call.abi)?.size ?? 0;
  const view = readAttributes(call, index, known);
  if (!view) return pointer(call.ulong(index));
  const shown = Math.min(Math.max(size, minimum), known);
  const value = refine(call, shape, view, shapeValue(call, shape, view, 0, shown));
  const inner = passed?.kind === "struct" ? returnedInfo(call, view, value, passed) : value;
  const whole = member === null ? inner : struct([[member, inner]]);
  return withRest(call, whole, view, SHOWN_SIZES[shape] ?? known, size);
}

const isInfo = (call: SyscallView) => commandName(call) === "BPF_OBJ_GET_INFO_BY_FD";

/** union bpf_attr. */
const attributesArgument: ArgumentDecoder = {
  ...onExitIf(isInfo, (call, index, passed) => {
    const command = BPF_COMMANDS.get(commandName(call));
    return command ? attributes(call, index, command, passed) : pointer(call.ulong(index));
  }),
  readBefore: (call, index) => {
    const view = readAttributes(call, index, INFO_SIZE);
    return view && passedInfo(call, view);
  },
};

export const BPF_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  bpf: [choice(() => constants("bpf"), "BPF_???"), attributesArgument, uint],
};
