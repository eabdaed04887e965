/** Video devices: linux/videodev2.h, v4l2-controls.h. */
import {
  array,
  type ChangeValue,
  CompositeValue,
  enumValue,
  flags,
  integer,
  macro,
  type NamedArgument,
  NamedValue,
  type NameSet,
  pointer,
  struct,
  symbol,
  type Value,
} from "../../value.ts";
import { bytesAt } from "../arguments.ts";
import { arrayAt } from "../arrays.ts";
import { constants } from "../named-constants.ts";
import { character } from "./console.ts";
import { type CustomStruct, type Scope, structAt } from "./fields.ts";
import type { Special } from "./request.ts";

/** Of characters in a pixel format. */
const ESCAPES = { "'": "\\'", "\\": "\\\\" };

/** A pixel format: four characters, and its name as a comment. */
const fourcc: CustomStruct = ({ call }, view, base) => {
  const code = view.getUint32(base, true);
  if (call.style.constants === "raw") return integer(code, "hex");
  const bytes = [0, 8, 16, 24].map((shift) => character((code >>> shift) & 0xff, ESCAPES));
  const value = symbol(`v4l2_fourcc(${bytes.join(", ")})`);
  const comment = constants("V4L2_PIX_FMT").find(([, number]) => number === code)?.[0];
  return comment ? { ...value, comment } : value;
};

const kernelVersion: CustomStruct = (_scope, view, base) => {
  const version = view.getUint32(base, true);
  const parts = [version >>> 16, (version >>> 8) & 0xff, version & 0xff];
  const value = macro("KERNEL_VERSION", ...parts.map((each) => integer(each)));
  return { ...value, value: integer(version, "hex") };
};

const fraction: CustomStruct = (_scope, view, base) =>
  symbol([0, 4].map((offset) => view.getUint32(base + offset, true)).join("/"));

const lines: CustomStruct = (_scope, view, base) =>
  array(Array.from({ length: 24 }, (_, i) => integer(view.getUint16(base + i * 2, true), "hex")));

const CLASS_MASK = 0xfff0000;
const PLACEHOLDER = "V4L2_CID_???";

/** A control: its name, or its number within its class. */
function controlValue(id: number): NamedValue {
  const known = enumValue(id, constants("V4L2_CID"), PLACEHOLDER);
  const kind = constants("V4L2_CTRL_CLASS").find(
    ([, number]) => number === (id & CLASS_MASK) && id >>> 28 === 0,
  );
  if (known.names.length || !kind) return known;
  const number = id & 0xffff;
  return new NamedValue(id, [`${kind[0]}+${number ? "0x" : ""}${number.toString(16)}`]);
}
const control: CustomStruct = (_scope, view, base) => controlValue(view.getUint32(base, true));

const NEXT: NameSet = [
  ["V4L2_CTRL_FLAG_NEXT_CTRL", 0x80000000],
  ["V4L2_CTRL_FLAG_NEXT_COMPOUND", 0x40000000],
];

/** A control, or the one after it. */
const nextControl: CustomStruct = ({ call }, view, base) => {
  const id = view.getUint32(base, true);
  const { names, rest } = flags(id, NEXT);
  const shown = controlValue(Number(rest));
  if (names.length === 0) return shown;
  const next = new NamedValue((id & 0xc0000000) >>> 0, names);
  return new CompositeValue(rest ? [next, shown] : [next], call.style.constants === "raw");
};

const BUFFER_FLAG_FIELDS: readonly (readonly [set: NameSet, mask: number, placeholder: string])[] =
  [
    [
      [
        ["V4L2_BUF_FLAG_TIMESTAMP_UNKNOWN", 0],
        ["V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC", 0x2000],
        ["V4L2_BUF_FLAG_TIMESTAMP_COPY", 0x4000],
      ],
      0xe000,
      "V4L2_BUF_FLAG_TIMESTAMP_???",
    ],
    [
      [
        ["V4L2_BUF_FLAG_TSTAMP_SRC_EOF", 0],
        ["V4L2_BUF_FLAG_TSTAMP_SRC_SOE", 0x10000],
      ],
      0x70000,
      "V4L2_BUF_FLAG_TSTAMP_SRC_???",
    ],
  ];

/** Flags, the clock of the timestamp and when it was taken. */
const bufferFlags: CustomStruct = ({ call }, view, base) => {
  const all = view.getUint32(base, true);
  const fields = BUFFER_FLAG_FIELDS.map(([set, mask, placeholder]) =>
    enumValue((all & mask) >>> 0, set, placeholder),
  );
  const bits = flags((all & ~0x7e000) >>> 0, constants("V4L2_BUF_FLAG"), "V4L2_BUF_FLAG_???");
  const isRaw = call.style.constants === "raw";
  return new CompositeValue(Number(bits.value) ? [bits, ...fields] : fields, isRaw);
};

export const MEDIA_STRUCTS: Readonly<Record<string, CustomStruct>> = {
  fourcc,
  fract: fraction,
  kernel_version: kernelVersion,
  v4l2_lines: lines,
  v4l2_buffer_flags: bufferFlags,
  control_id: control,
  next_control_id: nextControl,
};

const CONTROL_SIZE = 20;

/** An array of struct v4l2_ext_control. */
function controls({ call }: Scope, at: bigint, count: number): Value {
  return arrayAt(call, at, count, CONTROL_SIZE, (view) => {
    const size = view.getUint32(4, true);
    const fields: NamedArgument[] = [
      ["id", controlValue(view.getUint32(0, true))],
      ["size", integer(size)],
    ];
    if (size > 0) {
      const text = bytesAt(call, view.getBigUint64(12, true), size);
      return struct([...fields, ["string", text]]);
    }
    return struct([
      ...fields,
      ["value", integer(view.getInt32(12, true))],
      ["value64", integer(view.getBigInt64(12, true))],
    ]);
  });
}

/** struct v4l2_ext_controls: the kernel also writes which control is wrong. */
const extendedControls =
  (isRead: boolean): Special["decode"] =>
  (scope, at, _name, before) => {
    const { call } = scope;
    const found = at === 0n ? null : call.memory.read(Number(at), 32);
    if (!found) return before ?? pointer(at);
    const [count, error] = [4, 8].map((offset) => found.view.getUint32(offset, true));
    const address = found.view.getBigUint64(24, true);
    const known = structAt({ ...scope, part: "all" }, at, "v4l2_ext_controls");
    const list: NamedArgument = ["controls", controls(scope, address, count)];
    const errorIndex: NamedArgument = ["error_idx", integer(error)];
    const isReadable = list[1].kind === "array" && list[1].unreadable === undefined;
    const head = known.kind === "struct" ? known.fields.slice(0, 2) : [];
    if (isRead) return before ? struct([...head, list, errorIndex]) : struct(head);
    if (!before) return struct(count ? [...head, list] : head);
    if (!count || !isReadable) return before;
    const after = struct([list, errorIndex]);
    return { kind: "change", before, after, indirect: false } satisfies ChangeValue;
  };

const controlsRequest = (isRead: boolean): Special => ({
  ...{ access: "inout", decode: extendedControls(isRead), despiteFailure: true },
});

export const MEDIA_REQUESTS: Readonly<Record<string, Special>> = {
  VIDIOC_G_EXT_CTRLS: controlsRequest(true),
  VIDIOC_S_EXT_CTRLS: controlsRequest(false),
  VIDIOC_TRY_EXT_CTRLS: controlsRequest(false),
};
