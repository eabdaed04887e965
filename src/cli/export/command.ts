/** `trace export`: writes what a run did in formats that other tools read. */
import { defineCommand } from "citty";
import { sudoCaller } from "../../process/user.ts";
import { type Account, buildAccount } from "../../sinks/reports/exports/account.ts";
import {
  EXPORT_FORMATS,
  PREDICATE_FORMATS,
  renderEvents,
  renderExport,
} from "../../sinks/reports/exports/index.ts";
import { REDACTIONS } from "../../sinks/reports/exports/names.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { type Observation, observeCommand, observeRecord } from "../lock/observe.ts";
import { OBSERVE_ARGS, OBSERVE_OPTIONS, parseTarget } from "../lock/options.ts";
import { logger } from "../messages.ts";
import { parseName, parseNames } from "../options/names.ts";
import { parseCommandUser } from "../options/user.ts";
import { FILES, listOf, oneOf } from "../options/values.ts";
import { WANT_ALL } from "../record/outputs.ts";
import { reportMissing } from "../record/read-record.ts";
import { EXPORT_RULES } from "../rules/export.ts";
import { DIGESTS, hasherOf, hashText } from "./digests.ts";
import { factsOf, namesOf } from "./facts.ts";
import { packageFinder } from "./packages.ts";
import { parseUrl, postEvents } from "./post.ts";
import { ExportTarget } from "./target.ts";

const { "allow-incomplete": _, ...COMMAND_ARGS } = OBSERVE_ARGS;

const definition = defineCommand({
  meta: {
    name: "export",
    description: "Write a run for other tools: in-toto, RO-Crate, SQLite and others",
  },
  args: {
    format: {
      type: "string",
      valueHint: "FORMAT",
      values: oneOf(EXPORT_FORMATS),
      description: EXPORT_FORMATS.join(", "),
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      default: "-",
      description: "output file; with ro-crate, the directory of the crate; - is standard output",
    },
    predicate: {
      type: "boolean",
      description: "only the predicate of the statement, for programs that sign it",
    },
    copy: {
      type: "boolean",
      description:
        "copy files into the directory of ro-crate: those below the working directory, up to 10 MiB",
    },
    post: {
      type: "string",
      valueHint: "URL",
      description: "send the events of openlineage to a server, too",
    },
    digest: {
      type: "string",
      valueHint: DIGESTS.join("|"),
      default: "local",
      description: "files to hash: outputs, and inputs below the working directory, or all",
    },
    "all-files": {
      type: "boolean",
      description: "also files of the system, which provenance formats leave out",
    },
    redact: {
      type: "string",
      valueHint: "a,b,c",
      values: listOf(REDACTIONS),
      description: "take out what is private: home, user, host, env",
    },
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if the record is incomplete, or does not say",
    },
    ...COMMAND_ARGS,
  },
  async run({ args, data }) {
    const context = data as CommandContext;
    if (args.format === undefined)
      throw new UsageError(`export: which format? --format ${EXPORT_FORMATS.join("|")}`);
    const format = parseName("--format", args.format, EXPORT_FORMATS);
    const digest = parseName("--digest", args.digest, DIGESTS);
    const redacted =
      args.redact === undefined ? [] : parseNames("--redact", args.redact, REDACTIONS);
    const target = parseTarget("export", context);
    if ("files" in target && target.files.length > 1)
      throw new UsageError("export: expected one FILE, such as run.trace");
    const user = "files" in target ? sudoCaller(process.env) : parseCommandUser(args.user);
    const url = args.post === undefined ? null : parseUrl(args.post);
    const destination = new ExportTarget(args.output, format, user);
    const { fd } = destination.output;
    const observation =
      "files" in target
        ? await observeRecord(target.files[0], true)
        : observeCommand(args, target.command, context.inherited, {
            ...{ fds: [fd], want: WANT_ALL, edges: true },
          });
    const facts = factsOf(observation);
    const names = namesOf(facts, redacted);
    const account = buildAccount(
      observation.run,
      facts,
      names,
      hasherOf(digest, facts, names, observation.run.digests),
    );
    const tools = { hash: hashText, findPackage: packageFinder(format, account) };
    const { predicate, "all-files": allFiles } = args;
    const contains = args.copy
      ? destination.copy(account, allFiles === true)
      : destination.contains(account);
    const options = { predicate, allFiles, contains };
    destination.write(renderExport(format, account, tools, options));
    reportAccount(observation, account, PREDICATE_FORMATS.includes(format) && !predicate);
    if (url) await postEvents(url, renderEvents(account, tools, options), args.output);
    return exitStatus(observation, args["require-complete"]);
  },
});

/** Says what the export lacks. */
function reportAccount(
  { name, run, losses }: Observation,
  account: Account,
  hasSubject: boolean,
): void {
  if (name !== null) reportMissing(name, run.events, losses);
  const { outputs } = account;
  if (hasSubject && !outputs.some(({ digest }) => digest))
    logger.warn("no output has a digest, so that the statement has no subject");
  const changed = outputs.filter(({ missing }) => missing === "changed").length;
  if (changed) logger.warn(`${changed} outputs have no digest: they are not as the run left them`);
}

function exitStatus({ name, status, losses }: Observation, requires = false): number {
  if (requires && losses?.length !== 0) return EXIT.incomplete;
  return name === null ? (status ?? EXIT.ok) : EXIT.ok;
}

export const exportCommand: Command = {
  definition,
  rules: EXPORT_RULES,
  usage: "[options] FILE\n[options] -- COMMAND [ARG…]",
  operands: FILES,
  takesCommandAfterDashes: true,
  common: ["format", "output", "predicate", "copy", "digest", "redact"],
  groups: { "The command": OBSERVE_OPTIONS.filter((name) => name in COMMAND_ARGS) },
  details: `FILE is a record file, which trace exec and trace all write with -o FILE.trace, or CSV, JSON or NDJSON with all events. Instead of FILE, COMMAND is run.
`,
  examples: [
    "trace export --format in-toto -o run.intoto.json run.trace",
    "trace export --format slsa --predicate -o predicate.json run.trace",
    "trace export --format ro-crate --copy -o crate -- ./pipeline.sh",
    "trace export --format sqlite -o run.db run.trace",
    "trace export --format openlineage --redact home,user,host run.trace",
  ],
  exitStatus:
    "0, or that of the command; 2 bad option or no such record; 3 the record is incomplete (with --require-complete); 125 trace itself failed.",
};
