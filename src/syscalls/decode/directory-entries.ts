/** Directory entries: getdents(2), getdents64(2). */
import { array, enumValue, integer, pointer, struct, type Value } from "../value.ts";
import { onExit, type SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";

/** Offsets in the structs of 64-bit programs; the type of linux_dirent is its last byte. */
const LAYOUTS = {
  linux_dirent: { name: 18, type: null },
  linux_dirent64: { name: 19, type: 18 },
} as const;
type Layout = (typeof LAYOUTS)[keyof typeof LAYOUTS];

const LENGTH_OFFSET = 16;

function entryValue(view: DataView, at: number, length: number, { name, type }: Layout): Value {
  const end = at + length;
  const typeAt = type === null ? end - 1 : at + type;
  const bytes = new Uint8Array(
    view.buffer,
    view.byteOffset + at + name,
    Math.max(0, length - name),
  );
  const zero = bytes.indexOf(0);
  const text = bytes.slice(0, zero < 0 ? bytes.length : zero);
  const kind = enumValue(view.getUint8(typeAt), constants("dirent_type"), "DT_???");
  const named = ["d_name", { kind: "string", bytes: text, cut: false }] as const;
  return struct([
    ["d_ino", integer(view.getBigUint64(at, true))],
    ["d_off", integer(view.getBigInt64(at + 8, true))],
    ["d_reclen", integer(length)],
    ...(type === null ? [named, ["d_type", kind] as const] : [["d_type", kind] as const, named]),
  ]);
}

/** Splits what the kernel wrote; the lengths are never trusted beyond it. */
function entriesIn(view: DataView, layout: Layout): Value[] {
  const items: Value[] = [];
  for (let at = 0; at + layout.name <= view.byteLength; ) {
    const length = view.getUint16(at + LENGTH_OFFSET, true);
    if (length < layout.name || at + length > view.byteLength) break;
    items.push(entryValue(view, at, length, layout));
    at += length;
  }
  return items;
}

/** Directory entries: their number, and with -v the entries. */
export function entries(tag: keyof typeof LAYOUTS) {
  return onExit((call: SyscallView, index): Value => {
    const at = call.ulong(index);
    const isKnown = !call.failed && (call.wordSize === 8 || tag === "linux_dirent64");
    if (!isKnown) return pointer(at);
    const found = call.result === 0 ? null : call.memory.read(Number(at), call.result);
    const items = found ? entriesIn(found.view, LAYOUTS[tag]) : [];
    if (!call.abbreviated && (found || call.result === 0)) return array(items);
    return { kind: "pointer", address: at, contents: { count: items.length, of: "entries" } };
  });
}
