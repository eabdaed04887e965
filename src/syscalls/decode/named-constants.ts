/** Names the parts of numbers by the sets that argument-sets.ts assigns to arguments and fields. */
import { type Abi, constantsOf, type NumberParts } from "../table.ts";
import {
  CompositeValue,
  flags,
  NamedValue as Named,
  type NamedValue,
  type NameSet,
} from "../value.ts";

const constantsCache = new Map<string, NameSet>();

/** Returns a generated set as names and numbers. @throws Error if there is no such set */
export function constants(name: string, abi: Abi = "x64"): NameSet {
  const key = `${abi} ${name}`;
  let set = constantsCache.get(key);
  if (!set) {
    const found = constantsOf(name, abi);
    if (!found) throw new Error(`no set of constants is called ${name}`);
    set = found.constants.map((constant) => [constant.name, constant.value] as const);
    constantsCache.set(key, set);
  }
  return set;
}

/** Returns the first name of a number in a set; "" if it has none. */
export function constantName(set: string, number: number, abi: Abi = "x64"): string {
  return constants(set, abi).find(([, value]) => value === number)?.[0] ?? "";
}

/** strace's placeholders that are not the common prefix of the names. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  mbind: "MPOL_???",
  move_pages: "MPOL_???",
  namespaces: "CLONE_NEW???",
  reboot_magic: "LINUX_REBOOT_MAGIC_???",
  reboot_magic2: "LINUX_REBOOT_MAGIC_???",
  timerfd: "TFD_???",
};

/** Returns strace's placeholder for a number that is not in the set: "MADV_???"; "" for none. */
export function placeholderOf(name: string, abi: Abi): string {
  const irregular = PLACEHOLDERS[name];
  if (irregular !== undefined) return irregular;
  const { prefix = "", constants = [] } = constantsOf(name, abi) ?? {};
  // Without a common prefix, or with one name only: up to the first underscore.
  const shown = prefix || (constants[0]?.name.match(/^_*[A-Z0-9]+_/)?.[0] ?? "");
  return shown === "" ? "" : `${shown}???`;
}

/** Names the value within `mask`; the rest of a value without a name is all of it. */
function valuePart(
  value: bigint,
  signed: bigint,
  { value: name, mask }: NumberParts,
  abi: Abi,
): NamedValue {
  const part = mask === undefined ? value : value & BigInt(mask);
  const found = constants(name!, abi).find(
    ([, number]) => BigInt(number) === part || BigInt(number) === signed,
  );
  const set = { kind: "values", placeholder: placeholderOf(name!, abi) } as const;
  return found ? new Named(part, [found[0]], 0n, set) : new Named(part, [], part, set);
}

/** Names bits; the comment is that of the first set. */
function bitsPart(value: bigint, names: readonly string[], abi: Abi): NamedValue {
  const placeholder = names.length === 0 ? "" : placeholderOf(names[0], abi);
  const all = names.flatMap((name) => constants(name, abi));
  return flags(value, all, placeholder);
}

/** Returns the text of permissions: "0644". */
function octalName(bits: bigint): string {
  return bits === 0n ? "000" : `0${bits.toString(8).padStart(3, "0")}`;
}

/**
 * Names the parts of a number.
 * @param value the argument or field as an unsigned number
 * @param signed the same as a signed number, for AT_FDCWD
 */
export function partsValue(
  value: bigint,
  signed: bigint,
  parts: NumberParts,
  abi: Abi,
): NamedValue {
  const whole = parts.value === undefined ? null : valuePart(value, signed, parts, abi);
  if (whole && !parts.bits && parts.octal === undefined && parts.mask === undefined) return whole;
  const others = whole?.names.length ? value & ~BigInt(parts.mask ?? -1) : value;
  const octal = BigInt(parts.octal ?? 0);
  const bits = bitsPart(others & ~octal, parts.bits ?? [], abi);
  const names = [...(whole?.names ?? []), ...bits.names];
  const permissions = others & octal;
  if (octal && (permissions || names.length === 0 || whole)) names.push(octalName(permissions));
  const { placeholder } = (whole ?? bits).set;
  const { notation } = parts;
  return new Named(notation === "decimal" ? signed : value, names, bits.rest, {
    kind: "bits",
    placeholder,
    ...(notation ? { notation } : {}),
  });
}

/** Names a value and bits that strace comments on separately. */
export function compositeValue(value: bigint, parts: NumberParts, abi: Abi): CompositeValue {
  const first = valuePart(value, value, parts, abi);
  const second = bitsPart(value & ~BigInt(parts.mask!), parts.bits!, abi);
  return new CompositeValue(Number(second.value) === 0 ? [first] : [first, second]);
}
