/** Dates that strace adds to times as comments. */

const DAY = 86400n;
/** JavaScript has dates up to this time before and after 1970, in seconds. */
const MAX_DATE = 8_640_000_000_000n;
/** The C library has dates only of years whose difference to this one is an int: tm_year in tm(3type). */
const FIRST_YEAR = 1900n;

const floor = (value: bigint, by: bigint) => (value - (((value % by) + by) % by)) / by;

/** Returns year, month and day of a day since 1970 in the Gregorian calendar. */
function calendar(days: bigint): [year: bigint, month: bigint, day: bigint] {
  // In years that begin in March and eras of 400 years: the leap day is the last one.
  const shifted = days + 719468n;
  const era = floor(shifted, 146097n);
  const inEra = shifted - era * 146097n;
  const year = (inEra - inEra / 1460n + inEra / 36524n - inEra / 146096n) / 365n;
  const inYear = inEra - (365n * year + year / 4n - year / 100n);
  const month = (5n * inYear + 2n) / 153n;
  const isNext = month >= 10n;
  return [
    year + era * 400n + (isNext ? 1n : 0n),
    isNext ? month - 9n : month + 3n,
    inYear - (153n * month + 2n) / 5n + 1n,
  ];
}

/** Returns the difference of the local time zone to UTC in minutes; 0 for times far away. */
function zoneOf(seconds: bigint): number {
  const isDate = seconds <= MAX_DATE && seconds >= -MAX_DATE;
  return isDate ? -new Date(Number(seconds) * 1000).getTimezoneOffset() : 0;
}

const two = (value: number | bigint) => String(value).padStart(2, "0");

/**
 * Returns the date of a time in the local time zone; "" for the epoch itself, and
 * for one without a date in C.
 * @param digits of the fraction
 */
export function dateComment(seconds: bigint, fraction: bigint, digits: number): string {
  if (fraction < 0n || fraction >= 10n ** BigInt(digits)) return "";
  if (seconds === 0n && fraction === 0n) return "";
  const zone = zoneOf(seconds);
  const local = seconds + BigInt(zone) * 60n;
  const [year, month, day] = calendar(floor(local, DAY));
  if (year - FIRST_YEAR !== BigInt.asIntN(32, year - FIRST_YEAR)) return "";
  const second = local - floor(local, DAY) * DAY;
  const time = [second / 3600n, (second / 60n) % 60n, second % 60n].map(two).join(":");
  const part = fraction ? `.${String(fraction).padStart(digits, "0")}` : "";
  const minutes = Math.abs(zone);
  const offset = `${zone < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
  return ` /* ${year}-${two(month)}-${two(day)}T${time}${part}${offset} */`;
}
