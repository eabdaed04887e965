/** `trace clean`: prunes a history and its rotated files by age or size. */
import { defineCommand } from "citty";
import { historyPath, invokingUser } from "../../daemon/state-directory.ts";
import { errnoText, SystemError } from "../../ffi/errno.ts";
import { O_NOFOLLOW } from "../../ffi/machine.ts";
import { ELOOP, ENOENT, ENOTDIR } from "../../kernel/errno.ts";
import { sudoCaller, type User } from "../../process/user.ts";
import { isHistory } from "../../sources/records/history-check.ts";
import {
  type HistoryFile,
  openHistory,
  UnreadableHistoryError,
} from "../../sources/records/history-file.ts";
import type { RetentionPolicy } from "../../sources/records/retention.ts";
import { type LogPart, RotatedError, truncateHead } from "../../storage/truncate-head.ts";
import { atPlace, inDirectory } from "../../storage/trusted-path.ts";
import { formatSize } from "../../text/byte-size.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, StartError, UsageError, withStartErrors } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseSize } from "../options/size.ts";
import { parseAge } from "../options/time.ts";
import { FILES } from "../options/values.ts";
import { type Pruned, planPruning } from "./pruning.ts";

/** How often to begin again because the log was rotated. */
const MAX_TRIES = 10;

/** One file of a history, and what is dropped of it. */
interface PrunePlan extends LogPart, Pruned {
  readonly size: number;
  /** Whether it is a rotated file, which is removed if all its events are dropped. */
  readonly rotated: boolean;
}

function parseRetention(older: string | undefined, maxSize: string | undefined): RetentionPolicy {
  if (older === undefined && maxSize === undefined)
    throw new UsageError("clean: nothing to do: give --older and/or --max-size");
  const since = older === undefined ? null : Date.now() / 1000 - parseAge("--older", older);
  return {
    since: since === null ? null : { seconds: Math.floor(since), nanoseconds: 0 },
    size: maxSize === undefined ? null : parseSize("--max-size", maxSize),
  };
}

/** Opens a history and its rotated files. @throws UsageError if one of them is none */
function openFiles({ directory, name, path, user }: LogPart): HistoryFile[] {
  try {
    const files = openHistory(path, O_NOFOLLOW, inDirectory(directory, name));
    const other = files.find((file) => !isHistory(file));
    if (other) throw new UsageError(`${other.path}: not a trace history; nothing was changed`);
    return files;
  } catch (error) {
    if (!(error instanceof UnreadableHistoryError)) throw error;
    throw new UsageError(error.message + rightsHint(error.message, user), { cause: error });
  }
}

/** With sudo, the rights of the user who called it apply, as for all files that trace writes. */
function rightsHint(message: string, user: User | null): string {
  if (!user || !/\bE(ACCES|PERM)\b/.test(message)) return "";
  return `; the rights of ${user.name} apply; with those of root: sudo env -u SUDO_USER -u SUDO_UID trace clean …`;
}

function planFiles(log: LogPart, policy: RetentionPolicy): PrunePlan[] {
  const files = openFiles(log);
  const plans = planPruning(files, policy);
  return files.map((file, i) => {
    file.close();
    const suffix = file.path.slice(log.path.length);
    const part = { ...log, name: log.name + suffix, path: file.path };
    return { ...part, ...plans[i], size: file.size, rotated: suffix !== "" };
  });
}

function planText({ path, size, from, rotated }: PrunePlan, dryRun: boolean): string {
  const removed = rotated && from === size;
  const action = removed ? "removed" : "dropped";
  const total = removed ? "" : ` of ${formatSize(size)}`;
  return `${path}: ${dryRun ? "would be " : ""}${action}: ${formatSize(from)}${total}`;
}

function pruneFiles(log: LogPart, policy: RetentionPolicy, dryRun: boolean): void {
  const plans = planFiles(log, policy).filter(({ from }) => from > 0);
  for (const plan of plans) {
    if (!dryRun) truncateHead(plan, log, plan.from, plan.rotated, plan.head);
    logger.info(planText(plan, dryRun));
  }
  if (plans.length === 0) logger.info(`${log.path}: nothing to drop`);
}

/** Prunes again if a writer rotates the log meanwhile. */
function pruneSteadily(log: LogPart, policy: RetentionPolicy, dryRun: boolean): void {
  for (let tries = MAX_TRIES; ; tries--) {
    try {
      pruneFiles(log, policy, dryRun);
      return;
    } catch (error) {
      if (!(error instanceof RotatedError) || tries === 1) throw error;
    }
  }
}

/** Opens the history's directory with the caller's rights. @throws UsageError if there is none */
function withHistory(path: string, user: User | null, work: (log: LogPart) => void): void {
  try {
    atPlace(path, user, ({ directory, name }) => work({ directory, name, path, user }));
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (error.errno === ENOENT || error.errno === ELOOP || error.errno === ENOTDIR)
      throw new UsageError(`${path}: ${error.hint || errnoText(error.errno)}`, {
        cause: error,
      });
    throw new StartError(error.message + rightsHint(error.message, user), { cause: error });
  }
}

const definition = defineCommand({
  meta: { name: "clean", description: "Prune the change history by age or size" },
  args: {
    older: { type: "string", valueHint: "AGE", description: "drop events older than 12h, 30d, 4w" },
    "max-size": {
      type: "string",
      valueHint: "SIZE",
      description: "drop the oldest events until at most SIZE is left (bytes, or with K, M or G)",
    },
    "dry-run": { type: "boolean", description: "show what would be dropped without dropping it" },
  },
  run({ args, data }) {
    const { command: files } = data as CommandContext;
    if (files.length > 1) throw new UsageError(`clean: expected one file, not ${files[1]} too`);
    const policy = parseRetention(args.older, args["max-size"]);
    const path = files[0] ?? historyPath(invokingUser(process.env));
    const dryRun = args["dry-run"] === true;
    const user = sudoCaller(process.env);
    withStartErrors(path, () =>
      withHistory(path, user, (log) => pruneSteadily(log, policy, dryRun)),
    );
    return EXIT.ok;
  },
});

export const clean: Command = {
  definition,
  usage: "[options] [FILE]",
  operands: FILES,
  common: ["older", "max-size", "dry-run"],
  details: `FILE defaults to the history, ~/.local/state/trace/history.ndjson; its rotated files (FILE.1, FILE.2, …) are pruned as well. A running trace can continue to write to the file without losing a line. A file whose lines are no events is refused. The rights of the caller apply, with sudo those of the user who called it. Symbolic links of other users are not followed.
`,
  examples: [
    "trace clean --older 30d",
    "trace clean --max-size 1G --dry-run",
    "trace clean /var/log/etc.ndjson --older 1w --max-size 500M",
  ],
  exitStatus: "0; 2 bad option, no such file, or not a history; 125 the file could not be pruned.",
};
