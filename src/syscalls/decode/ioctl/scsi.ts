/** SCSI generic devices: SG_IO with the structs of scsi/sg.h and linux/bsg.h. */
import {
  array,
  enumValue,
  flags,
  integer,
  type NamedArgument,
  NamedValue,
  type NameSet,
  pointer,
  type StructValue,
  struct,
  symbol,
  type Value,
} from "../../value.ts";
import { bytesAt } from "../arguments.ts";
import { arrayAt } from "../arrays.ts";
import type { SyscallView } from "../call.ts";
import { hexBytesAt } from "./disk.ts";
import { setOf, structValue } from "./fields.ts";
import type { Special } from "./request.ts";

const IOVEC_SIZE = 16;

/** Data, or the vectors that it is divided into. @param length of all data, in bytes */
function dataValue(call: SyscallView, at: bigint, length: number, vectors: number): Value {
  if (vectors === 0) return hexBytesAt(call, at, length);
  let rest = length;
  return arrayAt(call, at, vectors, IOVEC_SIZE, (view) => {
    const [base, size] = [0, 8].map((offset) => view.getBigUint64(offset, true));
    const shown = Math.min(Number(size), rest);
    rest -= shown;
    return struct([
      ["iov_base", bytesAt(call, base, shown)],
      ["iov_len", integer(size)],
    ]);
  });
}

/** Returns how many bytes the device wrote: without those that are left. */
const writtenLength = (length: number, left: number) =>
  left > 0 && left <= length ? length - left : length;

/** The two versions of the struct; the first field has the version. */
interface Version {
  readonly guard: string;
  readonly name: string;
  readonly size: number;
  given(call: SyscallView, view: DataView, shown: Named): NamedArgument[];
  written(call: SyscallView, view: DataView, shown: Named): NamedArgument[];
}
/** Returns some fields of the struct by their names. */
type Named = (...names: readonly string[]) => NamedArgument[];

const TO_DEVICE = -2;
const FROM_DEVICE = -3;
const BOTH = -4;

/** struct sg_io_hdr. */
const THIRD: Version = {
  ...{ guard: "S", name: "interface_id", size: 88 },
  given(call, view, shown) {
    const direction = view.getInt32(4, true);
    const command = hexBytesAt(call, view.getBigUint64(24, true), view.getUint8(8));
    return [
      ...shown("dxfer_direction", "cmd_len"),
      ["cmdp", command],
      ...shown("mx_sb_len", "iovec_count", "dxfer_len", "timeout", "flags"),
      ...([TO_DEVICE, BOTH].includes(direction)
        ? [transfer(call, view, view.getUint32(12, true))]
        : []),
    ];
  },
  written(call, view, shown) {
    const direction = view.getInt32(4, true);
    const length = writtenLength(view.getUint32(12, true), view.getInt32(72, true));
    const sense = hexBytesAt(call, view.getBigUint64(32, true), view.getUint8(67));
    return [
      ...([FROM_DEVICE, BOTH].includes(direction) && length ? [transfer(call, view, length)] : []),
      ...shown("status", "masked_status", "msg_status", "sb_len_wr"),
      ["sbp", sense],
      ...shown("host_status", "driver_status", "resid", "duration", "info"),
    ];
  },
};
const transfer = (call: SyscallView, view: DataView, length: number): NamedArgument => [
  "dxferp",
  dataValue(call, view.getBigUint64(16, true), length, view.getUint16(10, true)),
];

/** struct sg_io_v4. */
const FOURTH: Version = {
  ...{ guard: "Q", name: "guard", size: 160 },
  given(call, view, shown) {
    const [size, vectors, length] = [12, 56, 60].map((offset) => view.getUint32(offset, true));
    return [
      ...shown("protocol", "subprotocol", "request_len"),
      ["request", hexBytesAt(call, view.getBigUint64(16, true), size)],
      ...shown("request_tag", "request_attr", "request_priority", "request_extra"),
      ...shown("max_response_len", "dout_iovec_count", "dout_xfer_len", "din_iovec_count"),
      ...shown("din_xfer_len"),
      ["dout_xferp", dataValue(call, view.getBigUint64(72, true), length, vectors)],
      ...shown("timeout", "flags", "usr_ptr", "spare_in"),
    ];
  },
  written(call, view, shown) {
    const [vectors, length, size] = [64, 68, 132].map((offset) => view.getUint32(offset, true));
    const read = writtenLength(length, view.getInt32(136, true));
    return [
      ...shown("response_len"),
      ["response", hexBytesAt(call, view.getBigUint64(48, true), size)],
      ["din_xferp", dataValue(call, view.getBigUint64(80, true), read, vectors)],
      ...shown("driver_status", "transport_status", "device_status", "retry_delay", "info"),
      ...shown("duration", "response_len", "din_resid", "dout_resid", "generated_tag", "spare_out"),
    ];
  },
};

const GUARDS: Readonly<Record<number, Version>> = { 83: THIRD, 81: FOURTH };

const transferRequest: Special["decode"] = (scope, at, _name, before) => {
  const { call } = scope;
  const guard = at === 0n ? undefined : call.memory.read(Number(at), 4)?.view.getInt32(0, true);
  if (guard === undefined) return before ?? pointer(at);
  const version = GUARDS[guard];
  if (!version) return before ?? array([integer(guard >>> 0)]);
  const first: NamedArgument = [version.name, symbol(`'${version.guard}'`, integer(guard, "hex"))];
  const found = call.memory.read(Number(at), version.size);
  if (!found) return before ?? { ...struct([first]), unreadable: at + 4n };
  const view = new DataView(found.bytes.slice(0, version.size).buffer);
  const all = structValue({ ...scope, part: "all" }, view, 0, `sg_io_${version.guard}`);
  const shown: Named = (...names) =>
    names.flatMap((name) => (all as StructValue).fields.filter(([each]) => each === name));
  if (before?.kind !== "struct") return struct([first, ...version.given(call, view, shown)]);
  return struct(joined(before.fields, version.written(call, view, shown)));
};

/** Joins what was given and written; data that was given and written is one field, with "=>". */
function joined(given: readonly NamedArgument[], written: readonly NamedArgument[]) {
  const [last] = given.slice(-1);
  const [first, ...rest] = written;
  if (last[0] !== "dxferp" || first?.[0] !== "dxferp") return [...given, ...written];
  const after: Value = { kind: "field", name: first[0], value: first[1], style: "assignment" };
  const both: Value = { kind: "change", before: last[1], after, indirect: false };
  return [...given.slice(0, -1), ["dxferp", both] as const, ...rest];
}

const NO_ESCALATE: NameSet = [["SG_SCSI_RESET_NO_ESCALATE", 0x100]];

/** What to reset, and whether to reset only that. */
const reset: Special["decode"] = ({ call, schema }, at) => {
  const number = at === 0n ? undefined : call.memory.read(Number(at), 4)?.view.getUint32(0, true);
  if (number === undefined) return pointer(at);
  const { names, placeholder } = setOf(schema, "SG_SCSI_RESET_");
  const { names: only, rest } = flags(number, NO_ESCALATE);
  const what = enumValue(Number(rest), names, placeholder);
  const all = what.names.length ? [...only, ...what.names] : [];
  const remaining = what.names.length ? 0 : number;
  return array([new NamedValue(number, all, remaining, { kind: "values", placeholder })]);
};

export const SCSI_REQUESTS: Readonly<Record<string, Special>> = {
  SG_IO: { access: "inout", decode: transferRequest, despiteFailure: true },
  SG_SCSI_RESET: { access: "in", decode: reset },
};
