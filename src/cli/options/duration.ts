/** The option --duration. */
import { UsageError } from "../errors.ts";

/** The units of a duration in milliseconds. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * "90", "90s", "500ms", "2m", "1h" → milliseconds; Infinity if the option is not given.
 * @throws UsageError
 */
export function parseDuration(text: string | undefined): number {
  if (text === undefined) return Infinity;
  const match = text.match(/^(\d+(?:\.\d+)?)(ms|s|m|h)?$/);
  const milliseconds = match ? Number(match[1]) * UNITS[match[2] ?? "s"] : 0;
  if (!(milliseconds > 0 && milliseconds < 2 ** 31))
    throw new UsageError(`--duration ${text}: expected a time like 500ms, 10s, 5m or 1h`);
  return milliseconds;
}
