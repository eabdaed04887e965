/** `trace query`, `changes` and `clean` with files of our own. */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { linesOf, type Made } from "../sources/records/builders.ts";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";

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

/** A directory with a history of EVENTS in two files. */
function history() {
  const directory = temporaryDirectory();
  const path = join(directory.path, "history.ndjson");
  writeFileSync(`${path}.1`, linesOf(EVENTS.slice(0, 2)));
  writeFileSync(path, linesOf(EVENTS.slice(2)));
  return { directory, path, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

const paths = (stdout: Buffer) =>
  stdout
    .toString()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).path);

describe("trace query", () => {
  test("gives back as ndjson what was recorded, of all files", () => {
    using made = history();
    const { stdout, stderr, status } = runTrace(["query", made.path, "--format", "ndjson"]);
    expect(stdout).toEqual(linesOf(EVENTS));
    expect([stderr, status]).toEqual(["trace: 4 events, complete\n", 0]);
  });

  test("keeps to a span of time, and to what else is asked", () => {
    using made = history();
    const ask = (...args: string[]) =>
      paths(runTrace(["query", made.path, "--format", "ndjson", ...args]).stdout);
    expect(ask("--since", "1h")).toEqual(["/srv/a", "/srv/b\x1b[2J"]);
    expect(ask("--since", "30d", "--until", "1h")).toEqual(["/srv/a"]);
    expect(ask("--path", "/srv/a", "--user", "bob")).toEqual(["/srv/a"]);
    expect(ask("--comm", "rm", "--type", "DELETE")).toEqual(["/srv/b\x1b[2J"]);
    expect(ask("--pid", "17")).toEqual(["/srv/a"]);
    expect(ask("--path", "/sr")).toEqual([]);
  });

  test("is a table of days for a person, without what drives a terminal", () => {
    using made = history();
    const { stdout } = runTrace(["query", made.path, "--since", "5m"]);
    const [header, line] = stdout.toString().split("\n");
    expect(header).toMatch(/^day +time +type +pid +comm +user .*path$/);
    expect(line).toMatch(/^\d{4}-\d{2}-\d{2} {2}\d{2}:\d{2}:\d{2}\.000 /);
    expect(line).toMatch(/ DELETE +4711 +rm /);
    expect(line).toContain('"/srv/b\\x1b[2J"  rm b');
  });

  test("writes the columns that are asked for, into a file", () => {
    using made = history();
    const output = join(made.directory.path, "out.csv");
    const args = ["--format", "csv", "--columns", "type,path,comm", "--since", "1h", "-o", output];
    expect(runTrace(["query", made.path, ...args]).status).toBe(0);
    expect(readFileSync(output, "latin1")).toBe(
      'type,path,comm\nCLOSE_WRITE,"/srv/a","vi"\nDELETE,"/srv/b\x1b[2J","rm"\n',
    );
  });

  test("does not write over what it reads", () => {
    using made = history();
    const old = `${made.path}.1`;
    const { status, stderr } = runTrace(["query", made.path, "-o", old]);
    expect([status, stderr]).toEqual([2, `trace: -o ${old}: is also the input\n`]);
    expect(readFileSync(old).equals(linesOf(EVENTS.slice(0, 2)))).toBe(true);
  });

  test("counts a torn line and lines that are none, and goes on", () => {
    using made = history();
    const whole = readFileSync(made.path);
    writeFileSync(made.path, Buffer.concat([Buffer.from("\0\0\n"), whole, whole.subarray(0, 30)]));
    const { stdout, stderr, status } = runTrace(["query", made.path, "--format", "ndjson"]);
    expect(stdout).toEqual(linesOf(EVENTS));
    expect([stderr, status]).toEqual([
      "trace: 4 events, INCOMPLETE: 1 truncated at the end of a file; 1 malformed lines\n",
      0,
    ]);
  });

  test("reads the history of who calls it", () => {
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
    [["query", "/nonexistent/h"], "trace: /nonexistent/h: ENOENT\n"],
    [["query", "/tmp"], "trace: /tmp: is no regular file\n"],
    [["query", "--type", "DELET"], "trace: --type DELET: unknown value; did you mean DELETE?\n"],
    [["clean"], "trace: clean: nothing to do: give --older and/or --max-size\n"],
    [["clean", "/nonexistent/h", "--older", "1d"], "trace: /nonexistent/h: ENOENT\n"],
  ])("%j is a mistake that is named", (args, message) => {
    const { stderr, status } = runTrace(args);
    expect([stderr, status]).toEqual([message, 2]);
  });
});

test("trace changes tells the latest event of each path and how many there were", () => {
  using made = history();
  const args = ["--format", "csv", "--columns", "type,path,events"];
  const { stdout } = runTrace(["changes", made.path, ...args]);
  expect(stdout.toString()).toBe(
    'type,path,events\nCREATE,"/srv/old",1\nCLOSE_WRITE,"/srv/a",2\nDELETE,"/srv/b\x1b[2J",1\n',
  );
});

describe("trace clean", () => {
  test("says what it would drop, drops it, and then finds nothing", () => {
    using made = history();
    const old = `${made.path}.1`;
    const args = ["clean", made.path, "--older", "30d"];
    const half = `${linesOf([EVENTS[0]]).length} B of ${statSync(old).size} B`;
    expect(runTrace([...args, "--dry-run"]).stderr).toBe(
      `trace: ${old}: would be dropped: ${half}\n`,
    );
    expect(readFileSync(old).equals(linesOf(EVENTS.slice(0, 2)))).toBe(true);
    expect(runTrace(args).stderr).toBe(`trace: ${old}: dropped: ${half}\n`);
    expect(readFileSync(old).equals(linesOf([EVENTS[1]]))).toBe(true);
    expect(runTrace(args).stderr).toBe(`trace: ${made.path}: nothing to drop\n`);
  });

  test("keeps to a size, the newest lines of all files", () => {
    using made = history();
    const size = String(linesOf([EVENTS[3]]).length);
    expect(runTrace(["clean", made.path, "--max-size", size]).status).toBe(0);
    expect(readdirSync(made.directory.path)).toEqual(["history.ndjson"]);
    expect(readFileSync(made.path).equals(linesOf([EVENTS[3]]))).toBe(true);
  });

  test("keeps owner and mode, and asks for the owner's rights only", () => {
    using made = history();
    chmodSync(made.directory.path, 0o755);
    chownSync(made.path, NOBODY, NOBODY);
    chmodSync(made.path, 0o640);
    const args = ["clean", made.path, "--older", "1s"];
    // The owner may not make files there.
    const refused = runTrace(args);
    expect([refused.status, refused.stderr]).toEqual([125, expect.stringContaining("EACCES")]);
    expect(readFileSync(made.path)).toEqual(linesOf(EVENTS.slice(2)));
    chownSync(made.directory.path, NOBODY, NOBODY);
    chownSync(`${made.path}.1`, NOBODY, NOBODY);
    expect(runTrace(args)).toMatchObject({ status: 0 });
    const { uid, gid, mode, size } = statSync(made.path);
    expect([uid, gid, mode & 0o7777, size]).toEqual([NOBODY, NOBODY, 0o640, 0]);
    expect(readdirSync(made.directory.path)).toEqual(["history.ndjson"]);
  });

  test("leaves everything as it is where there is no room for what is kept", () => {
    using made = history();
    run(["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", made.directory.path]);
    try {
      const lines = Array.from({ length: 2500 }, (_, i) => ({ seconds: NOW - 2500 + i }));
      writeFileSync(made.path, linesOf(lines));
      const { status, stderr } = runTrace(["clean", made.path, "--max-size", "500K"]);
      expect([status, stderr]).toEqual([125, `trace: write(${made.path}): ENOSPC\n`]);
      expect(readFileSync(made.path).equals(linesOf(lines))).toBe(true);
      expect(readdirSync(made.directory.path)).toEqual(["history.ndjson"]);
    } finally {
      run(["umount", made.directory.path]);
    }
  });

  test("follows no symbolic link", () => {
    using made = history();
    const link = join(made.directory.path, "link");
    symlinkSync(made.path, link);
    expect(runTrace(["clean", link, "--older", "1s"])).toMatchObject({
      status: 2,
      stderr: `trace: ${link}: ELOOP\n`,
    });
    expect(readFileSync(made.path)).toEqual(linesOf(EVENTS.slice(2)));
  });
});
