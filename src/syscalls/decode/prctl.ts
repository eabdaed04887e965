/** prctl(2): what its arguments are depends on the option. */
import { signalName } from "../../kernel/signal.ts";
import { array, integer, oneOf, pointer, type Value, word } from "../value.ts";
import { choice } from "./arguments.ts";
import { type Argument, type Call, onExitIf } from "./call.ts";
import { nameIn, setNamed } from "./parts.ts";

const signalOrZero = (number: number) => (number === 0 ? integer(0) : word(signalName(number)));

/** What the second argument is, by the first; those that have more are told in full. */
type Second = (call: Call, index: number) => Value | null;
const capability: Second = (call, index) =>
  oneOf(call.int(index), setNamed("capability"), "CAP_???");
const nameAt: Second = (call, index) => {
  const found = call.memory.string(call.address(index), 15);
  if (!found) return pointer(call.ulong(index));
  return { kind: "string", bytes: found.bytes.slice(0, found.length), cut: found.cut };
};
const none: Second = () => null;
const number: Second = (call, index) => integer(call.ulong(index));
const DUMPABLE = [
  ["SUID_DUMP_DISABLE", 0],
  ["SUID_DUMP_USER", 1],
  ["SUID_DUMP_ROOT", 2],
] as const;
const PRCTL: Readonly<Record<string, Second>> = {
  PR_SET_NAME: nameAt,
  PR_GET_NAME: (call, index) => (call.failed ? pointer(call.ulong(index)) : nameAt(call, index)),
  PR_SET_PDEATHSIG: (call, index) => signalOrZero(call.int(index)),
  PR_GET_PDEATHSIG: (call, index) => {
    const found = call.failed ? null : call.memory.read(call.address(index), 4);
    return found ? array([signalOrZero(found.view.getInt32(0, true))]) : pointer(call.ulong(index));
  },
  PR_SET_DUMPABLE: (call, index) => oneOf(call.int(index), DUMPABLE, "SUID_DUMP_???"),
  PR_GET_DUMPABLE: none,
  PR_GET_KEEPCAPS: none,
  PR_SET_KEEPCAPS: number,
  PR_SET_CHILD_SUBREAPER: number,
  PR_CAPBSET_READ: capability,
  PR_CAPBSET_DROP: capability,
};
/** Those that are told with all their arguments. */
const LONG = /^PR_(SET_NO_NEW_PRIVS|GET_NO_NEW_PRIVS|SET_THP_DISABLE|GET_THP_DISABLE)$/;
const optionOf = (call: Call) => nameIn("prctl", call.int(0));
const isReading = (call: Call) => /^PR_GET|^$/.test(optionOf(call));
const second = onExitIf(isReading, (call, index) => {
  const name = optionOf(call);
  const decode = PRCTL[name];
  if (decode) return decode(call, index);
  if (name === "PR_GET_NO_NEW_PRIVS") return integer(call.ulong(index));
  if (name === "PR_SET_SECCOMP")
    return oneOf(call.int(index), setNamed("seccomp_mode"), "SECCOMP_MODE_???");
  return LONG.test(name) ? number(call, index) : integer(call.ulong(index), "hex");
});
const further = onExitIf(isReading, (call, index) => {
  const name = optionOf(call);
  if (PRCTL[name]) return null;
  return LONG.test(name) ? number(call, index) : integer(call.ulong(index), "hex");
});

export const PRCTL_DECODERS: Readonly<Record<string, readonly Argument[]>> = {
  prctl: [choice(() => setNamed("prctl"), "PR_???"), second, further, further, further],
};
