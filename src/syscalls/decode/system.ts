/**
 * The machine and its users: uname(2), credentials(7), capabilities(7), ioprio_set(2),
 * keyrings(7).
 */
import { NGROUPS_MAX } from "../../kernel/limits.ts";
import {
  array,
  CompositeValue,
  enumValue,
  flags,
  integer,
  type MacroValue,
  macro,
  parts,
  pointer,
  struct,
  type Value,
  withNumber,
} from "../value.ts";
import * as usual from "./arguments.ts";
import { arrayAt, outputArray } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit } from "./call.ts";
import { constants } from "./named-constants.ts";
import { cpuMask, schedParam } from "./scheduling.ts";
import { shapeAt } from "./shapes.ts";

const { address, choice, fd, id, inputBuffer, int, path, set, string, uint, ulong } = usual;

// ---- names ----

const uname = onExit((call, index) => {
  const at = call.ulong(index);
  return call.failed ? pointer(at) : shapeAt(call, at, "new_utsname");
});

const sysinfo = onExit((call, index) => {
  const at = call.ulong(index);
  const found = call.failed || call.wordSize === 4 ? null : call.memory.read(Number(at), 112);
  if (!found) return pointer(at);
  const { view } = found;
  const word64 = (offset: number) => integer(view.getBigUint64(offset, true));
  return struct([
    ["uptime", integer(view.getBigInt64(0, true))],
    ["loads", array([word64(8), word64(16), word64(24)])],
    ["totalram", word64(32)],
    ["freeram", word64(40)],
    ["sharedram", word64(48)],
    ["bufferram", word64(56)],
    ["totalswap", word64(64)],
    ["freeswap", word64(72)],
    ["procs", integer(view.getUint16(80, true))],
    ["totalhigh", word64(88)],
    ["freehigh", word64(96)],
    ["mem_unit", integer(view.getUint32(104, true))],
  ]);
});

// ---- credentials ----

const group = () => (view: DataView) => {
  const value = view.getUint32(0, true);
  return integer(value === 0xffffffff ? -1 : value);
};

/** More groups than a process can have are not read. */
const newGroups = onEntry((call, index) => {
  const count = call.int(0);
  const at = call.ulong(index);
  return count < 0 || count > NGROUPS_MAX ? pointer(at) : arrayAt(call, at, count, 4, group());
});

const personality = onEntry((call, index) => {
  const value = call.uint(index);
  return value === 0xffffffff ? integer(value, "hex") : personalityValue(value);
});
/** The execution domain and flags: personality(2). */
export function personalityValue(value: number): CompositeValue {
  const type = enumValue(value & 0xff, constants("personality"), "PER_???");
  const bits = (value & ~0xff) >>> 0;
  return new CompositeValue(
    bits === 0 ? [type] : [type, flags(bits, constants("personality_flags"))],
  );
}

/** A class and a level: ioprio_set(2). */
export function ioprioValue(value: number): MacroValue {
  const kind = enumValue(value >>> 13, constants("ioprio_class"), "IOPRIO_CLASS_???");
  const parts = macro("IOPRIO_PRIO_VALUE", kind, integer(value & 0x1fff));
  return { ...parts, value: integer(value | 0), inComment: "style" };
}
const ioprioWho = choice(() => constants("ioprio_who"), "IOPRIO_WHO_???");

const robustHead = usual.wordOut("hex");

/** Two of struct __user_cap_data_struct, as in version 3. */
const capabilities =
  (isOutput: boolean): ArgumentDecoder["decode"] =>
  (call, index) => {
    const at = call.ulong(index);
    const found = at === 0n || (isOutput && call.failed) ? null : call.memory.read(Number(at), 24);
    if (!found) return pointer(at);
    const names = constants("capability");
    const one = (offset: number): Value => {
      const low = BigInt(found.view.getUint32(offset, true));
      const bits = low | (BigInt(found.view.getUint32(offset + 12, true)) << 32n);
      const known = names.filter(([, bit]) => (bits >> BigInt(bit)) & 1n);
      const rest = known.reduce((left, [, bit]) => left & ~(1n << BigInt(bit)), bits);
      if (bits === 0n) return parts("0");
      const named = known.map(([name]) => `1<<${name}`);
      return withNumber(bits, parts(...named, ...(rest ? [rest] : [])));
    };
    return struct([
      ["effective", one(0)],
      ["permitted", one(4)],
      ["inheritable", one(8)],
    ]);
  };
const capabilityHeader = onEntry((call, index) => {
  const at = call.ulong(index);
  const found = at === 0n ? null : call.memory.read(Number(at), 8);
  if (!found) return pointer(at);
  return struct([
    [
      "version",
      enumValue(
        found.view.getUint32(0, true),
        constants("capability_version"),
        "_LINUX_CAPABILITY_VERSION_???",
      ),
    ],
    ["pid", integer(found.view.getInt32(4, true))],
  ]);
});

// ---- keys ----

/** A keyring by name, or a key by its serial number. */
export const key = onEntry((call, index) =>
  enumValue(call.int(index), constants("keyring"), "", "decimal"),
);

// ---- memory ----

const MREMAP_FIXED = 2 | 4;
const newAddress = onEntry((call, index) =>
  call.uint(3) & MREMAP_FIXED ? pointer(call.ulong(index)) : null,
);
/** The residency of pages, truncated to the string limit. */
const residentPages = onExit((call, index) => {
  const at = call.ulong(index);
  const count = Math.ceil(Number(call.ulong(1)) / 4096);
  const shown = Math.min(count, call.limits.string);
  const found = call.failed ? null : call.memory.read(Number(at), Math.max(1, shown));
  if (!found) return pointer(at);
  const items = Array.from({ length: shown }, (_, i) => integer(found.bytes[i] & 1));
  return array(items, count > shown);
});
/** A name with a length argument. */
const counted = onEntry((call, index) => {
  const length = call.int(index + 1);
  const at = call.ulong(index);
  const found =
    length < 0 || length > 64
      ? null
      : call.memory.read(Number(at), Math.max(1, Math.min(length, 64)));
  return found ? usual.bytesAt(call, at, length) : pointer(at);
});

export const SYSTEM_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  uname: [uname],
  sysinfo: [sysinfo],
  sethostname: [counted, uint],
  setdomainname: [counted, uint],
  setuid: [id],
  setgid: [id],
  setreuid: [id, id],
  setregid: [id, id],
  setresuid: [id, id, id],
  setresgid: [id, id, id],
  setgroups: [int, newGroups],
  getgroups: [int, outputArray((call) => call.result, 4, group)],
  personality: [personality],
  ioprio_get: [ioprioWho, int],
  ioprio_set: [ioprioWho, int, onEntry((call, index) => ioprioValue(call.uint(index)))],
  get_robust_list: [int, robustHead, usual.wordOut("decimal")],
  capget: [capabilityHeader, onExit(capabilities(true))],
  capset: [capabilityHeader, onEntry(capabilities(false))],
  membarrier: [choice(() => constants("membarrier"), "MEMBARRIER_CMD_???"), uint],
  sched_getaffinity: [int, ulong, cpuMask((call) => (call.failed ? null : call.result))],
  sched_setaffinity: [int, ulong, cpuMask((call) => Number(call.ulong(1)))],
  sched_setscheduler: [int, choice(() => constants("scheduler"), "SCHED_???"), schedParam],
  sched_setparam: [int, schedParam],
  sched_getparam: [
    int,
    onExit((call, index) =>
      call.failed ? pointer(call.ulong(index)) : schedParam.decode(call, index),
    ),
  ],
  add_key: [string, string, inputBuffer(3), ulong, key],
  mremap: [address, ulong, ulong, set(() => constants("mremap"), "MREMAP_???"), newAddress],
  msync: [address, ulong, set(() => constants("msync"), "MS_???")],
  mincore: [address, ulong, residentPages],
  mlock2: [address, ulong, set(() => constants("mlock2"), "MLOCK_???")],
  pivot_root: [path, path],
  syncfs: [fd],
};
