/**
 * The flags of open(2) by name: include/uapi/asm-generic/fcntl.h,
 * arch/arm64/include/uapi/asm/fcntl.h.
 */
import { type Arch, O_ACCMODE } from "../kernel/fcntl.ts";
import { constants } from "./decode/named-constants.ts";
import { flags, type NameSet } from "./value.ts";

const ACCESS_MASK = BigInt(O_ACCMODE);
const ACCESS_MODES = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"];
/** From a later kernel than strace 6.1. */
const UNKNOWN_TO_STRACE = ["O_EMPTYPATH"];

const sets = new Map<Arch, NameSet>();

function openFlagSet(arch: Arch): NameSet {
  let set = sets.get(arch);
  if (!set) {
    set = constants("open", arch).filter(([name]) => !UNKNOWN_TO_STRACE.includes(name));
    sets.set(arch, set);
  }
  return set;
}

/** Names the access mode and the flags; `rest` has the other bits. */
export function namedOpenFlags(
  value: bigint,
  arch: Arch,
): { readonly names: readonly string[]; readonly rest: bigint } {
  const { names, rest } = flags(value & ~ACCESS_MASK, openFlagSet(arch));
  return { names: [ACCESS_MODES[Number(value & ACCESS_MASK)], ...names], rest: BigInt(rest) };
}
