/**
 * Formats times as strftime(3) of the C library does in the C locale, in the local zone, with the
 * flags of its numbers (`%-d`, `%_H`, `%^a`). `%N` is from date(1): nanoseconds, `%3N` the first
 * three digits.
 */
import { TemplateError } from "./template-error.ts";

/** Formats a time. */
export type TimeFormat = (seconds: number, nanoseconds: number) => string;

type Part = (date: Date, seconds: number, nanoseconds: number) => string;
/** A number, the width that it is padded to, and what with. */
type NumberOf = readonly [of: (date: Date) => number, width: number, pad: "0" | " "];

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July", "August", "September"],
  ...["October", "November", "December"],
];
const DAY_MS = 86_400_000;
const CONVERSION = /%([_0^#-]?)(\d?)[EO]?(.?)/gsu;
/** Locales that have names for zones; the first with a name, not an offset, is used. */
const LOCALES = ["en-US", "en-GB", "en-AU", "en-IN"];

const hour12 = (date: Date) => date.getHours() % 12 || 12;
const utcDay = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());

/** Returns the day of the year, from 0. */
function dayOfYear(date: Date): number {
  return Math.round((utcDay(date) - Date.UTC(date.getFullYear(), 0, 1)) / DAY_MS);
}

/** Returns the week of the year whose weeks begin on a day of the week; days before are in week 0. */
function weekFrom(date: Date, firstDay: number): number {
  return Math.floor((dayOfYear(date) + 7 - ((date.getDay() - firstDay + 7) % 7)) / 7);
}

/** Returns the Thursday of the ISO 8601 week, whose year is the week's. */
function isoThursday(date: Date): Date {
  return new Date(utcDay(date) + (4 - (date.getDay() || 7)) * DAY_MS);
}

function isoWeek(date: Date): number {
  const thursday = isoThursday(date);
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday.getTime() - start) / DAY_MS / 7);
}

const NUMBERS: Readonly<Record<string, NumberOf>> = {
  C: [(date) => Math.floor(date.getFullYear() / 100), 2, "0"],
  d: [(date) => date.getDate(), 2, "0"],
  e: [(date) => date.getDate(), 2, " "],
  g: [(date) => isoThursday(date).getUTCFullYear() % 100, 2, "0"],
  G: [(date) => isoThursday(date).getUTCFullYear(), 4, "0"],
  H: [(date) => date.getHours(), 2, "0"],
  I: [hour12, 2, "0"],
  j: [(date) => dayOfYear(date) + 1, 3, "0"],
  k: [(date) => date.getHours(), 2, " "],
  l: [hour12, 2, " "],
  m: [(date) => date.getMonth() + 1, 2, "0"],
  M: [(date) => date.getMinutes(), 2, "0"],
  s: [(date) => Math.floor(date.getTime() / 1000), 1, "0"],
  S: [(date) => date.getSeconds(), 2, "0"],
  u: [(date) => date.getDay() || 7, 1, "0"],
  U: [(date) => weekFrom(date, 0), 2, "0"],
  V: [isoWeek, 2, "0"],
  w: [(date) => date.getDay(), 1, "0"],
  W: [(date) => weekFrom(date, 1), 2, "0"],
  y: [(date) => date.getFullYear() % 100, 2, "0"],
  Y: [(date) => date.getFullYear(), 1, "0"],
};

const TEXTS: Readonly<Record<string, (date: Date) => string>> = {
  a: (date) => DAYS[date.getDay()].slice(0, 3),
  A: (date) => DAYS[date.getDay()],
  b: (date) => MONTHS[date.getMonth()].slice(0, 3),
  h: (date) => MONTHS[date.getMonth()].slice(0, 3),
  B: (date) => MONTHS[date.getMonth()],
  p: (date) => (date.getHours() < 12 ? "AM" : "PM"),
  P: (date) => (date.getHours() < 12 ? "am" : "pm"),
  z: offsetText,
  Z: zoneName,
  n: () => "\n",
  t: () => "\t",
  "%": () => "%",
};

/** Conversions that stand for several others. */
const COMPOSED: Readonly<Record<string, string>> = {
  c: "%a %b %e %H:%M:%S %Y",
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
  r: "%I:%M:%S %p",
  R: "%H:%M",
  T: "%H:%M:%S",
  x: "%m/%d/%y",
  X: "%H:%M:%S",
};

function offsetText(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}${String(rest).padStart(2, "0")}`;
}

function zoneName(date: Date): string {
  for (const locale of LOCALES) {
    const format = new Intl.DateTimeFormat(locale, { timeZoneName: "short" });
    const name = format.formatToParts(date).find(({ type }) => type === "timeZoneName")?.value;
    if (name && /^[A-Z]+$/.test(name)) return name;
  }
  return offsetText(date).replace(/00$/, "");
}

function numberPart([of, width, pad]: NumberOf, flag: string): Part {
  const padding = flag === "_" ? " " : flag === "0" ? "0" : pad;
  return (date) => String(of(date)).padStart(flag === "-" ? 0 : width, padding);
}

function textPart(of: (date: Date) => string, letter: string, flag: string): Part {
  if (flag === "^" || (flag === "#" && /[aAbBh]/.test(letter)))
    return (date) => of(date).toUpperCase();
  return flag === "#" ? (date) => of(date).toLowerCase() : of;
}

function partOf(flag: string, width: string, letter: string): Part | null {
  if (letter === "N")
    return (_, __, ns) =>
      String(ns)
        .padStart(9, "0")
        .slice(0, Number(width) || 9);
  if (width !== "") return null;
  if (Object.hasOwn(NUMBERS, letter)) return numberPart(NUMBERS[letter], flag);
  if (Object.hasOwn(TEXTS, letter)) return textPart(TEXTS[letter], letter, flag);
  return Object.hasOwn(COMPOSED, letter) ? joined(partsOf(COMPOSED[letter])) : null;
}

function joined(parts: readonly Part[]): Part {
  return (date, seconds, nanoseconds) =>
    parts.map((part) => part(date, seconds, nanoseconds)).join("");
}

function partsOf(format: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of format.matchAll(CONVERSION)) {
    const [whole, flag, width, letter] = match;
    const before = format.slice(end, match.index);
    const part = partOf(flag, width, letter);
    if (!part) throw new TemplateError(`${whole}: no such conversion`, format, match.index);
    parts.push(() => before, part);
    end = match.index + whole.length;
  }
  const rest = format.slice(end);
  return [...parts, () => rest];
}

/** Returns a function that formats times. @throws TemplateError for an unknown conversion */
export function parseTimeFormat(format: string): TimeFormat {
  const part = joined(partsOf(format));
  // Most events are of the second of the one before.
  const hasNanoseconds = /%\d?N/.test(format);
  let last = Number.NaN;
  let text = "";
  return (seconds, nanoseconds) => {
    if (seconds === last && !hasNanoseconds) return text;
    last = seconds;
    text = part(new Date(seconds * 1000), seconds, nanoseconds);
    return text;
  };
}
