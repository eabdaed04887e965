/** `trace report`: shows a record as a page for a browser. It needs no root. */
import { defineCommand } from "citty";
import { Run } from "../../model/run.ts";
import { sudoCaller } from "../../process/user.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { openOutput } from "../options/output.ts";
import { FILES } from "../options/values.ts";
import { readRecords, takerFor } from "../record/read-record.ts";
import { pageOf } from "./page.ts";

const DEFAULT_OUTPUT = "report.html";

const definition = defineCommand({
  meta: { name: "report", description: "Show a record as a page for a browser" },
  args: {
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      default: DEFAULT_OUTPUT,
      description: "the page; - is standard output",
    },
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if a record is incomplete, or does not say",
    },
  },
  async run({ args, data }) {
    const { command: files } = data as CommandContext;
    if (!files.length) throw new UsageError("report: no file given; try: trace report run.trace");
    const model = new Run();
    const run = await readRecords(files, takerFor(model));
    const output = openOutput(args.output, sudoCaller(process.env));
    const bytes = new TextEncoder().encode(pageOf(model, run));
    output.begin();
    output.write(bytes, bytes.length);
    if (args.output !== "-") logger.info(`${args.output}: ${Math.ceil(bytes.length / 1024)} KB`);
    return args["require-complete"] && run.complete !== true ? EXIT.incomplete : EXIT.ok;
  },
});

export const report: Command = {
  definition,
  usage: "[options] FILE…",
  operands: FILES,
  common: ["output", "require-complete"],
  details: `FILE is a record file (run.trace) of trace exec or trace all, or CSV, JSON or NDJSON with the columns that trace summary needs; - is standard input. Only record files have the times of processes.

The page is one file, which needs no network. trace exec --report=FILE makes it at the end of a run.
`,
  examples: ["trace report run.trace", "trace report -o build.html run.trace"],
  exitStatus:
    "0; 2 bad option or no such record; 3 a record is incomplete or does not say (with --require-complete); 125 the page could not be written.",
};
