/** Every output for people, with names, arguments and process names that are hostile to a terminal. */
import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeUtf8 } from "../../src/text/utf8.ts";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";

const NAMES = [
  ...["::error::pwned", "##[error]pwned", " ::warning::##vso[task.complete]x"],
  ...["\u202egpj.exe", "\u061c\u200b\u2066x", "\ufeff\u{e0041}\u2028x"],
  ...["\x1b]0;title\x07", "\x9b31m\u009b31m", "a\nb\r::error::b\x7f"],
];
/** Each is a file, an argument, the name of a program and the name of a process. */
const SCRIPT = `for name in "$@"; do
  cat <"./$name" >/dev/null
  cp /bin/true "./bin/$name" && PATH=./bin: "$name" "$name"
  printf %s "$name" >/proc/$$/comm
  : >"./$name"
done
exit 0`;

/** What a terminal or the runner of a CI job obeys, and what cannot be seen. */
function unsafeIn(bytes: Buffer): string[] {
  const text = decodeUtf8(bytes, (byte) => `\udfff${byte.toString(16)}`);
  const controls = "\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f";
  const invisible = "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\udfff";
  const characters = new RegExp(`[${controls}${invisible}]|\\p{Cf}`, "gu");
  const commands = /^\s*::.*$|##[a-z]*\[.*$/gim;
  return [...(text.match(characters) ?? []), ...(text.match(commands) ?? [])].map((each) =>
    JSON.stringify(each),
  );
}

function workspace() {
  const directory = temporaryDirectory();
  mkdirSync(join(directory.path, "bin"));
  for (const name of NAMES) writeFileSync(join(directory.path, name), "");
  return directory;
}

/** Runs trace with the script, in a directory with files of these names. @returns all that it says */
function said(options: string, directory: string): Buffer {
  const command = ["sh", "-c", SCRIPT, "sh", ...NAMES];
  const { stdout, stderr, status } = run([TRACE, ...options.split(" "), "--", ...command], {
    cwd: directory,
  });
  expect([options, status]).toEqual([options, 0]);
  return Buffer.concat([stdout, Buffer.from(stderr)]);
}

test.each([
  "exec -o - --events all --format text",
  "exec -o - --events all --format text --columns filename,comm,argv,path,ancestors",
  "exec --backend ptrace -o - --events all --format text --columns filename,comm",
  "exec -o - --events all --format perfetto",
  "exec --summary=text:/dev/stdout --all-files",
  "procs",
  "procs --format text --columns comm,argv -o /dev/stdout",
  "syscalls -f --mode human",
  "syscalls --by-file",
])("trace %s escapes names", (options) => {
  using directory = workspace();
  const output = said(options, directory.path);
  expect(unsafeIn(output)).toEqual([]);
  // The names are there.
  expect(output.toString()).toContain("pwned");
});

test("names in strace's syntax are escaped, and no line begins with one", () => {
  using directory = workspace();
  const text = said("syscalls -f -y -Y", directory.path).toString("latin1");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\xff]/);
  expect(text).not.toMatch(/^\s*(?:::|##)/m);
});

test("watch, query and changes escape names, also in templates", async () => {
  using directory = workspace();
  using log = temporaryDirectory();
  const file = join(log.path, "log.ndjson");
  const watching = Bun.spawn(
    [TRACE, "watch", "-o", file, "--duration", "4s", "--all-events", "-r", directory.path],
    { stdout: Bun.file(join(log.path, "text")), stderr: "pipe" },
  );
  const reader = watching.stderr.getReader();
  await reader.read();
  run(["sh", "-c", SCRIPT, "sh", ...NAMES], { cwd: directory.path });
  await watching.exited;
  const text = readFileSync(join(log.path, "text"));
  expect(text.toString()).toContain("pwned");
  expect(unsafeIn(text)).toEqual([]);
  for (const options of [
    "query",
    "query --columns comm,argv,path",
    "query --columns path,comm",
    "query --columns argv",
    "changes",
    "changes --columns comm",
  ]) {
    const { stdout, stderr } = run([TRACE, ...options.split(" "), file]);
    expect(stdout.toString()).toContain("pwned");
    expect([options, ...unsafeIn(Buffer.concat([stdout, Buffer.from(stderr)]))]).toEqual([options]);
  }
});

const IN_MESSAGES = [
  "::error::x\u202e\u2066",
  " ::warning::x##[error]",
  "a\n::error::b\r\x1b[2J\x9b",
];

test.each(IN_MESSAGES)("messages that name %j are one line and obeyed by nothing", (name) => {
  using directory = temporaryDirectory();
  for (const args of [
    ["show", name],
    ["summary", name],
    ["query", name],
    ["clean", "--older", "1d", name],
    ["exec", "--", `./${name}`],
    ["exec", "-o", `${name}/x`, "--", "true"],
    ["exec", "--flags", name, "--", "true"],
    ["watch", `${name}/`],
    ["exec", `--${name}`],
    [name],
  ]) {
    const { stdout, stderr, status } = run([TRACE, ...args], { cwd: directory.path });
    expect([args[0], status === 0, stdout.length]).toEqual([args[0], false, 0]);
    expect([args[0], ...unsafeIn(Buffer.from(stderr))]).toEqual([args[0]]);
    expect(stderr).toStartWith("trace: ");
  }
});
