/** Describes a signal in a sentence: its sender and cause. siginfo_t, sigaction(2). */
import { SIGCHLD, signalName } from "../../../../kernel/signal.ts";
import { siginfoValue } from "../../../../syscalls/siginfo.ts";
import { numericValue, structField, valueText } from "./value-text.ts";

const CHILD_CODE_TEXTS: Readonly<Record<string, string>> = {
  CLD_EXITED: "exited with status",
  CLD_KILLED: "was killed by",
  CLD_DUMPED: "dumped core, killed by",
  CLD_TRAPPED: "was trapped by",
  CLD_STOPPED: "was stopped by",
  CLD_CONTINUED: "was continued by",
};
const SIGNAL_CODE_TEXTS: Readonly<Record<string, string>> = {
  SI_KERNEL: "from the kernel",
  SI_TIMER: "from a timer",
  SI_MESGQ: "from a message queue",
  SI_ASYNCIO: "from asynchronous I/O",
  SI_SIGIO: "from I/O",
  SEGV_MAPERR: "address not mapped",
  SEGV_ACCERR: "access not permitted",
};

/** Returns a sentence about a signal. @param info its siginfo_t */
export function signalSentence(signal: number, info: DataView): string {
  const fields = siginfoValue(info);
  const field = (name: string) => structField(fields, name);
  const fieldText = (name: string) => {
    const value = field(name);
    return value ? valueText(value) : "";
  };
  const code = fieldText("si_code");
  const name = signalName(signal);
  const pid = numericValue(field("si_pid"));
  if (signal === SIGCHLD && CHILD_CODE_TEXTS[code])
    return `Signal ${name}: child ${pid} ${CHILD_CODE_TEXTS[code]} ${fieldText("si_status")}`;
  const at = field("si_addr");
  if (at) {
    const address = at.kind === "pointer" ? `0x${at.address.toString(16)}` : "0x0";
    return `Signal ${name}: at ${address}: ${SIGNAL_CODE_TEXTS[code] ?? code}`;
  }
  if (pid !== null) return `Signal ${name}: sent by process ${pid} (user ${fieldText("si_uid")})`;
  return `Signal ${name}: ${SIGNAL_CODE_TEXTS[code] ?? code}`;
}
