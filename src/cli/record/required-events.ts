/** Refuses records that lack events which a report of the whole run is made of. */
import { EVENT_KINDS } from "../../events/event-kinds.ts";
import { partialText } from "../../sinks/reports/summary/chosen.ts";
import type { CombinedRun } from "../../sinks/reports/summary/run.ts";
import { UsageError } from "../errors.ts";

/**
 * @param events that were recorded; null if the record does not say it
 * @throws UsageError if a record was made without some events
 */
export function requireEvents(
  path: string,
  { events }: { readonly events: readonly string[] | null },
  run: CombinedRun,
): void {
  const partial = partialText(run);
  if (partial !== null) throw new UsageError(`${path}: ${partial}`);
  const missing = events ? EVENT_KINDS.filter((kind) => !events.includes(kind)) : [];
  if (missing.length)
    throw new UsageError(
      `${path}: was recorded without the events ${missing.join(",")}; record with --events all`,
    );
}
