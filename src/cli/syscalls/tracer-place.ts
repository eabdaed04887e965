/** Where the tracer is: strace -D, and the option by which trace starts itself for it. */
import type { OrphanPlace } from "../../process/child.ts";
import { UsageError } from "../errors.ts";
import { parseName } from "../options/names.ts";

/** The process that becomes the command, and our end of the socket to it. */
export interface Caller {
  readonly pid: number;
  readonly socket: number;
}

/** What -D, -DD and -DDD stand for. */
const PLACES: readonly OrphanPlace[] = ["parent", "group", "session"];
const PLACE_NAMES: Readonly<Record<string, OrphanPlace>> = {
  grandchild: "parent",
  pgroup: "group",
  pgrp: "group",
  session: "session",
};
/** @param values of -D and --daemonize. @throws UsageError */
export function parseDaemonize(values: readonly string[]): OrphanPlace | null {
  const name = values.findLast((value) => value !== "");
  if (name !== undefined) return PLACE_NAMES[parseName("-D", name, Object.keys(PLACE_NAMES))];
  return PLACES[Math.min(values.length, PLACES.length) - 1] ?? null;
}

/** @param text PID:FD. @throws UsageError */
export function parseCaller(text: string | undefined): Caller | null {
  if (text === undefined) return null;
  const [, pid, socket] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (socket === undefined) throw new UsageError(`--tracer-of ${text}: only for use by trace`);
  return { pid: Number(pid), socket: Number(socket) };
}
