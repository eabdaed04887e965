import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import type { Command } from "../../src/cli/command.ts";
import { diff } from "../../src/cli/diff/command.ts";
import { UsageError } from "../../src/cli/errors.ts";
import { exportCommand } from "../../src/cli/export/command.ts";
import { changes } from "../../src/cli/history/changes.ts";
import { query } from "../../src/cli/history/query.ts";
import { check } from "../../src/cli/lock/check.ts";
import { lock } from "../../src/cli/lock/lock.ts";
import { joinLists, OptionChecker } from "../../src/cli/option-rules.ts";
import { GivenOptions, optionSpelling, splitArguments } from "../../src/cli/parse-args.ts";
import { procs } from "../../src/cli/procs/command.ts";
import { all } from "../../src/cli/record/all.ts";
import { exec } from "../../src/cli/record/exec.ts";
import { show } from "../../src/cli/record/show.ts";
import { summary } from "../../src/cli/record/summary.ts";
import { syscalls } from "../../src/cli/syscalls/command.ts";
import { watch } from "../../src/cli/watch/command.ts";
import { why } from "../../src/cli/why/command.ts";

/** Returns the message about a command line, which has to be one line; null if it is accepted. */
function problemOf({ definition, takesCommand, rules = [] }: Command, argv: readonly string[]) {
  const args = definition.args as ArgsDef;
  const spellings = new Map<string, string>();
  try {
    const { options, command, before } = splitArguments(argv, args, takesCommand, {}, spellings);
    const hasCommand = before !== undefined;
    const line = { given: new GivenOptions(options), words: command, hasCommand };
    new OptionChecker(line, args, spellings).check(rules);
    return null;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect(error.message).not.toContain("\n");
    return error.message;
  }
}

/** Values of options that the rules look at. */
const VALUES: Readonly<Record<string, string>> = {
  format: "json",
  events: "rename",
  output: "FILE",
  count: "1",
  keep: "2",
};

function optionWords(name: string, args: ArgsDef): string[] {
  const arg = args[name];
  const spelling = optionSpelling(name, arg);
  if (arg.type === "boolean" || arg.valueHint?.startsWith("[=")) return [spelling];
  return [spelling, VALUES[name] ?? "x"];
}

interface Mode {
  readonly words: readonly string[];
  /** The options that are refused in it. */
  readonly refused: readonly string[];
}

const SHOWN = ["format", "timefmt", "newline", "columns", "ancestors"];
const RECORD = ["format", "columns", "header"];
const LINE_STYLE = [
  "Y absolute-timestamps column instruction-pointer read relative-timestamps signal",
  "stack-traces strings-in-hex syscall-number syscall-times const-print-style write x",
].flatMap((names) => names.split(" "));
const ARGUMENT_STYLE =
  "abbrev decode-pids no-abbrev paths pidns-translation raw strings verbose".split(" ");
const COUNT_STYLE = [
  "summary-columns",
  "summary-sort-by",
  "summary-syscall-overhead",
  "summary-wall-clock",
];
const FOR_FILE = ["output-append-mode", "output-separately"];
const FOR_COMMAND = "backend buffer cgroups io-uring user wait".split(" ");

const EXPORTS = ["predicate", "copy", "post", "all-files"];

/** What is refused beside what, for each mode of each command: all other options are accepted. */
const MODES: readonly (readonly [Command, string, Mode])[] = [
  [lock, "of a command", { words: ["--", "true"], refused: [] }],
  [lock, "of a record", { words: ["x.trace"], refused: [...FOR_COMMAND, "runs"] }],
  [
    lock,
    "for another tool",
    { words: ["--format", "nx", "--", "true"], refused: ["explain", "merge"] },
  ],
  [
    check,
    "by a task",
    {
      words: ["--from", "nx", "x", "--", "true"],
      refused: ["inputs", "lock", "network", "outputs", "update"],
    },
  ],
  [
    exportCommand,
    "of a command",
    { words: ["--format", "cyclonedx", "--", "true"], refused: EXPORTS },
  ],
  [
    exportCommand,
    "of a record",
    {
      words: ["--format", "slsa", "x.trace"],
      refused: [...FOR_COMMAND, "copy", "post", "all-files"],
    },
  ],
  [
    exportCommand,
    "a crate on standard output",
    {
      words: ["--format", "ro-crate", "--", "true"],
      refused: ["copy", "post", "predicate"],
    },
  ],
  [
    exportCommand,
    "events on standard output",
    {
      words: ["--format", "openlineage", "--", "true"],
      refused: ["copy", "post", "predicate"],
    },
  ],
  [
    exec,
    "a statement",
    {
      words: ["--attest", "x", "true"],
      refused: [...RECORD, "all-files", "digest-roots", "target", "events", "flags", "follow"],
    },
  ],
  [check, "of a command", { words: ["--", "true"], refused: [] }],
  [check, "of a record", { words: ["x.trace"], refused: FOR_COMMAND }],
  [
    check,
    "without a lock file",
    { words: ["--outputs", "x", "--", "true"], refused: ["from", "lock", "update"] },
  ],
  [diff, "as text", { words: ["a", "b"], refused: [] }],
  [diff, "as JSON", { words: ["--format", "json", "a", "b"], refused: ["all"] }],
  [why, "of a record", { words: ["x", "x.trace"], refused: [] }],
  [why, "of a history", { words: ["x"], refused: ["all", "depth", "down", "up"] }],
  [
    exec,
    "by default",
    { words: ["true"], refused: ["all-files", "header", "digest-roots", "target"] },
  ],
  [
    exec,
    "ndjson",
    {
      words: ["--format", "ndjson", "true"],
      refused: ["all-files", "attest", "report", "depfile", "summary", "digest-roots", "target"],
    },
  ],
  [
    exec,
    "a record file",
    {
      words: ["-o", "x.trace", "true"],
      refused: ["all-files", "columns", "escape", "header", "digest-roots", "target"],
    },
  ],
  [
    exec,
    "Parquet",
    {
      words: ["-o", "x.parquet", "true"],
      refused: ["all-files", "digest-roots", "escape", "header", "target"],
    },
  ],
  [
    exec,
    "a database",
    {
      words: ["-o", "x.db", "true"],
      refused: [
        ...["all-files", "columns", "digest-roots", "escape", "events", "exclude", "failed"],
        ...["flags", "follow", "header", "path", "target"],
      ],
    },
  ],
  [
    exec,
    "a summary",
    { words: ["--summary", "true"], refused: [...RECORD, "digest-roots", "target"] },
  ],
  [
    exec,
    "a page",
    {
      words: ["--report", "x", "true"],
      refused: [...RECORD, "all-files", "digest-roots", "target"],
    },
  ],
  [
    exec,
    "a summary and a record",
    { words: ["--summary", "-o", "x", "true"], refused: ["header", "digest-roots", "target"] },
  ],
  [
    exec,
    "no opens",
    {
      words: ["-e", "rename", "true"],
      refused: ["all-files", "attest", "header", "flags", "depfile", "digest-roots", "target"],
    },
  ],
  [
    exec,
    "ptrace",
    {
      words: ["--backend", "ptrace", "true"],
      refused: ["all-files", "header", "buffer", "cgroups", "digest-roots", "target"],
    },
  ],
  [
    exec,
    "cgroups",
    {
      words: ["--cgroups", "true"],
      refused: ["all-files", "header", "follow", "digest-roots", "target"],
    },
  ],
  [
    exec,
    "the command only",
    {
      words: ["--no-follow", "true"],
      refused: "all-files attest header cgroups wait depfile digest-roots target".split(" "),
    },
  ],
  [
    exec,
    "digests",
    {
      words: ["--digest", "all", "-o", "x.trace", "true"],
      refused: ["all-files", "columns", "escape", "format", "header", "target"],
    },
  ],
  [all, "by default", { words: [], refused: ["all-files", "header"] }],
  [
    all,
    "a database",
    {
      words: ["-o", "x.db"],
      refused: [
        ...["all-files", "cgroup", "columns", "comm", "escape", "events", "exclude", "failed"],
        ...["flags", "header", "path", "pid", "uid"],
      ],
    },
  ],
  [all, "a summary", { words: ["--summary=json"], refused: RECORD }],
  [
    exec,
    "a timeline",
    {
      words: ["--format", "perfetto", "true"],
      refused: [
        "digest-roots",
        "target",
        "all-files",
        "attest",
        "columns",
        "escape",
        "header",
        "report",
        "summary",
        "depfile",
      ],
    },
  ],
  [
    exec,
    "a depfile",
    {
      words: ["--depfile", "x.d", "--target", "x", "true"],
      refused: [
        ...RECORD,
        "digest-roots",
        "all-files",
        "events",
        "flags",
        "follow",
        "path",
        "exclude",
        "failed",
        "escape",
      ],
    },
  ],
  [summary, "by default", { words: ["x.trace"], refused: [] }],
  [
    summary,
    "the critical path",
    { words: ["--critical-path", "x.trace"], refused: ["path", "exclude", "failed"] },
  ],
  [show, "by default", { words: ["x.trace"], refused: ["header"] }],
  [
    show,
    "a report of the run",
    {
      words: ["x.trace", "--format", "files0"],
      refused: ["columns", "header", "escape", "events", "flags", "failed", "pid"],
    },
  ],
  [
    show,
    "a record file",
    { words: ["x.trace", "-o", "y.trace"], refused: ["columns", "escape", "header"] },
  ],
  [
    show,
    "a database",
    {
      words: ["x.trace", "-o", "x.sqlite"],
      refused: [
        ...["columns", "escape", "events", "exclude", "failed", "flags", "header", "path", "pid"],
      ],
    },
  ],
  [procs, "by default", { words: [], refused: ["newline"] }],
  [procs, "Parquet", { words: ["-o", "x.parquet"], refused: ["escape", "newline", "timefmt"] }],
  [procs, "counts", { words: ["--stat"], refused: SHOWN }],
  [
    procs,
    "a template",
    { words: ["--format", "%{pid}"], refused: ["stat", "timefmt", "columns", "ancestors"] },
  ],
  [
    procs,
    "a command",
    {
      words: ["true"],
      refused: ["pid", "tree", "count", "duration", "format", "timefmt", "newline", "columns"],
    },
  ],
  [
    procs,
    "counts of a command",
    { words: ["--stat", "true"], refused: ["pid", "tree", "count", "duration", ...SHOWN] },
  ],
  [
    procs,
    "a command and a file",
    { words: ["-o", "x", "true"], refused: ["pid", "tree", "count", "duration", "newline"] },
  ],
  [query, "by default", { words: [], refused: ["newline"] }],
  [query, "data", { words: ["--format", "csv"], refused: ["timefmt", "newline"] }],
  [query, "a template", { words: ["--format", "%T"], refused: ["columns", "ancestors", "rules"] }],
  [
    query,
    "a template without a time",
    { words: ["--format", "%w"], refused: ["timefmt", "columns", "ancestors", "rules"] },
  ],
  [query, "chosen columns", { words: ["--columns", "pid"], refused: ["newline", "rules"] }],
  [
    query,
    "a report",
    { words: ["--report", "pci"], refused: ["timefmt", "newline", "ancestors", "rules"] },
  ],
  [changes, "by default", { words: [], refused: ["newline"] }],
  [
    watch,
    "by default",
    {
      words: ["."],
      refused: [
        "newline",
        "keep",
        "rotate",
        "on-event-rate",
        "otlp-headers",
        "otlp-spool",
        "min-severity",
        "which",
      ],
    },
  ],
  [
    watch,
    "data",
    {
      words: ["--format", "csv", "."],
      refused: [
        "daemon",
        "timefmt",
        "newline",
        "keep",
        "rotate",
        "on-event-rate",
        "otlp-headers",
        "otlp-spool",
        "min-severity",
        "which",
      ],
    },
  ],
  [
    watch,
    "rules",
    {
      words: ["--rules", "x", "."],
      refused: [
        "columns",
        "newline",
        "keep",
        "rotate",
        "on-event-rate",
        "otlp-headers",
        "otlp-spool",
        "which",
      ],
    },
  ],
  [
    watch,
    "a log",
    {
      words: ["-o", "x", "."],
      refused: [
        "newline",
        "keep",
        "on-event-rate",
        "otlp-headers",
        "otlp-spool",
        "min-severity",
        "which",
      ],
    },
  ],
  [
    watch,
    "a log that is rotated",
    {
      words: ["-o", "x", "--rotate", "1M", "."],
      refused: ["newline", "on-event-rate", "otlp-headers", "otlp-spool", "min-severity", "which"],
    },
  ],
  [
    watch,
    "commands",
    {
      words: ["--on-event", "x", "."],
      refused: ["newline", "keep", "rotate", "otlp-headers", "otlp-spool", "min-severity", "which"],
    },
  ],
  [
    watch,
    "silence",
    {
      words: ["-qq", "."],
      refused: [
        ...SHOWN,
        "keep",
        "rotate",
        "on-event-rate",
        "otlp-headers",
        "otlp-spool",
        "min-severity",
        "which",
      ],
    },
  ],
  [
    watch,
    "a daemon",
    {
      words: ["--daemon", "."],
      refused: [
        ...SHOWN,
        "keep",
        "on-event-rate",
        "otlp-headers",
        "otlp-spool",
        "min-severity",
        "which",
      ],
    },
  ],
  [
    watch,
    "named types",
    {
      words: ["-e", "open", "."],
      refused: [
        "all-events",
        "newline",
        "keep",
        "rotate",
        "on-event-rate",
        "otlp-headers",
        "otlp-spool",
        "min-severity",
        "which",
      ],
    },
  ],
  [
    watch,
    "one event",
    {
      words: ["--count", "1", "."],
      refused: [
        "monitor",
        "newline",
        "keep",
        "rotate",
        "on-event-rate",
        "otlp-headers",
        "otlp-spool",
        "min-severity",
        "which",
      ],
    },
  ],
  [
    syscalls,
    "by default",
    { words: ["true"], refused: ["columns", "sort", ...COUNT_STYLE, ...FOR_FILE] },
  ],
  [
    syscalls,
    "a file",
    { words: ["-o", "x", "true"], refused: ["columns", "sort", ...COUNT_STYLE] },
  ],
  [
    syscalls,
    "sentences",
    {
      words: ["--mode", "human", "true"],
      refused: [
        "by-file",
        "columns",
        "count",
        "format",
        "sort",
        ...COUNT_STYLE,
        ...FOR_FILE,
        ...LINE_STYLE.filter(
          (name) => !/^(?:Y|.*-timestamps|column|signal|syscall-times)$/.test(name),
        ),
      ],
    },
  ],
  [
    syscalls,
    "data",
    {
      words: ["--format", "json", "true"],
      refused: ["count", "sort", "summary", ...COUNT_STYLE, ...FOR_FILE, ...LINE_STYLE],
    },
  ],
  [
    syscalls,
    "counts",
    {
      words: ["-c", "true"],
      refused: [
        "by-file",
        "columns",
        "format",
        "sort",
        "summary",
        ...FOR_FILE,
        ...LINE_STYLE,
        ...ARGUMENT_STYLE,
      ],
    },
  ],
  [
    syscalls,
    "files",
    {
      words: ["--by-file", "true"],
      refused: [
        "columns",
        "count",
        "summary",
        ...COUNT_STYLE,
        ...FOR_FILE,
        ...LINE_STYLE,
        ...ARGUMENT_STYLE,
      ],
    },
  ],
  [
    syscalls,
    "a running process",
    {
      words: ["-p", "1"],
      refused: [
        "argv0",
        "columns",
        "daemonize",
        "env",
        "sort",
        "user",
        ...COUNT_STYLE,
        ...FOR_FILE,
      ],
    },
  ],
];

/** Modes in which only these options have an effect. */
const ONLY: readonly (readonly [Command, string, readonly string[]])[] = [
  [query, "verify", ["verify", "quiet"]],
  [watch, "status", ["status", "format", "escape", "fromfile", "current-mount", "quiet"]],
  [watch, "health", ["health", "format", "escape", "fromfile", "current-mount", "quiet"]],
  [watch, "stop", ["stop", "fromfile", "current-mount", "quiet"]],
  [watch, "add", "add which recursive wait fromfile current-mount quiet".split(" ")],
  [watch, "remove", ["remove", "which", "fromfile", "current-mount", "quiet"]],
];

/** Options that mean something else where they are repeated, or that end what is tested. */
const REPEATED = ["quiet", "follow-forks"];
/** Options that begin a mode of their own: ONLY. */
const MODE_OPTIONS = ["verify", "status", "health", "stop", "add", "remove"];

describe.each(MODES)("of %# the options", ({ definition, rules, takesCommand }, mode, expected) => {
  test(`that have no effect are refused: ${mode}`, () => {
    const command = { definition, rules, takesCommand } as Command;
    const args = definition.args as ArgsDef;
    expect(problemOf(command, expected.words)).toBeNull();
    const typed = splitArguments(expected.words, args, takesCommand).options;
    const isTyped = (name: string) => new GivenOptions(typed).has(name);
    const refused = Object.keys(args).filter((name) => {
      if (isTyped(name) || [...REPEATED, ...MODE_OPTIONS].includes(name)) return false;
      const words = [...optionWords(name, args), ...expected.words];
      return problemOf(command, words) !== null;
    });
    // Only some records have a header for it.
    const isInHeader = expected.words.some((word) => /\.(?:trace|parquet)$/.test(word));
    const others = "environment" in args && !isInHeader ? ["environment"] : [];
    const known = [...expected.refused, ...others].filter((name) => !isTyped(name));
    expect(refused.sort()).toEqual([...new Set(known)].sort());
  });
});

test.each(ONLY)("%# a mode accepts only its own options", (command, mode, accepted) => {
  const args = command.definition.args as ArgsDef;
  const names = Object.keys(args).filter((name) => {
    const problem = problemOf(command, [...optionWords(name, args), `--${mode}`, "/x"]);
    if (problem !== null) expect(problem).toContain("cannot be used with --");
    return problem === null;
  });
  expect(names.sort()).toEqual([...accepted].sort());
});

test("an option is named as it was typed", () => {
  expect(problemOf(syscalls, ["-A", "-o", "x.parquet", "true"])).toBe(
    "-A: cannot be used with --format parquet, which cannot be appended to",
  );
  expect(problemOf(syscalls, ["-tc", "true"])).toStartWith("-t: cannot be used with -c,");
  expect(problemOf(watch, ["--keep=3", "."])).toBe("--keep: requires --rotate SIZE");
});

test("an empty value is refused, except of names and texts that may be empty", () => {
  expect(problemOf(exec, ["--digest", "all", "true"])).toBe(
    "--digest outputs or inputs or all: requires -o FILE.trace, -o FILE.db, --header, --summary or --attest, which have a place for digests",
  );
  expect(problemOf(exec, ["-o", "", "true"])).toBe("-o: needs a value that is not empty");
  expect(problemOf(query, ["--path="])).toBe("--path: needs a value that is not empty");
  expect(problemOf(exec, ["--summary=", "true"])).toBeNull();
  expect(problemOf(syscalls, ["--argv0", "", "true"])).toBeNull();
});

test("values of lists add up, of columns and other options the last one applies", () => {
  const args = all.definition.args as ArgsDef;
  const given = [
    "--pid=1",
    "--columns=pid",
    "--columns=path,pid",
    "--format=csv",
    "--quiet",
    "--pid=2,3",
    "--format=json",
  ];
  const joined = joinLists(given, args);
  expect(joined.slice(-2)).toEqual(["--pid=1,2,3", "--format=json"]);
  expect(joined.slice(1, 3)).toEqual(["--columns=pid", "--columns=path,pid"]);
  expect(joinLists(["--types=A", "--types=B"], watch.definition.args as ArgsDef).at(-1)).toBe(
    "--types=A,B",
  );
});
