/** siginfo_t as strace shows it: sigaction(2), include/uapi/asm-generic/siginfo.h. */
import { SIGCHLD, signalName } from "../kernel/signal.ts";

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

export function siginfoText(info: DataView): string {
  const signal = info.getInt32(0, true);
  const code = info.getInt32(8, true);
  const fields = [`si_signo=${signalName(signal)}`];
  if (signal === SIGCHLD && code > 0 && code < 128) {
    const status = info.getInt32(24, true);
    fields.push(
      `si_code=${CHILD_CODES[code] ?? code}`,
      `si_pid=${info.getInt32(16, true)}`,
      `si_uid=${info.getUint32(20, true)}`,
      `si_status=${code === CLD_EXITED ? status : signalName(status)}`,
      `si_utime=${info.getBigInt64(32, true)}`,
      `si_stime=${info.getBigInt64(40, true)}`,
    );
  } else if (signal === SIGSEGV && code > 0 && code < 128) {
    const at = info.getBigUint64(16, true);
    fields.push(
      `si_code=${SEGV_CODES[code] ?? code}`,
      `si_addr=${at ? `0x${at.toString(16)}` : "NULL"}`,
    );
  } else {
    fields.push(`si_code=${CODES[code] ?? code}`);
    if (code === 0 || code === -6 || code === -1)
      fields.push(`si_pid=${info.getInt32(16, true)}`, `si_uid=${info.getUint32(20, true)}`);
  }
  return `{${fields.join(", ")}}`;
}
