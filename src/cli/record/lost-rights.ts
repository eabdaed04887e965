/** Says that a traced program runs without the rights that its file gives. */
import { logger } from "../messages.ts";

export function warnOfLostRights(program: string): void {
  logger.warn(
    `${program} runs without its set-user-ID, set-group-ID or file capabilities: trace by ptrace without root takes them away`,
  );
}
