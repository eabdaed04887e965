/** Memory: mmap(2), memfd_create(2), pkeys(7), process_madvise(2), move_pages(2). */
import { errnoName } from "../../kernel/errno.ts";
import {
  array,
  CompositeValue,
  flags,
  integer,
  NamedValue,
  type NameSet,
  pointer,
  symbol,
  type Value,
} from "../value.ts";
import { address, choice, fd, hex, hexInt, int, stringUpTo, ulong, wordAt } from "./arguments.ts";
import { inputArray, outputArray } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";
import { remoteVectors } from "./vectors.ts";

/** The highest bits hold the size of huge pages: MAP_HUGE_SHIFT, MFD_HUGE_SHIFT. */
const HUGE_SHIFT = 26n;
const HUGE_MASK = 0x3fn;
const MAP_TYPE = 0xfn;
/** The kernel's name is at most NAME_MAX long, with "memfd:" before it; the NUL follows. */
const MEMFD_NAME = 250;

/** Names bits of which some are the size of huge pages: "MAP_HUGETLB|21<<MAP_HUGE_SHIFT". */
function withHugeSize(value: bigint, set: NameSet, prefix: string): NamedValue {
  const size = (value >> HUGE_SHIFT) & HUGE_MASK;
  const { names, rest } = flags(value & ~(HUGE_MASK << HUGE_SHIFT), set);
  const placeholder = `${prefix}_???`;
  if (size === 0n) return new NamedValue(value, names, rest, { kind: "bits", placeholder });
  return new NamedValue(value, [...names, `${size}<<${prefix}_HUGE_SHIFT`], rest, {
    ...{ kind: "bits", placeholder, afterRest: 1 },
  });
}

/** The mapping's type is a number; the other flags are bits. */
function mapFlagsValue(value: bigint): Value {
  const number = value & MAP_TYPE;
  const type = constants("map_type").find(([, each]) => BigInt(each) === number)?.[0];
  const bits = withHugeSize(value & ~MAP_TYPE, constants("map"), "MAP");
  if (type !== undefined)
    return new NamedValue(value, [type, ...bits.names], bits.rest, {
      ...{ kind: "bits", placeholder: "", afterRest: bits.set.afterRest },
    });
  const set = { kind: "values", placeholder: "MAP_???" } as const;
  const unknown = new NamedValue(number, [], number, set);
  return new CompositeValue(Number(bits.value) === 0 ? [unknown] : [unknown, bits], true);
}
export const mapFlags = onEntry((call, index) => mapFlagsValue(call.ulong(index)));
export const protection = onEntry((call, index) => {
  const value = call.ulong(index);
  return value === 0n
    ? new NamedValue(0, ["PROT_NONE"])
    : flags(value, constants("prot"), "PROT_???");
});

const memfdFlags = onEntry((call, index) =>
  withHugeSize(BigInt(call.uint(index)), constants("memfd"), "MFD"),
);
const accessRights = onEntry((call, index) =>
  flags(call.ulong(index), constants("pkey"), "PKEY_???"),
);
const closeOnExec = onEntry((call, index) => flags(call.uint(index), constants("close_on_exec")));

const pageCount = (call: SyscallView) => call.ulong(1);
const pages: ArgumentDecoder = onEntry((call, index) =>
  inputArray(pageCount, call.wordSize, () => (view) => pointer(wordAt(call, view, 0))).decode(
    call,
    index,
  ),
);
const nodes = inputArray(pageCount, 4, () => (view) => integer(view.getInt32(0, true)));
/** The node of each page, or an error. */
const pageStatus = outputArray(pageCount, 4, () => (view) => {
  const node = view.getInt32(0, true);
  return node < 0 ? symbol(`-${errnoName(-node)}`, integer(node)) : integer(node);
});
const status = onExit((call, index) =>
  pageCount(call) === 0n && call.ulong(index) !== 0n ? array([]) : pageStatus.decode(call, index),
);
const moveFlags = onEntry((call, index) =>
  flags(call.uint(index), constants("move_pages"), "MPOL_???"),
);
const advice = choice(() => constants("madvise"), "MADV_???");

export const MEMORY_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  mmap: [address, ulong, protection, mapFlags, fd, hex],
  mprotect: [address, ulong, protection],
  remap_file_pages: [address, ulong, protection, ulong, mapFlags],
  madvise: [address, ulong, advice],
  process_madvise: [fd, remoteVectors, ulong, advice, hexInt],
  memfd_create: [stringUpTo(MEMFD_NAME), memfdFlags],
  memfd_secret: [closeOnExec],
  pkey_alloc: [hex, accessRights],
  pkey_mprotect: [address, ulong, protection, int],
  pkey_free: [int],
  move_pages: [int, ulong, pages, nodes, status, moveFlags],
  set_mempolicy_home_node: [address, ulong, ulong, hex],
};
