/** prctl(2): the arguments depend on the option. */
import { signalName } from "../../kernel/signal.ts";
import { array, enumValue, flags, integer, pointer, symbol, type Value } from "../value.ts";
import { choice } from "./arguments.ts";
import { type ArgumentDecoder, onExitIf, type SyscallView } from "./call.ts";
import { constantName, constants } from "./named-constants.ts";

const signalOrZero = (number: number) =>
  number === 0 ? integer(0) : symbol(signalName(number), integer(number));

/** Decodes the second argument of options that have no more than two. */
type OptionDecoder = (call: SyscallView, index: number) => Value | null;
const capability: OptionDecoder = (call, index) =>
  enumValue(call.int(index), constants("capability"), "CAP_???");
const nameAt: OptionDecoder = (call, index) => {
  const found = call.memory.readString(call.address(index), 15);
  if (!found) return pointer(call.ulong(index));
  return { kind: "string", bytes: found.bytes.slice(0, found.length), cut: found.cut };
};
const omitted: OptionDecoder = () => null;
const number: OptionDecoder = (call, index) => integer(call.ulong(index));
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
const OPTION_DECODERS: Readonly<Record<string, OptionDecoder>> = {
  PR_SET_NAME: nameAt,
  PR_GET_NAME: (call, index) => (call.failed ? pointer(call.ulong(index)) : nameAt(call, index)),
  PR_SET_PDEATHSIG: (call, index) => signalOrZero(call.int(index)),
  PR_GET_PDEATHSIG: (call, index) => {
    const found = call.failed ? null : call.memory.read(call.address(index), 4);
    return found ? array([signalOrZero(found.view.getInt32(0, true))]) : pointer(call.ulong(index));
  },
  PR_SET_DUMPABLE: (call, index) => enumValue(call.int(index), DUMPABLE, "SUID_DUMP_???"),
  PR_GET_DUMPABLE: omitted,
  PR_GET_KEEPCAPS: omitted,
  PR_GET_SECCOMP: omitted,
  PR_GET_SECUREBITS: omitted,
  PR_GET_TIMERSLACK: omitted,
  PR_GET_TIMING: omitted,
  PR_SET_KEEPCAPS: number,
  PR_SET_CHILD_SUBREAPER: number,
  PR_SET_SECUREBITS: (call, index) => flags(call.uint(index), SECUREBITS, "SECBIT_???"),
  PR_SET_TIMERSLACK: number,
  PR_CAPBSET_READ: capability,
  PR_CAPBSET_DROP: capability,
};
/** Options that strace shows with all their arguments. */
const EXTRA_ZEROS = /^PR_(SET_NO_NEW_PRIVS|GET_NO_NEW_PRIVS|SET_THP_DISABLE|GET_THP_DISABLE)$/;
const optionOf = (call: SyscallView) => constantName("prctl", call.int(0));
const isReading = (call: SyscallView) => /^PR_GET|^$/.test(optionOf(call));
const secondArgument = onExitIf(isReading, (call, index) => {
  const name = optionOf(call);
  const decode = OPTION_DECODERS[name];
  if (decode) return decode(call, index);
  if (isAmbient(name)) return enumValue(call.int(index), AMBIENT, "PR_CAP_AMBIENT_???");
  if (name === "PR_GET_NO_NEW_PRIVS") return integer(call.ulong(index));
  if (name === "PR_SET_SECCOMP")
    return enumValue(call.int(index), constants("seccomp_mode"), "SECCOMP_MODE_???");
  return EXTRA_ZEROS.test(name) ? number(call, index) : integer(call.ulong(index), "hex");
});
const furtherArgument = onExitIf(isReading, (call, index) => {
  const name = optionOf(call);
  if (OPTION_DECODERS[name]) return null;
  const isNamed = isAmbient(name) && call.int(1) <= 3;
  if (isNamed && index === 2) return capability(call, index);
  return EXTRA_ZEROS.test(name) ? number(call, index) : integer(call.ulong(index), "hex");
});

export const PRCTL_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  prctl: [
    choice(() => constants("prctl"), "PR_???"),
    secondArgument,
    furtherArgument,
    furtherArgument,
    furtherArgument,
  ],
};
