/** prctl(2): what its arguments are depends on the option. */
import { signalName } from "../../kernel/signal.ts";
import { array, flags, integer, oneOf, pointer, type Value, word } from "../value.ts";
import { choice } from "./arguments.ts";
import { type Argument, type Call, onExitIf } from "./call.ts";
import { nameIn, setNamed } from "./named-constants.ts";

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
/** include/uapi/linux/prctl.h. */
const AMBIENT = [
  ["PR_CAP_AMBIENT_IS_SET", 1],
  ["PR_CAP_AMBIENT_RAISE", 2],
  ["PR_CAP_AMBIENT_LOWER", 3],
  ["PR_CAP_AMBIENT_CLEAR_ALL", 4],
] as const;
/** include/uapi/linux/securebits.h. */
const SECUREBITS = [
  "SECBIT_NOROOT",
  "SECBIT_NOROOT_LOCKED",
  "SECBIT_NO_SETUID_FIXUP",
  "SECBIT_NO_SETUID_FIXUP_LOCKED",
  "SECBIT_KEEP_CAPS",
  "SECBIT_KEEP_CAPS_LOCKED",
  "SECBIT_NO_CAP_AMBIENT_RAISE",
  "SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED",
].map((name, bit) => [name, 1 << bit] as const);
const isAmbient = (name: string) => name === "PR_CAP_AMBIENT";
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
  PR_GET_SECCOMP: none,
  PR_GET_SECUREBITS: none,
  PR_GET_TIMERSLACK: none,
  PR_GET_TIMING: none,
  PR_SET_KEEPCAPS: number,
  PR_SET_CHILD_SUBREAPER: number,
  PR_SET_SECUREBITS: (call, index) => flags(call.uint(index), SECUREBITS, "SECBIT_???"),
  PR_SET_TIMERSLACK: number,
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
  if (isAmbient(name)) return oneOf(call.int(index), AMBIENT, "PR_CAP_AMBIENT_???");
  if (name === "PR_GET_NO_NEW_PRIVS") return integer(call.ulong(index));
  if (name === "PR_SET_SECCOMP")
    return oneOf(call.int(index), setNamed("seccomp_mode"), "SECCOMP_MODE_???");
  return LONG.test(name) ? number(call, index) : integer(call.ulong(index), "hex");
});
const further = onExitIf(isReading, (call, index) => {
  const name = optionOf(call);
  if (PRCTL[name]) return null;
  const isNamed = isAmbient(name) && call.int(1) <= 3;
  if (isNamed && index === 2) return capability(call, index);
  return LONG.test(name) ? number(call, index) : integer(call.ulong(index), "hex");
});

export const PRCTL_DECODERS: Readonly<Record<string, readonly Argument[]>> = {
  prctl: [choice(() => setNamed("prctl"), "PR_???"), second, further, further, further],
};
