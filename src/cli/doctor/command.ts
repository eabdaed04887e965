/** `trace doctor`: what recording needs of this machine, and what to do where it is missing. */
import { defineCommand } from "citty";
import type { Command } from "../command.ts";
import { EXIT, UsageError } from "../messages.ts";
import { type Requirement, requirements } from "./checks.ts";

/** Exit status when `exec` cannot run. */
const CANNOT_RUN = 1;

function line({ name, ok, needed, detail, advice }: Requirement): string {
  const mark = ok ? "ok     " : needed ? "MISSING" : "partly ";
  return `${mark}  ${name.padEnd(10)} ${detail}${advice && `: ${advice}`}\n`;
}

const ABLE = "trace exec can use eBPF";
const UNABLE = "trace exec cannot use eBPF: it records by ptrace, slower and without io_uring";

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
    const found = requirements();
    const able = found.every((requirement) => requirement.ok || !requirement.needed);
    process.stdout.write(
      args.format === "json"
        ? `${JSON.stringify({ exec: able, requirements: found }, null, 2)}\n`
        : `${found.map(line).join("")}${able ? ABLE : UNABLE}\n`,
    );
    return able ? EXIT.ok : CANNOT_RUN;
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
