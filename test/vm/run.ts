/**
 * Runs the tests that depend on the kernel on other kernels. Prints a line for each kernel.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../src/build/run.ts";
import { program, ROOT } from "../root/support/programs.ts";
import type { Totals } from "../totals.ts";
import { boot } from "./guest.ts";
import { judge } from "./judge.ts";
import { fetchKernel, fetchModules, type Image, type Kernel, ROW } from "./kernels.ts";

/** Names of files in test/root, without ".test.ts". */
const TESTS =
  "abi all ancestors btf columns connector exec-files identity leftovers lookups names procs procs-all procs-lost sends signals syscalls threads tree truth uring uringfiles verity".split(
    " ",
  );
/** Tests that need a compiler or python, which the guest does not have. */
const EXCLUDED = [
  "names.*20,000 short",
  "^cc:",
  "^Ctrl-C on a terminal reaches the command once",
  "under trace .*a shell sees the signal that has stopped the command",
];
/** Tests that need an image of ext4, and the kernels that they run on: others have modules elsewhere. */
const WITH_EXT4 = { tests: ["verity"], kernels: ["6.1", "6.12"] };
/** The number of guests at a time; each has one CPU. */
const GUESTS = 2;

const BUILD = join(ROOT, "build/vm");
const INITRAMFS = join(BUILD, "initramfs.cpio");

function pack(tests: readonly string[]): void {
  for (const file of readdirSync(join(ROOT, "test/programs")))
    if (file.endsWith(".c")) program(file.slice(0, -2));
  const files = tests.map((name) => `test/root/${name}.test.ts`);
  const pattern = `^(?!${EXCLUDED.join("|")})`;
  const packed = Bun.spawnSync([join(ROOT, "test/vm/initramfs"), INITRAMFS, pattern, ...files], {
    stderr: "inherit",
  });
  if (!packed.success) throw new Error("test/vm/initramfs failed");
}

/** Returns the initramfs for a kernel: with modules, if a test needs them. */
function initramfsFor(kernel: Kernel, image: Image, tests: readonly string[]): string {
  const isNeeded = tests.some((test) => WITH_EXT4.tests.includes(test));
  if (!isNeeded || !WITH_EXT4.kernels.includes(kernel.name)) return INITRAMFS;
  const own = join(BUILD, `initramfs-${kernel.name}.cpio`);
  // The kernel unpacks one archive after the other.
  const script = `root=$(mktemp -d); trap 'rm -r "$root"' EXIT; cp -r "$1" "$root/modules"
    { cat "$2"; cd "$root" && find modules | cpio --quiet -o -H newc; } >"$3"`;
  run(["sh", "-ec", script, "sh", fetchModules(kernel, image), INITRAMFS, own]);
  return own;
}

/** @param all whether all tests that depend on the kernel are run */
async function testKernel(kernel: Kernel, tests: readonly string[], all: boolean): Promise<Totals> {
  const start = performance.now();
  try {
    const image = fetchKernel(kernel);
    const report = await boot(image, initramfsFor(kernel, image, tests), join(BUILD, kernel.name));
    const { passed, expectedFailures, skipped, faults } = judge(image.release, report, all);
    const seconds = Math.round((performance.now() - start) / 1000);
    console.log(
      `Linux ${image.release}: ${passed} passed, ${expectedFailures} known gaps, ` +
        `${faults.length} failed, ${skipped} skipped, ${seconds} s`,
    );
    const failures = faults.map((fault) => `Linux ${image.release}: ${fault}`);
    return { passed: passed + expectedFailures, failures, skipped: 0 };
  } catch (error) {
    const failure = `Linux ${kernel.name}: ${(error as Error).message}`;
    return { passed: 0, failures: [failure], skipped: 0 };
  }
}

/**
 * @param names of kernels in ROW; all if empty
 * @param tests files of test/root, without ".test.ts"; all that depend on the kernel if empty
 */
export async function testKernels(
  names: readonly string[],
  tests: readonly string[],
): Promise<Totals[]> {
  const unknown = names.find((name) => !ROW.some((kernel) => kernel.name === name));
  if (unknown)
    throw new Error(`${unknown}: unknown kernel; expected one of ${ROW.map((k) => k.name)}`);
  const packed = tests.length ? tests : TESTS;
  pack(packed);
  const waiting = ROW.filter(({ name }) => !names.length || names.includes(name));
  const totals: Totals[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      totals.push(await testKernel(next, packed, !tests.length));
  };
  await Promise.all(Array.from({ length: GUESTS }, work));
  return totals;
}
