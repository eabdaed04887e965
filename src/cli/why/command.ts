/** `trace why`: who made a file, from what, and who used it. It needs no root. */
import { defineCommand } from "citty";
import { pathAliases } from "../../process/paths.ts";
import { sudoCaller } from "../../process/user.ts";
import { type Explanation, explain, type Known } from "../../sinks/reports/why/explanation.ts";
import { type WhyFormat, whyFormats } from "../../sinks/reports/why/formats.ts";
import { renderChangeJson, renderChangeText } from "../../sinks/reports/why/last-change.ts";
import { isForeign } from "../../sources/records/history-check.ts";
import { HistoryFile, UnreadableHistoryError } from "../../sources/records/history-file.ts";
import { FILE_MAGIC_SIZE, isRecordFile } from "../../sources/records/record-format.ts";
import { textToLatin1 } from "../../text/latin1.ts";
import { normalizePath } from "../../text/path.ts";
import { printableText } from "../../text/printable.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { openHistoryReader } from "../history/output.ts";
import { suggestion } from "../options/names.ts";
import { parseNumber } from "../options/number.ts";
import { OUTPUT_ARG, openOutput } from "../options/output.ts";
import { FILES } from "../options/values.ts";
import { WHY_RULES } from "../rules/why.ts";
import { lastChange } from "./from-history.ts";
import { readKnown } from "./from-record.ts";

const definition = defineCommand({
  meta: { name: "why", description: "Explain a file: who made it, from what, and who used it" },
  args: {
    up: { type: "boolean", description: "only what it was made from" },
    down: { type: "boolean", description: "only what used it, and what was made from it" },
    depth: {
      type: "string",
      valueHint: "N",
      description: "follow N steps from file to file (default: all)",
    },
    all: { type: "boolean", description: "show system files, too" },
    format: {
      type: "string",
      valueHint: Object.keys(whyFormats).join("|"),
      default: "text",
      description: "output format; dot is for Graphviz",
    },
    output: OUTPUT_ARG,
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if the record is incomplete, or does not say",
    },
  },
  async run({ args, data }) {
    const [path, file, ...others] = (data as CommandContext).command;
    if (path === undefined || path === "" || others.length)
      throw new UsageError("why: expected PATH and one FILE; try: trace why main.o run.trace");
    const format = parseWhyFormat(args.format);
    const { up = false, down = false, all = false } = args;
    const depth = args.depth === undefined ? Infinity : parseNumber("--depth", args.depth, 1);
    const both = up === down;
    const question = { path: "", up: up || both, down: down || both, depth, all };
    const { text, complete } = isHistoryName(file)
      ? aboutHistory(path, file, format)
      : await aboutRecord(path, file as string, question, format);
    const output = openOutput(args.output ?? "-", sudoCaller(process.env));
    output.begin();
    const bytes = new TextEncoder().encode(text);
    output.write(bytes, bytes.length);
    return args["require-complete"] && complete !== true ? EXIT.incomplete : EXIT.ok;
  },
});

interface Answer {
  readonly text: string;
  readonly complete: boolean | null;
}

function parseWhyFormat(text: string): WhyFormat {
  if (Object.hasOwn(whyFormats, text)) return text as WhyFormat;
  throw new UsageError(
    `--format ${text}: no such format; ${suggestion(text, Object.keys(whyFormats))}`,
  );
}

/** Whether a file is a history of `trace watch`; without a name it is the user's own. */
function isHistoryName(name: string | undefined): boolean {
  if (name === undefined) return true;
  if (name === "-") return false;
  try {
    const file = new HistoryFile(name);
    const start = new Uint8Array(FILE_MAGIC_SIZE);
    file.read(start, 0);
    const isHistory = file.size > 0 && !isRecordFile(start) && !isForeign(file);
    file.close();
    return isHistory;
  } catch (error) {
    // A FIFO, or no such file: reading a record says so.
    if (error instanceof UnreadableHistoryError) return false;
    throw error;
  }
}

function aboutHistory(path: string, file: string | undefined, format: WhyFormat): Answer {
  if (format === "dot" || format === "mermaid")
    throw new UsageError(`--format ${format}: a history has no graph; name a record of trace exec`);
  const history = openHistoryReader({ command: file === undefined ? [] : [file] });
  const names = pathAliases(path).map(normalizePath);
  const change = lastChange(history, names);
  const losses = history.losses(names, path);
  history.close();
  if (change === null) {
    const where = file ?? "the history";
    throw new UsageError(`${path}: no change of it is in ${where}; it may not have been watched`);
  }
  const render = format === "json" ? renderChangeJson : renderChangeText;
  return { text: render(change, losses), complete: losses.length === 0 };
}

async function aboutRecord(
  path: string,
  file: string,
  question: Parameters<typeof explain>[0],
  format: WhyFormat,
): Promise<Answer> {
  const known = await readKnown(file, textToLatin1(path));
  const explanation = explainFirst(candidates(path, known), question, known);
  if (explanation === null) throw new UsageError(unknownText(path, file, known));
  return { text: whyFormats[format](explanation), complete: known.about.complete };
}

/** Returns what a path may mean: from here, or from where the run started. */
function candidates(path: string, { about }: Known): string[] {
  const start = about.cwd === null ? [] : [textToLatin1(`${about.cwd}/${path}`)];
  const here = pathAliases(path);
  return (path.startsWith("/") ? here : [...start, ...here]).map(normalizePath);
}

function explainFirst(
  paths: readonly string[],
  question: Parameters<typeof explain>[0],
  known: Known,
): Explanation | null {
  for (const path of new Set(paths)) {
    const explanation = explain({ ...question, path }, known);
    if (explanation) return explanation;
  }
  return null;
}

/** Max paths that are named as what may have been meant. */
const MAX_SUGGESTIONS = 3;

function unknownText(path: string, file: string, { run }: Known): string {
  const end = textToLatin1(`/${path.replace(/^.*\//, "")}`);
  const similar = new Set<string>();
  for (const target of run.edges.targets) {
    if (!("origin" in target) || !target.entry) continue;
    const known = run.files.pathOf(target);
    if (known?.endsWith(end)) similar.add(known);
    if (similar.size === MAX_SUGGESTIONS) break;
  }
  const names = [...similar].map((each) => Buffer.from(each, "latin1").toString());
  const hint = names.length ? `; did you mean ${names.join(" or ")}?` : "";
  return printableText(`${path}: nothing about it is in ${file}${hint}`);
}

export const why: Command = {
  definition,
  rules: WHY_RULES,
  usage: "[options] PATH [FILE]",
  operands: FILES,
  common: ["up", "down", "depth", "all", "format", "output"],
  details: `FILE is a record file (run.trace) of trace exec or trace all, or CSV, JSON or NDJSON with the columns of docs/trace-why.md, or a history of trace watch; without it, the user's own history. Of a history, the last change of PATH is shown, by whom, and what led to it.

A file may depend on all that the processes which wrote it had read: events do not say which bytes went where.
`,
  topics: ["formats"],
  examples: [
    "trace why main.o run.trace",
    "trace why --up --depth 1 app run.trace",
    "trace why --format dot app run.trace | dot -Tsvg >app.svg",
    "trace why /etc/hosts",
    "trace why --up --format json app run.trace | jq -r '.inputs[]'",
  ],
  exitStatus:
    "0; 2 bad option, no such record, or nothing is known of PATH; 3 the record is incomplete or does not say (with --require-complete); 125 the output could not be written.",
};
