/** Names the parts of numbers by the sets that argument-sets.ts assigns to arguments and fields. */
import { type Abi, constantsOf, type NumberParts } from "../table.ts";
import { flags, NamedValue as Named, type NamedValue, type NameSet } from "../value.ts";

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
function placeholderOf(name: string, abi: Abi): string {
  const irregular = PLACEHOLDERS[name];
  if (irregular !== undefined) return irregular;
  const { prefix = "", constants = [] } = constantsOf(name, abi) ?? {};
  // Without a common prefix, or with one name only: up to the first underscore.
  const shown = prefix || (constants[0]?.name.match(/^_*[A-Z0-9]+_/)?.[0] ?? "");
  return shown === "" ? "" : `${shown}???`;
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
  const names: string[] = [];
  let rest = value;
  let placeholder = "";
  if (parts.value !== undefined) {
    const set = constants(parts.value, abi);
    const mask = parts.mask === undefined ? null : BigInt(parts.mask);
    const part = mask === null ? value : value & mask;
    const found = set.find(([, number]) => BigInt(number) === part || BigInt(number) === signed);
    if (found) {
      names.push(found[0]);
      rest = mask === null ? 0n : rest & ~mask;
    }
    placeholder = placeholderOf(parts.value, abi);
  }
  for (const name of parts.bits ?? []) {
    const set = constants(name, abi);
    const taken = flags(rest, set);
    names.push(...taken.names);
    rest = BigInt(taken.rest);
    if (placeholder === "") placeholder = placeholderOf(name, abi);
  }
  if (parts.octal !== undefined) {
    const bits = rest & BigInt(parts.octal);
    rest &= ~BigInt(parts.octal);
    if (bits !== 0n || names.length === 0 || parts.value !== undefined)
      names.push(`0${bits.toString(8).padStart(bits === 0n ? 1 : 3, "0")}`.replace(/^00$/, "000"));
  }
  const { notation } = parts;
  return new Named(notation === "decimal" ? signed : value, names, rest, {
    kind: "bits",
    placeholder,
    ...(notation ? { notation } : {}),
  });
}
