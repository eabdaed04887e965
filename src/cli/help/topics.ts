/** The topics of `trace help TOPIC`. */
import { EVENT_GROUPS } from "../../events/event-kinds.ts";
import { ROW_EVENTS } from "../../events/syscall-row.ts";
import { DEFAULT_WATCH_TYPES, NOTES, WATCH_TYPES } from "../../events/watch-event.ts";
import type { Commands } from "../command.ts";
import { EXPRESSIONS_HELP } from "../options/expression-help.ts";
import { PATTERNS_HELP } from "../options/path-patterns.ts";
import { RULES_HELP } from "../options/severity.ts";
import { TEMPLATE_HELP } from "../options/shown-format.ts";
import { PROCESS_EVENT_NAMES } from "../procs/filter.ts";
import { columnsTopic } from "./columns-topic.ts";

export interface Topic {
  readonly about: string;
  /** @param command the one that is asked for, if any */
  readonly text: (commands: Commands, command?: string) => string;
}

const EVENTS = `Events of trace exec, trace all and trace show (--events, -e), by group:
${Object.entries(EVENT_GROUPS)
  .map(
    ([group, kinds]) => `  ${group.padEnd(9)} ${group === "all" ? "all events" : kinds.join(", ")}`,
  )
  .join("\n")}

Types of trace watch (--types, -e) and of trace query and trace changes (--type), as in fanotify(7), in any case, with or without FAN_ or IN_; close, move and all stand for several:
  default   ${DEFAULT_WATCH_TYPES.join(", ")}
  others    ${WATCH_TYPES.filter((type) => !DEFAULT_WATCH_TYPES.includes(type)).join(", ")}
  notes     ${Object.keys(NOTES).join(", ")}

Events of trace procs (--events, -e):
  ${PROCESS_EVENT_NAMES.join(", ")}

Events of trace syscalls with --format:
  ${ROW_EVENTS.join(", ")}
`;

const FORMATS = `Formats of --format:
  csv       a header line, then a line for each event
  json      one array, with one object a line
  ndjson    one object a line, without an array
  text      for people; not meant for parsing
  trace     a record file, which trace show and trace summary read: exec, all and show only; also -o FILE.trace
  TEMPLATE  your own lines: watch, procs, query and changes only

--columns a,b,c selects the columns, in this order: trace help columns.

A missing value is an empty cell or null. In CSV, names are always quoted. In JSON, a byte that is not valid UTF-8 becomes \\udcXX, as Python's surrogateescape does.

${TEMPLATE_HELP}
`;

const FLAGS = `--flags FORMULA of trace exec, trace all and trace show selects opens by their flags. Other events are not affected. A formula has the names of open(2), with or without O_, and numbers, combined by | (or), & (and), ~ (not) and parentheses. ~ binds strongest, then &, then |.

  --flags=O_CREAT                        opens that may create the file
  --flags="O_WRONLY|O_RDWR"              opens for writing
  --flags="(O_WRONLY|O_RDWR)&~O_CREAT"   opens for writing that create nothing
  --flags=577                            O_WRONLY, O_CREAT and O_TRUNC, as in a record

O_RDONLY, O_WRONLY and O_RDWR compare the access mode: O_WRONLY does not match O_RDWR. Flags of several bits and numbers match if all of their bits are set.
`;

const FILTERS = `Which events are shown or recorded:
  --events, --types    kinds of events: trace help events
  --flags              opens, by their flags: trace help flags
  --path, --exclude    files and directories, by patterns
  --failed             calls that failed
  --pid, --user        processes, by their numbers and users; separated by commas
  --comm, --ancestor   processes, by their names; globs: 'php*'
  --since, --until     an age (90s, 15m, 1h, 30d, 2w), or a date (2026-05-01, 2026-05-01T12:00, with Z or +02:00; otherwise local time)
  --rules              severities, for --min-severity: trace help rules
  -e                   system calls of trace syscalls: trace help expressions

${PATTERNS_HELP}

Values:
  SIZE      bytes, or with K, M or G (powers of 1024)
  TIME      500ms, 10s, 5m, 1h; a plain number is seconds
`;

const EXIT_STATUS = `Exit status:
  the command's  of trace exec, procs and syscalls with a command; 128+N after signal N
  127, 126       the command was not found; it could not be executed
  125            trace itself failed; one line on standard error says why
  3              events are missing (with --require-complete)
  2              usage error, or a file, process or cgroup that does not exist
  1              doctor: eBPF cannot be used; watch --status and others: no daemon is running; query --verify: something is missing or changed
  0              success
`;

export const TOPICS: Readonly<Record<string, Topic>> = {
  columns: { about: "columns of --columns; trace help columns COMMAND", text: columnsTopic },
  events: { about: "events of --events and types of --types", text: () => EVENTS },
  formats: { about: "formats of --format, and templates", text: () => FORMATS },
  flags: { about: "formulas of --flags", text: () => FLAGS },
  filters: { about: "which events are selected, patterns of paths", text: () => FILTERS },
  rules: { about: "rules of --rules, which set severities", text: () => `${RULES_HELP}\n` },
  expressions: { about: "-e of trace syscalls", text: () => EXPRESSIONS_HELP },
  status: { about: "exit statuses", text: () => EXIT_STATUS },
};
