/**
 * Builds the files of a release: bun src/build/dist/main.ts [x64|arm64 …]
 *
 * Each machine's executable is built by the Makefile in a copy of the sources, because the native
 * library and the eBPF object that are embedded have fixed names. Everything is fetched from npm and
 * from Debian's packages. The result depends on the sources and the packages alone: two clones give
 * the same bytes.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { version } from "../../../package.json";
import { packLibrary, packMachine } from "../npm/packages.ts";
import { run } from "../run.ts";
import { packDirectory, releaseTime } from "./archive.ts";
import { hashOf, writeChecksums } from "./checksums.ts";
import { bunComponents, type Component, debianComponents, npmComponents } from "./components.ts";
import { makeDebianPackage } from "./debian-package.ts";
import { COMPLETIONS, DOCUMENTS, installedFiles, MANUAL } from "./files.ts";
import { linkedFiles } from "./linked-files.ts";
import { type Machine, selectMachines } from "./machines.ts";
import { notices } from "./notices.ts";
import { sbom } from "./sbom.ts";
import { type Toolchain, toolchainFor } from "./toolchain.ts";

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
const { TRACE_MAINTAINER = "The trace authors <trace@trace.invalid>" } = process.env;

/** Builds the executable for a machine; returns the directory of the build. */
function build({ name }: Machine, { variables }: Toolchain): string {
  const tree = join(WORK, name);
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  for (const source of SOURCES)
    cpSync(source, join(tree, source), { recursive: true, preserveTimestamps: true });
  symlinkSync(resolve("node_modules"), join(tree, "node_modules"));
  run(["make", "-C", tree, "build/trace", ...variables]);
  return join(tree, "build");
}

/** Packs the executable and what belongs to it. */
function packRelease(name: string, executable: string, noticesFile: string, time: number): void {
  const root = join(WORK, name);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  cpSync(executable, join(root, "trace"));
  chmodSync(join(root, "trace"), 0o755);
  for (const path of [...DOCUMENTS, noticesFile, "docs", MANUAL, COMPLETIONS].filter(existsSync))
    cpSync(path, join(root, basename(path)), { recursive: true });
  packDirectory(root, name, join(OUTPUT, `${name}.tar.xz`), time);
}

/** Packs what was built in the directory for npm. */
function packForNpm({ name }: Machine, directory: string): void {
  const names = ["trace", "native.so", "THIRD-PARTY-NOTICES"];
  const files = Object.fromEntries(names.map((file) => [file, join(directory, file)]));
  packMachine({ name, files }, resolve(OUTPUT), WORK);
}

/** Makes the files of a machine; returns their components. */
function release(machine: Machine): Component[] {
  const time = releaseTime();
  const name = `trace-${version}-linux-${machine.name}`;
  const toolchain = toolchainFor(machine, WORK);
  const directory = build(machine, toolchain);
  const executable = join(directory, "trace");
  const components = [
    ...bunComponents(),
    ...npmComponents(),
    ...debianComponents(linkedFiles(directory, toolchain), toolchain.sysroot),
  ];
  const noticesFile = join(directory, "THIRD-PARTY-NOTICES");
  writeFileSync(noticesFile, notices(components));
  packRelease(name, executable, noticesFile, time);
  const list = sbom({ name, version, time, sha256: hashOf(executable) }, components);
  writeFileSync(join(OUTPUT, `${name}.cdx.json`), `${JSON.stringify(list, null, 2)}\n`);
  const files = installedFiles(executable, noticesFile);
  const options = {
    machine,
    version,
    time,
    files,
    notices: notices(components, true),
    maintainer: TRACE_MAINTAINER,
  };
  const output = join(OUTPUT, `trace_${version}_${machine.debian}.deb`);
  makeDebianPackage(options, join(WORK, `deb-${machine.name}`), output);
  packForNpm(machine, directory);
  return components;
}

/**
 * Writes the names and versions of Debian's source packages, for make dist-sources. The exceptions
 * of gcc's parts and start files permit their use without the source, which is large.
 */
function writeSources(components: readonly Component[]): void {
  const lines = components
    .filter(({ purl, license }) => purl?.startsWith("pkg:deb/") && !license.includes("exception"))
    .map((component) => `${component.name} ${component.version}\n`);
  writeFileSync(join(OUTPUT, "SOURCES"), [...new Set(lines)].sort().join(""));
}

rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });
const all: Component[] = [];
for (const machine of selectMachines(process.argv.slice(2))) {
  console.log(`building for ${machine.name} …`);
  all.push(...release(machine));
}
packLibrary(resolve(OUTPUT), WORK);
writeSources(all);
cpSync("src/install.sh", join(OUTPUT, "install.sh"));
writeChecksums(OUTPUT);
for (const name of readdirSync(OUTPUT).sort()) console.log(join(OUTPUT, name));
