/** siginfo_t as strace shows it: sigaction(2), include/uapi/asm-generic/siginfo.h. */
import { SIGCHLD, signalName } from "../kernel/signal.ts";
import { straceText } from "./strace-text.ts";
import { integer, pointer, type StructValue, struct, word } from "./value.ts";

const CODES: Readonly<Record<number, string>> = {
  0: "SI_USER",
  128: "SI_KERNEL",
  [-1]: "SI_QUEUE",
  [-2]: "SI_TIMER",
  [-3]: "SI_MESGQ",
  [-4]: "SI_ASYNCIO",
  [-5]: "SI_SIGIO",
  [-6]: "SI_TKILL",
};
const CHILD_CODES = [
  "",
  "CLD_EXITED",
  "CLD_KILLED",
  "CLD_DUMPED",
  "CLD_TRAPPED",
  "CLD_STOPPED",
  "CLD_CONTINUED",
];
const SEGV_CODES = ["", "SEGV_MAPERR", "SEGV_ACCERR", "SEGV_BNDERR", "SEGV_PKUERR"];
const CLD_EXITED = 1;
const SIGSEGV = 11;

/** The fields that its kind of signal has. */
export function siginfo(info: DataView): StructValue {
  const signal = info.getInt32(0, true);
  const code = info.getInt32(8, true);
  const signo = ["si_signo", word(signalName(signal))] as const;
  const codeOf = (name: string | undefined) =>
    ["si_code", name ? word(name) : integer(code)] as const;
  if (signal === SIGCHLD && code > 0 && code < 128) {
    const status = info.getInt32(24, true);
    return struct([
      signo,
      codeOf(CHILD_CODES[code]),
      ["si_pid", integer(info.getInt32(16, true))],
      ["si_uid", integer(info.getUint32(20, true))],
      ["si_status", code === CLD_EXITED ? integer(status) : word(signalName(status))],
      ["si_utime", integer(info.getBigInt64(32, true))],
      ["si_stime", integer(info.getBigInt64(40, true))],
    ]);
  }
  if (signal === SIGSEGV && code > 0 && code < 128)
    return struct([
      signo,
      codeOf(SEGV_CODES[code]),
      ["si_addr", pointer(info.getBigUint64(16, true))],
    ]);
  const sender = [
    ["si_pid", integer(info.getInt32(16, true))],
    ["si_uid", integer(info.getUint32(20, true))],
  ] as const;
  const sent = code === 0 || code === -6 || code === -1;
  return struct([signo, codeOf(CODES[code]), ...(sent ? sender : [])]);
}

export function siginfoText(info: DataView): string {
  return straceText(siginfo(info));
}
