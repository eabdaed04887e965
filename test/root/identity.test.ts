/**
 * Which file a name led to by eBPF: its device, inode and path without links, on kernels with BPF
 * trampolines. `trace doctor` says whether the kernel has them.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
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

test("a name has the identity and the real path of its file where doctor says so", () => {
  const { rows, before, after } = record();
  if (available?.[1] !== "ok") {
    expect(rows.map(({ event, ino }) => [event, ino])).toEqual(
      rows.map(({ event }) => [event, null]),
    );
    expect(rows.find(({ event }) => event === "rename")).toMatchObject({ path: "s/f" });
    return;
  }
  const found = (event: string, path: string | null, path2: string | null = null) =>
    rows.find((row) => row.event === event && row.path === path && row.path2 === path2);
  const { dev: dev2, ino: ino2 } = before["d/g"];
  expect(found("rename", "d/e/f", "d/g")).toMatchObject({ ...before["d/e/f"], dev2, ino2 });
  expect(found("unlink", "d/e/h")).toMatchObject({ ...before["d/e/h"], ftype: "file" });
  expect(found("link", "d/e/i", "d/j")).toMatchObject(before["d/e/i"]);
  expect(found("symlink", null, "d/e/sym")).toMatchObject({ ...after["d/e/sym"], ftype: "link" });
  const made = found("mkdir", "d/e/new");
  expect(made).toMatchObject({ dev: dev2, ftype: "dir" });
  expect(found("rmdir", "d/e/new")).toMatchObject({ ino: made!.ino, ftype: "dir" });
  expect(found("mknod", "d/e/fifo")).toMatchObject({ ...after["d/e/fifo"], ftype: "fifo" });
  expect(found("chmod", "d/e/t")).toMatchObject(before["d/e/t"]);
  expect(found("utimes", "d/e/t")).toMatchObject(before["d/e/t"]);
  const moved = found("rename", "d/e/i", "d/k");
  expect(moved).toMatchObject({ ...before["d/e/i"], dev2: null, ino2: null });
});
