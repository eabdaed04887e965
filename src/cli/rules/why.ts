/** Which options of `why` have an effect: see option-rules.ts. */
import type { Condition, OptionRule } from "../option-rules.ts";

const HISTORY: Condition = {
  text: "a history, which FILE is without a name",
  holds: ({ words }) => words.length === 1,
};

export const WHY_RULES: readonly OptionRule[] = [
  { options: ["up", "down", "depth", "all"], not: HISTORY },
];
