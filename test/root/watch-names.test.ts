/** A watched path is a name: what has the name is watched, and notes say when it goes and comes back. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import type { WatchType } from "../../src/events/watch-event.ts";
import { run } from "./support/harness.ts";
import { type FileSystem, mounted } from "./support/mounts.ts";
import { lineOf, watching } from "./support/watch-source.ts";

setDefaultTimeout(120_000);

const TYPES = new Set<WatchType>(["CREATE", "DELETE", "MOVED_TO", "MOVE_SELF", "CLOSE_WRITE"]);
/** Exchanges two names at once. */
const EXCHANGE = `perl -e 'syscall(316, -100, $ARGV[0], -100, $ARGV[1], 2) == 0 or die $!'`;
/** One mark for all of it, and a mark for each directory. */
const BOTH = ["ext4", "overlay"] as const satisfies FileSystem[];

function shell(script: string, cwd: string): void {
  const { status, stderr } = run(["sh", "-ec", script], { cwd });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
}

interface Watched {
  /** Performs a script and returns its events, with relative paths. */
  after(script: string): string[];
}

/** Watches a path on a file system of a type. */
function withWatched(
  type: FileSystem,
  path: string,
  { recursive = true, before = `mkdir -p ${path}` },
  work: (watched: Watched) => void,
): void {
  using fs = mounted(type);
  shell(before, fs.path);
  using watch = watching([`${fs.path}/${path}`], { recursive, types: TYPES });
  watch.drained();
  work({
    after(script) {
      shell(script, fs.path);
      const reported = [...watch.drained(), ...watch.finished(), ...watch.drained()];
      return reported.map((each) => lineOf(each).replaceAll(`${fs.path}/`, ""));
    },
  });
  const early = "new directories that were changed before they were watched";
  expect(watch.source.losses().filter(({ what }) => type === "ext4" || what !== early)).toEqual([]);
}

for (const type of BOTH)
  for (const recursive of [true, false])
    describe(`on ${type}, ${recursive ? "with" : "without"} all descendants`, () => {
      test("a directory that is removed and made anew is watched", () => {
        withWatched(type, "w", { recursive }, ({ after }) => {
          const gone = after("rm -r w");
          expect(gone).toContain("DELETE w");
          expect(gone.at(-1)).toBe("PATH_GONE w");
          expect(after("mkdir w; echo x > w/f")).toEqual(
            expect.arrayContaining(["CREATE w", "PATH_BACK w", "CREATE w/f"]),
          );
          expect(after("echo x > w/g")).toEqual(["CREATE w/g", "CLOSE_WRITE w/g"]);
        });
      });

      test("a directory that is swapped by two renames is watched, and no longer the old one", () => {
        withWatched(type, "w", { recursive, before: "mkdir -p w new/d" }, ({ after }) => {
          const swapped = after("mv w old; mv new w");
          expect(swapped.filter((line) => line.startsWith("PATH"))).toEqual([
            "PATH_GONE w",
            "PATH_BACK w",
          ]);
          const below = recursive ? ["CREATE w/d/f"] : [];
          expect(after("touch w/f old/f w/d/f")).toEqual([
            "CREATE w/f",
            "CLOSE_WRITE w/f",
            ...below.flatMap((l) => [l, "CLOSE_WRITE w/d/f"]),
          ]);
        });
      });

      test("a directory that is exchanged with another is watched", () => {
        withWatched(type, "w", { recursive, before: "mkdir -p w new/d" }, ({ after }) => {
          const swapped = after(`${EXCHANGE} new w`);
          expect(swapped.filter((line) => line.startsWith("PATH"))).toEqual([
            "PATH_GONE w",
            "PATH_BACK w",
          ]);
          expect(after("touch w/f new/f")).toEqual(["CREATE w/f", "CLOSE_WRITE w/f"]);
          after(`${EXCHANGE} new w`);
          expect(after("touch w/g new/g")).toEqual(["CREATE w/g", "CLOSE_WRITE w/g"]);
        });
      });

      test("a parent, at any level, may be removed, renamed and replaced", () => {
        withWatched(type, "a/b/w", { recursive }, ({ after }) => {
          expect(after("mv a A; touch A/b/w/1")).toEqual(["PATH_GONE a/b/w"]);
          expect(after("mv A a; touch a/b/w/2")).toEqual([
            "PATH_BACK a/b/w",
            "CREATE a/b/w/2",
            "CLOSE_WRITE a/b/w/2",
          ]);
          expect(after("mv a/b a/B; mkdir -p a/b/w; touch a/B/w/3 a/b/w/4")).toEqual(
            expect.arrayContaining(["PATH_GONE a/b/w", "PATH_BACK a/b/w", "CREATE a/b/w/4"]),
          );
          expect(after("touch a/B/w/5 a/b/w/6")).toEqual(["CREATE a/b/w/6", "CLOSE_WRITE a/b/w/6"]);
          expect(after("rm -r a")).toContain("PATH_GONE a/b/w");
          expect(after("mkdir -p a/b/w; touch a/b/w/7")).toEqual(
            expect.arrayContaining(["PATH_BACK a/b/w", "CREATE a/b/w/7"]),
          );
        });
      });
    });

for (const type of BOTH)
  test(`a file whose parent is replaced is watched, on ${type}`, () => {
    const before = "mkdir -p a new; touch a/f new/f";
    withWatched(type, "a/f", { before }, ({ after }) => {
      expect(after("mv a old; mv new a")).toEqual(["PATH_GONE a/f", "PATH_BACK a/f"]);
      expect(after("echo x > a/f; echo x > old/f")).toEqual(["CLOSE_WRITE a/f"]);
      expect(after("rm -r a; mkdir a; echo x > a/f")).toContain("PATH_BACK a/f");
      expect(after("echo x > a/f; echo x > a/g")).toEqual(["CLOSE_WRITE a/f"]);
    });
  });

test("the own move of a directory is reported, with its new path", () => {
  withWatched("ext4", "w", {}, ({ after }) => {
    expect(after("mv w v")).toEqual(["PATH_GONE w", "MOVE_SELF v"]);
    expect(after("mv v u")).toEqual([]);
  });
});

test("a parent on another file system may be replaced", () => {
  using fs = mounted("ext4");
  mkdirSync(`${fs.path}/p/m`, { recursive: true });
  const inner = `${fs.path}/p/m`;
  shell(`mount -t tmpfs none ${inner}; mkdir ${inner}/w`, "/");
  try {
    using watch = watching([`${inner}/w`], { types: TYPES });
    const after = (script: string) => {
      shell(script, fs.path);
      return watch.drained().map((each) => lineOf(each).replaceAll(`${fs.path}/`, ""));
    };
    expect(after("mv p q; mkdir -p p/m/w; touch q/m/w/1 p/m/w/2")).toEqual(
      expect.arrayContaining(["PATH_GONE p/m/w", "PATH_BACK p/m/w"]),
    );
    expect(after("touch q/m/w/3 p/m/w/4")).toEqual(["CREATE p/m/w/4", "CLOSE_WRITE p/m/w/4"]);
    expect(after("rm -r p; mv q p")).toContain("PATH_BACK p/m/w");
    expect(after("touch p/m/w/5")).toEqual(["CREATE p/m/w/5", "CLOSE_WRITE p/m/w/5"]);
  } finally {
    shell("umount p/m || umount q/m", fs.path);
  }
});

test("random swaps, removals and renames end in the right directory being watched", () => {
  for (const type of BOTH)
    withWatched(type, "a/b/w", {}, ({ after }) => {
      for (let seed = 0; seed < 10; seed++) {
        after(`set +e; RANDOM=${seed}; for i in 1 2 3 4 5 6 7 8; do case $(( (i * 7 + ${seed} * 13 + i * i) % 6 )) in
          0) mv -T a x$i;; 1) mv -T x$((i - 1)) a;; 2) rm -rf a/b;; 3) mkdir -p a/b/w;;
          4) mv -T a/b/w a/old$i; mkdir -p a/b/w;; 5) mkdir -p n$i/b/w; mv -T a o$i; mv -T n$i a;;
        esac; done 2>/dev/null; mkdir -p a/b/w; true`);
        expect(after(`touch a/b/w/end${seed}`)).toContain(`CREATE a/b/w/end${seed}`);
      }
    });
});

test("a path that is removed is not watched any more, and others are", () => {
  for (const type of BOTH) {
    using fs = mounted(type);
    shell("mkdir -p a/b/c x/y", fs.path);
    const [b, x, a] = ["a/b", "x", "a"].map((name) => `${fs.path}/${name}`);
    using watch = watching([b, x], { types: new Set<WatchType>(["CREATE"]) });
    const after = (script: string) => {
      shell(script, fs.path);
      return watch.drained().map((each) => lineOf(each).replaceAll(`${fs.path}/`, ""));
    };
    watch.source.remove(b);
    expect(after("touch a/b/1 a/b/c/2 x/3 x/y/4")).toEqual(["CREATE x/3", "CREATE x/y/4"]);
    watch.source.add(a);
    watch.source.remove(x);
    expect(after("touch a/b/5 a/b/c/6 x/7 x/y/8")).toEqual(["CREATE a/b/5", "CREATE a/b/c/6"]);
    expect(after("mv a z; mkdir a; touch z/9 a/10")).toContain("PATH_BACK a");
    expect([watch.source.exists(a), watch.source.exists(x)]).toEqual([true, false]);
    after("rm -r a");
    expect(watch.source.exists(a)).toBe(false);
  }
});

describe("a link that is switched", () => {
  /** Switches r/current as deployments do, by a rename over it. */
  const SWITCH = "ln -s v2 next && mv -T next current";

  for (const type of BOTH)
    for (const above of [false, true])
      test(`on ${type} is followed${above ? ", also above the path" : ""}`, () => {
        using fs = mounted(type);
        shell("mkdir -p v1/d v2/d; ln -s v1 current", fs.path);
        const switched: string[] = [];
        const real = (path: Uint8Array) => Buffer.from(path).toString().replace(`${fs.path}/`, "");
        using watch = watching([`${fs.path}/current${above ? "/d" : ""}`], {
          types: TYPES,
          followLinks: true,
          onSwitched: (from, to) => switched.push(`${real(from)} ${real(to)}`),
        });
        const after = (script: string) => {
          shell(`${script}; sleep 0.2`, fs.path);
          return watch.drained().map((each) => lineOf(each).replaceAll(`${fs.path}/`, ""));
        };
        const [one, two] = above ? ["v1/d", "v2/d"] : ["v1", "v2"];
        expect(after(`touch ${one}/a ${two}/b`)).toEqual([
          `CREATE ${one}/a`,
          `CLOSE_WRITE ${one}/a`,
        ]);
        expect(after(SWITCH)).toEqual([`PATH_GONE ${one}`, `PATH_BACK ${two}`]);
        expect(switched).toEqual([`${one} ${two}`]);
        expect(after(`touch ${one}/c ${two}/e`)).toEqual([
          `CREATE ${two}/e`,
          `CLOSE_WRITE ${two}/e`,
        ]);
        expect(after("rm current")).toContain(`PATH_GONE ${two}`);
        expect(after(`touch ${two}/f`)).toEqual([]);
        expect(after("ln -s v1 current")).toContain(`PATH_BACK ${one}`);
        expect(after(`touch ${one}/g`)).toEqual([`CREATE ${one}/g`, `CLOSE_WRITE ${one}/g`]);
      });

  test("is not followed otherwise", () => {
    using fs = mounted("ext4");
    shell("mkdir v1 v2; ln -s v1 current", fs.path);
    using watch = watching([`${fs.path}/current`], { types: TYPES });
    shell(`${SWITCH}; sleep 0.2; touch v1/a v2/b`, fs.path);
    const lines = watch.drained().map((each) => lineOf(each).replaceAll(`${fs.path}/`, ""));
    expect(lines).toEqual(["CREATE v1/a", "CLOSE_WRITE v1/a"]);
    expect(watch.source.limitations.join()).toContain("also if the link changes");
  });
});
