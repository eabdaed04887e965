/** The options that `trace lock` and `trace check` share. */

import type { ArgsDef } from "citty";
import { pathExists } from "../../process/paths.ts";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../errors.ts";
import { QUIET_ARG } from "../options/output.ts";
import { EXEC_ARGS } from "../record/exec.ts";

/** Without the children of a command, what it did is not known. */
const { follow: _, ...COMMAND_ARGS } = EXEC_ARGS;

export const OBSERVE_ARGS = {
  "allow-incomplete": {
    type: "boolean",
    description: "go on with a record that is incomplete, or does not say whether it is",
  },
  ...COMMAND_ARGS,
  buffer: {
    type: "string",
    valueHint: "SIZE",
    default: "4M",
    description: "size of the kernel's ring buffer in bytes, or with K, M or G",
  },
  quiet: QUIET_ARG,
} as const satisfies ArgsDef;

/** The names of options about the command, for --help. */
export const OBSERVE_OPTIONS = [...Object.keys(COMMAND_ARGS), "buffer"];

/** What is learnt or judged: a command to run, or records. */
export type Target =
  | { readonly command: readonly string[] }
  | { readonly files: readonly string[] };

/** @param name of the subcommand @throws UsageError */
export function parseTarget(name: string, { command, before }: CommandContext): Target {
  if (before === undefined) {
    const missing = command.find((file) => file !== "-" && !pathExists(file));
    if (missing !== undefined)
      throw new UsageError(`${missing}: no such record; to run it: trace ${name} -- ${missing}`);
    if (command.length > 0) return { files: command };
    throw new UsageError(`${name}: no command given; try: trace ${name} -- make`);
  }
  if (before.length > 0)
    throw new UsageError(`${before[0]}: give records, or a command after --, not both`);
  if (command.length === 0) throw new UsageError(`${name}: no command after --`);
  return { command };
}
