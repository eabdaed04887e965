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
