/** Look-ups, listings, watches, mounts and files without a name, on both backends. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lineOf } from "../strace/expectation.ts";
import { compare } from "../truth/compare.ts";
import { underBackends } from "../truth/run-both.ts";
import { run, runTrace, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(120_000);

type Row = Record<string, string | number | null>;

/** Records a command in a directory; paths are relative to it. */
function record(backend: string, directory: string, columns: string, command: string[]): Row[] {
  const args = ["exec", "--backend", backend, "--events", "all", "--format", "ndjson"];
  const { status, stderr, stdout } = runTrace(
    [...args, "--columns", columns, "-o", "-", "--", ...command],
    { cwd: directory },
  );
  expect(stderr).toMatch(/^trace: \d+ events, complete/m);
  expect(status).toBe(0);
  const lines = stdout.toString().trim().split("\n");
  return lines.map((line) => JSON.parse(line.replaceAll(`"${directory}/`, '"')));
}

interface Entry {
  readonly path: string;
  readonly times: number;
  readonly errno?: string;
}

/** Returns the lists of a summary, those paths only that are in the directory, relative to it. */
function summarize(backend: string, directory: string, command: string[]) {
  using beside = temporaryDirectory();
  const output = join(beside.path, "summary.json");
  const { status } = runTrace(
    ["exec", "-q", "--backend", backend, `--summary=json:${output}`, "--", ...command],
    { cwd: directory },
  );
  expect(status).toBe(0);
  const report = JSON.parse(readFileSync(output, "utf8"));
  const below = (entries: readonly Entry[]) =>
    entries
      .filter(({ path }) => path.startsWith(`${directory}/`))
      .map(({ path, times, errno }) =>
        [path.slice(directory.length + 1), errno ?? times].join(" ").trim(),
      );
  return {
    inputs: below(report.inputs),
    listed: below(report.listed),
    outputs: below(report.outputs),
    probes: below(report.probes),
    temporary: report.temporary as number,
    everything: JSON.stringify(report),
  };
}

for (const [name, ...args] of [
  ["lookups"],
  ["lookups", "new"],
  ["tmpfile", ..."self thread pid dev empty reopen drop".split(" ")],
])
  test(`${[name, ...args].join(" ")}: the same events by ptrace as by eBPF`, () => {
    using directory = temporaryDirectory();
    const { bpf, ptrace } = underBackends([program(name), ...args], { cwd: directory.path });
    // By ptrace, paths are resolved further.
    const [one, other] = [bpf, ptrace].map((events) =>
      events.map((event) => ({ ...event, path: null, path2: null })),
    );
    const { missing, extra } = compare(one, other);
    expect([missing.map(lineOf), extra.map(lineOf)]).toEqual([[], []]);
    expect(bpf.length).toBeGreaterThan(9);
  });

describe.each(["bpf", "ptrace"])("by %s", (backend) => {
  test("calls of recent kernels are recorded", () => {
    using directory = temporaryDirectory();
    const columns = "kind,event,flags_text,path,path2";
    const rows = record(backend, directory.path, columns, [program("lookups"), "new"]);
    expect(rows.slice(5, -1).map((row) => Object.values(row).join(" "))).toEqual([
      "file_getattr xattr  file ",
      "file_getattr xattr AT_EMPTY_PATH dir ",
      "file_setattr xattr AT_SYMLINK_NOFOLLOW file ",
      `open_tree_attr mount OPEN_TREE_CLONE ${directory.path} `,
      "fchroot chdir 0x10 dir ",
      "acct stat   ", // acct(NULL) has no path
    ]);
  });

  test("the flags are those of the call, and a mount has its mount point and its source", () => {
    using directory = temporaryDirectory();
    const columns = "kind,flags_text,path,fname2,path2,errno";
    const rows = record(backend, directory.path, columns, [program("lookups")]);
    const texts = rows.map((row) => Object.values(row).join("|"));
    for (const text of [
      "name_to_handle_at|AT_SYMLINK_FOLLOW|file|||EOVERFLOW",
      "swapon|SWAP_FLAG_PREFER|0x1|absent|||ENOENT",
      `inotify_add_watch|IN_CREATE|IN_ONLYDIR|${backend === "bpf" ? "dir/.." : directory.path}|||`,
      "fanotify_mark|FAN_MARK_ADD|FAN_MARK_ONLYDIR|dir|||",
      "mount|MS_NOSUID|MS_NODEV|dir|a text, no path||",
      "mount|MS_BIND|file|file|file|",
      "mount|MS_RDONLY|MS_REMOUNT|MS_BIND|file|file||",
      "umount2|MNT_DETACH|absent|||ENOENT",
      "open_tree|OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE|dir/root|||",
      "move_mount|MOVE_MOUNT_F_SYMLINKS|dir/bound|absent|absent|ENOENT",
      "fspick|FSPICK_CLOEXEC|dir|||",
    ])
      expect(texts).toContain(text);
    // Linux 5.12.
    expect(texts.join("\n")).toMatch(/^mount_setattr\|AT_RECURSIVE\|dir\/bound\|\|\|(ENOSYS)?$/m);
    // Not where the root is an initramfs.
    const pivot = texts.find((text) => text.startsWith("pivot_root||dir/root|"));
    expect(pivot).toMatch(/^pivot_root\|\|dir\/root\|dir\/root\/tmp\|dir\/root\/tmp\|(EINVAL)?$/);
  });

  test("a listing has its directory, with device and inode", () => {
    using directory = temporaryDirectory();
    mkdirSync(join(directory.path, "d"));
    const columns = "event,path,dev,ino,ftype,return";
    const rows = record(backend, directory.path, columns, ["ls", "d"]);
    const { dev, ino } = statSync(join(directory.path, "d"));
    const listed = rows.filter(({ event }) => event === "list");
    expect(listed.map((row) => [row.path, row.dev, row.ino, row.ftype])).toEqual([
      ["d", dev, ino, "dir"],
      ["d", dev, ino, "dir"],
    ]);
    expect(listed.map((row) => Number(row.return) > 0)).toEqual([true, false]);
  });

  test("a directory is listed if it was there before, with how often", () => {
    using directory = temporaryDirectory();
    for (const name of ["d", "d/e", "gone", "f"]) mkdirSync(join(directory.path, name));
    const script = "ls d; ls d d/e; ls gone; rmdir gone; mkdir new; ls new; mv f g; ls g";
    const found = summarize(backend, directory.path, ["sh", "-c", script]);
    expect(found.listed).toEqual(["d/ 2", "d/e/ 1", "f/ 1", "gone/ 1"]);
    expect(found.inputs).toEqual([]);
  });

  test("a look-up or a watch that fails is not found, unless the file was there", () => {
    using directory = temporaryDirectory();
    const { probes } = summarize(backend, directory.path, [program("lookups")]);
    expect(probes).toEqual(["absent ENOENT"]);
  });

  test.each(["self", "thread", "pid", "dev", "empty", "reopen"])(
    "a file without a name that gets one is an output of that name: %s",
    (way) => {
      using directory = temporaryDirectory();
      const script = [program("tmpfile"), way, "drop"];
      const found = summarize(backend, directory.path, script);
      expect(found.outputs).toEqual([`${way} 1`]);
      expect([found.inputs, found.listed, found.temporary]).toEqual([[], [], 1]);
      expect(found.everything).not.toMatch(/#\d|fd\/\d/);
    },
  );

  test("a file that got its name late is no input, but one that was there is", () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, "old"), "");
    const script = `${program("tmpfile")} self; cat self old; mv self moved; cat moved`;
    const found = summarize(backend, directory.path, ["sh", "-c", script]);
    expect(found.inputs).toEqual(["old 1"]);
    expect(found.outputs).toEqual(["moved 1"]);
    expect(found.temporary).toBe(0);
  });

  test("a file without a name has no path, but an inode that its link has too", () => {
    using directory = temporaryDirectory();
    const columns = "event,path,path2,ino";
    const rows = record(backend, directory.path, columns, [program("tmpfile"), "self", "empty"]);
    const inode = (name: string) => statSync(join(directory.path, name)).ino;
    const [self, empty] = [inode("self"), inode("empty")];
    expect(rows.slice(2, -1).map((row) => Object.values(row))).toEqual([
      ["open", null, null, self],
      ["chmod", null, null, self],
      ["truncate", null, null, self],
      ["link", "/proc/self/fd/3", "self", self],
      ["open", null, null, empty],
      ["chmod", null, null, empty],
      ["truncate", null, null, empty],
      ["link", null, "empty", empty],
    ]);
  });
});

/** Linux 5.15 links files by io_uring. */
const linksByUring = run([program("uringfiles")])
  .stdout.toString()
  .split("\n")
  .includes("linkat");

test.skipIf(!linksByUring)("a file without a name gets one through io_uring", () => {
  using directory = temporaryDirectory();
  const found = summarize("bpf", directory.path, [program("uringfiles"), "linkat"]);
  expect(found.outputs).toEqual(["a 1", "b 1", "dir/c 1", "dir/f 1", "e 1", "link 1"]);
  expect([found.inputs, found.temporary]).toEqual([[], 0]);
  expect(found.everything).not.toMatch(/#\d/);
});

test.each(["bpf", "ptrace"])(
  "a file in a tree that is mounted nowhere has no path, by %s",
  (backend) => {
    using directory = temporaryDirectory();
    const columns = "filename,path,ino";
    const rows = record(backend, directory.path, columns, [program("lookups"), "detached"]);
    const { ino } = statSync(join(directory.path, "dir/inner"));
    // By ptrace, the files of all names are known.
    const named = backend === "bpf" ? null : ino;
    expect(rows.slice(-6, -1).map((row) => Object.values(row))).toEqual([
      ["inner", null, ino],
      ["absent", null, null],
      [null, null, statSync(join(directory.path, "dir")).ino],
      ["inner", null, named],
      ["inner", null, ino],
    ]);
  },
);
