/** `trace check`: judges what a command does by a lock file. */
import { defineCommand } from "citty";
import { judge } from "../../policy/judge.ts";
import { Policy } from "../../policy/policy.ts";
import { subjectsOf } from "../../policy/subjects.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { parseCommandUser } from "../options/user.ts";
import { EXEC_ARGS } from "../record/exec.ts";
import { basesOf } from "./bases.ts";
import { DEFAULT_LOCK, readLock } from "./file.ts";
import { observeCommand } from "./observe.ts";

const definition = defineCommand({
  meta: { name: "check", description: "Check that a command does only what a lock file allows" },
  args: {
    lock: {
      type: "string",
      valueHint: "FILE",
      default: DEFAULT_LOCK,
      description: "the lock file",
    },
    ...EXEC_ARGS,
    buffer: {
      type: "string",
      valueHint: "SIZE",
      default: "4M",
      description: "size of the kernel's ring buffer in bytes, or with K, M or G",
    },
    quiet: { type: "boolean", alias: "q", description: "write only errors and losses to stderr" },
  },
  run({ args, data }) {
    const { command, before, inherited } = data as CommandContext;
    if (before === undefined) throw new UsageError("check: no command given; try: trace check -- make");
    const file = readLock(args.lock);
    const bases = basesOf(args.lock, parseCommandUser(args.user));
    const { run, status, losses } = observeCommand(args, command, inherited);
    const violations = judge(subjectsOf(run, bases), new Policy(file.entries));
    for (const { subject, text } of violations)
      process.stderr.write(`${subject.access.kind} ${text}  (${subject.access.process.comm})\n`);
    if (violations.length) return EXIT.violation;
    return losses?.length ? EXIT.incomplete : (status ?? EXIT.ok);
  },
});

export const check: Command = {
  definition,
  usage: "[options] -- COMMAND [ARG…]",
  details: "",
};
