/** The backends of `trace exec`: eBPF, or ptrace where eBPF is not permitted. */
import { SystemError } from "../../ffi/errno.ts";
import { BpfLoadError } from "../../ffi/libbpf.ts";
import type { BpfOptions } from "../../sources/bpf/config.ts";
import { BpfSource } from "../../sources/bpf/source.ts";
import { firstFailed } from "../doctor/checks.ts";
import { StartError } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseName } from "../options/names.ts";

export const BACKENDS = ["auto", "bpf", "ptrace"] as const;
export type Backend = (typeof BACKENDS)[number];

/** @throws UsageError */
export function parseBackend(text: string): Backend {
  return parseName("--backend", text, BACKENDS);
}

/**
 * Starts recording with eBPF.
 * @throws StartError that names what is missing, and what to do
 */
export function startBpf(options: BpfOptions): BpfSource {
  try {
    return new BpfSource(options);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const failed = firstFailed();
    if (failed)
      throw new StartError(`${failed.name}: ${failed.detail}`, {
        cause: error,
        advice: failed.advice,
      });
    const log = error instanceof BpfLoadError && process.env.TRACE_DEBUG ? error.log : "";
    throw new StartError(`cannot start recording: ${error.message}`, {
      cause: error,
      details: log,
    });
  }
}

/** Starts recording with eBPF. @returns null if it cannot start; reports the reason */
export function tryStartBpf(options: BpfOptions): BpfSource | null {
  try {
    return startBpf(options);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const advice = error.advice === "" ? "" : `; for eBPF, ${error.advice}`;
    logger.warn(`eBPF unavailable (${error.reason}); falling back to ptrace${advice}`);
    return null;
  }
}
