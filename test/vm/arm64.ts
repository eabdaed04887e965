/**
 * Runs tests of test/root on a kernel for arm64, under QEMU: bun test/vm/arm64.ts [--only REGEX] TEST…
 * with names of files in test/root, without ".test.ts". The executable is that of `make dist`.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Apt, mirrors } from "../../src/build/apt.ts";
import { fetchBun } from "../../src/build/dist/bun-runtime.ts";
import { MACHINES } from "../../src/build/dist/machines.ts";
import { run } from "../../src/build/run.ts";
import { ROOT } from "../root/support/programs.ts";
import { boot } from "./guest.ts";
import { judge } from "./judge.ts";
import { fetchKernel } from "./kernels.ts";

/** The first of Debian's kernels for arm64 with BPF trampolines. */
const KERNEL = { name: "6.12", suite: "trixie", architecture: "arm64" } as const;
const SUITE = "bookworm";
/** Packages besides those that Debian requires. */
const PACKAGES = ["busybox-static", "strace", "libunwind8", "liblzma5"];
/** Programs that make calls which only x86 has. */
const OF_X86 = ["calls.c", "decode.c", "int80.c", "nonresident.c", "x32.c"];
/** Directories that no test needs. */
const USELESS = ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/i18n", "var"];
const DEFAULT_TESTS = ["tree", "columns", "uring", "procs", "exec-files", "identity", "syscalls"];

const MACHINE = MACHINES.find(({ name }) => name === "arm64")!;
const DIST = join(ROOT, "build/dist");
const BUILT = join(DIST, "arm64/build");
const WORK = join(ROOT, "build/vm/arm64");
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "trace-test-vm");

/** Returns a root with Debian's programs and Bun, from the cache if possible. */
function base(): string {
  const root = join(CACHE, "arm64-root");
  if (existsSync(root)) return root;
  const partial = `${root}.partial`;
  rmSync(partial, { recursive: true, force: true });
  // Without the second stage, which runs programs of the other machine.
  const options = ["--arch=arm64", "--foreign", "--variant=minbase", "--no-check-gpg"];
  run(["debootstrap", ...options, SUITE, partial, mirrors()[0]]);
  const apt = new Apt(join(CACHE, "arm64-apt"), "arm64");
  apt.update(SUITE);
  // /bin and /lib are symbolic links to directories of /usr.
  const unpack = 'dpkg-deb --fsys-tarfile "$0" | tar -x -C "$1" --keep-directory-symlink';
  for (const name of PACKAGES)
    run(["sh", "-c", unpack, apt.download(name, apt.show(name).version), partial]);
  // debootstrap leaves a link from proc to /proc.
  for (const directory of [...USELESS, "debootstrap", "dev", "proc"])
    rmSync(join(partial, directory), { recursive: true, force: true });
  cpSync(fetchBun(MACHINE, DIST), join(partial, "usr/bin/bun"));
  run(["mv", partial, root]);
  return root;
}

/** Compiles the programs of the tests, but for those of 32-bit x86; returns their directory. */
function compilePrograms(): string {
  const [sources, built] = [join(ROOT, "test/programs"), join(WORK, "programs")];
  mkdirSync(built, { recursive: true });
  for (const file of readdirSync(sources).filter((name) => name.endsWith(".c"))) {
    const source = join(sources, file);
    const flags =
      readFileSync(source, "utf8")
        .match(/^\/\/ cc: (.*)$/m)?.[1]
        .split(" ") ?? [];
    if (flags.includes("-m32") || OF_X86.includes(file)) continue;
    const target = ["clang", `--target=${MACHINE.triplet}`, "-static", "-O1", "-w"];
    run([...target, ...flags, "-o", join(built, file.slice(0, -2)), source]);
  }
  return built;
}

function pack(image: string, pattern: string, tests: readonly string[]): void {
  const files = tests.map((name) => `test/root/${name}.test.ts`);
  const env = { ...process.env, BASE: base(), BUILT, PROGRAMS: compilePrograms() };
  const command = [join(ROOT, "test/vm/initramfs"), image, pattern, ...files];
  if (!Bun.spawnSync(command, { env, stderr: "inherit" }).success)
    throw new Error("test/vm/initramfs failed");
  chmodSync(image, 0o644);
}

const args = process.argv.slice(2);
const only = args[0] === "--only" ? args.splice(0, 2)[1] : "";
if (!existsSync(BUILT)) throw new Error(`${BUILT} does not exist: run make dist MACHINES=arm64`);
mkdirSync(WORK, { recursive: true });
const image = join(WORK, "initramfs.cpio");
pack(image, only, args.length ? args : DEFAULT_TESTS);
const kernel = fetchKernel(KERNEL);
const report = await boot(kernel, image, WORK);
const { passed, expectedFailures, skipped, faults } = judge(kernel.release, report, false);
console.log(
  `Linux ${kernel.release}: ${passed} passed, ${expectedFailures} known gaps, ` +
    `${faults.length} failed, ${skipped} skipped`,
);
for (const fault of faults) console.log(`(fail) Linux ${kernel.release}: ${fault}`);
process.exitCode = +(faults.length > 0);
