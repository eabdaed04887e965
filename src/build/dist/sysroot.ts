/** The static libraries of another machine: Debian's packages, unpacked into a directory. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Apt } from "../apt.ts";
import { run } from "../run.ts";
import type { Machine } from "./machines.ts";

/** What native.so is linked with; libc is that of the compiler. */
const PACKAGES = ["libbpf-dev", "libelf-dev", "zlib1g-dev"];

/** Returns Debian's release of this machine, to whose glibc the static libraries belong. */
function releaseName(): string {
  return run(["sh", "-c", '. /etc/os-release; echo "$VERSION_CODENAME"']).trim();
}

/**
 * Returns the directory of the machine's libraries.
 * @param directory where they are kept
 */
export function fetchLibraries({ debian, triplet }: Machine, directory: string): string {
  const root = join(directory, `sysroot-${debian}`);
  if (!existsSync(root)) {
    const apt = new Apt(join(directory, `apt-${debian}`), debian);
    apt.update(releaseName());
    const partial = `${root}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    for (const name of PACKAGES)
      run(["dpkg-deb", "-x", apt.download(name, apt.show(name).version), partial]);
    renameSync(partial, root);
  }
  return join(root, "usr/lib", triplet);
}
