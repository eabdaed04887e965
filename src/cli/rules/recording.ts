/** Which options of `exec`, `all` and `show` have an effect: see option-rules.ts. */
import type { CommandLine, Condition, OptionRule } from "../option-rules.ts";
import { all, any, not, option, value } from "../option-rules.ts";
import { selectedFormat } from "../options/format.ts";

const SUMMARY = option("summary", "[=FORMAT]");

const REPORT = option("report", " FILE");

/** A summary, a page and a depfile take the place of the record. */
const WITHOUT_RECORD = all(
  "--summary or --report without -o FILE, which write no record",
  any("", SUMMARY, REPORT),
  not(option("output")),
);
const DEPFILE = option("depfile", " FILE");
const ONLY_DEPFILE = all(
  "--depfile without -o FILE, which writes no record",
  DEPFILE,
  not(option("output")),
  not(any("", SUMMARY, REPORT)),
);

/** Holds for a format, which the name of the output may select. */
function writes(format: string, text: string): Condition {
  return {
    text,
    holds: ({ given }) => selectedFormat(given.last("format"), given.last("output")) === format,
  };
}

/** A record file holds whole events. */
const RECORD_FILE = writes("trace", "a record file, which has them all");
const PARQUET = writes("parquet", "--format parquet");
const DATABASE = writes("sqlite", "--format sqlite");

/** Names of events that include opens. */
const WITH_OPENS = ["open", "all"];

const LEAVES_OUT_OPENS: Condition = {
  text: "--events without open",
  holds: ({ given }: CommandLine) => {
    const names = given.values("events").join(",").split(",");
    return given.has("events") && !names.some((name) => WITH_OPENS.includes(name));
  },
};

const FLAGS: OptionRule = { options: ["flags"], not: LEAVES_OUT_OPENS };
/** A timeline has no columns, and shows names as text does. */
const TIMELINE = value("format", "csv", "perfetto");

/** What chooses events of the record. */
const CHOSEN = ["path", "exclude", "failed"] as const;

const RECORD: readonly OptionRule[] = [
  { options: ["columns"], not: TIMELINE },
  { options: ["escape"], not: TIMELINE, because: "which escapes names as text does" },
  {
    options: ["escape"],
    not: { ...RECORD_FILE, text: "a record file" },
    because: "trace show has it",
  },
  { options: ["columns"], not: RECORD_FILE },
  {
    options: ["columns", "header", "escape", "events", "flags", ...CHOSEN],
    not: DATABASE,
    because: "which is made of the whole run",
  },
  { options: ["escape"], not: PARQUET, because: "which escapes names always" },
  { options: ["header"], needs: value("format", "csv", "ndjson") },
];

/** Of `exec` and `all`. */
const RECORDING: readonly OptionRule[] = [
  {
    options: ["format", "columns", "header"],
    not: WITHOUT_RECORD,
    because: "--summary=json writes the summary as JSON",
  },
  { options: ["all-files"], needs: SUMMARY },
  ...RECORD,
  FLAGS,
];

const BY_PTRACE = value("backend", "auto", "ptrace");

/** Of how a command is started and recorded. */
export const COMMAND_RULES: readonly OptionRule[] = [
  {
    options: ["no-follow"],
    not: option("cgroups"),
    because: "which follows all processes",
  },
  { options: ["cgroups"], not: BY_PTRACE, because: "which follows processes by itself" },
  { options: ["no-follow"], not: option("wait"), because: "which waits for the others" },
  { options: ["buffer"], not: BY_PTRACE, because: "which has no ring buffer" },
];

const DIGEST = value("digest", "none", "outputs", "inputs", "all");

const DIGEST_RULES: readonly OptionRule[] = [
  { options: ["digest-roots"], needs: DIGEST },
  {
    options: ["digest"],
    when: DIGEST,
    needs: any(
      "-o FILE.trace, -o FILE.db, --header, --summary or --attest",
      RECORD_FILE,
      DATABASE,
      option("header"),
      SUMMARY,
      option("attest"),
    ),
    because: "which have a place for digests",
  },
];

const ATTEST = option("attest", " FILE");

export const EXEC_RULES: readonly OptionRule[] = [
  { options: ["target"], needs: DEPFILE },
  {
    options: ["no-environment"],
    needs: any(
      "-o FILE.trace, --header or --format parquet",
      RECORD_FILE,
      option("header"),
      PARQUET,
    ),
    because: "which have it",
  },
  {
    options: ["events", "flags", "no-follow"],
    not: DEPFILE,
    because: "which is made of all events",
  },
  { options: ["format", "columns", "header", "escape", ...CHOSEN], not: ONLY_DEPFILE },
  {
    options: ["format", "columns", "header"],
    not: all(
      "--attest without -o FILE, which writes no record",
      ATTEST,
      not(any("", option("output"), SUMMARY)),
    ),
  },
  {
    options: ["events", "flags", "no-follow"],
    not: ATTEST,
    because: "which needs all events",
  },
  { options: ["no-follow"], not: DATABASE, because: "which is made of the whole run" },
  ...RECORDING,
  ...COMMAND_RULES,
  ...DIGEST_RULES,
];

export const ALL_RULES: readonly OptionRule[] = [
  {
    options: ["pid", "uid", "comm", "cgroup"],
    not: DATABASE,
    because: "which is made of the whole run",
  },
  ...RECORDING,
];

/** They are made of the whole run. */
const WHOLE_RUN = value("format", "csv", "compdb", "files0");

export const SHOW_RULES: readonly OptionRule[] = [
  {
    options: ["columns", "header", "escape", "events", "flags", "failed", "pid"],
    not: WHOLE_RUN,
    because: "which is made of the whole run",
  },
  { options: ["pid"], not: DATABASE, because: "which is made of the whole run" },
  ...RECORD,
  FLAGS,
];

export const SUMMARY_RULES: readonly OptionRule[] = [
  {
    options: ["path", "exclude", "failed"],
    not: option("critical-path"),
    because: "which is of processes",
  },
];
