/** The files of commands that mount file systems, in their own mount namespace and in others. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runTrace, temporaryDirectory } from "./support/harness.ts";

interface Lists {
  readonly inputs: readonly { path: string }[];
  readonly outputs: readonly { path: string }[];
  readonly removed: readonly { path: string }[];
}

/** Paths in the directory, each with its list: "in d/f", "out d/g"; "ns" for other namespaces. */
function pathsOf(lists: Lists, directory: string, where = ""): string[] {
  const below = (list: readonly { path: string }[], word: string) =>
    list
      .filter(({ path }) => path.startsWith(`${directory}/`))
      .map(({ path }) => `${where}${word} ${path.slice(directory.length + 1)}`);
  return [
    ...below(lists.inputs, "in"),
    ...below(lists.outputs, "out"),
    ...below(lists.removed, "removed"),
  ];
}

const inOther = (script: string) => `unshare -m sh -ec '${script}'`;

/** Opens files in a copy of d that is not mounted: open_tree(2) with OPEN_TREE_CLONE. */
const DETACHED =
  'my $d = "d"; my $tree = "/proc/self/fd/" . syscall(428, -100, $d, 1); open F, "$tree/f" or die; open N, ">$tree/n" or die';

/** Files at the start: d/f and src/s; directories d, e and src. */
const CASES: readonly [script: string, paths: readonly string[]][] = [
  [`${inOther("mount -t tmpfs none d; echo x >d/f")}; cat d/f`, ["in d/f", "ns out d/f"]],
  [
    `${inOther("mount -t tmpfs none d; echo x >d/f; cat d/f")}; cat src/s`,
    ["in src/s", "ns out d/f"],
  ],
  [inOther("mount -t tmpfs none d; mkdir d/n; echo x >d/n/f; mv d/n d/m"), ["ns out d/m/f"]],
  [
    `${inOther("mount --bind src d; echo x >d/n; cat d/s; mv d/n d/m")}; cat d/f`,
    ["in d/f", "in src/s", "out src/m"],
  ],
  [inOther("mount --bind src/s d/f; echo x >>d/f"), ["out src/s"]],
  [`${inOther("true")}; ${inOther("cp d/f e/g")}`, ["in d/f", "out e/g"]],
  [
    inOther("mount -t tmpfs none d; mount --move d e; echo x >e/f; cat d/f"),
    ["in d/f", "ns out e/f"],
  ],
  ["mount -t tmpfs none d; echo x >d/f; umount d; cat d/f", ["in d/f"]],
  [
    "mount -t tmpfs none d; cp src/s d; umount -l d; mv d/f d/g",
    ["in src/s", "out d/g", "removed d/f"],
  ],
  ["mount --bind src d; echo x >d/q; umount d; cat src/q d/f", ["in d/f", "out src/q"]],
  [
    inOther(
      "mount -t tmpfs none d; mkdir d/old d/bin; cp /bin/true d/bin; cd d; pivot_root . old; echo x >/z",
    ),
    ["ns out d/bin/true", "ns out d/old/", "ns out d/z"],
  ],
  [
    inOther(
      "mount -t tmpfs none e; mkdir e/u e/w; mount -t overlay none -o lowerdir=d,upperdir=e/u,workdir=e/w src; cat src/f; echo x >src/n",
    ),
    ["ns in src/f", "ns out e/u/", "ns out e/w/", "ns out src/n"],
  ],
  [`perl -e '${DETACHED}'`, ["in d/f", "out d/n"]],
];

describe.each(["bpf", "ptrace"])("a summary by %s", (backend) => {
  test.each(CASES)("of %s", (script, paths) => {
    using directory = temporaryDirectory();
    const path = realpathSync(directory.path);
    for (const name of ["d", "e", "src"]) mkdirSync(join(path, name));
    writeFileSync(join(path, "d/f"), "f\n");
    writeFileSync(join(path, "src/s"), "s\n");
    const args = ["exec", "--user", "root", "--backend", backend, "--summary=json:summary"];
    const { stderr } = runTrace([...args, "--", "sh", "-ec", script], { cwd: path });
    expect(stderr).toContain(", complete");
    const report = JSON.parse(readFileSync(join(path, "summary"), "utf8"));
    const others: Lists[] = report.mountNamespaces;
    const found = [pathsOf(report, path), ...others.map((lists) => pathsOf(lists, path, "ns "))];
    expect(found.flat().sort()).toEqual([...paths].sort());
  });
});
