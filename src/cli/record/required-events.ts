/** Refuses records that lack events which a report of the whole run is made of. */
import { EVENT_KINDS } from "../../events/event-kinds.ts";
import type { RunHeader } from "../../events/run-info.ts";
import { UsageError } from "../errors.ts";

/** @throws UsageError if a record was made without some events */
export function requireEvents(path: string, { events, filters = [] }: RunHeader): void {
  if (filters.length) refuseChoice(path);
  const missing = EVENT_KINDS.filter((kind) => !events.includes(kind));
  if (missing.length)
    throw new UsageError(
      `${path}: was recorded without the events ${missing.join(",")}; record with --events all`,
    );
}

/** @throws UsageError */
export function refuseChoice(path: string): never {
  throw new UsageError(
    `${path}: has only some of the events, chosen by path, process, flags or failure`,
  );
}
