/** What users of inotifywait and fatrace type: templates, paths from a file, one mount, processes. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";
import { besideWatch } from "./support/watch.ts";

/** Runs a script in a directory. */
const sh = (script: string, cwd: string) => run(["sh", "-c", script], { cwd });

/** Returns the lines without a directory, sorted: the kernel merges events that follow quickly. */
const sorted = (text: string, directory: string) =>
  text.replaceAll(directory, "").split("\n").slice(0, -1).sort();

test("a template writes what inotifywait writes for the same changes", async () => {
  using directory = temporaryDirectory();
  const { path } = directory;
  mkdirSync(join(path, "sub"));
  const types = ["-mr", "-e", "create,modify,Close_Write", "-e", "move,delete,attrib"];
  const { stdout } = await besideWatch([...types, "--format", "%w|%f|%e|%:e", path], () => {
    sh("echo a >x; mkdir d; echo b >sub/y; mv sub/y z; chmod 600 z; mv d e; rmdir e", path);
  });
  const expected = [
    ...["CREATE", "MODIFY", "CLOSE_WRITE,CLOSE"].map((type) => ["/", "x", type]),
    ...["CREATE,ISDIR", "MOVED_FROM,ISDIR"].map((type) => ["/", "d", type]),
    ...["MOVED_TO,ISDIR", "DELETE,ISDIR"].map((type) => ["/", "e", type]),
    ...["CREATE", "MODIFY", "CLOSE_WRITE,CLOSE", "MOVED_FROM"].map((type) => ["/sub/", "y", type]),
    ...["MOVED_TO", "ATTRIB"].map((type) => ["/", "z", type]),
  ].map((cells) => [...cells, cells[2].replace(",", ":")].join("|"));
  expect(sorted(stdout, path)).toEqual(expected.sort());
});

test("both events of a move have the same number, and every move another", async () => {
  using directory = temporaryDirectory();
  using outside = temporaryDirectory();
  const { path } = directory;
  sh("mkdir a; touch a/1 2 3", path);
  const { stdout } = await besideWatch(
    ["-r", "-e", "move,create", "--format", "%c %e %f", path],
    () => {
      sh(`mv a/1 one; mv 2 ${outside.path}; mv ${outside.path}/2 back; mv 3 4; touch new`, path);
    },
  );
  const lines = stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(" "));
  const cookieOf = (type: string, name: string) =>
    lines.find(([, eachType, each]) => eachType === type && each === name)?.[0];
  expect(cookieOf("MOVED_TO", "one")).toBe(cookieOf("MOVED_FROM", "1"));
  expect(cookieOf("MOVED_TO", "4")).toBe(cookieOf("MOVED_FROM", "3"));
  const cookies = [
    ["MOVED_TO", "one"],
    ["MOVED_FROM", "2"],
    ["MOVED_TO", "back"],
    ["MOVED_TO", "4"],
  ];
  expect(new Set(cookies.map(([type, name]) => cookieOf(type, name))).size).toBe(4);
  expect(cookieOf("CREATE", "new")).toBe("0");
});

test("names are escaped in a template, and their bytes for xargs -0", async () => {
  using directory = temporaryDirectory();
  using beside = temporaryDirectory();
  const { path } = directory;
  const name = "\n::error::x\x1b[2J\\ \xff\xe2\x80\xae";
  const file = Buffer.from(`${path}/${name}`, "latin1");
  const output = join(beside.path, "names");
  const template = (format: string, under: string[] = []) =>
    besideWatch(
      ["-e", "close_write", "--format", format, ...(under.length ? [] : ["--timefmt", "%Y"]), path],
      () => writeFileSync(file, "x"),
      { under },
    );
  const escaped = "\\n::error::x\\x1b[2J\\\\ \\xff\\xe2\\x80\\xae";
  expect((await template("%T %w%f")).stdout).toBe(
    `${new Date().getFullYear()} ${path}/${escaped}\n`,
  );
  await template("%w%f%0", ["sh", "-c", `exec "$@" >"${output}"`, "sh"]);
  const bytes = readFileSync(output);
  expect(bytes.toString("latin1")).toBe(`${path}/${name}\0`);
  expect(run(["xargs", "-0", "ls", "-d"], { stdin: bytes }).stderr).toBe("");
});

describe("paths", () => {
  test("come from a file, with any bytes; those after an @ are excluded", async () => {
    using directory = temporaryDirectory();
    using beside = temporaryDirectory();
    const { path } = directory;
    sh("mkdir in out out/kept $(printf 'n\\377')", path);
    const list = join(beside.path, "list");
    const lines = `${path}/in\n\n${path}/n\xff\n${path}/out/kept\n@${path}/out`;
    writeFileSync(list, lines, "latin1");
    const args = ["-e", "create", "--format", "%w%f", "--fromfile", list, "-r", path];
    const { stdout } = await besideWatch(args, () => {
      sh("touch in/a out/b out/kept/c $(printf 'n\\377')/d", path);
    });
    expect(sorted(stdout, path)).toEqual(["/in/a", "/n\\xff/d", "/out/kept/c"]);
  });

  test("of the mount of this directory only are watched with -c", async () => {
    using directory = temporaryDirectory();
    const { path } = directory;
    const script = `mount -t tmpfs none ${path}; mkdir ${path}/own ${path}/below
mount -t tmpfs none ${path}/below; cd ${path}/own; exec "$@"`;
    const under = ["unshare", "-m", "sh", "-c", script, "sh"];
    const { stdout, stderr } = await besideWatch(
      ["-c", "-e", "create", "--format", "%w%f"],
      ({ pid }) => {
        const enter = `cd ${path}; touch below/a own/b c`;
        run(["nsenter", "-m", "-t", String(pid), "sh", "-c", enter]);
      },
      { under },
    );
    expect(stderr).toContain(`watching ${path} and all descendants`);
    expect(sorted(stdout, path)).toEqual(["/c", "/own/b"]);
  });
});

test("processes are selected by globs of their names, and ignored by pid", async () => {
  using directory = temporaryDirectory();
  const { path } = directory;
  const format = ["--format", "%f %{comm}"];
  const script = "cp /bin/sleep 1; ln 1 2; truncate -s1 3; :>4";
  const selected = await besideWatch(["-e", "create", "-C", "tr?nc*,[c]p", ...format, path], () =>
    sh(script, path),
  );
  expect(sorted(selected.stdout, path)).toEqual(["1 cp", "3 truncate"]);
  sh("rm *", path);
  const ignoring = await besideWatch(
    ["-e", "create", "-p", String(process.pid), ...format, path],
    () => {
      writeFileSync(join(path, "mine"), "");
      sh("truncate -s1 3", path);
    },
  );
  expect(sorted(ignoring.stdout, path)).toEqual(["3 truncate"]);
});

test("what other programs call differently is explained", () => {
  const errorOf = (...args: string[]) => {
    const { status, stderr } = runTrace(["watch", ...args, "/"]);
    expect(status).toBe(2);
    return stderr;
  };
  expect(errorOf("-t", "5")).toContain("to stop after 5 seconds: --duration 5s");
  expect(errorOf("--json")).toContain("--format ndjson");
  expect(errorOf("-e", "creat")).toContain("did you mean CREATE?");
  expect(errorOf("--format", "%w%q")).toContain("  %w%q\n    ^\n");
});

test("a unit has the paths and files of its options, wherever it is started", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  writeFileSync(join(cwd, "list"), "/srv\n");
  const unit = (...args: string[]) =>
    /^ExecStart=\S+ watch -o \S+ (.*)$/m.exec(
      runTrace(["watch", "--print-unit", ...args], { cwd }).stdout.toString(),
    )?.[1];
  expect(unit("-e", "move", "--fromfile", "list", "a", "@a/b")).toBe(
    `--types=move --fromfile=${cwd}/list -- ${cwd}/a @${cwd}/a/b`,
  );
  expect(unit("-r", "--timefmt", "%T", "--format", "%T%f", "--no-newline", "a", "@b")).toBe(
    `--recursive -- ${cwd}/a @${cwd}/b`,
  );
  expect(unit("-c")).toMatch(/^--current-mount --recursive -- \/\S*$/);
  expect(runTrace(["watch", "--print-unit", "-q", "-o", "x", "/srv"]).stderr).toBe("");
  expect(runTrace(["watch", "--print-unit", "--ancestors", "-o", "x", "/srv"]).stderr).toBe(
    "trace: left out: --ancestors, --output; a service has its own log, and shows nothing\n",
  );
});

test("-qq waits for an event in silence; a glob that looks like a regular expression is pointed out", async () => {
  using directory = temporaryDirectory();
  const command = `"$0" watch -qq --count 1 -e create --exclude '\\.swp$' . & sleep 0.1
while kill -0 $! 2>&-; do touch $((i = i + 1)); sleep 0.05; done; wait $!`;
  const { status, stdout, stderr } = run(["sh", "-c", command, TRACE], { cwd: directory.path });
  expect([status, stdout.toString()]).toEqual([0, ""]);
  expect(stderr).toBe("trace: \\.swp$ is a glob; a regular expression begins with re:\n");
});
