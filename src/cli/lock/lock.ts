/** `trace lock`: writes what a command does to files, programs and addresses as a policy. */
import { defineCommand } from "citty";
import { learn, type Texts, union } from "../../policy/learn.ts";
import { LockFile } from "../../policy/lock-file.ts";
import { SECTIONS } from "../../policy/sections.ts";
import { subjectsOf } from "../../policy/subjects.ts";
import { pathExists } from "../../process/paths.ts";
import { latin1Slice, sliceToLatin1, textToLatin1 } from "../../text/latin1.ts";
import { shellQuote } from "../../text/shell-quote.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseNumber } from "../options/number.ts";
import { parseCommandUser } from "../options/user.ts";
import { EXEC_ARGS } from "../record/exec.ts";
import { basesOf } from "./bases.ts";
import { DEFAULT_LOCK, readLock, writeLock } from "./file.ts";
import { observeCommand } from "./observe.ts";

const definition = defineCommand({
  meta: { name: "lock", description: "Write what a command may read, write, run and contact" },
  args: {
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      default: DEFAULT_LOCK,
      description: "the lock file",
    },
    runs: {
      type: "string",
      valueHint: "N",
      default: "1",
      description: "run the command N times, and cover all runs",
    },
    merge: { type: "boolean", description: "add to the lock file; nothing is removed from it" },
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
    if (before === undefined) throw new UsageError("lock: no command given; try: trace lock -- make");
    const bases = basesOf(args.output, parseCommandUser(args.user));
    const runs = parseNumber("--runs", args.runs, 1);
    const learnt: Texts[] = [];
    let status = 0;
    for (let number = 0; number < runs; number++) {
      const observation = observeCommand(args, command, inherited);
      if (observation.losses?.length) {
        logger.error("the record is incomplete: no lock was written");
        return EXIT.incomplete;
      }
      status ||= observation.status ?? 0;
      learnt.push(learn(subjectsOf(observation.run, bases), bases));
    }
    const exists = args.output !== "-" && pathExists(args.output);
    const words = command.map((word) => latin1Slice(textToLatin1(word)));
    const quoted = sliceToLatin1(shellQuote(words));
    const lock = exists ? readLock(args.output) : LockFile.empty(quoted);
    const texts = union(learnt);
    for (const section of SECTIONS) {
      if (exists && !args.merge) lock.retain(section, new Set(texts[section]));
      lock.add(section, texts[section]);
    }
    lock.setCommand(quoted);
    writeLock(args.output, lock);
    return status;
  },
});

export const lock: Command = {
  definition,
  usage: "[options] -- COMMAND [ARG…]",
  details: "",
};
