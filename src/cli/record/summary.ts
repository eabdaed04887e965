/** `trace summary`: summarizes a record. It needs no root. */
import { defineCommand } from "citty";
import { Run } from "../../model/run.ts";
import { currentDirectory } from "../../process/paths.ts";
import { terminalHeight } from "../../process/terminal.ts";
import { sudoCaller } from "../../process/user.ts";
import { writeCriticalPath } from "../../sinks/reports/critical-path/write.ts";
import { SUMMARY_COLUMNS } from "../../sinks/reports/summary/from-record.ts";
import type { SummaryView } from "../../sinks/reports/summary/sections.ts";
import { writeSummary } from "../../sinks/reports/summary/sink.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { ESCAPE_ARG } from "../options/format.ts";
import { openOutput } from "../options/output.ts";
import { FAILED_ARG, PATH_ARGS, parseChosenEvents } from "../options/path-patterns.ts";
import { parseSummary, SUMMARY_VALUES } from "../options/summary.ts";
import { FILES } from "../options/values.ts";
import { SUMMARY_RULES } from "../rules/recording.ts";
import { PathInput } from "./critical-path.ts";
import { readRecords, takerFor } from "./read-record.ts";

/** Returns null if the height of the terminal is not known. */
function foldFor({ fd }: FileOutput): SummaryView["fold"] {
  const lines = terminalHeight(fd);
  return lines === null ? null : { lines, hint: "(--all-files shows all lines)" };
}

const definition = defineCommand({
  meta: {
    name: "summary",
    description: "Summarize a record: files read and written, programs run",
  },
  args: {
    format: {
      type: "string",
      valueHint: "FORMAT[:FILE]",
      values: SUMMARY_VALUES,
      default: "text",
      description: "text, markdown or json, to FILE; github appends it to the job's page",
    },
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if a record is incomplete, or does not say",
    },
    ...PATH_ARGS,
    ...FAILED_ARG,
    ...ESCAPE_ARG,
    "all-files": {
      type: "boolean",
      description: "list every file, including libraries and large directories",
    },
    "critical-path": {
      type: "boolean",
      description: "show which processes determined how long the run took, instead of files",
    },
  },
  async run({ args, data }) {
    const { command: files, options } = data as CommandContext;
    if (!files.length) throw new UsageError("summary: no file given; try: trace summary trace.csv");
    const { format, path, append } = parseSummary(args.format, "-");
    const chosen = parseChosenEvents(options);
    const showsPath = args["critical-path"] === true;
    if (showsPath && files.length > 1)
      throw new UsageError("summary --critical-path: expected one FILE, as each run has its own");
    const model = new Run(undefined, { edges: false });
    const pathInput = showsPath ? new PathInput(model) : null;
    const run = await readRecords(files, pathInput ?? takerFor(model), pathInput?.required);
    const report = pathInput?.report(files[0], run) ?? null;
    const output = openOutput(path, sudoCaller(process.env), { append });
    output.begin();
    const status = args["require-complete"] && run.complete !== true ? EXIT.incomplete : EXIT.ok;
    const allFiles = args["all-files"] === true;
    const escapes = args.escape === true;
    if (report) {
      writeCriticalPath(report, output, format, { allParts: allFiles, escapes }, run);
      return status;
    }
    const view = {
      directory: currentDirectory() ?? "/",
      allFiles,
      fold: output.terminal && !allFiles ? foldFor(output) : null,
      chosen,
      escapes,
    };
    writeSummary(model, output, format, view, run);
    return status;
  },
});

export const summary: Command = {
  definition,
  rules: SUMMARY_RULES,
  usage: "[options] FILE…",
  operands: FILES,
  common: ["format", "path", "exclude", "failed", "all-files", "critical-path"],
  details: `FILE is a record file (run.trace) of trace exec or trace all, or CSV, JSON or NDJSON that was recorded with --events all and these --columns; - is standard input:
  ${SUMMARY_COLUMNS.replaceAll(",", ", ")}

--path, --exclude and --failed choose what is shown, not what the summary is made of.
`,
  topics: ["filters"],
  examples: [
    "trace summary run.trace",
    "trace summary --critical-path run.trace",
    "trace summary --format markdown:summary.md trace.json",
    'trace summary --format json trace.csv | jq -r ".outputs[].path"',
  ],
  exitStatus:
    "0; 2 bad option or no such record; 3 a record is incomplete or does not say (with --require-complete); 125 the summary could not be written.",
};
