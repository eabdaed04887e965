/** The completeness summary: the last message of a run. */
import type { Loss, Remedy } from "../events/loss.ts";
import { sizeOption } from "./options/size.ts";

/** Returns the number of events and, if some are missing, how many, why, and what helps. */
export function completenessSummary(events: number, losses: readonly Loss[]): string {
  const count = `${events} event${events === 1 ? "" : "s"}`;
  return losses.length
    ? `${count}, INCOMPLETE: ${losses.map(lossText).join("; ")}`
    : `${count}, complete`;
}

function lossText({ count, what, reason = "", remedy }: Loss): string {
  const explanation = [reason, remedy ? remedyText(remedy) : ""].filter((text) => text !== "");
  return `${count} ${what}${explanation.length ? ` (${explanation.join("; ")})` : ""}`;
}

function remedyText(remedy: Remedy): string {
  switch (remedy.kind) {
    case "larger-buffer":
      return remedy.bytes === undefined
        ? "try a larger --buffer"
        : `try --buffer ${sizeOption(remedy.bytes)}`;
    case "fewer-paths":
      return "select some with --path or --since";
    case "all-times":
      return "omit --since and --until";
  }
}
