/** NUMA memory policy: mbind(2), set_mempolicy(2), get_mempolicy(2), migrate_pages(2). */
import { array, type MaskValue, pointer, type Value } from "../value.ts";
import { address, int, set, ulong } from "./arguments.ts";
import { arrayAt } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { constants, partsValue } from "./named-constants.ts";

/** The bits that hold the mode; the others are flags. */
const MPOL_MODE = 0x1fff;
const WORD_BITS = 64;
/** More words than any machine needs for its nodes. */
const MAX_WORDS = 1024;

function policyValue(value: bigint, call: SyscallView): Value {
  const parts = { value: "mempolicy", mask: MPOL_MODE, bits: ["mempolicy_flags"] };
  return partsValue(value, value, parts, call.abi);
}
const policy = onEntry((call, index) => policyValue(BigInt(call.uint(index)), call));
const longPolicy = onEntry((call, index) => policyValue(call.ulong(index), call));
const policyOut = onExit((call, index) => {
  const at = call.ulong(index);
  const found = at === 0n || call.failed ? null : call.memory.read(Number(at), 4);
  return found ? array([policyValue(BigInt(found.view.getUint32(0, true)), call)]) : pointer(at);
});

/** A node mask. The kernel uses one bit less than the count. */
function nodesAt(call: SyscallView, at: bigint, count: bigint): Value {
  const words = count === 0n ? 0 : Math.ceil((Number(count) - 1) / WORD_BITS);
  if (count === 1n || words > MAX_WORDS || call.wordSize === 4) return pointer(at);
  return arrayAt(call, at, words, 8, (view): MaskValue => {
    return { kind: "mask", value: view.getBigUint64(0, true), width: 16 };
  });
}
const nodes = (countIndex: number) =>
  onEntry((call, index) => nodesAt(call, call.ulong(index), call.ulong(countIndex)));
const nodesOut = onExit((call, index) =>
  call.failed
    ? pointer(call.ulong(index))
    : nodesAt(call, call.ulong(index), call.ulong(index + 1)),
);

export const NUMA_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  mbind: [address, ulong, longPolicy, nodes(4), ulong, set(() => constants("mbind"), "MPOL_???")],
  set_mempolicy: [policy, nodes(2), ulong],
  get_mempolicy: [
    policyOut,
    nodesOut,
    ulong,
    address,
    set(() => constants("get_mempolicy"), "MPOL_???"),
  ],
  migrate_pages: [int, ulong, nodes(1), nodes(1)],
};
