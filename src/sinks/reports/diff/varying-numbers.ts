/** Numbers in arguments that differ in each run: pids of it, ports that the kernel chose, times. */
import type { Outcomes } from "../../../model/outcomes.ts";

/** Shorter numbers are compared. */
const NUMBER = /\d{3,}/g;
const HOUR = 3600;
/** Digits of seconds since 1970, and of parts of a second. */
const SECONDS = 10;
const FRACTIONS: readonly number[] = [0, 3, 6, 9];
const LOCAL_PORT = /^(?:127\.[\d.]+|\[::1\]|\[::ffff:127\.[\d.]+\]):(\d+)$/;

export class VaryingNumbers {
  private readonly numbers = new Set<string>();
  /** The first and the last second of the run, with an hour before and after. */
  private readonly from: number;
  private readonly to: number;
  /** Its days in any time zone, as YYYYMMDD. */
  private readonly days: readonly string[];

  constructor(run: Outcomes) {
    for (const { pid } of run.processes.all) this.numbers.add(String(pid));
    for (const { path } of run.outcomes) {
      const port = path.startsWith("/") ? null : LOCAL_PORT.exec(path);
      if (port) this.numbers.add(port[1]);
    }
    this.from = Math.floor(run.started / 1e9) - HOUR;
    this.to = Math.ceil(run.ended / 1e9) + HOUR;
    this.days = daysOf(this.from - 23 * HOUR, this.to + 23 * HOUR);
  }

  /** Replaces the numbers that vary. */
  replaceIn(text: string): string {
    return text.replace(NUMBER, (number) => (this.varies(number) ? "N" : number));
  }

  private varies(number: string): boolean {
    if (this.numbers.has(number)) return true;
    const isTime = FRACTIONS.includes(number.length - SECONDS) && this.isIn(number);
    return isTime || this.days.includes(number) || this.isDayAndTime(number);
  }

  private isIn(number: string): boolean {
    const seconds = Number(number.slice(0, SECONDS));
    return seconds >= this.from && seconds <= this.to;
  }

  /** YYYYMMDDhhmm or YYYYMMDDhhmmss. */
  private isDayAndTime(number: string): boolean {
    if (number.length !== 12 && number.length !== 14) return false;
    return this.days.includes(number.slice(0, 8));
  }
}

/** @param from seconds since 1970 */
function daysOf(from: number, to: number): string[] {
  const days: string[] = [];
  if (!(from > 0 && to < 1e11)) return days;
  for (let day = from; day <= to && days.length < MAX_DAYS; day += 24 * HOUR)
    days.push(new Date(day * 1000).toISOString().slice(0, 10).replaceAll("-", ""));
  return days;
}

const MAX_DAYS = 366;
