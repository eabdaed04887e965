/** Process events from our eBPF programs, for sources that only need to identify processes. */

import type { EventKind } from "../../events/event-kinds.ts";
import { WANT_ARGV, WANT_PROCESS } from "../../events/event-record.ts";
import { SystemError } from "../../ffi/errno.ts";
import { BpfSource } from "./source.ts";

const FEED_BUFFER = 16 << 20;

/** Starts the eBPF programs for these kinds of process events; null where they are not permitted. */
export function openExecFeed(kinds: readonly EventKind[]): BpfSource | null {
  try {
    return new BpfSource({
      bufferSize: FEED_BUFFER,
      kinds: new Set(kinds),
      syscalls: false,
      want: WANT_ARGV | WANT_PROCESS,
      processes: "all",
    });
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}
