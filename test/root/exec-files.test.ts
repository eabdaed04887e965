/**
 * What an exec record says, by both backends: the call and its arguments, the program, the working
 * directory, the standard streams, and the files that the kernel read. Expected values come from
 * the files themselves (test/strace/exec.ts), from /proc and from stat(2).
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { executed } from "../strace/exec.ts";
import { run, runTrace, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(120_000);

interface Row {
  readonly pid: number;
  readonly tid: number;
  readonly event: string;
  readonly kind: string;
  readonly fname: string;
  readonly dfd: number;
  readonly flags: number | null;
  readonly return: number;
  readonly path: string | null;
  readonly ino: number | null;
  readonly argv: readonly string[] | null;
  readonly cwd: string | null;
  readonly stdin: string | null;
  readonly stdout: string | null;
  readonly stderr: string | null;
}
const COLUMNS =
  "pid,tid,event,kind,filename,dfd,flags,return,path,ino,argv,cwd,stdin,stdout,stderr";
const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;

/** The real path of a program, and of the ELF interpreter that it names. */
const SHELL = realpathSync("/bin/sh");
const LOADER = executed(SHELL, SHELL, [SHELL]).elfInterpreter;
const TRUE = realpathSync("/bin/true");

function record(
  backend: string,
  command: readonly string[],
  cwd: string,
  events = "exec,interp",
): Row[] {
  using beside = temporaryDirectory();
  const output = join(beside.path, "rows");
  const args = ["exec", "--backend", backend, "-e", events, "--columns", COLUMNS];
  const { status, stderr } = runTrace(
    [...args, "--format", "ndjson", "-o", output, "--", ...command],
    { cwd },
  );
  if (status !== 0) throw new Error(`${command.join(" ")}: status ${status}: ${stderr}`);
  expect(stderr).toContain(" complete");
  const lines = readFileSync(output, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line)).filter((row: Row) => row.return === 0);
}

/** What the tests of the kernel's reads compare: name and path of each file. */
const files = (rows: readonly Row[], event = "interp") =>
  rows.filter((row) => row.event === event).map(({ fname, path }) => [fname, path]);

/** The files that the kernel read for the last exec. */
function readForLast(rows: readonly Row[]) {
  return files(rows.slice(rows.findLastIndex(({ event }) => event === "exec")));
}

const loader = LOADER === null ? [] : [["", LOADER]];

function script(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

// Where udev does not make it; some security modules look up the name /dev/fd/N of an execveat.
if (!existsSync("/dev/fd")) symlinkSync("/proc/self/fd", "/dev/fd");

/** Whether the kernel has binfmt_misc; some have it as a module. */
const hasBinfmtMisc =
  run(["unshare", "-m", "mount", "-t", "binfmt_misc", "none", "/tmp"]).status === 0;

const execs = (how: string, ...args: string[]) => [program("execs"), how, ...args];

describe.each(["bpf", "ptrace"])("by %s", (backend) => {
  describe("an exec is recorded as", () => {
    const rowOf = (how: string, file: string, cwd: string) => {
      const [row] = record(backend, execs(how, file, "x"), cwd).filter(({ event, argv }) => {
        return event === "exec" && argv?.[0] !== program("execs");
      });
      const { kind, fname, dfd, flags, path } = row;
      return { kind, fname, dfd, flags, path };
    };
    const PLAIN = { flags: null, dfd: AT_FDCWD };

    test("execve of a name", () => {
      using directory = temporaryDirectory();
      expect(rowOf("after-vfork", TRUE, directory.path)).toEqual({
        ...PLAIN,
        kind: "execve",
        fname: TRUE,
        path: TRUE,
      });
      expect(rowOf("from-thread", TRUE, directory.path)).toMatchObject({ kind: "execve" });
    });

    test("execveat of an fd, without a name", () => {
      using directory = temporaryDirectory();
      const expected = { kind: "execveat", fname: "", dfd: 3, path: TRUE };
      expect(rowOf("by-fd", TRUE, directory.path)).toMatchObject(expected);
    });

    test("execveat with flags, where the kernel tells the call", () => {
      using directory = temporaryDirectory();
      const expected = { kind: "execveat", flags: AT_EMPTY_PATH };
      expect(rowOf("by-fd", TRUE, directory.path)).toMatchObject(expected);
    });

    test("execveat of a name in an fd's directory", () => {
      using directory = temporaryDirectory();
      const name = TRUE.slice(TRUE.lastIndexOf("/") + 1);
      const expected = { kind: "execveat", fname: name, dfd: 3, flags: 0, path: TRUE };
      expect(rowOf("in-directory", TRUE, directory.path)).toEqual(expected);
    });

    test("execveat of a name from the working directory, where the kernel tells the call", () => {
      using directory = temporaryDirectory();
      copyFileSync(TRUE, join(directory.path, "copy"));
      const path = join(realpathSync(directory.path), "copy");
      const row = rowOf("from-cwd", "./copy", directory.path);
      expect(row).toEqual({ kind: "execveat", fname: "./copy", dfd: AT_FDCWD, flags: 0, path });
    });

    test("execve of /dev/fd/N, where the kernel tells the call", () => {
      using directory = temporaryDirectory();
      const expected = { ...PLAIN, kind: "execve", fname: "/dev/fd/3", path: TRUE };
      expect(rowOf("named-like-fd", TRUE, directory.path)).toEqual(expected);
    });

    test("the program of a memfd, by its name", () => {
      using directory = temporaryDirectory();
      const row = rowOf("from-memory", TRUE, directory.path);
      expect(row).toMatchObject({ kind: "execveat", fname: "", path: "memfd:a copy" });
    });

    test("the path that a removed program had", () => {
      using directory = temporaryDirectory();
      copyFileSync(TRUE, join(directory.path, "copy"));
      const path = join(realpathSync(directory.path), "copy");
      expect(rowOf("removed", "copy", directory.path)).toMatchObject({ fname: "", path });
    });
  });

  describe("the kernel reads", () => {
    test("the ELF interpreter of a program", () => {
      using directory = temporaryDirectory();
      const rows = record(backend, ["sh", "-c", "/bin/true"], directory.path);
      expect(files(rows)).toEqual([...loader, ...loader]);
      const { ino, pid } = rows.findLast(({ event }) => event === "interp")!;
      expect([ino, pid]).toEqual([statSync(LOADER!).ino, rows.at(-2)!.pid]);
    });

    test("nothing else for a static program", () => {
      using directory = temporaryDirectory();
      const rows = record(
        backend,
        execs("from-cwd", program("execs"), "none", "x"),
        directory.path,
      );
      expect(rows.map(({ event }) => event)).toEqual(["exec", "exec"]);
    });

    test("nothing else for a program whose argument is its own name", () => {
      using directory = temporaryDirectory();
      const rows = record(backend, ["/bin/true", "/bin/true"], directory.path);
      expect(files(rows)).toEqual(loader);
    });

    test("a script, with or without an argument", () => {
      using directory = temporaryDirectory();
      const path = realpathSync(directory.path);
      for (const line of ["#!/bin/sh", "#! /bin/sh -e"]) {
        script(join(path, "script"), `${line}\n:\n`);
        const rows = record(backend, ["sh", "-c", "exec ./script a"], path);
        expect(readForLast(rows)).toEqual([["./script", `${path}/script`], ...loader]);
        expect(rows.findLast(({ event }) => event === "exec")?.path).toBe(SHELL);
      }
    });

    test("a script that removes itself", () => {
      using directory = temporaryDirectory();
      const path = realpathSync(directory.path);
      script(join(path, "script"), "#!/bin/sh -e\nrm script\n");
      const [, , ...rows] = record(backend, ["sh", "-c", "./script; :"], path);
      expect(files(rows.slice(0, 3))).toEqual([["./script", `${path}/script`], ...loader]);
    });

    test("the scripts that interpret a script, from the working directory", () => {
      using directory = temporaryDirectory();
      const path = realpathSync(directory.path);
      script(join(path, "bin/outer"), "#! ../interp x\n");
      script(join(path, "interp"), `#!${path}/inner -e\n`);
      script(join(path, "inner"), "#!/bin/sh\n:\n");
      const rows = record(backend, ["sh", "-c", "cd bin && exec ./outer"], path);
      expect(readForLast(rows)).toEqual([
        ["./outer", `${path}/bin/outer`],
        ["../interp", `${path}/interp`],
        [`${path}/inner`, `${path}/inner`],
        ...loader,
      ]);
      expect(rows.findLast(({ event }) => event === "exec")?.cwd).toBe(`${path}/bin`);
    });

    test("a script that was executed by its fd, with the path and the inode of the file", () => {
      using directory = temporaryDirectory();
      const path = realpathSync(directory.path);
      script(join(path, "script"), "#! ./interp\n");
      script(join(path, "interp"), "#!/bin/sh\n:\n");
      const rows = record(backend, execs("by-open-fd", "script"), path);
      expect(readForLast(rows)).toEqual([
        ["", `${path}/script`],
        ["./interp", `${path}/interp`],
        ...loader,
      ]);
      const found = rows.find(({ event }) => event === "interp");
      expect(found).toMatchObject({ dfd: 3, ino: statSync(join(path, "script")).ino });
      const inDirectory = record(backend, execs("in-directory", "./script"), path);
      expect(readForLast(inDirectory)[0]).toEqual(["script", `${path}/script`]);
    });

    test("a script in a memfd", () => {
      using directory = temporaryDirectory();
      script(join(directory.path, "script"), "#!/bin/sh\n:\n");
      const rows = record(backend, execs("script-from-memory", "script"), directory.path);
      expect(readForLast(rows)).toEqual([["", "memfd:a copy"], ...loader]);
    });

    test("what a process in another root directory names", () => {
      using directory = temporaryDirectory();
      const path = realpathSync(directory.path);
      copyFileSync(program("execs"), join(path, "program"));
      script(join(path, "bin/script"), "#!/interp\n");
      script(join(path, "interp"), "#!/program none\n");
      chmodSync(join(path, "program"), 0o755);
      const rows = record(backend, execs("in-root", "/bin/script"), path);
      expect(readForLast(rows)).toEqual([
        ["/bin/script", `${path}/bin/script`],
        ["/interp", `${path}/interp`],
      ]);
      expect(rows.findLast(({ event }) => event === "exec")?.path).toBe(`${path}/program`);
    });

    test.skipIf(!hasBinfmtMisc)("a file that binfmt_misc runs", () => {
      using directory = temporaryDirectory();
      const path = realpathSync(directory.path);
      const name = `trace-test-${process.pid}`;
      script(join(path, "file"), `\x01${name}\n`);
      const setUp = [
        "mount -t binfmt_misc none misc",
        `printf %s ':${name}:M::\\x01${name}::/bin/true:' >misc/register`,
        `trap 'echo -1 >misc/${name}' EXIT`,
        "./file",
      ].join(" && ");
      mkdirSync(join(path, "misc"));
      // The mount is seen in this namespace only; the entry is removed at the end.
      const rows = record(backend, ["unshare", "-m", "sh", "-c", setUp], path);
      expect(files(rows).filter(([fname]) => fname)).toEqual([["./file", `${path}/file`]]);
    });

    test("the same for a thread and after vfork", () => {
      using directory = temporaryDirectory();
      const path = realpathSync(directory.path);
      script(join(path, "script"), "#!/bin/sh\n:\n");
      for (const how of ["from-thread", "after-vfork"]) {
        const rows = record(backend, execs(how, "./script"), path);
        expect(readForLast(rows)).toEqual([["./script", `${path}/script`], ...loader]);
        expect(new Set(rows.map(({ pid, tid }) => pid === tid))).toEqual(new Set([true]));
      }
    });

    test("the same if execs are not recorded", () => {
      using directory = temporaryDirectory();
      const path = realpathSync(directory.path);
      script(join(path, "script"), "#!/bin/sh -e\n:\n");
      const rows = record(backend, ["./script"], path, "interp");
      expect(rows.map(({ fname, path, event }) => [event, fname, path])).toEqual([
        ["interp", "./script", `${path}/script`],
        ...loader.map((file) => ["interp", ...file]),
      ]);
    });
  });

  describe("the standard streams", () => {
    const text = (file: string) => {
      const { dev, ino } = statSync(file);
      return `${dev}:${ino}`;
    };

    test("of a pipeline share a pipe", () => {
      using directory = temporaryDirectory();
      writeFileSync(join(directory.path, "in"), "");
      const rows = record(backend, ["sh", "-c", "cat <in | sort >out"], directory.path);
      const [cat, sort] = ["cat", "sort"].map(
        (name) => rows.find(({ argv }) => argv?.[0] === name)!,
      );
      expect(cat.stdout).toMatch(/^pipe:\[\d+\]$/);
      expect(sort.stdin).toBe(cat.stdout);
      expect(cat.stdin).toBe(`file:[${text(join(directory.path, "in"))}]`);
      expect(sort.stdout).toBe(`file:[${text(join(directory.path, "out"))}]`);
    });

    test("are empty if they are closed", () => {
      using directory = temporaryDirectory();
      const command = "exec /bin/true <&- 2>&- >/dev/null";
      const last = record(backend, ["sh", "-c", command], directory.path).findLast(
        ({ event }) => event === "exec",
      );
      const { stdin, stdout, stderr } = last!;
      expect({ stdin, stdout, stderr }).toEqual({
        stdin: null,
        stdout: `char:[${text("/dev/null")}]`,
        stderr: null,
      });
    });

    test("of a FIFO with a name are none of a pipe", () => {
      using directory = temporaryDirectory();
      const command = "mkfifo f; exec 3<>f; exec /bin/true <&3";
      const rows = record(backend, ["sh", "-c", command], directory.path);
      const { stdin } = rows.findLast(({ event }) => event === "exec")!;
      expect(stdin).toBe(`fifo:[${text(join(directory.path, "f"))}]`);
    });
  });

  test("the summary has scripts as inputs, and no name of an fd", () => {
    using directory = temporaryDirectory();
    const path = realpathSync(directory.path);
    script(join(path, "script"), "#! ./interp\n");
    script(join(path, "interp"), "#!/bin/true\n");
    const made = "printf '#!/bin/true\\n' >made; chmod +x made; ./made";
    const command = `${execs("by-open-fd", "script").join(" ")}; ${execs("from-memory", TRUE).join(" ")}; ${made}`;
    runTrace(
      ["exec", "--backend", backend, "--summary=json:summary.json", "--", "sh", "-c", command],
      { cwd: path },
    );
    const text = readFileSync(join(path, "summary.json"), "utf8");
    const { inputs, programs, outputs } = JSON.parse(text) as Record<string, { path: string }[]>;
    const below = (list: readonly { path: string }[]) =>
      list.map((entry) => entry.path).filter((each) => each.startsWith(path));
    expect(below(inputs)).toEqual([`${path}/interp`, `${path}/script`]);
    expect(below(outputs)).toEqual([`${path}/made`]);
    if (LOADER !== null) expect(inputs.map((entry) => entry.path)).toContain(LOADER);
    expect(programs.map((entry) => entry.path)).toEqual(
      [SHELL, TRUE, program("execs"), realpathSync("/bin/chmod"), "memfd:a copy"].sort(),
    );
    // Not in the arguments: a script that was executed by its fd has that name there.
    const paths = Object.values(JSON.parse(text)).flatMap((list) =>
      Array.isArray(list) ? list.flatMap((entry) => entry.path ?? []) : [],
    );
    expect(paths.length).toBeGreaterThan(inputs.length);
    expect(paths.filter((each) => each.includes("/dev/fd/"))).toEqual([]);
  });
});
