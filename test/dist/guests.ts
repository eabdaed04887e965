/**
 * The emulated machines that the executable for arm64 is tried on: Debian's kernels under QEMU, whose
 * initramfs has the executable and busybox only.
 */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Apt } from "../../src/build/apt.ts";
import { run } from "../../src/build/run.ts";
import { bootForFiles } from "../vm/guest.ts";
import { fetchKernel, type Kernel } from "../vm/kernels.ts";
import { CACHE } from "./cache.ts";

export interface Guest {
  readonly name: string;
  readonly kernel: Kernel;
}

export const GUESTS: readonly Guest[] = [
  {
    name: "arm64 6.1",
    kernel: { name: "6.1", suite: "bookworm", architecture: "arm64" },
  },
  {
    name: "arm64 6.12",
    kernel: { name: "6.12", suite: "trixie", architecture: "arm64" },
  },
];

const DIRECTORIES = ["bin", "checks", "dev", "etc", "proc", "root", "sys"];
const WORK = resolve("build/test-dist");

/** Adds busybox for the machine. */
function addBusybox(root: string): void {
  const apt = new Apt(join(CACHE, "apt-arm64"), "arm64");
  apt.update("bookworm");
  const name = "busybox-static";
  const file = apt.download(name, apt.show(name).version);
  run(["sh", "-c", `dpkg-deb --fsys-tarfile "$0" | tar -x -C "$1" ./bin/busybox`, file, root]);
  run(["ln", "-s", "busybox", join(root, "bin/sh")]);
}

/** The name of a check's file, and of what it printed. */
const fileOf = (index: number) => `${String(index).padStart(2, "0")}.sh`;

function pack(image: string, executable: string, scripts: readonly string[]): void {
  const root = mkdtempSync(join(tmpdir(), "trace-guest-"));
  try {
    for (const directory of DIRECTORIES) mkdirSync(join(root, directory));
    addBusybox(root);
    copyFileSync(executable, join(root, "trace"));
    copyFileSync(join(import.meta.dirname, "init"), join(root, "init"));
    writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    for (const [index, script] of scripts.entries())
      writeFileSync(join(root, "checks", fileOf(index)), script);
    chmodSync(root, 0o755);
    run(["sh", "-c", `cd "$0" && find . | cpio --quiet -o -H newc >"$1"`, root, image]);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/**
 * Runs scripts where ./trace is the executable; returns what each printed.
 * @throws Error with the end of the console's log if the guest fails
 */
export async function runInGuest(
  { name, kernel }: Guest,
  executable: string,
  scripts: readonly string[],
): Promise<string[]> {
  const directory = join(WORK, name.replace(" ", "-"));
  mkdirSync(directory, { recursive: true });
  const image = join(directory, "initramfs.cpio");
  pack(image, executable, scripts);
  return await bootForFiles(
    fetchKernel(kernel),
    image,
    directory,
    scripts.map((_, at) => fileOf(at)),
  );
}
