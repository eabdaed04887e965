/** What BPF_OBJ_GET_INFO_BY_FD of bpf(2) returns: struct bpf_map_info and bpf_prog_info. linux/bpf.h. */
import { layoutOf } from "../table.ts";
import { integer, type NamedArgument, type StructValue, struct, type Value } from "../value.ts";
import { arrayAt } from "./arrays.ts";
import { instruction } from "./bpf-instructions.ts";
import type { SyscallView } from "./call.ts";
import { shapeValue } from "./shapes.ts";

const INFO_LENGTH = 4;
const INFO_ADDRESS = 8;
const KINDS: Readonly<Record<string, string>> = {
  "anon_inode:bpf-map": "bpf_map_info",
  "anon_inode:bpf-prog": "bpf_prog_info",
};
/** The counts that a program passes, and that the kernel replaces by its own. */
const COUNTS = new Set(
  `jited_prog_len xlated_prog_len nr_map_ids nr_jited_ksyms nr_jited_func_lens func_info_rec_size
  nr_func_info nr_line_info nr_jited_line_info line_info_rec_size jited_line_info_rec_size
  nr_prog_tags`.split(/\s+/),
);

function changed(before: Value | undefined, after: Value): Value {
  if (before?.kind !== "integer" || after.kind !== "integer") return after;
  if (Number(before.value) === Number(after.value)) return after;
  return { kind: "change", before, after, indirect: false };
}

function number(fields: readonly NamedArgument[], name: string): number {
  const value = fields.find(([each]) => each === name)?.[1];
  return value?.kind === "integer" ? Number(value.value) : 0;
}

const NANOSECONDS = 1_000_000_000n;

/** Shows fields of struct bpf_prog_info that depend on others. */
function refined(
  call: SyscallView,
  [name, value]: NamedArgument,
  before: readonly NamedArgument[],
  after: readonly NamedArgument[],
): Value {
  const count = (field: string) => Math.min(number(before, field), number(after, field));
  const elements = (length: number, size: number, element: (view: DataView) => Value) =>
    value.kind === "pointer" && !call.failed
      ? arrayAt(call, value.address, length, size, element)
      : value;
  switch (name) {
    case "load_time": {
      const loaded = value.kind === "integer" ? BigInt(value.value) : 0n;
      const booted = call.bootTime?.();
      if (booted === undefined) return value;
      return { ...integer(loaded), date: (booted + loaded) / NANOSECONDS };
    }
    case "map_ids":
      return elements(count("nr_map_ids"), 4, (view) => integer(view.getUint32(0, true)));
    case "xlated_prog_insns":
      return elements(Math.floor(count("xlated_prog_len") / 8), 8, instruction);
    default:
      return value;
  }
}

/** Reads the struct behind an fd; null if it is of another kind, or cannot be read. */
function infoAt(call: SyscallView, attributes: DataView): StructValue | null {
  const shape = KINDS[call.fdTarget?.(attributes.getInt32(0, true)) ?? ""];
  const length = attributes.getUint32(INFO_LENGTH, true);
  const at = attributes.getBigUint64(INFO_ADDRESS, true);
  const size = Math.min(length, layoutOf(shape ?? "", call.abi)?.size ?? 0);
  const found = size === 0 || at === 0n ? null : call.memory.read(Number(at), size);
  if (!found) return null;
  const view = new DataView(found.bytes.slice(0, size).buffer);
  const value = shapeValue(call, shape, view, 0, size);
  return value.kind === "struct" ? value : null;
}

/** Reads what the caller passes. @param attributes holds the info member of union bpf_attr */
export function passedInfo(call: SyscallView, attributes: DataView): StructValue {
  const info = infoAt(call, attributes);
  const length = integer(attributes.getUint32(INFO_LENGTH, true));
  return struct([["info_len", length], ...(info ? [["info", info] as const] : [])]);
}

/** Returns the fields of the info member of union bpf_attr after the call. */
export function returnedInfo(
  call: SyscallView,
  attributes: DataView,
  value: StructValue,
  passed: StructValue,
): StructValue {
  const info = call.abbreviated ? null : infoAt(call, attributes);
  const earlier = passed.fields.find(([name]) => name === "info")?.[1];
  const before = earlier?.kind === "struct" ? earlier.fields : [];
  const length = passed.fields.find(([name]) => name === "info_len")?.[1];
  const details = info?.fields.map((each, _, after): NamedArgument => {
    const [name] = each;
    const shown = refined(call, each, before, after);
    const old = COUNTS.has(name) ? before.find(([other]) => other === name)?.[1] : undefined;
    return [name, changed(old, shown)];
  });
  return struct(
    value.fields.map(([name, field]): NamedArgument => {
      if (name === "info_len") return [name, changed(length, field)];
      return [name, name === "info" && details ? struct(details) : field];
    }),
  );
}
