/** `trace doctor`: checks whether this machine supports recording. */
import { defineCommand } from "citty";
import { print } from "../../storage/print.ts";
import { printableJson, printableText } from "../../text/printable.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { parseName } from "../options/names.ts";
import { type Check, runChecks } from "./checks.ts";

/** The exit status if `trace exec` cannot use eBPF. */
const EXIT_UNSUPPORTED = 1;

function checkLine({ name, ok, required, detail, advice }: Check): string {
  const mark = ok ? "ok     " : required ? "MISSING" : "limited";
  return `${mark}  ${name.padEnd(10)} ${printableText(`${detail}${advice && `: ${advice}`}`)}\n`;
}

const SUPPORTED_TEXT = "trace exec can use eBPF";
const UNSUPPORTED_TEXT = "trace exec cannot use eBPF and falls back to ptrace, which is slower";

const definition = defineCommand({
  meta: { name: "doctor", description: "Check whether this machine supports recording" },
  args: {
    format: {
      type: "string",
      valueHint: "text|json",
      default: "text",
      description: "output format",
    },
  },
  run({ args, data }) {
    const [surplus] = (data as CommandContext).command;
    if (surplus !== undefined) throw new UsageError(`doctor: does not take arguments (${surplus})`);
    const format = parseName("--format", args.format, ["text", "json"]);
    const checks = runChecks();
    const supported = checks.every((check) => check.ok || !check.required);
    print(
      format === "json"
        ? `${printableJson(JSON.stringify({ exec: supported, requirements: checks }, null, 2))}\n`
        : `${checks.map(checkLine).join("")}${supported ? SUPPORTED_TEXT : UNSUPPORTED_TEXT}\n`,
    );
    return supported ? EXIT.ok : EXIT_UNSUPPORTED;
  },
});

export const doctor: Command = {
  definition,
  usage: "[options]",
  common: ["format"],
  examples: ["trace doctor", "trace doctor --format json | jq .exec"],
  exitStatus: "0 if trace exec can use eBPF, otherwise 1.",
};
