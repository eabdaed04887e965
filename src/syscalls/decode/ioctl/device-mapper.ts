/** The device mapper: linux/dm-ioctl.h. */
import {
  array,
  flags,
  integer,
  type NamedArgument,
  pointer,
  struct,
  symbol,
  type Value,
} from "../../value.ts";
import { stringAt } from "../arguments.ts";
import type { SyscallView } from "../call.ts";
import { charsValue, deviceOf, type Scope, setOf } from "./fields.ts";
import type { Special } from "./request.ts";

/** Size of struct dm_ioctl, without and with its padding. */
const HEADER_SIZE = 305;
const PADDED_SIZE = 312;
const MAJOR_VERSION = 4;
const DM_SUSPEND_FLAG = 2;

const WITH_START =
  /LIST_DEVICES|LIST_VERSIONS|DEV_WAIT|TABLE_(DEPS|STATUS|LOAD)|TARGET_MSG|SET_GEOMETRY|RENAME/;
const WITHOUT_DEVICE = /REMOVE_ALL|LIST_DEVICES|LIST_VERSIONS/;
const WITH_EVENT = /DEV_REMOVE|RENAME|SUSPEND|DEV_WAIT/;

interface Header {
  readonly size: number;
  readonly start: number;
  readonly targets: number;
}

/** Returns the fields that the command uses, and where its data is if the header is valid. */
function headerFields(scope: Scope, view: DataView, name: string) {
  const word = (offset: number) => view.getUint32(offset, true);
  const version = [0, 4, 8].map((offset) => integer(word(offset)));
  if (word(0) !== MAJOR_VERSION) {
    const text = symbol(`[${version.map(({ value }) => value).join(", ")}]`);
    const comment = "unsupported device mapper ABI version";
    return { fields: [["version", { ...text, comment }]] as NamedArgument[], header: null };
  }
  const [size, start, targets, bits] = [12, 16, 20, 28].map(word);
  const first: NamedArgument = ["version", array(version)];
  if (size < HEADER_SIZE) {
    const small = { ...integer(size), comment: "data_size too small" };
    return { fields: [first, ["data_size", small]] as NamedArgument[], header: null };
  }
  const { names, placeholder } = setOf(scope.schema, "DM_");
  const dev = view.getBigUint64(40, true);
  const [label, uuid] = [
    [48, 128],
    [176, 129],
  ].map(([offset, length]) => charsValue(view, offset, length));
  const isSet = (value: Value) => value.kind === "string" && value.bytes.length > 0;
  const hasDevice = !WITHOUT_DEVICE.test(name);
  const hasEvent = WITH_EVENT.test(name) && !(name === "DM_DEV_SUSPEND" && bits & DM_SUSPEND_FLAG);
  const fields: (NamedArgument | false)[] = [
    first,
    ["data_size", integer(size)],
    WITH_START.test(name) && ["data_start", integer(start)],
    hasDevice && dev !== 0n && ["dev", deviceOf(dev)],
    hasDevice && isSet(label) && ["name", label],
    hasDevice && isSet(uuid) && ["uuid", uuid],
    name === "DM_TABLE_LOAD" && ["target_count", integer(targets)],
    hasEvent && ["event_nr", integer(word(32))],
    ["flags", flags(bits, names, placeholder)],
  ];
  return { fields: fields.filter((each) => each !== false), header: { size, start, targets } };
}

const misplaced = (what: string): Value => ({ ...symbol("???"), comment: `misplaced ${what}` });

/** A string in what is left of the data. */
const textAt = (call: SyscallView, at: bigint, rest: number): Value =>
  rest > 0 ? stringAt(call, at) : { kind: "string", bytes: new Uint8Array(0), cut: false };

const TARGET_SIZE = 40;

/** The targets of a table: struct dm_target_spec, each with a string. */
function targets({ call }: Scope, at: bigint, { size, start, targets: count }: Header): Value[] {
  const items: Value[] = [];
  let [offset, next] = [start, TARGET_SIZE];
  for (let i = 0; i < count; i++) {
    if (i === call.limits.string) return [...items, symbol("...")];
    if (offset < HEADER_SIZE || offset + TARGET_SIZE > size || next < TARGET_SIZE)
      return [...items, misplaced("struct dm_target_spec")];
    const address = at + BigInt(offset);
    const found = call.memory.read(Number(address), TARGET_SIZE);
    if (!found) return [...items, pointer(address)];
    const view = new DataView(found.bytes.slice(0, TARGET_SIZE).buffer);
    items.push(
      struct([
        ["sector_start", integer(view.getBigUint64(0, true))],
        ["length", integer(view.getBigUint64(8, true))],
        ["target_type", charsValue(view, 24, 16)],
        ["string", textAt(call, address + BigInt(TARGET_SIZE), size - offset - TARGET_SIZE)],
      ]),
    );
    next = view.getUint32(20, true);
    offset += next;
  }
  return items;
}

function message({ call }: Scope, at: bigint, { size, start }: Header): Value {
  if (start < HEADER_SIZE || start + 8 > size) return misplaced("struct dm_target_msg");
  const address = at + BigInt(start);
  const found = call.memory.read(Number(address), 8);
  if (!found) return pointer(address);
  const sector = found.view.getBigUint64(0, true);
  return struct([
    ["sector", integer(sector)],
    ["message", textAt(call, address + 8n, size - start - 8)],
  ]);
}

function text({ call }: Scope, at: bigint, { size, start }: Header): Value {
  if (start >= size) return misplaced("string");
  return struct([["string", stringAt(call, at + BigInt(start))]]);
}

function data(scope: Scope, at: bigint, name: string, header: Header): Value[] {
  switch (name) {
    case "DM_TABLE_LOAD":
      return targets(scope, at, header);
    case "DM_TARGET_MSG":
      return [message(scope, at, header)];
    case "DM_DEV_RENAME":
    case "DM_DEV_SET_GEOMETRY":
      return [text(scope, at, header)];
    default:
      return [];
  }
}

const decode: Special["decode"] = (scope, at, name) => {
  const found = at === 0n ? null : scope.call.memory.read(Number(at), PADDED_SIZE);
  const short = found ?? (at === 0n ? null : scope.call.memory.read(Number(at), HEADER_SIZE));
  // A header without a size is none.
  if (!short || short.view.getUint32(12, true) === 0) return pointer(at);
  const view = new DataView(short.bytes.slice(0, HEADER_SIZE).buffer);
  const { fields, header } = headerFields(scope, view, name);
  const head = struct(fields);
  if (!header) return array([head]);
  const isAbbreviated = scope.call.abbreviated;
  const hasData = name === "DM_TABLE_LOAD" ? header.targets > 0 : /MSG|GEOMETRY|RENAME/.test(name);
  if (isAbbreviated) return array([head], hasData);
  return array([head, ...(hasData ? data(scope, at, name, header) : [])]);
};

const NAMES =
  "DM_VERSION DM_REMOVE_ALL DM_LIST_DEVICES DM_LIST_VERSIONS DM_DEV_CREATE DM_DEV_REMOVE DM_DEV_RENAME DM_DEV_SUSPEND DM_DEV_STATUS DM_DEV_WAIT DM_TABLE_LOAD DM_TABLE_CLEAR DM_TABLE_DEPS DM_TABLE_STATUS DM_TARGET_MSG DM_DEV_SET_GEOMETRY DM_DEV_ARM_POLL DM_GET_TARGET_VERSION";

export const DEVICE_MAPPER_REQUESTS: Readonly<Record<string, Special>> = Object.fromEntries(
  NAMES.split(" ").map((name) => [name, { access: "in", decode }]),
);
