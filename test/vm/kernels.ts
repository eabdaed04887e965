/**
 * Kernels from Debian's releases, downloaded with apt from the machine's mirror.
 */
import { existsSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Apt } from "../../src/build/apt.ts";
import { run } from "../../src/build/run.ts";

/** A kernel on which the tests run. */
export interface Kernel {
  /** The version that the suite must have; "newest" for any. */
  readonly name: string;
  /** Debian's name of the release. */
  readonly suite: string;
  /** Debian's name of the machine; x86-64 if it is undefined. */
  readonly architecture?: Image["architecture"];
}

/** The modules by which a kernel mounts images of ext4, in the order in which they are loaded. */
const MODULES = [
  ...["crc16", "crc32c_generic", "libcrc32c", "sha512_generic"],
  ...["mbcache", "jbd2", "ext4", "loop"],
];

export const ROW: readonly Kernel[] = [
  { name: "5.10", suite: "bullseye" },
  { name: "6.1", suite: "bookworm" },
  { name: "6.12", suite: "trixie" },
  { name: "newest", suite: "sid" },
];

/** A bootable kernel. */
export interface Image {
  readonly architecture: "amd64" | "arm64";
  /** As uname(2) will return it: "6.1.0-50-amd64". */
  readonly release: string;
  readonly path: string;
}

const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "trace-test-vm");

/** Since 7.x, linux-image-… depends on a package of its own that contains the image. */
function packageOf(apt: Apt, release: string): string {
  const binary = `linux-binary-${release}`;
  const { depends } = apt.show(`linux-image-${release}`);
  return depends.includes(binary) ? binary : `linux-image-${release}`;
}

/**
 * Extracts the kernel from a package: /boot/vmlinuz-…, in newer ones vmlinuz beside the modules.
 */
function unpack(file: string, into: string): void {
  const files = run(["sh", "-c", 'dpkg-deb --fsys-tarfile "$1" | tar -t', "sh", file]);
  const member = files.split("\n").find((path) => /\/vmlinuz[^/]*$/.test(path));
  if (!member) throw new Error(`${file}: no kernel in it`);
  const script = 'dpkg-deb --fsys-tarfile "$1" | tar -xO "$2" >"$3"';
  run(["sh", "-c", script, "sh", file, member, `${into}.part`]);
  renameSync(`${into}.part`, into);
}

/** Extracts the modules of a package, as far as it has them, as NN-NAME.ko. */
function unpackModules(file: string, into: string): void {
  const files = run(["sh", "-c", 'dpkg-deb --fsys-tarfile "$1" | tar -t', "sh", file]).split("\n");
  run(["mkdir", "-p", `${into}.part`]);
  for (const [index, name] of MODULES.entries()) {
    const member = files.find((path) =>
      new RegExp(`/kernel/.*/${name}\\.ko(?:\\.xz)?$`).test(path),
    );
    if (!member) continue;
    const extract = member.endsWith(".xz") ? "xz -dc" : "cat";
    const script = `dpkg-deb --fsys-tarfile "$1" | tar -xO "$2" | ${extract} >"$3"`;
    const target = join(`${into}.part`, `${String(index).padStart(2, "0")}-${name}.ko`);
    run(["sh", "-c", script, "sh", file, member, target]);
  }
  renameSync(`${into}.part`, into);
}

/**
 * Returns a directory with the modules that a kernel needs for ext4, from the cache if possible.
 * @throws Error if they cannot be downloaded
 */
export function fetchModules({ suite }: Kernel, { release }: Image): string {
  const dir = join(CACHE, suite);
  const modules = join(dir, `modules-${release}`);
  if (existsSync(modules)) return modules;
  const apt = new Apt(dir);
  const name = packageOf(apt, release);
  const file = apt.download(name, apt.show(name).version);
  unpackModules(file, modules);
  run(["rm", file]);
  return modules;
}

/**
 * Returns the newest kernel of a suite, from the cache if possible.
 * @throws Error if it cannot be downloaded
 */
export function fetchKernel({ name, suite, architecture = "amd64" }: Kernel): Image {
  const dir = join(CACHE, architecture === "amd64" ? suite : `${suite}-${architecture}`);
  const apt = new Apt(dir, architecture);
  apt.update(suite);
  // The package that depends on the newest kernel of the suite.
  const release = apt
    .show(`linux-image-${architecture}`)
    .depends.match(/\blinux-image-(\d\S*)/)?.[1];
  if (!release || (name !== "newest" && !release.startsWith(`${name}.`)))
    throw new Error(`${suite}: expected Linux ${name}, mirrors ${release}`);
  const path = join(dir, `vmlinuz-${release}`);
  if (!existsSync(path)) {
    const wanted = packageOf(apt, release);
    const file = apt.download(wanted, apt.show(wanted).version);
    unpack(file, path);
    run(["rm", file]);
  }
  return { architecture, release, path };
}
