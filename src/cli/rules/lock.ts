/** Which options of `lock` and `check` have an effect: see option-rules.ts. */

import { taskFormats } from "../../sinks/reports/task-config/formats.ts";
import { OBSERVE_OPTIONS } from "../lock/options.ts";
import { type Condition, type OptionRule, option, value } from "../option-rules.ts";
import { COMMAND_RULES } from "./recording.ts";

export const COMMAND: Condition = {
  text: "a command after --",
  holds: ({ hasCommand }) => hasCommand,
};

const OBSERVED: readonly OptionRule[] = [
  { options: OBSERVE_OPTIONS.flatMap((name) => [name, `no-${name}`]), needs: COMMAND },
  ...COMMAND_RULES,
];

export const LOCK_RULES: readonly OptionRule[] = [
  { options: ["runs"], needs: COMMAND },
  {
    options: ["merge", "explain"],
    not: value("format", "lock", ...Object.keys(taskFormats)),
    because: "which is no lock file",
  },
  ...OBSERVED,
];

export const CHECK_RULES: readonly OptionRule[] = [
  {
    options: ["lock", "update", "inputs", "outputs", "network"],
    not: option("from"),
    because: "which takes the place of a lock file",
  },
  ...["inputs", "outputs", "network"].map((name) => ({
    options: ["lock", "update"],
    not: option(name),
    because: "which takes the place of a lock file",
  })),
  ...OBSERVED,
];
