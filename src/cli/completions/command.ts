/** `trace completions`: prints a script that completes command lines in a shell. */
import { defineCommand } from "citty";
import { print } from "../../storage/print.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { suggestion } from "../options/names.ts";
import { oneOf } from "../options/values.ts";
import { COMPLETIONS } from "./index.ts";

const definition = defineCommand({
  meta: { name: "completions", description: "Print a script that completes command lines" },
  args: {},
  async run({ data }) {
    const { command, loadCommands } = data as CommandContext;
    const [shell, ...surplus] = command;
    const known = Object.keys(COMPLETIONS);
    if (shell === undefined || surplus.length)
      throw new UsageError(`completions: expected one of ${known.join(", ")}`);
    if (!Object.hasOwn(COMPLETIONS, shell))
      throw new UsageError(`completions ${shell}: no such shell; ${suggestion(shell, known)}`);
    print(COMPLETIONS[shell].script(await loadCommands()));
    return EXIT.ok;
  },
});

export const completions: Command = {
  definition,
  operands: oneOf(Object.keys(COMPLETIONS)),
  usage: Object.keys(COMPLETIONS).join("|"),
  common: [],
  details: `The shell reads the script at its start from one of these files, or from the command that follows:
${Object.entries(COMPLETIONS)
  .map(([shell, { place, start }]) => `  ${shell.padEnd(6)}${place}\n  ${"".padEnd(6)}${start}`)
  .join("\n")}
`,
  examples: [
    "source <(trace completions bash)",
    "trace completions fish >~/.config/fish/completions/trace.fish",
  ],
  exitStatus: "0; 2 bad usage.",
};
