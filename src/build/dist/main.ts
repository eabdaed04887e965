/**
 * Builds the files of a release: bun src/build/dist/main.ts [x64|arm64 …]
 *
 * Each machine's executable is built by the Makefile in a copy of the sources, because the native
 * library and the eBPF object that are embedded have fixed names. Everything is fetched from npm and
 * from Debian's packages. The result depends on the sources and the packages alone: two clones give
 * the same bytes.
 */
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { version } from "../../../package.json";
import { run } from "../run.ts";
import { fetchBun } from "./bun-runtime.ts";
import { type Machine, selectMachines } from "./machines.ts";
import { fetchLibraries } from "./sysroot.ts";

const OUTPUT = "dist";
const WORK = resolve("build/dist");
const SOURCES = [
  "Makefile",
  "bpf",
  "bunfig.toml",
  "package-lock.json",
  "package.json",
  "src",
  "tsconfig.json",
];
const DOCUMENTS = ["CHANGELOG.md", "LICENSE", "README.md", "docs"];

/** The variables of the Makefile for a machine. */
function makeVariables(machine: Machine): string[] {
  const { triplet, debian, bunTarget } = machine;
  const bun = fetchBun(machine, WORK);
  const isNative = run(["dpkg", "--print-architecture"]).trim() === debian;
  // Debian's gcc for another machine cannot be installed beside gcc-multilib, which tests need.
  const compiler = isNative
    ? `${triplet}-gcc`
    : `clang --target=${triplet} -B${fetchLibraries(machine, WORK)}/`;
  return [
    `CC=${compiler}`,
    `OBJCOPY=${triplet}-objcopy`,
    `READELF=${triplet}-readelf`,
    `BUN_TARGET=--target=${bunTarget} --compile-executable-path=${bun}`,
    ...(isNative ? [] : [`BPF_INCLUDE=/usr/${triplet}/include`]),
  ];
}

/** Builds the executable for a machine; returns its path. */
function build(machine: Machine): string {
  const tree = join(WORK, machine.name);
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  for (const source of SOURCES)
    cpSync(source, join(tree, source), { recursive: true, preserveTimestamps: true });
  symlinkSync(resolve("node_modules"), join(tree, "node_modules"));
  run(["make", "-C", tree, "build/trace", ...makeVariables(machine)]);
  return join(tree, "build/trace");
}

/** Packs the executable and what belongs to it; returns the name of the archive. */
function pack({ name }: Machine, executable: string): string {
  const directory = `trace-${version}-linux-${name}`;
  const root = join(WORK, directory);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  cpSync(executable, join(root, "trace"));
  for (const document of DOCUMENTS) cpSync(document, join(root, document), { recursive: true });
  const archive = `${directory}.tar`;
  const time = `@${process.env.SOURCE_DATE_EPOCH ?? run(["git", "log", "-1", "--format=%ct"]).trim()}`;
  const anonymous = ["--owner=0", "--group=0", "--numeric-owner", "--mode=go=u-w"];
  const order = ["--format=gnu", "--sort=name", `--mtime=${time}`, ...anonymous];
  run(["tar", ...order, "-C", WORK, "-cf", join(OUTPUT, archive), directory]);
  // The size of blocks, and not the number of threads, decides what the bytes are.
  const threads = `-T${availableParallelism()}`;
  run(["xz", "-6", "--block-size=64MiB", threads, "--force", join(OUTPUT, archive)]);
  return `${archive}.xz`;
}

/** Writes SHA256SUMS of all files: sha256sum(1). */
function writeChecksums(): void {
  const names = readdirSync(OUTPUT).filter((name) => name !== "SHA256SUMS");
  const lines = names.toSorted().map((name) => {
    const hash = new Bun.CryptoHasher("sha256")
      .update(readFileSync(join(OUTPUT, name)))
      .digest("hex");
    return `${hash}  ${name}\n`;
  });
  writeFileSync(join(OUTPUT, "SHA256SUMS"), lines.join(""));
}

rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });
for (const machine of selectMachines(process.argv.slice(2))) {
  console.log(`building for ${machine.name} …`);
  console.log(join(OUTPUT, pack(machine, build(machine))));
}
writeChecksums();
