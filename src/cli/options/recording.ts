/** The options that `exec` and `all` share. */
import type { ArgDef, ArgsDef } from "citty";
import { DEFAULT_FORMAT, FILE_EVENT_FORMAT_HINT } from "./format.ts";
import { FAILED_ARG, PATH_ARGS } from "./path-patterns.ts";

/** The option --header, which `show` has, too. */
export const HEADER_ARG = {
  type: "boolean",
  description: "with ndjson: begin with a line of the run, end with a line of its result",
} as const satisfies ArgDef;

/** Returns the options of `exec` and `all`, with the defaults that differ. */
export function recordingArgs(defaults: { buffer: string; output: string }) {
  return {
    format: {
      type: "string",
      valueHint: FILE_EVENT_FORMAT_HINT,
      default: DEFAULT_FORMAT,
      description: "output format; trace is a record file, as is -o FILE.trace",
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
      description:
        "events or groups of events to record, see below (default: open; all with --summary or a record file)",
    },
    ...PATH_ARGS,
    ...FAILED_ARG,
    columns: {
      type: "string",
      valueHint: "a,b,c",
      description: "columns, in this order; default and all name several",
    },
    header: HEADER_ARG,
    summary: {
      type: "string",
      valueHint: "[=FORMAT[:FILE]]",
      description:
        "end with a summary of files and programs: text, markdown, json, github (default: text on stderr)",
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
    quiet: {
      type: "boolean",
      alias: "q",
      description: "write only errors and losses to stderr",
    },
  } as const satisfies ArgsDef;
}
