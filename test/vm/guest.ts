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

const MEMORY_MIB = 2048;
const TIMEOUT_S = 2400;
/** The line that /init prints when the kernel is up. */
const UP_LINE = "vm: up";
/** Boots that end before /init are retried: emulated clocks occasionally confuse a kernel. */
const MAX_BOOTS = 3;

/**
 * Runs the tests on one kernel.
 * @param initramfs the archive that test/vm/initramfs packed
 * @param dir for the console's log and the report
 * @throws Error with the end of the console's log if there is no report
 */
export async function boot(kernel: Image, initramfs: string, dir: string): Promise<Report> {
  mkdirSync(dir, { recursive: true });
  const [console, archive] = ["console.log", "report.tar"].map((name) => join(dir, name));
  for (let boots = 1; ; boots++) {
    rmSync(archive, { force: true });
    await qemu(kernel, initramfs, console, archive);
    const files = unpack(archive, dir);
    if (files) return files;
    const log = readFileSync(console, "latin1");
    if (log.includes(UP_LINE) || boots === MAX_BOOTS)
      throw new Error(`no report; the console ended with:\n${log.slice(-3000)}`);
  }
}

async function qemu(kernel: Image, initramfs: string, console: string, archive: string) {
  const machine = ["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "1", "-m", `${MEMORY_MIB}`];
  const child = Bun.spawn(
    [
      ...["timeout", `${TIMEOUT_S}`, "qemu-system-x86_64", ...machine],
      ...["-nodefaults", "-no-reboot", "-display", "none"],
      ...["-serial", `file:${console}`, "-serial", `file:${archive}`],
      ...["-kernel", kernel.path, "-initrd", initramfs],
      ...["-append", "console=ttyS0 quiet panic=-1"],
    ],
    { stdin: null, stdout: "inherit", stderr: "inherit" },
  );
  await child.exited;
}

function unpack(archive: string, dir: string): Report | null {
  const names = ["report.xml", "doctor.json", "dmesg.txt"];
  for (const name of names) rmSync(join(dir, name), { force: true });
  if (!existsSync(archive)) return null;
  Bun.spawnSync(["tar", "-C", dir, "-xf", archive]);
  try {
    const [tests, doctor, dmesg] = names.map((name) => readFileSync(join(dir, name), "utf8"));
    return { tests, doctor, dmesg };
  } catch {
    return null;
  }
}
