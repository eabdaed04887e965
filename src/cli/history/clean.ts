/** `trace clean`: drops what is old, or too much, from a history and what it was rotated into. */
import { defineCommand } from "citty";
import { historyPath, invokingUser } from "../../daemon/state-directory.ts";
import { type Arch, openFlags } from "../../kernel/fcntl.ts";
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
import type { Command } from "../command.ts";
import { withStartErrors } from "../errors.ts";
import { EXIT, logger, UsageError } from "../messages.ts";
import { parseSize } from "../options/options.ts";
import { parseAge } from "../options/time.ts";
import type { CommandContext } from "../record/exec.ts";

/** One file of a history, and from where on it is kept. */
interface PrunePlan {
  readonly path: string;
  readonly size: number;
  readonly from: number;
  /** Whether it is one that the history was rotated into: it need not stay. */
  readonly rotated: boolean;
}

function parseRetention(older: string | undefined, most: string | undefined): RetentionPolicy {
  if (older === undefined && most === undefined)
    throw new UsageError("clean: say what is to go: --older 30d, --max-size 1G, or both");
  const since = older === undefined ? null : Date.now() / 1000 - parseAge("--older", older);
  return {
    since: since === null ? null : { seconds: Math.floor(since), nanoseconds: 0 },
    size: most === undefined ? null : parseSize("--max-size", most),
  };
}

/** @throws UsageError */
function openFiles(path: string): HistoryFile[] {
  try {
    return openHistory(path, openFlags(process.arch as Arch).O_NOFOLLOW);
  } catch (error) {
    if (error instanceof UnreadableHistoryError) throw new UsageError(error.message);
    throw error;
  }
}

function planPruning(path: string, wanted: RetentionPolicy): PrunePlan[] {
  const files = openFiles(path);
  const starts = retentionOffsets(files, wanted);
  return files.map((file, i) => {
    file.close();
    return { path: file.path, size: file.size, from: starts[i], rotated: file.path !== path };
  });
}

function planText(part: PrunePlan, dryRun: boolean): string {
  const all = part.rotated && part.from === part.size;
  const what = all ? "removed" : "dropped";
  const of = all ? "" : ` of ${formatSize(part.size)}`;
  return `${part.path}: ${dryRun ? "would be " : ""}${what}: ${formatSize(part.from)}${of}`;
}

function pruneFiles(path: string, wanted: RetentionPolicy, dryRun: boolean): void {
  const parts = planPruning(path, wanted).filter(({ from }) => from > 0);
  for (const part of parts) {
    if (!dryRun) truncateHead(part.path, part.from, part.rotated);
    logger.info(planText(part, dryRun));
  }
  if (parts.length === 0) logger.info(`${path}: nothing to drop`);
}

const definition = defineCommand({
  meta: { name: "clean", description: "Drop from a history what is old, or too much" },
  args: {
    older: { type: "string", valueHint: "AGE", description: "drop what is older: 12h, 30d, 4w" },
    "max-size": {
      type: "string",
      valueHint: "SIZE",
      description: "drop the oldest until no more bytes than these are left, with K, M or G",
    },
    "dry-run": { type: "boolean", description: "say what would be dropped, and drop nothing" },
  },
  run({ args, data }) {
    const { command: files } = data as CommandContext;
    if (files.length > 1) throw new UsageError(`clean: one file at a time, not ${files[1]} too`);
    const wanted = parseRetention(args.older, args["max-size"]);
    const path = files[0] ?? historyPath(invokingUser(process.env));
    const dryRun = args["dry-run"] === true;
    // A file that is not there is a mistake of who named it.
    for (const file of openFiles(path)) file.close();
    withStartErrors(path, () => {
      asUser(ownerOf(path), () => {
        if (dryRun) pruneFiles(path, wanted, dryRun);
        else withRotationLocked(path, () => pruneFiles(path, wanted, dryRun));
      });
    });
    return EXIT.ok;
  },
});

export const clean: Command = {
  definition,
  usage: "[options] [FILE]",
  details: `FILE is by default the history, ~/.local/state/trace/history.ndjson; what it was rotated into
(FILE.1, FILE.2, …) is part of it. A trace that writes to it goes on meanwhile, and none of its
lines is lost. A symbolic link is not followed, and nothing is done that the file's owner may not.

Examples:
  trace clean --older 30d
  trace clean --max-size 1G --dry-run
  trace clean /var/log/etc.ndjson --older 1w --max-size 500M

Exit status: 0; 2 bad option, or no such file; 125 it could not be done.
`,
};
