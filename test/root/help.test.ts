/** Help and colours on terminals and elsewhere. */
import { expect, test } from "bun:test";
import { stripVTControlCharacters } from "node:util";
import { runTrace, TRACE } from "./support/harness.ts";
import { type InTerminal, inTerminal } from "./support/in-terminal.ts";

const ESC = "\x1b";

function onTerminal(args: readonly string[], options: Partial<InTerminal> = {}): string {
  const { bytes } = inTerminal([TRACE, ...args], { cwd: "/", ...options });
  return bytes.replaceAll("\r\n", "\n");
}

const widths = (text: string) =>
  stripVTControlCharacters(Buffer.from(text, "latin1").toString())
    .split("\n")
    .map((line) => line.length);

test("help is as wide as the terminal, up to 100 columns; 80 elsewhere", () => {
  const widest = (columns: number) =>
    Math.max(...widths(onTerminal(["exec", "--help"], { columns })));
  expect(widest(90)).toBeWithin(81, 91);
  expect(widest(300)).toBeWithin(91, 101);
  const elsewhere = runTrace(["exec", "--help"]).stdout.toString();
  expect(Math.max(...elsewhere.split("\n").map((line) => line.length))).toBeWithin(70, 81);
  expect(elsewhere).not.toContain(ESC);
});

test("help has colours on terminals, unless NO_COLOR or --color say otherwise", () => {
  const usage = `${ESC}[1mUsage:${ESC}[m`;
  expect(onTerminal(["procs", "-h"])).toContain(usage);
  expect(onTerminal(["procs", "-h"], { env: { NO_COLOR: "1" } })).not.toContain(ESC);
  expect(onTerminal(["procs", "-h", "--color=never"])).not.toContain(ESC);
  expect(runTrace(["--color", "always", "procs", "-h"]).stdout.toString()).toContain(usage);
});

test("--color decides on the colours of events", () => {
  const recorded = (...options: string[]) => {
    const args = ["exec", "--backend", "ptrace", "--format", "text", "-o", "-", ...options, "true"];
    return runTrace(args).stdout.toString();
  };
  expect(recorded()).not.toContain(ESC);
  expect(recorded("--color", "always")).toContain(`${ESC}[36mtrue${ESC}[m`);
  const sentences = ["syscalls", "--mode", "human", "-o", "-", "--color=always", "true"];
  expect(runTrace(sentences).stdout.toString()).toContain(ESC);
  const { status, stderr } = runTrace(["syscalls", "--color", "sometimes", "true"]);
  expect([status, stderr]).toEqual([
    2,
    "trace: --color sometimes: unknown value; expected one of auto, always, never\n",
  ]);
});

test("completions are printed for a shell, and mistakes are named", () => {
  expect(runTrace(["completions", "bash"]).stdout.toString()).toContain("complete -F _trace trace");
  const stderrOf = (...args: string[]) => {
    const { status, stderr } = runTrace(["completions", ...args]);
    return [status, stderr];
  };
  expect(stderrOf()).toEqual([2, "trace: completions: expected one of bash, zsh, fish\n"]);
  expect(stderrOf("fishh")).toEqual([
    2,
    "trace: completions fishh: no such shell; did you mean fish?\n",
  ]);
});
