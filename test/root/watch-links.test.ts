/** A watched file that is changed through another hard link, or after it was renamed. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { WatchType } from "../../src/events/watch-event.ts";
import { run } from "./support/harness.ts";
import { mounted } from "./support/mounts.ts";
import { besideWatch, NDJSON } from "./support/watch.ts";
import { lineOf, watching } from "./support/watch-source.ts";

setDefaultTimeout(60_000);

function shell(script: string, cwd: string): void {
  const { status, stderr } = run(["sh", "-ec", script], { cwd });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
}

/** Watches d/FILE, and returns a function that runs a script and returns its events. */
function watchingFile(path: string, types: readonly WatchType[]) {
  const watch = watching([join(path, "d/FILE")], { types: new Set(types) });
  return {
    ...watch,
    reported(script: string): string[] {
      shell(script, path);
      const events = [...watch.drained(), ...watch.finished()];
      return events.map((event) => lineOf(event).replaceAll(`${path}/`, ""));
    },
    [Symbol.dispose]: watch[Symbol.dispose],
  };
}

for (const type of ["ext4", "overlay", "subvolume"] as const) {
  test(`on ${type}, changes through another hard link are reported under the watched path`, () => {
    using fs = mounted(type);
    shell("mkdir d e; echo >d/FILE; ln d/FILE e/other; echo >e/stranger", fs.path);
    using watch = watchingFile(fs.path, ["MODIFY", "CLOSE_WRITE", "ATTRIB"]);
    expect(watch.reported("echo text >>e/other; chmod 600 e/other; echo >>e/stranger")).toEqual([
      "MODIFY d/FILE",
      "CLOSE_WRITE d/FILE",
      "ATTRIB d/FILE",
    ]);
    expect(watch.reported("echo text >>d/FILE")).toEqual(["MODIFY d/FILE", "CLOSE_WRITE d/FILE"]);
    expect(watch.source.losses()).toEqual([]);
  });

  test(`on ${type}, a file is watched under its new name, until another one has its path`, () => {
    using fs = mounted(type);
    shell("mkdir d e; echo >d/FILE", fs.path);
    using watch = watchingFile(fs.path, ["CREATE", "CLOSE_WRITE", "MOVED_FROM"]);
    const types = (script: string) =>
      watch.reported(script).filter((line) => !line.startsWith("PATH_"));
    expect(types("mv d/FILE e/FILE.1; echo >>e/FILE.1")).toEqual([
      "MOVED_FROM d/FILE",
      "CLOSE_WRITE d/FILE",
    ]);
    expect(types("echo >d/FILE")).toEqual(["CREATE d/FILE", "CLOSE_WRITE d/FILE"]);
    expect(types("echo >>e/FILE.1")).toEqual([]);
    expect(types("ln d/FILE e/link; echo >>e/link")).toEqual(["CLOSE_WRITE d/FILE"]);
  });
}

test("a file that is replaced again and again is watched through other links each time", () => {
  using fs = mounted("overlay");
  shell("mkdir d e; echo >d/FILE", fs.path);
  using watch = watchingFile(fs.path, ["CLOSE_WRITE"]);
  for (let i = 0; i < 5; i++) {
    watch.reported("echo >d/new; mv d/new d/FILE; ln -f d/FILE e/link");
    expect(watch.reported("echo >>e/link")).toEqual(["CLOSE_WRITE d/FILE"]);
  }
});

test("a file that overlayfs has copied up is watched through other links, too", () => {
  using fs = mounted("overlay");
  const lower = join(fs.path, "../lower");
  shell("mkdir d e; echo >d/FILE", lower);
  using watch = watchingFile(fs.path, ["MODIFY"]);
  expect(watch.reported("echo >>d/FILE")).toEqual(["MODIFY d/FILE"]);
  expect(watch.reported("ln d/FILE e/link; echo >>e/link")).toEqual(["MODIFY d/FILE"]);
});

test("the program says by which link, with its size and process, also to an ordinary user", async () => {
  for (const under of [[], ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]]) {
    using fs = mounted("ext4");
    for (const name of ["d", "e"]) mkdirSync(join(fs.path, name));
    chmodSync(fs.path, 0o755);
    shell("printf 12345 >d/FILE; ln d/FILE e/other", fs.path);
    for (const name of ["", "d", "e", "d/FILE"]) chownSync(join(fs.path, name), 65534, 65534);
    const args = [...NDJSON, "--types", "CLOSE_WRITE", "--count", "1", join(fs.path, "d/FILE")];
    const work = () => shell("printf 678 >>e/other", fs.path);
    const { changes, stderr } = await besideWatch(args, work, { under, signal: null });
    const expected = { path: join(fs.path, "d/FILE"), link: join(fs.path, "e/other"), size: 8 };
    expect(changes).toMatchObject([under.length ? { ...expected, link: null } : expected]);
    if (under.length === 0) expect(changes[0].comm).toBe("sh");
    expect(stderr).toContain("trace: 1 event, complete\n");
  }
});
