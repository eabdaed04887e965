/** Points in time as a user gives them: `--since 1h`, `--until 2026-05-01T12:00`. */
import type { Time } from "../../events/column.ts";
import { UsageError } from "../messages.ts";

/** Seconds of a unit. */
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** "90", "90s", "15m", "1h", "30d", "2w" → seconds. */
export function parseAge(option: string, text: string): number {
  const match = text.match(/^(\d{1,9}(?:\.\d+)?)([smhdw])?$/);
  if (match) return Number(match[1]) * UNITS[match[2] ?? "s"];
  throw new UsageError(`${option} ${text}: want an age like 90s, 15m, 1h, 30d or 2w`);
}

/**
 * An age before now, a date (its beginning) or a date with the time of the day, where we are unless
 * it ends with Z or +02:00; @ and seconds since 1970 as a record has them.
 * @param now milliseconds since 1970
 */
export function parseWhen(option: string, text: string, now: number): Time {
  const seconds = text.match(/^@(\d{1,11})(?:\.(\d{1,9}))?$/);
  if (seconds)
    return { seconds: Number(seconds[1]), nanoseconds: Number((seconds[2] ?? "").padEnd(9, "0")) };
  if (/^[\d.]+[smhdw]$/.test(text)) return timeOf(now - parseAge(option, text) * 1000);
  const milliseconds = dateOf(text);
  if (Number.isFinite(milliseconds)) return timeOf(milliseconds);
  throw new UsageError(
    `${option} ${text}: want an age like 1h or 30d, a date like 2026-05-01 or 2026-05-01T12:00`,
  );
}

function timeOf(milliseconds: number): Time {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanoseconds: Math.round((milliseconds - seconds * 1000) * 1e6) };
}

/** Milliseconds since 1970; NaN where it is no date. */
function dateOf(text: string): number {
  const match = text.match(DATE);
  if (!match) return Number.NaN;
  const [, clock = "00:00", seconds = ":00", zone = ""] = match;
  const day = text.slice(0, 10);
  // Date takes the 31st of April for the first of May.
  if (new Date(`${day}T00:00Z`).toJSON()?.slice(0, 10) !== day) return Number.NaN;
  return Date.parse(`${day}T${clock}${seconds}${zone}`);
}
