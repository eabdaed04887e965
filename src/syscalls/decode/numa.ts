/** Where memory is to be: mbind(2), set_mempolicy(2), get_mempolicy(2), migrate_pages(2). */
import { array, pointer, type Value, word } from "../value.ts";
import { address, int, set, ulong } from "./arguments.ts";
import { type Argument, type Call, onEntry, onExit } from "./call.ts";
import { partsValue, setNamed } from "./named-constants.ts";

/** What is no bit of it is a number. */
const MPOL_MODE = 0x1fff;
const WORD_BITS = 64;
/** More than any machine has nodes. */
const MOST_WORDS = 1024;

function policyOf(value: number, call: Call): Value {
  const parts = { value: "mempolicy", mask: MPOL_MODE, bits: ["mempolicy_flags"] };
  return partsValue(BigInt(value), BigInt(value), parts, call.abi);
}
const policy = onEntry((call, index) => policyOf(call.uint(index), call));
const foundPolicy = onExit((call, index) => {
  const at = call.ulong(index);
  const found = at === 0n || call.failed ? null : call.memory.read(Number(at), 4);
  return found ? array([policyOf(found.view.getUint32(0, true), call)]) : pointer(at);
});

/** A set of nodes. The kernel takes one bit less than it is told. */
function nodesAt(call: Call, at: bigint, count: bigint): Value {
  const words = Math.min(Math.ceil((Number(count) - 1) / WORD_BITS), MOST_WORDS);
  const found =
    at === 0n || words <= 0 || call.word === 4 ? null : call.memory.read(Number(at), words * 8);
  if (!found) return pointer(at);
  const shown = Math.min(words, call.limits.array);
  const items = Array.from({ length: shown }, (_, i) => {
    const bits = found.view.getBigUint64(i * 8, true);
    return word(bits === 0n ? "0".repeat(16) : `0x${bits.toString(16).padStart(14, "0")}`);
  });
  return array(items, words > shown);
}
const nodes = (countIndex: number) =>
  onEntry((call, index) => nodesAt(call, call.ulong(index), call.ulong(countIndex)));
const foundNodes = onExit((call, index) =>
  call.failed
    ? pointer(call.ulong(index))
    : nodesAt(call, call.ulong(index), call.ulong(index + 1)),
);

export const NUMA_DECODERS: Readonly<Record<string, readonly Argument[]>> = {
  mbind: [address, ulong, policy, nodes(4), ulong, set(() => setNamed("mbind"), "MPOL_???")],
  set_mempolicy: [policy, nodes(2), ulong],
  get_mempolicy: [
    foundPolicy,
    foundNodes,
    ulong,
    address,
    set(() => setNamed("get_mempolicy"), "MPOL_???"),
  ],
  migrate_pages: [int, ulong, nodes(1), nodes(1)],
};
