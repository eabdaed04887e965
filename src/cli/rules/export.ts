/** Which options of `export` have an effect: see option-rules.ts. */
import { OBSERVE_OPTIONS } from "../lock/options.ts";
import { type OptionRule, option, value } from "../option-rules.ts";
import { COMMAND } from "./lock.ts";
import { COMMAND_RULES } from "./recording.ts";

export const EXPORT_RULES: readonly OptionRule[] = [
  { options: ["predicate"], needs: value("format", "", "in-toto", "in-toto-link", "slsa") },
  { options: ["copy"], needs: value("format", "", "ro-crate") },
  { options: ["copy"], needs: option("output", " DIRECTORY") },
  { options: ["post"], needs: value("format", "", "openlineage") },
  {
    options: ["post"],
    needs: option("output", " FILE"),
    because: "which keeps the events if the server does not accept them",
  },
  { options: ["all-files"], needs: value("format", "", "ro-crate", "openlineage", "prov-json") },
  {
    options: OBSERVE_OPTIONS.filter((name) => name !== "quiet").flatMap((name) => [
      name,
      `no-${name}`,
    ]),
    needs: COMMAND,
  },
  ...COMMAND_RULES,
];
