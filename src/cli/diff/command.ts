/** `trace diff`: how two runs differ. It needs no root. */
import { defineCommand } from "citty";
import { sudoCaller } from "../../process/user.ts";
import { compareRuns } from "../../sinks/reports/diff/compare.ts";
import { compareEnvironments } from "../../sinks/reports/diff/environment.ts";
import { type DiffFormat, diffFormats } from "../../sinks/reports/diff/formats.ts";
import { renderSummaryPage } from "../../sinks/reports/diff/github.ts";
import type { DirectoryMap, NamedRun } from "../../sinks/reports/diff/names.ts";
import type { DiffReport, DiffRun } from "../../sinks/reports/diff/report.ts";
import { MAX_SHOWN } from "../../sinks/reports/diff/text.ts";
import { textToLatin1 } from "../../text/latin1.ts";
import { normalizePath } from "../../text/path.ts";
import { printableText } from "../../text/printable.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { suggestion } from "../options/names.ts";
import { openOutput } from "../options/output.ts";
import { FILES } from "../options/values.ts";
import { optionValues } from "../parse-args.ts";
import { reportMissing, reportPartial } from "../record/read-record.ts";
import { DIFF_RULES } from "../rules/diff.ts";
import { DIFF_COLUMNS, type DiffRecord, readRun } from "./read.ts";

const definition = defineCommand({
  meta: { name: "diff", description: "Show how two recorded runs differ" },
  args: {
    map: {
      type: "string",
      valueHint: "DIR=DIR",
      description: "take a directory of A for one of B; repeatable",
    },
    format: {
      type: "string",
      valueHint: Object.keys(diffFormats).join("|"),
      default: "text",
      description: "format of the report",
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      default: "-",
      description: "where to write the report",
    },
    all: { type: "boolean", description: "show all differences, not only the first 30" },
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if a record is incomplete, or does not say",
    },
  },
  async run({ args, data }) {
    const { command: files, options } = data as CommandContext;
    if (files.length !== 2)
      throw new UsageError("diff: expected two records; try: trace diff a.trace b.trace");
    const format = parseDiffFormat(args.format);
    const maps = optionValues(options, "map").map(parseMap);
    const [a, b] = [await readRun(files[0]), await readRun(files[1])];
    requireSameEvents(a, b);
    requireSameEvents(b, a);
    const report = reportOf(a, b, maps);
    const user = sudoCaller(process.env);
    write(diffFormats[format](report, args.all === true), args.output, user);
    const page = process.env.GITHUB_STEP_SUMMARY;
    if (format === "github" && page) write(renderSummaryPage(report), page, user, true);
    for (const record of [a, b]) {
      reportMissing(record.name, record.events, record.run.losses);
      reportPartial(record);
    }
    if (format === "text") {
      reportUncompared(a, b);
      advise(report, args.all === true, maps.length > 0);
    }
    const isComplete = [a, b].every(({ run }) => run.complete === true);
    if (args["require-complete"] && !isComplete) return EXIT.incomplete;
    return report.differences.length ? EXIT.different : EXIT.ok;
  },
});

function parseDiffFormat(text: string): DiffFormat {
  if (Object.hasOwn(diffFormats, text)) return text as DiffFormat;
  const names = Object.keys(diffFormats);
  throw new UsageError(`--format ${text}: no such format; ${suggestion(text, names)}`);
}

/** @throws UsageError */
function parseMap(text: string): DirectoryMap {
  const directories = text.split("=").map((part) => normalizePath(textToLatin1(part)));
  const [from, to, ...rest] = directories.map((path) => path.replace(/\/$/, ""));
  if (rest.length || !from?.startsWith("/") || !to?.startsWith("/"))
    throw new UsageError(
      `--map ${printableText(text)}: expected two absolute directories, as /home/a/src=/home/b/src`,
    );
  return [from, to];
}

/** @throws UsageError if a record was made without kinds of events that the other one has */
function requireSameEvents({ name, header }: DiffRecord, other: DiffRecord): void {
  const { events } = header;
  if (events === null || other.header.events === null) return;
  const missing = other.header.events.filter((kind) => !events.includes(kind));
  if (missing.length)
    throw new UsageError(
      printableText(`${name}: was recorded without the events ${missing.join(",")}`),
    );
}

function reportOf(a: DiffRecord, b: DiffRecord, maps: readonly DirectoryMap[]): DiffReport {
  return {
    a: toRun(a),
    b: toRun(b),
    hasTimes: a.hasTimes && b.hasTimes,
    hasContents: [a, b].every(({ outcomes }) => !outcomes.digests.isEmpty),
    differences: [
      ...compareEnvironments(a.header.environment, b.header.environment),
      ...compareRuns(named(a, maps), named(b, [])),
    ],
  };
}

function named({ outcomes, header }: DiffRecord, maps: readonly DirectoryMap[]): NamedRun {
  const tmp = header.directories?.tmp;
  const temporary = tmp?.startsWith("/") ? [textToLatin1(tmp)] : [];
  return [outcomes, { maps, temporary }];
}

function toRun({ name, run }: DiffRecord): DiffRun {
  const { command, cwd, host, kernel, started, status, complete, losses } = run;
  const of = { command, cwd, host, kernel, started, status, complete, losses };
  return { name: textToLatin1(name), ...of };
}

function write(
  text: string,
  path: string,
  user: Parameters<typeof openOutput>[1],
  append = false,
): void {
  const output = openOutput(path, user, { append });
  const bytes = new TextEncoder().encode(text);
  output.begin();
  output.write(bytes, bytes.length);
}

/** Says that only one of the records has the environment. */
function reportUncompared(a: DiffRecord, b: DiffRecord): void {
  const without = [a, b].filter(({ header }) => header.environment === null);
  if (without.length === 1)
    logger.info(`environment variables were not compared: ${without[0].name} has none`);
}

/** Says that nothing differs, or names the options that would help. */
function advise(report: DiffReport, showsAll: boolean, hasMaps: boolean): void {
  const { a, b, differences, hasContents } = report;
  if (differences.length === 0)
    logger.info(
      hasContents
        ? "no differences"
        : "no differences; contents of files were not compared: record both with --digest all",
    );
  if (differences.length > MAX_SHOWN && !showsAll)
    logger.info("the first differences are shown; --all shows all of them");
  const [from, to] = [a.cwd, b.cwd];
  if (differences.length > 0 && !hasMaps && from !== null && to !== null && from !== to)
    logger.info(`to take one directory for the other: ${printableText(`--map ${from}=${to}`)}`);
}

export const diff: Command = {
  definition,
  rules: DIFF_RULES,
  usage: "[options] A B",
  operands: FILES,
  common: ["map", "format", "output", "all", "require-complete"],
  details: `Compares two records of the same command: which files, programs and addresses only one of them used, and what ended differently. The first line is the first difference in time; what follows is mostly its consequence. A and B are record files (run.trace), or CSV, JSON or NDJSON that was recorded with --events all and these --columns:
  ${DIFF_COLUMNS.replaceAll(",", ", ")}
`,
  examples: [
    "trace diff good.trace bad.trace",
    "trace diff --map /home/me/app=/builds/app local.trace ci.trace",
    "trace diff --format json a.trace b.trace | jq -r '.differences[0]'",
  ],
  exitStatus:
    "0 the runs do not differ; 1 they do; 2 bad option or no such record; 3 a record is incomplete or does not say (with --require-complete); 125 trace itself failed.",
};
