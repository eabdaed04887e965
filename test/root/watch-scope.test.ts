/** The events of the fanotify source for every way in which paths can be given. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Q_OVERFLOW, type WatchType } from "../../src/events/watch-event.ts";
import { SystemError } from "../../src/ffi/errno.ts";
import { run, temporaryDirectory } from "./support/harness.ts";
import { FILE_SYSTEMS, mounted } from "./support/mounts.ts";
import { lineOf, type ReportedEvent, watching, watchingBytes } from "./support/watch-source.ts";

setDefaultTimeout(120_000);

const only = (...types: WatchType[]) => new Set(types);

/** Runs a script as another process: our own operations are not reported. */
function shell(script: string, cwd: string): void {
  const { status, stderr } = run(["sh", "-ec", script], { cwd });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
}

/** Runs a script and returns its events, with paths relative to the directory. */
function eventsOf(
  watch: { drained(): ReportedEvent[]; finished(): ReportedEvent[] },
  script: string,
  cwd: string,
): string[] {
  watch.drained();
  shell(script, cwd);
  return [...watch.drained(), ...watch.finished()].map((reported) =>
    lineOf(reported).replaceAll(`${cwd}/`, ""),
  );
}

describe("watching", () => {
  test("a directory covers it and its direct entries, unless it is recursive", () => {
    using fs = mounted("tmpfs");
    mkdirSync(join(fs.path, "w/sub"), { recursive: true });
    using watch = watching([join(fs.path, "w")], {
      recursive: false,
      types: only("CREATE", "ATTRIB", "CLOSE_WRITE"),
    });
    const script =
      "touch w/f; touch w/sub/f; chmod 700 w/sub w; touch other; mkdir w/new; touch w/new/f";
    expect(eventsOf(watch, script, fs.path)).toEqual([
      "CREATE w/f",
      "ATTRIB w/f",
      "CLOSE_WRITE w/f",
      "ATTRIB w/sub",
      "ATTRIB w",
      "CREATE w/new",
    ]);
  });

  test("a file follows its name, also when the file is replaced", () => {
    for (const type of ["tmpfs", "overlay"] as const) {
      using fs = mounted(type);
      shell("echo a > file; echo b > other", fs.path);
      const types = only("CLOSE_WRITE", "MOVED_TO", "DELETE", "CREATE");
      using watch = watching([join(fs.path, "file")], { types });
      const script =
        "echo c > file; echo d > other; mv other file; rm file; echo e > file; echo f > filet";
      expect([type, ...eventsOf(watch, script, fs.path)]).toEqual([
        type,
        "CLOSE_WRITE file",
        "MOVED_TO file",
        "DELETE file",
        "PATH_GONE file",
        "CREATE file",
        "CLOSE_WRITE file",
        "PATH_BACK file",
      ]);
    }
  });

  test("a symbolic link covers its target at the start, under the target's path", () => {
    using fs = mounted("tmpfs");
    for (const name of ["a", "b"]) mkdirSync(join(fs.path, name));
    symlinkSync("a", join(fs.path, "link"));
    using watch = watching([join(fs.path, "link")], { types: only("CREATE") });
    const script =
      "touch link/1; ln -sfn b link; touch link/2; touch a/3; ln -s / a/root; touch b/4";
    expect(eventsOf(watch, script, fs.path)).toEqual(["CREATE a/1", "CREATE a/3", "CREATE a/root"]);
  });

  test("several paths, on several file systems and nested, reports each event once", () => {
    using one = mounted("ext4");
    using two = mounted("overlay");
    mkdirSync(join(one.path, "a/b"), { recursive: true });
    const paths = [join(one.path, "a/b"), two.path, join(one.path, "a"), join(one.path, "a/b")];
    using watch = watching(paths, { types: only("CREATE") });
    expect(eventsOf(watch, "touch a/b/f; touch a/f; touch f", one.path)).toEqual([
      "CREATE a/b/f",
      "CREATE a/f",
    ]);
    expect(eventsOf(watch, "touch f", two.path)).toEqual(["CREATE f"]);
  });

  test("a bind mount reports its own path, whichever path an operation uses", () => {
    using fs = mounted("ext4");
    for (const name of ["real/deep", "bound"]) mkdirSync(join(fs.path, name), { recursive: true });
    const [real, bound] = ["real", "bound"].map((name) => join(fs.path, name));
    shell(`mount --bind ${real} ${bound}`, fs.path);
    try {
      using watch = watching([bound], { types: only("CREATE") });
      const script = "touch real/deep/1; touch bound/2; mkdir real/new; touch bound/new/3";
      expect(eventsOf(watch, script, fs.path)).toEqual([
        "CREATE bound/deep/1",
        "CREATE bound/2",
        "CREATE bound/new",
        "CREATE bound/new/3",
      ]);
    } finally {
      shell(`umount ${bound}`, fs.path);
    }
  });

  test("covers other file systems mounted below", () => {
    using outer = mounted("ext4");
    const inner = join(outer.path, "deep/inner");
    mkdirSync(inner, { recursive: true });
    shell(`mount -t tmpfs none ${inner}`, outer.path);
    try {
      using watch = watching([outer.path], { types: only("CREATE") });
      expect(
        eventsOf(watch, "mkdir deep/inner/a; touch deep/inner/a/f deep/f", outer.path),
      ).toEqual(["CREATE deep/inner/a", "CREATE deep/inner/a/f", "CREATE deep/f"]);
      expect(watch.source.limitations).toEqual([]);
    } finally {
      shell(`umount ${inner}`, outer.path);
    }
  });

  test("a directory that is unmounted meanwhile is the one below it afterwards", () => {
    for (const type of FILE_SYSTEMS) {
      using outer = mounted(type);
      const inner = join(outer.path, "inner");
      mkdirSync(inner);
      shell(`mount -t tmpfs none ${inner}`, "/");
      using watch = watching([inner, outer.path]);
      expect(eventsOf(watch, "touch f", inner)).toContain("CREATE f");
      shell(`umount ${inner}`, "/");
      watch.drained();
      expect(eventsOf(watch, "touch f", outer.path)).toContain("CREATE f");
    }
  });

  test("a directory may have any name", () => {
    using fs = mounted("tmpfs");
    const name = Buffer.from([0xff, 0x0a, 0x20, 0x5c]).toString("latin1");
    const path = `${fs.path}/${name}`;
    mkdirSync(Buffer.from(path, "latin1"));
    const seen: string[] = [];
    using watch = watchingBytes([path], { types: only("CREATE") });
    shell('for d in *; do mkdir "$d/sub"; touch "$d/sub/f"; done', fs.path);
    watch.source.drain(({ path: { bytes, start, length } }) => {
      seen.push(Buffer.from(bytes.subarray(start, start + length)).toString("latin1"));
    });
    expect(seen).toEqual([`${path}/sub`, `${path}/sub/f`]);
  });
});

describe("directories", () => {
  test("are watched at any depth, even by paths longer than PATH_MAX", () => {
    using fs = mounted("tmpfs");
    const inside = (script: string) =>
      run(["perl", "-e", `chdir $ARGV[0]; ${script}`, fs.path]).stderr;
    expect(inside("for (1..3000) { mkdir 'd'; chdir 'd' }")).toBe("");
    using watch = watching([fs.path], { types: only("CREATE") });
    expect(inside("for (1..3000) { chdir 'd' } open F, '>f'")).toBe("");
    expect(watch.drained().map(lineOf)).toEqual([`CREATE ${fs.path}${"/d".repeat(3000)}/f`]);
  });

  test("that cannot be read are counted, and the others are watched", () => {
    using fs = mounted("tmpfs");
    shell("mkdir closed open; chmod 700 closed; chmod 777 open", fs.path);
    const script = join(import.meta.dir, "support/overflow.ts");
    const as = ["setpriv", "--reuid=65534", "--clear-groups"];
    const { stdout } = run([...as, process.execPath, script, join(fs.path, "open"), fs.path]);
    const { losses } = JSON.parse(stdout.toString());
    expect(losses).toContainEqual({ what: "directories not watched (EACCES)", count: 1 });
  });
});

describe("files in new directories that have a mark each", () => {
  test("are all found, once each", () => {
    using fs = mounted("overlay");
    using watch = watching([fs.path], { types: only("CREATE") });
    const script = `for i in $(seq 100); do mkdir -p $i/a/b/c; touch $i/a/b/c/f $i/f; done`;
    const reported = eventsOf(watch, script, fs.path);
    const expected = Array.from({ length: 100 }, (_, i) =>
      ["", "/a", "/a/b", "/a/b/c", "/a/b/c/f", "/f"].map((rest) => `CREATE ${i + 1}${rest}`),
    ).flat();
    expect(reported.sort()).toEqual(expected.sort());
  });

  test("are found in a directory that was moved in, from then on", () => {
    using fs = mounted("overlay");
    for (const name of ["w", "out/sub"]) mkdirSync(join(fs.path, name), { recursive: true });
    using watch = watching([join(fs.path, "w")], {
      types: only("CREATE", "MOVED_TO", "MOVED_FROM"),
    });
    expect(eventsOf(watch, "mv out w/in", fs.path)).toEqual(["MOVED_TO w/in"]);
    expect(eventsOf(watch, "touch w/in/sub/f; mv w/in out", fs.path)).toEqual([
      "CREATE w/in/sub/f",
      "MOVED_FROM w/in",
    ]);
    expect(eventsOf(watch, "touch out/sub/g", fs.path)).toEqual([]);
  });
});

describe("sizes", () => {
  test("are those of regular files, with the change since the last known size", () => {
    for (const type of ["ext4", "overlay"] as const) {
      using fs = mounted(type);
      writeFileSync(join(fs.path, "old"), "12345");
      using watch = watching([fs.path], { types: only("CREATE", "CLOSE_WRITE", "MOVED_TO") });
      const sizes = (script: string) => {
        shell(script, fs.path);
        return watch.drained().map(({ size, change }) => [size, change]);
      };
      expect(sizes("printf 678 >> old")).toEqual([[8, null]]);
      expect(sizes("printf 9 >> old")).toEqual([[9, 1]]);
      expect(sizes("printf 123 > new")).toEqual([
        [3, 3],
        [3, 3],
      ]);
      expect(sizes("printf 1 > new")).toEqual([[1, -2]]);
      expect(sizes("mv new newer")).toEqual([[1, 0]]);
      expect(sizes("mkdir d; mkfifo p; ln -s old l")).toEqual([
        [null, null],
        [null, null],
        [null, null],
      ]);
      expect(sizes("ln old hard")).toEqual([[9, 0]]);
    }
  });
});

describe("our own operations", () => {
  test("are not reported", () => {
    using fs = mounted("tmpfs");
    using watch = watching([fs.path]);
    mkdirSync(join(fs.path, "d"));
    writeFileSync(join(fs.path, "d/f"), "text");
    truncateSync(join(fs.path, "d/f"));
    linkSync(join(fs.path, "d/f"), join(fs.path, "g"));
    renameSync(join(fs.path, "d"), join(fs.path, "e"));
    rmSync(join(fs.path, "e"), { recursive: true });
    rmSync(join(fs.path, "g"));
    expect([...watch.drained(), ...watch.finished()]).toEqual([]);
    mkdirSync(join(fs.path, "h"));
    expect(eventsOf(watch, "touch h/f", fs.path)).toContain("CREATE h/f");
  });

  for (const [where, under, pid] of [
    ["", [], process.pid],
    [" from outside of our pid namespace", ["unshare", "--pid", "--fork", "--kill-child"], 0],
  ] as const)
    test(`are reported if another process removes${where} a file that we have open: it is theirs`, async () => {
      using fs = mounted("tmpfs");
      const script = join(import.meta.dir, "outsider.ts");
      writeFileSync(join(fs.path, "f"), "");
      mkdirSync(join(fs.path, "d"));
      for (const name of ["f", "d"]) {
        const command = [...under, process.execPath, script, fs.path, name];
        const holder = Bun.spawn(command, { stdio: ["pipe", "pipe", "inherit"] });
        const lines = holder.stdout.pipeThrough(new TextDecoderStream()).getReader();
        expect((await lines.read()).value).toBe("open\n");
        rmSync(join(fs.path, name), { recursive: true });
        holder.stdin.write("x");
        holder.stdin.end();
        const reported = JSON.parse((await lines.read()).value ?? "");
        expect(reported).toEqual([`DELETE_SELF ${fs.path}/${name} ${pid}`]);
        await holder.exited;
      }
    });
});

describe("when events are lost", () => {
  test("because an ordinary user's queue is full, it is reported, and watching continues", () => {
    using fs = mounted("tmpfs");
    const script = join(import.meta.dir, "support/overflow.ts");
    run(["chown", "65534", fs.path]);
    const as = ["setpriv", "--reuid=65534", "--clear-groups"];
    const { stdout, stderr } = run([...as, process.execPath, script, fs.path]);
    expect(stderr).toBe("");
    const { reported, after, losses } = JSON.parse(stdout.toString());
    expect(reported.filter((type: string) => type === Q_OVERFLOW)).toEqual([Q_OVERFLOW]);
    expect(losses).toEqual([expect.objectContaining({ count: 1 })]);
    expect(after).toEqual([`CREATE ${fs.path}/late/sub/file`]);
  });

  test("because too many are queued, they are counted, and paths stay right", () => {
    using fs = mounted("tmpfs");
    using watch = watching([fs.path], { types: only("CREATE"), maxQueued: 100 });
    const script = `mkdir -p a/b; for i in $(seq 500); do : > $i; done; mv a c; touch c/b/f
      for i in $(seq 99); do : > c/$i; done`;
    shell(script, fs.path);
    const reported = watch.drained();
    expect(reported[0].type).toBe(Q_OVERFLOW);
    const [lost] = watch.source.losses();
    expect(lost.what).toBe("events dropped");
    expect(lineOf(reported[reported.length - 1])).toBe(`CREATE ${fs.path}/c/99`);
    expect(eventsOf(watch, "touch c/b/g", fs.path)).toEqual(["CREATE c/b/g"]);
  });
});

test("an error of a file system is reported with its number", () => {
  using fs = mounted("ext4");
  using watch = watching([fs.path], { types: only("FS_ERROR") });
  const { stdout } = run(["findmnt", "-no", "SOURCE", fs.path]);
  const device = stdout.toString().trim().replace("/dev/", "");
  shell(`echo broken > /sys/fs/ext4/${device}/trigger_fs_error`, "/");
  expect(watch.drained()).toEqual([
    expect.objectContaining({ type: "FS_ERROR", path: fs.path, error: 117 }),
  ]);
});

test("a path that does not exist is named in the error", () => {
  using directory = temporaryDirectory();
  const missing = join(directory.path, "missing");
  expect(() => watching([missing])).toThrow(SystemError);
  expect(() => watching([missing])).toThrow(`open(${missing}): ENOENT`);
});
