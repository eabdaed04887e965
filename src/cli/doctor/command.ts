/** `trace doctor`: what recording needs of this machine, and what to do where it is missing. */
import { defineCommand } from "citty";
import type { Command } from "../command.ts";
import { EXIT, UsageError } from "../messages.ts";
import { type Check, runChecks } from "./checks.ts";

/** Exit status when `exec` cannot run. */
const EXIT_UNSUPPORTED = 1;

function checkLine({ name, ok, required, detail, advice }: Check): string {
  const mark = ok ? "ok     " : required ? "MISSING" : "partly ";
  return `${mark}  ${name.padEnd(10)} ${detail}${advice && `: ${advice}`}\n`;
}

const SUPPORTED_TEXT = "trace exec can use eBPF";
const UNSUPPORTED_TEXT =
  "trace exec cannot use eBPF: it records by ptrace, slower and without io_uring";

const definition = defineCommand({
  meta: { name: "doctor", description: "Say what this machine lacks for recording" },
  args: {
    format: {
      type: "string",
      valueHint: "text|json",
      default: "text",
      description: "how it is written",
    },
  },
  run({ args, data }) {
    const [surplus] = (data as { command: readonly string[] }).command;
    if (surplus !== undefined) throw new UsageError(`doctor: takes no arguments (${surplus})`);
    if (args.format !== "text" && args.format !== "json")
      throw new UsageError(`--format ${args.format}: no such format; want one of text, json`);
    const found = runChecks();
    const able = found.every((requirement) => requirement.ok || !requirement.required);
    process.stdout.write(
      args.format === "json"
        ? `${JSON.stringify({ exec: able, requirements: found }, null, 2)}\n`
        : `${found.map(checkLine).join("")}${able ? SUPPORTED_TEXT : UNSUPPORTED_TEXT}\n`,
    );
    return able ? EXIT.ok : EXIT_UNSUPPORTED;
  },
});

export const doctor: Command = {
  definition,
  usage: "[options]",
  details: `Examples:
  trace doctor
  trace doctor --format json | jq .exec

Exit status: 0 when trace exec can use eBPF, else 1.
`,
};
