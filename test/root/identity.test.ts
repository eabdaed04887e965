/**
 * Which file a name led to by eBPF: its device, inode and path without links, on kernels with BPF
 * trampolines. `trace doctor` says whether the kernel has them.
 */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";

setDefaultTimeout(120_000);

const EVENTS = "rename,unlink,rmdir,link,symlink,mkdir,mknod,truncate,chmod,utimes";
const COLUMNS = "event,return,filename,path,path2,dev,ino,ftype,dev2,ino2";
const SCRIPT = `
mv s/f s/../g
rm s/h
ln s/i s/../j
ln -s to s/sym
mkdir s/new
rmdir s/up/e/new
mkfifo s/fifo
chmod 600 l
touch -c -d 2001-02-03 l
mv -f none s/x 2>/dev/null
cd s; mv i ../k`;

interface Row {
  readonly event: string;
  readonly return: number;
  readonly path: string | null;
  readonly path2: string | null;
  readonly ino: number | null;
  readonly [column: string]: unknown;
}

const available = run([TRACE, "doctor"])
  .stdout.toString()
  .match(/^(ok|limited) +identity .*: (available|unavailable, .*)$/m);

/** Records the script in a new directory. Returns the rows that succeeded, and inodes by path. */
function record() {
  using directory = temporaryDirectory();
  const cwd = join(directory.path, "cwd");
  mkdirSync(`${cwd}/d/e`, { recursive: true });
  for (const name of ["d/e/f", "d/g", "d/e/h", "d/e/i", "d/e/t"])
    writeFileSync(`${cwd}/${name}`, "");
  symlinkSync("d/e", `${cwd}/s`);
  symlinkSync("../../d", `${cwd}/d/e/up`);
  symlinkSync("s/t", `${cwd}/l`);
  const inode = (path: string) => {
    const { dev, ino } = lstatSync(`${cwd}/${path}`);
    return { dev, ino };
  };
  const before = Object.fromEntries(
    ["d/e/f", "d/g", "d/e/h", "d/e/i", "d/e/t"].map((name) => [name, inode(name)]),
  );
  const output = join(directory.path, "record.ndjson");
  const args = [
    "exec",
    "--backend",
    "bpf",
    "-e",
    EVENTS,
    "--columns",
    COLUMNS,
    "--format",
    "ndjson",
    "-o",
    output,
  ];
  const env = { ...process.env, TRACE_DEBUG: "1" };
  const { status, stderr } = runTrace([...args, "--", "sh", "-c", SCRIPT], { cwd, env });
  expect(stderr).toMatch(/^trace: \d+ events, complete\n$/);
  expect(status).toBe(0);
  const rows = readFileSync(output, "utf8")
    .replaceAll(`${cwd}/`, "")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  const after = Object.fromEntries(["d/e/sym", "d/e/fifo"].map((name) => [name, inode(name)]));
  return { rows: rows.filter((row) => row.return === 0), before, after };
}

test("doctor says whether names have an identity", () => {
  expect(available?.slice(1, 3).map((word) => word.split(",")[0])).toEqual(
    available?.[1] === "ok" ? ["ok", "available"] : ["limited", "unavailable"],
  );
});

type Inodes = Readonly<Record<string, object>>;
type Expected = (before: Inodes, after: Inodes, made: Row | undefined) => object;

const FILES: readonly (readonly [string, string | null, string | null, Expected])[] = [
  ["rename", "d/e/f", "d/g", (before) => ({ ...before["d/e/f"], ...replaced(before["d/g"]) })],
  ["rename", "d/e/i", "d/k", (before) => ({ ...before["d/e/i"], dev2: null, ino2: null })],
  ["unlink", "d/e/h", null, (before) => ({ ...before["d/e/h"], ftype: "file" })],
  ["link", "d/e/i", "d/j", (before) => ({ ...before["d/e/i"], ftype: "file" })],
  ["symlink", null, "d/e/sym", (_, after) => ({ ...after["d/e/sym"], ftype: "link" })],
  ["mkdir", "d/e/new", null, (_before, _after, made) => ({ ino: made?.ino ?? 0, ftype: "dir" })],
  ["rmdir", "d/e/new", null, (_before, _after, made) => ({ ino: made?.ino ?? 0, ftype: "dir" })],
  ["mknod", "d/e/fifo", null, (_, after) => ({ ...after["d/e/fifo"], ftype: "fifo" })],
  ["chmod", "d/e/t", null, (before) => ({ ...before["d/e/t"], ftype: "file" })],
  ["utimes", "d/e/t", null, (before) => ({ ...before["d/e/t"], ftype: "file" })],
];

function replaced(inode: object): object {
  const { dev: dev2, ino: ino2 } = inode as { dev: number; ino: number };
  return { dev2, ino2 };
}

if (available?.[1] === "ok")
  describe("with trampolines, a name has the file of", () => {
    let recorded: ReturnType<typeof record>;
    beforeAll(() => {
      recorded = record();
    });

    test.each(FILES)("%s of %s, %s", (event, path, path2, expected) => {
      const { rows, before, after } = recorded;
      const calls = rows.filter((row) => row.event === event);
      const made = rows.find((row) => row.event === "mkdir" && row.path === "d/e/new");
      const file = expected(before, after, made);
      expect(calls).toContainEqual(expect.objectContaining({ event, path, path2, ...file }));
    });
  });
else
  test("without trampolines, a name has no file", () => {
    const { rows } = record();
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.filter(({ ino }) => ino !== null)).toEqual([]);
    expect(rows.find(({ event }) => event === "rename")).toMatchObject({ path: "s/f" });
  });
