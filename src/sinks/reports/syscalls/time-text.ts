/** The times in strace's lines: -t, -r and -T. strace(1). */

/** Digits of a second's fraction. */
export type TimeDigits = 0 | 3 | 6 | 9;

export interface StampStyle {
  /** The time of day, or seconds since 1970. */
  readonly absolute: { readonly format: "time" | "unix"; readonly digits: TimeDigits } | null;
  /** The time since the previous line. */
  readonly relative: TimeDigits | null;
}

const RELATIVE_WIDTH = 6;

/** Returns whole seconds and their fraction ".123", or "". */
function splitSeconds(milliseconds: number, digits: TimeDigits): readonly [number, string] {
  const seconds = Math.floor(milliseconds / 1000);
  if (digits === 0) return [seconds, ""];
  const units = Math.floor((milliseconds - seconds * 1000) * 10 ** (digits - 3));
  return [seconds, `.${String(units).padStart(digits, "0")}`];
}

/** Returns "0.000123". */
export function durationText(milliseconds: number, digits: TimeDigits): string {
  return splitSeconds(milliseconds, digits).join("");
}

/** Returns the time of a line. @param time wall clock time in milliseconds */
export function absoluteText(time: number, style: NonNullable<StampStyle["absolute"]>): string {
  const [seconds, fraction] = splitSeconds(time, style.digits);
  if (style.format === "unix") return `${seconds}${fraction}`;
  return `${new Date(time).toTimeString().slice(0, 8)}${fraction}`;
}

/** Returns the time since the previous line: "     0.000123". */
export function relativeText(milliseconds: number, digits: TimeDigits): string {
  const [seconds, fraction] = splitSeconds(Math.max(0, milliseconds), digits);
  return `${String(seconds).padStart(RELATIVE_WIDTH)}${fraction}`;
}
