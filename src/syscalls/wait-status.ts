/** Takes a status of wait(2) apart. */
import { signalName } from "../kernel/signal.ts";

/** How a child ended or stopped; signals by name. */
export type WaitOutcome =
  | { readonly exited: number }
  | { readonly continued: 1 }
  /** `traced`: a system call stop of a tracer that asked for PTRACE_O_TRACESYSGOOD. */
  | { readonly stopped: string; readonly traced?: 1 }
  | { readonly killed: string; readonly core: 0 | 1 };

/** __W_CONTINUED. */
const CONTINUED = 0xffff;

/** Returns the meaning of a status: WIFEXITED(3) and others. */
export function waitOutcome(status: number): WaitOutcome {
  if (status === CONTINUED) return { continued: 1 };
  const signal = status & 0x7f;
  const code = (status >> 8) & 0xff;
  if (signal === 0) return { exited: code };
  if (signal === 0x7f && code & 0x80) return { stopped: signalName(code & 0x7f), traced: 1 };
  if (signal === 0x7f) return { stopped: signalName(code) };
  return { killed: signalName(signal), core: status & 0x80 ? 1 : 0 };
}
