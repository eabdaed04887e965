/** The libraries of another machine: Debian's packages, unpacked into a directory. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Apt } from "../apt.ts";
import { run } from "../run.ts";
import type { Machine } from "./machines.ts";

/**
 * What native.so is linked with, and the libraries that the one-file executable contains. The cross
 * compiler's libc is not taken, because it has no security updates.
 */
const PACKAGES = ["libbpf-dev", "libelf-dev", "zlib1g-dev", "libc6"];

/** Returns Debian's release of this machine, to whose glibc the static libraries belong. */
export function releaseName(): string {
  return run(["sh", "-c", '. /etc/os-release; echo "$VERSION_CODENAME"']).trim();
}

/**
 * Returns the directory of the packages' files.
 * @param directory where they are kept
 */
export function fetchSysroot({ debian }: Machine, directory: string): string {
  const root = join(directory, `sysroot-${debian}`);
  // Earlier versions of this file made sysroots without it.
  if (existsSync(join(root, "packages"))) return root;
  rmSync(root, { recursive: true, force: true });
  const apt = new Apt(join(directory, `apt-${debian}`), debian);
  apt.updateWithFixes(releaseName());
  const partial = `${root}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(join(partial, "packages"), { recursive: true });
  for (const name of PACKAGES) {
    const file = apt.download(name, apt.show(name).version);
    run(["dpkg-deb", "-x", file, partial]);
    run(["dpkg-deb", "-e", file, join(partial, "packages", name)]);
  }
  // Debian 12 has glibc's libraries in /lib, where compilers do not look with -B.
  if (existsSync(join(partial, "lib"))) run(["cp", "-a", `${partial}/lib/.`, `${partial}/usr/lib`]);
  renameSync(partial, root);
  return root;
}

/** Returns the directory of the libraries. */
export function libraryDirectory(root: string, { triplet }: Machine): string {
  return join(root, "usr/lib", triplet);
}
