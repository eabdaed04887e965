/** Boots a kernel under QEMU, without KVM, and returns the report of the tests in it. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "./kernels.ts";

/** The files that a guest writes to its second serial port: test/vm/init. */
export interface Report {
  /** JUnit's XML. */
  readonly tests: string;
  /** `trace doctor --format json`. */
  readonly doctor: string;
  /** The kernel's messages. */
  readonly dmesg: string;
}

const REPORT_FILES = ["report.xml", "doctor.json", "dmesg.txt"];

const TIMEOUT_S = 2400;
/** The line that /init prints when the kernel is up. */
const UP_LINE = "vm: up";
/** Boots that end before /init are retried: emulated clocks occasionally confuse a kernel. */
const MAX_BOOTS = 3;

/** By machine: options of QEMU, the memory in MiB, the milliseconds for a test, the console, and the second serial port, by option and by name. */
const MACHINES = {
  amd64: {
    qemu: ["qemu-system-x86_64", "-cpu", "max"],
    memory: 2048,
    testTimeout: 120_000,
    console: "ttyS0",
    port: ["-serial", "chardev:report"],
    report: "ttyS1",
  },
  arm64: {
    // The first processor of many boards, without the atomic instructions of later ones.
    qemu: ["qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a72"],
    memory: 3072,
    testTimeout: 600_000,
    console: "ttyAMA0",
    port: ["-device", "pci-serial,chardev=report"],
    report: "ttyS0",
  },
} as const;

/**
 * Runs the tests on one kernel.
 * @param initramfs the archive that test/vm/initramfs packed
 * @param dir for the console's log and the report
 * @throws Error with the end of the console's log if there is no report
 */
export async function boot(kernel: Image, initramfs: string, dir: string): Promise<Report> {
  const [tests, doctor, dmesg] = await bootForFiles(kernel, initramfs, dir, REPORT_FILES);
  return { tests, doctor, dmesg };
}

/**
 * Boots a kernel, and returns the files that the guest writes to its second serial port as an archive
 * of tar.
 * @param initramfs an archive of cpio
 * @param dir for the console's log and the files
 * @throws Error with the end of the console's log if a file is missing
 */
export async function bootForFiles(
  kernel: Image,
  initramfs: string,
  dir: string,
  names: readonly string[],
): Promise<string[]> {
  mkdirSync(dir, { recursive: true });
  const [console, archive] = ["console.log", "report.tar"].map((name) => join(dir, name));
  for (let boots = 1; ; boots++) {
    rmSync(archive, { force: true });
    await qemu(kernel, initramfs, console, archive);
    const files = unpack(archive, dir, names);
    if (files) return files;
    const log = readFileSync(console, "latin1");
    if (log.includes(UP_LINE) || boots === MAX_BOOTS)
      throw new Error(`no report; the console ended with:\n${log.slice(-3000)}`);
  }
}

async function qemu(kernel: Image, initramfs: string, log: string, archive: string) {
  const { qemu, memory, testTimeout, console, port, report } = MACHINES[kernel.architecture];
  const machine = ["-accel", "tcg,thread=multi", "-smp", "1", "-m", `${memory}`];
  const child = Bun.spawn(
    [
      ...["timeout", `${TIMEOUT_S}`, ...qemu, ...machine],
      ...["-nodefaults", "-no-reboot", "-display", "none"],
      ...["-chardev", `file,id=report,path=${archive}`, "-serial", `file:${log}`, ...port],
      ...["-kernel", kernel.path, "-initrd", initramfs],
      ...[
        "-append",
        `console=${console} report=${report} test_timeout=${testTimeout} quiet panic=-1`,
      ],
    ],
    { stdin: null, stdout: "inherit", stderr: "inherit" },
  );
  await child.exited;
}

/** Returns the content of the files; null if one is missing. */
function unpack(archive: string, dir: string, names: readonly string[]): string[] | null {
  for (const name of names) rmSync(join(dir, name), { force: true });
  if (!existsSync(archive)) return null;
  Bun.spawnSync(["tar", "-C", dir, "-xf", archive]);
  try {
    return names.map((name) => readFileSync(join(dir, name), "utf8"));
  } catch {
    return null;
  }
}
