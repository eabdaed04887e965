/** Boots a kernel under QEMU, without KVM, and brings back what the tests in it reported. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "./kernels.ts";

/** What a guest writes to its second serial port: test/vm/init. */
export interface Report {
  /** JUnit's XML. */
  readonly tests: string;
  /** `trace doctor --format json`. */
  readonly doctor: string;
  /** The kernel's messages. */
  readonly dmesg: string;
}

const MEMORY_MIB = 2048;
const LONGEST_S = 2400;
/** The line with which /init says that the kernel has come up. */
const UP = "vm: up";
/** Boots that end before /init are tried again: emulated clocks now and then confuse a kernel. */
const BOOTS = 3;

/**
 * Runs the tests on one kernel.
 * @param initramfs what test/vm/initramfs packed
 * @param dir for the console's log and the report
 * @throws Error with the end of the console's log, when there is no report
 */
export async function boot(kernel: Image, initramfs: string, dir: string): Promise<Report> {
  mkdirSync(dir, { recursive: true });
  const [console, archive] = ["console.log", "report.tar"].map((name) => join(dir, name));
  for (let boots = 1; ; boots++) {
    rmSync(archive, { force: true });
    await qemu(kernel, initramfs, console, archive);
    const files = unpack(archive, dir);
    if (files) return files;
    const said = readFileSync(console, "latin1");
    if (said.includes(UP) || boots === BOOTS)
      throw new Error(`no report; the console ended with:\n${said.slice(-3000)}`);
  }
}

async function qemu(kernel: Image, initramfs: string, console: string, archive: string) {
  const machine = ["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "1", "-m", `${MEMORY_MIB}`];
  const child = Bun.spawn(
    [
      ...["timeout", `${LONGEST_S}`, "qemu-system-x86_64", ...machine],
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
