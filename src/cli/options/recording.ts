/** The options that `exec` and `all` share. */

import { EVENT_VALUES } from "./events.ts";
import { DEFAULT_FORMAT, ESCAPE_ARG, FILE_EVENT_FORMAT_HINT } from "./format.ts";
import { QUIET_ARG } from "./output.ts";
import { FAILED_ARG, PATH_ARGS } from "./path-patterns.ts";
import { SUMMARY_VALUES } from "./summary.ts";
import type { OptionDef, OptionTable } from "./values.ts";

/** The option --header, which `show` has, too. */
export const HEADER_ARG = {
  type: "boolean",
  description: "with ndjson: begin with a line of the run, end with a line of its result",
} as const satisfies OptionDef;

/** The names of options that choose events by their files and results. */
export const CHOICE_OPTIONS = [...Object.keys(PATH_ARGS), ...Object.keys(FAILED_ARG)];

/** The names of options that help lists under "Output". */
export const RECORD_OUTPUT_OPTIONS = [
  ...["output", "format", "columns", "header", "summary", "report", "all-files"],
  ...["require-complete", "quiet"],
];

/** Returns the options of `exec` and `all`, with the defaults that differ. */
export function recordingArgs(defaults: { buffer: string; output: string }) {
  return {
    format: {
      type: "string",
      valueHint: FILE_EVENT_FORMAT_HINT,
      default: DEFAULT_FORMAT,
      description:
        "output format, which -o FILE.trace or .db selects, too; perfetto is a timeline for ui.perfetto.dev",
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      description: `output file; - is standard output (default: ${defaults.output})`,
    },
    flags: {
      type: "string",
      valueHint: "FORMULA",
      description: 'only opens with matching flags: "O_CREAT|O_TRUNC", "O_WRONLY&~O_EXCL", "(…)"',
    },
    events: {
      type: "string",
      alias: "e",
      valueHint: "a,b,c",
      values: EVENT_VALUES,
      description:
        "events or groups of events to record (default: open; all with --summary, --report, parquet or a record file; changes of files with perfetto)",
    },
    ...PATH_ARGS,
    ...FAILED_ARG,
    columns: {
      type: "string",
      valueHint: "a,b,c",
      description: "columns, in this order; default and all name several",
    },
    header: HEADER_ARG,
    ...ESCAPE_ARG,
    summary: {
      type: "string",
      valueHint: "[=FORMAT[:FILE]]",
      values: SUMMARY_VALUES,
      description:
        "end with a summary of files and programs: text, markdown, json, github (default: text on stderr)",
    },
    report: {
      type: "string",
      valueHint: "FILE",
      description: "end with a page for a browser that shows the run",
    },
    "all-files": {
      type: "boolean",
      description: "list every file in the summary, including libraries and large directories",
    },
    buffer: {
      type: "string",
      valueHint: "SIZE",
      default: defaults.buffer,
      description: "size of the kernel's ring buffer in bytes, or with K, M or G",
    },
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if events are missing",
    },
    quiet: QUIET_ARG,
  } as const satisfies OptionTable;
}
