/** `trace watch`: sizes, modes and owners, and what they were before. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, runTrace, temporaryDirectory, until } from "./support/harness.ts";
import { besideWatch, type Change, NDJSON } from "./support/watch.ts";

setDefaultTimeout(120_000);

type Attributes = Change & Readonly<Record<string, unknown>>;
const MODES = ["mode", "old_mode", "owner", "old_owner", "group", "old_group"];
const ofType = (changes: readonly Change[], type: string) =>
  changes.filter((change) => change.type === type) as Attributes[];
const valuesOf = (change: Attributes, names = MODES) => names.map((name) => change[name]);

/** Runs scripts one after the other, each after the events of the one before. */
async function changesOf(
  path: string,
  scripts: readonly string[],
  options: Parameters<typeof besideWatch>[2] & { readonly args?: readonly string[] } = {},
) {
  const { args = [] } = options;
  const work = async (_: unknown, soFar: () => Change[]) => {
    for (const script of scripts) {
      const before = soFar().length;
      run(["sh", "-c", script], { cwd: path });
      await until(() => soFar().length > before);
    }
  };
  return besideWatch([...NDJSON, ...args, path], work, options);
}

test("an ATTRIB has mode and owner, and the old ones once they are known", async () => {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, "old"), "");
  chmodSync(join(directory.path, "old"), 0o644);
  const { changes } = await changesOf(
    directory.path,
    ["chmod 600 old", "chown 65534:1 old", "chmod 4755 old", "touch -d @0 old"],
    { args: ["--types", "ATTRIB"] },
  );
  expect(ofType(changes, "ATTRIB").map((change) => valuesOf(change))).toEqual([
    ["0600", null, "root", null, "root", null],
    ["0600", "0600", "nobody", "root", "daemon", "root"],
    ["4755", "0600", "nobody", "nobody", "daemon", "daemon"],
    ["4755", "4755", "nobody", "nobody", "daemon", "daemon"],
  ]);
});

test("a new file and a new directory have their mode and owner from the beginning", async () => {
  using directory = temporaryDirectory();
  const { changes } = await changesOf(
    directory.path,
    ["umask 027; echo x >f", "umask 027; mkdir d", "chmod 640 f; chmod 750 f", "chmod 711 d"],
    { args: ["-r"] },
  );
  expect(ofType(changes, "CREATE").map((change) => valuesOf(change))).toEqual([
    ["0640", null, "root", null, "root", null],
    ["0750", null, "root", null, "root", null],
  ]);
  const [, directoryChange] = [
    ofType(changes, "ATTRIB").find(({ ftype }) => ftype === "file"),
    ofType(changes, "ATTRIB").find(({ ftype }) => ftype === "dir"),
  ];
  expect(valuesOf(directoryChange!)).toEqual(["0711", "0750", "root", "root", "root", "root"]);
  expect(ofType(changes, "CLOSE_WRITE").map((change) => change.mode)).toEqual([null]);
});

test("what changed out of sight is not known as the old mode", async () => {
  using directory = temporaryDirectory();
  const [watched, beside] = ["watched", "beside"].map((name) => join(directory.path, name));
  for (const path of [watched, beside]) mkdirSync(path);
  const { changes } = await changesOf(watched, [
    "touch f d1; mkdir d; chmod 700 d",
    "chmod 600 f",
    // By another name, in another directory, and while it is elsewhere.
    "ln f ../beside/link; chmod 640 ../beside/link; chmod 644 f",
    "mv f ../beside/f; chmod 600 ../beside/f; mv ../beside/f f; chmod 644 f",
    "mv d ../beside/d; chmod 755 ../beside/d; mv ../beside/d d; chmod 711 d",
  ]);
  const attribs = ofType(changes, "ATTRIB");
  const last = (name: string) => attribs.findLast(({ path }) => path === join(watched, name));
  const first = attribs.find(({ path, mode }) => path === join(watched, "f") && mode === "0644");
  expect([first?.old_mode, last("f")?.old_mode, last("d")?.old_mode]).toEqual([
    expect.not.stringContaining("0600"),
    null,
    null,
  ]);
});

test("the old size is what the file had, also of one that is deleted, and in the log", async () => {
  using directory = temporaryDirectory();
  using beside = temporaryDirectory();
  const log = join(beside.path, "log");
  const { changes } = await changesOf(
    directory.path,
    ["echo hello >f", "echo x >f", "chmod 600 f", "rm f"],
    { args: ["-o", log] },
  );
  const sizes = (list: readonly Attributes[]) =>
    list.map(({ type, old_size, size, change }) => [type, old_size, size, change]);
  const wanted = [
    ["CLOSE_WRITE", 0, 6, 6],
    ["CLOSE_WRITE", 6, 2, -4],
    ["DELETE", 2, null, null],
  ];
  const isWanted = ({ type }: Change) => type === "CLOSE_WRITE" || type === "DELETE";
  expect(sizes(changes.filter(isWanted) as Attributes[])).toEqual(wanted as never);
  const columns = ["type", "path", "old_size", "size", "change", ...MODES];
  const args = ["query", log, "--format", "ndjson", "--columns", columns.join(",")];
  const recorded = runTrace(args).stdout.toString().trim().split("\n");
  const rows: Attributes[] = recorded.map((line) => JSON.parse(line));
  expect(sizes(rows.filter(isWanted))).toEqual(wanted as never);
  const attrib = rows.find(({ type, mode }) => type === "ATTRIB" && mode === "0600");
  expect(valuesOf(attrib!)).toEqual(["0600", "0644", "root", "root", "root", "root"]);
  // A log has the columns only where they have a value.
  const lines = readFileSync(log, "utf8").trim().split("\n");
  expect(lines.filter((line) => line.includes('"old_mode":null'))).toEqual([]);
});

test("an ordinary user sees them, too, but no old mode of a file with several links", async () => {
  using directory = temporaryDirectory();
  const uid = 65534;
  chownSync(directory.path, uid, uid);
  const under = ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  const { changes } = await changesOf(
    directory.path,
    ["touch f g", "chmod 600 f", "chmod 640 f", "ln g h", "chmod 600 g"],
    { under },
  );
  const of = (name: string) =>
    ofType(changes, "ATTRIB").filter(({ path }) => path === join(directory.path, name));
  expect(
    of("f")
      .slice(-2)
      .map((change) => valuesOf(change, ["mode", "old_mode"])),
  ).toEqual([
    ["0600", "0644"],
    ["0640", "0600"],
  ]);
  expect(valuesOf(of("g").at(-1)!, ["mode", "old_mode"])).toEqual(["0600", null]);
});
