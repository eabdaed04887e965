/** Which options of `diff` have an effect: see option-rules.ts. */
import { type OptionRule, value } from "../option-rules.ts";

export const DIFF_RULES: readonly OptionRule[] = [
  { options: ["all"], needs: value("format", "text", "text") },
];
