/** Which runs `trace lock` learns from: those whose record is complete. */
import { lossText } from "../../events/loss.ts";
import { logger } from "../messages.ts";
import type { Observation } from "./observe.ts";

/** Reports a record that says too little to be learnt from. */
export function isUsable({ name, losses }: Observation, allowed = false): boolean {
  if (losses?.length === 0) return true;
  const missing = (losses ?? []).map((loss) => lossText(loss)).join("; ");
  const why = losses ? `is incomplete: ${missing}` : "does not say whether it is complete";
  const subject = name ?? "the record";
  if (allowed) {
    logger.warn(`${subject} ${why}; the lock may lack entries`);
    return true;
  }
  logger.error(`${subject} ${why}; no lock was written; to write one: --allow-incomplete`);
  return false;
}
