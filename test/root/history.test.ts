/** `trace query`, `trace changes` and `trace clean` on histories of this test. */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { formatSize } from "../../src/text/byte-size.ts";
import { linesOf, type Made, noteOf } from "../sources/records/builders.ts";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";
import { foreignLocks } from "./support/locks.ts";

const NOW = Math.floor(Date.now() / 1000);
const DAY = 86400;
const NOBODY = 65534;

const EVENTS: readonly Made[] = [
  { seconds: NOW - 40 * DAY, type: "CREATE", path: "/srv/old" },
  { seconds: NOW - 2 * DAY, type: "CREATE", path: "/srv/a" },
  { seconds: NOW - 3000, path: "/srv/a", user: "bob", who: { comm: "vi", pid: 17 } },
  {
    seconds: NOW - 60,
    type: "DELETE",
    path: "/srv/b\x1b[2J",
    who: { comm: "rm", argv: ["rm", "b"] },
  },
];

const NOTED = [noteOf("WATCH_START", NOW - 41 * DAY), ...EVENTS, noteOf("WATCH_END", NOW)];
const UNNOTED = "1 parts of which the history does not record when they were watched";

/** Creates a directory with a history of EVENTS in two files, without notes by default. */
function history(lines: readonly Made[] = EVENTS) {
  const directory = temporaryDirectory();
  const path = join(directory.path, "history.ndjson");
  writeFileSync(`${path}.1`, linesOf(lines.slice(0, lines.length / 2)));
  writeFileSync(path, linesOf(lines.slice(lines.length / 2)));
  return { directory, path, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

const paths = (stdout: Buffer) =>
  stdout
    .toString()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).path);

describe("trace query", () => {
  test("prints what was recorded, from all files, as ndjson", () => {
    using input = history(NOTED);
    const { stdout, stderr, status } = runTrace(["query", input.path, "--format", "ndjson"]);
    expect(stdout).toEqual(linesOf(EVENTS));
    expect([stderr, status]).toEqual(["trace: 4 events, complete\n", 0]);
  });

  test("shows the notes of a log if their type is requested", () => {
    using input = history(NOTED);
    const args = ["query", input.path, "--format", "csv", "--columns", "type,path,details"];
    const details = '"{""boot"":""8f3a"",""started"":42,""scope"":""descendants""}"';
    expect(runTrace([...args, "--type", "WATCH_START"]).stdout.toString()).toBe(
      `type,path,details\nWATCH_START,"/",${details}\n`,
    );
  });

  test("says when nobody watched, and can fail for it", () => {
    const [start, end] = [noteOf("WATCH_START", NOW - 7200), noteOf("WATCH_END", NOW - 3600)];
    using input = history([start, { seconds: NOW - 7000, path: "/srv/a" }, end]);
    const ask = (...args: string[]) => {
      const { status, stderr } = runTrace(["query", input.path, "--require-complete", ...args]);
      return [status, stderr.replaceAll(/ \S+T[0-9:]+/g, " TIME")];
    };
    const gap = "INCOMPLETE: 1 gaps: nobody watched";
    const last = ["--until", `@${NOW - 3600}`];
    expect(ask(...last)).toEqual([0, "trace: 1 event, complete\n"]);
    expect(ask("--since", "90m")).toEqual([3, `trace: 0 events, ${gap} from TIME to TIME\n`]);
    expect(ask("--since", "2d", "--until", "90m")).toEqual([
      3,
      `trace: 1 event, ${gap} from TIME to TIME\n`,
    ]);
    expect(ask("--path", "/srv", ...last)[0]).toBe(0);
    expect(runTrace(["query", input.path, "--since", "90m"]).status).toBe(0);
    expect(runTrace(["changes", input.path, "--since", "90m", "--require-complete"]).status).toBe(
      3,
    );
  });

  test("finds what was recorded after the clock went back by an hour", () => {
    const at = (seconds: number, path: string) => ({ seconds: NOW - seconds, path });
    const step = { path: "", milliseconds: -3_600_000 };
    using input = history([
      noteOf("WATCH_START", NOW - 5000),
      at(4900, "/before"),
      at(1900, "/just-before"),
      noteOf("CLOCK_STEP", NOW - 5400, step),
      ...Array.from({ length: 3000 }, (_, i) => at(5400 - i, `/${i}`)),
      noteOf("WATCH_END", NOW - 2400),
    ]);
    const args = ["query", input.path, "--format", "ndjson"];
    const span = ["--since", `@${NOW - 4902}`, "--until", `@${NOW - 4898}`];
    const { stdout, stderr } = runTrace([...args, ...span]);
    expect(paths(stdout)).toEqual(["/before", "/498", "/499", "/500", "/501"]);
    expect(stderr).toBe("trace: 5 events, complete\n");
  });

  test("never calls a history complete that does not record when it was watched", () => {
    using input = history();
    for (const args of [[], ["--since", "1d"], ["--until", "1h"], ["--path", "/srv"]]) {
      const { status, stderr } = runTrace(["query", input.path, "--require-complete", ...args]);
      expect([status, stderr]).toEqual([3, expect.stringContaining(`INCOMPLETE: ${UNNOTED}\n`)]);
    }
  });

  test("filters by time and by everything else", () => {
    using input = history();
    const ask = (...args: string[]) =>
      paths(runTrace(["query", input.path, "--format", "ndjson", ...args]).stdout);
    expect(ask("--since", "1h")).toEqual(["/srv/a", "/srv/b\x1b[2J"]);
    expect(ask("--since", "30d", "--until", "1h")).toEqual(["/srv/a"]);
    expect(ask("--path", "/srv/a", "--user", "bob")).toEqual(["/srv/a"]);
    expect(ask("--comm", "rm", "--type", "DELETE")).toEqual(["/srv/b\x1b[2J"]);
    expect(ask("--pid", "17")).toEqual(["/srv/a"]);
    expect(ask("--path", "/sr")).toEqual([]);
  });

  test("prints a table by day, without terminal control characters", () => {
    using input = history();
    const { stdout } = runTrace(["query", input.path, "--since", "5m"]);
    const [header, line] = stdout.toString().split("\n");
    expect(header).toMatch(/^day +time +type +pid +comm +user .*path$/);
    expect(line).toMatch(/^\d{4}-\d{2}-\d{2} {2}\d{2}:\d{2}:\d{2}\.000 /);
    expect(line).toMatch(/ DELETE +4711 +rm /);
    expect(line).toContain('"/srv/b\\x1b[2J"  rm b');
  });

  test("writes the requested columns into a file", () => {
    using input = history();
    const output = join(input.directory.path, "out.csv");
    const args = ["--format", "csv", "--columns", "type,path,comm", "--since", "1h", "-o", output];
    expect(runTrace(["query", input.path, ...args]).status).toBe(0);
    expect(readFileSync(output, "latin1")).toBe(
      'type,path,comm\nCLOSE_WRITE,"/srv/a","vi"\nDELETE,"/srv/b\x1b[2J","rm"\n',
    );
  });

  test("does not overwrite its input", () => {
    using input = history();
    const old = `${input.path}.1`;
    const { status, stderr } = runTrace(["query", input.path, "-o", old]);
    expect([status, stderr]).toEqual([2, `trace: -o ${old}: is also the input\n`]);
    expect(readFileSync(old).equals(linesOf(EVENTS.slice(0, 2)))).toBe(true);
  });

  test("counts a truncated line and malformed lines, and continues", () => {
    using input = history();
    const whole = readFileSync(input.path);
    writeFileSync(input.path, Buffer.concat([Buffer.from("\0\0\n"), whole, whole.subarray(0, 30)]));
    const { stdout, stderr, status } = runTrace(["query", input.path, "--format", "ndjson"]);
    expect(stdout).toEqual(linesOf(EVENTS));
    expect([stderr, status]).toEqual([
      `trace: 4 events, INCOMPLETE: 1 truncated lines at the end of a file; 1 malformed lines; ${UNNOTED}\n`,
      0,
    ]);
  });

  test("reads the history of the invoking user", () => {
    using home = temporaryDirectory();
    const directory = join(home.path, ".local/state/trace");
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "history.ndjson"), linesOf(EVENTS));
    const user = ["setpriv", "--reuid=4000000", "--regid=4000000", "--clear-groups"];
    chmodSync(home.path, 0o755);
    const query = Bun.spawnSync([...user, TRACE, "query", "--format", "ndjson"], {
      env: { HOME: home.path },
    });
    expect(paths(query.stdout).length).toBe(4);
  });

  test.each([
    [["query", "/nonexistent/h"], "trace: /nonexistent/h: ENOENT: No such file or directory\n"],
    [["query", "/tmp"], "trace: /tmp: not a regular file\n"],
    [["query", "--type", "DELET"], "trace: --type DELET: unknown value; did you mean DELETE?\n"],
    [["clean"], "trace: clean: nothing to do: give --older and/or --max-size\n"],
    [
      ["clean", "/nonexistent/h", "--older", "1d"],
      "trace: /nonexistent/h: ENOENT: No such file or directory\n",
    ],
  ])("%j is a mistake that is named", (args, message) => {
    const { stderr, status } = runTrace(args);
    expect([stderr, status]).toEqual([message, 2]);
  });
});

test("trace changes prints the latest event of each path and the number of events", () => {
  using input = history();
  const args = ["--format", "csv", "--columns", "type,path,events"];
  const { stdout } = runTrace(["changes", input.path, ...args]);
  expect(stdout.toString()).toBe(
    'type,path,events\nCREATE,"/srv/old",1\nCLOSE_WRITE,"/srv/a",2\nDELETE,"/srv/b\x1b[2J",1\n',
  );
});

describe("trace clean", () => {
  test("prints what it would drop, drops it, and then finds nothing", () => {
    using input = history();
    const old = `${input.path}.1`;
    const args = ["clean", input.path, "--older", "30d"];
    const half = `${formatSize(linesOf([EVENTS[0]]).length)} of ${formatSize(statSync(old).size)}`;
    expect(runTrace([...args, "--dry-run"]).stderr).toBe(
      `trace: ${old}: would be dropped: ${half}\n`,
    );
    expect(readFileSync(old).equals(linesOf(EVENTS.slice(0, 2)))).toBe(true);
    expect(runTrace(args).stderr).toBe(`trace: ${old}: dropped: ${half}\n`);
    expect(readFileSync(old).equals(linesOf([EVENTS[1]]))).toBe(true);
    expect(runTrace(args).stderr).toBe(`trace: ${input.path}: nothing to drop\n`);
  });

  test("limits the size, keeping the newest lines of all files", () => {
    using input = history();
    const size = String(linesOf([EVENTS[3]]).length);
    expect(runTrace(["clean", input.path, "--max-size", size]).status).toBe(0);
    expect(readdirSync(input.directory.path)).toEqual(["history.ndjson"]);
    expect(readFileSync(input.path).equals(linesOf([EVENTS[3]]))).toBe(true);
  });

  test("preserves owner and mode", () => {
    using input = history();
    chownSync(input.path, NOBODY, NOBODY);
    chmodSync(input.path, 0o640);
    expect(runTrace(["clean", input.path, "--older", "1s"])).toMatchObject({ status: 0 });
    const { uid, gid, mode, size } = statSync(input.path);
    expect([uid, gid, mode & 0o7777, size]).toEqual([NOBODY, NOBODY, 0o640, 0]);
    expect(readdirSync(input.directory.path)).toEqual(["history.ndjson"]);
  });

  test("acts with the rights of the caller, not of the owner: under sudo those of the user", () => {
    using input = history();
    chmodSync(input.directory.path, 0o755);
    const args = ["clean", input.path, "--max-size", "1"];
    const env = { ...process.env, SUDO_UID: `${NOBODY}`, SUDO_USER: "nobody" };
    // Readable, but in a directory of root.
    expect(runTrace(args, { env })).toMatchObject({
      status: 125,
      stderr: expect.stringContaining("EACCES"),
    });
    chownSync(input.path, NOBODY, NOBODY);
    expect(runTrace(args, { env }).status).toBe(125);
    chmodSync(input.path, 0o600);
    chownSync(input.path, 0, 0);
    expect(runTrace(args, { env })).toMatchObject({
      status: 2,
      stderr: `trace: ${input.path}: EACCES: Permission denied; the rights of nobody apply; with those of root: sudo env -u SUDO_USER -u SUDO_UID trace clean …\n`,
    });
    expect(readFileSync(input.path)).toEqual(linesOf(EVENTS.slice(2)));
    expect(readFileSync(`${input.path}.1`)).toEqual(linesOf(EVENTS.slice(0, 2)));
  });

  const [event] = linesOf(EVENTS.slice(0, 1)).toString().split("\n");
  const lines = (count: number) => `${event}\n`.repeat(count);

  test.each([
    ["text", "one\ntwo\n"],
    ["one line without its end", "precious"],
    ["other JSON", '{"time":1,"kind":"open"}\n{"a":1}\n'],
    ["an event and then text", `${event}\nprecious\n`],
    ["text and then an event", `precious\n${event}\n`],
    ["events around text", `${lines(20)}precious\n${lines(20)}`],
    ["zeros", "\0".repeat(4096)],
    ["a large file of text between events", lines(400) + "precious\n".repeat(150_000) + lines(400)],
    ["a large file that ends with text", lines(4000) + "precious\n".repeat(40_000)],
  ])("refuses what is no history: %s", (_, content) => {
    using input = history();
    const other = join(input.directory.path, "other");
    writeFileSync(other, content);
    for (const option of ["--max-size=1", "--older=1s"])
      expect(runTrace(["clean", option, other])).toMatchObject({
        status: 2,
        stderr: `trace: ${other}: not a trace history; nothing was changed\n`,
      });
    expect(readFileSync(other, "utf8")).toBe(content);
  });

  test("refuses a history if one of its rotated files is none", () => {
    using input = history();
    writeFileSync(`${input.path}.7`, "precious\n");
    expect(runTrace(["clean", "--max-size", "1", input.path])).toMatchObject({
      status: 2,
      stderr: `trace: ${input.path}.7: not a trace history; nothing was changed\n`,
    });
    expect(readdirSync(input.directory.path).length).toBe(3);
    expect(readFileSync(`${input.path}.1`)).toEqual(linesOf(EVENTS.slice(0, 2)));
  });

  test.each([
    ["empty", ""],
    ["cut by a crash", lines(2) + event.slice(0, 40)],
    ["with zeros of a crash", `${lines(2)}\0\0\0\n${lines(1)}`],
    ["large, with a damaged line", `${lines(3000)}#\n${lines(3000)}`],
  ])("accepts a history that is %s", (_, content) => {
    using input = history();
    writeFileSync(input.path, content);
    expect(runTrace(["clean", "--max-size", "1", input.path])).toMatchObject({ status: 0 });
  });

  test("does not wait for locks of other users", async () => {
    using input = history();
    chmodSync(input.directory.path, 0o755);
    chmodSync(input.path, 0o644);
    using _locks = await foreignLocks([input.directory.path, input.path]);
    const { status, stderr } = run(["timeout", "8", TRACE, "clean", "--older", "30d", input.path]);
    expect([status, stderr]).toEqual([0, expect.stringContaining(`${input.path}.1: dropped: `)]);
    expect(readdirSync(input.directory.path).sort()).toEqual([
      "history.ndjson",
      "history.ndjson.1",
    ]);
  });

  test("changes nothing when there is no space for the retained lines", () => {
    using input = history();
    run(["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", input.directory.path]);
    try {
      const lines = Array.from({ length: 1500 }, (_, i) => ({ seconds: NOW - 1500 + i }));
      writeFileSync(input.path, linesOf(lines));
      const { status, stderr } = runTrace(["clean", input.path, "--max-size", "500K"]);
      expect([status, stderr]).toEqual([
        125,
        `trace: write(${input.path}): ENOSPC: No space left on device\n`,
      ]);
      expect(readFileSync(input.path).equals(linesOf(lines))).toBe(true);
      expect(readdirSync(input.directory.path)).toEqual(["history.ndjson"]);
    } finally {
      run(["umount", input.directory.path]);
    }
  });

  test("does not follow symbolic links", () => {
    using input = history();
    const link = join(input.directory.path, "link");
    symlinkSync(input.path, link);
    expect(runTrace(["clean", link, "--older", "1s"])).toMatchObject({
      status: 2,
      stderr: `trace: ${link}: ELOOP: Too many levels of symbolic links\n`,
    });
    // A link of another user to the directory.
    const trap = join(input.directory.path, "trap");
    symlinkSync(input.directory.path, trap);
    lchownSync(trap, NOBODY, NOBODY);
    expect(runTrace(["clean", join(trap, "history.ndjson"), "--older", "1s"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`${trap} is a symbolic link of nobody`),
    });
    expect(readFileSync(input.path)).toEqual(linesOf(EVENTS.slice(2)));
  });
});
