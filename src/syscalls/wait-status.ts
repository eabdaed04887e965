/** Takes a status of wait(2) apart. */
import { signalName } from "../kernel/signal.ts";

/** How a child ended or stopped; signals by name. */
export type WaitOutcome =
  | { readonly exited: number }
  | { readonly stopped: string }
  | { readonly killed: string; readonly core: 0 | 1 };

/** Returns the meaning of a status: WIFEXITED(3) and others. */
export function waitOutcome(status: number): WaitOutcome {
  const signal = status & 0x7f;
  const code = (status >> 8) & 0xff;
  if (signal === 0) return { exited: code };
  if (signal === 0x7f) return { stopped: signalName(code) };
  return { killed: signalName(signal), core: status & 0x80 ? 1 : 0 };
}
