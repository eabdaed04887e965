/** Every column of every kind of event that a small script causes. */
import { beforeAll, expect, test } from "bun:test";
import { lstatSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { FILE_EVENT_COLUMNS } from "../../src/events/columns.ts";
import { cgroupMount } from "../../src/process/cgroup.ts";
import { runTrace, temporaryDirectory } from "./support/harness.ts";

const SCRIPT = `
  mkdir -m 750 dir
  : >dir/first
  mv dir/first dir/second
  ln dir/second dir/third
  ln -s second dir/link
  chmod 600 dir/second
  rm dir/third dir/link
  rm dir/second
  rmdir dir
  : >kept
  cat absent
  sh -c 'exit 3'
  sh -c 'kill -KILL $$'
  exit 5`;

/** A row with all columns, with numbers, texts, arrays and null as in JSON. */
type Row = Record<string, never>;
let rows: Row[];
let began: number;
let ended: number;
let cwd: string;
let kept: { dev: number; ino: number };

beforeAll(() => {
  using temporary = temporaryDirectory();
  cwd = temporary.path;
  const columns = FILE_EVENT_COLUMNS.map(({ name }) => name).join(",");
  const args = ["exec", "--events", "all", "--format", "ndjson", "--columns", columns, "-o"];
  began = Date.now() / 1000;
  const { status, stderr } = runTrace([...args, "rows", "sh", "-c", SCRIPT], { cwd });
  ended = Date.now() / 1000;
  expect(stderr).toMatch(/trace: \d+ events, complete\n$/);
  expect(status).toBe(5);
  rows = readFileSync(join(cwd, "rows"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  kept = lstatSync(join(cwd, "kept"));
});

/** Returns columns of the successful rows of one event; a path must be below the directory. */
function columnsOf(event: string, ...columns: string[]): string[] {
  return rows
    .filter((row) => row.event === event && !row.errno)
    .map((row) => columns.map((name) => `${row[name]}`.replace(`${cwd}/`, "")).join(" "))
    .filter((text) => !text.startsWith("/"));
}

test("every column is in every row, in the order requested", () => {
  for (const row of rows)
    expect(Object.keys(row)).toEqual(FILE_EVENT_COLUMNS.map(({ key }) => key));
});

test("file events have the absolute paths that the call resolved", () => {
  expect(columnsOf("mkdir", "path", "mode")).toEqual([`dir ${0o750}`]);
  expect(columnsOf("rename", "path", "path2")).toEqual(["dir/first dir/second"]);
  expect(columnsOf("link", "path", "path2")).toEqual(["dir/second dir/third"]);
  expect(columnsOf("symlink", "path2", "fname", "path")).toEqual(["dir/link second null"]);
  expect(columnsOf("chmod", "path", "mode")).toEqual([`dir/second ${0o600}`]);
  expect(columnsOf("unlink", "path")).toEqual(["dir/third", "dir/link", "dir/second"]);
  expect(columnsOf("rmdir", "path")).toEqual(["dir"]);
});

test("an open has its flags by name, its file, and a note that it created it", () => {
  const flags = "O_WRONLY|O_CREAT|O_TRUNC";
  expect(columnsOf("open", "path", "flags_text", "note", "ftype", "dev", "ino").slice(-1)).toEqual([
    `kept ${flags} created file ${kept.dev} ${kept.ino}`,
  ]);
  const absent = rows.filter((row) => row.fname === "absent");
  expect(absent.map((row) => [row.event, row.errno, row.return, row.path, row.ino])).toEqual([
    ["open", "ENOENT", -2, join(cwd, "absent"), null],
  ] as never);
});

test("each process has an exec event with its arguments, and an exit event", () => {
  const all = (event: string, ...columns: string[]) =>
    rows
      .filter((row) => row.event === event && !row.errno)
      .map((row) => columns.map((name) => row[name]));
  const execs = all("exec", "argv").map(([argv]) => (argv as string[]).join(" "));
  expect(execs.slice(1)).toEqual(
    SCRIPT.trim()
      .split("\n")
      .map((line) => line.trim().replaceAll("'", ""))
      .filter((line) => !/^(:|exit)/.test(line)),
  );
  expect(all("fork", "return").length).toBe(execs.length - 1);
  expect(all("exit", "status", "signal").slice(-4)).toEqual([
    [1, null],
    [3, null],
    [null, 9],
    [5, null],
  ] as never);
  for (const row of rows.filter(({ event }) => event === "exit")) {
    expect(row.wall).toBeGreaterThan(0);
    expect(row.wall).toBeLessThan(ended - began);
    // The kernel adds it up at ticks and at context switches.
    expect(row.cpu).toBeGreaterThanOrEqual(0);
    expect(row.cpu).toBeLessThan(ended - began);
    expect(row.max_rss).toBeGreaterThan(100);
    expect(row.max_rss).toBeLessThan(100_000);
  }
});

test("every row has its process, its place and its time", () => {
  const [first] = rows;
  const cgroup = readFileSync("/proc/self/cgroup", "utf8").match(/^0::(.*)$/m)?.[1];
  const { mountPoint } = cgroupMount();
  for (const row of rows) {
    expect([row.uid, row.gid]).toEqual([process.getuid?.(), process.getgid?.()] as never);
    expect(row.tid).toBe(row.pid);
    expect(row.pid === first.pid || row.ppid === first.pid).toBe(true);
    expect(row.tgid_comm).toBe(row.comm);
    expect(row.abi).toBe("native" as never);
    expect(row.op).toBeNull();
    expect(row.mntns).toBe(statSync("/proc/self/ns/mnt").ino as never);
    expect(row.cgroup).toBe(cgroup as never);
    expect(row.cgid).toBe(statSync(join(mountPoint, cgroup ?? "")).ino as never);
    expect(Number(row.time)).toBeGreaterThanOrEqual(began - 1);
    expect(Number(row.time)).toBeLessThanOrEqual(ended + 1);
  }
});
