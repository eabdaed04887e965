/** The options that every command has besides --help. */
import { setColourMode } from "../../process/terminal.ts";
import { GivenOptions } from "../parse-args.ts";
import { parseName } from "./names.ts";
import type { OptionTable } from "./values.ts";

const COLOUR_MODES = ["auto", "always", "never"] as const;

export const GLOBAL_OPTIONS = {
  color: {
    type: "string",
    valueHint: COLOUR_MODES.join("|"),
    default: "auto",
    description: "use colors: on terminals, unless NO_COLOR is set; always; never",
  },
} as const satisfies OptionTable;

/**
 * Applies the options that every command has.
 * @param options `--name=value` or `--name`
 * @returns the others @throws UsageError
 */
export function applyGlobalOptions(options: readonly string[]): string[] {
  for (const mode of new GivenOptions(options).values("color"))
    setColourMode(parseName("--color", mode, COLOUR_MODES));
  return options.filter((option) => !option.startsWith("--color="));
}
