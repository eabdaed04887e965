/** The text format, and flags and errors by name in the other formats. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Run, run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";

const SCRIPT = ": >made; : <missing";
const ESC = "\x1b";

/** Runs a command with all three standard fds on a terminal; stdout is the terminal's output. */
function onTerminal(command: string, env: Record<string, string | undefined>, cwd: string): Run {
  const all = { ...process.env, SHELL: "/bin/sh", NO_COLOR: undefined, ...env };
  return run(["script", "-qec", command, "/dev/null"], { cwd, env: all });
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== "");
}

test("text is written to trace.txt, one line per event, with flags and errors by name", () => {
  using directory = temporaryDirectory();
  runTrace(["exec", "--format", "text", "--", "sh", "-c", SCRIPT], { cwd: directory.path });
  const lines = linesOf(readFileSync(join(directory.path, "trace.txt"), "utf8"));
  expect(lines[0]).toBe("time            pid  comm      call      result  name, flags");
  const line = (name: string) => lines.find((line) => line.includes(`${directory.path}/${name}`));
  const start = String.raw`^\d\d:\d\d:\d\d\.\d{3} +\d+  sh        openat  `;
  const path = directory.path;
  expect(line("made")).toMatch(
    new RegExp(String.raw`${start} +\d+  ${path}/made  O_WRONLY\|O_CREAT\|O_TRUNC 0666  created$`),
  );
  expect(line("missing")).toMatch(new RegExp(`${start}  ENOENT  ${path}/missing  O_RDONLY$`));
});

test("a terminal gets colours, unless NO_COLOR or its name disables them", () => {
  using directory = temporaryDirectory();
  const command = `${TRACE} exec --format text -o - -- sh -c '${SCRIPT}'`;
  const shown = (env: Record<string, string>) =>
    onTerminal(command, env, directory.path).stdout.toString();
  const coloured = shown({ TERM: "xterm" });
  expect(coloured).toContain(`${ESC}[31mENOENT${ESC}[m`);
  expect(coloured).toContain(`${ESC}[33mO_WRONLY|O_CREAT|O_TRUNC${ESC}[m`);
  const without: Record<string, string>[] = [{ TERM: "xterm", NO_COLOR: "1" }, { TERM: "dumb" }];
  for (const env of without) {
    const plain = shown(env);
    expect(plain).toContain("ENOENT");
    expect(plain).not.toContain(ESC);
  }
  expect(shown({ TERM: "xterm", NO_COLOR: "" })).toContain(ESC);
  const piped = onTerminal(`${command} | cat`, { TERM: "xterm" }, directory.path);
  expect(piped.stdout.toString()).not.toContain(ESC);
});

test("requested columns form a table, for `all` as well", () => {
  // Only a command that opens files as long as it is watched: others must not match.
  const busy = Bun.spawn(["sh", "-c", "while :; do : </etc/hostname; done"]);
  try {
    const filter = ["--pid", `${busy.pid}`, "--count", "3"];
    const args = ["all", "--format", "text", "--columns", "comm,errno,path", ...filter];
    const [header, ...lines] = linesOf(runTrace(args).stdout.toString());
    expect(header).toBe("comm      errno   path");
    expect(lines.map((line) => line.trimEnd())).toEqual(
      Array<string>(3).fill("sh                /etc/hostname"),
    );
  } finally {
    busy.kill("SIGKILL");
  }
});

test("flags, modes and errors have columns with their names in every format", () => {
  using directory = temporaryDirectory();
  const columns = ["--columns", "filename,flags_text,mode_text,errno"];
  const record = (format: string) => {
    const args = ["exec", "-o", "-", "--format", format, ...columns, "--", "sh", "-c", SCRIPT];
    return linesOf(runTrace(args, { cwd: directory.path }).stdout.toString());
  };
  const csv = record("csv");
  expect(csv).toContain('"made",O_WRONLY|O_CREAT|O_TRUNC,0666,');
  expect(csv).toContain('"missing",O_RDONLY,,ENOENT');
  expect(record("ndjson")).toContain(
    '{"fname":"missing","flags_text":"O_RDONLY","mode_text":null,"errno":"ENOENT"}',
  );
});
