/** Mounts at, above and below a watched path, before and while it is watched. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { WatchType } from "../../src/events/watch-event.ts";
import { run, temporaryDirectory, until } from "./support/harness.ts";
import { program } from "./support/programs.ts";
import { besideWatch, NDJSON } from "./support/watch.ts";
import { lineOf, watching } from "./support/watch-source.ts";

setDefaultTimeout(60_000);

const TYPES = new Set<WatchType>(["CREATE", "DELETE"]);

/** Commands that mount a file system at $1; the working directory has room. */
const MOUNTS = {
  tmpfs: "mount -t tmpfs none $1",
  ext4: "truncate -s 8M img; mkfs.ext4 -q img; mount -o loop img $1",
  overlay:
    "mkdir -p l u k; touch l/lower; mount -t overlay -o lowerdir=l,upperdir=u,workdir=k none $1",
  bind: "mkdir -p real; mount --bind real $1",
} as const;

function shell(script: string, cwd: string, ...args: string[]): void {
  const { status, stderr } = run(["sh", "-ec", script, "sh", ...args], { cwd });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
}

/** A directory whose mounts are unmounted at the end of the block. */
function scratch(): { readonly path: string } & Disposable {
  const directory = temporaryDirectory();
  chmodSync(directory.path, 0o755);
  // Bind mounts of a file system of its own, which no other program changes.
  const path = join(directory.path, "top");
  mkdirSync(path);
  shell("mount -t tmpfs none $1", "/", path);
  for (const name of ["w/m", "other"]) mkdirSync(join(path, name), { recursive: true });
  return {
    path,
    [Symbol.dispose]() {
      shell("umount -R $1", "/", path);
      rmSync(path, { recursive: true });
      directory[Symbol.dispose]();
    },
  };
}

/** Watches a path; `after` performs a script and returns its events, with relative paths. */
function watcher(top: string, path: string, recursive = true) {
  const watch = watching([join(top, path)], { recursive, types: TYPES });
  watch.drained();
  return {
    watch,
    after(script: string): string[] {
      shell(script, top);
      return watch.drained().map((each) => lineOf(each).replaceAll(`${top}/`, ""));
    },
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}

describe("below a watched path", () => {
  for (const [type, command] of Object.entries(MOUNTS))
    test(`${type} is watched, mounted before and mounted later`, () => {
      using top = scratch();
      shell(command, join(top.path, "other"), join(top.path, "w/m"));
      using watched = watcher(top.path, "w");
      const { after } = watched;
      const work = "mkdir w/m/d; touch w/m/d/f";
      expect(after(work)).toEqual(expect.arrayContaining(["CREATE w/m/d", "CREATE w/m/d/f"]));
      expect(after("umount w/m; touch w/m/under")).toEqual(["UNMOUNT w/m", "CREATE w/m/under"]);
      expect(after("rm w/m/under")).toEqual(["DELETE w/m/under"]);
      shell(`rm -rf *; ${command}`, join(top.path, "other"), join(top.path, "w/m"));
      expect(after("true")).toContain("MOUNT w/m");
      expect(after(`rm -rf w/m/d; ${work}`)).toEqual(
        expect.arrayContaining(["CREATE w/m/d", "CREATE w/m/d/f"]),
      );
    });

  test("no path is reported that ended with a bind mount", async () => {
    using top = scratch();
    using watched = watcher(top.path, "w");
    const { after } = watched;
    expect(after("mkdir other/d")).toEqual([]);
    await Bun.sleep(20);
    after("true");
    expect(after("mount --bind other w/m")).toEqual(["MOUNT w/m"]);
    expect(after("touch other/1 other/d/2 w/m/3")).toEqual([
      "CREATE w/m/1",
      "CREATE w/m/d/2",
      "CREATE w/m/3",
    ]);
    expect(after("umount w/m")).toEqual(["UNMOUNT w/m"]);
    expect(after("touch other/4 other/d/5 w/m/6")).toEqual(["CREATE w/m/6"]);
  });

  test("a mount hides what is below it, and another mount it", () => {
    using top = scratch();
    shell("mount -t tmpfs none w/m; mount --bind . other", top.path);
    using watched = watcher(top.path, "w");
    const { after } = watched;
    expect(after("touch other/w/m/hidden; touch w/m/1")).toEqual(["CREATE w/m/1"]);
    expect(after("mount -t tmpfs none w/m; touch w/m/2")).toContain("MOUNT w/m");
    expect(after("touch w/m/3")).toEqual(["CREATE w/m/3"]);
    for (const name of ["4", "5"])
      expect(after(`umount w/m; touch w/m/${name}`)).toEqual(["UNMOUNT w/m", `CREATE w/m/${name}`]);
  });

  test("mounts within mounts come and go", () => {
    using top = scratch();
    using watched = watcher(top.path, "w");
    const { after } = watched;
    expect(
      after("mount -t tmpfs a w/m; mkdir w/m/n; mount -t tmpfs b w/m/n; mkdir w/m/n/d"),
    ).toEqual(expect.arrayContaining(["MOUNT w/m", "MOUNT w/m/n"]));
    expect(after("touch w/m/n/d/1")).toEqual(["CREATE w/m/n/d/1"]);
    expect(after("umount -R w/m; touch w/m/2")).toEqual([
      "UNMOUNT w/m",
      "UNMOUNT w/m/n",
      "CREATE w/m/2",
    ]);
  });

  test("a mount that is moved is watched at its new place", () => {
    using top = scratch();
    shell("mkdir w/n; mount --make-private $1; mount -t tmpfs none w/m", top.path, top.path);
    using watched = watcher(top.path, "w");
    const { after } = watched;
    expect(after("mount --move w/m w/n")).toEqual(["UNMOUNT w/m", "MOUNT w/n"]);
    expect(after("touch w/n/1 w/m/2")).toEqual(
      expect.arrayContaining(["CREATE w/n/1", "CREATE w/m/2"]),
    );
  });
});

for (const recursive of [true, false])
  describe(`of the watched path ${recursive ? "and all descendants" : "alone"}`, () => {
    test("a mount, its end, and a mount over it are followed", () => {
      using top = scratch();
      using watched = watcher(top.path, "w", recursive);
      const { after } = watched;
      expect(after("mount -t tmpfs none w")).toEqual(["MOUNT w"]);
      expect(after("touch w/1")).toEqual(["CREATE w/1"]);
      expect(after("mount --bind other w")).toEqual(["MOUNT w"]);
      expect(after("touch other/2")).toEqual(["CREATE w/2"]);
      expect(after("umount w")).toEqual(["UNMOUNT w"]);
      expect(after("touch w/3 other/4")).toEqual(["CREATE w/3"]);
      expect(after("umount w; touch w/5")).toEqual(["UNMOUNT w", "CREATE w/5"]);
    });

    test("a mount above is followed, and the path within it", () => {
      using top = scratch();
      mkdirSync(join(top.path, "a/w"), { recursive: true });
      using watched = watcher(top.path, "a/w", recursive);
      const { after } = watched;
      expect(after("mount -t tmpfs none a")).toEqual(["MOUNT a", "PATH_GONE a/w"]);
      expect(after("mkdir a/w")).toEqual(["CREATE a/w", "PATH_BACK a/w"]);
      expect(after("touch a/w/1")).toEqual(["CREATE a/w/1"]);
      expect(after("umount a; touch a/w/2")).toEqual(["UNMOUNT a", "CREATE a/w/2"]);
    });
  });

test("unmounting never finds a watched file system busy", () => {
  using top = scratch();
  for (const path of ["w", "w/m"]) {
    using watched = watcher(top.path, path);
    const { after } = watched;
    for (let i = 0; i < 5; i++) {
      after("mount -t tmpfs none w/m");
      expect(after("touch w/m/f; umount w/m")).toContain("UNMOUNT w/m");
    }
  }
});

test("FUSE is watched, below a watched path and as one, although it has no file system id", async () => {
  using top = scratch();
  const path = join(top.path, "w/m");
  for (const root of ["w", "w/m"]) {
    const server = Bun.spawn([program("fusefs"), path], { stdout: "pipe" });
    await server.stdout.getReader().read();
    using watched = watcher(top.path, root);
    const { after } = watched;
    const beside = after("mkdir w/m/d; touch w/m/d/f w/x");
    expect(beside).toEqual(expect.arrayContaining(["CREATE w/m/d", "CREATE w/m/d/f"]));
    expect(beside.includes("CREATE w/x")).toBe(root === "w");
    expect(after("touch w/m/d/g")).toEqual(["CREATE w/m/d/g"]);
    expect(after("umount w/m")).toEqual(["UNMOUNT w/m"]);
    expect(after("touch w/m/under; rm w/m/under")).toContain("CREATE w/m/under");
    expect(await server.exited).toBe(0);
    shell("rm -f w/x", top.path);
  }
});

test("an ordinary user watches nested mounts too, before and after they are mounted", async () => {
  using top = scratch();
  shell("chmod 777 w; mkdir -m 777 w/later; mount -t tmpfs -o mode=777 none w/m", top.path);
  const asNobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
  const args = ["-r", "--types", "CREATE", ...NDJSON, join(top.path, "w")];
  const { status } = await besideWatch(
    args,
    async (_, soFar) => {
      const has = (type: string, name: string) =>
        until(() =>
          soFar().some((each) => each.type === type && each.path === join(top.path, "w", name)),
        );
      shell(`${asNobody} sh -c 'mkdir w/m/d; : >w/m/d/f'`, top.path);
      await has("CREATE", "m/d/f");
      shell("mount -t tmpfs -o mode=777 none w/later", top.path);
      await has("MOUNT", "later");
      shell(`${asNobody} sh -c ': >w/later/g'`, top.path);
      await has("CREATE", "later/g");
    },
    { under: asNobody.split(" ") },
  );
  expect(status).toBe(0);
});
