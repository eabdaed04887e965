/** Refuses records that lack events which a report of the whole run is made of. */
import { EVENT_KINDS } from "../../events/event-kinds.ts";
import { isPartial, PARTIAL, type SummaryRun } from "../../sinks/reports/summary/run.ts";
import { UsageError } from "../errors.ts";

/**
 * @param events that were recorded; null if the record does not say it
 * @throws UsageError if a record was made without some events
 */
export function requireEvents(
  path: string,
  { events }: { readonly events: readonly string[] | null },
  run: Pick<SummaryRun, "filters">,
): void {
  if (isPartial(run)) throw new UsageError(`${path}: ${PARTIAL}`);
  const missing = events ? EVENT_KINDS.filter((kind) => !events.includes(kind)) : [];
  if (missing.length)
    throw new UsageError(
      `${path}: was recorded without the events ${missing.join(",")}; record with --events all`,
    );
}
