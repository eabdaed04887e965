/** Durations as people read them. */

/** Inserts commas between thousands: "1,234,567". */
export function groupThousands(count: number): string {
  return `${count}`.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Formats whole seconds of at least a minute: "2 min 5 s", "1 h 2 min". */
function minutesText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${groupThousands(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** Formats the rounded length of something that ended: "0.4 ms", "105 ms", "3.2 s", "2 min 5 s". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  return minutesText(Math.round(milliseconds / 1000));
}

/** Formats a running clock, which does not round up: "0.9 s", "2 min 5 s", "1 h 2 min". */
export function formatElapsed(milliseconds: number): string {
  if (milliseconds >= 60_000) return minutesText(Math.floor(milliseconds / 1000));
  return `${(Math.floor(milliseconds / 100) / 10).toFixed(1)} s`;
}
