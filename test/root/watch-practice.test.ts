/** What programs do to files in practice: they rotate logs, copy files up, and rename trees. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { WatchType } from "../../src/events/watch-event.ts";
import { run } from "./support/harness.ts";
import { type FileSystem, mounted } from "./support/mounts.ts";
import { lineOf, watching } from "./support/watch-source.ts";

setDefaultTimeout(60_000);

const TYPES: readonly WatchType[] = [
  ...(["CREATE", "MODIFY", "CLOSE_WRITE", "ATTRIB", "MOVED_FROM", "MOVED_TO", "DELETE"] as const),
];

/** Returns the events of a script in "w" of a file system, whose files `before` made. */
function eventsOf(type: FileSystem, before: string, script: string, types = TYPES): string[] {
  using fs = mounted(type);
  const shell = (text: string) => {
    const { stderr } = run(["sh", "-ec", text], { cwd: fs.path });
    if (stderr) throw new Error(stderr);
  };
  mkdirSync(join(fs.path, "w"));
  shell(before);
  using watch = watching([join(fs.path, "w")], { types: new Set(types) });
  shell(`cd w; ${script}`);
  const reported = [...watch.drained(), ...watch.finished()].map(lineOf);
  expect(watch.source.losses()).toEqual([]);
  return reported.map((line) => line.replaceAll(`${fs.path}/w/`, ""));
}

describe.each(["ext4", "overlay"] as const)("on %s", (type) => {
  const rotated = (script: string) =>
    eventsOf(type, "echo old >w/log; exec 5>>w/log", script).filter(
      (line) => !line.startsWith("MODIFY"),
    );

  test("a log that is renamed and made anew is followed, with the writer of the old one", () => {
    expect(rotated("exec 6>>log; mv log log.1; echo late >&6; exec 6>&-; : >log")).toEqual([
      ...["MOVED_FROM log", "MOVED_TO log.1", "CLOSE_WRITE log.1"],
      ...["CREATE log", "CLOSE_WRITE log"],
    ]);
  });

  test("a log that is copied and truncated is followed", () => {
    const lines = eventsOf(type, "echo old >w/log", "cp log log.1; truncate -s 0 log");
    expect(lines).toEqual([
      ...["CREATE log.1", "MODIFY log.1", "CLOSE_WRITE log.1"],
      ...["MODIFY log", "CLOSE_WRITE log"],
    ]);
  });

  test("a log that is compressed is followed", () => {
    const lines = rotated("mv log log.1; gzip -c log.1 >log.1.gz; rm log.1");
    expect(lines).toEqual([
      ...["MOVED_FROM log", "MOVED_TO log.1", "CREATE log.1.gz", "CLOSE_WRITE log.1.gz"],
      ...(type === "ext4" ? ["ATTRIB log.1"] : []),
      "DELETE log.1",
    ]);
  });

  test("renames three deep, and directories that are exchanged, keep the paths right", () => {
    const before = "mkdir -p w/a/b/c w/x/y; touch w/a/b/c/f w/a/b/c/h w/x/y/g";
    const exchange = `python3 -c 'import ctypes; ctypes.CDLL(None).renameat2(-100, b"A", -100, b"x", 2)'`;
    const types: readonly WatchType[] = ["CLOSE_WRITE"];
    const lines = eventsOf(
      type,
      before,
      `mv a/b/c a/b/C; mv a/b a/B; mv a A; echo >>A/B/C/f; ${exchange}; echo >>x/B/C/h; echo >>A/y/g`,
      types,
    );
    expect(lines).toEqual(["CLOSE_WRITE A/B/C/f", "CLOSE_WRITE x/B/C/h", "CLOSE_WRITE A/y/g"]);
  });
});

test("files and directories that overlayfs copies up keep their paths", () => {
  using fs = mounted("overlay");
  const lower = join(fs.path, "../lower");
  run(["sh", "-ec", "mkdir -p w/d/sub; echo old >w/d/sub/f; echo old >w/d/g"], { cwd: lower });
  using watch = watching([join(fs.path, "w")], {
    types: new Set(["CREATE", "CLOSE_WRITE", "ATTRIB", "MOVED_TO"]),
  });
  const script = "cd w; echo >>d/sub/f; echo >d/sub/new; chmod 600 d/g; mv d/sub/f d/F; echo >>d/F";
  expect(run(["sh", "-ec", script], { cwd: fs.path }).stderr).toBe("");
  const lines = watch.drained().map((event) => lineOf(event).replace(`${fs.path}/w/`, ""));
  expect(lines).toEqual([
    ...["CLOSE_WRITE d/sub/f", "CREATE d/sub/new", "CLOSE_WRITE d/sub/new"],
    ...["ATTRIB d/g", "MOVED_TO d/F", "CLOSE_WRITE d/F"],
  ]);
});
