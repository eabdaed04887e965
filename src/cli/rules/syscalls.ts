/** Which options of `syscalls` have an effect: see option-rules.ts. */
import {
  any,
  type CommandLine,
  type Condition,
  type OptionRule,
  option,
  value,
  words,
} from "../option-rules.ts";
import { selectedKeptFormat } from "../options/format.ts";

const formatOf = ({ given }: CommandLine) =>
  selectedKeptFormat(given.last("format"), given.last("output"));
const DATA: Condition = { text: "--format", holds: (line) => formatOf(line) !== "text" };
const PARQUET: Condition = {
  text: "--format parquet",
  holds: (line) => formatOf(line) === "parquet",
};
const BY_FILE = option("by-file");
const COUNT: Condition = { ...option("count"), text: "-c" };
const SUMMARY: Condition = { ...option("summary"), text: "-C" };
const HUMAN = value("mode", "strace", "human");
const COMMAND = words("a command");
const OUTPUT: Condition = { ...option("output"), text: "-o FILE" };
const PIPE: Condition = {
  text: "-o '|COMMAND'",
  holds: ({ given }) => /^[|!]/.test(given.last("output") ?? ""),
};
const SEPARATE: Condition = {
  text: "-ff",
  holds: ({ given }) =>
    given.has("output") && (given.count("follow-forks") > 1 || given.has("output-separately")),
};
/** strace's --columns=N is --column N. */
const NAMED_COLUMNS: Condition = {
  text: "--columns",
  holds: ({ given }) => given.has("columns") && !/^\d+$/.test(given.last("columns") ?? ""),
};

/** Of lines, in strace's syntax and as sentences. */
const LINE_STYLE = [
  "absolute-timestamps",
  "relative-timestamps",
  "syscall-times",
  "column",
  "Y",
  "signal",
];
/** Of lines in strace's syntax. */
const STRACE_STYLE = [
  "syscall-number",
  "instruction-pointer",
  "x",
  "strings-in-hex",
  "const-print-style",
  "stack-traces",
  "read",
  "write",
];
/** Of arguments, in lines and in data. */
const ARGUMENT_STYLE = [
  "strings",
  "no-abbrev",
  "abbrev",
  "verbose",
  "raw",
  "paths",
  "pidns-translation",
  "decode-pids",
];

/** The outputs that have no lines, and those that have no arguments either. */
const TABLES = any("-c or --by-file, which show a table", COUNT, BY_FILE);
const WITHOUT_LINES = any("-c, --by-file or --format, which show no lines", COUNT, BY_FILE, DATA);

export const SYSCALLS_RULES: readonly OptionRule[] = [
  { options: ["daemonize", "user", "env", "argv0"], needs: COMMAND },
  { options: ["no-follow"], not: { ...option("follow-forks"), text: "-f" } },
  { options: ["count"], not: SUMMARY },
  { options: ["summary"], not: DATA },
  { options: ["summary"], not: BY_FILE },
  {
    options: [
      "summary-wall-clock",
      "summary-columns",
      "summary-sort-by",
      "summary-syscall-overhead",
    ],
    needs: any("-c or -C", COUNT, SUMMARY),
  },
  {
    options: ["columns"],
    when: NAMED_COLUMNS,
    needs: { ...DATA, text: "--format csv, json, ndjson or parquet" },
  },
  { options: ["count"], not: DATA },
  { options: ["count"], not: BY_FILE },
  { options: ["mode"], when: HUMAN, not: any("--format, --by-file or -c", DATA, BY_FILE, COUNT) },
  { options: ["sort"], needs: BY_FILE },
  { options: ["output-append-mode", "output-separately"], needs: OUTPUT },
  { options: ["output-append-mode"], not: PIPE },
  { options: ["output-append-mode"], not: PARQUET, because: "which cannot be appended to" },
  { options: ["escape"], not: PARQUET, because: "which escapes names always" },
  { options: ["output"], when: SEPARATE, not: PIPE },
  { options: ["output"], when: SEPARATE, not: any("-c or -C", COUNT, SUMMARY) },
  {
    options: ["seccomp-bpf"],
    not: any("-b or --syscall-limit", option("detach-on"), option("syscall-limit")),
    because: "which detach from processes",
  },
  { options: [...LINE_STYLE, ...STRACE_STYLE], not: WITHOUT_LINES },
  { options: STRACE_STYLE, not: HUMAN, because: "which shows sentences" },
  { options: ARGUMENT_STYLE, not: TABLES },
];
