/** `trace syscalls`: shows the decoded system calls of a command or of running processes. */

import { defineCommand } from "citty";
import { ROW_COLUMNS } from "../../events/syscall-row.ts";
import type { Command, CommandContext } from "../command.ts";
import { logger } from "../messages.ts";
import { SYSCALLS_RULES } from "../rules/syscalls.ts";
import { becomeCommand } from "./daemonize.ts";
import { OPTION_GROUPS, OPTIONS } from "./options.ts";
import { openSyscallOutput } from "./output.ts";
import { readPlan } from "./plan.ts";
import { SyscallSession } from "./session.ts";

const definition = defineCommand({
  meta: { name: "syscalls", description: "Trace system calls, strace-style (no root needed)" },
  args: OPTIONS,
  run({ data }) {
    const plan = readPlan(data as CommandContext);
    if (plan.daemonize && !plan.caller) return becomeCommand(plan, plan.daemonize);
    const status = new SyscallSession(plan, openSyscallOutput(plan)).run();
    if (plan.tip !== null) logger.info(`tip: ${plan.tip}`);
    return status;
  },
});

export const syscalls: Command = {
  definition,
  rules: SYSCALLS_RULES,
  takesCommand: true,
  columns: { all: ROW_COLUMNS, defaults: ROW_COLUMNS },
  usage: "[options] [--] COMMAND [ARG…]\n[options] -p PID[,PID…]",
  common: [...["expression", "path", "pid", "output", "mode", "format", "by-file", "count"]],
  groups: OPTION_GROUPS,
  topics: ["expressions", "rules", "columns syscalls"],
  examples: [
    "trace syscalls -- ls",
    "trace syscalls --mode human -- touch /tmp/x",
    "trace syscalls --mode human -e mode=warning -- ./install.sh",
    "trace syscalls --by-file -- git status",
    "trace syscalls --format ndjson -o - -- true | jq -c '[.name, .args]'",
    "trace syscalls -e trace=%network -- curl localhost",
    "trace syscalls -P /etc/passwd -y -- id",
    "trace syscalls -c -- make",
    "sudo trace syscalls -p 1234 -tt -T",
  ],
  exitStatus:
    "that of the command; 128+N after signal N; 0 with -p alone; 2 bad option; 125 trace itself failed.",
};
