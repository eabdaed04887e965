/** Times, durations and numbers as text. */

/** @param micros microseconds */
export function duration(micros: number): string {
  if (micros < 1000) return `${Math.round(micros)} µs`;
  if (micros < 1e6) return `${trim(micros / 1e3)} ms`;
  if (micros < 60e6) return `${trim(micros / 1e6)} s`;
  const seconds = Math.round(micros / 1e6);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, "0");
  return hours
    ? `${hours}:${String(minutes).padStart(2, "0")}:${rest} h`
    : `${minutes}:${rest} min`;
}

function trim(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

export function count(number: number): string {
  return number.toLocaleString("en-US");
}

export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** Returns distances of ticks that are 1, 2 or 5 times a power of ten. @param span microseconds */
export function tickStep(span: number, ticks: number): number {
  const raw = Math.max(1, span / Math.max(1, ticks));
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= raw) ?? raw;
}

/** Returns a time on the axis, as precise as the distance of the ticks. */
export function tickLabel(micros: number, step: number): string {
  if (micros === 0) return "0";
  if (step >= 1e6) return micros >= 60e6 ? duration(micros) : `${micros / 1e6} s`;
  if (step >= 1e3 && micros < 1e6) return `${Math.round(micros / 1e3)} ms`;
  if (step < 1e3 && micros < 1e3) return `${micros} µs`;
  const digits = Math.max(0, 6 - Math.floor(Math.log10(step)));
  return `${(micros / 1e6).toFixed(digits)} s`;
}

/** Returns the local date and time of an ISO 8601 text. */
export function dateTime(iso: string | null): string {
  if (!iso) return "";
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Chosen so that the programs of builds have hues that differ. */
const SEED = 2166136261 ^ 1929;

/** Returns the hue that a program's bars have. */
export function hue(name: string): number {
  let hash = SEED;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  return (Math.imul(hash ^ (hash >>> 15), 2246822519) >>> 0) % 360;
}
