/** perf_event_open(2): struct perf_event_attr of linux/perf_event.h. */

import { layoutOf, type StructField } from "../table.ts";
import {
  CompositeValue,
  integer,
  type NamedArgument,
  NamedValue,
  pointer,
  struct,
  type Value,
} from "../value.ts";
import { fd, int } from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { bitsValue, formatOf, oneOf } from "./formats.ts";
import { scalarAt } from "./layout.ts";
import { constants } from "./named-constants.ts";

/** The least size of the struct, which 0 stands for. */
const FIRST_SIZE = 64;
/** Without -v, what precedes wakeup_events is shown. */
const BRIEF_SIZE = 48;
const FLAGS_AT = 40;

const TYPES = ["HARDWARE", "SOFTWARE", "TRACEPOINT", "HW_CACHE", "RAW", "BREAKPOINT"] as const;
type EventType = (typeof TYPES)[number] | undefined;

/** Returns a part of a number with its place: "0x2<<24". */
function shifted(part: bigint, shift: bigint, set?: string, placeholder = ""): NamedValue {
  const name = set && constants(set).find(([, number]) => BigInt(number) === part)?.[0];
  const digits = part === 0n ? "0" : `0x${part.toString(16)}`;
  const text = name ?? (placeholder === "" ? digits : `${digits} /* ${placeholder} */`);
  return new NamedValue(part << shift, [shift === 0n ? text : `${text}<<${shift}`]);
}

function cacheConfig(config: bigint): Value {
  const at = (shift: bigint, bits: bigint) => (config >> shift) & ((1n << bits) - 1n);
  const high = [
    [at(32n, 32n), 32n],
    [at(24n, 8n), 24n],
  ] as const;
  return new CompositeValue([
    ...high.filter(([part]) => part !== 0n).map(([part, shift]) => shifted(part, shift)),
    shifted(at(16n, 8n), 16n, "perf_cache_result", "PERF_COUNT_HW_CACHE_RESULT_???"),
    shifted(at(8n, 8n), 8n, "perf_cache_op", "PERF_COUNT_HW_CACHE_OP_???"),
    shifted(at(0n, 8n), 0n, "perf_cache", "PERF_COUNT_HW_CACHE_???"),
  ]);
}

/** What the event is, by its type; the high half of a hardware event's is the PMU. */
function configValue(config: bigint, type: EventType): Value {
  switch (type) {
    case "HARDWARE": {
      const event = oneOf(config & 0xffffffffn, constants("perf_hardware"), "PERF_COUNT_HW_???");
      return config >> 32n === 0n
        ? event
        : new CompositeValue([shifted(config >> 32n, 32n), event]);
    }
    case "SOFTWARE":
      return oneOf(config, constants("perf_software"), "PERF_COUNT_SW_???");
    case "TRACEPOINT":
      return integer(config);
    case "HW_CACHE":
      return cacheConfig(config);
    default:
      return integer(config, "hex");
  }
}

const SKIDS = ["arbitrary skid", "constant skid", "requested to have 0 skid", "must have 0 skid"];

function bitField(view: DataView, { bits }: StructField): bigint {
  const word = view.getBigUint64(FLAGS_AT, true);
  return (word >> BigInt(bits!.first)) & ((1n << BigInt(bits!.count)) - 1n);
}

/** The bits between read_format and wakeup_events. */
function flagFields(call: SyscallView, view: DataView, fields: readonly StructField[]) {
  return fields.flatMap((field): NamedArgument[] => {
    const { name, bits } = field;
    const value = bitField(view, field);
    if (name === "precise_ip") {
      const set = {
        kind: "values",
        placeholder: "",
        notation: "decimal",
        commented: true,
      } as const;
      return [[name, new NamedValue(value, [SKIDS[Number(value)]], 0, set)]];
    }
    const isReserved = name.startsWith("__");
    if (value === 0n && (isReserved || call.abbreviated)) return [];
    if (!isReserved) return [[name, integer(value)]];
    const placeholder = `Bits 63..${bits!.first}`;
    return [[name, new NamedValue(value, [], value, { kind: "values", placeholder })]];
  });
}

const breakpointType = (value: bigint) =>
  oneOf(value, constants("breakpoint"), value < 8n ? "HW_BREAKPOINT_INVALID" : "HW_BREAKPOINT_???");

/** What determines which fields count. */
interface Kind {
  readonly type: EventType;
  readonly watermark: boolean;
  readonly clock: boolean;
  readonly branches: boolean;
  readonly stack: boolean;
}

/**
 * A field of the second half: name, offset, size, format; null if it does not count. "?" shows it only
 * if it is not zero.
 */
type Row = readonly [name: string, offset: number, size: number, format: string] | null;

function rows({ type, watermark, clock, branches, stack }: Kind): readonly Row[] {
  const isBreakpoint = type === "BREAKPOINT";
  return [
    [watermark ? "wakeup_watermark" : "wakeup_events", 48, 4, "u"],
    isBreakpoint ? ["bp_type", 52, 4, "breakpoint"] : null,
    [isBreakpoint ? "bp_addr" : "config1", 56, 8, "x"],
    isBreakpoint ? ["bp_len", 64, 8, "u"] : ["config2", 64, 8, "x"],
    branches ? ["branch_sample_type", 72, 8, "&perf_branch"] : null,
    ["sample_regs_user", 80, 8, "x"],
    stack ? ["sample_stack_user", 88, 4, "x"] : null,
    clock ? ["clockid", 92, 4, "=clock"] : null,
    ["sample_regs_intr", 96, 8, "x"],
    ["aux_watermark", 104, 4, "u"],
    ["sample_max_stack", 108, 2, "u"],
    ["__reserved_2", 110, 2, "x?"],
    ["aux_sample_size", 112, 4, "u"],
    ["aux_action", 116, 4, "x?"],
    ["sig_data", 120, 8, "x"],
    ["config3", 128, 8, "x"],
  ];
}

function numberAt(view: DataView, at: number, size: number): bigint {
  return scalarAt(view, at, { name: "", size, kind: "unsigned" } as StructField);
}

/** The fields from wakeup_events on, as far as the struct goes. */
function laterFields(call: SyscallView, view: DataView, kind: Kind): NamedArgument[] {
  return rows(kind).flatMap((row): NamedArgument[] => {
    if (row === null || row[1] + row[2] > view.byteLength) return [];
    const [name, offset, size, format] = row;
    const value = numberAt(view, offset, size);
    if (format.endsWith("?") && value === 0n) return [];
    if (format === "breakpoint") return [[name, breakpointType(value)]];
    return [[name, formatOf(format.replace("?", ""))(call, value, size)]];
  });
}

function sizeValue(size: number): Value {
  return oneOf(BigInt(size), constants("perf_size"), "PERF_ATTR_SIZE_???");
}

/** @param wanted the size at entry; the kernel writes the right one */
function attributes(call: SyscallView, at: bigint, wanted: number): Value {
  const layout = layoutOf("perf_event_attr")!;
  const full = wanted === 0 ? FIRST_SIZE : wanted;
  if (full < FIRST_SIZE) return pointer(at);
  const length = call.abbreviated ? BRIEF_SIZE : Math.min(full, layout.size);
  const found = call.memory.read(Number(at), length);
  if (!found) return pointer(at);
  const view = new DataView(found.bytes.slice(0, length).buffer);
  const bits = layout.fields.filter(({ bits, offset }) => bits && offset === FLAGS_AT);
  const isSet = (name: string) =>
    bits.some((field) => field.name === name && bitField(view, field) !== 0n);
  const now = view.getUint32(4, true);
  const size: Value =
    now === wanted
      ? sizeValue(now)
      : { kind: "change", before: sizeValue(wanted), after: sizeValue(now), indirect: false };
  const number = view.getUint32(0, true);
  const type = TYPES[number];
  const samples = view.getBigUint64(24, true);
  const fields: NamedArgument[] = [
    ["type", oneOf(BigInt(number), constants("perf_type"), "PERF_TYPE_???")],
    ["size", size],
    ["config", configValue(view.getBigUint64(8, true), type)],
    [isSet("freq") ? "sample_freq" : "sample_period", integer(view.getBigUint64(16, true))],
    ["sample_type", bitsValue(samples, constants("perf_sample"), "PERF_SAMPLE_???")],
    ["read_format", formatOf("&perf_read")(call, view.getBigUint64(32, true), 8)],
    ...flagFields(call, view, bits),
  ];
  if (call.abbreviated) return struct(fields, true);
  const [PERF_SAMPLE_BRANCH_STACK, PERF_SAMPLE_STACK_USER] = [1n << 11n, 1n << 13n];
  const kind: Kind = {
    ...{ type, watermark: isSet("watermark"), clock: isSet("use_clockid") },
    branches: (samples & PERF_SAMPLE_BRANCH_STACK) !== 0n,
    stack: (samples & PERF_SAMPLE_STACK_USER) !== 0n,
  };
  return struct([...fields, ...laterFields(call, view, kind)], full > length);
}

/** Decodes a struct perf_event_attr that the kernel reads. */
export function eventAttributesAt(call: SyscallView, at: bigint): Value {
  const found = at === 0n ? null : call.memory.read(Number(at), 8);
  return found ? attributes(call, at, found.view.getUint32(4, true)) : pointer(at);
}

/** The size is read before the kernel writes the right one. */
const attributesArgument = onExit(
  (call, index, before) => {
    const at = call.ulong(index);
    return before?.kind === "integer" ? attributes(call, at, Number(before.value)) : pointer(at);
  },
  (call, index) => {
    const at = call.ulong(index);
    const found = at === 0n ? null : call.memory.read(Number(at), 8);
    return found ? integer(found.view.getUint32(4, true)) : null;
  },
);

const openFlags = onEntry((call, index) => formatOf("&perf_open")(call, call.ulong(index), 8));

export const PERF_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  perf_event_open: [attributesArgument, int, int, fd, openFlags],
};
