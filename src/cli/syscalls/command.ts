/** `trace syscalls`: shows the decoded system calls of a command or of running processes. */

import { defineCommand } from "citty";
import { ROW_COLUMNS } from "../../events/syscall-row.ts";
import { CLASS_NAMES } from "../../filters/trace-expression.ts";
import type { Command, CommandContext } from "../command.ts";
import { logger } from "../messages.ts";
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

const COLUMNS_HELP = ROW_COLUMNS.map(({ name, about }) => `  ${name.padEnd(12)}${about}`);

export const syscalls: Command = {
  definition,
  takesCommand: true,
  usage: "[options] [--] COMMAND [ARG…]",
  groups: OPTION_GROUPS,
  details: `Classes for -e: ${CLASS_NAMES.map((name) => `%${name}`).join(" ")}
Other kinds of -e, each also a long option (--status=failed); the last one of a kind applies:
  status=successful|failed|unfinished|detached…   signal=SET   quiet=attach|exit|…   !SET: all but these
  abbrev=, verbose=, raw=SET   calls whose structs are short, are read at all; whose arguments are numbers
  inject=SET:ACTION…[:when=FIRST[..LAST][+[STEP]]]   error=ENOENT retval=N signal=USR1 syscall=getpid
    delay_enter=20ms delay_exit=1s poke_enter=@arg1=HEX poke_exit=@arg1=HEX;   fault=SET[:error=…][:when=…]
  read=FDS, write=FDS   dump the data of these fds
  decode-fds=path,socket,dev,pidfd   decode-pids=comm,pidns
  mode=warning, mode=danger    only calls of that severity; ";" separates expressions

Columns of data:
${COLUMNS_HELP.join("\n")}

Rules assign a severity to calls, one rule a line; yours take precedence over the built-in ones:
  danger   connect remote                : no network here
  info     * changes in=./build,~/.cache : where results go
  danger   setuid uid=0                  : gains root privileges

Examples:
  trace syscalls -- ls
  trace syscalls --mode human -- touch /tmp/x
  trace syscalls --mode human -e mode=warning -- ./install.sh
  trace syscalls --by-file -- git status
  trace syscalls --format ndjson -o - -- true | jq -c '[.name, .args]'
  trace syscalls -e trace=%network -- curl localhost
  trace syscalls -P /etc/passwd -y -- id
  trace syscalls -c -- make
  sudo trace syscalls -p 1234 -tt -T

Exit status: that of the command; 128+N after signal N; 0 with -p alone; 2 bad option; 125 trace failed.
`,
};
