/** The command line: finds the subcommand, splits its options from the traced command, runs it. */
import { type CommandDef, defineCommand, renderUsage, runCommand } from "citty";
import { version } from "../package.json";
import { splitArguments } from "./arguments.ts";
import { all } from "./commands/all.ts";
import { doctor } from "./commands/doctor.ts";
import { exec } from "./commands/exec.ts";
import { COLUMNS_HELP } from "./commands/options.ts";
import { StartError } from "./commands/recording.ts";
import { SystemError } from "./ffi/errno.ts";
import { EXIT, say, UsageError } from "./messages.ts";
import { nearest } from "./nearest.ts";
import { CgroupError } from "./process/cgroup.ts";
import { CommandError } from "./process/child.ts";
import { inherited } from "./process/inherited.ts";
import { UserError } from "./process/user.ts";

// Each knows the types of its own arguments; here only their names count.
const commands = { exec, all, doctor } as unknown as Record<string, CommandDef>;

const root = defineCommand({
  meta: {
    name: "trace",
    version,
    description: "Records what a command or the whole machine does to files",
  },
  subCommands: commands,
});

const EXAMPLES: Readonly<Record<string, string>> = {
  trace: `Examples:
  sudo trace exec -- make                      what make opens, in trace.csv
  sudo trace all --flags=O_WRONLY              who opens files for writing, as it happens
  trace doctor                                 what this machine lacks
`,
  exec: `${COLUMNS_HELP}

Examples:
  sudo trace exec --cgroups --flags="O_CREAT|O_TRUNC" ./main
  sudo trace exec --format json -- npm test;  jq ".[] | .fname" trace.json
  sudo trace exec -o - --columns pid,path,return -- git status

Exit status: the command's own; 128+N after signal N; 127 not found, 126 not executable;
2 bad option; 3 events are missing (--require-complete); 125 trace itself failed.
`,
  all: `${COLUMNS_HELP}

Examples:
  sudo trace all --flags=O_WRONLY
  sudo trace all --comm nginx --columns time,pid,path,return
  sudo trace all --duration 10s --format ndjson | jq -r .fname | sort | uniq -c | sort -n

It ends at Ctrl-C, after --duration or --count, or when nobody reads its output.
Exit status: 0; 2 bad option; 3 events are missing (--require-complete); 125 trace itself failed.
`,
  doctor: `Examples:
  trace doctor
  trace doctor --format json | jq .exec

Exit status: 0 when trace exec can run, else 1.
`,
};

async function help(name: string | null): Promise<void> {
  const usage = name === null ? await renderUsage(root) : await renderUsage(commands[name], root);
  const call =
    name === "exec" ? usage.replace("[OPTIONS]", "[OPTIONS] [--] COMMAND [ARG…]") : usage;
  const text = process.stdout.isTTY && !process.env.NO_COLOR ? call : Bun.stripANSI(call);
  process.stdout.write(`${text}\n\n${EXAMPLES[name ?? "trace"]}`);
}

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === "--version" || name === "-V") {
    process.stdout.write(`trace ${version}\n`);
    return EXIT.ok;
  }
  if (name === undefined || name === "--help" || name === "-h") {
    await help(null);
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const near = nearest(name, [...Object.keys(commands), "--help", "--version"]);
    const hint = near ? `did you mean ${near}?` : `want one of ${Object.keys(commands).join(", ")}`;
    throw new UsageError(`${name}: no such command; ${hint}`);
  }
  const data = { inherited: inherited() };
  const split = splitArguments(rest, command.args as never);
  if (split.help) {
    await help(name);
    return EXIT.ok;
  }
  const { result } = await runCommand(command, {
    rawArgs: split.options,
    data: { ...data, command: split.command },
  });
  return result as number;
}

/** What each failure that we expect means for the exit status. Anything else is a bug. */
function statusOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof CommandError) return error.status;
  const expected = [SystemError, StartError, UserError, CgroupError];
  if (expected.some((kind) => error instanceof kind)) return EXIT.failure;
  say.error(`a bug in trace: ${error instanceof Error ? error.stack : error}`);
  return EXIT.failure;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = statusOf(error);
  if (error instanceof Error) say.error(error.message);
}
process.exit();
