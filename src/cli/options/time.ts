/** Parses ages and points in time: `--since 1h`, `--until 2026-05-01T12:00`. */
import type { Time } from "../../events/column.ts";
import { UsageError } from "../errors.ts";

/** The units of an age in seconds. */
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** "90", "90s", "15m", "1h", "30d", "2w" → seconds. */
export function parseAge(option: string, text: string): number {
  const match = text.match(/^(\d{1,9}(?:\.\d+)?)([smhdw])?$/);
  if (match) return Number(match[1]) * UNITS[match[2] ?? "s"];
  throw new UsageError(`${option} ${text}: expected an age like 90s, 15m, 1h, 30d or 2w`);
}

/**
 * Parses an age before now, a date (its first second), a date with a time of day, or @ and seconds
 * since 1970 as records contain them. Without Z or +02:00 the time is local.
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
    `${option} ${text}: expected an age like 1h or 30d, or a date like 2026-05-01 or 2026-05-01T12:00`,
  );
}

function timeOf(milliseconds: number): Time {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanoseconds: Math.round((milliseconds - seconds * 1000) * 1e6) };
}

/** Returns milliseconds since 1970; NaN if the text is not a date. */
function dateOf(text: string): number {
  const match = text.match(DATE);
  if (!match) return Number.NaN;
  const [, time = "00:00", seconds = ":00", zone = ""] = match;
  const day = text.slice(0, 10);
  // Date parses the 31st of April as the first of May.
  if (new Date(`${day}T00:00Z`).toJSON()?.slice(0, 10) !== day) return Number.NaN;
  return Date.parse(`${day}T${time}${seconds}${zone}`);
}
