/** Reads the result of a run, which record files have as their trailer and NDJSON in its last line. */
import type { Loss, Remedy } from "../../events/loss.ts";
import type { RunTrailer } from "../../events/run-info.ts";

type Unknown<T> = { readonly [key in keyof T]?: unknown };

/** Returns the result that parsed JSON describes, without anything else; null if it is none. */
export function parseTrailer(value: unknown): RunTrailer | null {
  if (typeof value !== "object" || value === null) return null;
  const { ended, status, events, losses } = value as Unknown<RunTrailer>;
  if (!Array.isArray(losses) || !Number.isSafeInteger(events)) return null;
  const parsed = losses.map(parseLoss);
  if (!parsed.every((loss) => loss !== null)) return null;
  return {
    ended: typeof ended === "string" ? ended : null,
    status: Number.isSafeInteger(status) ? (status as number) : null,
    events: events as number,
    complete: parsed.length === 0,
    losses: parsed,
  };
}

function parseLoss(value: unknown): Loss | null {
  if (typeof value !== "object" || value === null) return null;
  const { what, count, reason, remedy } = value as Unknown<Loss>;
  if (typeof what !== "string" || typeof count !== "number") return null;
  const known = parseRemedy(remedy);
  return {
    what,
    count,
    ...(typeof reason === "string" ? { reason } : {}),
    ...(known ? { remedy: known } : {}),
  };
}

/** Returns null for a remedy that this version does not know. */
function parseRemedy(value: unknown): Remedy | null {
  if (typeof value !== "object" || value === null) return null;
  const { kind, bytes } = value as { kind?: unknown; bytes?: unknown };
  switch (kind) {
    case "larger-buffer":
      return Number.isSafeInteger(bytes) ? { kind, bytes: bytes as number } : { kind };
    case "wait":
    case "fewer-paths":
      return { kind };
    default:
      return null;
  }
}

/** Returns the loss of events that a result counts and its file lacks. */
export function missingEvents({ events }: RunTrailer, present: number): Loss[] {
  const count = events - present;
  return count > 0 ? [{ what: "events missing from the record", count }] : [];
}
