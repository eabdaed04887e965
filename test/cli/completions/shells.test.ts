/** Command lines as bash, zsh and fish complete them. */
import { expect, test } from "bun:test";
import { offeredByFish, typed } from "./shells.ts";

const BASH_COMPLETION = "source /usr/share/bash-completion/bash_completion";

/** Lines that have one completion, without and with it. */
const SAME_EVERYWHERE: readonly (readonly [string, string])[] = [
  // Commands and their words.
  ["trace exe", "trace exec"],
  ["trace help colu", "trace help columns"],
  ["trace completions fi", "trace completions fish"],
  ["trace show report.tr", "trace show report.trace"],
  // Options, also before a command.
  ["trace exec --no-fo", "trace exec --no-follow"],
  ["trace --color nev", "trace --color never"],
  ["trace --color never exe", "trace --color never exec"],
  // Values, in the next word, in the same word and behind a letter.
  ["trace exec --format nd", "trace exec --format ndjson"],
  ["trace exec --format=nd", "trace exec --format=ndjson"],
  ["trace exec -o report.tr", "trace exec -o report.trace"],
  ["trace exec -qo report.tr", "trace exec -qo report.trace"],
  ["trace exec --user roo", "trace exec --user root"],
  ["trace exec --summary=mark", "trace exec --summary=markdown"],
  // Each of several, separated by commas.
  ["trace exec --events open,ren", "trace exec --events open,rename"],
  ["trace exec --events=open,ren", "trace exec --events=open,rename"],
  ["trace exec -eopen,ren", "trace exec -eopen,rename"],
  ["trace procs --columns pid,parent", "trace procs --columns pid,parent_tid"],
  ["trace watch -e MODIFY,CLOSE_W", "trace watch -e MODIFY,CLOSE_WRITE"],
  // Expressions, and spellings that are not offered.
  ["trace syscalls -e %proc", "trace syscalls -e %process"],
  ["trace syscalls -e status=fa", "trace syscalls -e status=failed"],
  ["trace syscalls -e signal=SIGINT,SIGH", "trace syscalls -e signal=SIGINT,SIGHUP"],
  ["trace syscalls --signal=SIGTE", "trace syscalls --signal=SIGTERM"],
  ["trace syscalls --seccomp-b", "trace syscalls --seccomp-b"],
  ["trace check report.tr", "trace check report.trace"],
  // A traced command: the options of trace are not its own.
  ["trace exec true --no-fo", "trace exec true --no-fo"],
];

/** The command line of a traced command, as the shell completes it. */
const TRACED: readonly (readonly [string, string])[] = [
  ["trace exec busybo", "trace exec busybox"],
  ["trace exec git cherry-p", "trace exec git cherry-pick"],
  ["trace exec -qo report.txt -- git cherry-p", "trace exec -qo report.txt -- git cherry-pick"],
  ["trace check --format json -- git cherry-p", "trace check --format json -- git cherry-pick"],
  ["trace syscalls -e trace=open git cherry-p", "trace syscalls -e trace=open git cherry-pick"],
];

const inputs = (cases: readonly (readonly [string, string])[]) => cases.map(([input]) => input);
const outputs = (cases: readonly (readonly [string, string])[]) =>
  cases.map(([, output]) => output);
/** Removes what a shell adds so that another value, or another word, can follow. */
const withoutEnd = (lines: readonly string[]) => lines.map((line) => line.replace(/[ ,=]$/, ""));

test("bash completes command lines", async () => {
  const lines = await typed("bash", inputs(SAME_EVERYWHERE));
  expect(withoutEnd(lines)).toEqual(outputs(SAME_EVERYWHERE));
});

test("bash with bash-completion completes the traced command's own command line", async () => {
  const cases = [
    ...TRACED,
    ["sudo trace exec --no-fo", "sudo trace exec --no-follow"] as const,
    ["trace exec --format=nd", "trace exec --format=ndjson"] as const,
  ];
  expect(withoutEnd(await typed("bash", inputs(cases), BASH_COMPLETION))).toEqual(outputs(cases));
});

test("zsh completes command lines", async () => {
  const cases = [...SAME_EVERYWHERE, ...TRACED];
  expect(withoutEnd(await typed("zsh", inputs(cases)))).toEqual(outputs(cases));
});

test("fish completes command lines", async () => {
  const cases = [...SAME_EVERYWHERE, ...TRACED];
  const lists = await offeredByFish(inputs(cases));
  const lastWord = (line: string) => line.split(" ").at(-1)!;
  for (const [at, [input, output]] of cases.entries()) {
    const expected = input === output ? [] : [lastWord(output)];
    expect([input, ...withoutEnd(lists[at])]).toEqual([input, ...expected]);
  }
});

test("fish offers processes and all values of a list", async () => {
  const [pids, severities] = await offeredByFish([
    `trace all --pid 1,${String(process.pid).slice(0, -1)}`,
    "trace query --min-severity ",
  ]);
  expect(pids).toContain(`1,${process.pid}`);
  expect(severities).toEqual(["danger", "info", "warning"]);
});
