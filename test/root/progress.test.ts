/** The progress line: when it is shown, and that it leaves nothing behind. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { TRACE, temporaryDirectory } from "./support/harness.ts";
import { type InTerminal, inTerminal, type TerminalRun } from "./support/in-terminal.ts";
import { Screen } from "./support/screen.ts";

setDefaultTimeout(120_000);

const LINE = /trace: [\d,]+ events?, \d+ process(?:es)?, \d+\.\d s/;
const BUSY = "i=0; while [ $i -lt 10 ]; do sleep 0.1; i=$((i+1)); done";

function trace(
  script: string,
  options: Partial<InTerminal> = {},
  args: string[] = [],
): TerminalRun {
  using directory = temporaryDirectory();
  const { path } = directory;
  const command = [TRACE, "exec", ...args, "--", "sh", "-c", script];
  return inTerminal(command, { cwd: path, stdout: `${path}/stdout`, ...options });
}

/** Returns the screen at the end, or after the first chunks. */
function screen({ chunks }: TerminalRun, upTo = chunks.length, columns = 80): string {
  const screen = new Screen(columns);
  for (const [, bytes] of chunks.slice(0, upTo)) screen.write(bytes);
  return screen.text;
}

test("the line is shown while the command runs, and is erased at the end", () => {
  const seen = trace(BUSY);
  const shown = seen.chunks.map((_, i) => screen(seen, i)).filter((text) => LINE.test(text));
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.at(-1)).toMatch(/^\ntrace: \d+ events, [23] processes, \d\.\d s$/);
  expect(screen(seen)).toMatch(/^trace: \d+ events, complete$/);
  expect(seen.status).toBe(0);
});

test("it is drawn at most ten times a second, and not for a short command", () => {
  const { chunks } = trace(BUSY);
  const drawn = chunks.filter(([, bytes]) => LINE.test(bytes)).map(([seconds]) => seconds);
  expect(drawn.length).toBeGreaterThan(3);
  const [first] = drawn;
  expect(drawn.length).toBeLessThanOrEqual((drawn.at(-1)! - first) * 10 + 2);
  expect(trace("sleep 0.1").bytes).not.toMatch(LINE);
});

describe("it is not shown", () => {
  test.each<[string, Partial<InTerminal>, string[]]>([
    ["if the command's output is on the terminal", { stdout: "" }, []],
    ["with --quiet", {}, ["--quiet"]],
    ["if the events are on the terminal", {}, ["-o", "/dev/stderr"]],
    ["on a terminal without controls", { env: { TERM: "dumb" } }, []],
    ["on a terminal without a name", { env: { TERM: undefined } }, []],
  ])("%s", (_where, options, args) => {
    expect(trace(BUSY, options, args).bytes).not.toMatch(LINE);
  });

  test("if standard error is no terminal", () => {
    const seen = inTerminal(["sh", "-c", `exec ${TRACE} exec sh -c '${BUSY}' 2>/dev/null`], {
      cwd: "/tmp",
      stdout: "/dev/null",
    });
    expect(seen.bytes).toBe("");
  });
});

test("what the command writes to the terminal looks as it does without the line", () => {
  const seen = trace(`${BUSY}; echo warning >&2; sleep 0.3; printf 'half' >&2; sleep 0.3`);
  expect(seen.bytes).toMatch(LINE);
  expect(screen(seen)).toMatch(/^warning\nhalftrace: \d+ events, complete$/);
  expect(seen.bytes.slice(seen.bytes.indexOf("warning"))).not.toMatch(LINE);
});

test("a question at the cursor stays, and so does its answer", () => {
  const script = "printf 'Go on? ' >/dev/tty; read answer </dev/tty; echo \"$answer\"";
  const seen = trace(script, { actions: [[3.2, { type: "yes\r" }]] });
  const screens = seen.chunks.map((_, i) => screen(seen, i)).filter((text) => LINE.test(text));
  expect(screens).toContainEqual(
    expect.stringMatching(/^Go on\?\ntrace: \d+ events, 1 process, \d\.\d s$/),
  );
  expect(screen(seen)).toMatch(/^Go on\? yes\ntrace: \d+ events, complete$/);
});

test("the line is not shown over a program that draws on the terminal, or a password prompt", () => {
  for (const how of ["raw", "-echo"])
    expect(trace(`stty ${how} </dev/tty; ${BUSY}`).bytes).not.toMatch(LINE);
});

test("at the end of the screen it scrolls by one line", () => {
  const seen = trace(`for i in $(seq 30); do echo $i >&2; done; sleep 2.8; echo last >&2`);
  expect(seen.bytes).toMatch(LINE);
  const lines = screen(seen).split("\n");
  expect(lines.slice(-3)).toEqual(["30", "last", expect.stringMatching(/complete$/)]);
  expect(lines).not.toContainEqual(expect.stringMatching(LINE));
});

test("a narrow terminal shows the part that fits", () => {
  const seen = trace(BUSY, { columns: 20 });
  const shown = seen.chunks.map((_, i) => screen(seen, i, 20)).filter(Boolean);
  expect(shown.length).toBeGreaterThan(3);
  for (const text of shown.slice(0, -1)) expect(text).toMatch(/^\n?trace: [^\n]{11,12}$/);
  expect(trace(BUSY, { columns: 1 }).status).toBe(0);
});

test("a change of the window's width is followed", () => {
  const { bytes } = trace(BUSY, { actions: [[0.8, { columns: 15 }]] });
  expect(bytes).toMatch(LINE);
  expect(bytes.replaceAll("\x1b", "^")).toMatch(/\^Etrace: [^^]{7}\^8/);
});

test("Ctrl-C erases it", () => {
  const seen = trace(`${BUSY}; ${BUSY}`, { actions: [["events", { type: "\x03" }]] });
  expect(screen(seen)).toMatch(
    /^\^C\ntrace: \d+ events, complete$|^\^Ctrace: \d+ events, complete$/,
  );
  expect(seen.status).toBe(130);
});

test("a signal that ends trace erases it", () => {
  const seen = trace(`trap '' TERM; ${BUSY}`, { actions: [["events", { signal: "SIGTERM" }]] });
  expect(screen(seen)).toMatch(/^trace: \d+ events, complete$/);
});

test("Ctrl-Z erases it, the background hides it, and the foreground shows it again", () => {
  using directory = temporaryDirectory();
  const seen = inTerminal(["bash", "--norc", "--noprofile", "-i"], {
    cwd: directory.path,
    env: { HISTFILE: "" },
    actions: [
      ["bash", { type: `${TRACE} exec sleep 30 >/dev/null\r` }],
      ["process, ", { type: "\x1a" }],
      ["Stopped", { type: "bg\r" }],
      [3.5, { type: "fg\r" }],
      ["process, ", { type: "\x03" }],
      ["complete", { type: "exit\r" }],
    ],
  });
  const [before, background, foreground] = seen.bytes.split(/Stopped|fg\r/);
  expect(before).toMatch(LINE);
  expect(background).not.toMatch(LINE);
  expect(foreground).toMatch(LINE);
  expect(screen(seen).match(/.*trace: .*/g)).toEqual([
    expect.stringMatching(/^(\^C)?trace: \d+ events, complete$/),
  ]);
  // bash would name any signal other than the key's.
  expect(seen.bytes).toMatch(/\]\+ {2}Stopped {2}/);
});

test("a stopped terminal does not stop trace", () => {
  const actions = [
    ["events", { type: "\x13" }],
    [3, { type: "\x11" }],
  ] as const;
  using directory = temporaryDirectory();
  const command = [TRACE, "exec", "--", "sh", "-c", BUSY];
  const seen = inTerminal(command, { cwd: directory.path, stdout: "/dev/null", actions });
  expect(screen(seen)).toMatch(/^trace: \d+ events, complete$/);
});
