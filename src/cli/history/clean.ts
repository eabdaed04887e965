/** `trace clean`: prunes a history and its rotated files by age or size. */
import { defineCommand } from "citty";
import { historyPath, invokingUser } from "../../daemon/state-directory.ts";
import { O_NOFOLLOW } from "../../ffi/machine.ts";
import { asUser } from "../../process/as-user.ts";
import {
  type HistoryFile,
  openHistory,
  UnreadableHistoryError,
} from "../../sources/records/history-file.ts";
import { type RetentionPolicy, retentionOffsets } from "../../sources/records/retention.ts";
import { ownerOf } from "../../storage/owner.ts";
import { truncateHead, withRotationLocked } from "../../storage/truncate-head.ts";
import { formatSize } from "../../text/byte-size.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError, withStartErrors } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseSize } from "../options/size.ts";
import { parseAge } from "../options/time.ts";

/** One file of a history, and the offset before which its events are dropped. */
interface PrunePlan {
  readonly path: string;
  readonly size: number;
  readonly from: number;
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

/** @throws UsageError */
function openFiles(path: string): HistoryFile[] {
  try {
    return openHistory(path, O_NOFOLLOW);
  } catch (error) {
    if (error instanceof UnreadableHistoryError)
      throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function planPruning(path: string, policy: RetentionPolicy): PrunePlan[] {
  const files = openFiles(path);
  const starts = retentionOffsets(files, policy);
  return files.map((file, i) => {
    file.close();
    return { path: file.path, size: file.size, from: starts[i], rotated: file.path !== path };
  });
}

function planText({ path, size, from, rotated }: PrunePlan, dryRun: boolean): string {
  const removed = rotated && from === size;
  const action = removed ? "removed" : "dropped";
  const total = removed ? "" : ` of ${formatSize(size)}`;
  return `${path}: ${dryRun ? "would be " : ""}${action}: ${formatSize(from)}${total}`;
}

function pruneFiles(path: string, policy: RetentionPolicy, dryRun: boolean): void {
  const plans = planPruning(path, policy).filter(({ from }) => from > 0);
  for (const plan of plans) {
    if (!dryRun) truncateHead(plan.path, plan.from, plan.rotated);
    logger.info(planText(plan, dryRun));
  }
  if (plans.length === 0) logger.info(`${path}: nothing to drop`);
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
    // A missing file is a usage error.
    for (const file of openFiles(path)) file.close();
    withStartErrors(path, () => {
      asUser(ownerOf(path), () => {
        if (dryRun) pruneFiles(path, policy, dryRun);
        else withRotationLocked(path, () => pruneFiles(path, policy, dryRun));
      });
    });
    return EXIT.ok;
  },
});

export const clean: Command = {
  definition,
  usage: "[options] [FILE]",
  details: `FILE defaults to the history, ~/.local/state/trace/history.ndjson; its rotated files
(FILE.1, FILE.2, …) are pruned as well. A running trace can continue to write to the file without
losing a line. Symbolic links are not followed, and the rights of the file's owner apply.

Examples:
  trace clean --older 30d
  trace clean --max-size 1G --dry-run
  trace clean /var/log/etc.ndjson --older 1w --max-size 500M

Exit status: 0; 2 bad option or no such file; 125 the file could not be pruned.
`,
};
