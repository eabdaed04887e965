/** What happens in a new directory before it has a mark of its own: overlayfs. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { WatchType } from "../../src/events/watch-event.ts";
import { run } from "./support/harness.ts";
import { mounted } from "./support/mounts.ts";
import { besideWatch, NDJSON } from "./support/watch.ts";
import { lineOf, type ReportedEvent, watching } from "./support/watch-source.ts";

setDefaultTimeout(120_000);

const BURST = `i=0; while [ $i -lt 300 ]; do
  mkdir d$i; echo text >d$i/f; mkdir d$i/e; echo >d$i/e/g; i=$((i+1)); done`;
const NOBODY = 65534;
const CHANGED_EARLY = "new directories that were changed before they were watched";
const TYPES: readonly WatchType[] = ["CREATE", "CLOSE_WRITE", "MOVED_TO", "DELETE"];

function shell(script: string, cwd: string): void {
  const { status, stderr } = run(["sh", "-ec", script], { cwd });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
}

/** Watches "w" in a file system, and reads the events of a script after its end. */
function afterwards(before: string, script: string) {
  using fs = mounted("overlay");
  mkdirSync(join(fs.path, "w"));
  if (before) shell(before, fs.path);
  using watch = watching([join(fs.path, "w")], { types: new Set(TYPES) });
  shell(script, fs.path);
  const reported = watch.drained();
  const early = watch.source.losses().find(({ what }) => what === CHANGED_EARLY)?.count ?? 0;
  const short = (event: ReportedEvent) => lineOf(event).replaceAll(`${fs.path}/w/`, "");
  return { reported, lines: reported.map(short), early };
}

test("of 300 bursts of new directories and files each creation and write is reported", async () => {
  using fs = mounted("overlay");
  const args = [...NDJSON, "-r", "--types", "CREATE,CLOSE_WRITE", "--require-complete", fs.path];
  const { changes, stderr, status } = await besideWatch(args, async (_, soFar) => {
    shell(BURST, fs.path);
    await Bun.sleep(300);
    soFar();
  });
  const expected = Array.from({ length: 300 }, (_, i) => [
    ...[`CREATE d${i}`, `CREATE d${i}/f`, `CLOSE_WRITE d${i}/f`],
    ...[`CREATE d${i}/e`, `CREATE d${i}/e/g`, `CLOSE_WRITE d${i}/e/g`],
  ]).flat();
  const lines = changes.map(({ type, path }) => `${type} ${path?.replace(`${fs.path}/`, "")}`);
  expect(lines.sort()).toEqual(expected.sort());
  const found = changes.filter(({ origin }) => origin === "directory");
  expect(found.length).toBeGreaterThan(0);
  for (const { comm, user, type, path, size } of found) {
    expect([comm, user]).toEqual(["mkdir", "root"]);
    if (type === "CLOSE_WRITE" && path?.endsWith("/f")) expect(size).toBe(5);
  }
  const files = found.filter(({ type }) => type === "CREATE").map(({ path }) => join(path!, ".."));
  const counted = Number(/INCOMPLETE: (\d+) new directories that/.exec(stderr)?.[1]);
  expect(counted).toBeGreaterThanOrEqual(new Set(files).size);
  expect(status).toBe(3);
});

test("an ordinary user gets each creation and write, and the count", async () => {
  using fs = mounted("ext4");
  chownSync(fs.path, NOBODY, NOBODY);
  const as = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  const args = [...NDJSON, "-r", "--types", "CREATE,CLOSE_WRITE", fs.path];
  const { changes, stderr } = await besideWatch(
    args,
    async (_, soFar) => {
      const script = BURST.replace("300", "30");
      expect(run([...as, "sh", "-ec", script], { cwd: fs.path }).stderr).toBe("");
      await Bun.sleep(300);
      soFar();
    },
    { under: as },
  );
  const written = changes.filter(({ type }) => type === "CLOSE_WRITE").map(({ path }) => path);
  expect([written.length, new Set(written).size]).toEqual([60, 60]);
  expect(changes.length).toBe(180);
  expect(stderr).toMatch(/INCOMPLETE: \d+ new director/);
});

test("a new directory is counted if it was changed, also if nothing is left of that", () => {
  expect(afterwards("", "mkdir w/d").early).toBe(0);
  expect(afterwards("", "mkdir -p w/d/e").early).toBe(1);
  const gone = afterwards("", "mkdir w/d; sleep 0.05; echo >w/d/x; rm w/d/x");
  expect([gone.lines, gone.early]).toEqual([["CREATE d"], 1]);
});

test("a file that is still open is reported as written when it is closed", async () => {
  using fs = mounted("overlay");
  using watch = watching([fs.path], { types: new Set(TYPES) });
  const lines = () => watch.drained().map((event) => lineOf(event).replace(`${fs.path}/`, ""));
  const script = "mkdir d; exec 3>d/f; echo text >&3; echo open; read _; exec 3>&-; echo closed";
  const child = Bun.spawn(["sh", "-c", script], { cwd: fs.path, stdin: "pipe", stdout: "pipe" });
  const output = child.stdout.getReader();
  await output.read();
  expect(lines()).toEqual(["CREATE d", "CREATE d/f"]);
  child.stdin.write("\n");
  child.stdin.end();
  await output.read();
  await child.exited;
  expect(lines()).toEqual(["CLOSE_WRITE d/f"]);
});

test("what was moved or linked into a new directory is reported as such", () => {
  const { lines } = afterwards(
    "echo >old; echo >linked; mkdir -p olddir; echo >olddir/x; sleep 0.05",
    "mkdir w/d; mv old w/d/moved; ln linked w/d/link; mv olddir w/d/dir; ln -s / w/d/symlink",
  );
  expect(lines.sort()).toEqual(
    ["CREATE d", "CREATE d/link", "CREATE d/symlink", "MOVED_TO d/dir", "MOVED_TO d/moved"].sort(),
  );
});

test("a directory that is moved here is counted if it was changed after that", () => {
  const before = "mkdir -p out/sub; echo >out/sub/f; sleep 0.05";
  const unchanged = afterwards(before, "mv out w/in");
  expect([unchanged.lines, unchanged.early]).toEqual([["MOVED_TO in"], 0]);
  expect(afterwards(before, "mv out w/in; sleep 0.05; echo >w/in/new").early).toBe(1);
  expect(afterwards(before, "mv out w/in; sleep 0.05; echo >w/in/sub/new").early).toBe(1);
});
