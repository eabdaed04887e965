/** The completeness summary: the last message of a run. */
import { type Loss, lossText, type Remedy } from "../events/loss.ts";
import { logger } from "./messages.ts";
import { sizeOption } from "./options/size.ts";

/**
 * Reports the completeness summary: a warning if events are missing or something else went wrong.
 * @param note follows the summary
 * @param problems what else went wrong, such as that a log was not rotated
 */
export function reportCompleteness(
  events: number,
  losses: readonly Loss[],
  note = "",
  problems: readonly string[] = [],
): void {
  const summary = [completenessSummary(events, losses) + note, ...problems].join("; ");
  if (losses.length || problems.length) logger.warn(summary);
  else logger.info(summary);
}

/** Returns "1 event", "2 events". */
export function eventCount(events: number): string {
  return `${events} event${events === 1 ? "" : "s"}`;
}

/** Returns the number of events and, if some are missing, how many, why, and what helps. */
export function completenessSummary(events: number, losses: readonly Loss[]): string {
  const count = eventCount(events);
  return losses.length
    ? `${count}, INCOMPLETE: ${losses.map(withRemedy).join("; ")}`
    : `${count}, complete`;
}

function withRemedy(loss: Loss): string {
  return lossText(loss, loss.remedy && remedyText(loss.remedy));
}

function remedyText(remedy: Remedy): string {
  switch (remedy.kind) {
    case "wait":
      return "record them until they exit with --wait";
    case "larger-buffer":
      return remedy.bytes === undefined
        ? "try a larger --buffer"
        : `try --buffer ${sizeOption(remedy.bytes)}`;
    case "no-io-uring":
      return "run the command without io_uring with --no-io-uring";
    case "fewer-paths":
      return "select some with --path or --since";
  }
}
