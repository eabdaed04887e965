/** Requests of btrfs with data that the tables cannot describe: linux/btrfs.h. */
import { array, integer, type NamedArgument, pointer, struct, type Value } from "../../value.ts";
import { stringAt } from "../arguments.ts";
import { arrayAt } from "../arrays.ts";
import { type CustomStruct, numberValue, type Scope, structAt, structValue } from "./fields.ts";
import type { Special } from "./request.ts";
import { parseType } from "./schema.ts";

/** Reads a copy, as decoding may read more. */
function read({ call }: Scope, at: bigint, size: number): DataView | null {
  const found = at === 0n ? null : call.memory.read(Number(at), size);
  return found && new DataView(found.bytes.slice(0, size).buffer);
}

const sizeOf = ({ schema }: Scope, name: string) => schema.structs.get(name)!.size;

/** Decodes an array of structs. */
const structs = (scope: Scope, at: bigint, count: number | bigint, name: string): Value =>
  arrayAt(scope.call, at, count, sizeOf(scope, name), (view) =>
    structValue({ ...scope, part: "all" }, view, 0, name),
  );

const fieldsOf = (value: Value) => (value.kind === "struct" ? value.fields : []);

// ---- Subvolumes ----

const BTRFS_SUBVOL_QGROUP_INHERIT = 4n;
const BTRFS_DEVICE_SPEC_BY_ID = 8n;
const BTRFS_SUBVOL_SPEC_BY_ID = 16n;

/** struct btrfs_qgroup_inherit, which ends with an array. */
function qgroupInherit(scope: Scope, at: bigint): Value {
  const view = read(scope, at, sizeOf(scope, "btrfs_qgroup_inherit"));
  if (!view) return pointer(at);
  const head = structValue({ ...scope, part: "all" }, view, 0, "btrfs_qgroup_inherit");
  if (scope.call.abbreviated) return struct(fieldsOf(head), true);
  const from = at + BigInt(view.byteLength);
  const groups = arrayAt(scope.call, from, view.getBigUint64(8, true), 8, (each) =>
    integer(each.getBigUint64(0, true)),
  );
  return struct([...fieldsOf(head), ["qgroups", groups]]);
}

/** struct btrfs_ioctl_vol_args_v2: its flags say what names the subvolume, or the device. */
const volumeArguments: CustomStruct = (scope, view, base) => {
  const bits = view.getBigUint64(base + 16, true);
  const isDevice = (bits & BTRFS_DEVICE_SPEC_BY_ID) !== 0n && scope.call.uint(1) === RM_DEV_V2;
  const layout = isDevice ? "btrfs_vol_args_device" : "btrfs_vol_args_inherit";
  const isNumber = isDevice || (bits & BTRFS_SUBVOL_SPEC_BY_ID) !== 0n;
  const number: NamedArgument = [
    isDevice ? "devid" : "subvolid",
    integer(view.getBigUint64(base + 56, true)),
  ];
  const hasGroups = (bits & BTRFS_SUBVOL_QGROUP_INHERIT) !== 0n;
  const fields = fieldsOf(structValue(scope, view, base, layout)).flatMap(
    ([name, value]): NamedArgument[] => {
      if (name === "name" && isNumber) return [number];
      if (!hasGroups && (name === "size" || name === "qgroup_inherit")) return [];
      if (name !== "qgroup_inherit") return [[name, value]];
      return [[name, qgroupInherit(scope, view.getBigUint64(base + 32, true))]];
    },
  );
  return struct(fields);
};

/** The number of BTRFS_IOC_RM_DEV_V2. */
const RM_DEV_V2 = 0x5000943a;

/** Flags behind a pointer, which strace shows without brackets. */
const subvolumeFlags = (access: "in" | "out"): Special => ({
  access,
  decode(scope, at) {
    if (access === "out" && scope.part === "given") return null;
    const view = read(scope, at, 8);
    const type = parseType("bits64:BTRFS_SUBVOL_")!;
    return view
      ? numberValue(scope.call, scope.schema, view.getBigUint64(0, true), type)
      : pointer(at);
  },
});

// ---- Searches ----

const FIRST_FREE_OBJECTID = 256n;
const LAST_FREE_OBJECTID = BigInt.asUintN(64, -256n);
const KEY_SIZE = 104;
const NR_ITEMS = 64;

/** struct btrfs_ioctl_search_key: limits that are usual need -v. */
function searchKey(scope: Scope, view: DataView): Value {
  const value = structValue({ ...scope, part: "all" }, view, 0, "btrfs_search_key");
  const isUsual = (name: string) =>
    (name === "min_objectid" && view.getBigUint64(8, true) === FIRST_FREE_OBJECTID) ||
    (name === "max_objectid" && view.getBigUint64(16, true) === LAST_FREE_OBJECTID);
  return struct(fieldsOf(value).filter(([name]) => !scope.call.abbreviated || !isUsual(name)));
}

/** Items that were found, each with its data behind it. */
function foundItems(scope: Scope, at: bigint, count: number): Value {
  const size = sizeOf(scope, "btrfs_search_header");
  const items: Value[] = [];
  let next = at;
  for (let i = 0; i < count; i++) {
    const view = read(scope, next, size);
    if (!view) return array(items, true, next);
    items.push(structValue({ ...scope, part: "all" }, view, 0, "btrfs_search_header"));
    next += BigInt(size + view.getUint32(28, true));
  }
  return array(items);
}

/** @param hasSize whether the buffer has the size that the next word says */
const search = (hasSize: boolean): Special => ({
  access: "inout",
  decode(scope, at, _name, before) {
    const size = hasSize ? KEY_SIZE + 8 : KEY_SIZE;
    const view = read(scope, at, size);
    if (!view) return pointer(at);
    const bufferSize: NamedArgument[] = hasSize
      ? [["buf_size", integer(view.getBigUint64(KEY_SIZE, true))]]
      : [];
    if (scope.part === "given") return struct([["key", searchKey(scope, view)], ...bufferSize]);
    if (before?.kind !== "struct") return before ?? pointer(at);
    const count = view.getUint32(NR_ITEMS, true);
    const found: NamedArgument[] = [["key", struct([["nr_items", integer(count)]])], ...bufferSize];
    if (scope.call.abbreviated) return { ...before, written: struct(found, true) };
    const items = foundItems(scope, at + BigInt(size), count);
    return { ...before, written: struct([...found, ["buf", items]]) };
  },
});

// ---- Results behind the struct, or behind a pointer ----

const spaceInfo: Special = {
  access: "inout",
  decode(scope, at, _name, before) {
    const view = read(scope, at, 16);
    if (!view) return pointer(at);
    const [slots, total] = [view.getBigUint64(0, true), view.getBigUint64(8, true)];
    if (scope.part === "given") return struct([["space_slots", integer(slots)]]);
    if (before?.kind !== "struct") return before ?? pointer(at);
    const count: NamedArgument = ["total_spaces", integer(total)];
    if (slots === 0n) return { ...before, written: struct([count]) };
    if (scope.call.abbreviated) return { ...before, written: struct([count], true) };
    const spaces = structs(scope, at + 16n, total < slots ? total : slots, "btrfs_space_info");
    return { ...before, written: struct([count, ["spaces", spaces]]) };
  },
};

/** struct btrfs_data_container: offsets of paths, or triples of numbers. */
function container(scope: Scope, at: bigint, hasPaths: boolean): Value {
  const head = structAt({ ...scope, part: "all" }, at, "btrfs_data_container");
  if (head.kind !== "struct") return head;
  if (scope.call.abbreviated) return struct(head.fields, true);
  const count = read(scope, at + 8n, 4)?.getUint32(0, true) ?? 0;
  const values = at + 16n;
  const value = hasPaths
    ? arrayAt(scope.call, values, count, 8, (view) =>
        stringAt(scope.call, values + view.getBigUint64(0, true)),
      )
    : structs(scope, values, Math.floor(count / 3), "btrfs_inode");
  return struct([...head.fields, ["val", value]]);
}

/** @param pointerOffset of the pointer to what was found, the field of this name */
const inodes = (layout: string, field: string, pointerOffset: number): Special => ({
  access: "inout",
  decode(scope, at, _name, before) {
    if (scope.part === "given") return structAt({ ...scope, part: "all" }, at, layout);
    const view = read(scope, at, sizeOf(scope, layout));
    if (!view || before?.kind !== "struct") return before ?? pointer(at);
    const found = container(scope, view.getBigUint64(pointerOffset, true), field === "fspath");
    return { ...before, written: struct([[field, found]]) };
  },
});

/** struct file_dedupe_range, which ends with an array. */
const dedupe: Special = {
  access: "inout",
  decode(scope, at, _name, before) {
    const view = read(scope, at, 24);
    if (!view) return pointer(at);
    const isGiven = scope.part === "given";
    const layout = isGiven ? "file_dedupe_target" : "file_dedupe_result";
    const { abbreviated } = scope.call;
    const count = view.getUint16(16, true);
    const shown = abbreviated ? Math.min(count, MAX_TARGETS) : count;
    const items = Array.from({ length: shown }, (_, i) =>
      structAt({ ...scope, part: "all" }, at + BigInt(24 + i * 32), layout),
    );
    const info: NamedArgument = ["info", array(items, shown < count)];
    if (isGiven) return struct([...fieldsOf(structAt(scope, at, "file_dedupe")), info]);
    return before?.kind === "struct" ? { ...before, written: struct([info]) } : (before ?? null);
  },
};
const MAX_TARGETS = 2;

// ---- Others ----

/** A time since 1970. */
const timespec: CustomStruct = (_scope, view, base) => ({
  ...struct([
    ["sec", integer(view.getBigInt64(base, true))],
    ["nsec", integer(view.getUint32(base + 8, true))],
  ]),
  dated: true,
});

/** struct btrfs_ioctl_send_args: the roots need -v. */
const send: CustomStruct = (scope, view, base) => {
  const at = view.getBigUint64(base + 16, true);
  const root = parseType("id64:BTRFS_OBJECTID")!;
  const roots = () =>
    arrayAt(scope.call, at, view.getBigUint64(base + 8, true), 8, (each) =>
      numberValue(scope.call, scope.schema, each.getBigUint64(0, true), root),
    );
  const fields = fieldsOf(structValue(scope, view, base, "btrfs_send_plain"));
  return struct(
    fields.map(([name, value]) =>
      name === "clone_sources" && !scope.call.abbreviated ? [name, roots()] : [name, value],
    ),
  );
};

export const BTRFS_STRUCTS: Readonly<Record<string, CustomStruct>> = {
  btrfs_send: send,
  btrfs_timespec: timespec,
  btrfs_vol_args_v2: volumeArguments,
};

const LOGICAL = inodes("btrfs_logical_ino", "inodes", 48);

export const BTRFS_REQUESTS: Readonly<Record<string, Special>> = {
  BTRFS_IOC_FILE_EXTENT_SAME: dedupe,
  BTRFS_IOC_INO_PATHS: inodes("btrfs_ino_paths", "fspath", 48),
  BTRFS_IOC_LOGICAL_INO: LOGICAL,
  BTRFS_IOC_LOGICAL_INO_V2: LOGICAL,
  BTRFS_IOC_SPACE_INFO: spaceInfo,
  BTRFS_IOC_SUBVOL_GETFLAGS: subvolumeFlags("out"),
  BTRFS_IOC_SUBVOL_SETFLAGS: subvolumeFlags("in"),
  BTRFS_IOC_TREE_SEARCH: search(false),
  BTRFS_IOC_TREE_SEARCH_V2: search(true),
  FIDEDUPERANGE: dedupe,
};
