/**
 * strace's test programs, built from Debian's source package in a cache outside the repository: its
 * licence allows them to be used, and none of its source becomes part of trace.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import { Apt } from "../../src/build/apt.ts";
import { run } from "../../src/build/run.ts";

/** The release with strace 6.1, whose tests the lists of this directory name. */
const SUITE = "bookworm";
const VERSION = "6.1";
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "trace-strace-suite");
/** Without the other ABIs' programs, and the libraries that only strace itself uses. */
const CONFIGURE = [
  "--enable-mpers=no",
  "--enable-bundled=check",
  "--disable-dependency-tracking",
  "--disable-gcc-Werror",
  "--without-libdw",
  "--without-libselinux",
  "--without-libunwind",
];

/** The unpacked source, and the directory in which its test programs are built. */
export interface Package {
  readonly source: string;
  readonly build: string;
}

/** Where results that are worth more than one run are kept. */
export const cached = (name: string): string => join(CACHE, name);

function unpack(dir: string): void {
  const apt = new Apt(join(CACHE, "apt"));
  apt.update(SUITE, "deb-src");
  apt.downloadSource("strace");
  const archive = readdirSync(join(CACHE, "apt")).find((file) =>
    /^strace_.*\.orig\.tar\.xz$/.test(file),
  );
  if (!archive?.startsWith(`strace_${VERSION}.`))
    throw new Error(`expected the source of strace ${VERSION}, downloaded ${archive}`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  run(["tar", "-xf", join(CACHE, "apt", archive), "--strip-components=1", "-C", dir]);
  writeFileSync(join(dir, "unpacked"), "");
}

function configure({ source, build }: Package): void {
  rmSync(build, { recursive: true, force: true });
  mkdirSync(build, { recursive: true });
  // dash forks in half of bash's time, and a configure script does little else.
  run(
    [
      "env",
      "CONFIG_SHELL=/bin/sh",
      "CFLAGS=-O0 -w",
      "/bin/sh",
      join(source, "configure"),
      ...CONFIGURE,
    ],
    build,
  );
}

/**
 * Returns strace's source, and the directory of its build, configured for this machine.
 * @param using a source and a build that exist already
 * @throws Error if the package cannot be fetched
 */
export function fetchPackage(using?: Package): Package {
  if (using) return using;
  const found = { source: join(CACHE, `strace-${VERSION}`), build: join(CACHE, "build") };
  if (!existsSync(join(found.source, "unpacked"))) unpack(found.source);
  if (!existsSync(join(found.build, "tests/Makefile"))) configure(found);
  return found;
}

/** Reads lists of words from the Makefile of the tests. */
export function variable({ build }: Package, name: string): string[] {
  const script = `include Makefile\nprint-variable:\n\t@echo $(${name})\n`;
  const make = Bun.spawnSync(["make", "-s", "-f", "-", "print-variable"], {
    cwd: join(build, "tests"),
    stdin: new TextEncoder().encode(script),
  });
  if (!make.success) throw new Error(`make print-variable: ${make.stderr}`);
  return make.stdout.toString().split(/\s+/).filter(Boolean);
}

/** Builds test programs; one that cannot be built is left out, and its test then fails. */
export function buildPrograms({ build }: Package, programs: readonly string[]): void {
  const cwd = join(build, "tests");
  const missing = programs.filter((name) => !statSync(join(cwd, name), { throwIfNoEntry: false }));
  if (!missing.length) return;
  const make = (...args: string[]) =>
    Bun.spawnSync(["make", "-s", ...args], { cwd, stdout: "ignore", stderr: "ignore" });
  // The headers come first: the dependencies on them are not in the Makefile.
  for (const header of variable({ source: "", build }, "BUILT_SOURCES")) make(header);
  make("-k", `-j${availableParallelism()}`, "CFLAGS=-O0 -w", ...missing);
}
