/** Which options of `watch`, `procs`, `query` and `changes` have an effect: see option-rules.ts. */
import {
  all,
  any,
  type CommandLine,
  type Condition,
  not,
  type OptionRule,
  option,
  words,
} from "../option-rules.ts";
import { selectedKeptFormat } from "../options/format.ts";

const formatOf = ({ given }: CommandLine) => given.last("format") ?? "text";

const TEMPLATE: Condition = {
  text: "a template in --format",
  holds: (line) => formatOf(line).includes("%"),
};
const PARQUET: Condition = {
  text: "--format parquet",
  holds: (line) => selectedKeptFormat(formatOf(line), line.given.last("output")) === "parquet",
};
const DATA: Condition = {
  text: "--format csv, json or ndjson",
  holds: (line) => ["csv", "json", "ndjson"].includes(formatOf(line)),
};
const WITHOUT_TIME: Condition = {
  text: "a template without %T",
  holds: (line) => TEMPLATE.holds(line) && !formatOf(line).includes("%T"),
};

/** The options of the format of events. */
export const SHOWN = ["format", "timefmt", "no-newline", "columns", "ancestors"] as const;

const SHOWN_RULES: readonly OptionRule[] = [
  { options: ["timefmt"], not: DATA },
  { options: ["timefmt"], not: WITHOUT_TIME },
  { options: ["no-newline"], needs: TEMPLATE },
  { options: ["columns"], not: TEMPLATE, because: "use %{column} in it" },
  { options: ["ancestors"], not: TEMPLATE, because: "use %{ancestors} in it" },
];

/** Holds if events are shown without one of these columns. */
function without(...columns: readonly string[]): Condition {
  return {
    text: `columns without ${columns.join(" and ")}`,
    holds: (line) => {
      const format = formatOf(line);
      if (format.includes("%")) return !columns.some((each) => format.includes(`%{${each}}`));
      const named = line.given.values("columns").join(",").split(",");
      return line.given.has("columns") && !columns.some((each) => named.includes(each));
    },
  };
}

const COMMAND = words("a command");
const STAT = option("stat");
const OUTPUT = option("output", " FILE");

export const PROCS_RULES: readonly OptionRule[] = [
  { options: ["pid", "tree", "count", "duration"], not: COMMAND },
  { options: SHOWN, not: all("--stat", STAT, not(COMMAND)) },
  {
    options: ["format", "timefmt", "no-newline", "columns"],
    not: all("a command without -o FILE, which shows a tree", COMMAND, not(OUTPUT)),
  },
  { options: ["ancestors"], not: all("--stat", STAT, COMMAND, not(OUTPUT)) },
  { options: ["timefmt"], not: PARQUET },
  { options: ["escape"], not: PARQUET, because: "which escapes names always" },
  ...SHOWN_RULES,
];

const MIN_SEVERITY = option("min-severity", " LEVEL");

/** Rules of severity that select nothing and are not shown. */
const UNSEEN_RULES: OptionRule = {
  options: ["rules"],
  not: all(
    "columns without severity and reason",
    without("severity", "reason"),
    not(
      any(
        "",
        MIN_SEVERITY,
        ...["output", "on-event", "otlp", "to", "daemon"].map((name) => option(name)),
      ),
    ),
  ),
  because: "or add --min-severity",
};

const REPORT = option("report", " pci");

export const CHANGES_RULES: readonly OptionRule[] = [
  ...SHOWN_RULES,
  {
    ...UNSEEN_RULES,
    not: all(
      "columns without severity and reason",
      without("severity", "reason"),
      not(MIN_SEVERITY),
    ),
  },
];

export const QUERY_RULES: readonly OptionRule[] = [
  { mode: option("verify"), only: ["verify", "quiet"] },
  { options: ["timefmt"], not: REPORT, because: "whose times are UTC" },
  { options: ["ancestors"], not: REPORT, because: "which has no such column" },
  { options: ["rules"], not: all("--report pci", REPORT, not(MIN_SEVERITY)) },
  ...CHANGES_RULES,
];

/** What asks running daemons, or starts none. */
const ASKING = ["status", "health", "stop", "add", "remove"] as const;
const PATHS = ["fromfile", "current-mount"] as const;
const SILENT: Condition = { text: "-qq", holds: ({ given }) => given.count("quiet") > 1 };
const FIRST_ONLY: Condition = {
  text: "--count 1, which ends after the first event",
  holds: ({ given }) => given.last("count") === "1",
};

const NUMBER_KEPT: Condition = {
  text: "--keep",
  holds: ({ given }) => Number(given.last("keep")) > 0,
};

function asking(name: (typeof ASKING)[number], ...more: readonly string[]): OptionRule {
  return { mode: option(name), only: [name, ...PATHS, "quiet", ...more] };
}

export const WATCH_RULES: readonly OptionRule[] = [
  asking("status", "format", "escape"),
  asking("health", "format", "escape"),
  asking("stop"),
  asking("add", "which", "recursive", "wait"),
  asking("remove", "which"),
  { options: ["which"], needs: any("--add or --remove", option("add"), option("remove")) },
  { options: SHOWN, not: option("daemon"), because: "which shows nothing; its log is NDJSON" },
  { options: SHOWN, not: SILENT, because: "which shows nothing" },
  { options: ["all-events"], not: option("types") },
  { options: ["monitor"], not: FIRST_ONLY },
  { options: ["min-severity"], needs: option("rules", " FILE") },
  { options: ["on-event-rate"], needs: option("on-event", " COMMAND") },
  { options: ["otlp-headers", "otlp-spool"], needs: option("otlp", " URL") },
  {
    options: ["rotate"],
    needs: any("-o FILE", option("output"), option("daemon"), option("print-unit")),
  },
  // A value that is none is named first.
  { options: ["keep"], when: NUMBER_KEPT, needs: option("rotate", " SIZE") },
  ...SHOWN_RULES,
  UNSEEN_RULES,
  {
    options: ["digest"],
    not: all(
      "columns without digest",
      without("digest"),
      not(
        any(
          "",
          option("output"),
          option("on-event"),
          option("otlp"),
          option("to"),
          option("daemon"),
        ),
      ),
    ),
  },
];
